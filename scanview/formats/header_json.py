"""The scan header as canonical JSON: the same header always gives the same bytes."""

import math
from typing import Any

import msgspec

from scanview.core.errors import BadInput
from scanview.core.scan import ScanHeader
from scanview.formats.limits import MAX_HEADER_BYTES

_LEFT_OUT_WHERE_EMPTY = ("container_type",)
_LEFT_OUT_OF_DECLARATION = ("importer", "standing", "advance")
"""Fields that came later: a header without them keeps the bytes, and the hash, that it had before."""

PARTIES = ("importer", "shipper")
"""Fields of a declaration that name who the goods are from or for."""

_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(ScanHeader, strict=True)


def encode_header(header: ScanHeader) -> bytes:
    """`header` in UTF-8 JSON with sorted keys; BadInput where it is too long or holds a number that is none."""
    if not math.isfinite(header.started_at):
        raise BadInput(f"a scan cannot have started at {header.started_at}", code="bad-header")
    try:
        encoded = _encoder.encode(_fields(header))
    except UnicodeEncodeError as error:
        raise BadInput(f"the scan header is not text: {error.reason}", code="bad-header") from error
    if len(encoded) > MAX_HEADER_BYTES:
        raise BadInput(f"a scan header of {len(encoded)} bytes", code="bad-header")
    return encoded


def _fields(header: ScanHeader) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(header)
    _leave_out(fields, _LEFT_OUT_WHERE_EMPTY)
    if fields["declaration"] is not None:
        _leave_out(fields["declaration"], _LEFT_OUT_OF_DECLARATION)
    return fields


def _leave_out(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if not fields[name]:
            del fields[name]


def without_parties(encoded: bytes) -> bytes:
    """The header in `encoded`, which is sound, without the names of those whose goods these are."""
    fields: dict[str, Any] = msgspec.json.decode(encoded)
    declaration = fields.get("declaration")
    if not declaration or not any(declaration.get(name) for name in PARTIES):
        return encoded
    fields["declaration"] = {name: "" if name in PARTIES else value for name, value in declaration.items()}
    return _encoder.encode(fields)


def decode_header(encoded: bytes | memoryview) -> ScanHeader:
    """The header written by `encode_header`.

    Raises:
        BadInput: it is not JSON, a field is missing or of the wrong type, or a value breaks a rule of core.scan.
    """
    if len(encoded) > MAX_HEADER_BYTES:
        raise BadInput(f"a scan header of {len(encoded)} bytes", code="bad-header")
    try:
        return _decoder.decode(encoded)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(f"the scan header cannot be read: {error}", code="bad-header") from error
