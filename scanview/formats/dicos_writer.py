"""Writing a scan as a DICOS V03 digital X-ray image.

The first channel of the side view is the picture that any tool reads. The other channels and the scan header go into
private elements, so that the scan comes back whole; a top view is left out, as the standard wants it in another file.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from scanview.core.scan import Channel, ScanHeader, ViewHeader
from scanview.formats.dicom_dataset import UNKNOWN
from scanview.formats.dicos import CHANNELS_TAG, CREATOR, CREATOR_TAG, DX_FOR_PROCESSING, HEADER_TAG
from scanview.formats.header_json import encode_header
from scanview.imaging.scan_image import ScanImage

_VERSION = "V03"
_LONG_STRING_BYTES = 64
_SHORT_STRING_BYTES = 16
_LAST_SECOND = 4_102_444_800
_IMAGE_TYPES = {Channel.HIGH: "HIGH ENERGY", Channel.LOW: "LOW ENERGY", Channel.GREY: "INTENSITY"}

_DICOS_META_VERSION = 0x0002_0004
_COORDINATE_SYSTEM = 0x0008_2108
_IMAGE_ORIGIN = 0x0008_0118
_DICOS_VERSION = 0x4010_103A
_OOI_TYPE = 0x4010_1042
_ACQUISITION_STATUS = 0x4010_1044
_SCAN_TYPE = 0x4010_1048
_BELT_HEIGHT = 0x4010_1062
_ALGORITHM_ROUTING = 0x4010_1064
_EFFECTIVE_ENERGY = 0x4300_0902


def write_dicos(image: ScanImage, path: Path) -> None:
    """Write the side view of `image` to `path`.

    Source of the elements: DICOS V03, tables 12 to 16, 34 to 38, 84 and 96.
    """
    view, counts = image.side
    header = replace(image.header, views=(view,))
    dataset = pydicom.Dataset()
    dataset.file_meta = _file_meta(header)
    _add_identity(dataset, header)
    _add_equipment(dataset, header, view)
    _add_picture(dataset, view)
    dataset.Columns = counts.shape[2]
    dataset.PixelData = counts[0].astype("<u2").tobytes()
    dataset.add_new(CREATOR_TAG, "LO", CREATOR)
    dataset.add_new(CHANNELS_TAG, "OW", counts[1:].astype("<u2").tobytes())
    dataset.add_new(HEADER_TAG, "OB", _even(encode_header(header)))
    dataset.save_as(path, enforce_file_format=True)


def _file_meta(header: ScanHeader) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DX_FOR_PROCESSING
    meta.MediaStorageSOPInstanceUID = _uid(header, "image")
    meta.add_new(_DICOS_META_VERSION, "CS", _VERSION)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _uid(replace(header, scan="0" * 32), "implementation")
    meta.ImplementationVersionName = CREATOR
    return meta


def _add_identity(dataset: pydicom.Dataset, header: ScanHeader) -> None:
    """Object of inspection, scan, series and the modules common to all objects."""
    started = datetime.fromtimestamp(min(max(header.started_at, 0.0), _LAST_SECOND), UTC)
    date, time = started.strftime("%Y%m%d"), started.strftime("%H%M%S.%f")
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = DX_FOR_PROCESSING
    dataset.SOPInstanceUID = _uid(header, "image")
    for moment in ("InstanceCreation", "Study", "Series", "Content"):
        setattr(dataset, f"{moment}Date", date)
        setattr(dataset, f"{moment}Time", time)
    dataset.Modality = "XRAY"
    dataset.PresentationIntentType = "FOR PROCESSING"
    dataset.PatientID = _text(header.container, _LONG_STRING_BYTES)
    dataset.IssuerOfPatientID = "BIC" if header.container else UNKNOWN
    dataset.TypeOfPatientID = "TEXT"
    dataset.StudyInstanceUID = _uid(header, "scan")
    dataset.SeriesInstanceUID = _uid(header, "series")
    dataset.StudyID = header.scan[:_SHORT_STRING_BYTES]
    dataset.InstanceNumber = 1
    dataset.AcquisitionContextSequence = []
    dataset.add_new(_DICOS_VERSION, "CS", _VERSION)
    dataset.add_new(_OOI_TYPE, "CS", "CARGO")
    dataset.add_new(_ACQUISITION_STATUS, "CS", "SUCCESSFUL")
    dataset.add_new(_SCAN_TYPE, "CS", "OPERATIONAL")
    dataset.add_new(_ALGORITHM_ROUTING, "SQ", [])


def _add_equipment(dataset: pydicom.Dataset, header: ScanHeader, view: ViewHeader) -> None:
    """The machine, its X-rays and where its detector stands. Zero stands for what is not known."""
    dataset.Manufacturer = _text(header.device, _LONG_STRING_BYTES)
    dataset.InstitutionName = header.port
    dataset.InstitutionAddress = header.port
    dataset.StationName = _text(header.lane, _SHORT_STRING_BYTES)
    dataset.ManufacturerModelName = _text(header.device, _LONG_STRING_BYTES)
    dataset.DeviceSerialNumber = UNKNOWN
    dataset.SoftwareVersions = CREATOR
    dataset.DateOfLastCalibration = dataset.StudyDate
    dataset.TimeOfLastCalibration = dataset.StudyTime
    dataset.KVP = f"{view.energies_mv[0] * 1_000 if view.energies_mv else 0:g}"
    dataset.XRayTubeCurrentInuA = "0"
    dataset.DetectorType = ""
    dataset.TableSpeed = 0.0
    dataset.add_new(_COORDINATE_SYSTEM, "CS", "LHS")
    dataset.add_new(_IMAGE_ORIGIN, "CS", "MACHINE")
    dataset.ImagePositionPatient = [0, 0, 0]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.add_new(_BELT_HEIGHT, "FL", 0.0)
    dataset.add_new(_EFFECTIVE_ENERGY, "FL", 0.0)


def _add_picture(dataset: pydicom.Dataset, view: ViewHeader) -> None:
    """What the pixels are, but for their number of columns."""
    dataset.ImageType = ["ORIGINAL", _IMAGE_TYPES[view.channels[0]]]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = view.rows
    dataset.PixelSpacing = [f"{view.pitch_y_mm:g}", f"{view.pitch_x_mm:g}"]
    dataset.PixelSpacingCalibrationType = "GEOMETRY"
    dataset.PixelSpacingCalibrationDescription = "at the middle of the load"
    dataset.BitsAllocated = 16
    dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    dataset.BurnedInAnnotation = "NO"
    dataset.PixelIntensityRelationship = "LIN"
    dataset.PixelIntensityRelationshipSign = 1
    dataset.RescaleIntercept = "0"
    dataset.RescaleSlope = "1"
    dataset.RescaleType = "US"
    dataset.LossyImageCompression = "00"
    dataset.PresentationLUTShape = "IDENTITY"


def _uid(header: ScanHeader, what: str) -> str:
    """A UID that follows from the scan, of the UUID-derived kind (ISO/IEC 9834-8)."""
    digest = hashlib.sha256(f"{header.scan}/{what}".encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _text(text: str, longest: int) -> str:
    """`text` as a DICOM string of `longest` bytes can hold it: the header in the private element has it whole."""
    return text.replace("\\", "/").encode(errors="replace")[:longest].decode(errors="ignore").strip() or UNKNOWN


def _even(content: bytes) -> bytes:
    return content + b" " * (len(content) % 2)
