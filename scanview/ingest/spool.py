"""Owns a port's spool: scans on disk, growing or whole, until the hub has given its receipt.

The files are those of the hub, byte for byte. A scan that was growing when the port was killed is ended where its
whole records end and is not complete, unless it came from a file: then it is dropped, for the file is read again. One
program at a time uses a spool folder; the device's and the watching thread write, the port's own thread reads.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import BadInput, ScanViewError
from scanview.core.scan import ScanHeader
from scanview.formats.archive_index import open_archive
from scanview.formats.archive_writer import (
    FINISHED_SUFFIX,
    GROWING_SUFFIX,
    ArchiveWriter,
    finished_path,
    verify,
)
from scanview.ingest.held_scan import HeldScan
from scanview.store.folder_lock import FolderLock
from scanview.store.port_log import LoggedScan, PortLog, SpoolState
from scanview.wire.link import End

_log = logging.getLogger("scanview.ingest")

SCANS_FOLDER = "scans"
LOCK_FILE = "lock"


@dataclass(slots=True)
class SpooledScan:
    """One scan in the spool. `end` is there once it is whole."""

    held: HeldScan
    end: End | None = None
    is_refused: bool = False


class SpoolWriter:
    """One scan being spooled. Not for two threads at once."""

    def __init__(self, spool: "Spool", writer: ArchiveWriter) -> None:
        """Use `Spool.begin`."""
        self._spool = spool
        self._writer = writer

    @property
    def scan(self) -> str:
        """The scan's id."""
        return self._writer.header.scan

    @property
    def strips(self) -> int:
        """Records so far: the sequence of the next one."""
        return self._writer.strips

    def append(self, record: bytes) -> None:
        """Spool the next strip record; BadInput where it is not that, Unavailable where the disk refuses."""
        self._writer.append(record)
        if self.strips == 1:
            self._writer.sync()  # the hub hears of it now: a power cut here must not leave it waiting for ever
        self._spool.changed()

    def end(self, *, complete: bool) -> str:
        """Make the scan whole and durable; returns its content hash. BadInput where it has no strip."""
        if not self.strips:
            raise BadInput("a scan without a column is none", code="empty-scan")
        self._spool.log.end_scan(self.scan, self._writer.content_sha256, complete=complete)
        finished = self._writer.finish()
        self._spool.set_whole(self.scan, finished.content_sha256, complete=complete)
        return finished.content_sha256

    def close(self) -> None:
        """Let go of the file as it is; the next start of the port takes it up."""
        self._writer.close()

    def abandon(self) -> None:
        """There never was such a scan."""
        self._writer.abandon()
        self._spool.forget(self.scan)


class Spool:
    """The scans in `folder`, oldest first. `on_change` is called, from any thread, whenever there is more to send."""

    def __init__(self, folder: Path) -> None:
        """Lock the folder and take up what is in it; Unavailable where another program uses it."""
        self._scans_folder = folder / SCANS_FOLDER
        self._scans_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder_lock = FolderLock(folder / LOCK_FILE)
        self.log = PortLog(folder / "port.sqlite")
        self.on_change: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._scans: dict[str, SpooledScan] = {}
        self._recover()

    def close(self) -> None:
        """Let go of the folder."""
        self.log.close()
        self._folder_lock.close()

    def begin(self, header: ScanHeader) -> SpoolWriter:
        """Begin to spool a scan; BadInput where it is in the spool already."""
        writer = ArchiveWriter.create(self._scans_folder, header)
        self.log.begin_scan(header.scan, header.container, time.time())
        self._put(header.scan, SpooledScan(HeldScan(folder=self._scans_folder, index=writer.index)))
        return SpoolWriter(self, writer)

    def scans(self) -> tuple[str, ...]:
        """The ids of all scans in the spool, oldest first."""
        with self._lock:
            return tuple(self._scans)

    def find(self, scan: str) -> SpooledScan | None:
        """A scan in the spool."""
        with self._lock:
            return self._scans.get(scan)

    def knows(self, scan: str) -> bool:
        """Whether the scan is whole in the spool, or was received: its source need not be read again."""
        logged = self.log.find_scan(scan)
        return logged is not None and logged.state is not SpoolState.GROWING

    def drop(self, scan: str) -> None:
        """The hub has it: forget the file."""
        self.log.scan_received(scan)
        self.forget(scan)
        finished_path(self._scans_folder, scan).unlink(missing_ok=True)

    def keep_refused(self, scan: str, why: str) -> None:
        """The hub does not want it: keep the file for a person to look at; it is offered again at the next start."""
        self.log.scan_refused(scan, why)
        if spooled := self.find(scan):
            spooled.is_refused = True

    def set_whole(self, scan: str, content_sha256: str, *, complete: bool) -> None:
        """The file of a scan is finished."""
        self.log.scan_whole(scan, content_sha256)
        if spooled := self.find(scan):
            spooled.end = End(content_sha256=content_sha256, complete=complete)
        self.changed()

    def forget(self, scan: str) -> None:
        """The scan is no longer in the spool."""
        with self._lock:
            self._scans.pop(scan, None)

    def changed(self) -> None:
        """Tell that there is more to send."""
        self.on_change()

    def _put(self, scan: str, spooled: SpooledScan) -> None:
        with self._lock:
            self._scans[scan] = spooled
        self.changed()

    # -- after a crash --------------------------------------------------------------------------------------------

    def _recover(self) -> None:
        for path in sorted(self._scans_folder.iterdir(), key=lambda path: path.stat().st_mtime):
            try:
                if path.suffix == FINISHED_SUFFIX:
                    self._recover_finished(path)
                elif path.suffix == GROWING_SUFFIX:
                    self._recover_growing(path)
            except ScanViewError as error:
                _log.error("%s cannot be taken up and stays aside: %s", path.name, error)

    def _recover_finished(self, path: Path) -> None:
        scan = path.stem
        logged = self.log.find_scan(scan)
        if logged is not None and logged.state is SpoolState.RECEIVED:
            path.unlink()
            return
        finished = verify(path)
        if logged is None:
            self.log.begin_scan(scan, finished.header.container, time.time())
        self._put(scan, SpooledScan(HeldScan(folder=self._scans_folder, index=open_archive(path).index)))
        self.set_whole(scan, finished.content_sha256, complete=_was_complete(logged, finished.content_sha256))

    def _recover_growing(self, path: Path) -> None:
        try:
            writer = ArchiveWriter.recover(path)
        except BadInput:
            path.unlink()
            return
        scan = writer.header.scan
        if writer.header.source_sha256 or writer.strips == 0:
            writer.abandon()
            return
        _log.warning("the scan broke off when the port ended; it is sent as incomplete", extra={"scan": scan})
        logged = self.log.find_scan(scan)
        if logged is None:
            self.log.begin_scan(scan, writer.header.container, time.time())
        self._put(scan, SpooledScan(HeldScan(folder=self._scans_folder, index=writer.index)))
        SpoolWriter(self, writer).end(complete=_was_complete(logged, writer.content_sha256))


def _was_complete(logged: LoggedScan | None, content_sha256: str) -> bool:
    """Whether the scan had come to its end with this very content: its last strips may not have reached the disk."""
    return logged is not None and logged.complete and logged.content_sha256 == content_sha256
