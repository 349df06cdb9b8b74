"""A fan-shaped beam enlarges what is near its source, and spreads the edges of what is deep."""

import numpy as np
import pytest

from scanview.simulate.beam import FanBeam
from scanview.simulate.canvas import TOP_HALF_MM, Canvas
from scanview.simulate.unit import Unit

BEAM = FanBeam(source_y_mm=800, distance_mm=5_000, top_distance_mm=6_000, top_y_mm=800)


def _canvas(beam: FanBeam | None = BEAM) -> Canvas:
    return Canvas(width_mm=1_000, height_mm=1_600, pitch_mm=5, with_top=True, beam=beam)


def _edges(canvas: Canvas) -> tuple[float, float]:
    rows = np.flatnonzero(canvas.side.mass_g_cm2.max(axis=1) > 0.5 * canvas.side.mass_g_cm2.max())
    return float(rows[0]) * 5, float(rows[-1] + 1) * 5


@pytest.mark.parametrize("z", [-1_000.0, 0.0, 900.0])
def test_a_thin_plate_is_seen_where_the_rays_through_it_end(z: float) -> None:
    canvas = _canvas()
    with canvas.across((z - 2, z + 2)):
        canvas.rectangle("steel", 300, 300, 500, 1_100, depth_mm=4)
    expected = [800 + (y - 800) * 5_000 / (5_000 + z) for y in (300, 1_100)]
    np.testing.assert_allclose(_edges(canvas), expected, atol=5.1)


@pytest.mark.parametrize("draw", ["rectangle", "polygon", "texture"])
def test_every_body_is_enlarged_alike(draw: str) -> None:
    canvas = _canvas()
    with canvas.across((-1_005, -995)):
        if draw == "rectangle":
            canvas.rectangle("steel", 300, 300, 500, 1_100, depth_mm=10)
        elif draw == "polygon":
            canvas.polygon("steel", [(300, 300), (500, 300), (500, 1_100), (300, 1_100)], depth_mm=10)
        else:
            canvas.texture("steel", 300, 300, 500, 1_100, depth_mm=lambda x, y: np.asarray(10 + 0 * x + 0 * y))
    np.testing.assert_allclose(_edges(canvas), [800 - 500 * 1.25, 800 + 300 * 1.25], atol=5.1)


def test_a_deep_block_has_soft_edges_away_from_the_height_of_the_source() -> None:
    canvas = _canvas()
    with canvas.across((-1_000, 1_000)):
        canvas.rectangle("water", 300, 300, 500, 800, depth_mm=2_000)
    column = canvas.side.mass_g_cm2[:, 80]
    full = column.max()
    rising = np.flatnonzero((column > 0.02 * full) & (column < 0.98 * full))
    near, far = (800 + (300 - 800) * BEAM.side_scale(z) for z in (-1_000, 1_000))
    assert rising[0] * 5 == pytest.approx(near, abs=12)
    assert rising[-1] * 5 == pytest.approx(far, abs=12)
    assert column[159] == pytest.approx(full, rel=1e-3), "at the height of the source it ends sharply"
    assert column[161] == 0


def test_mass_is_what_was_drawn_whatever_the_beam() -> None:
    masses = []
    for beam in (None, BEAM):
        canvas = _canvas(beam)
        with canvas.across((-900, 300)):
            canvas.disc("steel", 500, 700, 120, depth_mm=50)
            canvas.column("water", 700, 400, 900, 60, count=3)
            canvas.rod("copper", 200, 700, 1_000, 40, wall_mm=6)
            canvas.ellipsoid("flesh", 300, 500, 100, 200, depth_mm=300)
        masses.append(canvas.masses_kg)
    assert masses[0].keys() == masses[1].keys()
    for material, mass in masses[0].items():
        assert masses[1][material] == pytest.approx(mass, rel=0.01)
    assert masses[0]["steel"] == pytest.approx(np.pi * 120**2 * 50 * 7.87e-6, rel=0.01)


def test_rays_away_from_the_source_go_a_longer_way_through_a_wall() -> None:
    longer = BEAM.side_obliquity(320, 5.0)
    assert longer.shape == (320, 1)
    assert longer[160] == pytest.approx(1, abs=1e-6)
    assert longer[0, 0] == pytest.approx(np.hypot(1, 797.5 / 5_000))


@pytest.mark.parametrize("beam", [None, BEAM])
@pytest.mark.parametrize("deep", [100.0, 600.0])
def test_a_unit_looks_like_its_body_drawn_in_place(beam: FanBeam | None, deep: float) -> None:
    def block(canvas: Canvas) -> None:
        canvas.rectangle("wood", 20, 30, 180, 230, depth_mm=deep)

    drawn, stamped = _canvas(beam), _canvas(beam)
    with drawn.across((400 - deep / 2, 400 + deep / 2)):
        drawn.rectangle("wood", 320, 430, 480, 630, depth_mm=deep)
    unit = Unit(200, 260, deep, 5.0, block)
    unit.stamp(stamped, 300, 400, 400)
    assert stamped.total_kg == pytest.approx(drawn.total_kg) == pytest.approx(unit.mass_kg)
    for own, other in ((stamped.side, drawn.side), (stamped.top, drawn.top)):
        assert own is not None
        assert other is not None
        assert own.mass_g_cm2.sum() == pytest.approx(other.mass_g_cm2.sum(), rel=0.06)
        centres = [np.average(np.arange(p.mass_g_cm2.shape[0]), weights=p.mass_g_cm2.sum(axis=1)) for p in (own, other)]
        assert centres[0] == pytest.approx(centres[1], abs=2.0)
    assert TOP_HALF_MM > 400
