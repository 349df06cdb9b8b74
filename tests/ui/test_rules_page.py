"""The page of the rules: only what was tried is adopted, every refusal is on its line, and nobody's text stays."""

import pytest

from scanview.core.errors import BadInput
from scanview.core.review import Person as Somebody
from scanview.core.review import Role
from scanview.session import events
from scanview.ui.text import Language
from scanview.wire import messages as wire
from tests.ui.screens.ruling import REPORT, RULES, TEXT, TRIAL, opened, refused, sound, tried, trying
from tests.ui.ui_fakes import WindowRoom
from tests.ui.walk.person import Person, Start


@pytest.fixture
def person(qtbot):
    made = Person(WindowRoom(qtbot, Language.EN), Start.DESK)
    opened(made)
    made.turn()
    yield made
    made.window.close()


@pytest.fixture
def page(person):
    return person.window.console.front


def cells(table):
    return [line.cells for line in table.lines.lines]


def test_what_is_in_force_and_how_often_it_fires_is_shown(person, page):
    assert page.editor.toPlainText() == TEXT
    assert "version 3" in page.in_force.accessibleName()
    assert "1427 of 9613" in page.direct.accessibleName()
    assert cells(page.rules)[-1] == ("53", "harmless", "1502", "", "")
    assert [line.key for line in page.history.lines.lines] == ["3", "2", "1", "0"]


def test_a_file_is_adopted_only_as_it_was_tried(person, page):
    assert not page.buttons["adopt"].isEnabled()
    sound(person)
    person.turn()
    assert person.session.asked("ask Trial")[-1][0].text == TEXT
    assert cells(page.rules)[-1] == ("53", "harmless", "1502", "45060", "45060")
    assert page.buttons["adopt"].isEnabled()
    page.editor.appendPlainText("# one more word")
    assert not page.buttons["adopt"].isEnabled()
    assert cells(page.report) == []
    page.editor.setPlainText(TEXT)
    page.buttons["adopt"].click()
    assert person.session.asked("ask Done")[-1][0] == wire.AdoptRules(request=0, trial=TRIAL)
    person.session.last("ask Done").set_result(wire.Done(request=3, seq=9))
    person.turn()
    person.session.last("ask Rules").set_result(RULES)
    person.turn()
    assert "In force" in page.state.accessibleName()
    assert not page.buttons["adopt"].isEnabled()


def test_what_is_refused_names_its_lines_and_enter_goes_there(person, page):
    refused(person)
    person.turn()
    assert not page.buttons["adopt"].isEnabled()
    assert cells(page.report)[0][0] == "Line 3"
    assert "most_released" in cells(page.report)[0][1]
    page.go_to_line(page.report.lines.lines[0].key)
    assert page.editor.textCursor().blockNumber() == 2


def test_a_trial_under_way_is_asked_on_and_can_be_stopped(person, page):
    trying(person)
    person.turn()
    assert page.progress.isVisible()
    assert (page.progress.value(), page.progress.maximum()) == (140_100, 288_390)
    page.ruling.look()
    assert person.session.asked("ask Trial")[-1][0] == wire.ReadTrial(request=0, trial=TRIAL)
    assert page.cancel()
    person.session.last("ask Trial").set_result(
        wire.Trial(request=4, trial=TRIAL, done=1, total=1, is_over=True, report=REPORT)
    )
    person.turn()
    assert not page.buttons["adopt"].isEnabled()


def test_an_older_version_comes_to_the_editor(person, page):
    page.history.choose("0")
    page.history.opened.emit("0")
    assert person.session.asked("ask Rules")[-1][0].version == 0
    person.session.last("ask Rules").set_result(wire.Rules(**{**_fields(), "text": "# old"}))
    person.turn()
    assert page.editor.toPlainText() == "# old"


def test_a_refusal_of_the_hub_is_said(person, page):
    tried(person, report=REPORT)
    person.turn()
    page.buttons["adopt"].click()
    person.session.last("ask Done").set_exception(BadInput("no", code="rules-beyond-limits"))
    person.turn()
    assert "beyond the limits" in page.state.accessibleName()


def test_an_auditor_reads_and_changes_nothing_and_nothing_of_the_one_before_stays(person, page):
    page.editor.setPlainText("# secret")
    person.desk.heard(events.PersonChanged(person=Somebody(name="Noor", role=Role.AUDITOR)))
    person.turn()
    assert page.editor.toPlainText() != "# secret"
    person.session.last("ask Rules").set_result(RULES)
    person.turn()
    assert page.editor.isReadOnly()
    assert not page.buttons["try"].isEnabled()
    assert not page.buttons["open"].isEnabled()


def test_a_file_is_opened_or_said_to_be_none(person, page, tmp_path):
    file = tmp_path / "rules.toml"
    page._choose_file = lambda _: file
    file.write_text(TEXT + "# 口岸", encoding="utf-8")
    page.open_file()
    assert page.editor.toPlainText().endswith("# 口岸")
    file.write_bytes(b"\xff\xfe")
    page.open_file()
    assert "cannot be read" in page.state.accessibleName()


def _fields():
    return {name: getattr(RULES, name) for name in RULES.__struct_fields__}


def test_the_first_page_says_what_direct_release_has_come_to(person):
    person.desk.console.turn_to("live")
    person.turn()
    live = person.window.console.front
    asked = len(person.session.asked("ask Rules"))
    live.direct.look(10.0)
    live.direct.look(20.0)
    live.direct.look(41.0)
    assert len(person.session.asked("ask Rules")) == asked + 2
    person.session.last("ask Rules").set_result(RULES)
    person.turn()
    assert "1427 of 9613" in live.direct.accessibleName()
    live.forget()
    assert live.direct.accessibleName() == ""
