"""Scans on their way to those who look at them: what is known of an open scan, and the records of its strips.

The records are the port's own bytes, read from the scan's file, growing or finished, on threads of their own: a slow
disk holds up neither the reactor nor the database.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.review import Recognition
from scanview.formats.archive_writer import finished_path
from scanview.formats.header_json import without_parties
from scanview.ingest.held_scan import HeldScan
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import FetchStrips, OpenScan, ScanGrew, ScanOpened, Strips

MAX_ANSWER_BYTES = 8 << 20
"""An answer to FetchStrips ends before it grows beyond this, but holds one record at least."""

GROWTH_S = 0.05
"""How often those who look at a growing scan are told."""

READING_THREADS = 2
SCANS_KEPT = 64
"""Finished scans whose strips need not be looked for again."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What an open scan's watchers are told."""

    strips: int
    stored: bool
    complete: bool
    content_sha256: str
    recognition: Recognition | None
    not_recognised: str
    is_decided: bool = False


class Feed:
    """Serves OpenScan, CloseScan and FetchStrips. Everything here runs on the reactor's thread."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        surroundings: Surroundings,
        folder: Path,
        held: Callable[[str], HeldScan | None],
    ) -> None:
        """`folder` holds the finished files; `held` finds a scan that intake is writing."""
        self._transactions = transactions
        self._surroundings = surroundings
        self._held = held
        self._finished = _Finished(folder)
        self._reading = ThreadPoolExecutor(READING_THREADS, thread_name_prefix="feed")
        self._wanted: set[tuple[Peer, str]] = set()
        self._readers: dict[str, set[Peer]] = {}
        self._states: dict[str, _State] = {}
        self._grown: set[str] = set()

    def open(self, peer: Peer, message: OpenScan, *, hides_parties: bool = False) -> None:
        """Tell what is known of the scan, and go on telling until `close`.

        With `hides_parties` the header of an undecided scan does not say whose goods these are.
        """
        scan = message.scan
        self._wanted.add((peer, scan))

        def opened(found: tuple[bytes, _State]) -> None:
            header, state = found[0], self._live(scan, found[1])
            if hides_parties and not state.is_decided:
                header = without_parties(header)
            answer = ScanOpened(
                request=message.request,
                scan=scan,
                strips=state.strips,
                stored=state.stored,
                complete=state.complete,
                content_sha256=state.content_sha256,
                recognition=state.recognition,
                not_recognised=state.not_recognised,
            )
            if self._surroundings.send(peer, answer, header) and (peer, scan) in self._wanted:
                self._readers.setdefault(scan, set()).add(peer)
                self._states[scan] = state

        self._transactions.look_up(
            lambda tx: (catalogue.read_header(tx, scan), _read_state(tx, scan)),
            opened,
            lambda error: self._refuse(peer, message.request, error),
        )

    def close_scan(self, peer: Peer, scan: str) -> None:
        """`peer` does not look at the scan any more, not even if it is only being opened."""
        self._wanted.discard((peer, scan))
        readers = self._readers.get(scan, set())
        readers.discard(peer)
        if not readers:
            self._readers.pop(scan, None)
            self._states.pop(scan, None)

    def gone(self, peer: Peer) -> None:
        """`peer` is not there any more."""
        for scan in [scan for reader, scan in self._wanted if reader == peer]:
            self.close_scan(peer, scan)

    def strips_now(self, scan: str) -> int:
        """How many strips of a growing scan can be read."""
        growing = self._held(scan)
        return 0 if growing is None else growing.strips

    def grew(self, scan: str) -> None:
        """More strips of the scan can be read."""
        if scan in self._readers and scan not in self._grown:
            self._grown.add(scan)
            self._surroundings.call_later(GROWTH_S, lambda: self._tell_growth(scan))

    def changed(self, scan: str) -> None:
        """The scan is stored, or a machine has spoken about it."""
        if scan in self._readers:
            self._transactions.look_up(lambda tx: _read_state(tx, scan), lambda state: self._tell(scan, state))

    def fetch(self, peer: Peer, message: FetchStrips) -> None:
        """Send records of strips."""

        def done(reading: "Future[list[bytes]]") -> None:
            error = reading.exception()
            if error is None:
                answer = Strips(request=message.request, scan=message.scan, first=message.first)
                self._surroundings.send(peer, answer, *reading.result())
            elif isinstance(error, Exception):
                self._refuse(peer, message.request, error)

        reading = self._reading.submit(_read_records, message, self._held(message.scan), self._finished)
        reading.add_done_callback(lambda completed: self._surroundings.post(lambda: done(completed)))

    def close(self) -> None:
        """Let go of the threads."""
        self._reading.shutdown(wait=True, cancel_futures=True)

    def _tell_growth(self, scan: str) -> None:
        self._grown.discard(scan)
        state = self._states.get(scan)
        if state is not None and not state.stored:
            self._tell(scan, state)

    def _tell(self, scan: str, state: _State) -> None:
        if scan not in self._readers:
            return
        live = self._states[scan] = self._live(scan, state)
        message = ScanGrew(
            scan=scan,
            strips=live.strips,
            stored=live.stored,
            complete=live.complete,
            content_sha256=live.content_sha256,
            recognition=live.recognition,
            not_recognised=live.not_recognised,
        )
        for peer in self._readers[scan]:
            self._surroundings.send(peer, message)

    def _live(self, scan: str, state: _State) -> _State:
        return state if state.stored else replace(state, strips=self.strips_now(scan))

    def _refuse(self, peer: Peer, request: int, error: Exception) -> None:
        if not isinstance(error, ScanViewError):
            _log.error("a scan cannot be read", exc_info=error)
        self._surroundings.send(peer, failed(request, error))


class _Finished:
    """The finished files read last, with the places of their strips; on any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: OrderedDict[str, HeldScan] = OrderedDict()

    def find(self, scan: str) -> HeldScan:
        """The finished scan; Unavailable where its file is not there."""
        with self._lock:
            held = self._open.pop(scan, None) or HeldScan.open(finished_path(self._folder, scan))
            self._open[scan] = held
            while len(self._open) > SCANS_KEPT:
                self._open.popitem(last=False)
            return held


def _read_records(message: FetchStrips, growing: HeldScan | None, finished: _Finished) -> list[bytes]:
    held = growing or finished.find(message.scan)
    records = held.read(message.first, message.count, MAX_ANSWER_BYTES)
    if not records:
        raise NotAllowed(f"scan {message.scan} has no strip {message.first} yet", code="no-such-strip")
    return records


def _read_state(tx: Transaction, scan: str) -> _State:
    record = catalogue.read_record(tx, scan)
    return _State(
        strips=record.strips,
        stored=record.item.stored,
        complete=record.item.complete,
        content_sha256=record.item.content_sha256,
        recognition=catalogue.latest_recognition(tx, scan),
        not_recognised=record.not_recognised,
        is_decided=record.item.verdict is not None,
    )
