import pytest

from scanview.core.scan import Channel
from scanview.ui.viewer.probe import probe
from tests.golden.wedges import STEPS_G_CM2, band, display_pyramid, step, wedge_pyramid


def test_air_has_a_transmission_of_one_and_cargo_less():
    pyramid = wedge_pyramid()
    air, cargo = probe(pyramid, 2, 2), probe(pyramid, step(1).start, band("iron").start)

    assert air is not None
    assert cargo is not None
    assert air.channels == (Channel.HIGH, Channel.LOW)
    assert air.transmissions == pytest.approx((1.0, 1.0), abs=1e-4)
    assert STEPS_G_CM2[1] == 12.0
    assert 0.4 < cargo.transmissions[1] < cargo.transmissions[0] < 0.65


def test_a_picture_without_units_has_counts_only():
    found = probe(display_pyramid(), 0, 0)

    assert found is not None
    assert (found.counts, found.transmissions) == ((20,), ())


def test_outside_of_what_has_arrived_there_is_nothing():
    assert probe(display_pyramid(), 200, 0) is None
    assert probe(display_pyramid(), -1, 0) is None
