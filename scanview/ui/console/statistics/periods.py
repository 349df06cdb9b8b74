"""Owns the periods that a person chooses from, by the clock of the workstation, without Qt."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from scanview.core.period import DAY_S, HOUR_S, Period


class Choice(StrEnum):
    """A period in a word."""

    TODAY = "today"
    WEEK = "week"
    THIRTY_DAYS = "thirty-days"
    MONTH = "month"
    LAST_MONTH = "last-month"
    YEAR = "year"


def offset_at(now: float) -> int:
    """How far the workstation's clock is ahead of UTC, seconds, as whole hours."""
    local = datetime.fromtimestamp(now).astimezone().utcoffset() or timedelta(0)
    return round(local.total_seconds() / HOUR_S) * HOUR_S


def period_of(choice: Choice, now: float, offset_s: int) -> Period:
    """The period that is meant at `now` (UTC seconds); it ends with the hour that runs, or with the last month."""
    latest = int(now // HOUR_S + 1) * HOUR_S
    midnight = int((now + offset_s) // DAY_S) * DAY_S - offset_s
    match choice:
        case Choice.TODAY:
            return Period(since=midnight, until=latest)
        case Choice.WEEK:
            return Period(since=midnight - 6 * DAY_S, until=latest)
        case Choice.THIRTY_DAYS:
            return Period(since=midnight - 29 * DAY_S, until=latest)
        case Choice.YEAR:
            return Period(since=midnight - 364 * DAY_S, until=latest)
        case Choice.MONTH:
            return Period(since=_first_of_month(midnight, offset_s), until=latest)
        case Choice.LAST_MONTH:
            this = _first_of_month(midnight, offset_s)
            return Period(since=_first_of_month(this - DAY_S, offset_s), until=this)


def _first_of_month(midnight: int, offset_s: int) -> int:
    day = datetime.fromtimestamp(midnight + offset_s, tz=UTC).day
    return midnight - (day - 1) * DAY_S
