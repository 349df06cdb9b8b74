import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scanview.core.scan import LEVELS, STRIP_COLUMNS, level_size
from scanview.imaging.pyramid import halve, strip_levels

pictures = hnp.arrays(np.uint16, hnp.array_shapes(min_dims=3, max_dims=3, max_side=40))


def halve_slowly(counts):
    channels, rows, columns = counts.shape
    half = np.empty((channels, -(-rows // 2), -(-columns // 2)), np.uint16)
    for channel, row, column in np.ndindex(half.shape):
        below, right = min(2 * row + 1, rows - 1), min(2 * column + 1, columns - 1)
        four = [int(counts[channel, y, x]) for y in (2 * row, below) for x in (2 * column, right)]
        half[channel, row, column] = (sum(four) + 2) // 4
    return half


@given(pictures)
def test_halving_is_the_mean_rounded_half_up(counts):
    np.testing.assert_array_equal(halve(counts), halve_slowly(counts))


def test_halving_is_exact_at_every_remainder_and_at_full_scale():
    # One block per sum of four pixels around 0, one half, and 65535: wide enough for the vector code of OpenCV.
    blocks = np.array([[[top, bottom] for bottom in (0, 1, 2, 65_534, 65_535)] for top in (0, 1, 3, 65_535)], np.uint16)
    counts = np.tile(blocks.reshape(1, -1, 2).swapaxes(1, 2), (3, 4, 5))
    np.testing.assert_array_equal(halve(counts), halve_slowly(counts))


def test_halving_reads_pictures_that_are_not_contiguous():
    counts = np.random.default_rng(1).integers(0, 65_536, (2, 9, 300), dtype=np.uint16)[:, :, 128:256]
    np.testing.assert_array_equal(halve(counts), halve_slowly(counts))


@given(st.integers(1, 3 * STRIP_COLUMNS), st.integers(1, 40))
def test_levels_of_the_strips_side_by_side_are_the_levels_of_the_picture(columns, rows):
    counts = np.random.default_rng(columns).integers(0, 65_536, (2, rows, columns), dtype=np.uint16)
    strips = [strip_levels(counts[:, :, at : at + STRIP_COLUMNS]) for at in range(0, columns, STRIP_COLUMNS)]
    for level, whole in enumerate(strip_levels(counts)):
        assert whole.shape == (2, level_size(rows, level), level_size(columns, level))
        np.testing.assert_array_equal(np.concatenate([strip[level] for strip in strips], axis=2), whole)


def test_level_0_is_the_strip_itself():
    strip = np.zeros((1, 5, 7), np.uint16)
    levels = strip_levels(strip)
    assert levels[0] is strip
    assert len(levels) == LEVELS
    assert strip_levels(strip, levels=1) == [strip]
