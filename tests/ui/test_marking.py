"""Marks drawn and changed by mouse and by keys, on the real canvas."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from scanview.core.mark import MOST_CORNERS, MarkShape
from scanview.core.scan import Box
from scanview.ui.marking.marking import Marking
from scanview.ui.marking.outline import Outline
from scanview.ui.viewer.overlay import Overlay, OverlayKind
from tests.ui.viewer_hands import LEFT, canvas_on_screen, drag, look, shown
from tests.unit.core.marks import ID, shaped

BOX = Box(x0=300, y0=20, x1=360, y1=60)


@pytest.fixture
def canvas(qtbot):
    made = canvas_on_screen(qtbot)
    made.one_to_one()
    made.centre_on(400, 50)
    return made


class Hand:
    """Marking on a canvas, and what was told of it."""

    def __init__(self, canvas, qtbot):
        self.canvas, self.qtbot, self.marking = canvas, qtbot, Marking(canvas)
        self.drawn, self.redrawn, self.shapes = [], [], []
        self.marking.drawn.connect(self.drawn.append)
        self.marking.redrawn.connect(lambda mark, outline: self.redrawn.append((mark, outline)))
        self.marking.shape_changed.connect(self.shapes.append)

    def at(self, column, row):
        return QPoint(*(round(v) for v in look(self.canvas).to_screen(column + 0.5, row + 0.5)))

    def click(self, *points):
        for point in points:
            self.qtbot.mouseMove(self.canvas, self.at(*point))
            self.qtbot.mouseClick(self.canvas, LEFT, pos=self.at(*point))

    def drag(self, *path):
        start, *rest = (self.at(*point) for point in path)
        drag(self.qtbot, self.canvas, LEFT, start, *rest)

    def choose(self, mark):
        self.canvas.set_overlays(
            [
                Overlay(
                    key=mark.mark, box=mark.box, label="", kind=OverlayKind.MARK, shape=mark.shape, points=mark.points
                )
            ]
        )
        self.canvas.set_selected(mark.mark)
        self.marking.show_chosen(mark)


@pytest.fixture
def hand(canvas, qtbot):
    return Hand(canvas, qtbot)


def near(pixels, expected):
    return np.shape(pixels) == np.shape(expected) and np.abs(np.subtract(pixels, expected)).max() <= 1


@pytest.mark.parametrize("shape", [MarkShape.BOX, MarkShape.ARROW])
def test_a_drag_draws_a_box_or_an_arrow_in_scan_pixels_and_ends(hand, shape):
    hand.marking.draw(shape)
    hand.drag((300, 20), (330, 40), (360, 60))

    (outline,) = hand.drawn
    assert outline.shape is shape
    assert near(outline.points, ((300, 20), (360, 60)))
    assert outline.view is hand.canvas.pyramid.header.view
    assert hand.marking.shape is None
    assert hand.shapes == [shape, None]


@pytest.mark.parametrize("shape", [MarkShape.BOX, MarkShape.ARROW])
def test_two_clicks_draw_the_same(hand, shape):
    hand.marking.draw(shape)
    hand.click((300, 20), (360, 60))

    assert near(hand.drawn[0].points, ((300, 20), (360, 60)))


CORNERS = ((300, 20), (360, 20), (330, 60))


@pytest.mark.parametrize("end", ["enter", "first", "last", "double"])
def test_a_polygon_is_drawn_corner_by_corner_and_closed_in_any_way(hand, end):
    hand.marking.draw(MarkShape.POLYGON)
    hand.click(*CORNERS)
    assert hand.drawn == []
    match end:
        case "enter":
            hand.marking.enter()
        case "first" | "last":
            hand.click(CORNERS[0] if end == "first" else CORNERS[-1])
        case "double":
            hand.qtbot.mouseDClick(hand.canvas, LEFT, pos=hand.at(*CORNERS[-1]))

    assert near(hand.drawn[0].points, CORNERS)
    assert hand.marking.shape is None


def test_two_corners_close_nothing(hand):
    hand.marking.draw(MarkShape.POLYGON)
    hand.click(*CORNERS[:2])
    hand.marking.enter()
    hand.click(CORNERS[0])

    assert hand.drawn == []
    assert hand.marking.shape is MarkShape.POLYGON


def test_a_polygon_with_all_the_corners_it_may_have_closes_itself(hand):
    hand.marking.draw(MarkShape.POLYGON)
    hand.click(*((250 + 4 * number, 30 + 20 * (number % 2)) for number in range(MOST_CORNERS)))

    assert len(hand.drawn[0].points) == MOST_CORNERS


def test_the_last_point_is_taken_back(hand):
    hand.marking.draw(MarkShape.POLYGON)
    hand.click(*CORNERS, (380, 70))
    assert hand.marking.take_back_point()
    hand.marking.enter()

    assert near(hand.drawn[0].points, CORNERS)
    assert not hand.marking.take_back_point(), "nothing is in hand"


def test_escape_gives_up_the_points_and_then_drawing(hand):
    hand.marking.draw(MarkShape.BOX)
    hand.qtbot.mousePress(hand.canvas, LEFT, pos=QPoint(100, 100))
    hand.qtbot.mouseMove(hand.canvas, QPoint(200, 200))
    assert hand.marking.give_up()
    hand.qtbot.mouseRelease(hand.canvas, LEFT, pos=QPoint(200, 200))
    assert hand.marking.shape is MarkShape.BOX
    assert hand.marking.give_up()
    assert hand.marking.shape is None
    assert not hand.marking.give_up()

    assert hand.drawn == []


def test_the_same_key_lays_the_shape_down_and_another_one_changes_it(hand):
    hand.marking.draw(MarkShape.BOX)
    hand.marking.draw(MarkShape.ARROW)
    hand.marking.draw(MarkShape.ARROW)

    assert hand.shapes == [MarkShape.BOX, None, MarkShape.ARROW, None]


def test_another_scan_ends_drawing(hand):
    hand.marking.draw(MarkShape.POLYGON)
    hand.click(*CORNERS[:2])
    hand.canvas.set_scan(None)

    assert hand.marking.shape is None
    hand.marking.draw(MarkShape.BOX)
    assert hand.marking.shape is None, "there is nothing to mark"


def test_keys_alone_draw_a_box_with_a_crosshair(hand):
    plain = shown(hand.canvas)
    hand.marking.draw(MarkShape.BOX)
    hand.marking.go(1, 0, fine=True)
    assert not (shown(hand.canvas) == plain).all(), "the crosshair is seen"
    hand.marking.enter()
    for _ in range(2):
        hand.marking.go(1, 0, fine=False)
    hand.marking.go(0, 1, fine=False)
    hand.marking.enter()

    (outline,) = hand.drawn
    viewport = look(hand.canvas)
    x0, y0, x1, y1 = outline.box.corners
    assert abs((x1 - x0) * viewport.scale_x - 48) <= 2
    assert abs((y1 - y0) * viewport.scale_y - 24) <= 2


def test_keys_alone_draw_a_polygon_and_enter_twice_closes_it(hand):
    hand.marking.draw(MarkShape.POLYGON)
    for right, down in ((0, 0), (2, 0), (0, 1)):
        hand.marking.go(right, down, fine=False)
        hand.marking.enter()
    assert hand.drawn == []
    hand.marking.enter()

    assert len(hand.drawn[0].points) == 3


@pytest.mark.parametrize("moves", [[], ["flip"], ["turn"], ["flip", "turn"]])
def test_the_crosshair_goes_as_it_is_seen_and_never_out_of_sight(hand, moves):
    for move in moves:
        getattr(hand.canvas, move)()
    hand.marking.draw(MarkShape.ARROW)
    hand.marking.go(0, 0, fine=False)
    hand.marking.enter()
    for _ in range(40):
        hand.marking.go(1, 0, fine=False)
    hand.marking.enter()

    (outline,) = hand.drawn
    viewport = look(hand.canvas)
    (tail, _), (tip, _) = (viewport.to_screen(*point) for point in outline.points)
    assert tail < tip <= hand.canvas.width()
    assert outline.points[1][0] in (0, viewport.columns - 1) or tip > hand.canvas.width() - 40


def test_a_mark_is_moved_by_its_body_in_one_change(hand):
    hand.choose(Outline.around(BOX).mark(ID))
    hand.drag((320, 40), (330, 45), (340, 50))

    ((mark, outline),) = hand.redrawn
    assert mark == ID
    assert near([outline.box.corners], [(320, 30, 380, 70)])


@pytest.mark.parametrize(("handle", "sides"), [(0, (1, 1, 0, 0)), (2, (0, 0, 1, 1)), (5, (0, 0, 1, 0))])
def test_a_handle_resizes_a_box(hand, handle, sides):
    outline = Outline.around(BOX)
    hand.choose(outline.mark(ID))
    start = QPointF(*look(hand.canvas).to_screen(*outline.handles[handle])).toPoint()
    drag(hand.qtbot, hand.canvas, LEFT, start, start + QPoint(5, 5), start + QPoint(10, 10))

    viewport = look(hand.canvas)
    by = (round(10 / viewport.scale_x), round(10 / viewport.scale_y))
    moved = hand.redrawn[0][1].box.corners
    expected = tuple(
        was + by[at % 2] if changed else was for at, (changed, was) in enumerate(zip(sides, BOX.corners, strict=True))
    )
    assert near([moved], [expected])


@pytest.mark.parametrize(("shape", "points"), [(MarkShape.POLYGON, CORNERS), (MarkShape.ARROW, CORNERS[:2])])
def test_a_corner_is_dragged_and_the_others_stay(hand, shape, points):
    hand.choose(shaped(shape, points))
    hand.drag(points[1], (370, 35), (380, 40))

    outline = hand.redrawn[0][1]
    assert near(outline.points, (points[0], (380, 40), *points[2:]))


def test_a_held_mark_is_drawn_once_and_where_it_is(hand):
    mark = Outline.around(BOX).mark(ID)
    hand.choose(mark)
    at_first = shown(hand.canvas)
    start, there = hand.at(330, 40), hand.at(430, 40)
    hand.qtbot.mousePress(hand.canvas, LEFT, pos=start)
    hand.qtbot.mouseMove(hand.canvas, there)
    on_its_way = shown(hand.canvas)
    x, y = (round(v) for v in look(hand.canvas).to_screen(BOX.x0, BOX.y0))
    corner = (slice(y - 1, y + 6), slice(x - 1, x + 6))
    hand.marking.give_up()
    hand.qtbot.mouseRelease(hand.canvas, LEFT, pos=there)

    hand.canvas.set_overlays([])
    hand.marking.show_chosen(None)
    nothing = shown(hand.canvas)
    assert (on_its_way[corner] == nothing[corner]).all(), "it has left its old place"
    assert not (at_first[corner] == nothing[corner]).all()
    assert hand.redrawn == [], "and was given up"


def test_a_click_on_the_chosen_mark_is_still_a_click(hand):
    picked = []
    hand.canvas.overlay_clicked.connect(picked.append)
    hand.choose(Outline.around(BOX).mark(ID))
    hand.qtbot.mouseClick(hand.canvas, LEFT, pos=hand.at(330, 40))

    assert picked == [ID]
    assert hand.redrawn == []


def test_a_mark_larger_than_the_screen_leaves_the_hand_to_the_picture(hand):
    hand.choose(Outline.around(Box(x0=0, y0=0, x1=look(hand.canvas).columns, y1=look(hand.canvas).rows)).mark(ID))
    before = look(hand.canvas)
    drag(hand.qtbot, hand.canvas, LEFT, QPoint(300, 160), QPoint(280, 160))

    assert hand.redrawn == []
    assert look(hand.canvas) != before


def test_hidden_marks_cannot_be_taken_hold_of(hand):
    hand.choose(Outline.around(BOX).mark(ID))
    hand.canvas.set_overlays_hidden(True)
    hand.drag((320, 40), (340, 50))

    assert hand.redrawn == []


def test_the_pointer_shows_what_a_press_would_do(hand):
    def cursor(column, row):
        hand.qtbot.mouseMove(hand.canvas, hand.at(column, row))
        return hand.canvas.cursor().shape()

    hand.choose(Outline.around(BOX).mark(ID))
    assert cursor(330, 40) is Qt.CursorShape.SizeAllCursor
    assert cursor(300, 20) is Qt.CursorShape.SizeFDiagCursor
    assert cursor(360, 40) is Qt.CursorShape.SizeHorCursor
    assert cursor(450, 40) is Qt.CursorShape.ArrowCursor
    hand.marking.draw(MarkShape.BOX)
    assert cursor(450, 40) is Qt.CursorShape.CrossCursor
    hand.marking.lay_down()
    hand.canvas.flip()
    assert cursor(300, 20) is Qt.CursorShape.SizeBDiagCursor


def test_handles_are_picked_round_by_a_key(hand):
    assert not hand.marking.next_handle(1), "no mark is chosen"
    hand.choose(shaped(MarkShape.POLYGON, CORNERS))
    seen = []
    for _ in range(4):
        hand.marking.next_handle(1)
        seen.append(hand.marking.handle)
    assert seen == [0, 1, 2, 0]
    hand.marking.next_handle(-1)
    assert hand.marking.handle == 2
    hand.choose(shaped(MarkShape.POLYGON, ((300, 20), (360, 20), (330, 50))))
    assert hand.marking.handle == 2, "the mark only changed"
    hand.choose(shaped(MarkShape.ARROW, CORNERS[:2], mark="2" * 32))
    assert hand.marking.handle is None


def test_marking_moves_to_another_canvas(hand, qtbot):
    other = canvas_on_screen(qtbot)
    hand.marking.draw(MarkShape.BOX)
    hand.marking.move_to(other)
    assert hand.marking.shape is MarkShape.BOX, "what is in hand goes with it"
    drag(qtbot, other, LEFT, QPoint(100, 150), QPoint(200, 180))
    hand.drag((300, 20), (330, 40))

    assert len(hand.drawn) == 1
