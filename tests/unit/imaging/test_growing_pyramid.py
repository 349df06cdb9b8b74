import errno
import gc
import tempfile
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import STRIP_COLUMNS, Channel, Source, View, ViewHeader
from scanview.imaging.growing_pyramid import DEPTH, GrowingPyramid
from scanview.imaging.pyramid import halve, strip_levels

ROWS = 37


def header(*channels: Channel) -> ViewHeader:
    return ViewHeader(
        view=View.SIDE, rows=ROWS, channels=channels, pitch_x_mm=4.0, pitch_y_mm=4.0, pitch_source=Source.MEASURED
    )


def noise(columns: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(columns).integers(0, 65_536, (channels, ROWS, columns), dtype=np.uint16)


@pytest.mark.parametrize("columns", [1, 127, 128, 129, 700])
def test_every_level_is_the_mean_of_the_one_below_it(columns: int):
    counts = noise(columns)
    pyramid = GrowingPyramid.of(header(Channel.HIGH, Channel.LOW), counts)

    expected = counts
    for level in range(DEPTH):
        for channel in (0, 1):
            assert np.array_equal(pyramid.plane(channel, level), expected[channel])
        expected = halve(expected)
    assert pyramid.complete


@settings(max_examples=30, deadline=None)
@given(columns=st.integers(1, 900), memory_strips=st.integers(0, 9), window=st.tuples(*[st.integers(-200, 1_100)] * 2))
def test_a_window_is_that_part_of_the_plane_wherever_its_strips_are(
    columns: int, memory_strips: int, window: tuple[int, int]
):
    counts = noise(columns)
    memory_bytes = memory_strips * 2 * 2 * ROWS * STRIP_COLUMNS
    pyramid = GrowingPyramid(header(Channel.HIGH, Channel.LOW), memory_bytes=memory_bytes)
    for left in range(0, columns, STRIP_COLUMNS):
        pyramid.append(strip_levels(counts[:, :, left : left + STRIP_COLUMNS]))
        assert pyramid.columns == min(left + STRIP_COLUMNS, columns)

    expected = counts
    for level in range(DEPTH):
        start, stop = (edge >> level for edge in window)
        for channel in (0, 1):
            assert np.array_equal(pyramid.plane(channel, level), expected[channel])
            shown = pyramid.window(channel, level, start, stop)
            assert np.array_equal(shown, expected[channel][:, max(start, 0) : max(stop, 0)])
        expected = halve(expected)
    assert pyramid.counts_at(columns - 1, 3) == tuple(counts[:, 3, -1])
    assert not pyramid.complete


def test_the_finest_levels_of_a_long_scan_are_not_in_memory():
    counts = noise(6 * STRIP_COLUMNS)
    strips = [strip_levels(counts[:, :, left : left + STRIP_COLUMNS].copy()) for left in range(0, 768, STRIP_COLUMNS)]
    pyramid = GrowingPyramid(header(Channel.HIGH, Channel.LOW), memory_bytes=3 * strips[0][0].nbytes)
    kept = [weakref.ref(level) for strip in strips for level in strip]

    while strips:
        pyramid.append(strips.pop(0))
    gc.collect()

    held = [array() is not None for array in kept]
    assert held[:4] == [False, False, True, True]
    assert held[-4:] == [True] * 4, "the newest is being looked at"
    assert np.array_equal(pyramid.plane(1, 0), counts[1])


def test_where_the_disk_has_no_room_a_long_scan_stays_in_memory(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    counts = noise(4 * STRIP_COLUMNS)
    pyramid = GrowingPyramid(header(Channel.HIGH, Channel.LOW), memory_bytes=0)

    for left in range(0, counts.shape[2], STRIP_COLUMNS):
        pyramid.append(strip_levels(counts[:, :, left : left + STRIP_COLUMNS]))

    assert np.array_equal(pyramid.plane(0, 0), counts[0])


def test_the_displayed_channel_is_the_high_energy_wherever_it_stands():
    assert GrowingPyramid(header(Channel.LOW, Channel.HIGH)).display_channel == 1
    assert GrowingPyramid(header(Channel.GREY)).display_channel == 0


def test_range_and_counts_are_those_of_what_has_arrived():
    pyramid = GrowingPyramid(header(Channel.HIGH, Channel.LOW))
    assert pyramid.range_of(0) == (0, 65_535)
    assert pyramid.counts_at(0, 0) is None

    counts = noise(STRIP_COLUMNS)
    pyramid.append(strip_levels(counts))
    pyramid.append(strip_levels(np.full_like(counts, 30_000)))

    assert pyramid.range_of(1) == (counts[1].min(), counts[1].max())
    assert pyramid.counts_at(5, 7) == tuple(counts[:, 7, 5])
    assert pyramid.counts_at(2 * STRIP_COLUMNS, 0) is None
    assert pyramid.counts_at(-1, 0) is None
    assert pyramid.counts_at(0, ROWS) is None


@pytest.mark.parametrize(
    "levels",
    [
        [],
        strip_levels(noise(128))[:2],
        strip_levels(noise(129)),
        strip_levels(noise(128, channels=1)),
        strip_levels(noise(128)[:, 1:]),
        [level.astype(np.int32) for level in strip_levels(noise(128))],
    ],
)
def test_what_is_no_strip_is_refused_and_changes_nothing(levels: list[np.ndarray]):
    pyramid = GrowingPyramid(header(Channel.HIGH, Channel.LOW))

    with pytest.raises(BadInput, match="strip"):
        pyramid.append(levels)

    assert pyramid.columns == 0


def test_nothing_follows_the_narrow_last_strip():
    pyramid = GrowingPyramid(header(Channel.HIGH, Channel.LOW))
    pyramid.append(strip_levels(noise(100)))

    with pytest.raises(BadInput, match="after the last"):
        pyramid.append(strip_levels(noise(128)))


@pytest.mark.parametrize(("columns", "first"), [(700, 0), (700, 128), (700, 640), (700, 700), (128, 128)])
def test_what_a_view_was_earlier_is_what_it_is_made_of(columns: int, first: int):
    counts = noise(columns)
    whole = GrowingPyramid.of(header(Channel.HIGH, Channel.LOW), counts)
    then, made = whole.first(first), GrowingPyramid.of(header(Channel.HIGH, Channel.LOW), counts[:, :, :first])

    assert (then.columns, then.complete) == (first, False)
    assert [then.range_of(channel) for channel in (0, 1)] == [made.range_of(channel) for channel in (0, 1)]
    for level in range(DEPTH):
        assert np.array_equal(then.plane(1, level), made.plane(1, level))
    assert whole.columns == columns


@pytest.mark.parametrize("first", [1, 127, 129, 701, 768])
def test_a_view_never_was_half_a_strip(first: int):
    whole = GrowingPyramid.of(header(Channel.HIGH), noise(700, 1))

    with pytest.raises(BadInput, check=lambda error: error.code == "no-such-columns"):
        whole.first(first)
