import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from scanview.imaging.render import Compositor
from scanview.imaging.ring import unrolled
from scanview.imaging.tone import default_recipe
from scanview.ui.viewer.painting import paint_picture
from scanview.ui.viewer.viewport import Viewport
from tests.golden.wedges import WEDGE_VIEW, wedge_pyramid

RECIPE = default_recipe(WEDGE_VIEW)
SIZE = (240, 120)


def painted(compositor: Compositor, viewport: Viewport, ratio: float, at: QPointF | None = None) -> np.ndarray:
    width, height = (round(side * ratio) for side in SIZE)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    image.setDevicePixelRatio(ratio)
    with QPainter(image) as painter:
        paint_picture(painter, compositor, RECIPE, viewport, at=at)
    return np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)[..., 2::-1].copy()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_panned_picture_has_no_seams_on_any_screen(qtbot: QtBot, ratio: float, mirrored: bool):
    pyramid = wedge_pyramid(noise=0.004, repeats=3)
    compositor = Compositor(pyramid)
    viewport = Viewport.of(WEDGE_VIEW, pyramid.columns, SIZE).one_to_one().zoomed(ratio)
    viewport = viewport.flipped() if mirrored else viewport

    for step in ((0, 0), (-40, -8), (-36, 4), (8, 12)):
        viewport = viewport.panned(*step)
        shown = painted(compositor, viewport, ratio)

        size = round(SIZE[0] * ratio), round(SIZE[1] * ratio)
        region = viewport.region.on_denser_screen(ratio)
        picture = compositor.show(RECIPE, region, size, (viewport.mirrored_x, viewport.mirrored_y))
        assert np.array_equal(shown, unrolled(picture.ring, picture.frame, picture.frame.whole)[..., 2::-1])


def test_a_picture_beside_the_corner_is_the_same_picture(qtbot: QtBot):
    pyramid = wedge_pyramid(noise=0.004, repeats=3)
    viewport = Viewport.of(WEDGE_VIEW, pyramid.columns, SIZE).one_to_one()

    corner, beside = (painted(Compositor(pyramid), viewport, 1.0, at) for at in (None, QPointF(30, 20)))

    assert np.array_equal(beside[20:, 30:], corner[:-20, :-30])
