"""A verdict is made once, by the analyst who holds the scan, and becomes exactly one signed order."""

import json
from dataclasses import replace

import msgspec
import pytest

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.mark import Mark, MarkCategory, MarkShape
from scanview.core.order import Outcome, parse_order
from scanview.core.review import Decision, Person, Role, Verdict
from scanview.core.scan import Box, View
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.store import catalogue
from scanview.wire.keys import Purpose, verify
from tests.unit.core.marks import shaped
from tests.unit.review.room import ANALYST, CONTENT, LANE, OTHER, SUPERVISOR, Room, hold, release


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def recognised_scan(room):
    scan = room.stored_scan()
    room.recognise(scan)
    return scan


def refused(code):
    return pytest.raises(NotAllowed, check=lambda error: error.code == code)


def test_a_release_becomes_one_signed_order_that_names_the_content_and_expires(room):
    scan = recognised_scan(room)
    decision = release(scan, room.take(scan).fence)
    made = room.decide(decision)
    (outgoing,) = room.do(catalogue.undelivered, LANE)
    verify(outgoing.document, Purpose.ORDER, outgoing.signature, room.card)
    order = parse_order(outgoing.document)
    assert (order.order, order.scan, order.verdict) == (decision.decision, scan, Verdict.RELEASE)
    assert (order.content_sha256, order.version, order.decided_by) == (CONTENT, 1, ANALYST.name)
    assert order.expires_at == room.now + 3_600
    assert made.lane == order.lane == LANE
    row = room.row(scan)
    assert (row.state, row.verdict, row.delivery) == (WorkState.DECIDED, Verdict.RELEASE, DeliveryState.WAITING)
    assert room.verify().is_verified


def test_the_same_decision_again_gets_the_same_answer_and_no_second_order(room):
    scan = recognised_scan(room)
    decision = release(scan, room.take(scan).fence)
    first = room.decide(decision)
    room.now += 100_000
    assert room.decide(decision) == first
    assert len(room.do(catalogue.undelivered, LANE)) == 1


def test_an_id_that_was_used_for_another_decision_is_refused(room):
    scan, other = recognised_scan(room), recognised_scan(room)
    first = release(scan, room.take(scan).fence)
    room.decide(first)
    lease = room.take(other)
    again = hold(other, lease.fence)
    object.__setattr__(again, "decision", first.decision)
    with refused("decision-id-reused"):
        room.decide(again)
    with refused("decision-id-reused"):
        room.decide(first, OTHER)


@pytest.mark.parametrize("person", [SUPERVISOR, Person(name="root", role=Role.ADMINISTRATOR)])
def test_only_analysts_take_and_decide(room, person):
    scan = recognised_scan(room)
    with refused("not-an-analyst"):
        room.take(scan, person)
    with refused("not-an-analyst"):
        room.take_next(person)
    with refused("not-an-analyst"):
        room.decide(hold(scan, room.take(scan).fence), person)
    assert room.record(scan).item.verdict is None


def test_a_scan_that_is_not_leased_to_the_sender_is_refused(room):
    scan = recognised_scan(room)
    with refused("stale-lease"):
        room.decide(hold(scan, 1))
    lease = room.take(scan)
    with refused("stale-lease"):
        room.decide(hold(scan, lease.fence), OTHER)
    with refused("stale-lease"):
        room.decide(hold(scan, lease.fence - 1))
    assert room.do(catalogue.undelivered, LANE) == []


def test_a_second_decision_on_a_decided_scan_is_refused(room):
    scan = recognised_scan(room)
    lease = room.take(scan)
    room.decide(hold(scan, lease.fence))
    with refused("already-decided"):
        room.decide(release(scan, lease.fence))
    with refused("already-decided"):
        room.take(scan, OTHER)


def test_no_release_before_recognition_or_its_deadline(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    with refused("release-before-recognition"):
        room.decide(release(scan, lease.fence, without_recognition=True))
    room.now += 61
    lease = room.take(scan)
    with refused("release-without-recognition"):
        room.decide(release(scan, lease.fence))
    room.decide(release(scan, lease.fence, without_recognition=True))
    assert room.verify().is_verified


def test_no_release_while_columns_arrive_but_a_hold_any_time(room):
    scan = room.offer()
    lease = room.take(scan)
    with refused("release-before-stored"):
        room.decide(release(scan, lease.fence))
    room.decide(hold(scan, lease.fence))
    (outgoing,) = room.do(catalogue.undelivered, LANE)
    order = parse_order(outgoing.document)
    assert (order.verdict, order.content_sha256, order.expires_at) == (Verdict.HOLD, "", 0.0)
    room.store(scan)
    assert room.record(scan).item.verdict is Verdict.HOLD
    assert room.verify().is_verified


def test_no_release_of_a_scan_that_broke_off(room):
    scan = room.offer()
    room.store(scan, complete=False)
    room.recognise(scan)
    lease = room.take(scan)
    with refused("release-incomplete"):
        room.decide(release(scan, lease.fence))


def test_no_release_of_other_content(room):
    scan = recognised_scan(room)
    lease = room.take(scan)
    with refused("other-content"):
        room.decide(release(scan, lease.fence, content="cd" * 32))


def test_marks_travel_in_metres_and_must_lie_in_the_scan(room):
    scan = recognised_scan(room)
    lease = room.take(scan)
    inside = Mark(mark="1" * 32, box=Box(x0=100, y0=10, x1=200, y1=60), text="看这里")
    for box in (Box(x0=0, y0=0, x1=5, y1=201), Box(x0=0, y0=0, x1=5, y1=5, view=View.TOP)):
        with pytest.raises(BadInput):
            room.decide(hold(scan, lease.fence, marks=(inside, Mark(mark="2" * 32, box=box))))
    room.decide(hold(scan, lease.fence, marks=(inside,), reason=None))
    (outgoing,) = room.do(catalogue.undelivered, LANE)
    (place,) = parse_order(outgoing.document).places
    assert (place.corners, place.from_front_m, place.text) == ((100, 10, 200, 60), 0.6, "看这里")


def test_the_ledger_keeps_the_whole_decision(room):
    scan = recognised_scan(room)
    decision = hold(scan, room.take(scan).fence, note="see the doors")
    made = room.decide(decision)
    seq, person, document = room.do(catalogue.find_decision, decision.decision)
    assert (seq, person) == (made.seq, ANALYST.name)
    assert json.loads(document)["note"] == "see the doors"


def test_a_decision_from_before_a_field_existed_is_the_same_one_sent_again(room, monkeypatch):
    scan = recognised_scan(room)
    mark = Mark(mark="1" * 32, box=Box(x0=100, y0=10, x1=200, y1=60))
    decision = hold(scan, room.take(scan).fence, marks=(mark,), reason=None)
    made = room.decide(decision)
    found = room.do(catalogue.find_decision, decision.decision)
    old = json.loads(found[2])
    for field in ("shape", "points", "category"):
        del old["marks"][0][field]
    monkeypatch.setattr(catalogue, "find_decision", lambda tx, id: (*found[:2], json.dumps(old).encode()))

    assert room.decide(decision) == made
    with refused("decision-id-reused"):
        room.decide(replace(decision, note="another"))


def test_marks_of_every_shape_stand_in_the_verified_ledger(room):
    scan = recognised_scan(room)
    polygon = shaped(MarkShape.POLYGON, ((5, 5), (60, 9), (30, 40)), mark="1" * 32, category=MarkCategory.DRUGS)
    arrow = shaped(MarkShape.ARROW, ((90, 9), (70, 30)), mark="2" * 32, category=MarkCategory.HIDDEN_SPACE, text="底板")
    decision = hold(scan, room.take(scan).fence, marks=(polygon, arrow), reason=None)
    room.decide(decision)

    _, _, document = room.do(catalogue.find_decision, decision.decision)
    assert msgspec.json.decode(document, type=Decision).marks == (polygon, arrow)
    (outgoing,) = room.do(catalogue.undelivered, LANE)
    places = parse_order(outgoing.document).places
    assert [place.text for place in places] == ["drugs", "hidden-space: 底板"]
    assert [place.corners for place in places] == [polygon.box.corners, arrow.box.corners]
    assert room.verify().is_verified


def test_a_receipt_closes_the_scan_once(room):
    scan = recognised_scan(room)
    decision = release(scan, room.take(scan).fence)
    room.decide(decision)
    assert room.receipt(decision.decision, scan)
    assert not room.receipt(decision.decision, scan)
    assert (room.row(scan).state, room.row(scan).delivery) == (WorkState.CLOSED, DeliveryState.APPLIED)
    assert room.do(catalogue.undelivered, LANE) == []
    assert room.verify().is_verified


def test_a_refusal_of_the_port_is_shown_and_ends_the_delivery(room):
    scan = recognised_scan(room)
    decision = release(scan, room.take(scan).fence)
    room.decide(decision)
    room.receipt(decision.decision, scan, Outcome.REFUSED, why="expired")
    assert (room.row(scan).state, room.row(scan).delivery) == (WorkState.DECIDED, DeliveryState.REFUSED)
    assert not room.receipt(decision.decision, scan)
    assert room.row(scan).delivery is DeliveryState.REFUSED
    assert room.verify().is_verified


def test_a_receipt_for_another_lane_or_an_unknown_order_is_refused(room):
    scan = recognised_scan(room)
    decision = release(scan, room.take(scan).fence)
    room.decide(decision)
    with refused("unknown-order"):
        room.receipt(decision.decision, scan, lane="NLRTM-01")
    with refused("unknown-order"):
        room.receipt("0" * 32, scan)
    with refused("unknown-order"):
        room.receipt(decision.decision, recognised_scan(room))
