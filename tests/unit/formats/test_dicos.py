from dataclasses import replace

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, JPEGLosslessSV1, RLELossless

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, Source, View
from scanview.formats import kind_of, read_scan, write_scan
from scanview.formats.dicos import CHANNELS_TAG, HEADER_TAG
from tests.unit.formats.archive_scans import scan_header, scan_image, view_header
from tests.unit.formats.toolkit import HAS_TOOLKIT

COUNTS = np.random.default_rng(2).integers(0, 65_536, (20, 30), dtype=np.uint16)


def a_file(path, *, object_class="2.2", sop_class="1.2.840.10008.5.1.4.1.1.501.", syntax=None, **elements):
    """A digital X-ray image as scanners write it, with `elements` changed; None takes one away."""
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = sop_class + object_class
    dataset.SOPInstanceUID = "2.25.7"
    usual = {
        "ImageType": ["ORIGINAL", "INTENSITY"],
        "PresentationIntentType": "FOR PROCESSING",
        "PatientID": "CSQU3054383",
        "Manufacturer": "Maker",
        "ManufacturerModelName": "unknown",
        "KVP": "6000",
        "PixelSpacing": ["4.5", "5"],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelIntensityRelationship": "LIN",
        "PixelIntensityRelationshipSign": 1,
        "Rows": 20,
        "Columns": 30,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        "PixelData": COUNTS.tobytes(),
    }
    for keyword, value in (usual | elements).items():
        if value is not None:
            setattr(dataset, keyword, value)
    if syntax:
        dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(path, enforce_file_format=True)
    return path


def test_a_foreign_image_is_read(tmp_path):
    path = a_file(tmp_path / "a.dcs")
    image = read_scan(path)
    view, counts = image.side
    np.testing.assert_array_equal(counts[0], COUNTS)
    assert (view.channels, view.energies_mv) == ((Channel.HIGH,), (6.0,))
    assert (view.pitch_x_mm, view.pitch_y_mm, view.pitch_source) == (5.0, 4.5, Source.MEASURED)
    assert view.calibrations[0].source is Source.ESTIMATED
    assert (image.header.container, image.header.device) == ("CSQU3054383", "Maker")
    assert image.header.notes == ("air and dark were estimated from the picture",)
    assert kind_of(path) == "DICOM"


@pytest.mark.parametrize("syntax", [RLELossless])
def test_compressed_pixels_are_equal(tmp_path, syntax):
    np.testing.assert_array_equal(read_scan(a_file(tmp_path / "a.dcs", syntax=syntax)).side[1][0], COUNTS)


def test_jpeg_lossless_pixels_are_equal(tmp_path):
    import imagecodecs

    jpeg = imagecodecs.ljpeg_encode(COUNTS, bitspersample=16)
    path = a_file(tmp_path / "a.dcs", PixelData=pydicom.encaps.encapsulate([jpeg]))
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    dataset.save_as(path)
    np.testing.assert_array_equal(read_scan(path).side[1][0], COUNTS)


@pytest.mark.parametrize(
    ("elements", "channel"),
    [
        ({"ImageType": ["ORIGINAL", "HIGH ENERGY"]}, Channel.HIGH),
        ({"ImageType": ["ORIGINAL", "LOW ENERGY"]}, Channel.LOW),
        ({"ImageType": ["DERIVED", "Z_EFFECTIVE"]}, Channel.GREY),
        ({"ImageType": None}, Channel.GREY),
        ({"ImageType": "ORIGINAL"}, Channel.GREY),
        ({"PresentationIntentType": "FOR PRESENTATION"}, Channel.GREY),
        ({"PixelIntensityRelationship": "LOG"}, Channel.GREY),
    ],
)
def test_what_a_channel_is_taken_for(tmp_path, elements, channel):
    assert read_scan(a_file(tmp_path / "a.dcs", **elements)).side[0].channels == (channel,)


@pytest.mark.parametrize(
    ("elements", "inverted"),
    [
        ({"PixelIntensityRelationshipSign": -1}, True),
        ({"PixelIntensityRelationshipSign": 1, "PhotometricInterpretation": "MONOCHROME1"}, False),
        ({"PixelIntensityRelationshipSign": None, "PhotometricInterpretation": "MONOCHROME1"}, True),
        ({"PixelIntensityRelationshipSign": None}, False),
    ],
)
def test_unobstructed_is_bright(tmp_path, elements, inverted):
    counts = read_scan(a_file(tmp_path / "a.dcs", **elements)).side[1][0]
    np.testing.assert_array_equal(counts, 65_535 - COUNTS if inverted else COUNTS)


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_sloppy_files_are_read_without_a_warning_to_the_reader(tmp_path, recwarn):
    path = a_file(
        tmp_path / "a.dcs", PatientID="unknown", KVP=None, PixelSpacing=None, StudyInstanceUID="0079.09459.013139"
    )
    recwarn.clear()
    image = read_scan(path)
    assert not recwarn.list
    assert (image.header.container, image.side[0].energies_mv) == ("", ())
    assert image.side[0].pitch_source is Source.ASSUMED


@pytest.mark.parametrize(
    ("object_class", "word"), [("3", "threat detection report"), ("1", "tomography"), ("4", "person")]
)
def test_what_is_no_image_is_refused_by_name(tmp_path, object_class, word):
    with pytest.raises(BadInput, match=rf"a\.dcs is a DICOS .*{word}"):
        read_scan(a_file(tmp_path / "a.dcs", object_class=object_class))


@pytest.mark.parametrize(
    "elements",
    [
        {"PixelData": None},
        {"PixelData": COUNTS.tobytes()[:300]},
        {"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31, "PixelData": COUNTS.astype(np.uint32).tobytes()},
        {"BitsStored": 17},
        {"Rows": 0},
        {"PhotometricInterpretation": "PALETTE COLOR"},
        {"Rows": 21},
        {"SamplesPerPixel": 4, "PixelData": COUNTS.tobytes() * 4},
    ],
)
def test_pictures_that_cannot_be_are_refused(tmp_path, elements):
    with pytest.raises(BadInput, match=r"a\.dcs"):
        read_scan(a_file(tmp_path / "a.dcs", **elements))


def test_a_scan_of_ours_comes_back_whole(tmp_path):
    image = scan_image((150,), scan_header(container="CSQU3054383", plate="沪A12345", notes=("a note",)))
    write_scan(image, tmp_path / "a.dcs")
    back = read_scan(tmp_path / "a.dcs", scan=image.header.scan, lane=image.header.lane)
    np.testing.assert_array_equal(back.views[0], image.views[0])
    assert back.header == replace(image.header, source_name="a.dcs", source_sha256=back.header.source_sha256)


def test_only_the_side_view_is_written(tmp_path):
    image = scan_image((150, 140), scan_header(view_header(View.TOP, rows=9), view_header()))
    write_scan(image, tmp_path / "a.dcs")
    back = read_scan(tmp_path / "a.dcs")
    assert [view.view for view in back.header.views] == [View.SIDE]
    np.testing.assert_array_equal(back.views[0], image.views[1])


def test_a_written_file_says_what_any_tool_needs(tmp_path):
    image = scan_image((150,), scan_header(device="a\\上" * 40))
    write_scan(image, tmp_path / "a.dcs")
    dataset = pydicom.dcmread(tmp_path / "a.dcs")
    np.testing.assert_array_equal(dataset.pixel_array, image.views[0][0])
    assert dataset.file_meta[0x0002_0004].value == "V03"
    assert len(dataset.Manufacturer.encode()) <= 64
    assert dataset.Manufacturer.startswith("a/上a/上")
    assert list(dataset.ImageType) == ["ORIGINAL", "HIGH ENERGY"]
    assert (dataset.Modality, dataset.KVP, dataset.PatientID) == ("XRAY", 6000, "unknown")
    assert all(dataset.get(tag) is not None for tag in (0x4010_103A, 0x4010_1042, 0x4010_1044, 0x4010_1048))


@pytest.mark.parametrize("tag", [HEADER_TAG, CHANNELS_TAG])
@pytest.mark.parametrize("spoil", [lambda value: None, lambda value: value[: len(value) // 4 * 2], lambda value: b"{}"])
def test_damaged_private_elements_are_refused(tmp_path, tag, spoil):
    write_scan(scan_image((150,)), tmp_path / "a.dcs")
    dataset = pydicom.dcmread(tmp_path / "a.dcs")
    value = spoil(dataset[tag].value)
    if value is None:
        del dataset[tag]
    else:
        dataset[tag].value = value
    dataset.save_as(tmp_path / "a.dcs")
    with pytest.raises(BadInput):
        read_scan(tmp_path / "a.dcs")


@pytest.mark.skipif(not HAS_TOOLKIT, reason="the toolkit exists for Linux and Python 3.11")
def test_the_independent_toolkit_reads_and_validates_our_images(tmp_path):
    from pydicos import DXLoader

    write_scan(scan_image(), tmp_path / "a.dcs")
    np.testing.assert_array_equal(
        np.asarray(DXLoader(str(tmp_path / "a.dcs")).get_data()), read_scan(tmp_path / "a.dcs").side[1][0]
    )
    dataset = pydicom.dcmread(tmp_path / "a.dcs")
    del dataset.DICOSVersion
    dataset.save_as(tmp_path / "b.dcs")
    with pytest.raises(RuntimeError, match="4010, 103A"):
        DXLoader(str(tmp_path / "b.dcs"))
