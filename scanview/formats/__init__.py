"""Files to scans and back: the archive of strips, and the formats that scanners and other tools write.

`read_scan` reads any of them. A reader is a module, imported when the first file asks for it, with this face:

    KIND: str                                         what people call such a file
    sniff(head: bytes, path: Path) -> bool            is this file mine, by its first bytes?
    read(path: Path, origin: Origin) -> ScanImage     BadInput and Unavailable are its only errors

Other packages add readers through the entry point group "scanview.readers", each naming such a module.
"""

import logging
from dataclasses import replace
from importlib import import_module
from importlib.metadata import entry_points
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.formats.archive_index import is_archive
from scanview.formats.limits import check_file
from scanview.formats.origin import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from scanview.formats.origin import Origin
    from scanview.imaging.scan_image import ScanImage

_log = logging.getLogger(__name__)

_READERS = tuple(f"scanview.formats.{name}" for name in ("archive_reader", "dicom", "tiff", "raster"))
_READER_GROUP = "scanview.readers"
_HEAD_BYTES = 512

_ARCHIVE_SUFFIXES = frozenset({".tif", ".tiff"})
_DICOS_SUFFIXES = frozenset({".dcs", ".dcm", ".dicos"})
_PNG_SUFFIXES = frozenset({".png"})


def readable_suffixes() -> frozenset[str]:
    """The endings, in small letters, of the files that are worth offering to `read_scan`."""
    return _ARCHIVE_SUFFIXES | _DICOS_SUFFIXES | _PNG_SUFFIXES | {".dicom", ".jpg", ".jpeg"}


def read_scan(path: Path, *, scan: str | None = None, lane: str | None = None) -> "ScanImage":
    """The scan in the file at `path`, of whatever format: what counts is its content, not its name.

    Args:
        path: the file.
        scan: the id to give the scan. Else a scan file keeps its own, and any other gets one that follows from its
            bytes and from `lane`.
        lane: the lane to give the scan. Else a scan file keeps its own, and any other gets XXTST-01.

    Raises:
        BadInput: the file is truncated, no image, too large, or of an unknown kind; the message names it and says why.
        Unavailable: it cannot be read now, or a decoder is not installed.
    """
    check_file(path)
    try:
        origin = origin_of(path, scan=scan, lane=lane)
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror or error}", code="unreadable-file") from error
    return as_told(read_scan_of(path, origin), scan=scan, lane=lane)


def read_scan_of(path: Path, origin: "Origin") -> "ScanImage":
    """As `read_scan`, where the file's origin is known; a scan file keeps its own id and lane."""
    reader = _reader_of(path)
    try:
        image: ScanImage = reader.read(path, origin)
    except ScanViewError as error:
        raise _named(error, path) from error
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror or error}", code="unreadable-file") from error
    except Exception as error:
        # The parsers below are other people's and raise anything at all on a damaged file.
        _log.debug("%s cannot be read", path, exc_info=True)
        raise BadInput(f"{path.name} cannot be read: {_reason(error)}", code="damaged-file") from error
    return image


def as_told(image: "ScanImage", *, scan: str | None, lane: str | None) -> "ScanImage":
    """`image` with the id and the lane that were told, where they were."""
    header = replace(image.header, scan=scan or image.header.scan, lane=lane or image.header.lane)
    return replace(image, header=header)


def keeps_its_own_name(path: Path) -> bool:
    """Whether the file at `path` is a scan file, which says itself what scan and lane it is of; OSError as `open`."""
    with path.open("rb") as file:
        return is_archive(file.read(_HEAD_BYTES))


def load_readers() -> "list[Path]":
    """Load every reader, ours and those of other packages; the folders that the latter lie in."""
    for name in _READERS:
        import_module(name)
    files = (getattr(reader, "__file__", None) for reader in _others())
    return [Path(file).parent for file in files if file]


def write_scan(image: "ScanImage", path: Path) -> None:
    """Write `image` in the format that the ending of `path` names.

    `.tif` and `.tiff` give a scan file, which is an OME-TIFF and keeps everything; `.dcs`, `.dcm` and `.dicos` a
    DICOS image of the side view; `.png` the side view's first channel in 16 bits.

    Raises:
        BadInput: there is no format with that ending.
        Unavailable: the disk refuses.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in _ARCHIVE_SUFFIXES:
            import_module("scanview.formats.archive_files").write_archive(image, path)
        elif suffix in _DICOS_SUFFIXES:
            import_module("scanview.formats.dicos_writer").write_dicos(image, path)
        elif suffix in _PNG_SUFFIXES:
            import_module("scanview.formats.raster").write_png(image.side[1][0], path)
        else:
            known = " ".join(sorted(_ARCHIVE_SUFFIXES | _DICOS_SUFFIXES | _PNG_SUFFIXES))
            raise BadInput(f"{path.name}: no format is written by that name", code="unknown-format", remedy=known)
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be written: {error.strerror}", code="disk-failed") from error


def kind_of(path: Path) -> str:
    """What the file at `path` is, by its first bytes: "scan file", "DICOM", "TIFF", "picture" or a plug-in's word.

    Raises:
        BadInput: nobody reads such a file.
        Unavailable: it cannot be read now.
    """
    return str(_reader_of(path).KIND)


def _reader_of(path: Path) -> "ModuleType":
    """The first reader that takes the file: ours, then those of other packages."""
    check_file(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror}", code="unreadable-file") from error
    for reader in chain(map(import_module, _READERS), _others()):
        if reader.sniff(head, path):
            return reader
    raise BadInput(f"{path.name} is of an unknown kind", code="unknown-format")


def _others() -> "Iterator[ModuleType]":
    """The readers of other packages, each loaded when it is asked for."""
    return (entry.load() for entry in sorted(entry_points(group=_READER_GROUP), key=lambda entry: entry.name))


def _named(error: ScanViewError, path: Path) -> ScanViewError:
    """`error` with the name of the file in its message."""
    if path.name in error.message:
        return error
    return type(error)(f"{path.name}: {error.message}", code=error.code, remedy=error.remedy)


def _reason(error: Exception) -> str:
    """What went wrong, on one line."""
    if isinstance(error, MemoryError):
        return "it asks for more memory than there is"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return " ".join(str(error).split())[:200] or type(error).__name__
