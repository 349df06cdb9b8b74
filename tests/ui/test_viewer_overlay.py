import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from pytestqt.qtbot import QtBot

from scanview.core.review import Risk
from scanview.core.scan import Box
from scanview.ui import tokens
from scanview.ui.viewer.overlay import Overlay, OverlayKind, OverlayLayer
from scanview.ui.viewer.viewport import Viewport
from tests.golden.wedges import WEDGE_VIEW

GROUND = QColor(128, 128, 128)


@pytest.fixture
def viewport() -> Viewport:
    return Viewport.of(WEDGE_VIEW, 600, (600, 200)).one_to_one()


def overlay(
    key: str, x0: int, y0: int, x1: int, y1: int, kind: OverlayKind = OverlayKind.HIGH, label: str = "<b>dense</b>"
) -> Overlay:
    return Overlay(key=key, box=Box(x0=x0, y0=y0, x1=x1, y1=y1), label=label, kind=kind, score=0.5)


def painted(layer: OverlayLayer, viewport: Viewport, selected: str = "") -> QImage:
    image = QImage(viewport.width, viewport.height, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    painter = QPainter(image)
    layer.paint(painter, viewport, selected)
    painter.end()
    return image


OPINIONS = {OverlayKind.FIRST_OPINION, OverlayKind.FURTHER_OPINION}


def test_every_risk_has_a_kind_of_its_own():
    assert {OverlayKind(risk.value) for risk in Risk} == set(OverlayKind) - {OverlayKind.MARK, *OPINIONS}


def test_only_what_is_on_screen_is_drawn(viewport: Viewport):
    layer = OverlayLayer([overlay("in", 300, 40, 340, 60), overlay("out", 5_000, 40, 5_040, 60)])

    visible = layer.visible(viewport)

    assert [found.key for found, _ in visible] == ["in"]
    rect = visible[0][1]
    assert (rect.left(), rect.top()) == pytest.approx(viewport.to_screen(300, 40), abs=0.5)
    assert (rect.left() + rect.width(), rect.top() + rect.height()) == pytest.approx(
        viewport.to_screen(340, 60), abs=1.0
    )


def test_an_empty_layer_draws_nothing(qtbot: QtBot, viewport: Viewport):
    image = painted(OverlayLayer(), viewport)

    assert OverlayLayer().at(0, 0) is None
    assert all(image.pixelColor(x, y) == GROUND for x in range(0, 600, 10) for y in range(0, 200, 10))


def test_the_inside_of_a_box_stays_free(qtbot: QtBot, viewport: Viewport):
    image = painted(OverlayLayer([overlay("a", 300, 30, 380, 90)]), viewport, selected="a")

    x0, y0 = (round(v) for v in viewport.to_screen(300, 30))
    x1, y1 = (round(v) for v in viewport.to_screen(380, 90))
    inside = [image.pixelColor(x, y) for x in range(x0 + 4, x1 - 4) for y in range(y0 + 4, y1 - 4)]
    assert set(map(QColor.rgb, inside)) == {GROUND.rgb()}
    assert image.pixelColor(x0, (y0 + y1) // 2) != GROUND


def test_the_smallest_box_around_the_pointer_is_hit():
    layer = OverlayLayer([overlay("large", 0, 0, 100, 100), overlay("small", 40, 40, 60, 60)])

    assert layer.at(50, 50) == layer.overlays[1]
    assert layer.at(10, 10) == layer.overlays[0]
    assert layer.at(100, 100) is None


def test_tags_are_plain_text_with_a_score():
    assert overlay("a", 0, 0, 9, 9).tag == "<b>dense</b> 0.50"
    assert Overlay(key="m", box=Box(x0=0, y0=0, x1=9, y1=9), label="here", kind=OverlayKind.MARK).tag == "here"


def test_markup_in_a_label_is_shown_and_not_obeyed(qtbot: QtBot, viewport: Viewport):
    plain, marked_up = (
        painted(OverlayLayer([overlay("a", 300, 40, 380, 90, label=label)]), viewport)
        for label in ("dense", "<i></i>dense")
    )

    assert plain != marked_up


def test_a_selected_box_looks_different(qtbot: QtBot, viewport: Viewport):
    layer = OverlayLayer([overlay("a", 300, 30, 380, 90), overlay("b", 100, 30, 180, 90)])

    assert painted(layer, viewport, selected="a") != painted(layer, viewport, selected="b")
    assert painted(layer, viewport, selected="c") == painted(layer, viewport)


def test_kinds_differ_in_shape_and_not_only_in_colour(qtbot: QtBot, viewport: Viewport):
    silhouettes = []
    for kind in OverlayKind:
        image = painted(OverlayLayer([overlay("a", 300, 40, 380, 90, kind)]), viewport)
        tag_left, tag_top = (round(v) for v in viewport.to_screen(300, 40))
        shape = [
            image.pixelColor(x, y).saturation() > 60 or image.pixelColor(x, y).lightness() > 110
            for x in range(tag_left + 2, tag_left + 16)
            for y in range(tag_top - 20, tag_top - 5)
        ]
        silhouettes.append(tuple(shape))
    assert len(set(silhouettes)) == len(OverlayKind)


def test_thousands_of_boxes_are_drawn_without_a_tag_for_each(qtbot: QtBot, viewport: Viewport):
    def layer(label: str) -> OverlayLayer:
        places = ((10 * (i % 50), i // 50) for i in range(2_000))
        return OverlayLayer([overlay(f"{x} {y}", x, y, x + 8, y + 8, label=label) for x, y in places])

    assert len(layer("one").visible(viewport)) > 500
    assert painted(layer("one"), viewport) != painted(OverlayLayer(), viewport)
    assert painted(layer("one"), viewport) == painted(layer("other"), viewport)
    assert painted(layer("one"), viewport, "200 20") != painted(layer("other"), viewport, "200 20")


def test_outlines_are_what_a_thin_pen_draws(qtbot: QtBot, viewport: Viewport):
    places = [(100, 20, 103, 22), (140, 20, 230, 90), (150, 30, 151, 31), (0, 10, 640, 140), (590, 90, 900, 300)]
    layer = OverlayLayer([overlay(str(i), *place, label="") for i, place in enumerate(places * 100)])
    expected = QImage(viewport.width, viewport.height, QImage.Format.Format_RGB32)
    expected.fill(GROUND)
    with QPainter(expected) as painter:
        painter.setPen(QPen(QColor(tokens.RISK_HIGH), 1))
        painter.drawRects([rect for _, rect in layer.visible(viewport)])

    assert painted(layer, viewport) == expected
