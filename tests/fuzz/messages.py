"""Targets that travel over the wire: every message from every sender, and the record of a strip."""

import json
import zlib
from functools import cache

import msgspec

from scanview.core.scan import LEVELS
from scanview.imaging.pyramid import strip_levels
from scanview.wire.codec import RAW_FRAMES, decode, encode
from scanview.wire.messages import MESSAGES, PeerRole
from scanview.wire.records import build, check_fits, parse, read_prefix
from scanview.wire.tiles import decode_level, encode_strip
from tests.fuzz.mutating import mutated, mutated_json
from tests.fuzz.shaped import value_of
from tests.fuzz.target import Target
from tests.unit.formats.archive_scans import scan_header, scan_image

_SPLIT = b"\0raw\0"


def _seeds(folder):
    return [kind.encode() for kind in sorted(MESSAGES)]


@cache
def _form(kind):
    return msgspec.inspect.type_info(MESSAGES[kind])


def _message(seed, other, random):
    """A message of the kind `seed` made anew by its type, one in three damaged; its raw frames behind it."""
    kind = seed.decode()
    header = json.dumps(value_of(_form(kind), random), ensure_ascii=False).encode("utf-8", "surrogatepass")
    chance = random.random()
    if chance < 0.2:
        header = mutated_json(header, random)
    elif chance < 0.35:
        header = mutated(header, json.dumps(value_of(_form(other.decode()), random)).encode(), random)
    frames = RAW_FRAMES.get(MESSAGES[kind], range(1))
    raw = random.choice((frames.start, frames.start, frames.start, random.randrange(4)))
    return _SPLIT.join([header, *(random.randbytes(3) for _ in range(raw))])


def _read_message(content):
    """Whoever sent it: what is taken for a message can be sent again and is the same."""
    frames = content.split(_SPLIT)
    for sender in PeerRole:
        try:
            envelope = decode(frames, sender)
        except Exception as error:
            if getattr(error, "code", "") not in {"bad-message", "not-your-message"}:
                raise
            if sender is list(PeerRole)[-1]:
                raise
            continue
        if decode(encode(envelope.message, *envelope.raw), sender).message != envelope.message:
            raise AssertionError(f"{envelope.message!r} is another after a second journey")
        return


def _records(folder):
    views = scan_image((200,)).views[0]
    return [
        encode_strip(strip_levels(views[:, :, start : start + 128]), sequence=start // 128, view=0)
        for start in (0, 128)
    ]


def _record(seed, other, random):
    """A record whose checksum is right again in most cases, so that what stands behind it is reached."""
    content = bytearray(mutated(seed, other, random))
    if random.random() < 0.8 and len(content) > 20:
        content[16:20] = zlib.crc32(content[20:]).to_bytes(4, "little")
    return bytes(content)


def _read_record(content):
    header = scan_header()
    prefix = read_prefix(content)
    check_fits(prefix, header)
    record = parse(content)
    built = build(
        sequence=record.sequence, view=record.view, channels=record.channels, columns=record.columns, tiles=record.tiles
    )
    if built != content:
        raise AssertionError("the record is another when it is built again")
    for level in range(LEVELS):
        decode_level(record, rows=header.views[0].rows, level=level)


TARGETS = (
    Target("messages", _seeds, _read_message, _message),
    Target("records", _records, _read_record, _record),
)
