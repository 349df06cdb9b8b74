"""The whole window, driven by keys and buttons as a person would, in both languages."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.review import HoldReason, Person, Role, Verdict
from scanview.core.worklist import LaneStatus
from scanview.session import events
from scanview.ui.actions import COMMANDS, Mode
from scanview.ui.parts import ElidedLabel, unmarked
from scanview.ui.text import CHINESE, ENGLISH, Language
from tests.ui.ui_fakes import WindowRoom, press, texts
from tests.unit.session.session_fakes import row, scan_id

MARKUP = "<b>bold</b><img src=x>"


def test_signing_in_by_keys(room, qtbot):
    page = room.window.sign_in_page
    room.desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    qtbot.keyClicks(page.name, "zhang")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    qtbot.keyClicks(page.password, "secret")
    qtbot.keyClick(page.password, Qt.Key.Key_Return)

    assert room.session.asked("sign_in") == [["zhang", "secret"]]


def test_the_password_does_not_stay_on_the_page(room, qtbot):
    qtbot.keyClicks(room.window.sign_in_page.password, "secret")
    room.sit_down()

    assert room.window.sign_in_page.password.text() == ""


def test_a_wrong_password_is_said(room):
    room.desk.sign_in("zhang", "x")
    room.session.last("sign_in").set_exception(NotAllowed("no", code="wrong-password"))
    room.window.refresh()

    assert "▲  Wrong name or password" in texts(room)


def test_release_by_key(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_R)

    assert room.session.asked("decide")[0][0].verdict is Verdict.RELEASE
    assert "Saving …" in texts(room)


def test_hold_by_keys_alone(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_H, Qt.Key.Key_2, Qt.Key.Key_Return)

    assert room.session.asked("decide")[0][0].reason is HoldReason.GOODS_DIFFER


def test_escape_leaves_the_hold_undone(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_H, Qt.Key.Key_2, Qt.Key.Key_Escape, Qt.Key.Key_Return)

    assert room.session.asked("decide") == []
    assert room.desk.mode is Mode.REVIEW


def test_a_note_takes_letters_that_are_commands_elsewhere(room, qtbot):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_H, Qt.Key.Key_1)
    note = room.window.verdict.note
    note.setFocus()
    qtbot.keyClicks(note, "r h 3 floor")
    qtbot.keyClick(note, Qt.Key.Key_Return)

    decision = room.session.asked("decide")[0][0]
    assert decision.note == "r h 3 floor"
    assert decision.reason is HoldReason.SUSPECT_OBJECT


def test_hold_and_release_by_buttons(room, qtbot):
    room.sit_down().open(1)
    buttons = {button.text(): button for button in room.window.verdict.findChildren(QAbstractButton)}
    qtbot.mouseClick(buttons["Hold"], Qt.MouseButton.LeftButton)
    room.window.refresh()
    assert room.desk.mode is Mode.HOLDING
    press(room, Qt.Key.Key_Escape)
    qtbot.mouseClick(buttons["Release"], Qt.MouseButton.LeftButton)

    assert len(room.session.asked("decide")) == 1


def test_release_without_recognition_is_confirmed_explicitly(room):
    room.sit_down().open(1, recognition=None, not_recognised="no model")
    press(room, Qt.Key.Key_R)
    assert "Release without recognition?" in texts(room)
    assert room.session.asked("decide") == []
    press(room, Qt.Key.Key_Return)

    assert room.session.asked("decide")[0][0].without_recognition


def test_a_refusal_is_said_with_its_remedy(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_R)
    decision = room.session.asked("decide")[0][0]
    error = NotAllowed("gone", code="stale-lease")
    room.desk.heard(events.DecisionRefused(decision=decision, error=error))
    room.window.refresh()

    assert "▲  This scan is no longer yours: its time ran out" in texts(room)
    assert "Take it again with Enter if it still waits" in texts(room)


def test_space_goes_through_the_findings(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_Space)
    assert room.window.canvas.selected == "f-high"
    press(room, Qt.Key.Key_Space)
    assert room.window.canvas.selected == "f-low"


def test_tab_hides_the_overlays_as_long_as_it_is_down(room):
    room.sit_down().open(1)
    QTest.keyPress(room.window, Qt.Key.Key_Tab)
    assert room.window.canvas.overlays_hidden
    QTest.keyRelease(room.window, Qt.Key.Key_Tab)
    assert not room.window.canvas.overlays_hidden


def test_the_mouse_leaves_the_keys_where_they_are(room, qtbot):
    room.sit_down().open(1)
    qtbot.mouseClick(room.window.canvas, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(room.window.worklist.list.viewport(), Qt.MouseButton.LeftButton)
    QTest.keyClick(room.window.focusWidget() or room.window, Qt.Key.Key_R)

    assert len(room.session.asked("decide")) == 1


def test_a_lost_link_says_what_still_works_and_leaves_the_scan(room):
    room.sit_down().open(1)
    lost = Unavailable("silent", code="hub-silent")
    room.desk.heard(events.LinkChanged(link=events.LinkState.OFFLINE, problem=lost))
    room.window.refresh()
    assert room.window.link_bar.isVisible()
    assert any("The hub is silent" in text for text in texts(room))
    assert room.window.canvas.pyramid is not None

    room.desk.heard(events.LinkChanged(link=events.LinkState.ONLINE))
    room.window.refresh()
    assert not room.window.link_bar.isVisible()


def test_saved_stands_there_only_when_everything_is_durable(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_R)
    room.desk.heard(events.UnconfirmedChanged(count=1))
    room.window.refresh()
    assert "1 on the way" in texts(room)
    decision = room.session.asked("decide")[0][0]
    room.desk.heard(events.UnconfirmedChanged(count=0))
    room.desk.heard(events.DecisionSettled(decision=decision, seq=3))
    room.window.refresh()

    assert "saved" in texts(room)


@pytest.mark.parametrize("state", ["sign-in", "review", "hold", "lost"])
def test_the_language_switches_while_running_and_back(room, state):
    if state != "sign-in":
        room.sit_down().open(1)
    if state == "hold":
        press(room, Qt.Key.Key_H)
    if state == "lost":
        room.desk.heard(events.LinkChanged(link=events.LinkState.OFFLINE))
    room.window.refresh()
    before = texts(room)
    QTest.keyClick(room.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    room.window.refresh()
    assert room.words.language is Language.ZH
    chinese = texts(room)
    english = {text for id, text in ENGLISH.items() if text != CHINESE[id]}
    assert [text for text in chinese if text in english] == [], "an English sentence was left"
    assert any("\u4e00" <= letter <= "\u9fff" for text in chinese for letter in text)

    QTest.keyClick(room.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    room.window.refresh()
    assert texts(room) == before


def test_no_label_takes_markup_and_none_is_shown_as_such(room):
    room.sit_down(row(1, container=MARKUP, plate=MARKUP, lane="CNSHA-03")).open(1)
    labels = room.window.findChildren(QLabel)

    assert len(labels) > 60
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert not GuiQt.mightBeRichText(unmarked(MARKUP))


def test_everything_that_can_be_used_has_a_name(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_H)
    nameless = [
        widget
        for widget in room.window.findChildren(QAbstractButton) + room.window.findChildren(QLineEdit)
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and not widget.objectName().startswith("qt_")
    ]

    assert nameless == []
    assert room.window.canvas.accessibleName()


def test_f1_shows_every_command_and_escape_takes_it_away(room):
    room.sit_down()
    press(room, Qt.Key.Key_F1)
    shown = texts(room)
    assert [c.id for c in COMMANDS if room.words(f"command.{c.id}") not in shown] == []
    press(room, Qt.Key.Key_Escape)

    assert not room.window.cheat_sheet.isVisible()


@pytest.mark.parametrize("mode", [Mode.REVIEW, Mode.HOLDING, Mode.CONFIRMING])
def test_every_command_is_given_by_its_key_alone(room, mode):
    given = []
    recognition = {"recognition": None, "not_recognised": "no model"} if mode is Mode.CONFIRMING else {}
    for command in COMMANDS:
        if mode not in command.modes or command.held or command.id in ("quit", "sign-out"):
            continue
        if Role.ANALYST not in command.roles:
            continue
        room.desk.reviewing.close()
        room.sit_down().open(1, **recognition)
        press(room, *{Mode.HOLDING: [Qt.Key.Key_H], Mode.CONFIRMING: [Qt.Key.Key_R]}.get(mode, []))
        assert room.desk.mode is mode
        action = room.window.commands.action(command.id)
        action.triggered.connect(lambda _=False, id=command.id: given.append(id))
        QTest.keySequence(room.window, QKeySequence(command.keys[0]))
        assert given[-1:] == [command.id]


def test_a_supervisor_has_no_key_that_decides(room):
    room.sit_down()
    room.desk.heard(events.PersonChanged(person=Person(name="wang", role=Role.SUPERVISOR)))
    room.window.refresh()

    assert [id for id in ("release", "hold", "take-next") if room.window.commands.give(id)] == []


def test_the_queue_is_driven_by_keys(room):
    room.sit_down()
    press(room, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_Return)

    assert room.session.asked("take") == [[scan_id(2)]]


def test_lanes_are_counted(room):
    room.sit_down()
    lanes = (
        LaneStatus(lane="CNSHA-01", connected=True, since=1),
        LaneStatus(lane="CNSHA-02", connected=False, since=1),
    )
    room.desk.heard(events.LanesChanged(lanes=lanes))
    room.window.refresh()

    assert {"lanes 1 up", "1 down"} <= set(texts(room))


def test_commands_mean_nothing_before_anybody_sits_down(room):
    press(room, Qt.Key.Key_N, Qt.Key.Key_R, Qt.Key.Key_H)

    assert room.session.calls == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", ["sign-in", "review", "hold", "confirm", "lost", "empty"])
def test_no_text_is_cut_off_in_the_smallest_window(qtbot, language, state):
    room = WindowRoom(qtbot, language)
    room.window.resize(400, 300)  # it becomes no smaller than its parts allow
    if state != "sign-in":
        room.sit_down()
    if state not in ("sign-in", "empty"):
        recognition = {"recognition": None, "not_recognised": "no model"} if state == "confirm" else {}
        room.open(1, **recognition)
    for key in {"hold": "H", "confirm": "R"}.get(state, ""):
        press(room, Qt.Key[f"Key_{key}"])
    if state == "lost":
        room.desk.heard(events.LinkChanged(link=events.LinkState.OFFLINE))
    room.window.refresh()
    QTest.qWait(20)
    whole = [w for w in room.window.findChildren(QLabel) + room.window.findChildren(QAbstractButton) if w.isVisible()]
    cut = [
        (w.text(), w.width(), w.sizeHint().width())
        for w in whole
        if not isinstance(w, ElidedLabel)
        and not (isinstance(w, QLabel) and w.wordWrap())
        and w.width() < w.sizeHint().width()
    ]
    room.window.close()

    assert cut == []
