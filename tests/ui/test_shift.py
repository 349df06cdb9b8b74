"""The end of a shift: asked first, kept by the hub before anybody leaves, and what the last shift left is shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.errors import Unavailable
from scanview.core.presence import ShiftNote
from scanview.session import events
from scanview.wire import messages as wire
from tests.ui.ui_fakes import FakeRoom, WindowRoom, texts
from tests.unit.session.session_fakes import scan_id

NOTE = ShiftNote(by="li", at=1_000.0, note="<b>stripes</b> at CNSHA-03")


@pytest.fixture
def room():
    return FakeRoom().sit_down().open(1)


def told(room):
    return [question for (question,) in room.session.asked("ask Done")]


def test_who_ends_a_shift_leaves_once_the_hub_has_kept_the_note(room):
    shift = room.desk.shift
    shift.end("too early")
    shift.ask()
    shift.end(" stripes at CNSHA-03 ")
    shift.end("twice")
    assert told(room) == [wire.EndShift(request=0, note="stripes at CNSHA-03")]
    assert ("sign_out",) not in room.session.calls
    room.session.last("ask Done").set_result(wire.Done(request=1))
    assert ("sign_out",) in room.session.calls


def test_who_goes_on_working_keeps_the_scan(room):
    room.desk.shift.ask()
    room.desk.shift.cancel()
    assert not room.desk.shift.is_ending
    assert told(room) == []
    assert room.desk.reviewing.review.scan == scan_id(1)


def test_nobody_leaves_with_decisions_on_the_way_or_without_the_hub(room):
    shift = room.desk.shift
    room.desk.heard(events.UnconfirmedChanged(count=1))
    shift.ask()
    shift.end("")
    assert shift.problem.what.id == "error.decisions-on-the-way"
    assert told(room) == []
    room.desk.heard(events.UnconfirmedChanged(count=0))
    shift.end("")
    room.session.last("ask Done").set_exception(Unavailable("gone", code="not-connected"))
    assert shift.is_ending
    assert shift.problem.what.id == "error.not-connected"
    assert ("sign_out",) not in room.session.calls


def test_an_answer_that_comes_after_they_left_signs_nobody_else_out(room):
    room.desk.shift.ask()
    room.desk.shift.end("")
    room.desk.heard(events.PersonChanged(person=None))
    room.session.last("ask Done").set_result(wire.Done(request=1))
    assert ("sign_out",) not in room.session.calls


def test_the_panel_is_worked_by_keys_and_says_what_happens(room_on_screen):
    room = room_on_screen
    room.sit_down().open(1)
    room.window.activateWindow()
    room.qtbot.waitUntil(room.window.isActiveWindow)
    QTest.keyClick(room.window, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    room.window.refresh()
    assert any("goes back to the queue" in text for text in texts(room))
    assert room.window.shift.line.hasFocus()
    QTest.keyClick(room.window.shift.line, Qt.Key.Key_Escape)
    room.window.refresh()
    assert not room.window.shift.isVisible()
    room.window.commands.give("end-shift")
    room.window.refresh()
    QTest.keyClicks(room.window.shift.line, "rh 1")
    QTest.keyClick(room.window.shift.line, Qt.Key.Key_Return)
    assert told(room) == [wire.EndShift(request=0, note="rh 1")], "letters are no commands here"


def test_what_the_last_shift_left_stands_there_as_plain_text(room_on_screen):
    room = room_on_screen
    room.sit_down()
    room.session.last("ask ShiftNotes").set_result(wire.ShiftNotes(request=1, notes=(NOTE,)))
    room.window.refresh()
    assert any("<b>stripes</b> at CNSHA-03" in text for text in texts(room))
    room.desk.heard(events.PersonChanged(person=None))
    assert room.desk.shift.notes == ()


@pytest.fixture
def room_on_screen(qtbot):
    made = WindowRoom(qtbot)
    yield made
    made.window.close()
