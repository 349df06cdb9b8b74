import cv2
import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source
from scanview.formats import kind_of, read_scan, write_scan
from tests.unit.formats.archive_scans import scan_image


def write(path, pixels, *options):
    path.write_bytes(cv2.imencode(path.suffix, pixels, list(options))[1].tobytes())
    return path


def noise(dtype, *shape):
    return np.random.default_rng(5).integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


def test_a_16_bit_png_keeps_its_pixels(tmp_path):
    pixels = noise(np.uint16, 30, 50)
    path = write(tmp_path / "a.png", pixels)
    image = read_scan(path)
    view, counts = image.side
    np.testing.assert_array_equal(counts, pixels[np.newaxis])
    assert view.channels == (Channel.GREY,)
    assert (view.pitch_x_mm, view.pitch_source, view.calibrations) == (5.0, Source.ASSUMED, ())
    assert image.header.notes == ("pixels of 5.0 mm assumed", "one channel without physical units")
    assert kind_of(path) == "picture"


def test_8_bits_are_stretched_to_16(tmp_path):
    pixels = noise(np.uint8, 30, 50)
    image = read_scan(write(tmp_path / "a.png", pixels))
    np.testing.assert_array_equal(image.side[1][0], pixels.astype(np.uint16) * 257)
    assert "8 bits were stretched to 16" in image.header.notes


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_colours_become_grey(tmp_path, dtype, channels):
    pixels = noise(dtype, 30, 50, channels)
    image = read_scan(write(tmp_path / "a.png", pixels))
    blue, green, red = (pixels[:, :, place].astype(float) for place in range(3))
    expected = (0.299 * red + 0.587 * green + 0.114 * blue) * (65_535 / np.iinfo(dtype).max)
    np.testing.assert_allclose(image.side[1][0], expected, atol=260)
    assert "colours were turned into grey" in image.header.notes


@pytest.mark.parametrize("options", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)])
def test_a_jpeg_is_read(tmp_path, options):
    slope = np.tile(np.arange(0, 250, 5, dtype=np.uint8), (30, 1))
    image = read_scan(write(tmp_path / "a.jpg", slope, *options))
    np.testing.assert_allclose(image.side[1][0], slope.astype(float) * 257, atol=5 * 257)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_picture_without_its_end_is_cut_short(tmp_path, suffix):
    path = write(tmp_path / f"a{suffix}", noise(np.uint8, 30, 50))
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(BadInput) as refusal:
        read_scan(path)
    assert refusal.value.code == "truncated-file"


def test_a_damaged_png_is_refused(tmp_path):
    path = write(tmp_path / "a.png", noise(np.uint16, 30, 50))
    content = bytearray(path.read_bytes())
    content[16:24] = bytes(8)
    path.write_bytes(content)
    with pytest.raises(BadInput):
        read_scan(path)


def test_the_first_channel_can_be_written_as_png(tmp_path):
    image = scan_image((150,))
    write_scan(image, tmp_path / "a.png")
    np.testing.assert_array_equal(read_scan(tmp_path / "a.png").views[0][0], image.views[0][0])
