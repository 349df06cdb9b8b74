"""Owns a port's spool: scans on disk, growing or whole, until the hub has given its receipt.

The files are those of the hub, byte for byte. A scan that was growing when the port was killed is ended where its
whole records end and is not complete, unless it came from a file: then it is dropped, for the file is read again. One
program at a time uses a spool folder; the device's and the watching thread write, the port's own thread reads.

Nothing without a receipt is ever deleted to make room: a spool that is full turns new scans away by name. A file that
no longer holds what was spooled goes to `damaged`, with the reason in a text file beside it.
"""

import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.core.scan import ScanHeader
from scanview.formats.archive_index import ArchiveIndex, open_archive
from scanview.formats.archive_writer import (
    FINISHED_SUFFIX,
    GROWING_SUFFIX,
    ArchiveWriter,
    finished_path,
    verify,
)
from scanview.ingest.held_scan import HeldScan
from scanview.ingest.kept import KeptScans
from scanview.ingest.spool_room import SpoolLevel, SpoolRoom, measure_room
from scanview.ingest.spooled_scan import SpooledScan
from scanview.settings import PortSettings
from scanview.store.folder_lock import FolderLock
from scanview.store.port_log import LoggedScan, PortLog, Priority, SpoolState
from scanview.wire.link import End
from scanview.wire.private_files import replace_private, sync_folder

_log = logging.getLogger("scanview.ingest")
_T = TypeVar("_T")

SCANS_FOLDER = "scans"
KEPT_FOLDER = "kept"
DAMAGED_FOLDER = "damaged"
LOCK_FILE = "lock"

NOTE_SUFFIX = ".txt"
_SHORTEST_FILE = 24
"""Bytes in front of a scan's header: a growing file without more has never held anything."""


class SpoolWriter:
    """One scan being spooled. Not for two threads at once."""

    def __init__(self, spool: "Spool", writer: ArchiveWriter) -> None:
        """Use `Spool.begin`."""
        self._spool = spool
        self._writer = writer
        self._synced_bytes = 0
        self._synced_at = time.monotonic()

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
        if self.strips == 1 or self._is_sync_due():
            # The hub hears of the first strip now: a power cut here must not leave it waiting for ever.
            self._durably(self._writer.sync)
            self._synced_bytes, self._synced_at = self._writer.index.end, time.monotonic()
        self._spool.changed()

    def end(self, *, complete: bool) -> str:
        """Make the scan whole and durable; returns its content hash. BadInput where it has no strip."""
        if not self.strips:
            raise BadInput("a scan without a column is none", code="empty-scan")
        self._spool.log.end_scan(self.scan, self._writer.content_sha256, complete=complete)
        finished = self._durably(self._writer.finish)
        self._spool.set_whole(self.scan, finished.content_sha256, complete=complete)
        return finished.content_sha256

    def _durably(self, make: Callable[[], _T]) -> _T:
        """What `make` gives. Where the disk has lost what was written before, it is first written again."""
        try:
            return make()
        except Unavailable as error:
            if error.code != "writes-lost":
                raise
        self._writer.rewrite()
        return make()

    def _is_sync_due(self) -> bool:
        settings = self._spool.settings
        return (
            self._writer.index.end - self._synced_bytes >= settings.sync_every_mb << 20
            or time.monotonic() - self._synced_at >= settings.sync_every_s
        )

    def close(self) -> None:
        """Let go of the file as it is; the next start of the port takes it up."""
        self._writer.close()

    def leave(self, end: Callable[[], object]) -> None:
        """The disk refuses and nobody waits: `end`, which raises Unavailable until it succeeds, is called later."""
        self._spool.left.append(end)

    def abandon(self) -> None:
        """There never was such a scan."""
        self._writer.abandon()
        self._spool.forget(self.scan)


class Spool:
    """The scans in `folder`, oldest first. `on_change` is called, from any thread, whenever there is more to send.

    `clock` is asked, from any thread, for what is known of the hub's clock when a scan begins (store.port_log).
    """

    def __init__(self, folder: Path, settings: PortSettings | None = None) -> None:
        """Lock the folder and take up what is in it; Unavailable where another program uses it.

        `settings` bound what it takes and say how often it is made durable; they may be replaced while it is used.
        """
        self.settings = settings or PortSettings()
        self._scans_folder = folder / SCANS_FOLDER
        self._scans_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._damaged_folder = folder / DAMAGED_FOLDER
        self._kept = KeptScans(folder / KEPT_FOLDER)
        self._folder_lock = FolderLock(folder / LOCK_FILE)
        self.log = PortLog(folder / "port.sqlite")
        self.on_change: Callable[[], None] = lambda: None
        self.left: deque[Callable[[], object]] = deque()
        self.clock: Callable[[], tuple[float | None, float]] = lambda: (None, 0.0)
        self._lock = threading.Lock()
        self._scans: dict[str, SpooledScan] = {}
        self._queues: dict[Priority, dict[str, SpooledScan]] = {priority: {} for priority in Priority}
        self._damaged_bytes = 0
        self._recover()
        self._damaged_bytes = sum(path.stat().st_size for path in self._damaged_files())

    def close(self) -> None:
        """Let go of the folder."""
        self.log.close()
        self._folder_lock.close()

    def begin(self, header: ScanHeader, *, priority: Priority = Priority.TRUCK) -> SpoolWriter:
        """Begin to spool a scan; BadInput where it is in the spool already, Unavailable where the spool is full."""
        if self.room().level is SpoolLevel.FULL:
            raise Unavailable(
                f"the spool is full: scan {header.scan} of {header.container or 'no container'} is not taken",
                code="spool-full",
                remedy="Bring the link to the hub back, or give the spool more room",
            )
        writer = ArchiveWriter.create(self._scans_folder, header)
        now = time.time()
        try:
            self.log.begin_scan(header.scan, header.container, now, priority=priority, clock=self.clock())
        except Unavailable:
            writer.abandon()
            raise
        held = HeldScan(folder=self._scans_folder, index=writer.index)
        self._put(header.scan, SpooledScan(held, now, priority, is_fresh=True))
        return SpoolWriter(self, writer)

    def room(self) -> SpoolRoom:
        """How full it is at this moment, what is damaged included."""
        with self._lock:
            used_bytes = sum(spooled.held.index.end for spooled in self._scans.values())
        return measure_room(
            used_bytes=used_bytes + self._damaged_bytes,
            free_bytes=shutil.disk_usage(self._scans_folder).free + self._kept.used_bytes,
            limit_bytes=self.settings.spool_limit_mb << 20,
            min_free_bytes=self.settings.min_free_mb << 20,
        )

    def scans(self) -> tuple[str, ...]:
        """The ids of all scans in the spool, oldest first."""
        with self._lock:
            return tuple(self._scans)

    def next_first(self) -> tuple[str, ...]:
        """The ids of all scans in the order they are sent: those a truck waits for, then the others, oldest first."""
        with self._lock:
            return (*self._queues[Priority.TRUCK], *self._queues[Priority.YARD])

    def oldest(self, priority: Priority, which: Callable[[str, SpooledScan], bool], most: int) -> list[str]:
        """The ids of up to `most` scans of `priority` that `which` picks, oldest first; it may not ask the spool."""
        with self._lock:
            return list(
                islice((scan for scan, spooled in self._queues[priority].items() if which(scan, spooled)), most)
            )

    def damaged(self) -> tuple[str, ...]:
        """The names of the files that were put aside."""
        return tuple(path.name for path in self._damaged_files())

    def find(self, scan: str) -> SpooledScan | None:
        """A scan in the spool."""
        with self._lock:
            return self._scans.get(scan)

    def knows(self, scan: str) -> bool:
        """Whether the scan is whole in the spool, or was received: its source need not be read again."""
        logged = self.log.find_scan(scan)
        return logged is not None and logged.state not in (SpoolState.GROWING, SpoolState.DAMAGED)

    def drop(self, scan: str, hub: str = "") -> None:
        """The hub with this key id has it: only a copy is kept for a while, in case that hub is set back."""
        self.log.scan_received(scan, hub)
        self.forget(scan)
        self._let_go(finished_path(self._scans_folder, scan))

    def take_back(self, scan: str) -> bool:
        """Spool the copy of a received scan again, for the hub has lost it; False where there is no copy.

        Raises:
            Unavailable: the disk refuses; the copy stays one.
            BadInput: the copy is damaged.
        """
        logged = self.log.find_scan(scan)
        if logged is None or not self._kept.take_back(scan, self._scans_folder):
            return False
        path = finished_path(self._scans_folder, scan)
        try:
            held = HeldScan(folder=self._scans_folder, index=open_archive(path).index)
            self._put(scan, SpooledScan(held, logged.begun_at, logged.priority))
            self.set_whole(scan, logged.content_sha256, complete=logged.complete)
        except ScanViewError:
            self.forget(scan)
            self._kept.keep(path)
            raise
        return True

    def thin_out(self) -> None:
        """Delete copies that are too old, and as many as it takes to have room for what is nobody's copy."""
        settings = self.settings
        self._kept.give_way(longest_s=settings.keep_received_h * 3_600, free_bytes=2 * settings.min_free_mb << 20)

    def _let_go(self, path: Path) -> None:
        if self.settings.keep_received_h:
            self._kept.keep(path)
        else:
            path.unlink(missing_ok=True)

    def keep_refused(self, scan: str, why: str) -> None:
        """The hub does not want it: keep the file for a person to look at; it is offered again at the next start."""
        self.log.scan_refused(scan, why)
        if spooled := self.find(scan):
            spooled.is_refused = True

    def put_aside(self, scan: str, why: str) -> None:
        """The file of a whole scan is damaged: keep it where nobody takes it for a scan, and say so.

        Its source may be given again; until then its lane stays on HOLD.
        """
        self.log.scan_damaged(scan, why)
        self.forget(scan)
        self._move_aside(finished_path(self._scans_folder, scan), why)

    def end_left(self) -> None:
        """End the scans whose device has left them to the spool, as far as the disk takes them now."""
        for _ in range(len(self.left)):
            end = self.left.popleft()
            try:
                end()
            except Unavailable as error:
                _log.warning("a scan cannot be ended yet: %s", error)
                self.left.append(end)

    def set_whole(self, scan: str, content_sha256: str, *, complete: bool) -> None:
        """The file of a scan is finished."""
        self.log.scan_whole(scan, content_sha256)
        if spooled := self.find(scan):
            spooled.end = End(content_sha256=content_sha256, complete=complete)
        self.changed()

    def forget(self, scan: str) -> None:
        """The scan is no longer in the spool."""
        with self._lock:
            if spooled := self._scans.pop(scan, None):
                del self._queues[spooled.priority][scan]

    def changed(self) -> None:
        """Tell that there is more to send."""
        self.on_change()

    def _put(self, scan: str, spooled: SpooledScan) -> None:
        with self._lock:
            self._scans[scan] = self._queues[spooled.priority][scan] = spooled
        self.changed()

    def _damaged_files(self) -> list[Path]:
        if not self._damaged_folder.exists():
            return []
        return sorted(path for path in self._damaged_folder.iterdir() if path.suffix != NOTE_SUFFIX)

    def _move_aside(self, path: Path, why: str) -> None:
        _log.error("%s is damaged and put aside: %s", path.name, why, extra={"scan": path.stem})
        self._damaged_folder.mkdir(mode=0o700, exist_ok=True)
        target, number = self._damaged_folder / path.name, 1
        while target.exists():
            number += 1
            target = self._damaged_folder / f"{path.stem}-{number}{path.suffix}"
        self._damaged_bytes += path.stat().st_size
        path.replace(target)
        sync_folder(self._scans_folder)
        replace_private(target.with_name(target.name + NOTE_SUFFIX), f"{path.name}: {why}\n".encode())

    # -- after a crash --------------------------------------------------------------------------------------------

    def _recover(self) -> None:
        places = self.log.scans_in_order()
        for path in sorted(self._scans_folder.iterdir(), key=lambda path: (places.get(path.stem, 0), path.name)):
            try:
                self._take_up(path)
            except Unavailable as error:
                _log.error("%s cannot be taken up yet: %s", path.name, error)
                self.left.append(partial(self._take_up, path))

    def _take_up(self, path: Path) -> None:
        """Spool the scan in this file again, also where that was tried before; Unavailable where the disk refuses."""
        if path.suffix == GROWING_SUFFIX and not path.exists():
            path = finished_path(self._scans_folder, path.stem)  # it was ended, and only noting that failed
        try:
            if path.suffix == FINISHED_SUFFIX:
                self._recover_finished(path)
            elif path.suffix == GROWING_SUFFIX:
                self._recover_growing(path)
        except BadInput as error:
            if self.log.find_scan(path.stem) is not None:
                self.log.scan_damaged(path.stem, str(error))
            self._move_aside(path, str(error))

    def _recover_finished(self, path: Path) -> None:
        scan = path.stem
        logged = self.log.find_scan(scan)
        if logged is not None and logged.state is SpoolState.RECEIVED:
            self._let_go(path)
            return
        archive = open_archive(path)
        if archive.directory and logged is not None and logged.state in (SpoolState.WHOLE, SpoolState.REFUSED):
            # It was durable when that was noted. Records are checked as they are sent, or days of scans would be read.
            content = logged.content_sha256
        else:
            content = verify(path).content_sha256
        self._put(scan, self._taken_up(archive.index, logged))
        self.set_whole(scan, content, complete=_was_complete(logged, content))

    def _recover_growing(self, path: Path) -> None:
        if path.stat().st_size <= _SHORTEST_FILE:
            path.unlink()
            return
        writer = ArchiveWriter.recover(path)
        scan = writer.header.scan
        if writer.header.source_sha256 or writer.strips == 0:
            writer.abandon()
            return
        _log.warning("the scan broke off when the port ended; it is sent as incomplete", extra={"scan": scan})
        logged = self.log.find_scan(scan)
        try:
            self._put(scan, self._taken_up(writer.index, logged))
            SpoolWriter(self, writer).end(complete=_was_complete(logged, writer.content_sha256))
        except Unavailable:
            writer.close()
            raise

    def _taken_up(self, index: ArchiveIndex, logged: LoggedScan | None) -> SpooledScan:
        """A scan that was in the folder, as the log knows it; one the log has lost is logged anew."""
        held = HeldScan(folder=self._scans_folder, index=index)
        if logged is not None:
            return SpooledScan(held, logged.begun_at, logged.priority)
        now = time.time()
        self.log.begin_scan(index.header.scan, index.header.container, now)
        return SpooledScan(held, now)


def _was_complete(logged: LoggedScan | None, content_sha256: str) -> bool:
    """Whether the scan had come to its end with this very content: its last strips may not have reached the disk."""
    return logged is not None and logged.complete and logged.content_sha256 == content_sha256
