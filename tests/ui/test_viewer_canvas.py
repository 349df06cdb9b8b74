from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from scanview.core.recipe import Tool
from scanview.core.scan import STRIP_COLUMNS, Box
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.render import COLOUR_NEEDS_DUAL_ENERGY, render
from scanview.imaging.tone import default_recipe
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.minimap import Minimap
from scanview.ui.viewer.overlay import Overlay, OverlayKind
from scanview.ui.viewer.viewport import Viewport
from tests.golden.wedges import WEDGE_VIEW, display_pyramid, wedge_counts, wedge_pyramid
from tests.ui.viewer_hands import LEFT, MIDDLE, RIGHT, SIZE, canvas_on_screen, drag, look, shown, wheel


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return canvas_on_screen(qtbot)


def test_the_screen_shows_what_the_renderer_makes(canvas: Canvas):
    canvas.one_to_one()
    assert canvas.pyramid is not None

    expected = render(canvas.pyramid, canvas.recipe, look(canvas).region, SIZE).rgb

    top = slice(0, SIZE[1] - 40)  # the scale bar lies below
    assert np.array_equal(shown(canvas)[top], expected[top])


def test_without_a_scan_there_is_only_ground(canvas: Canvas):
    canvas.set_scan(None)

    assert len(np.unique(shown(canvas).reshape(-1, 3), axis=0)) == 1
    canvas.fit()
    canvas.zoom_in()
    canvas.strips_appended()
    assert canvas.viewport is None


@pytest.mark.parametrize("button", [LEFT, MIDDLE])
def test_dragging_moves_the_picture_with_the_hand(qtbot: QtBot, canvas: Canvas, button: Qt.MouseButton):
    canvas.one_to_one()
    held = look(canvas).to_scan(300, 150)

    drag(qtbot, canvas, button, QPoint(300, 150), QPoint(310, 155), QPoint(260, 140))

    assert look(canvas).to_scan(260, 140) == pytest.approx(held)


def test_the_wheel_zooms_about_the_pointer(canvas: Canvas):
    before = look(canvas)

    wheel(canvas, QPoint(200, 160), 240)

    assert look(canvas).scale > before.scale
    assert look(canvas).to_scan(200, 160) == pytest.approx(before.to_scan(200, 160))
    wheel(canvas, QPoint(200, 160), -240)
    assert look(canvas).scale == pytest.approx(before.scale)


def test_the_right_button_sets_the_window(qtbot: QtBot, canvas: Canvas):
    told = []
    canvas.recipe_changed.connect(told.append)
    before = canvas.recipe.step(Tool.WINDOW)
    assert before is not None

    drag(qtbot, canvas, RIGHT, QPoint(300, 150), QPoint(340, 190))

    after = canvas.recipe.step(Tool.WINDOW)
    assert after is not None
    assert after.values[0] < before.values[0]
    assert after.values[1] > before.values[1]
    assert told[-1] == canvas.recipe
    drag(qtbot, canvas, RIGHT, QPoint(300, 150), QPoint(-9_000, 9_000))
    assert canvas.recipe.step(Tool.WINDOW) is not None


def test_a_fine_adjustment_is_a_fifth_of_a_coarse_one(canvas: Canvas):
    def centre() -> float:
        step = canvas.recipe.step(Tool.WINDOW)
        assert step is not None
        return step.values[0]

    start = centre()
    canvas.adjust_window(0.0, 0.05)
    coarse = start - centre()
    canvas.adjust_window(0.0, -0.05, fine=True)

    assert coarse > 0
    assert centre() == pytest.approx(start - 0.8 * coarse)


def test_a_click_picks_the_finding_and_a_drag_does_not(qtbot: QtBot, canvas: Canvas):
    canvas.one_to_one()
    picked = []
    canvas.overlay_clicked.connect(picked.append)
    canvas.set_overlays([Overlay(key="f1", box=Box(x0=0, y0=0, x1=816, y1=102), label="x", kind=OverlayKind.LOW)])
    middle = QPoint(*(round(v) for v in look(canvas).to_screen(400, 50)))

    drag(qtbot, canvas, LEFT, middle, middle + QPoint(30, 0))
    assert picked == []
    qtbot.mouseClick(canvas, LEFT, pos=middle)
    assert picked == ["f1"]
    canvas.set_overlays_hidden(True)
    qtbot.mouseClick(canvas, LEFT, pos=middle)
    assert picked == ["f1"]


def test_overlays_can_be_hidden(canvas: Canvas):
    plain = shown(canvas)
    canvas.set_overlays([Overlay(key="a", box=Box(x0=50, y0=20, x1=90, y1=60), label="x", kind=OverlayKind.HIGH)])
    marked = shown(canvas)
    canvas.set_overlays_hidden(True)

    assert not np.array_equal(marked, plain)
    assert np.array_equal(shown(canvas), plain)


def test_a_picture_that_cannot_be_made_says_so(canvas: Canvas):
    problems = []
    canvas.problems_changed.connect(problems.append)
    canvas.set_scan(display_pyramid())
    plain = shown(canvas)

    canvas.set_recipe(canvas.recipe.toggled(Tool.COLOUR))

    assert problems == [(COLOUR_NEEDS_DUAL_ENERGY,)]
    notice = shown(canvas)
    assert not np.array_equal(notice[:40], plain[:40])
    canvas.set_recipe(canvas.recipe.toggled(Tool.COLOUR))
    assert problems[-1] == ()
    assert np.array_equal(shown(canvas), plain)


def test_the_pointer_tells_the_pixel_under_it(qtbot: QtBot, canvas: Canvas):
    canvas.one_to_one()
    told = []
    canvas.pointer_moved.connect(told.append)

    qtbot.mouseMove(canvas, QPoint(*(round(v) for v in look(canvas).to_screen(100.5, 10.5))))
    qtbot.mouseMove(canvas, QPoint(2, 2))

    assert canvas.pyramid is not None
    assert (told[0].column, told[0].counts) == (100, canvas.pyramid.counts_at(100, told[0].row))
    assert 0.0 < told[0].transmissions[0] < 1.1
    assert told[-1] is None


def strips() -> Iterator[list[np.ndarray]]:
    counts = wedge_counts(noise=0.004, repeats=4)
    for left in range(0, counts.shape[2], STRIP_COLUMNS):
        yield strip_levels(counts[:, :, left : left + STRIP_COLUMNS])


def test_a_live_scan_is_followed_until_the_analyst_looks_away(qtbot: QtBot, canvas: Canvas):
    pyramid = GrowingPyramid(WEDGE_VIEW)
    canvas.set_scan(pyramid)
    assert canvas.is_following
    arriving = strips()
    for _ in range(4):
        pyramid.append(next(arriving))
        canvas.strips_appended()
        assert abs(look(canvas).to_screen(pyramid.columns, 0)[0] - SIZE[0]) <= 1
    assert np.ptp(shown(canvas)[:, SIZE[0] // 2 :]) > 50

    canvas.pan(40, 0)
    left = look(canvas).left
    pyramid.append(next(arriving))
    canvas.strips_appended()

    assert not canvas.is_following
    assert look(canvas).left == left
    canvas.set_following(True)
    assert abs(look(canvas).to_screen(pyramid.columns, 0)[0] - SIZE[0]) <= 1


def test_columns_that_cannot_be_seen_cost_no_repaint(qtbot: QtBot, canvas: Canvas, monkeypatch: pytest.MonkeyPatch):
    pyramid = GrowingPyramid(WEDGE_VIEW)
    arriving = strips()
    pyramid.append(next(arriving))
    pyramid.append(next(arriving))
    canvas.set_scan(pyramid)
    canvas.centre_on(0, 50)
    for _ in range(3):
        canvas.zoom_in()
    repaints = []
    monkeypatch.setattr(canvas, "update", lambda: repaints.append(pyramid.columns))

    pyramid.append(next(arriving))
    canvas.strips_appended()
    assert repaints == []

    canvas.centre_on(pyramid.columns, 50)
    repaints.clear()
    pyramid.append(next(arriving))
    canvas.strips_appended()
    assert repaints == [pyramid.columns]


def test_the_minimap_shows_the_whole_and_leads_the_canvas(qtbot: QtBot, canvas: Canvas):
    minimap = Minimap(canvas)
    qtbot.addWidget(minimap)
    minimap.resize(640, 64)
    minimap.show()
    canvas.set_scan(wedge_pyramid(repeats=4))
    whole = minimap.grab().toImage()
    canvas.one_to_one()
    assert minimap.grab().toImage() != whole

    qtbot.mousePress(minimap, LEFT, pos=QPoint(500, 32))
    first = look(canvas).to_scan(SIZE[0] / 2, SIZE[1] / 2)[0]
    qtbot.mouseMove(minimap, QPoint(200, 32))
    qtbot.mouseRelease(minimap, LEFT, pos=QPoint(200, 32))
    second = look(canvas).to_scan(SIZE[0] / 2, SIZE[1] / 2)[0]

    assert first > second > 0


def test_a_new_scan_starts_fresh(canvas: Canvas):
    canvas.set_overlays([Overlay(key="a", box=Box(x0=5, y0=5, x1=9, y1=9), label="x", kind=OverlayKind.HIGH)])
    canvas.set_selected("a")
    canvas.one_to_one()
    canvas.set_recipe(canvas.recipe.toggled(Tool.INVERSE))

    canvas.set_scan(wedge_pyramid())

    assert canvas.recipe == default_recipe(WEDGE_VIEW)
    assert canvas.overlays == ()
    assert canvas.selected == ""
    assert canvas.pyramid is not None
    assert look(canvas) == Viewport.of(WEDGE_VIEW, canvas.pyramid.columns, SIZE)
