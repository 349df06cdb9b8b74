"""Who is told what was said of a scan, and what asking for the chief does."""

from dataclasses import replace

import pytest

from scanview.core.dispatching import Terms
from scanview.core.errors import BadInput, NotAllowed
from scanview.core.opinions import Stage
from scanview.core.review import Person, Role
from scanview.core.work import WorkState
from scanview.review import discussing, dispatch
from tests.unit.review.room import ANALYST, OTHER, SUPERVISOR, Room, hold, new_id, release

EXPERT = Person(name="周敏", role=Role.EXPERT)
CHIEF = Person(name="Ines", role=Role.CHIEF)
AUDITOR = Person(name="Aud", role=Role.AUDITOR)


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    made.rules = replace(made.rules, second_share=1.0, draw=lambda: 0.5)
    yield made
    made.close()


@pytest.fixture
def scan(room):
    made = room.stored_scan()
    room.recognise(made, 0.1)
    return made


def says(room, scan, person, make=release):
    lease = room.take(scan, person, f"desk of {person.name}")
    room.decide(make(scan, lease.fence, note=f"note of {person.name}"), person)


def say(room, scan, person, text="why?", remark=None):
    return room.do(discussing.say, scan=scan, remark=remark or new_id(), text=text, person=person, now=room.now)


def escalate(room, scan, person, fence, question="Is this a false wall?"):
    return room.do(
        discussing.escalate,
        scan=scan,
        fence=fence,
        remark=new_id(),
        question=question,
        person=person,
        now=room.now,
    )


def told(room, scan, person):
    return room.do(discussing.discussion_of, scan, person)


def test_a_blind_second_is_told_what_a_first_is_told_nothing(room, scan):
    before = told(room, scan, OTHER)
    says(room, scan, ANALYST)
    say(room, scan, ANALYST, "the left wall looks thick")
    say(room, scan, SUPERVISOR, "look twice")
    room.take(scan, OTHER, "desk-2")
    assert told(room, scan, OTHER) == before
    assert told(room, scan, EXPERT).opinions[0].note == f"note of {ANALYST.name}"
    assert [remark.text for remark in told(room, scan, AUDITOR).remarks] == ["the left wall looks thick", "look twice"]


def test_who_gave_the_first_opinion_is_told_no_more_until_nobody_is_blind(room, scan):
    says(room, scan, ANALYST)
    say(room, scan, SUPERVISOR)
    assert told(room, scan, ANALYST).opinions == ()
    assert told(room, scan, ANALYST).remarks == ()
    says(room, scan, OTHER, hold)
    room.take(scan, EXPERT, "desk-3")
    assert [given.opinion.by for given in told(room, scan, ANALYST).opinions] == [ANALYST.name, OTHER.name]


def test_escalation_gives_the_scan_to_the_chief_with_the_question(room, scan):
    lease = room.take(scan, ANALYST)
    escalate(room, scan, ANALYST, lease.fence)
    item = room.record(scan).item
    assert (item.stage, item.state, item.lease, item.escalated_by) == (
        Stage.CHIEF,
        WorkState.WAITING,
        None,
        (ANALYST.name,),
    )
    for person in (OTHER, EXPERT):
        assert room.take_next(person) is None
    assert room.take_next(CHIEF) is not None
    (question,) = told(room, scan, CHIEF).remarks
    assert (question.by, question.text, question.asks_chief) == (ANALYST.name, "Is this a false wall?", True)
    assert room.verify().problems == ()


def test_only_the_chief_chooses_and_only_among_what_was_put_before_them(room, scan):
    lots = Terms(free_choice=False, key=b"k")
    other = room.stored_scan()
    escalate(room, scan, ANALYST, room.take(scan, ANALYST).fence)

    def choose(chosen, person):
        fields = {"workstation": "desk-9", "now": room.now, "lease_s": 15.0, "terms": lots}
        return room.do(dispatch.take, scan=chosen, person=person, **fields)

    for chosen, person, code in ((other, CHIEF, "no-free-choice"), (scan, EXPERT, "not-for-your-role")):
        with pytest.raises(NotAllowed, check=lambda error, code=code: error.code == code):
            choose(chosen, person)
    assert choose(scan, CHIEF).analyst == CHIEF.name
    assert room.verify().problems == ()


def test_a_chief_alone_does_not_release_what_demands_two(tmp_path, room, scan):
    says(room, scan, ANALYST, hold)
    lease = room.take(scan, OTHER, "desk-2")
    escalate(room, scan, OTHER, lease.fence)
    says(room, scan, CHIEF)
    assert room.record(scan).item.state is WorkState.DECIDED


def test_an_escalation_needs_the_lease_and_is_made_once(room, scan):
    lease = room.take(scan, ANALYST)
    with pytest.raises(NotAllowed, check=lambda error: error.code == "stale-lease"):
        escalate(room, scan, OTHER, lease.fence)
    room.now += 60
    with pytest.raises(NotAllowed, check=lambda error: error.code == "stale-lease"):
        escalate(room, scan, ANALYST, lease.fence)


def test_a_remark_sent_again_is_one_remark(room, scan):
    remark = new_id()
    assert say(room, scan, SUPERVISOR, remark=remark) == say(room, scan, SUPERVISOR, remark=remark)
    assert len(told(room, scan, SUPERVISOR).remarks) == 1
    with pytest.raises(NotAllowed, check=lambda error: error.code == "remark-id-reused"):
        say(room, scan, EXPERT, remark=remark)


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001, "a\x00b", "\u202eabc"])
def test_a_remark_is_plain_text_of_some_length(room, scan, text):
    with pytest.raises(BadInput):
        say(room, scan, SUPERVISOR, text)


def test_who_has_no_part_in_a_scan_says_nothing_of_it(room, scan):
    for person, code in ((ANALYST, "not-your-scan"), (AUDITOR, "not-in-discussion")):
        with pytest.raises(NotAllowed, check=lambda error, code=code: error.code == code):
            say(room, scan, person)
