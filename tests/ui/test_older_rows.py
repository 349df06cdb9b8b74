"""Decided scans of long ago come into the worklist a page at a time, and never over what is newer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.errors import Unavailable
from scanview.core.review import Verdict
from scanview.core.searching import FoundScan, Search, SearchPlace
from scanview.core.work import WorkState
from scanview.session import events
from scanview.wire import messages as wire
from tests.ui.ui_fakes import ZHANG, FakeRoom, WindowRoom, texts
from tests.unit.session.session_fakes import row, scan_id


def decided(*numbers):
    return tuple(row(number, state=WorkState.CLOSED, verdict=Verdict.RELEASE) for number in numbers)


def asked(room):
    return [question for (question,) in room.session.asked("ask ScansFound")]


def answer(room, rows, *, more):
    following = SearchPlace(seq=rows[-1].seq) if more else None
    found = tuple(FoundScan(row=row) for row in rows)
    room.session.last("ask ScansFound").set_result(wire.ScansFound(request=1, found=found, following=following))


@pytest.fixture
def room():
    return FakeRoom().sit_down(row(1), row(2))


def test_pages_come_one_behind_the_other_until_there_are_no_more(room):
    older = room.desk.older
    older.fetch()
    older.fetch()
    assert [(question.search, question.after) for question in asked(room)] == [(Search(decided=True), None)]
    answer(room, decided(9, 8), more=True)
    older.fetch()
    assert asked(room)[-1].after.seq == decided(8)[0].seq
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


def test_a_search_asks_the_hub_and_shows_only_what_is_named_so(qtbot):
    room = WindowRoom(qtbot)
    room.sit_down(row(1, container="MWCU6059784"), row(2))
    room.window.worklist.model.bind_older(lambda: False, lambda: None)  # nobody scrolls
    room.window.activateWindow()
    qtbot.waitUntil(room.window.isActiveWindow)
    panel = room.window.worklist
    room.window.commands.give("search-worklist")
    assert panel.search.line.hasFocus()
    QTest.keyClicks(panel.search.line, "605978-4")
    assert [panel.model.row_at(at).scan for at in range(panel.model.rowCount())] == [scan_id(1)]
    QTest.keyClick(panel.search.line, Qt.Key.Key_Return)
    assert asked(room)[-1].search == Search(text="605978-4")
    room.window.refresh()
    assert any("Searching" in text for text in texts(room))
    mine = row(9, container="MWCU6059784", state=WorkState.CLOSED, verdict=Verdict.RELEASE)
    answer(room, (mine,), more=False)
    room.window.refresh()
    assert [panel.model.row_at(at).scan for at in range(panel.model.rowCount())] == [scan_id(1), scan_id(9)]
    assert not panel.search.line.hasFocus()
    assert panel.chosen == scan_id(1)

    room.window.commands.give("search-worklist")
    QTest.keyClick(panel.search.line, Qt.Key.Key_Escape)
    assert panel.model.rowCount() == 3
    assert room.desk.older.text == ""


def test_a_search_that_fails_says_so_and_the_next_one_is_asked_anew(room):
    older = room.desk.older
    older.look_for("csqu")
    room.session.last("ask ScansFound").set_exception(Unavailable("no link", code="not-connected"))
    assert older.problem is not None
    older.fetch()
    assert len(asked(room)) == 1, "a list that is looked at does not ask again and again"
    older.look_for("csqu")
    room.desk.heard(events.PersonChanged(person=ZHANG))
    assert [question.search.text for question in asked(room)] == ["csqu"] * 3, "after a break the search goes on"
    older.look_for("csq")
    assert older.problem is None
    assert asked(room)[-1].search.text == "csq"
    older.look_for("")
    older.fetch()
    assert asked(room)[-1].search == Search(decided=True)


def test_letters_are_searched_for_after_a_pause(qtbot):
    room = WindowRoom(qtbot)
    room.sit_down()
    room.window.activateWindow()
    qtbot.waitUntil(room.window.isActiveWindow)
    room.window.commands.give("search-worklist")
    QTest.keyClicks(room.window.worklist.search.line, "zz")
    qtbot.waitUntil(lambda: [question.search.text for question in asked(room)][-1:] == ["zz"])
    assert [question.search.text for question in asked(room)].count("z") == 0
    answer(room, (), more=False)
    room.window.refresh()
    assert "No scan like that." in texts(room)
