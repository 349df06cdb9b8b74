"""Scans that were spoiled in known ways: what physics forbids is refused by name, what it leaves open is doubted."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from scanview.core.errors import Refused
from scanview.core.review import Doubt
from scanview.core.scan import Calibration, Source, ViewHeader
from scanview.detect.features import FeatureStream
from scanview.detect.plausibility import Plausibility, container_doubts
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import simulate_scan
from scanview.simulate.sets import OTHER, PLAIN, TEST

Counts: TypeAlias = NDArray[np.uint16]
Spoil: TypeAlias = Callable[[ViewHeader, Counts], tuple[ViewHeader, Counts]]

SCENES = ((PLAIN, 700_001), (TEST, 700_002), (TEST, 700_003), (OTHER, 700_004))


@pytest.fixture(scope="module", params=SCENES, ids=lambda scene: f"{scene[0].name}-{scene[1]}")
def image(request: pytest.FixtureRequest) -> ScanImage:
    scene_set, seed = request.param
    return simulate_scan(seed, scene_set=scene_set, pitch_mm=8.0).image


def _judge(view: ViewHeader, counts: Counts, container_type: str = "", pieces: int = 1) -> tuple[str, ...]:
    """The code it is refused with, or the doubts."""
    stream, noticed = FeatureStream(view, 8.0), Plausibility(view, container_type=container_type)
    for part in np.array_split(counts, pieces, axis=2):
        stream.add(part)
        noticed.add(part)
    try:
        return tuple(doubt.value for doubt in noticed.check(stream.finish().planes))
    except Refused as refusal:
        return (refusal.code,)


def _levels(view: ViewHeader) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    air, dark = (
        np.array([getattr(calibration, name) for calibration in view.calibrations])[:, np.newaxis, np.newaxis]
        for name in ("air", "dark")
    )
    return air, dark


def _counts(values: NDArray[np.floating]) -> Counts:
    return np.asarray(np.clip(np.rint(values), 0, 65_535), dtype=np.uint16)


def _coded(code: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Spoil:
    """The same picture, but its transmissions written by another formula."""

    def spoil(view: ViewHeader, counts: Counts) -> tuple[ViewHeader, Counts]:
        air, dark = _levels(view)
        return view, _counts(dark + (air - dark) * code((counts - dark) / (air - dark)))

    return spoil


def _calibrated(change: Callable[[Calibration], Calibration]) -> Spoil:
    return lambda view, counts: (replace(view, calibrations=tuple(map(change, view.calibrations))), counts)


def _pitched(across: float, down: float) -> Spoil:
    def spoil(view: ViewHeader, counts: Counts) -> tuple[ViewHeader, Counts]:
        return replace(view, pitch_x_mm=across * view.pitch_x_mm, pitch_y_mm=down * view.pitch_y_mm), counts

    return spoil


def _noisier(view: ViewHeader, counts: Counts) -> tuple[ViewHeader, Counts]:
    air, _ = _levels(view)
    return view, _counts(counts + np.random.default_rng(1).normal(0, 0.025, counts.shape) * np.sqrt(counts * air))


REFUSED: dict[str, tuple[Spoil, set[str]]] = {
    "swapped energies": (
        lambda view, counts: (view, np.ascontiguousarray(counts[::-1])),
        {"implausible-energies", "implausible-calibration"},
    ),
    "negative": (lambda view, counts: (view, 65_535 - counts), {"implausible-calibration", "implausible-signal"}),
    "negative within air": (
        _coded(lambda t: 1 - t),
        {"implausible-signal", "implausible-calibration", "implausible-energies"},
    ),
    "logarithm": (_coded(lambda t: 1 + np.log(np.clip(t, 1e-3, None)) / 7), {"implausible-signal"}),
    "attenuation": (
        _coded(lambda t: -np.log(np.clip(t, 1e-3, 1)) / 7),
        {"implausible-energies", "implausible-calibration"},
    ),
    "upside down": (lambda view, counts: (view, np.ascontiguousarray(counts[:, ::-1])), {"implausible-stance"}),
    "air too low": (_calibrated(lambda c: replace(c, air=0.85 * c.air)), {"implausible-calibration"}),
    "air too high": (_calibrated(lambda c: replace(c, air=min(65_535.0, 1.15 * c.air))), {"implausible-calibration"}),
    "dark too high": (_calibrated(lambda c: replace(c, dark=c.dark + 3_000)), {"implausible-calibration"}),
    "clipped": (lambda view, counts: (view, np.minimum(counts, 30_000)), {"implausible-calibration"}),
    "LOW shows another place": (
        lambda view, counts: (view, np.stack([counts[0], np.roll(counts[1], 24, axis=1)])),
        {"implausible-energies"},
    ),
    "no beam": (lambda view, counts: (view, np.full_like(counts, 300)), {"implausible-calibration"}),
    "pixels thrice as large": (_pitched(2.4, 2.4), {"implausible-pitch"}),
}

DOUBTED: dict[str, tuple[Spoil, Doubt]] = {
    "air a little low": (_calibrated(lambda c: replace(c, air=0.93 * c.air)), Doubt.CALIBRATION),
    "air a little high": (_calibrated(lambda c: replace(c, air=min(65_535.0, 1.08 * c.air))), Doubt.CALIBRATION),
    "estimated calibration": (_calibrated(lambda c: replace(c, source=Source.ESTIMATED)), Doubt.CALIBRATION),
    "estimated pitch": (lambda view, counts: (replace(view, pitch_source=Source.ESTIMATED), counts), Doubt.PITCH),
    "eight bits": (lambda view, counts: (view, (counts // 257 * 257).astype(np.uint16)), Doubt.NOISE),
    "pixels a quarter larger": (_pitched(1.25, 1.25), Doubt.PITCH),
}


def test_a_sound_scan_leaves_no_doubt_however_it_arrives(image: ScanImage) -> None:
    view, counts = image.side
    for pieces in (1, 7, counts.shape[2] // 5):
        assert _judge(view, counts, image.header.container_type, pieces) == ()


@pytest.mark.parametrize("name", REFUSED)
def test_what_physics_forbids_is_refused_by_name(image: ScanImage, name: str) -> None:
    spoil, codes = REFUSED[name]
    (code,) = _judge(*spoil(*image.side), image.header.container_type)
    assert code in codes


@pytest.mark.parametrize("name", DOUBTED)
def test_what_is_doubtful_is_said_to_be(image: ScanImage, name: str) -> None:
    spoil, doubt = DOUBTED[name]
    assert doubt in _judge(*spoil(*image.side), image.header.container_type)


def test_the_root_of_counts_is_noticed(image: ScanImage) -> None:
    judged = _judge(*_coded(lambda t: np.sqrt(np.clip(t, 0, None)))(*image.side))
    assert "implausible-signal" in judged or Doubt.NOISE in judged


def test_coarse_pixels_leave_a_doubt_where_fine_ones_prove() -> None:
    coarse = simulate_scan(700_005, scene_set=TEST, pitch_mm=14.0).image
    spoil, _ = REFUSED["logarithm"]
    assert _judge(*spoil(*coarse.side)) == (Doubt.NOISE,)


def test_noise_far_beyond_that_of_scanners_is_noticed(image: ScanImage) -> None:
    """It blurs the energies too, and then is no mere doubt."""
    judged = _judge(*_noisier(*image.side))
    assert Doubt.NOISE in judged or "implausible-energies" in judged


def test_a_picture_of_nothing_but_air_is_doubted(image: ScanImage) -> None:
    view, counts = image.side
    air, _ = _levels(view)
    nothing = _counts(air * (1 + np.random.default_rng(1).normal(0, 0.004, counts.shape)))
    assert {Doubt.STANCE, Doubt.ENERGIES} <= set(_judge(view, nothing))


def test_a_vehicle_without_ground_is_judged_by_where_its_load_lies() -> None:
    view, counts = simulate_scan(700_001, pitch_mm=8.0).image.side
    cut = counts[:, : counts.shape[1] - 50]
    view = replace(view, rows=cut.shape[1])
    assert Doubt.STANCE not in _judge(view, cut)
    assert Doubt.STANCE in _judge(view, np.ascontiguousarray(cut[:, ::-1]))


@pytest.mark.parametrize(
    ("code", "inside", "fits"),
    [
        ("22G1", (5_870.0, 2_350.0), True),
        ("45R1", (11_640.0, 2_525.0), True),
        ("22T6", (5_555.0, 2_255.0), True),
        ("22G1", (0.8 * 5_870.0, 2_350.0), False),
        ("22G1", (1.25 * 5_870.0, 2_350.0), False),
        ("45G1", (12_000.0, 0.8 * 2_655.0), False),
        ("45G1", (5_870.0, 2_655.0), False),
        ("45G1", None, False),
        ("", None, True),
        ("22P1", (1_000.0, 200.0), True),
        ("ZZG1", (1_000.0, 200.0), True),
    ],
)
def test_the_inside_of_a_container_has_the_size_of_its_type(
    code: str, inside: tuple[float, float] | None, fits: bool
) -> None:
    header = replace(simulate_scan(700_001, pitch_mm=20.0).image.header, container_type=code)
    assert container_doubts(header, inside) == (() if fits else (Doubt.PITCH,))
