import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.formats.codestreams import CodestreamSize, codestream_size, has_jpeg_end

PICTURE = np.random.default_rng(0).integers(0, 256, (40, 70), dtype=np.uint8)
COLOURS = np.stack([PICTURE, PICTURE, PICTURE], axis=2)

STREAMS = {
    "jpeg": imagecodecs.jpeg8_encode(PICTURE),
    "colours": imagecodecs.jpeg8_encode(COLOURS),
    "lossless": imagecodecs.ljpeg_encode(PICTURE.astype(np.uint16), bitspersample=12),
    "jpeg-ls": imagecodecs.jpegls_encode(PICTURE),
    "j2k": imagecodecs.jpeg2k_encode(PICTURE, codecformat="j2k"),
    "jp2": imagecodecs.jpeg2k_encode(PICTURE, codecformat="jp2"),
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_codestream_tells_its_size(name):
    assert codestream_size(STREAMS[name]) == CodestreamSize(40, 70, 3 if name == "colours" else 1)


@given(st.sampled_from(sorted(STREAMS)), st.floats(0, 1))
def test_a_header_cut_short_tells_none_or_the_same(name, share):
    stream = STREAMS[name]
    assert codestream_size(stream[: int(share * 60)]) in (None, codestream_size(stream))


@given(st.binary(max_size=80))
def test_any_bytes_have_a_size_or_none(noise):
    for content in (noise, b"\xff\xd8" + noise, b"\xff\x4f\xff\x51" + noise):
        codestream_size(content)
        has_jpeg_end(content)


def test_a_whole_jpeg_has_an_end():
    assert has_jpeg_end(STREAMS["jpeg"])
    assert not has_jpeg_end(STREAMS["jpeg"][:-2])
    assert not has_jpeg_end(b"\xff\xd8\xff\xd9")
