"""Rules that want two people are heard also where no machine ever spoke."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.review import Verdict
from scanview.core.work import RecognitionState, WorkState
from scanview.review import decisions
from scanview.review.overdue import let_rules_speak
from tests.unit.review.room import ANALYST, OTHER, Room, hold, release

FOUR_EYES = '[[rule]]\nid = "all"\nwhen = { always = true }\nfour_eyes = true\n'
DEADLINE_S = 60.0


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    made.adopt(FOUR_EYES)
    yield made
    made.close()


def decide(room, decision, person):
    """As the desk decides."""

    def both(tx):
        let_rules_speak(tx, scan=decision.scan, now=room.now, triager=room.triager)
        return decisions.decide(tx, decision=decision, person=person, now=room.now, rules=room.rules)

    return room.do(both)


def releases(room, scan, person):
    lease = room.take(scan, person, f"desk of {person.name}")
    decision = release(scan, lease.fence, without_recognition=True)
    decide(room, decision, person)
    return decision


def test_one_person_cannot_release_what_wants_two_because_no_machine_came(room):
    scan = room.stored_scan()
    room.now += DEADLINE_S
    first = releases(room, scan, ANALYST)
    item = room.record(scan).item
    assert (item.state, item.verdict, item.four_eyes) == (WorkState.WAITING, None, True)
    assert item.recognition is RecognitionState.NOT_RECOGNISED
    assert decide(room, first, ANALYST).seq
    releases(room, scan, OTHER)
    assert room.record(scan).item.verdict is Verdict.RELEASE
    assert room.verify().problems == ()


def test_the_rules_do_not_speak_before_the_deadline_nor_with_a_refused_verdict(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    decision = release(scan, lease.fence, without_recognition=True)
    with pytest.raises(NotAllowed) as early:
        decide(room, decision, ANALYST)
    assert early.value.code == "release-before-recognition"
    room.now += DEADLINE_S
    with pytest.raises(NotAllowed):
        decide(room, decision, OTHER)
    assert room.record(scan).item.recognition is RecognitionState.PENDING


def test_a_result_that_still_comes_is_taken(room):
    scan = room.stored_scan()
    room.now += DEADLINE_S
    releases(room, scan, ANALYST)
    room.recognise(scan, 0.7)
    assert room.record(scan).item.recognition is RecognitionState.DONE


def test_a_hold_of_a_scan_that_still_arrives_needs_no_rules(room):
    scan = room.offer()
    room.now += DEADLINE_S
    lease = room.take(scan)
    decide(room, hold(scan, lease.fence), ANALYST)
    item = room.record(scan).item
    assert (item.verdict, item.recognition) == (Verdict.HOLD, RecognitionState.PENDING)
