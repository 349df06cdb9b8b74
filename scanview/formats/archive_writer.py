"""Growing a scan file strip by strip, at the port and at the hub, until it is a finished pyramidal BigTIFF.

While it grows it is `<scan>.part` and describes itself, so a writer killed at any moment goes on where whole records
end. Finished it is `<scan>.tif`. The pixels are never looked at: this module needs no NumPy.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import ScanHeader
from scanview.formats.archive_index import (
    CONTENT_START,
    TIFF_HEADER,
    TIFF_START,
    Archive,
    ArchiveIndex,
    file_start,
    open_archive,
    read_start,
    walk,
)
from scanview.formats.direct_write import DirectWriter
from scanview.formats.hash_thread import HashThread
from scanview.formats.tiff_directory import build_directory, check_directory
from scanview.formats.write_back import STEP_BYTES, start_write_back
from scanview.wire.private_files import sync_folder
from scanview.wire.records import Buffer, StripRecord, parse_after, read_prefix

GROWING_SUFFIX = ".part"
FINISHED_SUFFIX = ".tif"

_WRITE_BYTES = 1 << 20
"""Single writes above 1 MiB are three times slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedArchive:
    """A scan on disk for good. `columns` has one entry per view; `content_sha256` names the scan everywhere."""

    path: Path
    header: ScanHeader
    content_sha256: str
    columns: tuple[int, ...]
    size_bytes: int

    def moved_to(self, path: Path) -> "FinishedArchive":
        """The same file under another name on the same disk; one that is there already is replaced."""
        with _disk(path):
            self.path.replace(path)
        return replace(self, path=path)


class ArchiveWriter:
    """One growing scan file. Not for two threads at once; readers may follow `index` meanwhile."""

    def __init__(self, path: Path, file: FileIO, index: ArchiveIndex) -> None:
        """Use `create` or `recover`."""
        self.path = path
        self.index = index
        self._file = file
        self._content = hashlib.sha256()
        self._hasher: HashThread | None = None
        self._direct: DirectWriter | None = None
        self._written_back = index.end
        self._is_complete = False
        self._has_lost_writes = False

    @classmethod
    def create(cls, folder: Path, header: ScanHeader) -> "ArchiveWriter":
        """Begin the file of a new scan in `folder`, which is made where it is missing.

        Raises:
            BadInput: the scan has a file there already.
            Unavailable: the disk refuses.
        """
        start = file_start(header)
        path = growing_path(folder, header.scan)
        if finished_path(folder, header.scan).exists():
            raise BadInput(f"scan {header.scan} is finished already", code="scan-exists")
        with _disk(path):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                file = FileIO(path, "xb+")
            except FileExistsError as error:
                raise BadInput(f"scan {header.scan} has been begun already", code="scan-exists") from error
            try:
                _write_all(file, 0, start)
            except OSError:
                file.close()
                path.unlink()
                raise
        writer = cls(path, file, ArchiveIndex(header, len(start)))
        writer._content.update(start[CONTENT_START:])
        return writer

    def hurry(self, hasher: HashThread) -> None:
        """Append what comes now past the page cache, where the disk can do that, and have it hashed by `hasher`.

        For files that arrive faster than one thread hashes, and that are not read back at once.

        Raises:
            Unavailable: the disk refuses.
        """
        self._hasher = hasher
        with _disk(self.path):
            self._direct = DirectWriter.open(self.path, self.index.end)

    @classmethod
    def recover(cls, path: Path) -> "ArchiveWriter":
        """Go on with a growing file: whatever follows its last whole, undamaged record is cut off.

        Raises:
            BadInput: not even its header is whole.
            Unavailable: the disk refuses.
        """
        with _disk(path):
            _again_path(path).unlink(missing_ok=True)
        with _disk(path), path.open("rb+") as reading:
            index, _ = read_start(reading, path.name)
            for place in walk(reading, index, check=True):
                index.add(place)
            reading.truncate(index.end)
        with _disk(path):
            file = FileIO(path, "rb+")
            _write_all(file, 0, TIFF_HEADER.pack(*TIFF_START, 0))
            writer = cls(path, file, index)
            writer._content = _digest(path, index.end)
        return writer

    @property
    def header(self) -> ScanHeader:
        """What the port said of the scan."""
        return self.index.header

    @property
    def strips(self) -> int:
        """Records in the file: the sequence of the next one."""
        return len(self.index.places)

    @property
    def columns(self) -> tuple[int, ...]:
        """Columns so far, per view."""
        return tuple(self.index.columns)

    @property
    def content_sha256(self) -> str:
        """The content hash of what is in the file so far."""
        if self._hasher is not None:
            self._hasher.wait()
        return self._content.hexdigest()

    def append(self, record: Buffer) -> StripRecord:
        """Write the next strip record; returns it parsed. It is durable only after `sync` or `finish`.

        Raises:
            BadInput: it is damaged, not the next one, or no strip of this scan; the file is as before.
            Unavailable: the disk refuses; the same record can be appended again later.
        """
        prefix = read_prefix(record)
        place = self.index.place_next(prefix)
        strip = parse_after(prefix, record)
        with _disk(self.path):
            self._write(place.offset, record)
        if self._hasher is None:
            self._content.update(record)
        else:
            self._hasher.update(self._content, record)
        self.index.add(place)
        if self._direct is None and self.index.end - self._written_back >= STEP_BYTES:
            start_write_back(self._file.fileno(), self._written_back, self.index.end - self._written_back)
            self._written_back = self.index.end
        return strip

    def sync(self) -> None:
        """Return when everything appended so far is durable."""
        with _disk(self.path):
            self._make_durable()
            sync_folder(self.path.parent)

    def rewrite(self) -> None:
        """Bring what can still be read to a new file, durable, in place of the one whose writes the disk has lost.

        Raises:
            BadInput: what is read back is not what was appended.
            Unavailable: the disk refuses; may be called again.
        """
        again = _again_path(self.path)
        with _disk(self.path):
            self._let_go_of_direct()
            file = FileIO(again, "wb+")
            try:
                if _copy(self.path, file, self.index.end) != self.content_sha256:
                    raise BadInput(f"{self.path.name}: the disk has spoilt what was written", code="damaged-archive")
                _write_all(file, 0, TIFF_HEADER.pack(*TIFF_START, 0))
                os.fsync(file.fileno())
                again.replace(self.path)
                sync_folder(self.path.parent)
            except BaseException:
                file.close()
                raise
            self._file.close()
            self._file, self._has_lost_writes = file, False

    def finish(self) -> FinishedArchive:
        """Write the directory, make the file durable and give it its final name.

        Raises:
            BadInput: the scan has no strip.
            Unavailable: the disk refuses; may be called again, unless the code is "writes-lost".
        """
        directory = build_directory(self.index)
        final = finished_path(self.path.parent, self.header.scan)
        with _disk(self.path):
            if not self._is_complete:
                self._write(self.index.end, directory.content)
                self._let_go_of_direct()
                _write_all(self._file, 0, TIFF_HEADER.pack(*TIFF_START, directory.offset))
                self._file.truncate(self.index.end + len(directory.content))
                self._make_durable()
                self.close()
                self._is_complete = True
            if self.path != final:
                self.path.replace(final)
                self.path = final
            sync_folder(final.parent)
        return FinishedArchive(
            path=final,
            header=self.header,
            content_sha256=self.content_sha256,
            columns=self.columns,
            size_bytes=self.index.end + len(directory.content),
        )

    def _make_durable(self) -> None:
        """Flush to the disk. After one failure the kernel takes the lost pages for written: no second try is honest."""
        if self._has_lost_writes:
            raise Unavailable(
                f"{self.path.name}: the disk has lost what was written",
                code="writes-lost",
                remedy="Abandon the file and send the scan again",
            )
        try:
            os.fsync(self._file.fileno())
        except OSError:
            self._has_lost_writes = True
            raise

    def close(self) -> None:
        """Let go of the file as it is; `recover` goes on with it."""
        self._let_go_of_direct()
        self._file.close()

    def abandon(self) -> None:
        """Let go of the file and delete it."""
        self.close()
        with _disk(self.path):
            self.path.unlink(missing_ok=True)

    def _write(self, end: int, content: Buffer) -> None:
        """Write `content` behind byte `end`, up to which the file was written."""
        if self._direct is None or not self._direct.append(end, content):
            self._let_go_of_direct()
            _write_all(self._file, end, content)

    def _let_go_of_direct(self) -> None:
        if self._direct is not None:
            self._direct.close()
            self._direct = None


def growing_path(folder: Path, scan: str) -> Path:
    """Where the file of `scan` grows."""
    return folder / f"{scan}{GROWING_SUFFIX}"


def finished_path(folder: Path, scan: str) -> Path:
    """Where the finished file of `scan` lies."""
    return folder / f"{scan}{FINISHED_SUFFIX}"


def content_sha256(path: Path) -> str:
    """The SHA-256 of a scan file's content, computed from its bytes: byte 16 to the end of the last record."""
    archive = open_archive(path)
    with _disk(path):
        return _digest(path, archive.index.end).hexdigest()


def verify(path: Path) -> FinishedArchive:
    """Check that the file at `path` is, byte for byte, a finished scan, and read its content hash.

    Every record's checksum is compared and the directory must be the one the writer would write.

    Raises:
        BadInput: the file is not finished, or damaged.
        Unavailable: it cannot be read.
    """
    archive = open_archive(path)
    if not archive.directory:
        raise BadInput(f"{path.name} is not finished", code="unfinished-archive")
    _check_records(archive)
    with _disk(path):
        check_directory(archive)
        size = path.stat().st_size
    return FinishedArchive(
        path=path,
        header=archive.header,
        content_sha256=content_sha256(path),
        columns=tuple(archive.index.columns),
        size_bytes=size,
    )


def _check_records(archive: Archive) -> None:
    """BadInput unless the checksum of every record holds."""
    with _disk(archive.path), archive.path.open("rb") as file:
        again, _ = read_start(file, archive.path.name)
        for place in walk(file, again, check=True):
            again.add(place)
    if again.end != archive.index.end:
        raise BadInput(f"{archive.path.name}: strip {len(again.places)} is damaged", code="damaged-archive")


def _digest(path: Path, end: int) -> "hashlib._Hash":
    """SHA-256 of the file's bytes from CONTENT_START to `end`."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(CONTENT_START)
        left = end - CONTENT_START
        while left and (part := file.read(min(left, _WRITE_BYTES))):
            digest.update(part)
            left -= len(part)
    return digest


def _again_path(path: Path) -> Path:
    """Where the file at `path` is written a second time."""
    return path.with_name(f"{path.name}.again")


def _copy(path: Path, target: FileIO, end: int) -> str:
    """Write the first `end` bytes of `path` to `target`; the SHA-256 of what of them is content."""
    digest, offset = hashlib.sha256(), 0
    with path.open("rb") as file:
        while offset < end and (part := file.read(min(end - offset, _WRITE_BYTES))):
            _write_all(target, offset, part)
            digest.update(part[max(CONTENT_START - offset, 0) :])
            offset += len(part)
    return digest.hexdigest()


def _write_all(file: FileIO, offset: int, content: Buffer) -> None:
    file.seek(offset)
    left = memoryview(content)
    while left:
        left = left[file.write(left[:_WRITE_BYTES]) :]


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into Unavailable."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Unavailable(
            f"{path.name}: {error.strerror}",
            code="disk-full" if is_full else "disk-failed",
            remedy="Free space on the disk" if is_full else "Check the disk",
        ) from error
