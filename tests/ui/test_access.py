"""What a screen reader finds: names and roles of every control, the picture in words, news, and a way by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListView, QSlider

from scanview.core.errors import NotAllowed, Unavailable
from scanview.session import events
from scanview.ui.entry_list import EntryList
from scanview.ui.key_map import KeyMap
from scanview.ui.text import Language
from scanview.ui.verdict_button import VerdictButton
from tests.ui.ui_fakes import WindowRoom, press, texts
from tests.unit.session.session_fakes import row, scan_id

CONTROL = Qt.KeyboardModifier.ControlModifier
STATES = {
    "sign-in": (),
    "desk": ("sit",),
    "scan": ("sit", "open"),
    "hold": ("sit", "open", "H"),
    "confirm": ("sit", "unrecognised", "R"),
    "keys": ("sit", "open", "F1"),
    "find": ("sit", "open", "Ctrl+K"),
    "measuring": ("sit", "open", "L"),
}
NAMELESS_KEYS = (QLineEdit,)
"""What is typed into has no key of its own."""


def brought(room, steps):
    for step in steps:
        if step == "sit":
            room.sit_down()
        elif step == "open":
            room.open(1)
        elif step == "unrecognised":
            room.open(1, recognition=None, not_recognised="no model")
        else:
            room.window.activateWindow()
            QTest.keySequence(room.window, step)
            room.window.refresh()
    QTest.qWait(1)
    return room


def controls(room):
    kinds = (QAbstractButton, QLineEdit, QListView, QSlider)
    found = [widget for kind in kinds for widget in room.window.findChildren(kind)]
    return [w for w in found if w.isVisible() and not w.objectName().startswith("qt_")]


def said(widget):
    """What assistive technology is told: name, role, description."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name), interface.role(), interface.text(QAccessible.Text.Description)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", STATES)
def test_every_control_has_a_name_and_a_role(qtbot, language, state):
    room = brought(WindowRoom(qtbot, language), STATES[state])
    found = controls(room)
    told = [(type(widget).__name__, *said(widget)[:2]) for widget in found]
    room.window.close()

    assert len(found) >= 3
    assert [
        one for one in told if not one[1].strip() or one[2] in (QAccessible.Role.NoRole, QAccessible.Role.Client)
    ] == []


@pytest.mark.parametrize("state", ["desk", "scan", "hold", "confirm"])
def test_names_and_tooltips_change_with_the_language(qtbot, state):
    room = brought(WindowRoom(qtbot, Language.EN), STATES[state])
    told = {widget: (said(widget)[0], widget.toolTip()) for widget in controls(room)}
    room.words.switch(Language.ZH)
    room.window.refresh()
    same = [
        name for widget, (name, hint) in told.items() if said(widget)[0] == name or (hint and widget.toolTip() == hint)
    ]
    room.window.close()

    assert same == []


@pytest.mark.parametrize("state", ["desk", "scan", "hold", "confirm", "measuring"])
def test_every_tooltip_is_there_and_names_a_key_where_there_is_one(room, state):
    brought(room, STATES[state])
    found = [widget for widget in controls(room) if not isinstance(widget, NAMELESS_KEYS)]
    filters = {"All", "Waiting", "Mine", "Decided"}

    assert [said(w)[0] for w in found if not w.toolTip()] == []
    assert [w.toolTip() for w in found if "(" not in w.toolTip() and said(w)[0] not in filters] == []


def test_the_picture_says_what_it_shows(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_Space)
    name, _, told = said(room.window.canvas)

    assert name.startswith("X-ray picture")
    assert told == "No container number, Side view. Tools: Window, Gamma. Chosen: 1, Weapon, score 0.91."
    press(room, Qt.Key.Key_I)
    assert "Inverse" in said(room.window.canvas)[2]
    room.words.switch(Language.ZH)
    room.window.refresh()
    assert "已选中" in said(room.window.canvas)[2]


def test_the_worklist_gives_its_rows(room):
    room.sit_down(row(1), row(2, container="MWCU6059784")).open(1)
    worklist = QAccessible.queryAccessibleInterface(room.window.worklist.list)
    rows = [worklist.child(at).text(QAccessible.Text.Name) for at in range(worklist.childCount())]

    assert sum("CNSHA-03" in text and "risk" in text for text in rows) == 2


def rows_of(entries):
    interface = QAccessible.queryAccessibleInterface(entries)
    return [interface.child(at) for at in range(interface.childCount())]


def test_findings_and_marks_are_lists_with_rows(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_Space)
    findings = room.window.findings.findChildren(EntryList)[0]
    interface = QAccessible.queryAccessibleInterface(findings)
    rows = rows_of(findings)

    assert interface.role() is QAccessible.Role.List
    assert [row.text(QAccessible.Text.Name) for row in rows] == ["1, Weapon, score 0.91", "2, Cigarettes, score 0.21"]
    assert [row.state().selected for row in rows] == [1, 0]
    assert {row.role() for row in rows} == {QAccessible.Role.ListItem}
    middle = rows[1].rect().center()
    assert interface.indexOfChild(interface.childAt(middle.x(), middle.y())) == 1
    assert interface.child(2) is None
    room.words.switch(Language.ZH)
    room.window.refresh()
    assert "武器" in rows[0].text(QAccessible.Text.Name)


def test_rows_that_are_gone_are_no_longer_valid(room):
    room.sit_down().open(1)
    findings = room.window.findings.findChildren(EntryList)[0]
    kept = rows_of(findings)[1]
    press(room, Qt.Key.Key_Space, Qt.Key.Key_Space, Qt.Key.Key_D)
    QTest.keyClick(room.window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    room.window.refresh()

    assert not kept.isValid()
    assert kept.text(QAccessible.Text.Name) == ""
    assert len(rows_of(findings)) == 1


def test_the_pictures_are_pictures(room):
    room.sit_down().open(1)
    for widget in (room.window.canvas, room.window.minimap):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.role() is QAccessible.Role.Graphic
        assert interface.text(QAccessible.Text.Name) == widget.accessibleName() != ""
        assert not interface.rect().isEmpty()


@pytest.fixture
def news(room):
    told = []
    room.window.announcer.told.connect(lambda text, urgent: told.append((text, urgent)))
    return told


def test_what_matters_is_told_once_and_urgent_where_it_is(room, news):
    room.sit_down().open(1)
    news.clear()
    press(room, Qt.Key.Key_R)
    decision = room.session.asked("decide")[0][0]
    room.desk.heard(events.DecisionSettled(decision=decision, seq=3))
    room.window.refresh()
    assert ("Released CSQU 305438 3", False) in news

    news.clear()
    room.desk.heard(events.LinkChanged(link=events.LinkState.OFFLINE, problem=Unavailable("x", code="hub-silent")))
    room.window.refresh()
    room.window.refresh()
    assert [(text[:36], urgent) for text, urgent in news] == [("Link to the hub lost: The hub is sil", True)]
    news.clear()
    room.words.switch(Language.ZH)
    room.window.refresh()
    assert news == [], "another language is no news"
    room.desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    room.window.refresh()
    assert news == [("联机", False)]


def test_the_finding_that_somebody_goes_to_is_told(room, news):
    room.sit_down().open(1)
    news.clear()
    press(room, Qt.Key.Key_Space)
    press(room, Qt.Key.Key_I)
    assert news == [("1, Weapon, score 0.91", False)]
    press(room, Qt.Key.Key_Space)
    assert news[-1] == ("2, Cigarettes, score 0.21", False)


def test_problems_are_told(room, news):
    room.desk.sign_in("zhang", "x")
    room.session.last("sign_in").set_exception(NotAllowed("no", code="wrong-password"))
    room.window.refresh()
    assert news == [("Wrong name or password. Try again, or ask an administrator", True)]
    room.sit_down().open(1)
    room.desk.heard(events.LeaseLost(scan=scan_id(1), error=NotAllowed("gone", code="stale-lease")))
    room.window.refresh()
    assert any(urgent and "no longer yours" in text for text, urgent in news)


def test_the_way_through_the_controls_reaches_every_one_and_shows_where_it_is(room):
    room.sit_down().open(1)
    wanted = {widget for widget in controls(room) if widget.isEnabled()}
    reached = []
    for _ in wanted:
        QTest.keyClick(room.window, Qt.Key.Key_Tab, CONTROL)
        reached.append(QApplication.focusWidget())

    assert set(reached) == wanted
    assert len(set(reached)) == len(reached)
    QTest.keyClick(room.window, Qt.Key.Key_Tab, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is reached[-2]


def test_what_has_the_focus_looks_different(room):
    room.sit_down().open(1)
    QTest.qWait(0)
    for _ in range(len(controls(room))):
        widget = room.window.control_walk.controls()[0]
        room.window.setFocus()
        before = widget.grab().toImage()
        widget.setFocus()
        assert widget.grab().toImage() != before
        break
    for widget in room.window.control_walk.controls():
        if isinstance(widget, QSlider):
            continue
        room.window.setFocus()
        before = widget.grab().toImage()
        widget.setFocus()
        assert widget.grab().toImage() != before, widget.accessibleName()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_R, Qt.Key.Key_I, Qt.Key.Key_PageDown])
def test_commands_keep_their_keys_wherever_the_focus_is(room, key):
    room.sit_down().open(1)
    meant = next(id for id in room.window.commands.can_be_given() if _key_of(room, id) == key)
    given = []
    room.window.commands.action(meant).triggered.connect(lambda: given.append(1))
    walk = [widget for widget in room.window.control_walk.controls() if not isinstance(widget, QLineEdit)]
    for widget in walk:
        widget.setFocus()
        QTest.keyClick(widget, key)
        if meant == "release":
            break

    assert len(given) == (1 if meant == "release" else len(walk))


def _key_of(room, id):
    names = {"Space": Qt.Key.Key_Space, "Return": Qt.Key.Key_Return, "PgDown": Qt.Key.Key_PageDown}
    key = room.words.keys.keys(id)[0]
    return names.get(key) or (getattr(Qt.Key, f"Key_{key}", None) if len(key) == 1 and key.isalnum() else None)


def test_no_key_that_a_person_has_freed_presses_a_verdict_that_has_the_focus(room):
    room.sit_down().open(1)
    room.words.use_keys(KeyMap(own={"next-finding": ("F5",), "take-chosen": ("F7",)}))
    for button in room.window.verdict.findChildren(VerdictButton):
        button.setFocus()
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select):
            QTest.keyClick(button, key)

    assert room.session.asked("decide") == []
    assert "Why hold it?" not in texts(room)


def test_the_button_of_signing_in_is_reached_by_tab_and_pressed_by_space(room):
    page = room.window.sign_in_page
    QTest.keyClicks(page.name, "zhang")
    page.password.setFocus()
    QTest.keyClick(page.password, Qt.Key.Key_Tab)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QAbstractButton)
    QTest.keyClick(focus, Qt.Key.Key_Space)

    assert room.session.asked("sign_in") == [["zhang", ""]]
