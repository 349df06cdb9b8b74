"""The forms that values in a rule file have: each makes a value of what TOML gives, or says what it should be."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from scanview.core.errors import BadInput
from scanview.core.triage import MAX_SKILLS, check_rule_name

MAX_WORDS = 500
MAX_WORD = 200
MAX_DAYS = 3_650.0
MAX_DISTANCE = 1_000.0
NUMBERS = ("valid", "invalid", "unknown")

Form: TypeAlias = Callable[[Any], Any]
"""Makes the value, or raises ValueError with what is wrong, to be read behind the key's name."""

_PREFIX = re.compile(r"[0-9]{2,10}")


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("is true or false")
    return value


def number(low: float, high: float, unit: str = "") -> Form:
    """A number from `low` to `high`, both included."""

    def form(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"is a number from {low:g} to {high:g}{unit}")
        return float(value)

    return form


def whole(low: int, high: int) -> Form:
    """A whole number from `low` to `high`, both included."""

    def form(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"is a whole number from {low} to {high}")
        return value

    return form


def globs(value: Any) -> tuple[str, ...]:
    """One pattern or several, of which one must match: * stands for any text, ? for one letter; case does not count."""
    patterns = (value,) if isinstance(value, str) else value
    if not isinstance(patterns, list | tuple) or not 1 <= len(patterns) <= MAX_WORDS:
        raise ValueError(f"is a text, or a list of 1 to {MAX_WORDS} texts")
    if any(not isinstance(pattern, str) or not 1 <= len(pattern) <= MAX_WORD for pattern in patterns):
        raise ValueError(f"has texts of 1 to {MAX_WORD} characters")
    return tuple(patterns)


def prefixes(value: Any) -> tuple[str, ...]:
    """Beginnings of codes of the Harmonized System: two to ten digits each."""
    digits = tuple(text.replace(".", "") for text in globs(value))
    if any(not _PREFIX.fullmatch(text) for text in digits):
        raise ValueError('has codes of 2 to 10 digits, as texts: "03", "0603"')
    return digits


def numbers(value: Any) -> tuple[str, ...]:
    """What a container's number may be."""
    wanted = globs(value)
    if not set(wanted) <= set(NUMBERS):
        raise ValueError(f"is one or several of {', '.join(NUMBERS)}")
    return wanted


def choice(*words: str) -> Form:
    """One of these words."""

    def form(value: Any) -> str:
        if value not in words:
            raise ValueError(f"is one of {', '.join(words)}")
        return str(value)

    return form


def skills(value: Any) -> tuple[str, ...]:
    """Names of skills, sorted, each once."""
    named = globs(value)
    if len(named) > MAX_SKILLS:
        raise ValueError(f"names at most {MAX_SKILLS} skills")
    try:
        return tuple(sorted({check_rule_name(name, "skill") for name in named}))
    except BadInput as error:
        raise ValueError(f"has a name that is none: {error.message}") from error


def review_share(value: Any) -> float:
    """The share of scans that are reviewed twice: "always", or a number from 0 to 1."""
    if value == "always":
        return 1.0
    try:
        return float(share(value))
    except ValueError:
        raise ValueError('is "always" or a share from 0 to 1') from None


share = number(0.0, 1.0)
days = number(1 / 24, MAX_DAYS, " days")
distance = number(0.0, MAX_DISTANCE)
