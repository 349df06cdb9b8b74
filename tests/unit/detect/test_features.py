"""What a model sees is physics: the same for every scanner, or refused by name."""

from dataclasses import replace

import numpy as np
import pytest

from scanview.core.errors import Refused
from scanview.core.scan import Channel, ScanHeader, Source, ViewHeader
from scanview.detect.features import FeatureStream, extract_features
from scanview.detect.plausibility import Plausibility
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import simulate_scan
from scanview.simulate.scanner import ScannerSettings

SEED = 7
QUIET = ScannerSettings(quanta=1e9, electronic_counts=0, gain_spread=0, flicker=0, scatter=0, pitch_mm=8.0)


@pytest.fixture(scope="module")
def scan() -> ScanImage:
    return simulate_scan(SEED, settings=QUIET, hidden=0).image


def _with_view(image: ScanImage, view: ViewHeader, counts: np.ndarray | None = None) -> ScanImage:
    header: ScanHeader = replace(image.header, views=(view,))
    return ScanImage(header=header, views=(image.views[0] if counts is None else counts,))


@pytest.mark.parametrize(
    "other",
    [replace(QUIET, pitch_mm=5.0), replace(QUIET, air_counts=(30_000.0, 20_000.0)), replace(QUIET, pitch_mm=11)],
)
def test_features_do_not_depend_on_pitch_or_gain(scan: ScanImage, other: ScannerSettings) -> None:
    here = extract_features(scan, 16.0)
    there = extract_features(simulate_scan(SEED, settings=other, hidden=0).image, 16.0)
    rows, columns = (min(a, b) for a, b in zip(here.planes.shape[1:], there.planes.shape[1:], strict=True))
    difference = np.abs(here.planes[:2, :rows, :columns] - there.planes[:2, :rows, :columns])
    assert np.median(difference) < 0.02
    assert difference.mean() < 0.12, "but for edges, which fall between other pixels"


def test_scale_leads_back_to_the_pixels_of_the_scan(scan: ScanImage) -> None:
    features = extract_features(scan, 16.0)
    _, rows, columns = scan.views[0].shape
    assert features.planes.shape[1] * features.scale_y == pytest.approx(rows)
    assert features.planes.shape[2] * features.scale_x == pytest.approx(columns, abs=features.scale_x / 2)
    assert features.scale_x == 16.0 / scan.header.views[0].pitch_x_mm


def test_a_coarse_scan_is_enlarged(scan: ScanImage) -> None:
    features = extract_features(scan, 6.0)
    assert features.planes.shape[2] > scan.views[0].shape[2]
    assert features.planes.dtype == np.float32


def test_channels_are_found_by_name_and_not_by_place(scan: ScanImage) -> None:
    view = scan.header.views[0]
    turned = replace(
        view, channels=view.channels[::-1], calibrations=view.calibrations[::-1], energies_mv=view.energies_mv[::-1]
    )
    swapped = _with_view(scan, turned, np.ascontiguousarray(scan.views[0][::-1]))
    np.testing.assert_array_equal(extract_features(swapped, 16.0).planes, extract_features(scan, 16.0).planes)


def test_scans_that_cannot_be_recognised_are_refused_with_the_reason(scan: ScanImage) -> None:
    view = scan.header.views[0]
    grey = replace(view, channels=(Channel.GREY,), calibrations=(), energies_mv=())
    cases = {
        "GREY": _with_view(scan, grey, scan.views[0][:1]),
        "no calibration": _with_view(scan, replace(view, calibrations=())),
        "not known": _with_view(scan, replace(view, energies_mv=())),
        "cargo linac": _with_view(scan, replace(view, energies_mv=(0.16, 0.08))),
        "coarser": _with_view(scan, replace(view, pitch_x_mm=40.0)),
        "size of its pixels": _with_view(scan, replace(view, pitch_source=Source.ASSUMED)),
        "not HIGH and LOW": _with_view(
            scan,
            replace(view, channels=(Channel.HIGH,), calibrations=view.calibrations[:1], energies_mv=(6.0,)),
            scan.views[0][:1],
        ),
        "energies of its beams": _with_view(scan, replace(view, energies_mv=(4.0, 6.0))),
    }
    for reason, image in cases.items():
        with pytest.raises(Refused, match=reason) as refusal:
            extract_features(image, 8.0)
        assert refusal.value.code == "not-supported"
        assert refusal.value.remedy


@pytest.mark.parametrize("mm_per_pixel", [5.0, 8.0, 11.0, 16.0])
@pytest.mark.parametrize("cut", [41, 128, 1_000])
def test_features_are_the_same_bytes_however_the_columns_arrive(scan: ScanImage, mm_per_pixel: float, cut: int) -> None:
    view, counts = scan.side
    stream = FeatureStream(view, mm_per_pixel)
    for start in range(0, counts.shape[2], cut):
        before = stream.planes.copy()
        stream.add(counts[:, :, start : start + cut])
        np.testing.assert_array_equal(stream.planes[..., : before.shape[2]], before)
    np.testing.assert_array_equal(stream.finish().planes, extract_features(scan, mm_per_pixel).planes)


def test_features_are_means_of_the_columns_they_cover(scan: ScanImage) -> None:
    view, counts = scan.side
    air = view.calibration(Channel.HIGH).air
    ramp = np.broadcast_to(np.linspace(air / 8, air, counts.shape[2], dtype=np.uint16), counts.shape).copy()
    features = extract_features(_with_view(scan, view, ramp), 20.0)
    assert features.scale_x == 2.5
    dark = view.calibration(Channel.HIGH).dark
    expected = -np.log(((ramp[0, 0, 5] + ramp[0, 0, 6] + ramp[0, 0, 7] / 2) / 2.5 - dark) / (air - dark))
    assert features.planes[0, 3, 2] == pytest.approx(expected, abs=2e-3)


def test_a_scan_without_columns_is_refused(scan: ScanImage) -> None:
    view, counts = scan.side
    with pytest.raises(Refused, match="no columns"):
        extract_features(_with_view(scan, view, counts[:, :, :0]), 8.0)


def check_plausible(image: ScanImage) -> None:
    view, counts = image.side
    noticed = Plausibility(view)
    for part in np.array_split(counts, 7, axis=2):
        noticed.add(part)
    noticed.check(extract_features(image, 16.0).planes)


def test_a_sound_scan_is_plausible(scan: ScanImage) -> None:
    check_plausible(scan)


def test_swapped_energies_are_noticed(scan: ScanImage) -> None:
    swapped = _with_view(scan, scan.header.views[0], np.ascontiguousarray(scan.views[0][::-1]))
    with pytest.raises(Refused) as refusal:
        check_plausible(swapped)
    assert refusal.value.code == "implausible-energies"


def test_a_wrong_calibration_is_noticed(scan: ScanImage) -> None:
    view = scan.header.views[0]
    dim = tuple(replace(calibration, air=calibration.air * 0.7) for calibration in view.calibrations)
    wrong = _with_view(scan, replace(view, calibrations=dim))
    with pytest.raises(Refused) as refusal:
        check_plausible(wrong)
    assert refusal.value.code == "implausible-calibration"
