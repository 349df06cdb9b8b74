"""The page of performance: asked by period, shown with intervals, exported, and forgotten with the person."""

import csv

import pytest
from PySide6.QtGui import QImage

from scanview.ui.console.performance.told import CHARTS
from scanview.ui.console.statistics.periods import Choice, period_of
from scanview.ui.text import Language
from tests.ui.screens.performing import answered, performance
from tests.ui.ui_fakes import WindowRoom
from tests.ui.walk.person import Person, Start


@pytest.fixture
def person(qtbot):
    room = WindowRoom(qtbot, Language.EN)
    someone = Person(room, Start.DESK)
    performance(someone)
    yield someone
    room.window.close()


def page_of(person):
    return person.window.console.front


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def asked(person):
    return [question for (question,) in person.session.asked("ask PerformanceTold")]


def test_it_asks_for_thirty_days_and_shows_every_figure_with_its_interval(person):
    (question,) = asked(person)
    days = period_of(Choice.THIRTY_DAYS, question.ends_at - 1, 0)
    assert abs((question.ends_at - question.begins_at) - (days.until - days.since)) <= 86_400
    answered(person)
    cells = {line.key: line.cells for line in page_of(person).table.lines.lines}
    assert cells["李娜"][1:3] == ("50", "100")
    assert cells["李娜"][3].startswith("92.0 %  (")
    assert cells["new.analyst"][4:6] == ("—", "—"), "nothing is said of what was never shown"
    assert page_of(person).charts["rates"].data.labels == ("Mehmet Öztürk", "zhang", "李娜")
    low, high = page_of(person).charts["sensitivity"].data.series[0].reach[2]
    assert low < page_of(person).charts["sensitivity"].data.series[0].values[2] < high


def test_another_period_is_asked_for_and_an_older_answer_is_not_shown(person):
    old = person.session.last("ask PerformanceTold")
    choice = page_of(person).choices["period"]
    choice.setCurrentIndex(choice.findData(Choice.TODAY.value))
    choice.activated.emit(choice.currentIndex())
    assert asked(person)[-1].ends_at - asked(person)[-1].begins_at <= 86_400
    newest, person.session.answers["ask PerformanceTold"] = person.session.last("ask PerformanceTold"), [old]
    answered(person)
    assert page_of(person).people == ()
    person.session.answers["ask PerformanceTold"] = [newest]
    answered(person)
    assert len(page_of(person).people) == 4


def test_the_table_and_every_chart_are_exported(person, tmp_path):
    answered(person)
    page = page_of(person)
    page._choose_file = lambda parent, name: tmp_path / name
    for what in ("table", *CHARTS):
        for form in ("csv", "png"):
            page.choices["what"].setCurrentIndex(page.choices["what"].findData(what))
            page.choices["form"].setCurrentIndex(page.choices["form"].findData(form))
            page.write()
    rows = read(tmp_path / "table.csv")
    assert [row[0] for row in rows] == ["Analyst", "Mehmet Öztürk", "new.analyst", "zhang", "李娜"]
    rows = read(tmp_path / "rates.csv")
    assert rows[0][:4] == ["Analyst", "Hits", "Hits 2.5 %", "Hits 97.5 %"]
    assert float(rows[1][2]) < float(rows[1][1]) < float(rows[1][3])
    assert QImage(str(tmp_path / "sensitivity.png")).width() == 1_600
    page._choose_file = lambda parent, name: tmp_path / "nowhere" / name
    page.write()
    assert page.state.accessibleName().startswith("▲")


def test_nothing_of_one_person_is_left_for_the_next(person):
    answered(person)
    page_of(person).forget()
    assert page_of(person).table.lines.rowCount() == 0
