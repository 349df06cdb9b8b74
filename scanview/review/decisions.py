"""The verdict: checked, written and, where no further opinion is wanted, made an order in one transaction.

About a virtual scan (core.virtual) no order is made, and what was said of it cannot be taken back: it is answered.
Either all of it is durable (the scan's state, the decision, the ledger entry, the signed order in the outbox) or
nothing is. The same decision sent again gets the same answer. Whoever gives an opinion that others must follow is
answered like one who decides, and cannot tell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import SystemRandom

import msgspec

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.mark import Mark
from scanview.core.opinions import Opinion, Stage, agrees_with_earlier, following_stage
from scanview.core.order import Order, place_of
from scanview.core.review import Decision, Person, Verdict
from scanview.core.rights import check_reviews
from scanview.core.scan import ScanHeader
from scanview.core.work import Decided, WorkItem, opinion_of
from scanview.formats.header_json import decode_header
from scanview.store import catalogue, journal
from scanview.store.certificates import KeptStatement, statement_body
from scanview.store.database import Transaction
from scanview.store.journal import Sign
from scanview.store.signed_rows import STATEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A decision that is durable: its entry's number in the ledger, and the lane its order goes to.

    `undo_s` is how long from now it may still be taken back.
    """

    seq: int
    lane: str
    undo_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """How orders are made: who signs them, how long a release stays good, how long each waits before it leaves.

    A first opinion is drawn for a second review where `draw`, which gives numbers from 0 to below 1 that nobody can
    foresee, gives one below `second_share`.
    """

    sign: Sign
    release_expires_s: float
    grace_s: float = 0.0
    second_share: float = 0.0
    draw: Callable[[], float] = SystemRandom().random


def decide(
    tx: Transaction,
    *,
    decision: Decision,
    person: Person,
    now: float,
    rules: OrderRules,
    signed: KeptStatement | None = None,
) -> Made:
    """The decision made durable, now or, where it is sent again, before; with what the person has `signed` for it.

    Raises:
        NotAllowed: not an analyst; the scan is not leased to them under this fence; decided already; a release of
            what is not stored, not complete or not looked at by a machine in time; the id is another decision's, or
            this one was taken back.
        BadInput: a mark lies outside the scan.
    """
    check_reviews(person)
    body = msgspec.to_builtins(decision)
    record = catalogue.read_record(tx, decision.scan)
    repeated = catalogue.find_decision(tx, decision.decision)
    grace_s = 0.0 if record.virtual else rules.grace_s
    if repeated is not None:
        seq = _same_answer(repeated, person, decision)
        return Made(seq=seq, lane=record.lane, undo_s=_undo_left(tx, decision, seq, now=now, grace_s=grace_s))
    item, version = record.item, catalogue.count_decisions(tx, decision.scan) + 1
    opinions, drawn = _with_this(item, decision, person, now, rules)
    drawn &= not record.virtual
    wanted = following_stage(opinions, second=item.second or drawn, four_eyes=item.four_eyes)
    header = decode_header(catalogue.read_header(tx, decision.scan))
    for mark in decision.marks:
        _check_mark(mark, header)
    said: dict[str, Json] = {
        "decision": body,
        "lease_expires_at": item.lease.expires_at if item.lease else 0.0,
        "version": version,
        "role": person.role.value,
        "stage": item.stage.value,
        "agrees": agrees_with_earlier(opinions),
    }
    said |= {} if signed is None else {STATEMENT: statement_body(signed)}
    if wanted is None:
        order = _order(tx, decision, opinions, header, item, version=version, now=now, rules=rules)
        said |= {"opinions": msgspec.to_builtins(opinions[:-1])}
        said |= {} if record.virtual else _signed(order, rules.sign)
    else:
        said |= {"drawn": drawn, "next": wanted.value, "waits_until": now + rules.grace_s}
    kind = Kind.DECIDED if wanted is None else Kind.OPINION
    entry, _ = catalogue.record(tx, at=now, kind=kind, actor=person.name, scan=decision.scan, body=said)
    return Made(seq=entry.seq, lane=record.lane, undo_s=grace_s)


def _with_this(
    item: WorkItem, decision: Decision, person: Person, now: float, rules: OrderRules
) -> tuple[tuple[Opinion, ...], bool]:
    """The opinions with this one, and whether the scan is drawn for a second review."""
    fact = Decided(decision=decision, by=person.name, now=now, role=person.role)
    opinion = opinion_of(item, fact)
    drawn = item.drawn or (opinion.stage is Stage.FIRST and rules.draw() < rules.second_share)
    return (*item.opinions, opinion), drawn


def _same_answer(repeated: tuple[int, str, bytes], person: Person, decision: Decision) -> int:
    """Compared as values: what was decided before a field existed says the same with the field's default."""
    seq, decided_by, document = repeated
    if decided_by != person.name or msgspec.json.decode(document, type=Decision) != decision:
        raise NotAllowed(
            "another decision has this id",
            code="decision-id-reused",
            remedy="Decide again: every decision has an id of its own",
        )
    return seq


def _undo_left(tx: Transaction, decision: Decision, seq: int, *, now: float, grace_s: float) -> float:
    if catalogue.find_withdrawal(tx, decision.scan, decision.decision) is not None:
        raise NotAllowed(
            "this decision was taken back", code="withdrawn", remedy="Decide again: every decision has an id of its own"
        )
    return min(max(journal.read_entry(tx, seq).at + grace_s - now, 0.0), grace_s)


def _order(
    tx: Transaction,
    decision: Decision,
    opinions: Sequence[Opinion],
    header: ScanHeader,
    item: WorkItem,
    *,
    version: int,
    now: float,
    rules: OrderRules,
) -> Order:
    """The order that carries the decision out; it names everybody who says the same, and its places are their marks."""
    releases = decision.verdict is Verdict.RELEASE
    agreeing = [opinion for opinion in opinions if opinion.verdict is decision.verdict]
    earlier = [mark for opinion in agreeing[:-1] for mark in _marks_of(tx, opinion.decision)]
    return Order(
        order=decision.decision,
        lane=header.lane,
        scan=decision.scan,
        container=header.container,
        content_sha256=decision.content_sha256 if releases or item.stored else "",
        verdict=decision.verdict,
        version=version,
        decided_by=", ".join(opinion.by for opinion in agreeing),
        reason=decision.reason.value if decision.reason else "",
        note=decision.note,
        places=tuple(place_of(mark, header) for mark in (*earlier, *decision.marks)),
        issued_at=now,
        expires_at=now + rules.release_expires_s if releases else 0.0,
        signatures_required=2 if releases and item.four_eyes else 1,
    )


def _signed(order: Order, sign: Sign) -> dict[str, Json]:
    """The order as it will travel. One about a virtual scan is never signed, so that nothing could ever send it."""
    document = order.canonical()
    signature = sign(document)
    return {"order": document.decode(), "key": signature.key, "signature": signature.value}


def _marks_of(tx: Transaction, decision: str) -> tuple[Mark, ...]:
    found = catalogue.find_decision(tx, decision)
    return () if found is None else msgspec.json.decode(found[2], type=Decision).marks


def _check_mark(mark: Mark, header: ScanHeader) -> None:
    rows = next((view.rows for view in header.views if view.view is mark.box.view), 0)
    if mark.box.y1 > rows:
        raise BadInput(f"a mark reaches outside the {mark.box.view} view", code="bad-mark")
