"""What the DICOS files that ScanView writes have in common: file meta, UIDs, texts, moments, machine and object."""

import hashlib
from datetime import UTC, datetime

import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from scanview.formats.dicom_dataset import UNKNOWN
from scanview.formats.dicos import CREATOR

VERSION = "V03"
LONG_STRING_BYTES = 64
SHORT_STRING_BYTES = 16

_LAST_SECOND = 4_102_444_800
_NO_SCAN = "0" * 32

_DICOS_META_VERSION = 0x0002_0004


def uid_of(scan: str, what: str) -> str:
    """A UID that follows from `what` of a scan, of the UUID-derived kind (ISO/IEC 9834-8)."""
    digest = hashlib.sha256(f"{scan}/{what}".encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def file_meta(sop_class: str, instance: str) -> FileMetaDataset:
    """The file meta group of the object `instance`, with the DICOS version that the standard wants in it."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = instance
    meta.add_new(_DICOS_META_VERSION, "CS", VERSION)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid_of(_NO_SCAN, "implementation")
    meta.ImplementationVersionName = CREATOR
    return meta


def moment(seconds: float) -> datetime:
    """UTC `seconds` as a time that a DICOM date can hold."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), _LAST_SECOND), UTC)


def add_moment(dataset: pydicom.Dataset, name: str, at: datetime) -> None:
    """The elements `name`Date and `name`Time."""
    setattr(dataset, f"{name}Date", at.strftime("%Y%m%d"))
    setattr(dataset, f"{name}Time", at.strftime("%H%M%S.%f"))


def add_object(dataset: pydicom.Dataset, container: str) -> None:
    """The object of inspection: a container, or cargo without a number."""
    dataset.PatientID = text_of(container, LONG_STRING_BYTES)
    dataset.IssuerOfPatientID = "BIC" if container else UNKNOWN
    dataset.TypeOfPatientID = "TEXT"
    dataset.OOIType = "CARGO"
    dataset.AlgorithmRoutingCodeSequence = []


def add_machine(dataset: pydicom.Dataset, *, device: str, port: str, lane: str) -> None:
    """The machine and where it stands; its calibration is said to be as old as the scan. Needs the study's date."""
    dataset.Manufacturer = text_of(device, LONG_STRING_BYTES)
    dataset.InstitutionName = port
    dataset.InstitutionAddress = port
    dataset.StationName = text_of(lane, SHORT_STRING_BYTES)
    dataset.ManufacturerModelName = text_of(device, LONG_STRING_BYTES)
    dataset.DeviceSerialNumber = UNKNOWN
    dataset.SoftwareVersions = CREATOR
    dataset.DateOfLastCalibration = dataset.StudyDate
    dataset.TimeOfLastCalibration = dataset.StudyTime


def add_outcome(dataset: pydicom.Dataset) -> None:
    """The version of the standard, and that the scan is a real one which went well."""
    dataset.DICOSVersion = VERSION
    dataset.AcquisitionStatus = "SUCCESSFUL"
    dataset.ScanType = "OPERATIONAL"


def text_of(text: str, longest: int) -> str:
    """`text` as a DICOM string of `longest` bytes can hold it; "unknown" for an empty one."""
    return text.replace("\\", "/").encode(errors="replace")[:longest].decode(errors="ignore").strip() or UNKNOWN


def even(content: bytes) -> bytes:
    """`content` with a space at its end where its length is odd."""
    return content + b" " * (len(content) % 2)
