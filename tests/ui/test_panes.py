"""Side and top view above each other in the real window: they follow each other, and one of them has the keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from scanview.core.recipe import Tool
from scanview.core.scan import Box, View
from scanview.ui.marking.outline import Outline
from scanview.ui.panes.choice import Showing
from tests.ui.two_views import open_two_views, strip
from tests.ui.ui_fakes import press
from tests.ui.viewer_hands import LEFT, drag, wheel


@pytest.fixture
def both(room, qtbot):
    """A room with both views of a scan on the screen, laid out."""
    room.sit_down()
    open_two_views(room)
    qtbot.waitUntil(lambda: all(canvas.height() > 100 for canvas in room.window.panes.shown))
    return room


def side(room):
    return room.window.panes.canvas_of(View.SIDE)


def top(room):
    return room.window.panes.canvas_of(View.TOP)


def range_mm(canvas):
    return canvas.viewport.left * canvas.viewport.pitch_x_mm, canvas.viewport.right * canvas.viewport.pitch_x_mm


def assert_linked(room):
    assert range_mm(top(room)) == pytest.approx(range_mm(side(room)))
    assert top(room).viewport.scale == side(room).viewport.scale


def test_a_scan_with_one_view_has_one_picture_and_no_caption(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_Y)

    assert room.window.panes.shown == (room.window.canvas,)
    assert not room.window.panes._panes[0].caption.isVisible()


def test_the_side_view_is_above_the_top_view_whichever_came_first(both):
    assert both.window.panes.shown == (side(both), top(both))
    assert side(both).mapToGlobal(QPoint()).y() < top(both).mapToGlobal(QPoint()).y()
    assert both.window.canvas is side(both)


def test_both_show_all_of_the_scan_at_one_scale(both):
    assert_linked(both)
    for canvas in both.window.panes.shown:
        assert canvas.viewport.left <= 0
        assert canvas.viewport.right >= canvas.viewport.columns - 1e-6
        assert canvas.viewport.top <= 1e-6
        assert canvas.viewport.bottom >= canvas.viewport.rows - 1e-6


@pytest.mark.parametrize(
    "keys",
    [
        (Qt.Key.Key_Plus, Qt.Key.Key_Plus),
        (Qt.Key.Key_Plus, Qt.Key.Key_Left, Qt.Key.Key_Up),
        (Qt.Key.Key_X,),
        (Qt.Key.Key_O,),
        (Qt.Key.Key_Plus, Qt.Key.Key_F),
    ],
)
def test_keys_move_both(both, keys):
    press(both, *keys)

    assert_linked(both)
    assert top(both).viewport.mirrored_x == side(both).viewport.mirrored_x == (keys == (Qt.Key.Key_X,))


def test_the_hand_moves_both_and_takes_the_keys_along(both, qtbot):
    press(both, *[Qt.Key.Key_Plus] * 8)
    before = range_mm(side(both))
    drag(qtbot, top(both), LEFT, QPoint(300, 60), QPoint(340, 80))

    assert both.window.canvas is top(both)
    assert range_mm(side(both)) != before
    assert_linked(both)
    wheel(side(both), QPoint(100, 50), 120)
    assert both.window.canvas is side(both)
    assert_linked(both)


def test_a_key_passes_the_keys_to_the_other_picture(both):
    QTest.keyClick(both.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert both.window.canvas is top(both)
    rows = top(both).viewport.top
    press(both, *[Qt.Key.Key_Plus] * 9, Qt.Key.Key_Down)
    assert top(both).viewport.top != rows

    QTest.keyClick(both.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert both.window.canvas is side(both)


def test_the_picture_with_the_keys_says_so(both):
    captions = {pane.canvas: pane.caption for pane in both.window.panes._panes}
    assert captions[side(both)].grab().toImage() != captions[top(both)].grab().toImage()
    assert captions[side(both)]._active
    assert not captions[top(both)]._active
    assert top(both).accessibleName() == "X-ray picture: Top view"


def test_y_goes_from_both_to_side_to_top(both, qtbot):
    seen = []
    for _ in range(3):
        press(both, Qt.Key.Key_Y)
        seen.append([both.window.panes.view_of(canvas) for canvas in both.window.panes.shown])
        assert both.window.canvas in both.window.panes.shown
        assert both.window.canvas.isVisible()

    assert seen == [[View.SIDE], [View.TOP], [View.SIDE, View.TOP]]
    qtbot.waitUntil(lambda: side(both).width() == top(both).width())
    assert_linked(both)


def test_what_is_wanted_holds_for_the_next_scan(both):
    press(both, Qt.Key.Key_Y, Qt.Key.Key_Y)
    open_two_views(both, 2)

    assert both.window.panes.shown == (top(both),)


def test_one_recipe_for_both(both):
    press(both, Qt.Key.Key_I)
    assert side(both).recipe == top(both).recipe
    assert top(both).recipe.has(Tool.INVERSE)
    QTest.keyClick(both.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    press(both, Qt.Key.Key_I)

    assert not side(both).recipe.has(Tool.INVERSE)
    assert both.desk.reviewing.review.recipe == side(both).recipe == top(both).recipe


def test_the_recipe_of_a_scan_that_looks_like_the_last_one_is_known_too(both):
    before = both.desk.reviewing.review.recipe
    open_two_views(both, 2)

    assert both.desk.reviewing.review.recipe == before == both.window.canvas.recipe


def test_overlays_lie_on_their_own_view(both):
    assert {overlay.key for overlay in side(both).overlays} == {"f-low", "f-high"}
    assert {overlay.key for overlay in top(both).overlays} == {"f-top"}


def test_a_finding_in_the_top_view_takes_the_keys_there(both):
    both.desk.reviewing.choose("f-top")
    both.window.refresh()

    assert both.window.canvas is top(both)
    assert top(both).selected == "f-top"
    assert_linked(both)


def test_a_finding_in_a_view_that_is_not_shown_makes_it_shown_for_this_scan(both):
    press(both, Qt.Key.Key_Y)
    assert both.window.panes.shown == (side(both),)
    both.desk.reviewing.choose("f-top")

    assert both.window.panes.shown == (top(both),)
    x, _ = top(both).viewport.to_screen(75, 12)
    assert abs(x - top(both).viewport.width / 2) < 2
    open_two_views(both, 2)
    assert both.window.panes.showing is Showing.SIDE


def test_a_mark_belongs_to_the_view_it_was_drawn_in(both, qtbot):
    press(both, Qt.Key.Key_M)
    drag(qtbot, top(both), LEFT, QPoint(400, 60), QPoint(460, 100), QPoint(470, 120))

    (mark,) = both.desk.reviewing.review.marks
    assert mark.box.view is View.TOP
    both.window.refresh()
    assert [overlay.key for overlay in top(both).overlays] == ["f-top", mark.mark]


def test_a_mark_in_the_top_view_stays_within_that_view(both):
    both.desk.reviewing.add_mark(Outline.around(Box(x0=100, y0=20, x1=120, y1=30, view=View.TOP)))
    both.desk.reviewing.move_mark(1_000, 1_000)

    assert both.desk.reviewing.review.marks[0].box.corners == (108, 22, 128, 32)


def test_the_pointer_is_seen_in_the_other_view(both, qtbot):
    qtbot.mouseMove(side(both), QPoint(500, 100))
    column, _ = side(both).viewport.to_scan(500, 100)

    assert top(both)._crosshair == pytest.approx(column * 4.0 / 8.0)
    before = top(both).grab().toImage()
    top(both).set_crosshair(None)
    assert top(both).grab().toImage() != before


def test_measuring_goes_where_the_hand_goes(both, qtbot):
    press(both, Qt.Key.Key_L)
    drag(qtbot, top(both), LEFT, QPoint(400, 60), QPoint(500, 60), QPoint(600, 60))

    start, end = (top(both).viewport.to_scan(x, 60) for x in (400, 600))
    first, last = both.window.measuring.shape.points
    assert (first[0], last[0]) == pytest.approx((start[0], end[0]))
    press(both, Qt.Key.Key_Escape)
    assert both.window.measuring.sheet is None


def test_the_overview_shows_the_view_that_has_the_keys(both):
    before = both.window.minimap.grab().toImage()
    both.window.panes.activate(top(both))
    assert both.window.minimap.grab().toImage() != before


def test_tab_hides_the_boxes_of_both(both):
    QTest.keyPress(both.window, Qt.Key.Key_Tab)
    assert side(both).overlays_hidden
    assert top(both).overlays_hidden
    QTest.keyRelease(both.window, Qt.Key.Key_Tab)
    assert not side(both).overlays_hidden
    assert not top(both).overlays_hidden


def test_both_grow_and_follow_the_newest_column_together(room):
    room.sit_down()
    open_two_views(room, loaded=False)
    for _ in range(6):
        strip(room, View.SIDE)
        strip(room, View.SIDE)
        strip(room, View.TOP)

        assert room.window.canvas.is_following
        assert_linked(room)
    assert room.desk.reviewing.review.columns == 6 * 256
    assert side(room).viewport.right == pytest.approx(6 * 256, abs=1 / side(room).viewport.scale_x)
    press(room, Qt.Key.Key_Left)
    before = range_mm(side(room))
    strip(room, View.SIDE)
    strip(room, View.TOP)
    assert range_mm(side(room)) == before
    assert_linked(room)


def test_another_size_of_the_window_keeps_a_fitted_scan_fitted(both, qtbot):
    both.window.resize(1300, 700)
    qtbot.waitUntil(lambda: side(both).width() < 1000)
    assert_linked(both)
    assert side(both).viewport.bottom >= 48 - 1e-6
    assert top(both).viewport.bottom >= 32 - 1e-6
    press(both, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    scale, width = side(both).viewport.scale, side(both).width()
    both.window.resize(1500, 800)
    qtbot.waitUntil(lambda: side(both).width() > width)
    assert side(both).viewport.scale == scale, "what was looked at stays"
    assert_linked(both)


def test_both_looks_are_stored_with_a_decision(both):
    both.window.grab()

    assert [look.view for look in both.window.looks()] == [View.SIDE, View.TOP]
    press(both, Qt.Key.Key_Y)
    assert [look.view for look in both.window.looks()] == [View.SIDE]
