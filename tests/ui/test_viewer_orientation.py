import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from scanview.core.mark import MarkShape
from scanview.core.scan import Box
from scanview.imaging.render import render
from scanview.ui.marking.marking import Marking
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.minimap import Minimap
from scanview.ui.viewer.overlay import Overlay, OverlayKind
from tests.ui.viewer_hands import LEFT, SIZE, canvas_on_screen, drag, look, shown, wheel


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return canvas_on_screen(qtbot)


def test_a_flipped_picture_is_the_picture_the_other_way_round(canvas: Canvas):
    canvas.one_to_one()
    assert canvas.pyramid is not None
    plain = render(canvas.pyramid, canvas.recipe, look(canvas).region, SIZE).rgb
    above_the_scale_bar = slice(0, SIZE[1] - 40)

    canvas.flip()
    assert np.array_equal(shown(canvas)[above_the_scale_bar], plain[:, ::-1][above_the_scale_bar])
    canvas.turn()
    assert np.array_equal(shown(canvas)[above_the_scale_bar], plain[::-1][above_the_scale_bar])
    canvas.flip()
    assert np.array_equal(shown(canvas)[above_the_scale_bar], plain[::-1, ::-1][above_the_scale_bar])
    canvas.turn()
    assert np.array_equal(shown(canvas)[above_the_scale_bar], plain[above_the_scale_bar])


@pytest.mark.parametrize("moves", [["flip"], ["turn"], ["flip", "turn"]])
def test_boxes_lie_on_a_mirrored_picture_where_they_belong(qtbot: QtBot, canvas: Canvas, moves: list[str]):
    canvas.one_to_one()
    for move in moves:
        getattr(canvas, move)()
    picked, marked = [], []
    canvas.overlay_clicked.connect(picked.append)
    marking = Marking(canvas)
    marking.drawn.connect(lambda outline: marked.append(outline.box))
    canvas.set_overlays([Overlay(key="f1", box=Box(x0=400, y0=20, x1=430, y1=40), label="x", kind=OverlayKind.LOW)])
    inside, outside = (QPoint(*map(round, look(canvas).to_screen(*p))) for p in ((415, 30), (385, 70)))

    plain = shown(canvas)
    canvas.set_overlays_hidden(True)
    changed = np.argwhere((shown(canvas) != plain).any(axis=2))
    canvas.set_overlays_hidden(False)
    qtbot.mouseClick(canvas, LEFT, pos=outside)
    assert picked == []
    qtbot.mouseClick(canvas, LEFT, pos=inside)
    assert picked == ["f1"]
    assert np.abs(changed - (inside.y(), inside.x())).max(axis=1).min() <= 20
    assert np.abs(changed - (inside.y(), inside.x())).max() <= 120

    marking.draw(MarkShape.BOX)
    start, end = (QPoint(*map(round, look(canvas).to_screen(*p))) for p in ((100, 20), (160, 50)))
    drag(qtbot, canvas, LEFT, start, end)
    corners = np.array((marked[0].x0, marked[0].y0, marked[0].x1, marked[0].y1))
    assert np.abs(corners - (100, 20, 160, 50)).max() <= 1


def test_the_minimap_is_mirrored_with_the_canvas(qtbot: QtBot, canvas: Canvas):
    minimap = Minimap(canvas)
    qtbot.addWidget(minimap)
    minimap.resize(640, 64)
    minimap.show()
    canvas.one_to_one()
    canvas.flip()

    qtbot.mousePress(minimap, LEFT, pos=QPoint(200, 32))
    qtbot.mouseRelease(minimap, LEFT, pos=QPoint(200, 32))
    assert canvas.pyramid is not None
    middle = look(canvas).to_scan(SIZE[0] / 2, SIZE[1] / 2)[0]

    assert middle > canvas.pyramid.columns / 2


def test_the_loupe_shows_the_same_recipe_larger_while_it_is_held(qtbot: QtBot, canvas: Canvas):
    canvas.one_to_one()
    plain = shown(canvas)
    at = QPoint(320, 160)
    qtbot.mouseMove(canvas, at - QPoint(5, 5))
    qtbot.mouseMove(canvas, at)

    canvas.set_loupe_shown(True)
    with_loupe = shown(canvas)

    assert canvas.pyramid is not None
    looked_at = look(canvas).magnified(4.0, (at.x(), at.y()), 300)
    expected = render(canvas.pyramid, canvas.recipe, looked_at.region, (300, 300)).rgb
    assert np.array_equal(with_loupe[14:250, 174:466], expected[4:240, 4:296])
    assert np.array_equal(with_loupe[:, :160], plain[:, :160])
    canvas.set_loupe_shown(False)
    assert np.array_equal(shown(canvas), plain)


def test_the_wheel_sets_the_loupe_between_two_and_eight_times(canvas: Canvas):
    scale = look(canvas).scale
    canvas.set_loupe_shown(True)
    first = shown(canvas)

    wheel(canvas, QPoint(300, 160), 120)
    assert not np.array_equal(shown(canvas), first)
    for _ in range(20):
        wheel(canvas, QPoint(300, 160), 120)
    closest = shown(canvas)
    wheel(canvas, QPoint(300, 160), 120)

    assert np.array_equal(shown(canvas), closest)
    assert look(canvas).scale == scale
