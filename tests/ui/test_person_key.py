"""Nobody releases with a key that no port believes, and everybody is told what their key lacks."""

import pytest
from PySide6.QtCore import Qt

from scanview.core.review import HoldReason, Verdict
from scanview.session import events
from scanview.session.events import KeyState
from scanview.ui.text import Language
from tests.ui.ui_fakes import WindowRoom, press, texts

KEY = "3f2a" * 4


def stands(room, state):
    room.desk.heard(events.KeyChanged(state=state, key=KEY))
    room.window.refresh()


@pytest.mark.parametrize("state", [KeyState.WAITING, KeyState.UNUSABLE])
def test_without_a_certificate_nothing_is_released(room, state):
    room.sit_down().open(1)
    stands(room, state)
    button = room.window.verdict._release_button

    assert not button.isEnabled()
    press(room, Qt.Key.Key_R)
    assert room.session.asked("decide") == []
    assert any("no gate would open" in text or "nothing can be signed" in text for text in texts(room))

    stands(room, KeyState.CERTIFIED)
    assert button.isEnabled()
    press(room, Qt.Key.Key_R)
    assert room.session.asked("decide")[0][0].verdict is Verdict.RELEASE


def test_why_is_said_before_anybody_tries(room):
    room.sit_down().open(1)
    stands(room, KeyState.WAITING)

    assert "▲  Nobody has certified your key yet, so no gate would open for your release" in texts(room)
    assert f"▲ Your key {KEY} waits for its certificate" in texts(room)


def test_a_hold_needs_no_certificate(room):
    room.sit_down().open(1)
    stands(room, KeyState.WAITING)
    press(room, Qt.Key.Key_H, Qt.Key.Key_2, Qt.Key.Key_Return)

    (decision,) = room.session.asked("decide")[0]
    assert (decision.verdict, decision.reason) == (Verdict.HOLD, list(HoldReason)[1])


@pytest.mark.parametrize("state", [KeyState.NONE, KeyState.READYING, KeyState.CERTIFIED])
def test_a_key_that_is_being_readied_keeps_nobody_waiting(room, state):
    room.sit_down().open(1)
    stands(room, state)
    press(room, Qt.Key.Key_R)

    assert room.session.asked("decide")[0][0].verdict is Verdict.RELEASE


def test_whoever_practises_needs_no_key(room):
    room.sit_down()
    stands(room, KeyState.WAITING)
    room.desk.reviewing.divert = lambda decision: None

    assert room.desk.key.obstacle is None


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", [state for state in KeyState if state is not KeyState.NONE])
def test_the_lowest_line_says_how_the_key_stands(qtbot, language, state):
    room = WindowRoom(qtbot, language).sit_down().open(1)
    stands(room, state)
    label = room.window.status._key

    assert label.isVisible()
    assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
    assert KEY in label.toolTip()


@pytest.fixture
def room(qtbot):
    return WindowRoom(qtbot)
