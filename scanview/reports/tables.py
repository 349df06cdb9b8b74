"""The tables of a report, the same for every form of document: what stands in each cell, and how it is read.

A cell is a number with the way it is shown, or a text. So a spreadsheet can calculate with what a page prints.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from scanview.core.figures import IN_ORDER, QUANTILE_ERROR, Stage, Tally
from scanview.core.interruption import Cause, Spell
from scanview.core.period import Span
from scanview.core.statistics import Grouping, LaneUse, Ratio, Row, share
from scanview.reports.gathered import ALL, Gathered
from scanview.reports.wording import Speak, duration_text, share_text


class Form(Enum):
    """How a number is read."""

    COUNT = auto()
    SECONDS = auto()
    SHARE = auto()


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a cell."""

    value: float
    form: Form

    @property
    def text(self) -> str:
        """As a page prints it."""
        match self.form:
            case Form.COUNT:
                return f"{self.value:,.0f}"
            case Form.SECONDS:
                return duration_text(self.value)
            case Form.SHARE:
                return share_text(self.value)


Cell = Number | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table: its title, the heads of its columns, its rows. `id` names it in every language."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_RATIOS = {
    Ratio.HELD: "share-held",
    Ratio.DIRECT: "direct",
    Ratio.MISSED: "missed",
    Ratio.AGREED: "agreed",
    Ratio.HIT: "hit",
    Ratio.RECOGNISED: "recognised",
}
_REASONS = tuple(tally for tally in Tally if tally.value.startswith("held-"))
_STAGE_HEADS = ("queue-p50", "queue-p90", "decision-p50", "decision-p90", "clearance-p50", "clearance-p90")


def tables_of(gathered: Gathered, speak: Speak) -> tuple[ReportTable, ...]:
    """All tables, in the order in which they are read."""
    return (
        _key_figures(gathered, speak),
        _stages(gathered, speak),
        _reasons(gathered, speak),
        *(_grouped(gathered, grouping, speak) for grouping in ALL),
        _use(gathered, speak),
        _interruptions(gathered, speak),
    )


def key_text(gathered: Gathered, grouping: Grouping, row: Row) -> str:
    """What a row is of, as people read it: a step of time by the report's clock."""
    if grouping is not Grouping.TIME:
        return row.key
    moment = gathered.moment(int(row.key))
    match gathered.by[grouping].question.step:
        case Span.HOUR:
            return f"{moment:%Y-%m-%d %H:00}"
        case Span.DAY:
            return f"{moment:%Y-%m-%d}"
        case Span.MONTH:
            return f"{moment:%Y-%m}"


def _count(value: float) -> Number:
    return Number(value, Form.COUNT)


def _seconds(value: float) -> Number:
    return Number(value, Form.SECONDS)


def _share(value: float) -> Number:
    return Number(value, Form.SHARE)


def _key_figures(gathered: Gathered, speak: Speak) -> ReportTable:
    whole = gathered.whole
    counted = (Tally.ARRIVED, Tally.DECIDED, Tally.RELEASED, Tally.HELD, Tally.WITHDRAWN, Tally.REFUSED)
    rows: list[tuple[Cell, ...]] = [(speak(tally.value), _count(whole.count(tally)), "", "") for tally in counted]
    for ratio, id in _RATIOS.items():
        told = share(whole, ratio)
        if told.trials:
            between = f"{share_text(told.interval.low)} – {share_text(told.interval.high)}"
            rows.append((speak(id), _share(told.value), between, _count(told.trials)))
        else:
            rows.append((speak(id), "—", "—", _count(0)))
    heads = (speak("figure"), speak("value"), speak("interval"), speak("of"))
    return ReportTable(id="key-figures", title=speak("key-figures"), heads=heads, rows=tuple(rows))


def _stages(gathered: Gathered, speak: Speak) -> ReportTable:
    rows: list[tuple[Cell, ...]] = []
    for stage in (*IN_ORDER, Stage.CLEARANCE):
        taken = gathered.whole.stage(stage)
        if taken is not None:
            quantiles = (taken.mean_s, taken.p50_s, taken.p90_s, taken.p95_s, taken.p99_s)
            rows.append((speak(f"stage.{stage}"), _count(taken.count), *map(_seconds, quantiles)))
    heads = tuple(map(speak, ("stage", "count", "mean", "p50", "p90", "p95", "p99")))
    return ReportTable(id="stages", title=speak("stages"), heads=heads, rows=tuple(rows))


def _reasons(gathered: Gathered, speak: Speak) -> ReportTable:
    held = gathered.whole.count(Tally.HELD)
    rows = tuple(
        (speak(tally.value), _count(count), _share(count / held))
        for tally in _REASONS
        if (count := gathered.whole.count(tally))
    )
    return ReportTable(
        id="reasons", title=speak("reasons"), heads=tuple(map(speak, ("reason", "count", "share-held"))), rows=rows
    )


def _grouped(gathered: Gathered, grouping: Grouping, speak: Speak) -> ReportTable:
    of_people = grouping is Grouping.ANALYST
    heads = [grouping.value, *(() if of_people else ("arrived",)), "decided", "released", "held", "share-held"]
    stages = tuple(head for head in _STAGE_HEADS if not of_people or head.startswith("decision"))
    rows = tuple(
        (key_text(gathered, grouping, row), *_counts(row, of_people=of_people), *_times(row, stages))
        for row in gathered.by[grouping].rows
    )
    return ReportTable(
        id=f"by-{grouping}",
        title=speak(f"by-{grouping}"),
        heads=tuple(speak(head) for head in (*heads, *stages)),
        rows=rows,
    )


def _counts(row: Row, *, of_people: bool) -> Iterator[Cell]:
    if not of_people:
        yield _count(row.count(Tally.ARRIVED))
    for tally in (Tally.DECIDED, Tally.RELEASED, Tally.HELD):
        yield _count(row.count(tally))
    yield _share(share(row, Ratio.HELD).value)


def _times(row: Row, heads: Iterable[str]) -> Iterator[Cell]:
    for head in heads:
        name, _, quantile = head.partition("-")
        taken = row.stage(Stage(name))
        yield "—" if taken is None else _seconds(getattr(taken, f"{quantile}_s"))


def _use(gathered: Gathered, speak: Speak) -> ReportTable:
    heads = ("lane", "connected", "working", "lost", "unexplained", "availability", "utilisation")
    rows = tuple(_use_row(use) for use in gathered.by[Grouping.LANE].lanes)
    return ReportTable(id="use", title=speak("use"), heads=tuple(map(speak, heads)), rows=rows)


def _use_row(use: LaneUse) -> tuple[Cell, ...]:
    unexplained_s = use.lost_by_cause.get(Cause.UNEXPLAINED.value, 0.0)
    spans = (use.connected_s, use.working_s, use.lost_s, unexplained_s)
    return (use.lane, *map(_seconds, spans), _share(use.availability), _share(use.utilisation))


def _interruptions(gathered: Gathered, speak: Speak) -> ReportTable:
    heads = ("lane", "began", "ended", "lasted", "cause", "note", "explained-by")
    rows = tuple(_interruption_row(gathered, spell, speak) for spell in gathered.by[Grouping.LANE].interruptions)
    return ReportTable(id="interruptions", title=speak("interruptions"), heads=tuple(map(speak, heads)), rows=rows)


def _interruption_row(gathered: Gathered, spell: Spell, speak: Speak) -> tuple[Cell, ...]:
    until = min(float(gathered.period.until), gathered.created_at)
    return (
        spell.lane,
        f"{gathered.moment(spell.began_at):%Y-%m-%d %H:%M:%S}",
        f"{gathered.moment(spell.ended_at):%Y-%m-%d %H:%M:%S}" if spell.ended_at else speak("lasts"),
        _seconds(spell.within(gathered.period.since, until)),
        speak(f"cause.{spell.cause}"),
        spell.note,
        spell.explained_by,
    )


DEFINED = (
    "scan",
    "queue",
    "decision",
    "order",
    "gate",
    "clearance",
    "decided",
    "direct",
    "missed",
    "agreed",
    "hit",
    "interval",
    "quantile",
    "hour",
    "use",
    "projected",
)
"""What every report defines, in this order: the ids behind "define."."""


def definitions(gathered: Gathered, speak: Speak) -> tuple[str, ...]:
    """A sentence for every figure."""
    places = {"error": f"{100 * QUANTILE_ERROR:.0f} %", "zone": gathered.zone}
    return tuple(speak(f"define.{id}", **places) for id in DEFINED)
