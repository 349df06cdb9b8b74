"""What a decoding process answers: one block of memory, written by it and believed by nobody.

    offset  field     type
    0       magic     "SVA1"
    4       length    u32    of the JSON of an `Answer`
    8       document  that JSON
    ...     pixels    from the next multiple of 64 on: uint16, little-endian, the views one behind the other

The process may have been taken over by the file that it read, so everything is held against its limits again.
"""

import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput, Fault, ScanViewError, Unavailable
from scanview.core.scan import MAX_CHANNELS, MAX_COLUMNS, MAX_ROWS
from scanview.formats.limits import MAX_SAMPLES, check_samples, clip_text
from scanview.imaging.scan_image import Counts

MAX_DOCUMENT_BYTES = 64 << 20
"""The longest document of an answer: a threat report with the record it carries."""

MAX_ANSWER_BYTES = 2 * MAX_SAMPLES + MAX_DOCUMENT_BYTES + 4_096
"""The longest answer."""

_START = struct.Struct("<4sI")
_MAGIC = b"SVA1"
_ALIGNMENT = 64
_ERRORS = {error.__name__: error for error in (BadInput, Unavailable, Fault)}


class ErrorTold(msgspec.Struct, frozen=True, kw_only=True):
    """An error of ours as values."""

    kind: str
    message: str
    code: str
    remedy: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job: an error, or a document and the shapes (channels, rows, columns) of the views behind it."""

    document: str = ""
    shapes: tuple[tuple[int, int, int], ...] = ()
    error: ErrorTold | None = None


def path_text(path: Path) -> str:
    """A path as text that travels in JSON, also where its name is none: a character for each of its bytes."""
    return os.fsencode(path).decode("latin-1")


def path_of(text: str) -> Path:
    """The path that `path_text` made `text` of."""
    return Path(os.fsdecode(text.encode("latin-1")))


def error_of(error: ScanViewError) -> Answer:
    """The answer that tells of `error`."""
    kind = next((name for name, known in _ERRORS.items() if isinstance(error, known)), Fault.__name__)
    return Answer(error=ErrorTold(kind=kind, message=_text(error.message), code=error.code, remedy=error.remedy))


def write_answer(
    block: int, document: str, views: Sequence[Counts] = (), *, error: ScanViewError | None = None
) -> None:
    """Write an answer into the block behind the descriptor `block`."""
    shapes = tuple((view.shape[0], view.shape[1], view.shape[2]) for view in views)
    answer = error_of(error) if error else Answer(document=document, shapes=shapes)
    encoded = msgspec.json.encode(answer)
    start = _START.pack(_MAGIC, len(encoded)) + encoded
    _write(block, start + bytes(-len(start) % _ALIGNMENT))
    for view in views:
        _write(block, np.ascontiguousarray(view, "<u2").data.cast("B"))


def read_answer(block: int, name: str) -> tuple[str, tuple[Counts, ...]]:
    """(document, views) of the answer in the block behind `block`, which nobody writes to any more.

    The views lie in the block's own memory, and may be written to without changing it.

    Raises:
        ScanViewError: the error that the answer tells of.
        BadInput: it is no answer; `name` is that of the file it is about.
    """
    size = os.fstat(block).st_size
    if not _START.size <= size <= MAX_ANSWER_BYTES:
        raise _no_answer(name)
    memory = mmap.mmap(block, size, access=mmap.ACCESS_COPY)
    magic, length = _START.unpack_from(memory)
    if magic != _MAGIC or not 0 < length <= min(MAX_DOCUMENT_BYTES, size - _START.size):
        raise _no_answer(name)
    try:
        answer = msgspec.json.decode(memory[_START.size : _START.size + length], type=Answer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _no_answer(name) from error
    if answer.error:
        raise _error(answer.error)
    start = _START.size + length
    return answer.document, _views(memory, start + -start % _ALIGNMENT, answer.shapes, name)


def _views(memory: mmap.mmap, start: int, shapes: Sequence[tuple[int, int, int]], name: str) -> tuple[Counts, ...]:
    samples = 0
    for channels, rows, columns in shapes:
        if not (1 <= channels <= MAX_CHANNELS and 1 <= rows <= MAX_ROWS and 0 <= columns <= MAX_COLUMNS):
            raise _no_answer(name)
        samples += channels * rows * columns
    check_samples(name, samples)
    if len(memory) != start + 2 * samples and shapes:
        raise _no_answer(name)
    views = []
    for shape in shapes:
        count = shape[0] * shape[1] * shape[2]
        counts: NDArray[Any] = np.frombuffer(memory, "<u2", count, start).reshape(shape)
        views.append(counts.astype(np.uint16, copy=False))
        start += 2 * count
    return tuple(views)


def _error(told: ErrorTold) -> ScanViewError:
    kind = _ERRORS.get(told.kind, Fault)
    return kind(_line(told.message), code=clip_text(told.code)[:40], remedy=_line(told.remedy))


def _text(text: str) -> str:
    """`text` in characters that travel: a file's name may have others."""
    return text.encode("utf-8", "backslashreplace").decode()


def _line(text: str) -> str:
    return clip_text(text[:1_000])


def _no_answer(name: str) -> BadInput:
    return BadInput(f"{name} cannot be read: what its decoder answered is none", code="decoder-died")


def _write(block: int, content: bytes | memoryview) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(block, rest) :]
