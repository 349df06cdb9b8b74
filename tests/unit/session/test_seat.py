"""A person sits down once; the seat is taken again by itself after every break."""

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.review import Person, Risk, Role
from scanview.core.work import WorkState
from scanview.core.worklist import LaneStatus
from scanview.session import events
from scanview.session.queue_order import expected_order, may_be_wanted
from scanview.session.seat import Seat
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import FakeClock, FakeHub, row, scan_id

ZHANG = Person(name="zhang", role=Role.ANALYST)


class Room:
    def __init__(self):
        self.hub, self.clock, self.told = FakeHub(), FakeClock(), []
        self.seat = Seat(self.hub, self.clock, self.told.append)

    def sit_down(self):
        future = self.seat.sign_in("zhang", "secret")
        self.hub.answer(wire.SignIn, wire.SignedIn(request=1, person=ZHANG))
        return future

    def of(self, kind):
        return [event for event in self.told if isinstance(event, kind)]


@pytest.fixture
def room():
    return Room()


def test_signing_in_begins_to_watch_the_worklist(room):
    assert room.sit_down().result(0) == ZHANG
    assert room.of(events.PersonChanged) == [events.PersonChanged(person=ZHANG)]
    assert room.hub.asked(wire.WatchWorklist) == [wire.WatchWorklist(request=0, after=0)]


def test_a_wrong_password_is_not_tried_again(room):
    future = room.seat.sign_in("zhang", "wrong")
    room.hub.refuse(wire.SignIn, NotAllowed("wrong", code="wrong-password"))
    assert future.exception(0).code == "wrong-password"

    room.seat.came_online()
    assert room.hub.asked(wire.SignIn) == []


def test_after_a_break_it_catches_up_from_the_last_number(room):
    room.sit_down()
    room.hub.answer(wire.WatchWorklist, wire.Worklist(request=1, seq=17, rows=(row(17),)))
    room.seat.rows_came(wire.Worklist(request=0, seq=19, rows=(row(19),)))

    room.seat.came_online()
    assert room.hub.asked(wire.SignIn) == [wire.SignIn(request=0, name="zhang", password="secret")]
    room.hub.answer(wire.SignIn, wire.SignedIn(request=2, person=ZHANG))

    assert room.hub.asked(wire.WatchWorklist) == [wire.WatchWorklist(request=0, after=19)]
    assert room.seat.queue() == (scan_id(17), scan_id(19))


def test_a_hub_that_is_not_ready_is_asked_again(room):
    room.sit_down()
    room.seat.came_online()
    room.hub.refuse(wire.SignIn, Unavailable("busy", code="busy"))
    room.clock.pass_s(1)

    assert len(room.hub.asked(wire.SignIn)) == 1
    assert room.of(events.PersonChanged)[-1].person == ZHANG


def test_a_person_whom_the_hub_no_longer_lets_in_stands_up(room):
    room.sit_down()
    room.seat.came_online()
    refused = NotAllowed("gone", code="wrong-password")
    room.hub.refuse(wire.SignIn, refused)

    assert room.of(events.PersonChanged)[-1] == events.PersonChanged(person=None, refused=refused)
    assert room.seat.queue() == ()


def test_signing_out_forgets_everything(room):
    room.sit_down()
    room.seat.rows_came(wire.Worklist(request=0, seq=3, rows=(row(3),)))
    room.seat.sign_out()
    room.seat.came_online()

    assert len(room.hub.asked(wire.SignOut)) == 1
    assert room.hub.asked(wire.SignIn) == []
    assert room.seat.queue() == ()


def test_lanes_are_told_together_however_they_come(room):
    one = LaneStatus(lane="CNSHA-01", connected=True, since=1.0)
    two = LaneStatus(lane="CNSHA-02", connected=True, since=1.0)
    down = LaneStatus(lane="CNSHA-01", connected=False, since=2.0)
    room.seat.lanes_came(wire.Lanes(lanes=(two, one)))
    room.seat.lanes_came(wire.Lanes(lanes=(down,)))

    assert room.of(events.LanesChanged)[-1].lanes == (down, two)


def test_what_is_expected_is_ones_own_then_the_hubs_order_with_arriving_scans_last():
    rows = [
        row(1, risk=Risk.LOW),
        row(2, risk=Risk.HIGH),
        row(3, risk=Risk.HIGH, state=WorkState.ARRIVING, stored=False),
        row(4, risk=Risk.HIGH, state=WorkState.IN_REVIEW, analyst="li"),
        row(5, state=WorkState.IN_REVIEW, analyst="zhang"),
    ]

    wanted = [row for row in rows if may_be_wanted(row, "zhang")]
    assert expected_order(wanted) == (scan_id(5), scan_id(2), scan_id(1), scan_id(3))


def test_a_hub_that_begins_anew_makes_the_rest_forgotten_and_what_it_foretells_comes_first(room):
    room.sit_down()
    room.seat.rows_came(wire.Worklist(request=0, seq=9, rows=(row(1), row(2))))
    room.seat.rows_came(wire.Worklist(request=0, seq=3, rows=(row(3), row(4), row(5)), anew=True))
    assert room.of(events.RowsChanged)[-1].anew
    assert room.seat.queue() == (scan_id(3), scan_id(4), scan_id(5))
    room.seat.foretell((scan_id(5), scan_id(1), scan_id(4)))
    assert room.seat.queue() == (scan_id(5), scan_id(4), scan_id(3))
    room.seat.came_online()
    room.hub.answer(wire.SignIn, wire.SignedIn(request=2, person=ZHANG))
    assert room.hub.asked(wire.WatchWorklist)[-1] == wire.WatchWorklist(request=0, after=3)
