"""Reading the pixels of a scan file, growing or finished."""

from pathlib import Path

import numpy as np

from scanview.core.errors import BadInput
from scanview.core.scan import LEVELS, ScanHeader, View, level_size
from scanview.formats.archive_index import Archive, is_archive, open_archive, read_record
from scanview.formats.limits import check_file, check_samples
from scanview.formats.origin import Origin
from scanview.formats.tiff_directory import check_directory
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts, ScanImage
from scanview.wire.records import parse
from scanview.wire.tiles import decode_level, decode_strip

KIND = "scan file"


def sniff(head: bytes, path: Path) -> bool:
    """Whether the file at `path`, which begins with `head`, is a scan file of ours."""
    return is_archive(head)


class ArchiveReader:
    """The pixels of one scan file, as far as it had grown when it was opened."""

    def __init__(self, path: Path) -> None:
        """Look through the file; BadInput where it is no scan file, Unavailable where it cannot be read."""
        check_file(path)
        self._archive: Archive = open_archive(path)
        if self.is_finished:
            check_directory(self._archive)

    @property
    def header(self) -> ScanHeader:
        """What the port said of the scan."""
        return self._archive.header

    @property
    def is_finished(self) -> bool:
        """Whether the whole scan is there."""
        return self._archive.directory > 0

    @property
    def columns(self) -> tuple[int, ...]:
        """Columns of each view at level 0."""
        return tuple(self._archive.index.columns)

    def read_level(self, view: int, level: int = 0) -> Counts:
        """One view at one level: uint16, shape (channels, rows, columns).

        Raises:
            BadInput: there is no such view or level, or a strip is damaged.
        """
        if not (0 <= view < len(self.header.views) and 0 <= level < LEVELS):
            raise BadInput(f"the scan has no view {view}, level {level}", code="no-such-view")
        header = self.header.views[view]
        rows, columns = level_size(header.rows, level), level_size(self.columns[view], level)
        check_samples(self._archive.path.name, len(header.channels) * rows * columns)
        counts = np.empty((len(header.channels), rows, columns), np.uint16)
        start = 0
        for place in self._archive.index.of_view(view):
            strip = decode_level(parse(read_record(self._archive.path, place)), rows=header.rows, level=level)
            counts[:, :, start : start + strip.shape[2]] = strip
            start += strip.shape[2]
        return counts

    def read_pyramid(self, view: View, columns: int) -> GrowingPyramid:
        """A view as it was when its first `columns` columns had arrived, at every size.

        Raises:
            BadInput: the scan has no such view, no strip ends there (code `no-such-columns`), or one is damaged.
        """
        number = next((i for i, header in enumerate(self.header.views) if header.view is view), None)
        if number is None:
            raise BadInput(f"the scan has no {view} view", code="no-such-view")
        pyramid = GrowingPyramid(self.header.views[number])
        for place in self._archive.index.of_view(number):
            if pyramid.columns >= columns:
                break
            pyramid.append(decode_strip(parse(read_record(self._archive.path, place)), rows=pyramid.rows))
        if pyramid.columns != columns:
            raise BadInput(f"no strip of the {view} view ends at column {columns}", code="no-such-columns")
        return pyramid

    def read_scan(self) -> ScanImage:
        """The scan at full resolution."""
        return ScanImage(
            header=self.header, views=tuple(self.read_level(view) for view in range(len(self.header.views)))
        )


def read(path: Path, origin: Origin) -> ScanImage:
    """The scan in the file at `path`, with its own id and lane; BadInput where it has no pixels."""
    reader = ArchiveReader(path)
    if not any(reader.columns):
        raise BadInput(f"{origin.name} has no pixels yet", code="empty-scan")
    return reader.read_scan()
