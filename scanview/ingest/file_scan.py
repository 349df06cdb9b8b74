"""A file that a scanner wrote, of whatever format, into the spool."""

from dataclasses import dataclass
from pathlib import Path

from scanview.formats.apart import read_scan_apart
from scanview.formats.archive_files import strip_records
from scanview.ingest.spool import Spool
from scanview.store.port_log import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledFile:
    """Which scan a file became. `is_new` is False where the port knew it already, so that nothing was done."""

    scan: str
    is_new: bool


def spool_file(spool: Spool, path: Path, lane: str, priority: Priority = Priority.TRUCK) -> SpooledFile:
    """Read the file at `path` and spool it as a scan of `lane`, complete.

    Its id is taken from the file's content, so that the same file is always the same scan.

    Raises:
        BadInput: the file cannot be what it claims to be.
        Unavailable: it cannot be read now, or the spool's disk refuses.
    """
    image = read_scan_apart(path, lane=lane)
    scan = image.header.scan
    if spool.knows(scan):
        return SpooledFile(scan=scan, is_new=False)
    writer = spool.begin(image.header, priority=priority)
    try:
        for record in strip_records(image):
            writer.append(record)
        writer.end(complete=True)
    except BaseException:
        writer.abandon()
        raise
    return SpooledFile(scan=scan, is_new=True)
