"""Decided scans of long ago come into the worklist a page at a time, and never over what is newer."""

import pytest

from scanview.core.review import Verdict
from scanview.core.searching import Search
from scanview.core.work import WorkState
from scanview.session import events
from scanview.wire import messages as wire
from tests.ui.ui_fakes import FakeRoom, WindowRoom
from tests.unit.session.session_fakes import row, scan_id


def decided(*numbers):
    return tuple(row(number, state=WorkState.CLOSED, verdict=Verdict.RELEASE) for number in numbers)


def asked(room):
    return [question for (question,) in room.session.asked("ask ScansFound")]


def answer(room, rows, *, more):
    room.session.last("ask ScansFound").set_result(wire.ScansFound(request=1, rows=rows, more=more))


@pytest.fixture
def room():
    return FakeRoom().sit_down(row(1), row(2))


def test_pages_come_one_behind_the_other_until_there_are_no_more(room):
    older = room.desk.older
    older.fetch()
    older.fetch()
    assert [(question.search, question.before) for question in asked(room)] == [(Search(decided=True), 0)]
    answer(room, decided(9, 8), more=True)
    older.fetch()
    assert asked(room)[-1].before == decided(8)[0].seq
    answer(room, decided(7), more=False)
    assert not older.may_come
    older.fetch()
    assert len(asked(room)) == 2
    assert [row.scan for row in room.screen.rows[2:]] == [scan_id(number) for number in (9, 8, 7)]


def test_what_is_known_and_newer_stays(room):
    newer = row(9, seq=1_000, state=WorkState.CLOSED, verdict=Verdict.HOLD)
    room.desk.heard(events.RowsChanged(rows=(newer,)))
    room.desk.older.fetch()
    answer(room, decided(9), more=False)
    assert room.desk.rows[scan_id(9)] == newer


def test_a_page_for_who_sat_here_before_is_not_shown(room):
    room.desk.older.fetch()
    room.desk.heard(events.PersonChanged(person=None))
    answer(room, decided(9), more=False)
    assert scan_id(9) not in room.desk.rows
    assert not room.desk.older.may_come


def test_the_end_of_the_list_asks_for_older_rows(qtbot):
    room = WindowRoom(qtbot)
    room.sit_down()
    model = room.window.worklist.model
    qtbot.waitUntil(lambda: len(asked(room)) == 1)
    answer(room, decided(*range(10, 110)), more=True)
    qtbot.wait(20)
    assert model.rowCount() == 102
    assert len(asked(room)) == 1
    room.window.worklist.list.scrollToBottom()
    qtbot.waitUntil(lambda: len(asked(room)) == 2)
