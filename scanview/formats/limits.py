"""Every limit on files, in one table: each is checked before memory is asked for.

A reader works out from a file's own numbers how much it would need, holds that against this table and against the
length of the file, and refuses before it allocates.
"""

from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import MAX_COLUMNS, MAX_ROWS

MAX_FILE_BYTES = 512 << 20
"""The longest file a reader opens."""

MAX_SAMPLES = 128 << 20
"""Pixels times channels of one whole scan in memory: 256 MiB of counts, and about three times that while decoding."""

MAX_EXPANSION = 1_200
"""How many times its own length a compressed file may unpack to; deflate can at most do 1,032."""

MAX_HEADER_BYTES = 1 << 20
"""The longest scan header in an archive file."""

MIN_PITCH_MM, MAX_PITCH_MM = 0.05, 100.0
"""What the size of a pixel can be; a file that says otherwise is not believed."""

MAX_TEXT = 256
"""Characters kept of a text field: container, plate, device, file name."""

MAX_DESCRIPTION_BYTES = 4 << 20
"""The longest OME-XML description."""


def check_file(path: Path) -> int:
    """The length of the file at `path` in bytes.

    Raises:
        BadInput: it is not an ordinary file, empty, or longer than MAX_FILE_BYTES.
        Unavailable: it cannot be looked at.
    """
    try:
        ordinary, size = path.is_file(), path.stat().st_size
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be opened: {error.strerror}", code="unreadable-file") from error
    if not ordinary:
        raise BadInput(f"{path.name} is not a file", code="not-a-file")
    if size == 0:
        raise BadInput(f"{path.name} is empty", code="empty-file")
    if size > MAX_FILE_BYTES:
        raise BadInput(f"{path.name} has {size} bytes, more than {MAX_FILE_BYTES}", code="file-too-large")
    return size


def check_picture(name: str, *, rows: int, columns: int, channels: int, file_bytes: int) -> None:
    """BadInput unless a picture of this size may be unpacked from a file of `file_bytes`."""
    if not (1 <= rows <= MAX_ROWS and 1 <= columns <= MAX_COLUMNS):
        raise BadInput(
            f"{name} is {columns} x {rows} pixels: a scan has at most {MAX_COLUMNS} x {MAX_ROWS}",
            code="picture-too-large",
        )
    check_samples(name, rows * columns * channels)
    if rows * columns * channels > file_bytes * MAX_EXPANSION:
        raise BadInput(f"{name} has {file_bytes} bytes for {columns} x {rows} pixels", code="truncated-file")


def check_samples(name: str, samples: int) -> None:
    """BadInput unless so many counts fit into memory."""
    if samples > MAX_SAMPLES:
        raise BadInput(f"{name} has {samples} pixels, more than {MAX_SAMPLES}", code="picture-too-large")


def clip_text(text: str) -> str:
    """`text` on one line, without control characters, at most MAX_TEXT long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * MAX_TEXT]).split())[:MAX_TEXT]
