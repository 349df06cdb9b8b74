"""A supervisor keeps a scan for somebody, takes it back or moves it forward; no exclusion is outdone by it."""

import pytest

from scanview.core.dispatching import Terms
from scanview.core.errors import BadInput, NotAllowed
from scanview.core.review import Person, Role
from scanview.core.work import WorkState
from scanview.review import dispatch, supervising
from scanview.store import people
from tests.unit.review.room import ANALYST, OTHER, SUPERVISOR, Room, hold, release

TERMS = Terms(key=b"a key")
STRICT = Terms(key=b"a key", free_choice=False)


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    for person in (ANALYST, OTHER):
        made.add_person(person.name)
    people.add_person(made.data, name="Port", role=Role.ANALYST, password="correct horse", port="CNSHA")
    made.add_person(SUPERVISOR.name, Role.SUPERVISOR)
    yield made
    made.close()


def refused(code, kind=NotAllowed):
    return pytest.raises(kind, check=lambda error: error.code == code)


def assign(room, scan, analyst, person=SUPERVISOR, reason="she knows these", lasts_s=600.0):
    return room.do(
        supervising.assign,
        scan=scan,
        analyst=analyst,
        until=room.now + lasts_s,
        person=person,
        reason=reason,
        now=room.now,
    )


def prioritise(room, scan, earlier_s, person=SUPERVISOR, reason="the lorry waits"):
    return room.do(supervising.prioritise, scan=scan, earlier_s=earlier_s, person=person, reason=reason, now=room.now)


def test_an_assigned_scan_comes_first_to_whom_it_is_kept_for_and_to_nobody_else(room):
    early, late = room.stored_scan(), None
    room.now += 100
    late = room.stored_scan()
    assign(room, late, OTHER.name)
    assert room.row(late).assigned_to == OTHER.name
    assert room.take_next(ANALYST, terms=STRICT)[0] == early
    assert room.take_next(ANALYST, "desk-3", terms=TERMS) is None
    with refused("assigned-elsewhere"):
        room.take(late, ANALYST)
    assert room.take_next(OTHER, "desk-2", terms=STRICT)[0] == late
    assert room.verify().problems == ()


def test_an_assignment_that_nobody_takes_up_ends(room):
    scan = room.stored_scan()
    assign(room, scan, OTHER.name, lasts_s=60)
    assert room.take_next(terms=TERMS) is None
    room.now += 60
    assert room.take_next(terms=TERMS)[0] == scan


def test_what_somebody_has_in_review_is_taken_back(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    assign(room, scan, "")
    assert room.row(scan).state is WorkState.WAITING
    with refused("stale-lease"):
        room.decide(hold(scan, lease.fence))
    lease = room.take(scan)
    assign(room, scan, ANALYST.name)
    assert room.record(scan).item.lease == lease
    assert room.verify().problems == ()


def test_only_supervisors_may_and_only_with_a_reason_to_somebody_who_may_see_it(room):
    scan = room.stored_scan()
    for person in (ANALYST, Person(name="Ann", role=Role.AUDITOR), Person(name="Root", role=Role.ADMINISTRATOR)):
        with refused("not-a-supervisor"):
            assign(room, scan, OTHER.name, person)
        with refused("not-a-supervisor"):
            prioritise(room, scan, 60.0, person)
    for change in (lambda: assign(room, scan, OTHER.name, reason=" "), lambda: prioritise(room, scan, 1.0, reason="")):
        with refused("no-reason", BadInput):
            change()
    with refused("own-port"):
        assign(room, scan, "Port")
    for nobody in ("Nobody", SUPERVISOR.name):
        with refused("not-a-reviewer"):
            assign(room, scan, nobody)
    for earlier_s in (-1.0, 1e9):
        with refused("bad-priority"):
            prioritise(room, scan, earlier_s)
    decision = hold(scan, room.take(scan).fence)
    room.decide(decision)
    for change in (assign, prioritise):
        with refused("already-decided"):
            change(room, scan, OTHER.name if change is assign else 1.0)


def test_a_scan_that_is_moved_forward_is_next(room):
    first = room.stored_scan()
    room.now += 10
    last = room.stored_scan()
    prioritise(room, last, 3_600.0)
    assert room.row(last).queue_at == room.row(first).queue_at + 10 - 3_600
    assert room.take_next(terms=TERMS)[0] == last
    prioritise(room, first, 0.0)
    assert room.verify().problems == ()


def test_without_free_choice_nobody_chooses_or_collects_scans(room):
    scans = [room.stored_scan() for _ in range(3)]
    here = {"person": ANALYST, "workstation": "desk-1", "lease_s": 15.0, "terms": STRICT}
    with refused("no-free-choice"):
        room.do(dispatch.take, scan=scans[0], now=room.now, **here)
    drawn, lease = room.take_next(terms=STRICT)
    again, newer = room.take_next(terms=STRICT)
    assert (again, newer.fence > lease.fence) == (drawn, True)
    with refused("in-review-elsewhere"):
        room.take_next(workstation="desk-2", terms=STRICT)
    room.do(dispatch.give_back, scan=drawn, fence=newer.fence, person=ANALYST, now=room.now)
    assert room.take_next(terms=STRICT)[0] == drawn
    room.now += 20
    retaken = room.do(dispatch.take, scan=drawn, now=room.now, **here)
    with refused("other-content"):
        room.decide(release(drawn, retaken.fence, content="cd" * 32))
    assert room.verify().problems == ()
