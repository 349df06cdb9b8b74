"""The file of one scan at the hub, as the writer thread knows it: opened or taken up again, grown, ended."""

import logging
import threading
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import ScanHeader
from scanview.formats.archive_index import ArchiveIndex, open_archive
from scanview.formats.archive_writer import ArchiveWriter, FinishedArchive, finished_path, growing_path, verify
from scanview.formats.hash_thread import HashThread

_log = logging.getLogger("scanview.ingest")

RETRY_S = 1.0
"""A full or failing disk is asked again after this long; meanwhile ports are not acknowledged and so wait."""


class OtherContent(BadInput):
    """What is in the file is not what the port says it sent."""

    def __init__(self) -> None:
        super().__init__("the content differs from the port's", code="other-content")


class ScanFile:
    """Everything here runs on one writer thread; `index` may be read by others once `open` has returned.

    `trouble` is why the disk takes nothing just now; others may look at it at any time.
    """

    def __init__(self, folder: Path, header: ScanHeader, hasher: HashThread, closing: threading.Event) -> None:
        self._folder = folder
        self._header = header
        self._hasher = hasher
        self._closing = closing
        self._writer: ArchiveWriter | None = None
        self._finished: FinishedArchive | None = None
        self.index = ArchiveIndex(header, 0)
        self.trouble: Unavailable | None = None

    def open(self) -> int:
        """Take up the scan's file where it ends, or begin it; returns the strips in it."""
        if finished_path(self._folder, self._header.scan).exists() and self._take_up_finished():
            return len(self.index.places)
        self._writer = self._grow()
        self._writer.hurry(self._hasher)
        self.index = self._writer.index
        return self._writer.strips

    def append(self, record: memoryview) -> int:
        """Write the next record; returns the strips in the file. BadInput where it is damaged or not the next."""
        if self._writer is None:
            raise BadInput("the scan has ended", code="wrong-sequence")
        while True:
            try:
                self._writer.append(record)
                self.trouble = None
                return self._writer.strips
            except Unavailable as error:
                self._wait_for_disk(error)

    def end(self, content_sha256: str) -> FinishedArchive:
        """Make the scan durable under its final name; OtherContent where the port sent something else."""
        if self._finished is None:
            if self._writer is None or self._writer.content_sha256 != content_sha256:
                raise OtherContent
            while self._finished is None:
                try:
                    self._finished = self._writer.finish()
                except Unavailable as error:
                    if error.code == "writes-lost":
                        raise OtherContent from error
                    self._wait_for_disk(error)
            self.trouble = None
            self._writer = None
        if self._finished.content_sha256 != content_sha256:
            raise OtherContent
        return self._finished

    def start_again(self) -> int:
        """Throw the content away and begin anew: it was never acknowledged. Returns 0."""
        self.close()
        self._finished = None
        self.trouble = None
        for path in (growing_path, finished_path):
            path(self._folder, self._header.scan).unlink(missing_ok=True)
        return self.open()

    def close(self) -> None:
        """Let go of the file as it is."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _take_up_finished(self) -> bool:
        """The hub was killed after the file was finished and before that was recorded."""
        path = finished_path(self._folder, self._header.scan)
        try:
            self._finished = verify(path)
            self.index = open_archive(path).index
        except BadInput as error:
            _log.warning("a finished but unrecorded file is dropped: %s", error, extra={"scan": self._header.scan})
            path.unlink()
            return False
        return True

    def _grow(self) -> ArchiveWriter:
        path = growing_path(self._folder, self._header.scan)
        if path.exists():
            try:
                return ArchiveWriter.recover(path)
            except BadInput as error:
                _log.warning("an unreadable growing file is dropped: %s", error, extra={"scan": self._header.scan})
                path.unlink()
        return ArchiveWriter.create(self._folder, self._header)

    def _wait_for_disk(self, error: Unavailable) -> None:
        self.trouble = error
        _log.error("%s; trying again", error, extra={"scan": self._header.scan})
        if self._closing.wait(RETRY_S):
            raise error
