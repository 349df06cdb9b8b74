"""Makes inputs out of sound ones: bytes that are damaged, and documents of which one value is another."""

import json
import re
from random import Random

EVIL_TEXTS = (
    "", "\0", "\n2026-01-01 INFO forged", "\x1b[2J", "‮txt.exe", "\ud800", "../../../etc/passwd", "/etc/passwd",
    "..", "a/../b", "%s%n%x{0}{x!r}", "'; DROP TABLE scans; --", "<b>x</b><img src=file:///x>", "￿", "𝕏", "é" * 9,
    "CON", "x" * 300, "x" * 5_000, "0" * 32, "f" * 64, "CNSHA-03", "HOLD", "RELEASE", "NaN", "1e999", "-0", "[" * 50,
)  # fmt: skip
EVIL_NUMBERS = (
    0, -1, 1, 2, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53,
    2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30, 10**400, -(2**31), -(2**63), 0.1, -0.0, 1e-320, 1e300, 1e308, 0.5,
)  # fmt: skip
EVIL_VALUES = (None, True, False, [], {}, [[]], [{}], {"": None}, {"kind": "ping"}, [0] * 70)
_PIECES = (
    b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"{", b"}", b"[" * 200, b"[" * 20_000,
    b'{"a":' * 5_000, b'"', b"\\", b"NaN", b"Infinity", b"-", b"9" * 5_000, b"1e999", b"\n", b"\r", b"'''", b'"""',
    b"[[x]]\n", b"[a]\n", b"a.b.c.d = 1\n", b"<!DOCTYPE x>", b"<!ENTITY a 'aaaa'>", b"&a;", b"</", b"<OME>",
    b"<a>" * 3_000,
    b"\xe2\x80\xae", b"\xed\xa0\x80", b"1979-05-27T07:32:00Z", b"0x", b"inf", b"{}",
)  # fmt: skip
_DIGITS = re.compile(rb"\d+")
_LONGEST = 1 << 21


def mutated(seed: bytes, other: bytes, random: Random) -> bytes:
    """`seed` with a few damages; `other` is where pieces of another input come from."""
    data = bytearray(seed)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        random.choice(_DAMAGES)(data, other, random)
        if len(data) > _LONGEST:
            del data[_LONGEST:]
    return bytes(data)


def _place(data: bytearray, random: Random) -> int:
    """Somewhere, and more often near the start, where headers are."""
    most = len(data) if random.random() < 0.6 else min(len(data), 400)
    return random.randrange(most + 1) if most else 0


def _flip(data, other, random):
    if data:
        place = min(_place(data, random), len(data) - 1)
        data[place] ^= 1 << random.randrange(8)


def _put(data, other, random):
    if data:
        data[min(_place(data, random), len(data) - 1)] = random.randrange(256)


def _number(data, other, random):
    width = random.choice((1, 2, 4, 8))
    number = random.choice([n for n in EVIL_NUMBERS if isinstance(n, int)]) % (1 << 8 * width)
    place = _place(data, random)
    data[place : place + width] = number.to_bytes(width, random.choice(("little", "big")))


def _digits(data, other, random):
    found = list(_DIGITS.finditer(bytes(data[:100_000])))
    if found:
        start, end = random.choice(found).span()
        data[start:end] = str(random.choice(EVIL_NUMBERS)).encode()


def _cut(data, other, random):
    del data[_place(data, random) :]


def _drop(data, other, random):
    place = _place(data, random)
    del data[place : place + random.choice((1, 2, 4, 16, 100, 1_000))]


def _insert(data, other, random):
    place = _place(data, random)
    data[place:place] = random.choice(_PIECES)


def _repeat(data, other, random):
    place, length = _place(data, random), random.choice((1, 4, 12, 20, 100))
    data[place:place] = data[place : place + length] * random.choice((1, 2, 50))


def _splice(data, other, random):
    start, place = _place(bytearray(other), random), _place(data, random)
    data[place:] = other[start:]


def _exchange(data, other, random):
    one, two, length = _place(data, random), _place(data, random), random.choice((1, 4, 12))
    data[one : one + length], data[two : two + length] = data[two : two + length], data[one : one + length]


_DAMAGES = (_flip, _flip, _put, _number, _number, _digits, _cut, _drop, _insert, _repeat, _splice, _exchange)


def mutated_json(seed: bytes, random: Random) -> bytes:
    """The JSON document `seed` with a value or two exchanged, in the canonical form; damaged where it is none."""
    try:
        document = json.loads(seed)
    except ValueError:
        return seed
    for _ in range(random.choice((1, 1, 2, 4))):
        document = _changed(document, random)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=random.random() < 0.3)
    return text.encode("utf-8", "surrogatepass")


def _changed(value: object, random: Random) -> object:
    """`value` with one value somewhere in it changed."""
    inside = isinstance(value, dict | list) and value and random.random() < 0.85
    if not inside:
        return _another(value, random)
    if isinstance(value, list):
        place = random.randrange(len(value))
        return [*value[:place], _changed(value[place], random), *value[place + 1 :]]
    key = random.choice(list(value))
    act = random.random()
    if act < 0.08:
        return {name: each for name, each in value.items() if name != key}
    if act < 0.14:
        return {**value, random.choice(EVIL_TEXTS): value[key]}
    return {**value, key: _changed(value[key], random)}


def _another(value: object, random: Random) -> object:
    if isinstance(value, list) and value and random.random() < 0.5:
        return (value * random.choice((2, 70, 300)))[:400]
    if isinstance(value, str) and random.random() < 0.3:
        return value + random.choice(EVIL_TEXTS)
    if isinstance(value, int | float) and random.random() < 0.3:
        return random.choice((value + 1, -value, value * 1_000_003, str(value)))
    return random.choice(random.choice((EVIL_TEXTS, EVIL_NUMBERS, EVIL_VALUES)))
