"""Targets that are files of scans and reports, as scanners and other tools write them."""

import struct
import zlib
from functools import partial

import cv2
import imagecodecs
import numpy as np
import pydicom
import tifffile
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
)

from scanview.core.errors import BadInput
from scanview.core.review import Finding
from scanview.core.scan import Box
from scanview.formats import read_scan, write_scan
from scanview.formats.apart import read_scan_apart
from scanview.formats.archive_index import CONTENT_START, open_archive, read_record
from scanview.formats.archive_writer import verify
from scanview.formats.dicos import DX_FOR_PROCESSING
from scanview.formats.threat_report import (
    AlarmDecision,
    ImageReference,
    ThreatReport,
    image_reference,
    is_report,
    read_report,
)
from scanview.formats.threat_report_writer import write_report
from tests.fuzz.mutating import mutated
from tests.fuzz.target import Target
from tests.unit.formats.archive_scans import scan_header, scan_image

IMAGE = scan_image((40,))
PLANE = IMAGE.views[0][0]
REPORT = ThreatReport(
    image=ImageReference(sop_class=DX_FOR_PROCESSING, instance="2.25.1", study="2.25.2"),
    algorithm=("ScanView", "m 1"), decided_at=1.75e9, alarm=AlarmDecision.ALARM, elapsed_ms=3.0,
    findings=(Finding(finding="a", label="weapon", score=0.9, box=Box(x0=1, y0=2, x1=30, y1=20)),), record=b"{}",
)  # fmt: skip


def written(folder, name, write):
    path = folder / name
    write(path)
    return path.read_bytes()


def archives(folder):
    return [written(folder, "a.tif", lambda path: write_scan(scan_image((150,)), path))]


def archive(seed, other, random):
    """A scan file whose header has the right checksum in most cases."""
    content = bytearray(mutated(seed, other, random))
    start = CONTENT_START + 8
    if random.random() < 0.7 and len(content) > start:
        length = int.from_bytes(content[CONTENT_START : CONTENT_START + 4], "little")
        checksum = zlib.crc32(content[start : start + length]) if length < len(content) else 0
        content[CONTENT_START + 4 : start] = checksum.to_bytes(4, "little")
    return bytes(content)


def walked(path):
    """As the hub and the port look through it, without a pixel."""
    found = open_archive(path)
    for place in found.index.places[:3] if hasattr(found.index, "places") else ():
        read_record(path, place)
    verify(path)


def tiffs(folder):
    save = partial(tifffile.imwrite, data=PLANE)
    description = {"axes": "CYX", "Channel": {"Name": ["HIGH", "LOW"]}, "PhysicalSizeX": 5.0, "PhysicalSizeXUnit": "mm"}
    return [
        written(folder, "1.tif", save),
        written(folder, "2.tif", partial(save, compression="zlib", tile=(16, 16), byteorder=">")),
        written(folder, "3.tif", partial(save, compression="zstd", predictor=True, bigtiff=True)),
        written(folder, "4.tif", partial(save, compression="lzw", rowsperstrip=4)),
        written(folder, "5.tif", partial(save, compression="packbits")),
        written(folder, "6.tif", partial(tifffile.imwrite, data=np.stack([PLANE >> 8] * 3, -1).astype(np.uint8))),
        written(folder, "7.ome.tif", partial(tifffile.imwrite, data=IMAGE.views[0], metadata=description)),
    ]


def dicoms(folder):
    return [
        written(folder, "1.dcs", lambda path: write_scan(IMAGE, path)),
        written(folder, "2.dcm", partial(plain_dicom, syntax=ExplicitVRLittleEndian, pixels=PLANE.tobytes())),
        written(folder, "3.dcm", partial(plain_dicom, syntax=ImplicitVRLittleEndian, pixels=PLANE.tobytes())),
    ]


def codestreams(folder):
    """The codecs of others end their process on some of these, so they are read as our programs do: apart."""
    warm_up = folder / "first.png"
    warm_up.write_bytes(pngs(folder)[0])
    apart(warm_up)
    return [
        written(folder, f"{name}.dcm", partial(plain_dicom, syntax=syntax, pixels=encapsulate([encode(PLANE)])))
        for name, syntax, encode in (
            ("4", JPEGLSLossless, imagecodecs.jpegls_encode),
            ("5", JPEG2000Lossless, partial(imagecodecs.jpeg2k_encode, codecformat="j2k", reversible=True)),
            ("6", JPEGLosslessSV1, imagecodecs.ljpeg_encode),
        )
    ]


def apart(path):
    if read_scan_apart(path).header.source_name != path.name:
        raise AssertionError("a scan of another file")


def plain_dicom(path, *, syntax, pixels):
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "2.25.1"
    dataset.Rows, dataset.Columns = PLANE.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelSpacing, dataset.PatientID = 15, [4.5, 5.0], "CSQU3054383"
    dataset.PixelData = pixels
    dataset.save_as(path, enforce_file_format=True)


def reports(folder):
    return [written(folder, "r.tdr.dcs", lambda path: write_report(REPORT, path))]


def report(path):
    is_report(path)
    image_reference(path, scan_header())
    read_report(path)


def pngs(folder):
    eight = (PLANE >> 8).astype(np.uint8)
    return [cv2.imencode(".png", picture)[1].tobytes() for picture in (PLANE, eight, np.stack([eight] * 3, -1))]


def png(seed, other, random):
    """A PNG whose chunks have the right checksums in most cases."""
    content = bytearray(mutated(seed, other, random))
    place = 8
    while random.random() < 0.95 and place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        end = place + 8 + length
        if end + 4 > len(content):
            break
        content[end : end + 4] = zlib.crc32(content[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return bytes(content)


def jpegs(folder):
    eight = (PLANE >> 8).astype(np.uint8)
    progressive = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 2]
    return [
        cv2.imencode(".jpg", eight)[1].tobytes(),
        cv2.imencode(".jpg", np.stack([eight] * 3, -1), progressive)[1].tobytes(),
    ]


def scan(path):
    image = read_scan(path)
    if not image.header.source_name and image.header.lane == "XXTST-01":
        raise BadInput("a scan that does not say what file it is from", code="no-source")


TARGETS = (
    Target("archives", archives, scan, archive, ".tif"),
    Target("archive-walks", archives, walked, archive, ".tif"),
    Target("tiffs", tiffs, scan, suffix=".tif"),
    Target("dicoms", dicoms, scan, suffix=".dcm"),
    Target("codestreams", codestreams, apart, suffix=".dcm"),
    Target("reports", reports, report, suffix=".tdr.dcs"),
    Target("pngs", pngs, scan, png, ".png"),
    Target("jpegs", jpegs, scan, suffix=".jpg"),
)
