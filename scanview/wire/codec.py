"""Messages to frames and back, with every limit checked before anything is believed.

A message is one header frame, the JSON of its fields with its `kind`, followed by raw frames that are never copied.
What may be in a message is decided here once: how long its frames are, how many raw frames its kind has, and who may
send it. Whoever handles a decoded message can rely on all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

import msgspec

from scanview.core.errors import BadInput, Fault, NotAllowed
from scanview.wire.messages import (
    MESSAGES,
    CheckpointTold,
    Message,
    OrderMessage,
    OrderReceiptMessage,
    PeerRole,
    PhotoContent,
    PutPhoto,
    RecalledOrder,
    ReportInspection,
    ScanOffer,
    ScanOpened,
    Strip,
    Strips,
)

Buffer: TypeAlias = bytes | bytearray | memoryview

MAX_HEADER_BYTES = 1 << 20
MAX_RAW_BYTES = 16 << 20
MAX_FRAMES = 65
"""One header and 64 raw frames."""

RAW_FRAMES: dict[type[Message], range] = {
    CheckpointTold: range(1, 2),
    ScanOffer: range(1, 2),
    Strip: range(1, 2),
    OrderMessage: range(1, 2),
    OrderReceiptMessage: range(1, 2),
    RecalledOrder: range(2, 3),
    PutPhoto: range(1, 2),
    ReportInspection: range(1, 2),
    PhotoContent: range(1, 2),
    ScanOpened: range(1, 2),
    Strips: range(MAX_FRAMES),
}
"""How many raw frames a kind has; none where it is not named."""

_NONE = range(1)
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Union[tuple(MESSAGES.values())])  # noqa: UP007


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A decoded message; `raw` are views into the received frames, which they keep alive."""

    message: Message
    raw: tuple[memoryview, ...]


def encode(message: Message, *raw: Buffer) -> list[Buffer]:
    """The frames of `message`; Fault where it breaks a limit, because we made it."""
    header = _encoder.encode(message)
    if len(header) > MAX_HEADER_BYTES or any(len(frame) > MAX_RAW_BYTES for frame in raw):
        raise Fault(f"a {_kind(message)} message is too long to send", code="message-too-long")
    if len(raw) not in RAW_FRAMES.get(type(message), _NONE):
        raise Fault(f"a {_kind(message)} message with {len(raw)} raw frames", code="wrong-frames")
    return [header, *raw]


def decode(frames: Sequence[Buffer], sender: PeerRole) -> Envelope:
    """The message in `frames`, which came from a peer enrolled as `sender`.

    Raises:
        BadInput: too many or too long frames, no JSON, an unknown kind, a field missing or out of its range.
        NotAllowed: the message is not one that `sender` may send (code `not-your-message`).
    """
    if not 1 <= len(frames) <= MAX_FRAMES:
        raise _bad(f"a message of {len(frames)} frames")
    if len(frames[0]) > MAX_HEADER_BYTES or any(len(frame) > MAX_RAW_BYTES for frame in frames[1:]):
        raise _bad("a message with a frame that is too long")
    message = _decode_header(frames[0])
    if sender not in message.senders:
        raise NotAllowed(f"a {sender} does not send {_kind(message)}", code="not-your-message")
    if len(frames) - 1 not in RAW_FRAMES.get(type(message), _NONE):
        raise _bad(f"a {_kind(message)} message with {len(frames) - 1} raw frames")
    return Envelope(message=message, raw=tuple(memoryview(frame) for frame in frames[1:]))


def _decode_header(header: Buffer) -> Message:
    try:
        return _decoder.decode(header)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _bad(f"a message that cannot be read ({error})") from error


def _kind(message: Message) -> str:
    return str(message.__struct_config__.tag)


def _bad(reason: str) -> BadInput:
    return BadInput(reason, code="bad-message")
