"""A break at the desk: what is open goes back, nothing new comes, and a hub that was started again is told of it."""

import pytest

from scanview.core.errors import Unavailable
from scanview.session import events
from scanview.ui.desk import Taking
from scanview.wire import messages as wire
from tests.ui.ui_fakes import ZHANG, FakeRoom
from tests.unit.session.session_fakes import row, scan_id


@pytest.fixture
def room():
    return FakeRoom().sit_down()


def told(room):
    return [question for (question,) in room.session.asked("ask Done")]


def answer(room):
    room.session.last("ask Done").set_result(wire.Done(request=1))


def test_on_a_break_the_scan_goes_back_and_nothing_is_taken(room):
    room.open(1)
    room.desk.breaks.toggle()
    assert room.session.asked("give_back") == [[scan_id(1)]]
    assert told(room) == [wire.TakeBreak(request=0)]
    answer(room)
    room.desk.take_next()
    room.desk.heard(events.RowsChanged(rows=(row(3),)))
    assert room.session.asked("take_next") == []
    assert room.desk.breaks.on_break

    room.desk.breaks.toggle()
    assert room.desk.breaks.on_break  # until the hub knows
    assert told(room)[-1] == wire.ComeBack(request=0)
    answer(room)
    room.desk.take_next()
    assert room.session.asked("take_next") == [[]]


def test_who_waits_for_the_next_scan_and_goes_on_a_break_is_given_none(room):
    room.desk.take_next()
    room.session.last("take_next").set_result(None)
    assert room.desk.taking is Taking.FOR_NEXT
    room.desk.breaks.toggle()
    room.desk.heard(events.RowsChanged(rows=(row(3),)))
    assert len(room.session.asked("take_next")) == 1


def test_a_hub_that_was_started_again_is_told_of_the_break(room):
    room.desk.breaks.toggle()
    answer(room)
    room.desk.heard(events.PersonChanged(person=ZHANG))
    assert told(room) == [wire.TakeBreak(request=0)] * 2
    room.desk.heard(events.PersonChanged(person=None))
    assert not room.desk.breaks.on_break
    room.desk.heard(events.PersonChanged(person=ZHANG))
    assert len(told(room)) == 2


def test_a_break_whose_end_the_hub_did_not_hear_goes_on(room):
    room.desk.breaks.toggle()
    answer(room)
    room.desk.breaks.toggle()
    room.session.last("ask Done").set_exception(Unavailable("gone", code="not-connected"))
    assert room.desk.breaks.on_break
    assert room.desk.breaks.problem.what.id == "error.not-connected"
