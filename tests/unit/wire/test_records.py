import importlib.util
import struct
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import LEVELS, MAX_CHANNELS, MAX_ROWS, Channel, ScanHeader, Source, View, ViewHeader
from scanview.wire import records
from scanview.wire.records import MAX_PREFIX_BYTES, build, check_fits, max_tile_bytes, parse, read_prefix, tile_size


@st.composite
def strips(draw):
    channels = draw(st.integers(1, MAX_CHANNELS))
    levels = draw(st.integers(1, LEVELS))
    tile = st.binary(min_size=1, max_size=40)
    return {
        "sequence": draw(st.integers(0, 2**32 - 1)),
        "view": draw(st.integers(0, 255)),
        "channels": channels,
        "columns": draw(st.integers(1, 128)),
        "tiles": draw(st.lists(tile, min_size=levels * channels, max_size=levels * channels)),
    }


def a_record(**changes):
    strip = {"sequence": 7, "view": 0, "channels": 2, "columns": 128, "tiles": [b"tile%d" % n for n in range(8)]}
    return build(**(strip | changes))


def sealed(record):
    """`record` with the checksum its bytes ask for, so that a test reaches the check behind it."""
    return record[:16] + struct.pack("<I", zlib.crc32(record[20:])) + record[20:]


@given(strips())
def test_a_record_parses_back(strip):
    parsed = parse(build(**strip))
    assert {name: getattr(parsed, name) for name in ("sequence", "view", "channels", "columns")} == {
        name: strip[name] for name in ("sequence", "view", "channels", "columns")
    }
    assert [bytes(tile) for tile in parsed.tiles] == strip["tiles"]
    assert parsed.levels * parsed.channels == len(strip["tiles"])


@given(strips(), st.binary(max_size=30))
def test_the_prefix_alone_tells_the_length(strip, behind):
    record = build(**strip)
    assert read_prefix((record + behind)[:MAX_PREFIX_BYTES]).length == len(record)


@given(strips(), st.data())
def test_a_record_cut_short_or_going_on_is_refused(strip, data):
    record = build(**strip)
    cut = data.draw(st.integers(0, len(record) - 1))
    with pytest.raises(BadInput):
        parse(record[:cut])
    with pytest.raises(BadInput):
        parse(record + b"\0")


@given(strips(), st.data())
def test_a_flipped_bit_behind_the_checksum_is_found(strip, data):
    record = bytearray(build(**strip))
    record[data.draw(st.integers(16, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadInput):
        parse(bytes(record))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_refused(noise):
    for candidate in (noise, b"SVR1" + noise, sealed(b"SVR1" + noise.ljust(16, b"\0"))):
        try:
            parse(candidate)
        except BadInput:
            continue
        assert read_prefix(candidate).length == len(candidate)


def test_tiles_are_views_into_the_record():
    record = a_record()
    tile = parse(record).tile(1, 1)
    assert tile == b"tile3"
    assert tile.obj is record


def test_a_level_or_channel_that_is_not_there_is_refused():
    strip = parse(a_record())
    for level, channel in ((4, 0), (-1, 0), (0, 2), (0, -1)):
        with pytest.raises(BadInput):
            strip.tile(level, channel)


@pytest.mark.parametrize(
    ("offset", "field"),
    [
        (0, b"SVR2"),
        (9, b"\0"),
        (9, b"\5"),
        (10, b"\0"),
        (10, b"\5"),
        (11, b"\1"),
        (12, b"\0\0"),
        (12, b"\x81\0"),
        (14, b"\1\0"),
        (20, b"\0\0\0\0"),
        (20, b"\xff\xff\xff\xff"),
    ],
)
def test_a_number_out_of_range_is_refused_before_it_is_used(offset, field):
    record = a_record()
    with pytest.raises(BadInput):
        parse(sealed(record[:offset] + field + record[offset + len(field) :]))


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": -1},
        {"sequence": 2**32},
        {"view": 256},
        {"columns": 0},
        {"columns": 129},
        {"channels": 0},
        {"channels": 3},
        {"tiles": []},
        {"tiles": [b""] * 8},
        {"tiles": [b"x"] * 10},
        {"tiles": [bytes(max_tile_bytes(MAX_ROWS, 0) + 1), b"x"]},
    ],
)
def test_what_would_be_refused_cannot_be_built(change):
    with pytest.raises(BadInput):
        a_record(**change)


def test_tiles_are_whole_multiples_of_16():
    assert [tile_size(1500, level) for level in range(LEVELS)] == [(1504, 128), (752, 64), (384, 32), (192, 16)]
    assert tile_size(1, 3) == (16, 16)


def test_a_strip_must_fit_its_scan():
    def prefix(**changes):
        return read_prefix(a_record(**changes))

    side = ViewHeader(
        view=View.SIDE,
        rows=16,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=5.0,
        pitch_y_mm=5.0,
        pitch_source=Source.ASSUMED,
    )
    header = ScanHeader(scan="0" * 32, lane="CNSHA-01", views=(side,), started_at=0.0)
    check_fits(prefix(), header)
    too_long = [b"x"] * 7 + [bytes(records.max_tile_bytes(16, 3) + 1)]
    for change in ({"view": 1}, {"channels": 1, "tiles": [b"x"] * 4}, {"tiles": [b"x"] * 6}, {"tiles": too_long}):
        with pytest.raises(BadInput):
            check_fits(prefix(**change), header)


@pytest.mark.parametrize("length", [1, 15, 16, 4_097, 1 << 20])
def test_the_checksum_is_that_of_zlib_whoever_computes_it(length):
    record = a_record(tiles=[bytes(range(256)) * (length // 256) + bytes(length % 256 or 1), *(b"x" for _ in range(7))])

    assert struct.unpack_from("<I", record, 16)[0] == zlib.crc32(record[20:])


def test_a_machine_without_isal_reads_and_makes_the_same_records(monkeypatch):
    monkeypatch.setitem(sys.modules, "isal", None)
    monkeypatch.setitem(sys.modules, "isal.isal_zlib", None)
    spec = importlib.util.find_spec(records.__name__)
    plain = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, records.__name__, plain)
    spec.loader.exec_module(plain)

    assert plain.crc32 is zlib.crc32
    assert (
        plain.build(sequence=7, view=0, channels=2, columns=128, tiles=[b"tile%d" % n for n in range(8)]) == a_record()
    )
    assert plain.parse(a_record()).sequence == 7
