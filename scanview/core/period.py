"""Spans of time, and how one is covered by whole months, days and hours of UTC."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from itertools import groupby

from scanview.core.errors import BadInput

HOUR_S = 3_600
DAY_S = 86_400
MOST_YEARS_S = 10 * 366 * DAY_S


class Span(StrEnum):
    """How long one step of time is."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` to before `until`, UTC seconds, both whole hours."""

    since: int
    until: int

    def __post_init__(self) -> None:
        if not 0 <= self.since < self.until or self.until - self.since > MOST_YEARS_S:
            raise BadInput("a period begins before it ends and lasts ten years at most", code="bad-period")
        if self.since % HOUR_S or self.until % HOUR_S:
            raise BadInput("a period begins and ends with an hour", code="bad-period")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """All steps of length `span` that begin from `since` to before `until`, UTC seconds."""

    span: Span
    since: int
    until: int


def start_of(span: Span, at: float) -> int:
    """When the step of UTC that holds the moment `at` (UTC seconds) begins."""
    match span:
        case Span.HOUR:
            return int(at // HOUR_S) * HOUR_S
        case Span.DAY:
            return int(at // DAY_S) * DAY_S
        case Span.MONTH:
            moment = datetime.fromtimestamp(at, UTC)
            return calendar.timegm((moment.year, moment.month, 1, 0, 0, 0))


def end_of(span: Span, start: int) -> int:
    """When the step of UTC that begins at `start` ends."""
    match span:
        case Span.HOUR:
            return start + HOUR_S
        case Span.DAY:
            return start + DAY_S
        case Span.MONTH:
            return start_of(Span.MONTH, start + 32 * DAY_S)


def cover(period: Period, longest: Span = Span.MONTH) -> tuple[Stretch, ...]:
    """The fewest steps that make up the period, none longer than `longest`, in the order of time."""
    spans = (Span.MONTH, Span.DAY, Span.HOUR)
    usable = spans[spans.index(longest) :]
    stretches = []
    for span, steps in groupby(_steps(period, usable), key=lambda step: step[0]):
        starts = [start for _, start in steps]
        stretches.append(Stretch(span=span, since=starts[0], until=end_of(span, starts[-1])))
    return tuple(stretches)


def month(year: int, number: int, offset_s: int) -> Period:
    """The month `number` (1 to 12) of `year`, in a zone that is `offset_s` ahead of UTC."""
    if not (1970 <= year <= 9998 and 1 <= number <= 12):
        raise BadInput(f"{year}-{number} is no month", code="bad-period", remedy="Write it like 2026-11")
    zone = timezone(timedelta(seconds=offset_s))
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return Period(
        since=int(datetime(year, number, 1, tzinfo=zone).timestamp()),
        until=int(datetime(*after, 1, tzinfo=zone).timestamp()),
    )


def _steps(period: Period, usable: tuple[Span, ...]) -> Iterator[tuple[Span, int]]:
    at = period.since
    while at < period.until:
        fitting = (span for span in usable if start_of(span, at) == at and end_of(span, at) <= period.until)
        span = next(fitting, Span.HOUR)
        yield span, at
        at = end_of(span, at)
