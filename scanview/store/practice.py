"""The cases that people practise on, and what they answered: facts about people, never about the scans."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, insert, select

from scanview.core.journal import Kind
from scanview.core.port_scope import sees_lane
from scanview.core.practice import PracticeAnswer, PracticeProgress, truth_of_case
from scanview.core.related import RelatedKind
from scanview.core.review import Decision, Person
from scanview.core.virtual import Outcome, Truth
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.store import catalogue, journal
from scanview.store.database import Transaction
from scanview.store.schema import IS_SHELVED, practice, scans
from scanview.store.side_rows import side_rows
from scanview.store.virtual_scans import truth_of

_NEWEST_VIRTUAL = 200
"""So many of the newest decided virtual scans are cases; the library's all are."""


def case_truth(tx: Transaction, scan: str) -> Truth | None:
    """What is true of `scan` if it is a case to practise on; None where it is none."""
    record = catalogue.find_record(tx, scan)
    if record is None or record.item.state not in (WorkState.DECIDED, WorkState.CLOSED):
        return None
    if record.virtual:
        return truth_of(tx, scan) if record.delivery is DeliveryState.APPLIED else None
    if record.shelved is None or record.shelved.kind is not RelatedKind.LIBRARY:
        return None
    found = catalogue.find_decision(tx, record.item.decision)
    return None if found is None else truth_of_case(msgspec.json.decode(found[2], type=Decision))


def cases(tx: Transaction, person: Person) -> Sequence[str]:
    """The scans that `person` may practise on: the library's, and the newest decided virtual ones."""
    library = select(scans.c.scan, scans.c.lane).where(
        IS_SHELVED, scans.c.shelf == RelatedKind.LIBRARY.value, scans.c.decision != ""
    )
    decided = (
        select(scans.c.scan, scans.c.lane)
        .where(scans.c.virtual, scans.c.delivery == DeliveryState.APPLIED.value)
        .order_by(scans.c.arrived_at.desc())
        .limit(_NEWEST_VIRTUAL)
    )
    found = [*tx.execute(library), *tx.execute(decided)]
    return [row.scan for row in found if sees_lane(person, row.lane) and case_truth(tx, row.scan) is not None]


def times_practised(tx: Transaction, person: str) -> dict[str, int]:
    """How often `person` has answered each case."""
    counted = select(practice.c.scan, func.count()).where(practice.c.person == person).group_by(practice.c.scan)
    return {row[0]: int(row[1]) for row in tx.execute(counted)}


def progress_of(tx: Transaction, person: str) -> PracticeProgress:
    """How far `person` has come."""
    rows = tx.execute(
        select(practice.c.outcome, func.count()).where(practice.c.person == person).group_by(practice.c.outcome)
    )
    count = {Outcome(row[0]): int(row[1]) for row in rows}
    hits, false_alarms = count.get(Outcome.HIT, 0), count.get(Outcome.FALSE_ALARM, 0)
    return PracticeProgress(
        threats=hits + count.get(Outcome.ELSEWHERE, 0) + count.get(Outcome.MISS, 0),
        hits=hits,
        clean=false_alarms + count.get(Outcome.CORRECT_REJECTION, 0),
        false_alarms=false_alarms,
    )


def keep_answer(tx: Transaction, *, person: str, answer: PracticeAnswer, outcome: Outcome, now: float) -> None:
    """Write the answer down, as a fact about `person` (UTC seconds `now`)."""
    body = {"case": answer.scan, "outcome": outcome.value, "answer": msgspec.to_builtins(answer)}
    entry = journal.append(tx, at=now, kind=Kind.PRACTISED, actor=person, scan="", body=body)
    for row in side_rows(entry):
        tx.execute(insert(practice).values(seq=row.key, **row.values))
