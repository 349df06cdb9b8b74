"""Owns the change of one entry in the metadata of an ONNX file, without the library that made it.

An ONNX file is a protobuf message whose field 14 holds the metadata, one (key, value) message for each. The rest of
the file is copied as it is.
"""

from collections.abc import Iterator

from scanview.core.errors import BadInput

_METADATA, _KEY, _VALUE = 14, 1, 2
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


def with_metadata(model: bytes, key: str, value: str) -> bytes:
    """The same model with `value` under `key`, in place of what stood there.

    Raises:
        BadInput: it is no ONNX file (code `model-damaged`).
    """
    kept = [content for number, content in _fields(model) if number != _METADATA or _key_of(content) != key]
    entry = _bytes_field(_KEY, key.encode()) + _bytes_field(_VALUE, value.encode())
    return b"".join(kept) + _bytes_field(_METADATA, entry)


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number of each field of a message, and its bytes with its tag."""
    position = 0
    while position < len(message):
        start = position
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == _VARINT:
            _, position = _varint(message, position)
        elif kind == _BYTES:
            length, position = _varint(message, position)
            position += length
        elif kind in (_FIXED_64, _FIXED_32):
            position += 8 if kind == _FIXED_64 else 4
        else:
            raise _damaged()
        if position > len(message):
            raise _damaged()
        yield tag >> 3, message[start:position]


def _key_of(field: bytes) -> str:
    """The key of a metadata entry, given with its tag."""
    _, position = _varint(field, 0)
    length, position = _varint(field, position)
    for number, content in _fields(field[position : position + length]):
        if number == _KEY:
            _, start = _varint(content, 0)
            _, start = _varint(content, start)
            return content[start:].decode(errors="replace")
    return ""


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(message) and shift < 64:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
    raise _damaged()


def _bytes_field(number: int, content: bytes) -> bytes:
    return _as_varint(number << 3 | _BYTES) + _as_varint(len(content)) + content


def _as_varint(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _damaged() -> BadInput:
    return BadInput("this is no ONNX file, or a damaged one", code="model-damaged")
