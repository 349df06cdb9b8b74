"""Checks that several kinds of statement share: ids that a program makes, and texts that a person writes."""

import re

from scanview.core.errors import BadInput

MAX_TEXT = 2_000

_ID = re.compile(r"[0-9a-f]{32}")


def check_id(value: str, what: str) -> str:
    """Return `value`, or raise BadInput unless it is 32 lower-case hexadecimal digits."""
    if not _ID.fullmatch(value):
        raise BadInput(f"{what} id {value[:64]!r} is not 32 hexadecimal digits", code=f"bad-{what}-id")
    return value


def check_text(text: str) -> str:
    """Return `text`, or raise BadInput where it is longer than a note may be."""
    if len(text) > MAX_TEXT:
        raise BadInput(f"a text of {len(text)} characters is longer than {MAX_TEXT}", code="text-too-long")
    return text
