"""Owns how a moment is typed: 2026-11-01, or 2026-11-01 08:30, in the time of this computer."""

import time
from datetime import datetime, timedelta

from scanview.core.errors import BadInput


def typed_moment(text: str, *, is_end: bool = False) -> float | None:
    """UTC seconds of what was typed, None for nothing; the end of a day that is an end.

    Raises:
        BadInput: it is no date and no time (code `bad-moment`).
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace("/", "-"))
        is_day = len(text.strip()) <= len("2026-11-01")
        return (moment + timedelta(days=1) if is_end and is_day else moment).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(f"{text[:40]!r} is no date or time like 2026-11-01 08:30", code="bad-moment") from error


def shown_moment(at: float) -> str:
    """A moment of the archive as it is shown and exported: date and time of this computer, "" for 0."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at)) if at else ""
