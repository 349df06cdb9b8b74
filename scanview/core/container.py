"""Container numbers and types by ISO 6346: owner, category, serial number, check digit; length, height and type."""

import re

_NUMBER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_SIZE_TYPE = re.compile(r"[0-9A-Z]{4}")
_SAME_LOOK = 3
"""Characters of a size-type code that decide what an empty container looks like: length, height and width, and type
group. The fourth tells of vents and fittings."""

_LENGTHS_MM = {"1": 2_991, "2": 6_058, "3": 9_125, "4": 12_192, "L": 13_716, "M": 14_630, "P": 16_154}
_HEIGHTS_MM = {"0": 2_438, "2": 2_591, "4": 2_743, "5": 2_896, "C": 2_591, "D": 2_743, "E": 2_896}

_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (v for v in range(10, 39) if v % 11), strict=True))


def normalise(typed: str) -> str:
    """`typed` in capitals without the spaces, dashes and dots people put between its groups."""
    return re.sub(r"[\s.\-/]", "", typed).upper()


def check_digit(number: str) -> int:
    """The check digit of the first ten characters: the sum of value * 2**position, modulo 11, ten counting as 0.

    Source: ISO 6346, annex A. Letters count from 10, leaving out 11, 22 and 33.
    """
    total = sum((_LETTERS[c] if c.isalpha() else int(c)) << i for i, c in enumerate(number[:10]))
    return total % 11 % 10


def is_valid(typed: str) -> bool:
    """Whether `typed` is a container number with the right check digit."""
    number = normalise(typed)
    return bool(_NUMBER.fullmatch(number)) and check_digit(number) == int(number[10])


def grouped(typed: str) -> str:
    """The number in the groups it is painted in (CSQU 305438 3); anything else as it was typed."""
    number = normalise(typed)
    return f"{number[:4]} {number[4:10]} {number[10]}" if _NUMBER.fullmatch(number) else typed


def is_size_type(code: str) -> bool:
    """Whether `code` is written like a size-type code: four digits or capitals, as 22G1 or 45R1."""
    return bool(_SIZE_TYPE.fullmatch(code))


def looks_of(code: str) -> str:
    """What containers that look the same when they are empty share of their size-type codes; "" for an unknown one."""
    return code[:_SAME_LOOK]


def outside_mm(code: str) -> tuple[int, int] | None:
    """Outside length and height of containers with this size-type code, mm; None for an unknown one.

    Source: ISO 6346, annex D; ISO 668.
    """
    length, height = _LENGTHS_MM.get(code[:1]), _HEIGHTS_MM.get(code[1:2])
    return None if length is None or height is None else (length, height)
