"""Materials of step wedges, told as the trust map demands: right wherever they are told, and told wherever they can be.

Two energies alone cannot tell 12 to 25 g/cm2 of lead from aluminium or iron at the lower pairs of energies: in that
beam they are one. `TOLD_FROM` says from where each material is told; below it no claim is allowed to be made.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pytest

from scanview.imaging.colour import OPAQUE_CODE, material_position
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.trust import MaterialReading, material_of, trust_map
from scanview.simulate.canvas import Canvas
from tests.truth.scenes import PAIRS, STEPS_G_CM2, WEDGES, inside_step, pyramid_of, scanner, wedges

Record: TypeAlias = Callable[[str, object], None]

SEEDS = (1, 2, 3)
STRIDE = 5
AT_LEAST = 0.99

TOLD = {
    ((6.0, 3.5), "polyethylene"): (16.0, 20.0, 30.0, 45.0),
    ((6.0, 3.5), "aluminium"): (30.0, 45.0, 60.0),
    ((6.0, 3.5), "iron"): (20.0, 45.0, 60.0),
    ((6.0, 3.5), "lead"): (30.0, 45.0, 60.0),
    ((6.0, 4.0), "polyethylene"): (16.0, 20.0, 30.0, 45.0),
    ((6.0, 4.0), "aluminium"): (20.0, 30.0, 45.0, 60.0),
    ((6.0, 4.0), "iron"): (30.0, 45.0, 60.0),
    ((6.0, 4.0), "lead"): (30.0, 45.0, 60.0),
    ((9.0, 6.0), "polyethylene"): STEPS_G_CM2,
    ((9.0, 6.0), "aluminium"): STEPS_G_CM2,
    ((9.0, 6.0), "iron"): STEPS_G_CM2[:-1],
    ((9.0, 6.0), "lead"): STEPS_G_CM2[:-1],
}
"""The steps at which each material must be told, by the energies; at all others a claim must be right or not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Readings of one step: each averaged around one pixel over as many as the trust map demands there."""

    pixels: int
    readings: tuple[MaterialReading, ...]

    def right(self, material: str) -> int:
        return sum(reading.material == material for reading in self.readings)


class Scan:
    """The wedges in one scanner."""

    def __init__(self, pair: tuple[float, float], seed: int) -> None:
        self.pyramid: GrowingPyramid = pyramid_of(wedges(), scanner(pair), seed)
        self.materials = MaterialMap(self.pyramid)
        self.high, self.low = self.pyramid.plane(0, 0), self.pyramid.plane(1, 0)
        self.tables = self.materials.tables(0)
        self.codes = self.materials.codes(0, 0, self.pyramid.columns)

    def told(self, material: str, g_cm2: float) -> Told:
        rows, columns = inside_step(material, g_cm2)
        demand = trust_map(self.high[rows, columns], self.low[rows, columns], self.tables)
        places = [(y, x) for y in range(0, demand.shape[0], STRIDE) for x in range(0, demand.shape[1], STRIDE)]
        found = [self._around(rows, columns, place, float(demand[place])) for place in places]
        return Told(pixels=len(places), readings=tuple(r for r in found if r is not None and r.is_trusted))

    def _around(self, rows: slice, columns: slice, place: tuple[int, int], demand: float) -> MaterialReading | None:
        """The square with as many pixels as are demanded, as nearly around the pixel as the step allows."""
        height = rows.stop - rows.start
        if not demand <= height**2:
            return None
        side = math.ceil(math.sqrt(demand))
        top, left = (min(max(at - side // 2, 0), height - side) for at in place)
        window = (
            slice(rows.start + top, rows.start + top + side),
            slice(columns.start + left, columns.start + left + side),
        )
        excess = float(self.materials.air.rows[window[0]].mean())
        return material_of(self.high[window], self.low[window], self.tables, excess=excess)


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0]:g}-{pair[1]:g}-MV")
def pair(request: pytest.FixtureRequest) -> tuple[float, float]:
    return request.param


@pytest.fixture(scope="module")
def scans(pair: tuple[float, float]) -> list[Scan]:
    return [Scan(pair, seed) for seed in SEEDS]


@pytest.mark.parametrize("material", WEDGES)
def test_ninety_nine_of_a_hundred_claims_are_right(scans: list[Scan], material: str, record_property: Record):
    told = [scan.told(material, g_cm2) for scan in scans for g_cm2 in STEPS_G_CM2]

    made, right = sum(len(step.readings) for step in told), sum(step.right(material) for step in told)
    record_property(f"{material}: claims made and right", (made, right))
    assert made > 200
    assert right >= AT_LEAST * made


@pytest.mark.parametrize("material", WEDGES)
def test_where_material_can_be_told_it_is(
    pair: tuple[float, float], scans: list[Scan], material: str, record_property: Record
):
    for g_cm2 in TOLD[pair, material]:
        told = [scan.told(material, g_cm2) for scan in scans]
        share = sum(len(step.readings) for step in told) / sum(step.pixels for step in told)
        record_property(f"{material} {g_cm2} g/cm2: share of pixels that are told", share)
        assert share > 0.85, f"{material} {g_cm2}"


@pytest.mark.parametrize("material", ["polyethylene", "aluminium", "iron"])
def test_the_colour_of_a_pixel_is_that_of_its_material(scans: list[Scan], material: str):
    """Coloured by five by five pixels alone, without waiting for as many as it takes."""
    for g_cm2 in (30.0, 45.0, 60.0):
        codes = np.concatenate([scan.codes[inside_step(material, g_cm2)] for scan in scans])
        strong = (codes >> 5 >= 3) & (codes < OPAQUE_CODE)
        away = np.abs(material_position(codes)[strong] - list(WEDGES).index(material))
        assert strong.mean() > AT_LEAST
        assert (away < 0.5).mean() >= 0.95


def test_lead_is_never_coloured_as_organic(scans: list[Scan]):
    for g_cm2 in STEPS_G_CM2:
        codes = np.concatenate([scan.codes[inside_step("lead", g_cm2)] for scan in scans])
        strong = (codes >> 5 >= 3) & (codes < OPAQUE_CODE)
        assert np.count_nonzero(material_position(codes)[strong] < 0.5) <= (1 - AT_LEAST) * codes.size


def test_heavy_metal_is_violet_from_three_centimetres_on(scans: list[Scan]):
    for scan in scans:
        for g_cm2 in (45.0, 60.0):
            position = material_position(scan.codes[inside_step("lead", g_cm2)])
            assert np.nanmean(position > 2.5) > AT_LEAST


def test_air_and_what_is_thin_have_no_colour(scans: list[Scan]):
    for scan in scans:
        assert np.all(scan.codes[:, :100] >> 5 == 0)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_half_a_metre_of_steel_is_opaque_and_a_tenth_is_not(pair: tuple[float, float]):
    canvas = Canvas(width_mm=2_000, height_mm=500, pitch_mm=5)
    canvas.rectangle("steel", 800, 100, 1_200, 400, depth_mm=500)
    canvas.rectangle("steel", 1_400, 100, 1_800, 400, depth_mm=100)
    pyramid = pyramid_of(canvas, scanner(pair))
    codes = MaterialMap(pyramid).codes(0, 0, pyramid.columns)

    assert np.mean(codes[26:74, 166:234] == OPAQUE_CODE) >= AT_LEAST
    assert not np.any(codes[26:74, 286:354] >= OPAQUE_CODE)
