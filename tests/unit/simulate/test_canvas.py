"""Bodies keep their mass wherever they lie between pixels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.simulate.canvas import TOP_HALF_MM, Canvas
from scanview.simulate.materials import BASIS, MATERIALS

PLACE = st.floats(100, 200)


def _canvas(pitch_mm: float = 5.0) -> Canvas:
    return Canvas(width_mm=600, height_mm=500, pitch_mm=pitch_mm)


def _volume_cm3(canvas: Canvas, material: str) -> float:
    """Volume of what was drawn, from its areal density."""
    area_cm2 = (canvas.pitch_mm / 10) ** 2
    return float(canvas.total_g_cm2().sum()) * area_cm2 / MATERIALS[material].density_g_cm3


@settings(max_examples=25, deadline=None)
@given(x=PLACE, y=PLACE, width=st.floats(1, 90), pitch=st.sampled_from([4.0, 5.0, 8.0]))
def test_a_block_keeps_its_volume(x: float, y: float, width: float, pitch: float) -> None:
    canvas = _canvas(pitch)
    canvas.rectangle("steel", x, y, x + width, y + 70, depth_mm=40)
    assert _volume_cm3(canvas, "steel") == pytest.approx(width * 70 * 40 / 1_000, rel=1e-3)


def test_a_hollow_frame_has_the_volume_of_its_bars() -> None:
    canvas = _canvas()
    canvas.frame("wood", 50, 50, 250, 150, bar_mm=10, depth_mm=30)
    assert _volume_cm3(canvas, "wood") == pytest.approx((2 * 200 + 2 * 80) * 10 * 30 / 1_000, rel=1e-3)


@pytest.mark.parametrize(("material", "pitch"), [("steel", 4.0), ("lead", 5.0), ("water", 8.0)])
def test_round_bodies_keep_their_volume(material: str, pitch: float) -> None:
    solid = {
        "disc": (lambda c: c.disc(material, 211, 203, 90, depth_mm=20, hole_mm=30), math.pi * (90**2 - 30**2) * 20),
        "rod": (lambda c: c.rod(material, 107, 402, 203, 60), math.pi * 60**2 * 295),
        "tube": (
            lambda c: c.column(material, 207, 102, 303, 60, wall_mm=10, count=2),
            2 * math.pi * (60**2 - 50**2) * 201,
        ),
        "ellipsoid": (
            lambda c: c.ellipsoid(material, 207, 203, 100, 80, depth_mm=120),
            4 / 3 * math.pi * 100 * 80 * 60,
        ),
    }
    for name, (draw, volume_mm3) in solid.items():
        canvas = _canvas(pitch)
        draw(canvas)
        assert _volume_cm3(canvas, material) == pytest.approx(volume_mm3 / 1_000, rel=0.02), name


def test_a_polygon_with_a_hole_has_their_difference() -> None:
    canvas = _canvas()
    outline = [(100, 100), (300, 100), (300, 250), (100, 250)]
    hole = [(150, 150), (250, 150), (250, 200), (150, 200)]
    canvas.polygon("steel", outline, depth_mm=10, holes=[hole])
    assert _volume_cm3(canvas, "steel") == pytest.approx((200 * 150 - 100 * 50) * 10 / 1_000, rel=0.02)


def test_a_bar_may_lie_askew() -> None:
    canvas = _canvas()
    canvas.bar("steel", (100, 100), (400, 300), width_mm=20, depth_mm=15)
    assert _volume_cm3(canvas, "steel") == pytest.approx(math.hypot(300, 200) * 20 * 15 / 1_000, rel=0.03)


def test_a_texture_sees_the_millimetres_of_its_pixels() -> None:
    canvas = _canvas()
    canvas.texture("steel", 100, 100, 200, 150, depth_mm=lambda x, y: np.where(x < 150, 10.0, 0.0) + 0 * y)
    assert _volume_cm3(canvas, "steel") == pytest.approx(50 * 50 * 10 / 1_000)
    assert canvas.total_g_cm2()[:, 31:].max() == 0


def test_both_views_see_the_same_mass() -> None:
    canvas = Canvas(width_mm=1_000, height_mm=1_000, pitch_mm=5.0, with_top=True)
    with canvas.across((-900, -700), (700, 900)):
        canvas.rectangle("steel", 200, 200, 400, 330, depth_mm=30)
    with canvas.across((-600, 600)):
        canvas.disc("steel", 300, 600, 80, depth_mm=40)
        canvas.column("steel", 600, 203, 700, 60, wall_mm=10, count=3)
        canvas.polygon("steel", [(700, 200), (900, 250), (800, 400)], depth_mm=20)
    assert canvas.top is not None
    from_side, from_top = canvas.planes.sum(axis=(1, 2)), canvas.top.planes.sum(axis=(1, 2))
    np.testing.assert_allclose(from_top, from_side, rtol=0.02)


def test_a_body_stands_where_it_was_put_across_the_vehicle() -> None:
    canvas = Canvas(width_mm=1_000, height_mm=1_000, pitch_mm=5.0, with_top=True)
    with canvas.across((500, 700)):
        canvas.rectangle("steel", 200, 200, 400, 300, depth_mm=200)
    with canvas.side_only():
        canvas.rectangle("steel", 200, 200, 900, 300, depth_mm=200)
    assert canvas.top is not None
    rows, columns = np.nonzero(canvas.top.planes.sum(axis=0))
    edges = np.array([columns.min(), columns.max() + 1, rows.min(), rows.max() + 1]) * 5.0
    np.testing.assert_allclose(edges, [200, 400, TOP_HALF_MM + 500, TOP_HALF_MM + 700])
    seen = canvas.top.planes[:, rows[0] + 5, columns[0] + 5].sum()
    assert seen == pytest.approx(78.7, rel=1e-3), "10 cm of steel from above"


def test_what_lies_outside_the_picture_is_cut_off() -> None:
    canvas = _canvas()
    canvas.rectangle("steel", -50, -50, 20, 20, depth_mm=10)
    canvas.disc("steel", 600, 500, 50, depth_mm=10)
    canvas.polygon("steel", [(-90, -90), (-50, -90), (-50, -50)], depth_mm=10)
    canvas.rod("steel", 700, 900, 200, 20)
    assert _volume_cm3(canvas, "steel") == pytest.approx((20 * 20 + math.pi * 50**2 / 4) * 10 / 1_000, rel=0.03)


def test_bodies_add_up_in_the_planes_of_their_materials() -> None:
    canvas = _canvas()
    for _ in range(2):
        canvas.rectangle("steel", 0, 0, 100, 100, depth_mm=10)
    canvas.rectangle("plastic", 0, 0, 100, 100, depth_mm=100)
    pixel = canvas.planes[:, 3, 3]
    assert pixel[BASIS.index("iron")] == pytest.approx(2 * 7.87)
    assert pixel[BASIS.index("polyethylene")] == pytest.approx(9.4)
