"""Every key can be changed, none means two things, and each person finds theirs again."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from scanview.core.review import Person, Role
from scanview.session import events
from scanview.ui import preferences
from scanview.ui.actions import BY_ID, COMMANDS, Mode
from scanview.ui.app import Client
from scanview.ui.key_map import DEFAULT_KEYS, KeyMap, KeyPlaces, read_keys
from scanview.ui.preferences import Preferences
from scanview.ui.text import CATALOGUES, Language, places
from tests.ui.ui_fakes import ZHANG, WindowRoom

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def room(qtbot):
    made = WindowRoom(qtbot).sit_down().open(1)
    yield made
    made.window.close()


def change_by_mouse(room, id, key, modifiers=Qt.KeyboardModifier.NoModifier):
    sheet = room.window.cheat_sheet
    if not sheet.isVisible():
        QTest.keyClick(room.window, Qt.Key.Key_F1)
    label = next(
        text for text in sheet.findChildren(type(sheet._texts[id])) if text.text() == room.words(f"command.{id}")
    )
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=label.mapTo(sheet, label.rect().center()))
    QTest.keyClick(sheet, key, modifiers)


def told(room):
    return room.window.cheat_sheet._told.text()


def test_a_changed_key_gives_its_command_and_the_old_one_no_more(room):
    change_by_mouse(room, "release", Qt.Key.Key_F5)
    QTest.keyClick(room.window.cheat_sheet, Qt.Key.Key_Escape)
    QTest.keyClick(room.window, Qt.Key.Key_R)
    assert room.session.asked("decide") == []
    QTest.keyClick(room.window, Qt.Key.Key_F5)
    assert len(room.session.asked("decide")) == 1


def test_a_changed_key_is_named_wherever_a_key_is_named(room):
    change_by_mouse(room, "tool-colour", Qt.Key.Key_J, CONTROL)
    change_by_mouse(room, "take-next", Qt.Key.Key_F7)
    room.window.refresh()
    said = [button.text() for button in room.window.findChildren(QAbstractButton)]

    assert "Ctrl+J Colour" in said
    assert "Next  F7" in said
    assert room.window.cheat_sheet._keys["take-next"].text() == "F7"


def test_a_key_that_is_taken_is_refused_with_who_has_it(room):
    change_by_mouse(room, "release", Qt.Key.Key_Z, CONTROL)

    assert told(room) == "▲  Ctrl+Z is taken: Undo a mark or an answer"
    assert room.words.keys == DEFAULT_KEYS
    QTest.keyClick(room.window.cheat_sheet, Qt.Key.Key_F5)
    assert room.words.keys.keys("release") == ("F5",), "the next key is taken"


def test_escape_leaves_a_key_as_it_is_and_modifiers_alone_are_none(room):
    change_by_mouse(room, "release", Qt.Key.Key_Shift, SHIFT)
    assert told(room).startswith("Press the new key")
    QTest.keyClick(room.window.cheat_sheet, Qt.Key.Key_Escape)

    assert room.words.keys == DEFAULT_KEYS
    assert room.window.cheat_sheet.isVisible()


def test_keys_are_changed_and_brought_back_by_keys_alone(room):
    QTest.keyClick(room.window, Qt.Key.Key_F1)
    sheet = room.window.cheat_sheet
    assert sheet.hasFocus()
    QTest.keyClick(sheet, Qt.Key.Key_Down)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    QTest.keyClick(sheet, Qt.Key.Key_F6)
    assert room.words.keys.own == {"release": ("F6",)}
    assert room.session.asked("decide") == [], "no command hears a key meanwhile"
    assert sheet.accessibleName() == "Release: F6"
    QTest.keyClick(sheet, Qt.Key.Key_Delete)
    assert room.words.keys == DEFAULT_KEYS
    QTest.keyClick(sheet, Qt.Key.Key_F1)
    assert not sheet.isVisible()


def test_all_defaults_come_back_with_one_button(room, qtbot):
    change_by_mouse(room, "release", Qt.Key.Key_F5)
    change_by_mouse(room, "hide-overlays", Qt.Key.Key_F8)
    qtbot.mouseClick(room.window.cheat_sheet._reset, Qt.MouseButton.LeftButton)

    assert room.words.keys == DEFAULT_KEYS


def test_a_held_command_can_have_another_key(room):
    change_by_mouse(room, "hide-overlays", Qt.Key.Key_F8)
    QTest.keyClick(room.window.cheat_sheet, Qt.Key.Key_Escape)
    QTest.keyPress(room.window, Qt.Key.Key_F8)
    assert room.window.canvas.overlays_hidden
    QTest.keyRelease(room.window, Qt.Key.Key_F8)
    assert not room.window.canvas.overlays_hidden


def test_keys_swap_by_way_of_a_third():
    swapped = DEFAULT_KEYS.with_key("release", "F5").with_key("hold", "R").with_key("release", "H")

    assert (swapped.keys("release"), swapped.keys("hold")) == (("H",), ("R",))
    assert read_keys({"release": ["H"], "hold": ["R"]}) == swapped
    assert swapped.without("hold") == swapped, "its key is another's now"


def test_a_key_means_different_things_in_modes_that_never_meet():
    assert BY_ID["tool-window"].keys == BY_ID["reason-1"].keys
    assert DEFAULT_KEYS.holder("tool-window", "1") == ""
    assert DEFAULT_KEYS.holder("fit", "1") == "reason-1"


KEYS = st.sampled_from(["F5", "F6", "X", "R", "H", "1", "Tab", "Ctrl+Z", "Return"])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([command.id for command in COMMANDS]), KEYS), max_size=30))
def test_whatever_is_changed_in_one_mode_a_key_means_one_thing(changes):
    keys = DEFAULT_KEYS
    for id, key in changes:
        keys = keys.with_key(id, key)
    for mode in Mode:
        used = [key for command in COMMANDS if mode in command.modes for key in keys.keys(command.id)]
        assert len(set(used)) == len(used)
    assert read_keys({id: list(own) for id, own in keys.own.items()}) == keys
    for id in keys.own:
        keys = keys.without(id)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"no-such-command": ["X"]},
        {"release": []},
        {"release": "X"},
        {"release": [3]},
        {"release": ["x" * 99]},
        {"release": ["H"]},
        {"release": ["F5"] * 9},
    ],
)
def test_keys_that_cannot_be_are_the_defaults(document):
    assert read_keys(document) == DEFAULT_KEYS


def test_each_persons_keys_are_remembered(tmp_path):
    wanted = Preferences(language=Language.EN).with_keys("张", KeyMap(own={"release": ("F5",)}))
    preferences.save(tmp_path, wanted)

    assert preferences.load(tmp_path) == wanted
    assert json.loads((tmp_path / preferences.FILE).read_text(encoding="utf-8"))["keys"] == {"张": {"release": ["F5"]}}


def test_keys_survive_a_restart_and_belong_to_one_person(qtbot, tmp_path):
    def sit(client, person):
        client.bridge.tell(events.PersonChanged(person=person))
        qtbot.waitUntil(lambda: client.desk.person == person)

    def client():
        made = Client(endpoint="tcp://127.0.0.1:9", folder=tmp_path, workstation="desk-1", language=Language.EN)
        made.start()
        return made

    own = KeyMap(own={"release": ("F5",)})
    first = client()
    sit(first, ZHANG)
    first.words.use_keys(own)
    first.stop()

    second = client()
    assert second.words.keys == DEFAULT_KEYS
    sit(second, ZHANG)
    assert second.words.keys == own
    sit(second, Person(name="li", role=Role.ANALYST))
    assert second.words.keys == DEFAULT_KEYS
    sit(second, ZHANG)
    assert second.words.keys == own
    second.stop()


def test_every_place_for_a_key_names_a_command():
    known = KeyPlaces(DEFAULT_KEYS)
    named = {place for text in CATALOGUES[Language.EN].values() for place in places(text) if place.startswith("key_")}

    assert len(named) >= 6
    assert named <= set(known)
    assert len(list(known)) == len(known)
