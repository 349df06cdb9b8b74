import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source
from scanview.formats import read_scan
from tests.unit.formats.test_dicos import COUNTS, a_file

DX = {"sop_class": "1.2.840.10008.5.1.4.1.1.1.1", "object_class": ".1", "PixelIntensityRelationshipSign": None}


def test_a_picture_is_one_grey_channel(tmp_path):
    image = read_scan(a_file(tmp_path / "a.dcm", **DX, PatientID="somebody"))
    view, counts = image.side
    np.testing.assert_array_equal(counts[0], COUNTS)
    assert (view.channels, view.calibrations) == ((Channel.GREY,), ())
    assert (view.pitch_x_mm, view.pitch_source, image.header.container) == (5.0, Source.MEASURED, "")


@pytest.mark.parametrize("bits", [8, 10, 12, 15])
def test_fewer_bits_are_stretched_to_16(tmp_path, bits):
    stored = COUNTS & ((1 << bits) - 1)
    stored[0, :2] = 0, (1 << bits) - 1
    packed = stored.astype(np.uint8) if bits == 8 else stored
    allocated = 8 if bits == 8 else 16
    path = a_file(
        tmp_path / "a.dcm", **DX, BitsStored=bits, HighBit=bits - 1, BitsAllocated=allocated, PixelData=packed.tobytes()
    )
    image = read_scan(path)
    expected = np.round(stored * (65_535 / ((1 << bits) - 1)))
    np.testing.assert_allclose(image.side[1][0], expected, atol=0.51)
    assert image.side[1].max() == 65_535
    assert f"{bits} bits were stretched to 16" in image.header.notes


def test_monochrome1_is_inverted(tmp_path):
    path = a_file(tmp_path / "a.dcm", **DX, PhotometricInterpretation="MONOCHROME1")
    np.testing.assert_array_equal(read_scan(path).side[1][0], 65_535 - COUNTS)


def test_pixels_with_a_sign_are_shifted(tmp_path):
    signed = COUNTS.view(np.int16)
    image = read_scan(a_file(tmp_path / "a.dcm", **DX, PixelRepresentation=1, PixelData=signed.tobytes()))
    np.testing.assert_array_equal(image.side[1][0], signed.astype(np.int32) + 32_768)
    assert "pixels with a sign were shifted to start at 0" in image.header.notes


def test_the_first_frame_of_several_is_read(tmp_path):
    frames = np.stack([COUNTS, COUNTS[::-1]])
    image = read_scan(a_file(tmp_path / "a.dcm", **DX, NumberOfFrames="2", PixelData=frames.tobytes()))
    np.testing.assert_array_equal(image.side[1][0], COUNTS)
    assert "only the first frame of several was read" in image.header.notes


def test_colours_become_grey(tmp_path):
    colours = np.zeros((20, 30, 3), np.uint8)
    colours[:, 15:] = 255
    picture = {"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3, "PlanarConfiguration": 0}
    bits = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    counts = read_scan(a_file(tmp_path / "a.dcm", **DX, **picture, **bits, PixelData=colours.tobytes())).side[1][0]
    assert (counts[:, :15].max(), counts[:, 15:].min()) == (0, 65_535)


def test_a_file_without_preamble_is_known_by_its_name(tmp_path):
    whole = a_file(tmp_path / "a.dcm", **DX).read_bytes()
    (tmp_path / "bare.dcm").write_bytes(whole[132:])
    np.testing.assert_array_equal(read_scan(tmp_path / "bare.dcm").side[1][0], COUNTS)
    (tmp_path / "bare.bin").write_bytes(whole[132:])
    with pytest.raises(BadInput, match="unknown kind"):
        read_scan(tmp_path / "bare.bin")
