"""The page of statistics: what it asks, shows and writes to files, and how a person says why a lane was down."""

import csv
from dataclasses import replace
from queue import SimpleQueue

import pytest
from PySide6.QtGui import QImage

from scanview.core.interruption import Cause
from scanview.core.period import DAY_S, HOUR_S, Period
from scanview.core.statistics import Grouping
from scanview.ui.console.statistics.chart_data import CHARTS, charts_of
from scanview.ui.console.statistics.figures import ASKED
from scanview.ui.console.statistics.periods import Choice, period_of
from scanview.ui.console.statistics.tables import columns_of, lines_of
from scanview.ui.text import Language
from scanview.wire.messages import Done, StatisticsTold
from tests.ui.screens.figures import answered, statistics, told
from tests.ui.ui_fakes import WindowRoom
from tests.ui.walk.person import Person, Start

CHINA = 8 * HOUR_S


@pytest.fixture
def person(qtbot):
    room = WindowRoom(qtbot, Language.EN)
    someone = Person(room, Start.DESK)
    statistics(someone)
    someone.turn()
    yield someone
    room.window.close()


def test_it_asks_everything_once_and_shows_it(person):
    page = person.window.console.front
    assert page.figures.is_asking
    answered(person)
    assert not page.figures.is_asking
    assert set(page.figures.by) == set(ASKED)
    assert page.key.values["decided"].text() == f"{told(Grouping.LANE).whole.counts['decided']:,}"
    assert page.charts["throughput"].data.series[0].values[0] == told(Grouping.TIME).rows[0].counts["released"]
    assert page.rows.lines.rowCount() == 3, "by port, as it begins"


@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_is_written_in_every_form(person, tmp_path, chart):
    answered(person)
    page = person.window.console.front
    data = page.charts[chart].data
    for form in ("png", "svg", "csv"):
        page.charts[chart].write(tmp_path / f"{chart}.{form}", "of")
    assert QImage(str(tmp_path / f"{chart}.png")).width() == 1_600
    assert b"<svg" in (tmp_path / f"{chart}.svg").read_bytes()[:500]
    with (tmp_path / f"{chart}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["of", *(one.name for one in data.series)]
    assert [row[0] for row in rows[1:]] == list(data.labels)
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(data.series[0].values, rel=1e-5)


def test_a_file_that_cannot_be_written_is_said(person, tmp_path):
    answered(person)
    page = person.window.console.front
    page._choose_file = lambda parent, form: tmp_path / "nowhere" / f"x.{form}"
    for form in ("png", "svg", "csv"):
        choice = page.chooser.choices["form"]
        choice.setCurrentIndex(choice.findData(form))
        page.export()
        assert page._state.accessibleName().startswith("▲"), form


def test_the_cause_of_an_interruption_is_sent_and_asked_anew(person):
    answered(person)
    page = person.window.console.front
    page.interruptions.choose("2")
    line = page.explaining
    line.cause.setCurrentIndex(line.cause.findData(Cause.POWER.value))
    line.note.setText(" <b>fuse</b> ")
    line.said.emit()
    ((message,),) = person.session.asked("ask Done")
    assert (message.number, message.explanation.cause, message.explanation.note) == (2, Cause.POWER, "<b>fuse</b>")
    person.session.last("ask Done").set_result(Done(request=1, seq=9))
    person.turn()
    assert page.figures.is_asking
    assert line.note.text() == ""


def test_an_answer_to_an_older_question_is_not_shown(person):
    page = person.window.console.front
    old = person.session.last("ask StatisticsTold")
    page.chooser.asks.emit()
    old.set_result(StatisticsTold(request=1, statistics=told(Grouping.LANE)))
    person.turn()
    assert page.figures.by == {}


def test_nothing_of_one_person_is_left_for_the_next(person):
    answered(person)
    page = person.window.console.front
    page.forget()
    assert page.figures.by == {}
    assert page.rows.lines.rowCount() == 0
    assert page.key.values["decided"].text() == "—"


def test_periods_begin_with_a_day_of_the_clock_here():
    now = 1_795_000_000.0
    today = period_of(Choice.TODAY, now, CHINA)
    assert (today.since + CHINA) % DAY_S == 0
    assert today.since <= now < today.until
    last, this = (period_of(choice, now, CHINA) for choice in (Choice.LAST_MONTH, Choice.MONTH))
    assert last.until == this.since
    assert (last.until - last.since) // DAY_S in (28, 29, 30, 31)
    assert period_of(Choice.YEAR, now, CHINA) == Period(since=today.since - 364 * DAY_S, until=today.until)


def test_charts_are_drawn_of_what_is_there_and_of_nothing_else(person):
    words = person.window.console.front.words
    assert set(charts_of({}, words)) == set()
    assert set(charts_of({Grouping.LANE: told(Grouping.LANE)}, words)) == {"verdicts", "lanes"}


def test_a_table_has_a_cell_for_every_heading(person):
    words = person.window.console.front.words
    for grouping in Grouping:
        columns = columns_of(grouping, words)
        assert {len(line.cells) for line in lines_of(told(grouping))} == {len(columns)}, grouping
    assert len(columns_of(Grouping.ANALYST, words)) == 7, "nothing arrives at a person"


@pytest.fixture
def pump(person):
    """Work that the report's own thread hands over is done here, as Qt's thread does it."""
    posted = SimpleQueue()
    report = person.window.console.front.report.report
    report._around = replace(report._around, post=posted.put)

    def turn():
        while not posted.empty():
            posted.get()()
        return True

    return turn


def test_a_months_report_is_made_in_both_languages_and_says_where_it_lies(person, pump, qtbot, tmp_path):
    answered(person)
    line = person.window.console.front.report
    line._choose_folder = lambda parent: tmp_path
    person.session.answers["ask StatisticsTold"].clear()
    line.make.click()
    month = line.months.currentData()
    assert line.stop.isVisibleTo(line)
    for number, by in enumerate(ASKED):
        question = person.session.asked("ask StatisticsTold")[-1][0].question
        assert (question.by, question.port) == (by, "")
        assert line.progress.value() == number
        person.session.last("ask StatisticsTold").set_result(StatisticsTold(request=1, statistics=told(by)))
        pump()
    qtbot.waitUntil(lambda: pump() and not line.report.is_making, timeout=30_000)
    names = {f"scanview-{month}-{language}.{form}" for language in ("zh", "en") for form in ("pdf", "xlsx")}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert (tmp_path / f"scanview-{month}-zh.pdf").read_bytes()[:5] == b"%PDF-"
    assert str(tmp_path) in line.told.accessibleName()


def test_a_report_that_is_given_up_or_cannot_be_written_leaves_no_file(person, pump, qtbot, tmp_path):
    answered(person)
    page = person.window.console.front
    line = page.report
    line._choose_folder = lambda parent: tmp_path
    line.make.click()
    person.window.commands.give("cancel")
    assert not line.report.is_making
    person.session.last("ask StatisticsTold").set_result(StatisticsTold(request=1, statistics=told(ASKED[0])))
    pump()
    assert line.report.done == 0, "an answer that comes after it was given up is not waited for"
    line._choose_folder = lambda parent: tmp_path / "nowhere"
    line.make.click()
    for by in ASKED:
        person.session.last("ask StatisticsTold").set_result(StatisticsTold(request=1, statistics=told(by)))
        pump()
    qtbot.waitUntil(lambda: pump() and line.report.problem is not None, timeout=30_000)
    assert line.told.accessibleName().startswith("▲")
    assert list(tmp_path.iterdir()) == []
