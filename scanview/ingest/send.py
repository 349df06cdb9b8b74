"""Sending files once: spooled, uploaded, and waited for until each has its receipt."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from scanview.core.errors import Refused, ScanViewError
from scanview.ingest.file_scan import spool_file
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.port import Port
from scanview.store.port_log import Priority, SpoolState

PATIENCE_S = 60.0
"""Sending is given up when the hub has received nothing for this long; the spool keeps what is in it."""

_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOutcome:
    """What became of one file. `error` is empty where the hub has it, durable, under `content_sha256`."""

    path: Path
    scan: str
    content_sha256: str
    error: str


def send_files(
    files: Sequence[Path],
    *,
    lane: str,
    endpoint: str,
    spool: Path | None = None,
    patience_s: float = PATIENCE_S,
    priority: Priority = Priority.TRUCK,
    settings: FollowedSettings | None = None,
) -> Iterator[SendOutcome]:
    """Send `files` as scans of `lane`; yields what became of each, in their order.

    Args:
        files: of any format that formats.read_scan knows.
        lane: the lane to send as.
        endpoint: the hub's.
        spool: folder to spool in, with the lane's keys; None for one per lane in the user's data folder.
        patience_s: seconds without a receipt after which the rest is given up.
        priority: whether a truck waits for them; scans of the yard let those go first.
        settings: the port's, such as how fast it may send.

    Raises:
        Refused: the hub is not pinned or refuses this lane's key.
        Unavailable: another program uses the spool.
    """
    folder = spool or platformdirs.user_data_path("scanview", appauthor=False) / "send" / lane
    settlements = _Settlements()
    port = Port(lane=lane, endpoint=endpoint, spool=folder, settings=settings, on_settled=settlements.add)
    thread = threading.Thread(target=port.run, name=f"send {lane}")
    thread.start()
    try:
        spooled = [(path, *_spooled(port, path, priority)) for path in files]
        settlements.begin_to_wait()
        for path, scan, error in spooled:
            why = error or settlements.wait(port, scan, patience_s)
            logged = port.spool.log.find_scan(scan) if scan else None
            content_sha256 = logged.content_sha256 if logged is not None and not why else ""
            yield SendOutcome(path=path, scan=scan, content_sha256=content_sha256, error=why)
    finally:
        port.stop()
        thread.join()


def _spooled(port: Port, path: Path, priority: Priority) -> tuple[str, str]:
    """(scan, "") of the file once it is in the spool, or ("", why it cannot be)."""
    try:
        return spool_file(port.spool, path, port.lane, priority).scan, ""
    except ScanViewError as error:
        return "", str(error)


class _Settlements:
    """Which scans the hub has received or refused, as the port's thread tells."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._why: dict[str, str] = {}
        self._last_at = time.monotonic()

    def add(self, scan: str, why: str) -> None:
        with self._news:
            self._why[scan] = why
            self._last_at = time.monotonic()
            self._news.notify_all()

    def begin_to_wait(self) -> None:
        self._last_at = time.monotonic()

    def wait(self, port: Port, scan: str, patience_s: float) -> str:
        """Wait until the hub has `scan`: then an empty text, else why it has not."""
        logged = port.spool.log.find_scan(scan)
        if logged is not None and logged.state is SpoolState.RECEIVED:
            return ""
        with self._news:
            while scan not in self._why:
                if isinstance(port.problem, Refused):
                    return str(port.problem)
                if time.monotonic() - self._last_at > patience_s:
                    problem = port.problem
                    return f"no receipt yet: {problem or 'the hub is slow'}. It stays in the spool"
                self._news.wait(_LOOK_EVERY_S)
            return self._why[scan]
