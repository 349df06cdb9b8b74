"""Readers that a batch's processes can import."""

import os
from pathlib import Path

from scanview.formats import read_scan
from scanview.imaging.scan_image import ScanImage


def deadly_reader(path: Path) -> ScanImage:
    """Takes its process down on a file whose name asks for it, as a broken decoder would."""
    if "deadly" in path.name:
        os._exit(3)
    return read_scan(path)


def reader_that_dies_once(path: Path) -> ScanImage:
    """Takes its process down with it as long as there is a file `die-once` beside the scan, which it removes."""
    mark = path.with_name("die-once")
    if mark.exists():
        mark.unlink()
        os._exit(9)
    return read_scan(path)
