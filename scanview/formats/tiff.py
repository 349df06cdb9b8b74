"""TIFF files of others: pages read within the limits, and plain files without a description.

Files with an OME description are read by scanview.formats.ome.
"""

from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source, View, ViewHeader
from scanview.formats.archive_index import is_archive
from scanview.formats.greys import (
    ESTIMATED_NOTE,
    UNCALIBRATED_NOTE,
    estimate_calibration,
    grey_of_colour,
    inverted,
    to_counts,
)
from scanview.formats.limits import MAX_SAMPLES, check_picture
from scanview.formats.ome import is_ome, read_ome
from scanview.formats.origin import ASSUMED_PITCH_MM, Origin
from scanview.formats.raster import grey_scan
from scanview.formats.tiff_chain import check_whole
from scanview.imaging.scan_image import Counts, ScanImage

KIND = "TIFF"

_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_COMPRESSIONS = frozenset({1, 5, 8, 32_773, 32_946, 34_925, 50_000})
"""None, LZW, deflate (twice), PackBits, LZMA, ZSTD: their decoders never give more than a tile holds."""

_PHOTOMETRICS = frozenset({0, 1, 2})
"""White is zero, black is zero, RGB."""

_AXES = frozenset({"YX", "SYX", "YXS"})


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file that begins with `head` is a TIFF that is no scan file of ours."""
    return head.startswith(_MAGICS) and not is_archive(head)


def read(path: Path, origin: Origin) -> ScanImage:
    """The scan in a TIFF file.

    Two planes of 16 bits, as two pages or two samples, are HIGH and LOW energy; anything else is one GREY channel of
    the first page. With an OME description its names hold instead.

    Raises:
        BadInput: the file is truncated, damaged, too large, or holds no picture.
    """
    with path.open("rb") as file:
        check_whole(file, origin.name)
    with tifffile.TiffFile(path, _multifile=False) as tiff:
        first = tiff.pages.first
        if is_ome(first.description):
            return read_ome(first.description, lambda page: read_page(tiff, page, origin), origin)
        pixels = read_page(tiff, 0, origin)
        planes = _planes(pixels, first.axes)
        if len(planes) == 1 and _has_equal_second_page(tiff):
            planes = [pixels, read_page(tiff, 1, origin)]
        is_white_zero = first.photometric == tifffile.PHOTOMETRIC.MINISWHITE
    counts = [to_counts(plane, origin.name) for plane in planes]
    if is_white_zero:
        counts = [inverted(plane) for plane in counts]
    if len(counts) == 2 and planes[0].dtype == np.uint16:
        return _dual_energy(np.stack(counts), origin)
    notes = [f"pixels of {ASSUMED_PITCH_MM} mm assumed", "one channel without physical units"]
    if pixels.ndim == 3:
        notes.append("colours were turned into grey")
    return grey_scan(counts[0], origin, notes)


def read_page(tiff: tifffile.TiffFile, number: int, origin: Origin) -> NDArray[np.generic]:
    """The pixels of one page, refused before anything is allocated where its own numbers cannot be right."""
    try:
        page = tiff.pages[number]
    except IndexError as error:
        raise BadInput(f"{origin.name} has no page {number}", code="truncated-file") from error
    if page.axes not in _AXES or page.dtype is None or page.photometric not in _PHOTOMETRICS:
        raise BadInput(f"page {number} of {origin.name} is no flat picture in grey or RGB", code="not-flat")
    check_picture(
        origin.name,
        rows=page.imagelength,
        columns=page.imagewidth,
        channels=page.samplesperpixel,
        file_bytes=origin.file_bytes,
    )
    if page.compression not in _COMPRESSIONS:
        raise BadInput(
            f"{origin.name} is compressed as {page.compression!r}, which is not read",
            code="bad-encoding",
            remedy="Write it uncompressed, or with LZW, deflate or ZSTD",
        )
    if page.is_tiled and page.tilewidth * page.tilelength * page.samplesperpixel > MAX_SAMPLES:
        raise BadInput(f"{origin.name} has tiles of {page.tilewidth} x {page.tilelength}", code="picture-too-large")
    ends = (start + length for start, length in zip(page.dataoffsets, page.databytecounts, strict=False))
    if not page.dataoffsets or max(ends) > origin.file_bytes:
        raise BadInput(f"{origin.name} is cut short", code="truncated-file")
    pixels: NDArray[np.generic] = page.asarray()
    return pixels


def _planes(pixels: NDArray[np.generic], axes: str) -> list[NDArray[np.generic]]:
    """The planes to show: two samples as they are, colours as one grey."""
    if axes == "YX":
        return [pixels]
    if axes == "SYX":
        pixels = np.moveaxis(pixels, 0, -1)
    if pixels.shape[2] == 2:
        return [pixels[:, :, 0], pixels[:, :, 1]]
    return [grey_of_colour(pixels)]


def _has_equal_second_page(tiff: tifffile.TiffFile) -> bool:
    """Whether page 1 is another picture of the size and type of page 0, not a thumbnail."""
    first = tiff.pages.first
    try:
        second = tiff.pages[1]
    except IndexError:
        return False
    return bool(first.shape == second.shape and first.dtype == second.dtype and not second.is_reduced)


def _dual_energy(counts: Counts, origin: Origin) -> ScanImage:
    """A scan of HIGH and LOW, shape (2, rows, columns), calibrated from the picture itself where that works."""
    calibrations = [calibration for plane in counts if (calibration := estimate_calibration(plane))]
    view = ViewHeader(
        view=View.SIDE,
        rows=counts.shape[1],
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=ASSUMED_PITCH_MM,
        pitch_y_mm=ASSUMED_PITCH_MM,
        pitch_source=Source.ASSUMED,
        calibrations=tuple(calibrations) if len(calibrations) == 2 else (),
    )
    notes = [
        f"pixels of {ASSUMED_PITCH_MM} mm assumed",
        "the first plane was taken for high energy, the second for low energy",
        ESTIMATED_NOTE if view.calibrations else UNCALIBRATED_NOTE,
    ]
    return ScanImage(header=origin.header([view], notes=notes), views=(counts,))
