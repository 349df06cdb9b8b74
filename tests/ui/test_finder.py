"""Any command is found by typing a part of its name in either language, and given by Enter."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.recipe import Tool
from scanview.core.review import Person, Role
from scanview.session import events
from scanview.ui.actions import COMMANDS
from scanview.ui.finder.search import found
from scanview.ui.key_map import DEFAULT_KEYS
from scanview.ui.text import Language
from tests.ui.ui_fakes import press

EVERY = [command.id for command in COMMANDS]
CONTROL = Qt.KeyboardModifier.ControlModifier


def ids(text, language=Language.EN, keys=DEFAULT_KEYS):
    return [hit.command for hit in found(text, EVERY, language, keys)]


def open_finder(room, text=""):
    QTest.keyClick(room.window, Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(room.window.finder.line, text)
    return room.window.finder


def offered(finder):
    return [hit.command for hit in finder.hits]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("length", "measure-length"),
        ("LOUPE", "loupe"),
        ("直方图", "histogram"),
        ("放行", "release"),
        ("ctrl+z", "undo"),
    ],
)
def test_both_languages_and_keys_are_searched_whatever_is_spoken(text, command, language):
    assert ids(text, language)[0] == command


def test_every_word_has_to_be_there_in_any_order():
    assert "hide-dismissed" in ids("dismissed hide")
    assert ids("dismissed nowhere") == []


def test_a_name_that_begins_so_comes_first_and_nothing_typed_means_all():
    assert ids("")[: len(EVERY)] == EVERY
    assert ids("hold")[0] == "hold"
    assert ids("find")[0] == "find"
    assert [hit.name for hit in found("log", ["tool-log"], Language.EN, DEFAULT_KEYS)] == ["Logarithm"]


def test_changed_keys_are_shown_and_found():
    keys = DEFAULT_KEYS.with_key("release", "F12")
    assert ids("f12", keys=keys)[0] == "release"


def test_enter_gives_the_marked_command_and_closes(room):
    room.sit_down().open(1)
    finder = open_finder(room, "inverse")
    assert offered(finder)[0] == "tool-inverse"
    QTest.keyClick(finder.line, Qt.Key.Key_Return)

    assert not finder.isVisible()
    assert room.window.canvas.recipe.has(Tool.INVERSE)
    press(room, Qt.Key.Key_I)
    assert not room.window.canvas.recipe.has(Tool.INVERSE), "keys are commands again"


def test_the_arrows_choose_and_go_round(room):
    room.sit_down().open(1)
    finder = open_finder(room, "measure")
    assert len(finder.hits) >= 2
    QTest.keyClick(finder.line, Qt.Key.Key_Up)
    assert finder.list.currentIndex().row() == len(finder.hits) - 1
    QTest.keyClick(finder.line, Qt.Key.Key_Down)
    QTest.keyClick(finder.line, Qt.Key.Key_Tab)
    assert finder.list.currentIndex().row() == 1
    assert finder.line.accessibleDescription().startswith(finder.hits[1].name)
    assert finder.line.hasFocus()


def test_escape_closes_and_nothing_is_given(room):
    room.sit_down().open(1)
    before = list(room.session.calls)
    finder = open_finder(room, "release")
    QTest.keyClick(finder.line, Qt.Key.Key_Escape)

    assert not finder.isVisible()
    assert room.session.calls == before


def test_what_is_typed_gives_no_command(room):
    room.sit_down().open(1)
    before = list(room.session.calls)
    recipe = room.window.canvas.recipe
    finder = open_finder(room, "rhn 12i")

    assert finder.line.text() == "rhn 12i"
    assert room.session.calls == before
    assert room.window.canvas.recipe == recipe
    QTest.keyClick(finder.line, Qt.Key.Key_K, CONTROL)
    assert not finder.isVisible()


def test_only_what_means_something_now_is_offered(room):
    room.sit_down().open(1)
    finder = open_finder(room)
    assert "release" in offered(finder)
    assert not {"find", "confirm", "reason-1"} & set(offered(finder))
    QTest.keyClick(finder.line, Qt.Key.Key_Escape)
    press(room, Qt.Key.Key_H)
    assert {"confirm", "reason-1"} <= set(offered(open_finder(room)))


def test_a_supervisor_is_not_offered_what_analysts_decide(room):
    room.sit_down()
    room.desk.heard(events.PersonChanged(person=Person(name="wang", role=Role.SUPERVISOR)))
    room.window.refresh()

    assert not {"release", "hold", "take-next"} & set(offered(open_finder(room)))


def test_a_command_that_lasts_as_long_as_its_key_is_down_says_so(room):
    room.sit_down().open(1)
    finder = open_finder(room, "loupe")
    QTest.keyClick(finder.line, Qt.Key.Key_Return)

    assert finder.isVisible()
    assert finder._told.text() == "Loupe (held): hold Z down"
    assert not room.window.canvas.loupe_shown


def test_the_language_switches_under_an_open_list(room):
    room.sit_down().open(1)
    finder = open_finder(room, "gamma")
    room.words.switch(Language.ZH)

    assert finder.hits[0].command == "tool-gamma"
    assert finder.hits[0].name == room.words("command.tool-gamma")
