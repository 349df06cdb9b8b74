"""The inside of a container is found where it is true, and not guessed where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source
from scanview.imaging.load_space import inside_of_container
from scanview.simulate.scan import simulate_scan
from tests.golden.wedges import WEDGE_VIEW, display_pyramid, wedge_counts

TOLERANCE_MM = 60.0


@pytest.mark.parametrize("seed", [0, 4, 5])
def test_the_inside_of_simulated_containers_is_found(seed: int) -> None:
    scan = simulate_scan(seed)
    header, counts = scan.image.side

    found = inside_of_container(header, counts)

    assert found is not None
    found_corners = np.array((found.x0, found.y0, found.x1, found.y1))
    apart_mm = (found_corners - scan.truth.inside.corners) * header.pitch_x_mm
    assert np.abs(apart_mm).max() <= TOLERANCE_MM


def test_without_measured_pixels_a_length_says_nothing() -> None:
    header, counts = simulate_scan(5).image.side

    assert inside_of_container(replace(header, pitch_source=Source.ASSUMED), counts) is None


def test_what_is_no_container_is_none() -> None:
    assert inside_of_container(WEDGE_VIEW, wedge_counts()) is None


@pytest.mark.parametrize("broken", [slice(0, None), slice(700, None)])
def test_a_container_that_is_not_whole_is_none(broken: slice) -> None:
    """Nothing but air, and one that has only begun to pass."""
    header, counts = simulate_scan(5).image.side
    cut = counts.copy()
    cut[:, :, broken] = round(header.calibration(Channel.HIGH).air)

    assert inside_of_container(header, cut) is None


def test_without_calibration_nothing_is_told() -> None:
    pyramid = display_pyramid()
    with pytest.raises(BadInput, match="calibration"):
        inside_of_container(pyramid.header, (pyramid.plane(0, 0),))
