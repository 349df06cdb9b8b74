import threading

import imagecodecs
import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import level_size
from scanview.wire.records import build, parse, tile_size
from scanview.wire.tiles import decode_level, decode_strip, decode_tile, encode_strip


def a_pyramid(rows, columns, channels=2, seed=0):
    random = np.random.default_rng(seed)
    return [
        random.integers(0, 65_536, (channels, level_size(rows, level), level_size(columns, level)), dtype=np.uint16)
        for level in range(4)
    ]


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 70), st.integers(1, 128), st.integers(1, 4))
def test_every_level_comes_back(rows, columns, channels):
    levels = a_pyramid(rows, columns, channels)
    record = parse(encode_strip(levels, sequence=3, view=1))
    assert (record.sequence, record.view, record.columns) == (3, 1, columns)
    for sent, got in zip(levels, decode_strip(record, rows=rows), strict=True):
        assert got.dtype == np.uint16
        np.testing.assert_array_equal(got, sent)
    np.testing.assert_array_equal(decode_level(record, rows=rows, level=2), levels[2])


def test_a_tile_is_a_tiff_tile_padded_by_its_edge():
    levels = a_pyramid(19, 50)
    record = parse(encode_strip(levels, sequence=0, view=0))
    whole = imagecodecs.delta_decode(
        np.frombuffer(imagecodecs.zstd_decode(bytes(record.tile(0, 1))), "<u2").reshape(32, 128), axis=-1
    )
    np.testing.assert_array_equal(whole, np.pad(levels[0][1], ((0, 13), (0, 78)), mode="edge"))


def test_strips_that_are_not_contiguous_are_encoded_as_they_are():
    picture = a_pyramid(16, 128)
    wide = [np.repeat(level, 2, axis=2)[:, :, ::2] for level in picture]
    assert encode_strip(wide, sequence=0, view=0) == encode_strip(picture, sequence=0, view=0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda levels: [levels[0], levels[0], *levels[2:]],
        lambda levels: [levels[0].astype(np.int32), *levels[1:]],
        lambda levels: a_pyramid(16, 129),
    ],
)
def test_levels_that_are_none_are_refused(spoil):
    with pytest.raises(BadInput):
        encode_strip(spoil(a_pyramid(16, 128)), sequence=0, view=0)


def packed(rows, columns, **options):
    return zstandard.ZstdCompressor(level=1, **options).compress(np.zeros((rows, columns), np.uint16))


@pytest.mark.parametrize(
    "tile",
    [
        b"not zstd at all",
        packed(*tile_size(16, 0))[:-3],
        packed(*tile_size(16, 0)) + b"more",
        packed(*tile_size(16, 0)) * 2,
        packed(16, 64),
        packed(20_000, 10_000),
        packed(*tile_size(16, 0), write_content_size=False),
    ],
)
def test_a_damaged_or_oversized_tile_is_refused(tile):
    with pytest.raises(BadInput):
        decode_tile(tile, rows=16, columns=128, level=0)


def test_a_tile_of_another_level_is_refused():
    record = parse(build(sequence=0, view=0, channels=1, columns=128, tiles=[packed(*tile_size(16, 1))]))
    with pytest.raises(BadInput):
        decode_level(record, rows=16, level=0)
    with pytest.raises(BadInput):
        decode_level(record, rows=16, level=1)


def test_many_threads_encode_at_once():
    levels = a_pyramid(200, 128)
    expected = encode_strip(levels, sequence=0, view=0)
    results = []

    def work():
        results.extend(encode_strip(levels, sequence=0, view=0) == expected for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 80
