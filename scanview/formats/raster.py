"""Pictures as other programs write them: PNG with 8 or 16 bits, JPEG.

They know nothing of energies, calibration or the size of a pixel: one grey channel, with notes of what was assumed.
"""

import struct
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source, View, ViewHeader
from scanview.formats.codestreams import CodestreamSize, codestream_size, has_jpeg_end
from scanview.formats.greys import grey_of_colour, to_counts
from scanview.formats.limits import check_picture
from scanview.formats.origin import ASSUMED_PITCH_MM, Origin
from scanview.imaging.scan_image import Counts, ScanImage

KIND = "picture"

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_JPEG = b"\xff\xd8\xff"


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file that begins with `head` is a PNG or a JPEG."""
    return head.startswith((_PNG, _JPEG))


def read(path: Path, origin: Origin) -> ScanImage:
    """The picture in the file as a side view with one GREY channel.

    Raises:
        BadInput: it is truncated, damaged or too large; the size is held against the limits before decoding.
    """
    content = path.read_bytes()
    size = _png_size(content, origin.name) if content.startswith(_PNG) else _jpeg_size(content, origin.name)
    check_picture(
        origin.name,
        rows=size.rows,
        columns=size.columns,
        channels=size.channels,
        file_bytes=len(content),
    )
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.shape[:2] != (size.rows, size.columns):
        raise BadInput(f"{origin.name} cannot be decoded", code="damaged-file")
    pixels: NDArray[np.generic] = decoded
    notes = [f"pixels of {ASSUMED_PITCH_MM} mm assumed", "one channel without physical units"]
    if pixels.ndim == 3:
        pixels = grey_of_colour(pixels[:, :, 2::-1]) if pixels.shape[2] >= 3 else pixels[:, :, 0]
        notes.append("colours were turned into grey")
    if pixels.dtype == np.uint8:
        notes.append("8 bits were stretched to 16")
    return grey_scan(to_counts(pixels, origin.name), origin, notes)


def grey_scan(counts: Counts, origin: Origin, notes: list[str]) -> ScanImage:
    """A scan of one GREY channel, shape (rows, columns), with pixels of assumed size."""
    view = ViewHeader(
        view=View.SIDE,
        rows=counts.shape[0],
        channels=(Channel.GREY,),
        pitch_x_mm=ASSUMED_PITCH_MM,
        pitch_y_mm=ASSUMED_PITCH_MM,
        pitch_source=Source.ASSUMED,
    )
    return ScanImage(header=origin.header([view], notes=notes), views=(counts[np.newaxis],))


def write_png(counts: Counts, path: Path) -> None:
    """Write one channel, uint16 of shape (rows, columns), as a 16-bit grey PNG."""
    path.write_bytes(cv2.imencode(".png", counts)[1].tobytes())


def _png_size(content: bytes, name: str) -> CodestreamSize:
    """The size that a whole PNG says; BadInput for one cut short. Source: ISO/IEC 15948, 5.3 and 11.2.2."""
    if content[12:16] != b"IHDR" or len(content) < 33:
        raise BadInput(f"{name} is cut short", code="truncated-file")
    columns, rows, _, colour = struct.unpack_from(">IIBB", content, 16)
    place = len(_PNG)
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if kind == b"IEND":
            return CodestreamSize(rows, columns, _PNG_CHANNELS.get(colour, 4))
        place += 12 + length
    raise BadInput(f"{name} is cut short", code="truncated-file")


def _jpeg_size(content: bytes, name: str) -> CodestreamSize:
    """The size that a whole JPEG says; BadInput for one cut short."""
    size = codestream_size(content)
    if size is None or not has_jpeg_end(content):
        raise BadInput(f"{name} is cut short", code="truncated-file")
    return size
