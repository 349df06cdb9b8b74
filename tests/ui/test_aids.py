"""The histogram follows the look, and the strip of signs shows what is under way."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from scanview.core.recipe import Tool
from scanview.ui.histogram_panel import window_of
from scanview.ui.icons import paint_icon
from scanview.ui.tool_strip import IconButton
from tests.ui.ui_fakes import press
from tests.unit.session.session_fakes import ROWS

CONTROL = Qt.KeyboardModifier.ControlModifier


def strip(room):
    return {button._command: button for button in room.window.tool_strip.findChildren(IconButton)}


def test_the_histogram_counts_what_is_looked_at(room, qtbot):
    room.sit_down().open(1)
    QTest.keyClick(room.window, Qt.Key.Key_H, CONTROL)
    histogram = room.window.histogram
    assert histogram.plot.histogram.pixels == 256 * ROWS
    for _ in range(12):
        room.window.canvas.zoom_in()
    assert histogram.plot.histogram.pixels == 256 * ROWS, "a drag is not held up"

    qtbot.waitUntil(lambda: histogram.plot.histogram.pixels < 256 * ROWS / 4)


def test_the_window_in_the_histogram_is_that_of_the_picture(room):
    room.sit_down().open(1)
    QTest.keyClick(room.window, Qt.Key.Key_H, CONTROL)
    press(room, Qt.Key.Key_BracketLeft)
    centre, width = room.window.canvas.recipe.step(Tool.WINDOW).values
    low, high = room.window.histogram.plot.window_edges
    assert (low, high) == (centre - width / 2, centre + width / 2)
    told = room.window.histogram.plot.accessibleDescription()
    assert f"from {100 * low:.0f} to {100 * high:.0f} %" in told

    press(room, Qt.Key.Key_1)
    assert room.window.histogram.plot.window_edges is None
    assert window_of(room.window.canvas.recipe) is None


def test_a_hidden_histogram_counts_nothing(room, monkeypatch):
    counted = []
    monkeypatch.setattr("scanview.ui.histogram_panel.histogram", lambda *_: counted.append(1))
    room.sit_down().open(1)
    room.window.canvas.zoom_in()
    QTest.qWait(100)

    assert counted == []


def test_signs_are_named_and_shown_only_where_there_is_a_picture(room):
    room.sit_down()
    buttons = strip(room)
    assert not buttons["fit"].isEnabled()
    assert buttons["find"].isEnabled()
    room.open(1)
    assert [id for id, button in buttons.items() if not button.isEnabled()] == ["views", "compare"], (
        "one view, no partner"
    )
    assert buttons["flip"].accessibleName() == "Flip left and right"
    assert buttons["flip"].toolTip() == "Flip left and right  (X)"


@pytest.mark.parametrize("command", ["measure-length", "measure-rectangle", "measure-polygon", "histogram", "loupe"])
def test_a_sign_stays_down_as_long_as_its_command_is_under_way(room, qtbot, command):
    room.sit_down().open(1)
    button = strip(room)[command]
    assert not button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    room.window.refresh()
    assert button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    room.window.refresh()
    assert not button.isChecked()


def test_the_signs_of_looking_look(room, qtbot):
    room.sit_down().open(1)
    qtbot.mouseClick(strip(room)["flip"], Qt.MouseButton.LeftButton)
    assert room.window.canvas.viewport.mirrored_x
    qtbot.mouseClick(strip(room)["loupe"], Qt.MouseButton.LeftButton)
    assert room.window.canvas.loupe_shown


def test_every_sign_is_drawn_and_differs_from_the_others(room):
    drawn = set()
    for command in strip(room):
        image = QImage(40, 40, QImage.Format.Format_Grayscale8)
        image.fill(0)
        painter = QPainter(image)
        paint_icon(painter, command, QRectF(0, 0, 40, 40), QColor("white"))
        painter.end()
        drawn.add(bytes(image.constBits()))

    assert len(drawn) == len(strip(room)) >= 10
