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
