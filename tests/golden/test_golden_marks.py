"""Marks over the picture, of every shape, byte for byte. See `test_golden_pictures` for changing one on purpose."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from scanview.core.mark import MarkShape
from scanview.ui.marking.outline import Drawing, Outline
from scanview.ui.marking.painting import paint_crosshair, paint_handles, paint_held, paint_trace
from scanview.ui.viewer.overlay import Overlay, OverlayKind, OverlayLayer
from scanview.ui.viewer.viewport import Viewport
from tests.golden.wedges import WEDGE_VIEW
from tests.unit.core.marks import ID, shaped

HERE = Path(__file__).parent
SIZE = (200, 120)
POINTS = {
    MarkShape.BOX: ((50, 30), (139, 79)),
    MarkShape.POLYGON: ((50, 30), (140, 40), (110, 85), (70, 70)),
    MarkShape.ARROW: ((50, 80), (130, 35)),
}


def pixels(paint) -> np.ndarray:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor(128, 128, 128))
    with QPainter(image) as painter:
        paint(painter, Viewport.of(WEDGE_VIEW, 200, SIZE).one_to_one())
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIZE[1], SIZE[0], 4)[..., :3].copy()


def agrees(name: str, found: np.ndarray) -> None:
    path = HERE / f"mark-{name}.png"
    height, width, _ = found.shape
    if os.environ.get("SCANVIEW_WRITE_GOLDEN"):
        padded = np.ascontiguousarray(np.dstack([found, np.full((height, width), 255, np.uint8)]))
        QImage(padded.data, width, height, 4 * width, QImage.Format.Format_RGB32).save(str(path))
    kept = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    expected = np.frombuffer(kept.constBits(), np.uint8).reshape(height, width, 4)[..., :3]
    assert np.array_equal(found, expected), f"{name} looks different"


@pytest.fixture
def no_tags(monkeypatch):
    """Tags are text: their pixels belong to the fonts of a machine."""
    monkeypatch.setattr(OverlayLayer, "_placed_tags", lambda *_: ())


@pytest.mark.parametrize("selected", [False, True], ids=["", "chosen"])
@pytest.mark.parametrize("shape", MarkShape)
def test_a_mark_over_the_picture(qapp, no_tags, shape, selected):
    mark = shaped(shape, POINTS[shape])
    kind = OverlayKind.MARK
    layer = OverlayLayer([Overlay(key=ID, box=mark.box, label="", kind=kind, shape=shape, points=mark.points)])

    agrees(
        f"{shape}{'-chosen' if selected else ''}",
        pixels(lambda painter, viewport: layer.paint(painter, viewport, ID if selected else "")),
    )


@pytest.mark.parametrize("shape", MarkShape)
def test_the_handles_of_a_mark(qapp, shape):
    outline = Outline(shape=shape, points=POINTS[shape])

    agrees(f"{shape}-handles", pixels(lambda painter, viewport: paint_handles(painter, viewport, outline, chosen=1)))


def test_a_shape_in_hand_and_the_crosshair(qapp):
    drawing = Drawing(shape=MarkShape.POLYGON, points=POINTS[MarkShape.POLYGON][:3], pointer=(60, 75))

    def paint(painter, viewport):
        paint_trace(painter, viewport, drawing)
        paint_crosshair(painter, viewport, (60.5, 75.5))

    agrees("polygon-in-hand", pixels(paint))


@pytest.mark.parametrize("shape", [MarkShape.POLYGON, MarkShape.ARROW])
def test_a_mark_on_its_way_looks_as_it_will(qapp, no_tags, shape):
    outline, mark = Outline(shape=shape, points=POINTS[shape]), shaped(shape, POINTS[shape])
    layer = OverlayLayer(
        [Overlay(key=ID, box=mark.box, label="", kind=OverlayKind.MARK, shape=shape, points=mark.points)]
    )
    held = pixels(lambda painter, viewport: paint_held(painter, viewport, outline))
    at_rest = pixels(lambda painter, viewport: layer.paint(painter, viewport))

    changed = (held != 128).any(axis=2)
    assert changed.any()
    assert (at_rest[changed] != 128).any(axis=1).mean() > 0.9
