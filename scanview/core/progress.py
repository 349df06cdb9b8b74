"""How far one scan has come, as far as statistics need it, and the figures that follow from it.

`progressed` folds the entries of the ledger about one scan; `figures_of` says what the scan adds to which hour. What
an entry changes in the figures of the room is the difference of the two before and after it. So a decision that was
taken back is taken back from the figures too, and the figures of a room are always the sum over its scans.

A duration belongs to the hour in which it ended. What inspections and second readers say belongs to the hour of the
decision that it is about. Time is the hub's; a step of its clock backwards counts as no time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanview.core.figures import Figures, Stage, Tally
from scanview.core.inspection import Found
from scanview.core.journal import Entry, Kind
from scanview.core.opinions import Stage as OpinionStage
from scanview.core.order import Outcome
from scanview.core.period import Span, start_of
from scanview.core.review import Verdict
from scanview.core.scan import port_of
from scanview.core.triage import Clearance, is_rules_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade:
    """A decision in force, or an opinion before it: when (UTC seconds), by whom, the verdict with the reason.

    `opened_s` is how long it took this person. `stage` is as whose word it was given (core.opinions.Stage), `agrees`
    whether it says what was said before.
    """

    at: float
    by: str
    verdict: str
    reason: str = ""
    opened_s: float = 0.0
    stage: str = OpinionStage.FIRST.value
    agrees: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The facts about one scan that figures are made of. Moments are UTC seconds, 0 where they did not come yet.

    `lane` is empty before the scan is offered. `since` is when the present wait began, `scan_s`, `queue_s` and
    `looked_s` (of those whose word did not decide it) what of the scan's time is accounted for so far. `is_sampled`
    says that rules would have released it, had the draw not given it to a person. `is_found` says that the decision
    came back from a port after the hub had forgotten it, so that its times are not known. `inspected` is what the last
    inspection came to, a value of core.inspection.Found.
    """

    lane: str = ""
    is_virtual: bool = False
    arrived_at: float = 0.0
    stored_at: float = 0.0
    complete: bool = True
    recognised_at: float = 0.0
    is_sampled: bool = False
    not_recognised_at: float = 0.0
    since: float = 0.0
    scan_s: float = -1.0
    queue_s: float = 0.0
    looked_s: float = 0.0
    opinions: tuple[DecisionMade, ...] = ()
    opened_at: float = 0.0
    decision: DecisionMade | None = None
    is_found: bool = False
    withdrawn: tuple[tuple[float, str], ...] = ()
    sent_at: float = 0.0
    applied_at: float = 0.0
    refused_at: float = 0.0
    inspected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where figures are added: an hour (its beginning, UTC seconds), a lane, and a person; empty for the lane's own."""

    hour: int
    lane: str
    analyst: str = ""


def progressed(progress: Progress, entry: Entry) -> Progress:
    """The progress after `entry`, which is about the same scan; unchanged where it tells nothing that is counted."""
    change = _CHANGES.get(entry.kind)
    return progress if change is None else change(progress, entry)


def figures_of(progress: Progress) -> dict[Cell, Figures]:
    """What the scan adds, by cell. Nothing where it is a projected one: those are never part of real work."""
    if progress.is_virtual or not progress.lane:
        return {}
    cells: dict[Cell, Figures] = {}
    for at, analyst, figures in (*_of_lane(progress), *_of_people(progress)):
        cell = Cell(hour=start_of(Span.HOUR, at), lane=progress.lane, analyst=analyst)
        cells[cell] = cells.get(cell, Figures()) + figures
    return cells


def _of_lane(progress: Progress) -> Iterator[tuple[float, str, Figures]]:
    """When what of the scan is counted, whoever did it."""
    yield progress.arrived_at, "", Figures.of({Tally.ARRIVED: 1})
    if progress.stored_at:
        yield progress.stored_at, "", _storing(progress)
    if progress.recognised_at:
        yield progress.recognised_at, "", Figures.of({Tally.RECOGNISED: 1})
    elif progress.not_recognised_at:
        yield progress.not_recognised_at, "", Figures.of({Tally.NOT_RECOGNISED: 1})
    for at, _ in progress.withdrawn:
        yield at, "", Figures.of({Tally.WITHDRAWN: 1})
    for said in progress.opinions:
        yield said.at, "", Figures.of({Tally.OPINED: 1}) + _second(said)
    if progress.decision is not None:
        yield progress.decision.at, "", _deciding(progress, progress.decision)
    if progress.refused_at:
        yield progress.refused_at, "", Figures.of({Tally.REFUSED: 1})
    if progress.applied_at:
        yield progress.applied_at, "", _applying(progress)


def _of_people(progress: Progress) -> Iterator[tuple[float, str, Figures]]:
    """When who did what of it."""
    for at, by in progress.withdrawn:
        yield at, by, Figures.of({Tally.WITHDRAWN: 1})
    for said in progress.opinions:
        yield said.at, said.by, Figures.of({Tally.OPINED: 1}, [(Stage.DECISION, said.opened_s)]) + _second(said)
    made = progress.decision
    if made is not None:
        own = _verdict(made) + _second(made) + _opened(progress, made.opened_s) + _inspected(progress, made)
        yield made.at, made.by, own


def changes(old: Progress, new: Progress) -> dict[Cell, Figures]:
    """What the room's figures change by when a scan comes from `old` to `new`; nothing that stays the same."""
    before, after = figures_of(old), figures_of(new)
    differences = {cell: after.get(cell, Figures()) - before.get(cell, Figures()) for cell in {**before, **after}}
    return {cell: figures for cell, figures in differences.items() if figures.packed}


def place_of_cell(cell: Cell) -> str:
    """What the cell's figures are kept under: the lane itself, or for those of a person the lane's port."""
    return port_of(cell.lane) if cell.analyst else cell.lane


def _storing(progress: Progress) -> Figures:
    scanning_ms = round(max(progress.stored_at - progress.arrived_at, 0.0) * 1000)
    broken_off = 0 if progress.complete else 1
    return Figures.of({Tally.STORED: 1, Tally.BROKEN_OFF: broken_off, Tally.SCANNING_MS: scanning_ms})


def _deciding(progress: Progress, made: DecisionMade) -> Figures:
    figures = _verdict(made) + _second(made) + _opened(progress, progress.looked_s + made.opened_s)
    if not progress.is_found:
        figures += Figures.of({}, [(Stage.SCAN, progress.scan_s), (Stage.QUEUE, progress.queue_s)])
    figures += _inspected(progress, made)
    if progress.is_sampled and not is_rules_actor(made.by):
        missed = 1 if made.verdict == Verdict.HOLD and progress.inspected != Found.NOTHING else 0
        figures += Figures.of({Tally.DIRECT_CHECKED: 1, Tally.DIRECT_MISSED: missed})
    return figures


def _opened(progress: Progress, opened_s: float) -> Figures:
    made = progress.decision
    nobody_looked = progress.is_found or made is None or is_rules_actor(made.by)
    return Figures() if nobody_looked else Figures.of({}, [(Stage.DECISION, opened_s)])


def _second(said: DecisionMade) -> Figures:
    """What a second, blind opinion adds."""
    if said.stage != OpinionStage.SECOND:
        return Figures()
    return Figures.of({Tally.SECOND_READ: 1, Tally.SECOND_AGREED: 1 if said.agrees else 0})


def _inspected(progress: Progress, made: DecisionMade) -> Figures:
    if not progress.inspected or made.verdict != Verdict.HOLD:
        return Figures()
    return Figures.of({Tally.INSPECTED: 1, Tally.FOUND: 0 if progress.inspected == Found.NOTHING else 1})


def _verdict(made: DecisionMade) -> Figures:
    tallies = {Tally.DECIDED: 1}
    if made.verdict == Verdict.RELEASE:
        tallies[Tally.RELEASED] = 1
        if is_rules_actor(made.by):
            tallies[Tally.RELEASED_DIRECTLY] = 1
    else:
        tallies[Tally.HELD] = 1
        reason = _REASONS.get(f"held-{made.reason}", Tally.HELD_OTHER) if made.reason else Tally.HELD_BY_MARK
        tallies[reason] = 1
    return Figures.of(tallies)


def _applying(progress: Progress) -> Figures:
    made = progress.decision
    if made is None or progress.is_found:
        return Figures.of({Tally.APPLIED: 1})
    sent_at = progress.sent_at or made.at
    times = [
        (Stage.ORDER, sent_at - made.at),
        (Stage.GATE, progress.applied_at - sent_at),
        (Stage.CLEARANCE, progress.applied_at - progress.arrived_at),
    ]
    return Figures.of({Tally.APPLIED: 1}, times)


def _offered(_: Progress, entry: Entry) -> Progress:
    return Progress(
        lane=str(entry.body["lane"]),
        is_virtual="virtual" in entry.body,
        arrived_at=entry.at,
        since=entry.at,
    )


def _stored(progress: Progress, entry: Entry) -> Progress:
    told = replace(progress, stored_at=entry.at, complete=bool(entry.body["complete"]))
    return _scan_over(told, entry.at) if progress.scan_s < 0 else told


def _scan_over(progress: Progress, at: float) -> Progress:
    """The first part of the scan's time ends: it is stored, or somebody looks at it already."""
    return replace(progress, scan_s=max(at - progress.since, 0.0), since=at)


def _waited(progress: Progress, at: float) -> Progress:
    return replace(progress, queue_s=progress.queue_s + max(at - progress.since, 0.0), since=at)


def _recognised(progress: Progress, entry: Entry) -> Progress:
    triage = _document(entry.body.get("triage") or {})
    return replace(
        progress,
        recognised_at=progress.recognised_at or entry.at,
        is_sampled=triage.get("clearance") == Clearance.SAMPLED,
    )


def _leased(progress: Progress, entry: Entry) -> Progress:
    known = _scan_over(progress, entry.at) if progress.scan_s < 0 else _waited(progress, entry.at)
    return replace(known, opened_at=entry.at)


def _lease_ended(progress: Progress, entry: Entry) -> Progress:
    """What was looked at in vain, the scan has waited."""
    return replace(_waited(progress, entry.at), opened_at=0.0)


def _said(progress: Progress, entry: Entry) -> DecisionMade:
    told = _document(entry.body["decision"])
    return DecisionMade(
        at=entry.at,
        by=entry.actor,
        verdict=str(told["verdict"]),
        reason=str(told.get("reason") or ""),
        opened_s=max(entry.at - progress.since, 0.0),
        stage=str(entry.body.get("stage", OpinionStage.FIRST.value)),
        agrees=bool(entry.body.get("agrees")),
    )


def _decided(progress: Progress, entry: Entry) -> Progress:
    known = progress if progress.opened_at else _waited(progress, entry.at)
    return replace(known, decision=_said(known, entry), sent_at=0.0, applied_at=0.0, refused_at=0.0)


def _opinion(progress: Progress, entry: Entry) -> Progress:
    said = _said(progress, entry)
    return replace(_looked(progress, entry.at), opinions=(*progress.opinions, said))


def _looked(progress: Progress, at: float) -> Progress:
    """Whoever had the scan open is done with it, and it waits for somebody else."""
    looked_s = progress.looked_s + max(at - progress.since, 0.0)
    return replace(progress, looked_s=looked_s, since=at, opened_at=0.0)


def _withdrawn(progress: Progress, entry: Entry) -> Progress:
    """The person goes on as if they had said nothing: their time runs on from when they opened the scan."""
    withdrawn = (*progress.withdrawn, (entry.at, entry.actor))
    if progress.decision is not None or not progress.opinions:
        return replace(progress, decision=None, withdrawn=withdrawn)
    last = progress.opinions[-1]
    opened_at = last.at - last.opened_s
    return replace(
        progress,
        opinions=progress.opinions[:-1],
        looked_s=max(progress.looked_s - last.opened_s, 0.0),
        since=opened_at,
        opened_at=opened_at,
        withdrawn=withdrawn,
    )


def _order_found(progress: Progress, entry: Entry) -> Progress:
    made = DecisionMade(
        at=entry.at,
        by=str(entry.body["decided_by"]),
        verdict=str(entry.body["verdict"]),
        reason=str(entry.body.get("reason") or ""),
    )
    return replace(progress, decision=made, is_found=True, refused_at=0.0, applied_at=entry.at)


def _receipt(progress: Progress, entry: Entry) -> Progress:
    if entry.body["outcome"] == Outcome.REFUSED:
        return replace(progress, refused_at=entry.at)
    return replace(progress, applied_at=entry.at)


def _document(value: Any) -> Mapping[str, Any]:
    document: Mapping[str, Any] = value
    return document


_REASONS = {tally.value: tally for tally in Tally if tally.value.startswith("held-")}

_CHANGES: dict[Kind, Callable[[Progress, Entry], Progress]] = {
    Kind.SCAN_OFFERED: _offered,
    Kind.SCAN_STORED: _stored,
    Kind.RECOGNISED: _recognised,
    Kind.NOT_RECOGNISED: lambda progress, entry: replace(progress, not_recognised_at=entry.at),
    Kind.LEASED: _leased,
    Kind.LEASE_ENDED: _lease_ended,
    Kind.OPINION: _opinion,
    Kind.ESCALATED: lambda progress, entry: _looked(progress, entry.at),
    Kind.DECIDED: _decided,
    Kind.RELEASED_DIRECTLY: _decided,
    Kind.RELEASE_REVERSED: lambda progress, _: replace(progress, decision=None),
    Kind.WITHDRAWN: _withdrawn,
    Kind.ORDER_SENT: lambda progress, entry: replace(progress, sent_at=entry.at),
    Kind.ORDER_RECEIPT: _receipt,
    Kind.ORDER_FOUND: _order_found,
    Kind.INSPECTED: lambda progress, entry: replace(progress, inspected=str(entry.body["found"])),
}
