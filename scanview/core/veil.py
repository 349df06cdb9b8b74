"""What a person may know of other people's part in a scan.

Whoever may yet be asked for a blind opinion is sent exactly what they would be sent had nobody had the scan before:
no lease of others, no opinion, no remark, and no ledger number that tells of one. Whoever gave an opinion sees it as
their decision, like any other. Experts, chiefs and those who watch over the room see everything, and are therefore
never asked for a blind second opinion (core.opinions).
"""

from dataclasses import replace

from scanview.core.opinions import BLIND_STAGES, SENIOR_STAGES, Stage
from scanview.core.review import Person, Role
from scanview.core.work import WorkItem, WorkState
from scanview.core.worklist import DeliveryState, WorklistRow


def sees_opinions(person: Person) -> bool:
    """Whether `person` is never blind: everybody but analysts."""
    return person.role is not Role.ANALYST


def may_see_opinions(person: Person, item: WorkItem, delivery: DeliveryState) -> bool:
    """Whether `person` may be told what others said of this scan, its thread included.

    An analyst may while they confirm knowingly, and where they took part and can no longer change what they said: the
    scan is with the expert or the chief, or its order has left.
    """
    if sees_opinions(person):
        return True
    has_it = item.lease is not None and item.lease.analyst == person.name
    if has_it and item.stage is Stage.CONFIRM:
        return True
    has_spoken = person.name in _spoken(item)
    if item.verdict is not None:
        return has_spoken and delivery is not DeliveryState.WAITING
    return has_spoken and item.stage not in BLIND_STAGES and not item.waits_until


def took_part(person: Person, item: WorkItem) -> bool:
    """Whether `person` has the scan, gave an opinion of it, decided it or asked the chief about it."""
    has_it = item.lease is not None and item.lease.analyst == person.name
    return has_it or person.name == item.decided_by or person.name in _spoken(item)


def _spoken(item: WorkItem) -> frozenset[str]:
    return frozenset(opinion.by for opinion in item.opinions).union(item.escalated_by)


def shown_row(row: WorklistRow, person: Person) -> WorklistRow:
    """The row as `person` is sent it."""
    if sees_opinions(person):
        return row
    plain = replace(row, stage=Stage.FIRST, opinions=(), remarks=0, shown_seq=0, fence=0)
    if row.verdict is not None:
        return plain
    if row.analyst == person.name:
        stage = Stage.CONFIRM if row.stage is Stage.CONFIRM else Stage.FIRST
        return replace(plain, stage=stage, seq=max(row.shown_seq, row.fence))
    own = next((opinion for opinion in row.opinions if opinion.by == person.name), None)
    if own is not None:
        return replace(
            plain,
            seq=max(row.shown_seq, own.entry),
            state=WorkState.DECIDED,
            analyst="",
            verdict=own.verdict,
            reason=own.reason,
            decided_by=own.by,
            delivery=DeliveryState.WAITING,
        )
    if row.stage in SENIOR_STAGES:
        return replace(plain, seq=row.shown_seq, state=WorkState.IN_REVIEW, analyst="")
    waiting = WorkState.WAITING if row.stored else WorkState.ARRIVING
    return replace(plain, seq=row.shown_seq, state=WorkState.ELSEWHERE if row.elsewhere else waiting, analyst="")
