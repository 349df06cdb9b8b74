import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import Declaration
from scanview.formats.header_json import decode_header, encode_header
from scanview.formats.limits import MAX_HEADER_BYTES
from tests.unit.formats.archive_scans import scan_header

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(text, st.floats(allow_nan=False, allow_infinity=False), st.none() | st.builds(Declaration, goods=text))
def test_a_header_comes_back(container, started_at, declaration):
    header = scan_header(container=container, declaration=declaration)
    object.__setattr__(header, "started_at", started_at)
    assert decode_header(encode_header(header)) == header


def test_the_same_header_always_gives_the_same_sorted_bytes():
    encoded = encode_header(scan_header(container="上海", notes=("a", "b")))
    plain = json.loads(encoded)
    assert json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == encoded


def changed(**fields):
    return json.dumps(json.loads(encode_header(scan_header())) | fields).encode()


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        changed(scan="short"),
        changed(lane="nowhere"),
        changed(started_at="now"),
        changed(views=[]),
        changed(views=[{}]),
        changed(container=None),
        changed(unknown=json.loads("[" * 900 + "]" * 900)).replace(b"[" * 900, b"[" * 100_000),
        b" " * (MAX_HEADER_BYTES + 1),
    ],
)
def test_what_is_no_header_is_refused(encoded):
    with pytest.raises(BadInput):
        decode_header(encoded)


def test_a_header_that_could_not_be_read_back_is_not_written():
    nowhere = scan_header()
    object.__setattr__(nowhere, "started_at", math.nan)
    for header in (nowhere, scan_header(container="\ud800"), scan_header(notes=("x" * MAX_HEADER_BYTES,))):
        with pytest.raises(BadInput):
            encode_header(header)


def test_a_header_without_a_container_type_keeps_the_bytes_it_had_before_there_were_any():
    assert b"container_type" not in encode_header(scan_header())
    typed = scan_header(container_type="45G1")
    assert decode_header(encode_header(typed)) == typed
    with pytest.raises(BadInput):
        decode_header(changed(container_type="long"))
    assert decode_header(changed(container_type="")) == scan_header()
