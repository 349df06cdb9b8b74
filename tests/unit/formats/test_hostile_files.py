"""Damaged, odd and malicious files: each is read or refused by name, within 1.5 GiB."""

import struct
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
import tifffile
from pydicom.dataset import FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, JPEGLSLossless

from scanview.core.errors import BadInput
from scanview.formats import read_scan, write_scan
from tests.unit.formats import hostile_run
from tests.unit.formats.archive_scans import scan_image

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by the Unix way")


def outcomes(*folders):
    command = [sys.executable, "-m", hostile_run.__name__, *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    return {Path(path): outcome for outcome, _, path in (line.partition("\t") for line in done.stdout.splitlines())}


def test_every_file_that_pydicom_tests_itself_with_is_read_or_refused_by_name():
    found = outcomes(Path(pydicom.__file__).parent / "data")
    counted = Counter(found.values())
    assert set(counted) == {
        "read",
        "not-an-image",
        "unknown-format",
        "bad-pixel-type",
        "damaged-file",
        "deflated-file",
        "truncated-file",
    }
    assert counted["read"] > 80
    by_name = {path.name: outcome for path, outcome in found.items()}
    assert by_name["image_dfl.dcm"] == "deflated-file"
    assert by_name["rtplan.dcm"] == "not-an-image"
    assert by_name["CT_small.dcm"] == by_name["ExplVR_BigEnd.dcm"] == "read"


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(columns, rows):
    header = struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    packed = zlib.compress(bytes(1 << 20), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", packed * 900) + png_chunk(b"IEND", b"")
    )


def dicom_file(path, syntax=ExplicitVRLittleEndian, **elements):
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "2.25.1"
    grey = {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "PixelRepresentation": 0}
    size = {"Rows": 4, "Columns": 4, "BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}
    for keyword, value in (grey | size | {"PixelData": bytes(32)} | elements).items():
        setattr(dataset, keyword, value)
    dataset.save_as(path, enforce_file_format=True)
    return path


def declare(path, syntax):
    """Change the transfer syntax that the file at `path` names."""
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path)


def nested_sequences(depth):
    meta = pydicom.dcmread(pydicom.data.get_testdata_file("CT_small.dcm"), stop_before_pixels=True).file_meta
    start = bytes(128) + b"DICM" + struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + ExplicitVRLittleEndian.encode() + b"\0"
    assert meta.TransferSyntaxUID == ExplicitVRLittleEndian
    opening = struct.pack("<HH2sHI", 8, 0x1140, b"SQ", 0, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    return start + opening * depth


def tiff_with(path, **changes):
    """A small TIFF whose numbers are changed afterwards."""
    tifffile.imwrite(path, np.zeros((16, 16), np.uint16), tile=(16, 16))
    with tifffile.TiffFile(path, mode="r+b") as tiff:
        for name, value in changes.items():
            tiff.pages.first.tags[name].overwrite(value)
    return path


def test_bombs_are_refused_within_memory(tmp_path):
    (tmp_path / "wide.png").write_bytes(png_bomb(60_000, 16_000))
    (tmp_path / "high.png").write_bytes(png_bomb(16_000, 60_000))
    (tmp_path / "nested.dcm").write_bytes(nested_sequences(20_000))
    dicom_file(tmp_path / "deflated.dcm", DeflatedExplicitVRLittleEndian, ImageComments="x" * 10_000)
    dicom_file(tmp_path / "huge.dcm", Rows=16_000, Columns=65_000)
    dicom_file(tmp_path / "frames.dcm", NumberOfFrames="1000000000")
    inner = imagecodecs.jpegls_encode(np.zeros((9_000, 9_000), np.uint16))
    dicom_file(tmp_path / "inner.dcm", PixelData=pydicom.encaps.encapsulate([inner]))
    declare(tmp_path / "inner.dcm", JPEGLSLossless)
    tiff_with(tmp_path / "huge.tif", ImageWidth=900_000, ImageLength=16_000)
    tiff_with(tmp_path / "tiles.tif", TileWidth=1 << 30, TileLength=1 << 30)
    tiff_with(tmp_path / "outside.tif", TileOffsets=1 << 30)
    tifffile.imwrite(tmp_path / "zeros.tif", np.zeros((9_000, 16_000), np.uint16), compression="zlib", tile=(512, 512))
    assert {path.name: outcome for path, outcome in outcomes(tmp_path).items()} == {
        "wide.png": "picture-too-large",
        "high.png": "picture-too-large",
        "nested.dcm": "damaged-file",
        "deflated.dcm": "deflated-file",
        "huge.dcm": "picture-too-large",
        "frames.dcm": "damaged-file",
        "inner.dcm": "damaged-file",
        "huge.tif": "picture-too-large",
        "tiles.tif": "picture-too-large",
        "outside.tif": "truncated-file",
        "zeros.tif": "picture-too-large",
    }


def a_file_of_each_kind(folder):
    image = scan_image((150,))
    for name in ("scan.tif", "scan.dcs", "scan.png"):
        write_scan(image, folder / name)
    tifffile.imwrite(folder / "plain.tif", image.views[0][0], compression="zlib")
    tifffile.imwrite(folder / "foreign.ome.tif", image.views[0], metadata={"axes": "CYX"})
    (folder / "picture.jpg").write_bytes(jpeg_of(image.views[0][0]))
    return sorted(folder.iterdir())


def jpeg_of(counts):
    import cv2

    return cv2.imencode(".jpg", (counts >> 8).astype(np.uint8))[1].tobytes()


def test_files_cut_short_are_refused(tmp_path):
    for path in a_file_of_each_kind(tmp_path):
        whole = path.read_bytes()
        read_scan(path)
        for share in (0.1, 0.3, 0.6, 0.9):
            path.write_bytes(whole[: int(len(whole) * share)])
            with pytest.raises(BadInput, match=path.name) as refusal:
                read_scan(path)
            assert refusal.value.code in {"truncated-file", "damaged-file", "damaged-archive", "unknown-format"}


def test_files_with_damaged_bytes_never_raise_anything_else(tmp_path):
    random = np.random.default_rng(7)
    for path in a_file_of_each_kind(tmp_path):
        whole = np.frombuffer(path.read_bytes(), np.uint8)
        for number in range(25):
            damaged = whole.copy()
            reach = len(whole) if number % 2 else min(len(whole), 600)
            damaged[random.integers(0, reach, 1 + number // 4)] = random.integers(0, 256, 1 + number // 4)
            path.with_name(f"{number}-{path.name}").write_bytes(damaged.tobytes())
    found = Counter(outcomes(tmp_path).values())
    assert "unnamed" not in found
    assert not [outcome for outcome in found if outcome.startswith("escaped")]
    assert found["read"] < 0.9 * found.total()


@pytest.mark.parametrize(
    "content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"II*\0", b"\xff\xd8\xff\xe0", b"MM\0+" + bytes(12)]
)
def test_what_is_no_picture_is_refused_by_name(tmp_path, content):
    path = tmp_path / "a file.dat"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"a file\.dat"):
        read_scan(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(BadInput):
        read_scan(tmp_path)
