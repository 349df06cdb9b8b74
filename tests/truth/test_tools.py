"""What each tool does to things of known transmission: the picture is a measurement until a tool of detail is used."""

import math
from itertools import pairwise

import numpy as np
import pytest

from scanview.core.recipe import Preset, Recipe, Tool
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.region import Region
from scanview.imaging.render import render
from scanview.imaging.tone import default_recipe
from scanview.simulate.canvas import Canvas
from scanview.simulate.scanner import ScannerSettings
from tests.truth.scenes import PAIRS, WEDGES, inside_step, pyramid_of, scanner, wedges

AIR, DARK = 60_000.0, 500.0
COLUMNS = 256
DETAIL = (Tool.EDGE, Tool.LOCAL, Tool.SUPER)


def plain(*channels: Channel, rows: int = 4, pitch_mm: float = 4.0) -> ViewHeader:
    return ViewHeader(
        view=View.SIDE,
        rows=rows,
        channels=channels or (Channel.HIGH,),
        pitch_x_mm=pitch_mm,
        pitch_y_mm=pitch_mm,
        pitch_source=Source.MEASURED,
        calibrations=(Calibration(air=AIR, dark=DARK, source=Source.MEASURED),) * len(channels or (1,)),
    )


def shown(transmission: np.ndarray, recipe: Recipe) -> np.ndarray:
    """The greys of a row of known transmissions, float64."""
    counts = np.rint(DARK + (AIR - DARK) * transmission).astype(np.uint16)
    pyramid = GrowingPyramid.of(plain(), np.broadcast_to(counts, (1, 4, counts.size)).copy())
    picture = render(pyramid, recipe, at(0, 0, 1.0), (counts.size, 4)).rgb
    assert np.all(picture == picture[:1, :, :1])
    return picture[0, :, 0].astype(float)


def at(left: float, top: float, step: float) -> Region:
    return Region(left=left, top=top, columns_per_pixel=step, rows_per_pixel=step)


def whole(pyramid: GrowingPyramid, recipe: Recipe) -> np.ndarray:
    """Every pixel of a scan as it is shown, float64 (rows, columns, 3)."""
    size = pyramid.columns, pyramid.rows
    return render(pyramid, recipe, at(0, 0, 1.0), size).rgb.astype(float)


@pytest.mark.parametrize(("centre", "width"), [(0.5, 1.0), (0.1, 0.2), (0.75, 0.5), (0.01075, 0.0185)])
def test_a_window_shows_a_known_transmission_as_a_known_grey(centre: float, width: float):
    transmission = np.linspace(0.0, 1.0, COLUMNS)
    expected = 255 * np.clip((transmission - centre + width / 2) / width, 0, 1)

    assert shown(transmission, Recipe().with_step(Tool.WINDOW, centre, width)) == pytest.approx(
        expected, abs=0.5 + 255 / width / (AIR - DARK)
    )


@pytest.mark.parametrize("floor", [0.0005, 0.002, 0.05])
def test_the_logarithm_of_one_photon_energy_is_linear_in_thickness(floor: float):
    """Beer and Lambert: T = e^(-mu x). Down to the floor every centimetre is as many greys."""
    depth = np.linspace(0.0, 1.0, COLUMNS)
    greys = shown(np.exp(depth * math.log(floor)), Recipe().with_step(Tool.LOG, floor))

    assert greys == pytest.approx(255 * (1 - depth), abs=1.0)


@pytest.mark.parametrize("exponent", [0.2, 0.5, 1.0, 2.2, 5.0])
def test_gamma_is_a_power(exponent: float):
    transmission = np.linspace(0.002, 1.0, COLUMNS)

    assert shown(transmission, Recipe().with_step(Tool.GAMMA, exponent)) == pytest.approx(
        255 * transmission**exponent, abs=1.0
    )


@pytest.mark.parametrize("before", [Recipe(), Recipe().with_step(Tool.GAMMA, 0.4), Recipe().toggled(Tool.LOG)])
def test_inverse_is_the_exact_complement(before: Recipe):
    transmission = np.linspace(0.0, 1.0, COLUMNS)

    together = shown(transmission, before) + shown(transmission, before.toggled(Tool.INVERSE))
    assert np.all(np.abs(together - 255) <= 1), "rounding of one half goes up on both sides"
    assert np.mean(together == 255) > 0.98


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_high_penetration_shows_a_centimetre_of_steel_behind_fifteen(pair: tuple[float, float]):
    pyramid = pyramid_of(_plate_behind("steel", 150, "steel", 10), scanner(pair))
    default, penetrating = (
        _contrast(whole(pyramid, recipe)) for recipe in (_default(), _default().with_preset(Preset.HIGH_PENETRATION))
    )

    assert penetrating > 15 > 3 * default


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_low_penetration_shows_two_centimetres_of_plastic_behind_a_wall(pair: tuple[float, float]):
    pyramid = pyramid_of(_plate_behind("steel", 3.4, "plastic", 20), scanner(pair))
    default, thin = (
        _contrast(whole(pyramid, recipe)) for recipe in (_default(), _default().with_preset(Preset.LOW_PENETRATION))
    )

    assert thin > 9
    assert thin > 2 * default


@pytest.mark.parametrize(("tool", "kept"), [(Tool.ORGANIC, {"polyethylene"}), (Tool.METAL, {"iron", "lead"})])
@pytest.mark.parametrize("contrast", [0.1, 0.5])
def test_a_strip_keeps_its_material_and_leaves_so_much_of_the_rest(tool: Tool, kept: set[str], contrast: float):
    pyramid = pyramid_of(wedges(), scanner((9.0, 6.0)))
    colour = _default().toggled(Tool.COLOUR)
    before, grey = whole(pyramid, colour), whole(pyramid, _default())
    after = whole(pyramid, colour.with_step(tool, contrast))

    air = grey[:20, :100].mean()
    for material in WEDGES:
        for g_cm2 in (20.0, 30.0, 45.0):
            step = inside_step(material, g_cm2)
            if material in kept:
                assert np.mean(np.all(before[step] == after[step], axis=2)) > 0.97
            else:
                assert np.ptp(after[step], axis=2).mean() < 8, "next to no colour is left"
                assert air - after[step].mean() == pytest.approx(contrast * (air - grey[step].mean()), abs=5)


def test_an_edge_is_as_wide_in_millimetres_whatever_the_pitch():
    """The same plate in two scanners, shown at the same size: what the tool adds is the same."""
    added = []
    for pitch_mm in (2.5, 5.0):
        canvas = Canvas(width_mm=2_000, height_mm=600, pitch_mm=pitch_mm)
        canvas.rectangle("steel", 1_000, 100, 1_600, 500, depth_mm=30)
        pyramid = pyramid_of(canvas, quiet(pitch_mm=pitch_mm, blur_mm=8.0))
        region, size = at(0, 0, 5.0 / pitch_mm), (400, 120)
        plain, sharp = (
            render(pyramid, recipe, region, size).rgb[60, :, 0].astype(float)
            for recipe in (_default(), _default().with_step(Tool.EDGE, 20.0, 2.0))
        )
        added.append(sharp - plain)

    assert np.abs(added[0]).max() > 15
    assert added[0] == pytest.approx(added[1], abs=4)


@pytest.mark.parametrize(
    ("tool", "side_mm", "factor"),
    [
        (Tool.LOCAL, 60, 1.5),
        (Tool.LOCAL, 120, 1.5),
        (Tool.LOCAL, 240, 1.5),
        (Tool.SUPER, 60, 1.5),
        (Tool.SUPER, 120, 1.25),
    ],
)
def test_what_is_weak_is_raised_behind_dense_cargo(tool: Tool, side_mm: float, factor: float):
    pyramid = pyramid_of(_plate_behind("wood", 600, "plastic", 20, side_mm=side_mm), quiet())
    before, after = (_contrast(whole(pyramid, recipe)) for recipe in (_default(), _default().toggled(tool)))

    assert before > 1
    assert after > factor * before


@pytest.mark.parametrize("tool", DETAIL)
def test_what_is_denser_stays_darker(tool: Tool):
    """Two plates far apart in thickness are never shown the other way round by a tool of detail."""
    pyramid = pyramid_of(wedges(), quiet((9.0, 6.0)))
    picture = whole(pyramid, _default().toggled(tool))
    for material in WEDGES:
        levels = [picture[inside_step(material, g_cm2)].mean() for g_cm2 in (12.0, 20.0, 30.0, 45.0, 60.0)]

        assert all(thin > thick - 6 for thin, thick in pairwise(levels))
        assert levels[0] > levels[2] > levels[4]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_denoising_halves_the_noise_and_keeps_the_edge(pair: tuple[float, float]):
    pyramid = pyramid_of(wedges(), scanner(pair, gain_spread=0.0, flicker=0.0))
    dense = Recipe().with_step(Tool.WINDOW, 0.1, 0.2)
    noisy, calm = (whole(pyramid, recipe)[..., 0] for recipe in (dense, dense.toggled(Tool.DENOISE)))
    for g_cm2 in (45.0, 60.0):
        step = inside_step("iron", g_cm2)
        assert noisy[step].std() > 1.0
        assert calm[step].std() < 0.5 * noisy[step].std()
        assert calm[step].mean() == pytest.approx(noisy[step].mean(), abs=1.0)

    noisy, calm = (whole(pyramid, recipe)[..., 0] for recipe in (_default(), _default().toggled(Tool.DENOISE)))
    rows, columns = inside_step("iron", 20.0)
    across = slice(columns.stop - 4, columns.stop + 20)
    assert _rise(calm[rows, across].mean(axis=0)) < 1.15 * _rise(noisy[rows, across].mean(axis=0))


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_four_millimetres_peeled_from_four_leave_the_air_level_within_noise(pair: tuple[float, float]):
    canvas = Canvas(width_mm=2_000, height_mm=1_000, pitch_mm=5)
    canvas.rectangle("steel", 1_000, 0, 2_000, 1_000, depth_mm=4)
    pyramid = pyramid_of(canvas, scanner(pair))
    window = Recipe().with_step(Tool.WINDOW, 1.0, 0.2)
    picture = whole(pyramid, window.with_step(Tool.PEEL, 4.0))[20:-20, 220:380, 0]
    air = whole(pyramid, window)[20:-20, 20:180, 0]

    greys_per_transmission = 255 / 0.2
    noise = air.std() / greys_per_transmission
    assert abs(picture.mean() - air.mean()) / greys_per_transmission < noise, "within the noise of one pixel"
    assert abs(picture.mean() - air.mean()) / greys_per_transmission < 0.002
    assert picture.std() < 1.3 * air.std()


@pytest.mark.parametrize("quanta", [200_000.0, 20_000.0, 1_000.0])
def test_saturation_follows_trust(quanta: float):
    colour = _default().toggled(Tool.COLOUR)
    saturations = []
    for seen in (quanta, quanta / 10):
        picture = whole(pyramid_of(wedges(), scanner((6.0, 4.0), quanta=seen)), colour)
        patch = picture[inside_step("polyethylene", 20.0)]
        saturations.append(float((np.ptp(patch, axis=2) / patch.max(axis=2)).mean()))

    assert saturations[0] >= saturations[1]
    assert quanta < 100_000 or saturations[0] > 0.5
    assert quanta > 10_000 or saturations[1] < 0.1


def quiet(pair: tuple[float, float] = (6.0, 4.0), **changes: float) -> ScannerSettings:
    """A scanner whose noise is not what a test is about."""
    return scanner(pair, **{"quanta": 3e6, "gain_spread": 0.0, "flicker": 0.0, "scatter": 0.0005, **changes})


def _default() -> Recipe:
    return default_recipe(plain())


def _plate_behind(material: str, depth_mm: float, hidden: str, hidden_mm: float, side_mm: float = 400) -> Canvas:
    canvas = Canvas(width_mm=2_400, height_mm=1_200, pitch_mm=5)
    canvas.rectangle(material, 800, 100, 2_300, 1_100, depth_mm=depth_mm)
    middle_x, middle_y, half = 1_550, 600, side_mm / 2
    canvas.rectangle(hidden, middle_x - half, middle_y - half, middle_x + half, middle_y + half, depth_mm=hidden_mm)
    return canvas


def _contrast(picture: np.ndarray) -> float:
    """Greys between the hidden plate and what is around it."""
    inside = picture[116:124, 306:314].mean()
    around = np.concatenate([picture[110:130, 240:255].ravel(), picture[110:130, 365:380].ravel()]).mean()
    return float(around - inside)


def _rise(edge: np.ndarray) -> float:
    """Pixels from a tenth to nine tenths of an edge."""
    low, high = edge.min(), edge.max()
    share = (edge - low) / (high - low)
    fine = np.interp(np.linspace(0, edge.size - 1, 40 * edge.size), np.arange(edge.size), share)
    return float(np.count_nonzero((fine > 0.1) & (fine < 0.9)) / 40)
