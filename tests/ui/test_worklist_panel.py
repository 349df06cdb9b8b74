"""The worklist on the screen: correct towards Qt, and still under the pointer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from scanview.core.opinions import Stage
from scanview.core.review import Person, Risk, Role, Verdict
from scanview.core.veil import shown_row
from scanview.core.work import WorkState
from scanview.ui.discussing.discussing import Discussing
from scanview.ui.language import Words
from scanview.ui.surroundings import Surroundings
from scanview.ui.text import NOTHING, Language, phrase
from scanview.ui.worded import stage_of_row
from scanview.ui.worklist_model import ROW, WorklistModel
from scanview.ui.worklist_order import Filter
from scanview.ui.worklist_panel import WorklistPanel
from tests.ui.ui_fakes import FakeSession
from tests.unit.session.session_fakes import row, scan_id


def shown(model):
    return [int(model.index(at).data(ROW).scan, 16) for at in range(model.rowCount())]


@pytest.fixture
def model(qapp):
    made = WorklistModel(Words(Language.EN))
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    del tester


@pytest.fixture
def panel(qtbot):
    made = WorklistPanel(Words(Language.EN), lambda: 2_000.0)
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    return made


def test_rows_come_change_move_and_go(model):
    model.take_in([row(1), row(2), row(3)])
    model.take_in([row(3, risk=Risk.HIGH)])
    assert shown(model) == [3, 1, 2]

    model.show_only(Filter.WAITING, "zhang")
    model.take_in([row(1, state=WorkState.CLOSED, verdict=Verdict.HOLD)])
    assert shown(model) == [3, 2]

    model.show_only(Filter.ALL, "zhang")
    assert shown(model) == [3, 2, 1]
    assert model.known == 3


def test_many_rows_at_once_are_one_reset(model, qtbot):
    with qtbot.waitSignal(model.modelReset, timeout=1000):
        model.take_in([row(n) for n in range(1, 2_001)])

    assert model.rowCount() == 2_000


def test_nothing_moves_under_a_moving_pointer(model, qtbot):
    model.take_in([row(1), row(2)])
    model.pointer_moved()
    model.take_in([row(3, risk=Risk.HIGH), row(2, risk=Risk.HIGH, findings=7)])

    assert shown(model) == [1, 2]
    assert model.row_at(1).findings == 7, "its looks change at once"
    qtbot.waitUntil(lambda: shown(model) == [2, 3, 1], timeout=5_000)


def test_what_was_held_back_is_the_latest(model):
    model.take_in([row(1)])
    model.pointer_moved()
    model.take_in([row(2, risk=Risk.HIGH)])
    model.take_in([row(2, risk=Risk.LOW, state=WorkState.CLOSED, verdict=Verdict.HOLD)])
    model.settle()

    assert shown(model) == [1, 2]
    assert model.row_at(1).verdict is Verdict.HOLD


def test_moving_the_pointer_over_the_list_holds_it(panel):
    panel.model.take_in([row(1), row(2)])
    QTest.mouseMove(panel.list.viewport(), QPoint(20, 20))
    QTest.mouseMove(panel.list.viewport(), QPoint(22, 22))
    panel.model.take_in([row(3, risk=Risk.HIGH)])

    assert shown(panel.model) == [1, 2]


def test_the_chosen_row_stays_chosen_when_it_moves(panel):
    panel.model.take_in([row(1), row(2)])
    panel.choose(1)
    panel.choose(1)
    assert panel.chosen == scan_id(2)

    panel.model.take_in([row(3, risk=Risk.HIGH)])
    assert panel.chosen == scan_id(2)


def test_a_double_click_takes(panel, qtbot):
    panel.model.take_in([row(1), row(2)])
    at = panel.list.visualRect(panel.model.index(1)).center()
    with qtbot.waitSignal(panel.taken) as taken:
        qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert taken.args == [scan_id(2)]


def test_an_empty_list_says_so(panel):
    assert panel._empty.isVisible()
    panel.model.take_in([row(1)])
    assert not panel._empty.isVisible()


def test_a_row_is_spoken_whole(model):
    model.tick(1_100.0)
    model.take_in([row(1, risk=Risk.HIGH)])
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    assert spoken == "CSQU 305438 3, CNSHA-03, risk High, Waiting, waiting 01:39"


def test_a_scan_that_another_hub_took_stands_behind_what_waits_and_says_where_it_is(model):
    model.take_in([row(1, state=WorkState.ELSEWHERE, elsewhere="tcp://second:7300"), row(2)])
    assert shown(model) == [2, 1]
    spoken = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "At another hub: tcp://second:7300" in spoken

    model.show_only(Filter.WAITING, "zhang")
    assert shown(model) == [2]


def test_whose_word_is_wanted_and_new_remarks_are_spoken_with_the_row(model):
    model.unread = lambda row: row.remarks
    model.take_in([row(1, stage=Stage.CHIEF, remarks=2), row(2, stage=Stage.SECOND)])
    spoken = [model.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(2)]
    assert spoken[0].endswith(", ★ chief, ● 2 new")
    assert spoken[1].endswith(", ② second")
    assert model.index(0).data(Qt.ItemDataRole.ToolTipRole) == spoken[0]

    model.show_only(Filter.RAISED, "zhang")
    assert shown(model) == [1]


@pytest.mark.parametrize("stage", Stage)
def test_who_may_be_asked_blindly_is_shown_neither_stage_nor_remarks(model, stage):
    said = row(1, stage=stage, remarks=3, analyst="", shown_seq=1)
    around = Surroundings(session=FakeSession(), screen=None, post=None, new_id=None)
    model.unread = Discussing(around, lambda: None, lambda scan: None).unread_of
    rows = [
        shown_row(said, Person(name="zhang", role=Role.ANALYST)),
        shown_row(replace(said, scan=scan_id(2)), Person(name="wu", role=Role.EXPERT)),
    ]
    model.take_in(rows)
    blind, knowing = ((stage_of_row(one), model.unread(one)) for one in rows)
    assert blind == (NOTHING, 0)
    assert knowing == (phrase(f"worklist.stage.{stage}") if stage is not Stage.FIRST else NOTHING, 3)


def test_the_filter_of_what_was_raised_is_for_who_settles(panel):
    button = panel._filters[Filter.RAISED]
    panel.show_for("wu", settles=True)
    button.click()
    assert button.isVisible()
    panel.show_for("zhang")
    assert not button.isVisible()
    assert panel.model.filter is Filter.ALL
