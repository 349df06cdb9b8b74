"""Marks in the whole window: made, changed, taken back, by mouse and by keys."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from scanview.core.scan import Box
from scanview.ui.marking.outline import Outline
from tests.ui.viewer_hands import LEFT, drag


def at(room, column, row):
    """The point of the canvas over a pixel of the scan."""
    return QPoint(*(round(v) for v in room.window.canvas.viewport.to_screen(column + 0.5, row + 0.5)))


def test_a_mark_is_drawn_changed_and_taken_back_in_the_window(room, qtbot):
    room.sit_down().open(1)
    canvas, reviewing = room.window.canvas, room.desk.reviewing
    QTest.keyClick(room.window, Qt.Key.Key_M)
    drag(qtbot, canvas, LEFT, at(room, 100, 10), at(room, 160, 40))
    room.window.refresh()
    (drawn,) = reviewing.review.marks
    for _ in range(2):
        drag(qtbot, canvas, LEFT, at(room, 140, 25), at(room, 150, 25))
        room.window.refresh()
    assert reviewing.review.marks[0].box.x0 > drawn.box.x0
    assert reviewing.review.marks[0].mark == drawn.mark
    assert room.session.asked("keep_draft")[-1][0].marks == reviewing.review.marks
    kept = len(room.session.asked("keep_draft"))
    assert kept == 3, "one for each gesture, not one for each step of the mouse"

    reviewing.undo()
    once = reviewing.review.marks[0].box.x0
    reviewing.undo()
    assert reviewing.review.marks == (drawn,)
    assert once > drawn.box.x0
    reviewing.undo()
    assert reviewing.review.marks == ()


def test_undo_takes_back_a_point_while_a_polygon_is_in_hand(room):
    room.sit_down().open(1)
    QTest.keyClick(room.window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(room.window, key)
    QTest.keyClick(room.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Return):
        QTest.keyClick(room.window, key)

    assert len(room.desk.reviewing.review.marks[0].points) == 3


def test_a_mark_can_be_drawn_while_a_reason_for_a_hold_is_picked(room):
    room.sit_down().open(1)
    for key in "HM":
        QTest.keyClick(room.window, key)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(room.window, key)
    assert len(room.desk.reviewing.review.marks) == 1
    assert room.session.asked("decide") == []
    QTest.keyClick(room.window, Qt.Key.Key_Return)

    assert room.session.asked("decide")[0][0].marks == room.desk.reviewing.review.marks


def test_a_decided_mark_cannot_be_changed(room, qtbot):
    room.sit_down().open(1)
    room.desk.reviewing.add_mark(Outline.around(Box(x0=100, y0=10, x1=160, y1=50)))
    room.desk.reviewing.hold()
    room.desk.reviewing.confirm()
    room.window.refresh()
    drag(qtbot, room.window.canvas, LEFT, at(room, 130, 30), at(room, 150, 30))

    assert room.desk.reviewing.review.marks[0].box.x0 == 100
