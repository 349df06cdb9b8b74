"""Any shape on any scan is measured, or refused with a reason; no figure is endless or none."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.imaging.mass import MassEstimate
from scanview.ui.measuring.readings import found_load, read_area, read_line, read_load, read_mass
from scanview.ui.measuring.shapes import Shape, ShapeKind
from tests.unit.imaging.odd_scans import NOTHING, ODD_SCANS, scan

REFUSED = {"empty-selection", "no-calibration", "bad-line"}
SCANS = sorted(set(ODD_SCANS) - NOTHING)

points = st.tuples(st.floats(-5, 320), st.floats(-5, 90))


@contextmanager
def refusals() -> Iterator[None]:
    """What may be refused, may."""
    try:
        yield
    except BadInput as error:
        if error.code not in REFUSED:
            raise


def planes_of(name: str) -> tuple[np.ndarray, ...]:
    pyramid = scan(name)
    return tuple(pyramid.plane(channel, 0) for channel in range(len(pyramid.header.channels)))


def is_sound(mass: MassEstimate) -> bool:
    return (
        math.isfinite(mass.mass_kg)
        and math.isfinite(mass.margin_kg)
        and mass.margin_kg >= 0
        and 0 <= mass.opaque_pixels <= mass.pixels
    )


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from(SCANS),
    kind=st.sampled_from([ShapeKind.RECTANGLE, ShapeKind.POLYGON]),
    corners=st.lists(points, min_size=3, max_size=6),
    declared_kg=st.floats(0, 1e6),
)
def test_any_area_is_read_or_refused(
    name: str, kind: ShapeKind, corners: list[tuple[float, float]], declared_kg: float
) -> None:
    header, planes = scan(name).header, planes_of(name)
    shape = Shape(kind=kind, points=tuple(corners[:2] if kind is ShapeKind.RECTANGLE else corners))
    with refusals():
        area = read_area(header, planes, shape)
        assert area.statistics.pixels > 0
        assert all(math.isfinite(channel.counts.mean) for channel in area.statistics.channels)
        assert area.steel is None or math.isfinite(area.steel.mean_mm)
        reading = read_mass(header, planes, shape)
        assert is_sound(reading.in_beam)
        assert reading.standing_out is None or is_sound(reading.standing_out)
        assert reading.material is None or (reading.material.demand >= 1 and 0 <= reading.material.position <= 3)
        load = read_load(header, planes, shape, declared_kg)
        assert is_sound(load.mass)
        assert math.isfinite(load.comparison.deviations)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(SCANS), start=points, end=points)
def test_any_line_is_read_or_refused(name: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    header, planes = scan(name).header, planes_of(name)
    with refusals():
        reading = read_line(header, planes, Shape(kind=ShapeKind.LENGTH, points=(start, end)))
        assert math.isfinite(reading.length_mm)
        assert reading.profile is None or np.all(np.isfinite(reading.profile.counts))


def test_no_container_is_found_where_there_is_none() -> None:
    for name in SCANS:
        with refusals():
            assert found_load(scan(name).header, planes_of(name)) is None
