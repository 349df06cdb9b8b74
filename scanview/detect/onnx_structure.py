"""Owns the look into an ONNX file before anything loads it: no data elsewhere, no foreign operators, no endless graph.

It walks the protobuf messages of the format by their field numbers, and so finds what a search for bytes would miss:
the same message can be encoded in many ways. Source: onnx.proto (github.com/onnx/onnx) and the protobuf wire format.
"""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from scanview.core.errors import BadInput

MAX_NODES = 20_000
"""Operations of one model, those of inner graphs included; the shipped detector has some hundreds."""

MAX_DEPTH = 16
"""Graphs within graphs, counted in messages: a loop within a branch within a loop is nine."""

DOMAINS = frozenset({b"", b"ai.onnx", b"ai.onnx.ml"})
"""Whose operators a model may use: those that the standard describes."""

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_MAX_VARINT_BYTES = 10


class _Kind(Enum):
    """The messages that are looked into."""

    MODEL = auto()
    GRAPH = auto()
    NODE = auto()
    ATTRIBUTE = auto()
    TENSOR = auto()
    SPARSE_TENSOR = auto()
    OPERATOR_SET = auto()
    FORBIDDEN = auto()
    """Functions and training steps: operators that a model brings along."""


_INSIDE: Mapping[_Kind, Mapping[int, _Kind]] = MappingProxyType(
    {
        _Kind.MODEL: {7: _Kind.GRAPH, 8: _Kind.OPERATOR_SET, 20: _Kind.FORBIDDEN, 25: _Kind.FORBIDDEN},
        _Kind.GRAPH: {1: _Kind.NODE, 5: _Kind.TENSOR, 15: _Kind.SPARSE_TENSOR},
        _Kind.NODE: {5: _Kind.ATTRIBUTE},
        _Kind.ATTRIBUTE: {
            5: _Kind.TENSOR,
            6: _Kind.GRAPH,
            10: _Kind.TENSOR,
            11: _Kind.GRAPH,
            22: _Kind.SPARSE_TENSOR,
            23: _Kind.SPARSE_TENSOR,
        },
        _Kind.SPARSE_TENSOR: {1: _Kind.TENSOR, 2: _Kind.TENSOR},
    }
)
_DOMAIN_FIELDS = {_Kind.NODE: 7, _Kind.OPERATOR_SET: 1}
_EXTERNAL_FIELDS = (13, 14)
"""Of a tensor: where its data lie, and that they lie elsewhere (1; 0 says that they are here)."""


class _Field(NamedTuple):
    """One field of a message: its number, and its bytes or its whole number."""

    number: int
    content: memoryview
    value: int


def check_structure(content: bytes) -> None:
    """Look through the ONNX model in `content`.

    Raises:
        BadInput: it is no such file (code `model-damaged`), keeps tensors in other files (`model-in-parts`), uses or
            brings operators that the standard does not describe (`model-custom`), or has more operations or deeper
            graphs than any model needs (`model-too-large`).
    """
    waiting = [(_Kind.MODEL, memoryview(content), 0)]
    nodes = 0
    while waiting:
        kind, message, depth = waiting.pop()
        nodes += kind is _Kind.NODE
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise BadInput(
                f"the model has more than {MAX_NODES} operations, or graphs within graphs", code="model-too-large"
            )
        for field in _fields(message):
            _check_field(kind, field)
            if inside := _INSIDE.get(kind, {}).get(field.number):
                waiting.append((inside, field.content, depth + 1))


def _check_field(kind: _Kind, field: _Field) -> None:
    if kind is _Kind.FORBIDDEN:
        raise _custom("functions of its own")
    if kind is _Kind.TENSOR and field.number in _EXTERNAL_FIELDS and (field.content or field.value):
        raise BadInput("the model keeps tensors in other files, which nothing vouches for", code="model-in-parts")
    if field.number == _DOMAIN_FIELDS.get(kind) and bytes(field.content) not in DOMAINS:
        raise _custom(f"operators of {bytes(field.content)[:80].decode(errors='replace')!r}")


def _fields(message: memoryview) -> Iterator[_Field]:
    """The fields of a message, in the order in which they stand there."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        number, form = tag >> 3, tag & 7
        if form == _VARINT:
            value, place = _varint(message, place)
            yield _Field(number, message[:0], value)
            continue
        if form == _BYTES:
            length, place = _varint(message, place)
        else:
            length = {_FIXED_64: 8, _FIXED_32: 4}.get(form, -1)
        if length < 0 or place + length > len(message):
            raise _damaged()
        yield _Field(number, message[place : place + length], 0)
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """(a whole number of seven bits a byte, the place behind it)."""
    value = 0
    for count, byte in enumerate(message[place : place + _MAX_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, place + count + 1
    raise _damaged()


def _custom(what: str) -> BadInput:
    return BadInput(
        f"the model brings {what}, which ScanView does not run", code="model-custom", remedy="Export it without them"
    )


def _damaged() -> BadInput:
    return BadInput("the model is no ONNX file", code="model-damaged")
