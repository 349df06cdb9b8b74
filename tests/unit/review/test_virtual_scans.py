"""A virtual scan looks like any to whoever reviews it, never becomes an order, and is told of once it is decided."""

import dataclasses
import random

import msgspec
import pytest
from sqlalchemy import text

from scanview.core.errors import NotAllowed
from scanview.core.journal import Kind
from scanview.core.mark import Mark
from scanview.core.performance import SLOPE
from scanview.core.practice import PracticeAnswer
from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Verdict
from scanview.core.scan import Box
from scanview.core.virtual import Outcome, Truth
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.review import practising, shelf
from scanview.review.delivery import Delivery
from scanview.review.pretending import Pretending
from scanview.review.revealing import performances
from scanview.store import catalogue, judged, practice, related, virtual_scans
from tests.unit.review.made_surroundings import MadeSurroundings, make_port
from tests.unit.review.room import ANALYST, CONTENT, LANE, OTHER, SUPERVISOR, Room, hold, new_id, release

PLACE = Box(x0=20, y0=20, x1=60, y1=50)
THREAT = Truth(label="weapon", places=(PLACE,))


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path, grace_s=5.0)
    yield made
    made.close()


@pytest.fixture
def around(room):
    made = MadeSurroundings(room)
    made.delivery = Delivery(made.transactions, made, grace_s=5.0)
    made.pretending = Pretending(made.transactions, made, grace_s=5.0)
    return made


def waiting(room, truth=None, **fields):
    scan = room.stored_scan(truth=truth, **fields)
    room.recognise(scan, 0.4)
    return scan


def marked(x0, y0, x1, y1):
    return (Mark(mark=new_id(), box=Box(x0=x0, y0=y0, x1=x1, y1=y1)),)


def decided(room, truth=None, verdict=Verdict.RELEASE, person=ANALYST, marks=(), **fields):
    scan = waiting(room, truth, **fields)
    fence = room.take(scan, person).fence
    make = release if verdict is Verdict.RELEASE else hold
    decision = make(scan, fence, marks=marks)
    made = room.decide(decision, person)
    return scan, decision, made


def count(room, table):
    return room.do(lambda tx: tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_the_rows_of_virtual_scans_are_those_of_real_ones_at_every_step(room, around):
    """Same fields, and the same values of all that does not name the scan, from arrival to the end."""
    pair = {"real": room.offer(), "virtual": room.offer(truth=THREAT)}
    steps = []

    def look():
        rows = {name: msgspec.to_builtins(room.row(scan)) for name, scan in pair.items()}
        for row in rows.values():
            for own in ("seq", "shown_seq", "scan", "fence"):
                row.pop(own)
            for opinion in row["opinions"]:
                del opinion["decision"], opinion["entry"]
        steps.append(rows["real"] == rows["virtual"])

    look()
    for scan in pair.values():
        room.store(scan)
    look()
    for scan in pair.values():
        room.recognise(scan, 0.4)
    look()
    fences = {name: room.take(scan).fence for name, scan in pair.items()}
    look()
    made = {name: release(scan, fences[name]) for name, scan in pair.items()}
    for decision in made.values():
        room.decide(decision)
    look()
    around.delivery.connected(make_port(room))
    around.pretending.look()
    around.pass_time(8.0)
    room.receipt(made["real"].decision, pair["real"])
    look()
    assert steps == [True] * 6
    assert room.row(pair["virtual"]).state is WorkState.CLOSED
    assert "virtual" not in {field.name for field in dataclasses.fields(room.row(pair["virtual"]))}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_no_order_is_made_signed_or_sent(room, around, verdict):
    scan, decision, made = decided(room, THREAT, verdict)
    port = make_port(room)
    around.delivery.connected(port)
    around.delivery.look(LANE)
    around.pretending.look()
    around.pass_time(600.0)
    assert (count(room, "outbox"), count(room, "receipts"), count(room, "decisions")) == (0, 0, 1)
    assert around.sent == []
    assert made.undo_s == 0.0
    entry = room.do(catalogue.find_decided, scan, decision.decision)
    assert not {"order", "signature", "key"} & entry.body.keys()
    assert room.row(scan).delivery is DeliveryState.APPLIED
    assert room.verify().is_verified
    assert room.decide(decision).undo_s == 0.0


def test_a_ledger_in_which_a_virtual_scan_became_an_order_cannot_be(room):
    scan = waiting(room, THREAT)
    decision = hold(scan, room.take(scan).fence)
    body = {
        "decision": msgspec.to_builtins(decision),
        "lease_expires_at": room.now + 15,
        "version": 1,
        "order": "{}",
        "key": "0" * 16,
        "signature": "0" * 128,
    }
    for kind, told in (
        (Kind.DECIDED, body),
        (Kind.ORDER_SENT, {"order": decision.decision}),
        (Kind.ORDER_FOUND, {"order": decision.decision, "verdict": "HOLD", "decided_by": "x", "content_sha256": ""}),
    ):
        with pytest.raises(NotAllowed):
            room.do(catalogue.record, at=room.now, kind=kind, actor="x", scan=scan, body=told)


def test_a_real_decision_cannot_be_pretended_nor_be_without_an_order(room):
    scan, _, _ = decided(room)
    with pytest.raises(NotAllowed):
        room.do(catalogue.record, at=1.0, kind=Kind.PRETENDED, actor="hub", scan=scan, body={"delivery": "sent"})
    other = waiting(room)
    decision = hold(other, room.take(other).fence)
    body = {"decision": msgspec.to_builtins(decision), "lease_expires_at": room.now + 15, "version": 1}
    with pytest.raises(NotAllowed):
        room.do(catalogue.record, at=room.now, kind=Kind.DECIDED, actor=ANALYST.name, scan=other, body=body)


def test_pretending_goes_on_after_the_hub_was_gone(room, around):
    scan, _, _ = decided(room, THREAT)
    around.pretending.look()
    around.pass_time(5.15)
    half_way = room.row(scan).delivery
    again = MadeSurroundings(room)
    Pretending(again.transactions, again, grace_s=5.0).look()
    again.pass_time(10.0)
    assert half_way in (DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.APPLIED)
    assert room.row(scan).delivery is DeliveryState.APPLIED


def test_what_was_revealed_cannot_be_taken_back(room):
    _, decision, _ = decided(room, THREAT)
    with pytest.raises(NotAllowed, check=lambda error: error.code == "order-left"):
        room.withdraw(decision)


@pytest.mark.parametrize(
    ("truth", "verdict", "marks", "outcome"),
    [
        (THREAT, Verdict.RELEASE, (), Outcome.MISS),
        (THREAT, Verdict.HOLD, marked(25, 25, 55, 45), Outcome.HIT),
        (THREAT, Verdict.HOLD, marked(100, 100, 120, 120), Outcome.ELSEWHERE),
        (Truth(), Verdict.HOLD, (), Outcome.FALSE_ALARM),
        (Truth(), Verdict.RELEASE, (), Outcome.CORRECT_REJECTION),
    ],
)
def test_the_person_who_decided_is_told_and_nobody_else(room, truth, verdict, marks, outcome):
    scan, decision, _ = decided(room, truth, verdict, marks=marks)
    ask = {"scan": scan, "decision": decision.decision}
    told = room.do(virtual_scans.revealed, person=ANALYST.name, **ask)
    assert (told.outcome, told.truth) == (outcome, truth)
    assert room.do(virtual_scans.revealed, person=OTHER.name, **ask) is None
    assert room.do(virtual_scans.revealed, scan=scan, decision=new_id(), person=ANALYST.name) is None


def test_real_scans_and_undecided_ones_reveal_nothing(room):
    scan, decision, _ = decided(room)
    assert room.do(virtual_scans.revealed, scan=scan, decision=decision.decision, person=ANALYST.name) is None
    open_one = waiting(room, THREAT)
    room.take(open_one)
    assert room.do(virtual_scans.revealed, scan=open_one, decision=new_id(), person=ANALYST.name) is None


def test_virtual_scans_are_no_traffic(room):
    """Neither related scans nor what training exports know them."""
    real, _, _ = decided(room)
    decided(room, THREAT)
    newest = waiting(room)
    assert room.do(judged.decided_between, 0.0, 1e9) == [real]
    assert [each.scan for each in room.do(related.find_related, newest)] == [real]


def test_performance_is_that_of_each_person_from_the_ledger(room):
    for verdict in (Verdict.HOLD, Verdict.HOLD, Verdict.RELEASE):
        decided(room, THREAT, verdict)
    decided(room, Truth(), Verdict.RELEASE)
    scan = waiting(room, Truth())
    lease = room.take(scan, OTHER)
    room.now += 7.0
    room.decide(release(scan, lease.fence), OTHER)
    decided(room, None, Verdict.HOLD)
    mine, others = sorted(room.do(performances, 0.0, 1e9), key=lambda each: each.threats, reverse=True)
    assert (mine.person, mine.threats, mine.clean, mine.hits.value) == (ANALYST.name, 3, 1, pytest.approx(2 / 3))
    assert (others.person, others.clean, others.search_s.value, others.sensitivity.value) == (OTHER.name, 1, 7.0, None)
    assert mine.sensitivity.low < mine.sensitivity.value < mine.sensitivity.high
    assert SLOPE == 0.6
    assert [each.person for each in room.do(performances, 0.0, 1e9, OTHER.name)] == [OTHER.name]
    assert room.do(performances, 0.0, 10.0) == ()


def case_on_the_shelf(room, verdict=Verdict.HOLD, marks=()):
    scan, _, _ = decided(room, None, verdict, marks=marks)
    shelving = Shelving(kind=RelatedKind.LIBRARY, title="pistol in a pump")
    room.do(shelf.shelve, scan=scan, shelving=shelving, person=SUPERVISOR, now=room.now)
    return scan


def test_practising_judges_and_keeps_the_answer_and_changes_no_scan(room):
    found = case_on_the_shelf(room, marks=marked(20, 20, 60, 50))
    clean = case_on_the_shelf(room, Verdict.RELEASE)
    before = (room.record(found), room.record(clean), count(room, "outbox"))
    chance = random.Random(1)
    first = room.do(practising.choose_case, ANALYST, "", chance)
    answer = PracticeAnswer(scan=first, verdict=Verdict.RELEASE, seconds=12.0)
    told, progress = room.do(practising.judge, ANALYST.name, answer, room.now)
    assert told.outcome is (Outcome.MISS if first == found else Outcome.CORRECT_REJECTION)
    second = room.do(practising.choose_case, ANALYST, first, chance)
    assert {first, second} == {found, clean}
    held = PracticeAnswer(scan=found, verdict=Verdict.HOLD, marks=marked(30, 30, 50, 40))
    told, progress = room.do(practising.judge, ANALYST.name, held, room.now)
    assert (told.outcome, progress.done, progress.hits) == (Outcome.HIT, 2, 1)
    assert room.do(practice.progress_of, OTHER.name).done == 0
    assert before == (room.record(found), room.record(clean), count(room, "outbox"))
    assert room.verify().is_verified
    assert room.do(performances, 0.0, 1e9) == ()


def test_only_cases_can_be_practised_on(room, around):
    waiting_one, plain = waiting(room, THREAT), decided(room)[0]
    unmarked = case_on_the_shelf(room)
    for scan in (waiting_one, plain, unmarked):
        with pytest.raises(NotAllowed, check=lambda error: error.code == "no-case"):
            room.do(practising.judge, ANALYST.name, PracticeAnswer(scan=scan, verdict=Verdict.HOLD), room.now)
    assert room.do(practising.choose_case, ANALYST, "", random.Random(1)) == ""
    virtual, _, _ = decided(room, THREAT)
    around.pretending.look()
    around.pass_time(10.0)
    assert room.do(practising.choose_case, ANALYST, virtual, random.Random(1)) == virtual


def test_tampering_with_a_truth_or_with_what_is_virtual_is_found(room):
    scan, _, _ = decided(room, THREAT)
    assert CONTENT
    room.do(lambda tx: tx.execute(text("UPDATE truths SET document = X'7b7d'")))
    room.do(lambda tx: tx.execute(text("UPDATE scans SET virtual = 0")))
    problems = " ".join(room.verify().problems)
    assert f"truths: {scan} differs" in problems
    assert f"scans: {scan} differs from the ledger in virtual" in problems
