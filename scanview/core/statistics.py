"""What is asked about the room's work, and the answer: rows of counts and times, lanes at work, interruptions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import BadInput
from scanview.core.figures import Figures, Stage, Tally
from scanview.core.interruption import Cause, Spell
from scanview.core.interval import Interval, wilson
from scanview.core.period import DAY_S, HOUR_S, Period, Span

MAX_INTERRUPTIONS = 1_000
"""So many of a period are named, the latest; all are counted."""

MOST_ROWS = 5_000
"""Rows of an answer; a question with more is refused."""

LARGEST_OFFSET_S = 14 * HOUR_S


class Grouping(StrEnum):
    """What makes a row."""

    PORT = "port"
    LANE = "lane"
    HOUR = "hour"
    """The hour of the day, 00 to 23, in the zone that was asked for."""
    ANALYST = "analyst"
    TIME = "time"
    """Steps of time one after the other: hours, days or months, by how long the period is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which figures are wanted: of what period, by what, and of which port, lane or analyst; empty for all.

    `offset_s` is how far the zone of the reader's clock is ahead of UTC, in whole hours.
    """

    period: Period
    by: Grouping
    port: str = ""
    lane: str = ""
    analyst: str = ""
    offset_s: int = 0

    def __post_init__(self) -> None:
        if abs(self.offset_s) > LARGEST_OFFSET_S or self.offset_s % HOUR_S:
            raise BadInput("a zone is whole hours from UTC, 14 at most", code="bad-zone")
        if self.analyst and self.lane:
            raise BadInput(
                "figures of a person are kept by port, not by lane",
                code="analyst-and-lane",
                remedy="Ask for a port instead of the lane",
            )
        if self.analyst and self.by is Grouping.LANE:
            raise BadInput(
                "figures of a person are kept by port, not by lane", code="analyst-and-lane", remedy="Ask by port"
            )
        if self.lane and self.by is Grouping.ANALYST:
            raise BadInput(
                "figures of people are kept by port, not by lane", code="analyst-and-lane", remedy="Ask for a port"
            )

    @property
    def is_of_people(self) -> bool:
        """Whether the answer is made of what people did, not of what lanes saw."""
        return self.by is Grouping.ANALYST or bool(self.analyst)

    @property
    def step(self) -> Span:
        """The step of time that a row of `Grouping.TIME` is."""
        length_s = self.period.until - self.period.since
        if length_s <= 8 * DAY_S:
            return Span.HOUR
        return Span.DAY if length_s <= 400 * DAY_S else Span.MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTimes:
    """How long a stage took, seconds: the mean, and what 50, 90, 95 and 99 of 100 did not exceed."""

    count: int
    mean_s: float
    p50_s: float
    p90_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one key: a port, a lane, an hour "08", a name, or the beginning of a step in UTC seconds.

    Counts that are 0 and stages that nothing went through are left out.
    """

    key: str
    counts: Mapping[str, int]
    times: Mapping[str, StageTimes]

    def count(self, tally: Tally) -> int:
        """How many there were."""
        return self.counts.get(tally.value, 0)

    def stage(self, stage: Stage) -> StageTimes | None:
        """How long that took, or None where nothing went through it."""
        return self.times.get(stage.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneUse:
    """How a lane was used: seconds connected, at work and lost, and the lost ones by their cause.

    Time before the lane connected for the first time is none of them.
    """

    lane: str
    connected_s: float
    working_s: float
    lost_s: float
    lost_by_cause: Mapping[str, float]

    @property
    def availability(self) -> float:
        """The share of the known time in which the lane was connected; 0 where nothing is known."""
        known_s = self.connected_s + self.lost_s
        return self.connected_s / known_s if known_s else 0.0

    @property
    def utilisation(self) -> float:
        """The share of the connected time in which scans came in, at most 1: scans may overlap on a slow line."""
        return min(self.working_s / self.connected_s, 1.0) if self.connected_s else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The answer: the whole, its rows in order, how lanes were used, and the latest interruptions."""

    question: Question
    whole: Row
    rows: tuple[Row, ...]
    lanes: tuple[LaneUse, ...] = ()
    interruptions: tuple[Spell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hits` of `trials`, with the interval of the true share."""

    hits: int
    trials: int
    interval: Interval

    @property
    def value(self) -> float:
        """The counted share; 0 of nothing."""
        return self.hits / self.trials if self.trials else 0.0


class Ratio(StrEnum):
    """Shares that people ask for."""

    HELD = "held"
    DIRECT = "direct"
    MISSED = "missed"
    AGREED = "agreed"
    HIT = "hit"
    RECOGNISED = "recognised"


_RATIOS = {
    Ratio.HELD: (Tally.HELD, Tally.DECIDED),
    Ratio.DIRECT: (Tally.RELEASED_DIRECTLY, Tally.DECIDED),
    Ratio.MISSED: (Tally.DIRECT_MISSED, Tally.DIRECT_CHECKED),
    Ratio.AGREED: (Tally.SECOND_AGREED, Tally.SECOND_READ),
    Ratio.HIT: (Tally.FOUND, Tally.INSPECTED),
    Ratio.RECOGNISED: (Tally.RECOGNISED, Tally.STORED),
}


def share(row: Row, ratio: Ratio) -> Share:
    """That share of the row."""
    part, whole = _RATIOS[ratio]
    trials = row.count(whole)
    hits = min(row.count(part), trials)
    return Share(hits=hits, trials=trials, interval=wilson(hits, trials))


def row_of(key: str, figures: Figures) -> Row:
    """The figures in numbers that people read."""
    counts = {tally.value: count for tally in Tally if (count := figures.tally(tally))}
    times = {stage.value: taken for stage in Stage if (taken := _stage_times(figures, stage)) is not None}
    return Row(key=key, counts=counts, times=times)


def lane_uses(spells: Iterable[Spell], working_s: Mapping[str, float], since: float, until: float) -> list[LaneUse]:
    """How each lane was used from `since` to `until`, which lies not in the future, by the lane's name."""
    connected: dict[str, float] = {}
    lost: dict[str, dict[str, float]] = {}
    for spell in spells:
        seconds = spell.within(since, until)
        if not seconds:
            continue
        if spell.connected:
            connected[spell.lane] = connected.get(spell.lane, 0.0) + seconds
        else:
            by_cause = lost.setdefault(spell.lane, {})
            by_cause[spell.cause.value] = by_cause.get(spell.cause.value, 0.0) + seconds
    lanes = sorted({*connected, *lost, *(lane for lane, seconds in working_s.items() if seconds)})
    return [
        LaneUse(
            lane=lane,
            connected_s=connected.get(lane, 0.0),
            working_s=working_s.get(lane, 0.0),
            lost_s=sum(lost.get(lane, {}).values()),
            lost_by_cause=lost.get(lane, {}),
        )
        for lane in lanes
    ]


def explained_share(lanes: Iterable[LaneUse]) -> float:
    """The share of the lost time that somebody gave a cause for; 1 where none was lost."""
    lost_s = unexplained_s = 0.0
    for lane in lanes:
        lost_s += lane.lost_s
        unexplained_s += lane.lost_by_cause.get(Cause.UNEXPLAINED.value, 0.0)
    return 1.0 - unexplained_s / lost_s if lost_s else 1.0


def _stage_times(figures: Figures, stage: Stage) -> StageTimes | None:
    taken = figures.times(stage)
    if not taken.count:
        return None
    p50_s, p90_s, p95_s, p99_s = (taken.quantile(share) for share in (0.5, 0.9, 0.95, 0.99))
    return StageTimes(count=taken.count, mean_s=taken.mean_s, p50_s=p50_s, p90_s=p90_s, p95_s=p95_s, p99_s=p99_s)
