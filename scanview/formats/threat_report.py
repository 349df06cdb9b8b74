"""DICOS threat detection reports (TDR) of V02, V02A and V03: what a report says, and reading one.

A report names the image it is about and lists what was found in it, each with a box in pixels of that image. Reports of
ScanView carry, in a private element, the result that they were made from.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pydicom

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.core.review import MAX_FINDINGS, Finding
from scanview.core.scan import Box, ScanHeader
from scanview.formats import dicom, kind_of
from scanview.formats.dicom_dataset import quiet
from scanview.formats.dicos import CREATOR, CREATOR_TAG, DX_FOR_PROCESSING, SOP_CLASSES
from scanview.formats.dicos_elements import uid_of
from scanview.formats.limits import check_file, clip_text

REPORT_CLASS = f"{SOP_CLASSES}3"
SUFFIX = ".tdr.dcs"
"""The ending of the reports that ScanView writes."""

RECORD_TAG = 0x0029_1003

MAX_REPORT_BYTES = 32 << 20
"""The longest report that is opened: a thousand objects with outlines are far below."""


class AlarmDecision(StrEnum):
    """What a report says of the whole scan."""

    ALARM = "ALARM"
    CLEAR = "CLEAR"
    UNKNOWN = "UNKNOWN"


class ReportType(StrEnum):
    """Who speaks in a report."""

    MACHINE = "MACHINE"
    OPERATOR = "OPERATOR"
    GROUND_TRUTH = "GROUND TRUTH"
    AGGREGATE = "AGGREGATE"
    MOD_AGGREGATE = "MOD_AGGREGATE"
    UNDEFINED = "UNDEFINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """The DICOS image that a report is about: class and UID of the object, UID of the scan it belongs to."""

    sop_class: str
    instance: str
    study: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatReport:
    """What a threat detection report says.

    Attributes:
        image: the image it is about.
        algorithm: manufacturer, version and parameters of the program that found it; empty for a person's report.
        decided_at: UTC seconds.
        alarm: what follows for the whole scan.
        findings: what was found, in pixels of the image.
        elapsed_ms: how long it took.
        aborted: why there is no opinion; empty where there is one.
        type: who speaks.
        container, lane, device, started_at: of the scan; for reading, as far as the report knows them.
        record: bytes that ScanView keeps in its own reports; empty in others.
    """

    image: ImageReference
    algorithm: tuple[str, ...]
    decided_at: float
    alarm: AlarmDecision
    findings: tuple[Finding, ...] = ()
    elapsed_ms: float = 0.0
    aborted: str = ""
    type: ReportType = ReportType.MACHINE
    container: str = ""
    lane: str = ""
    device: str = ""
    started_at: float = 0.0
    record: bytes = b""


def image_reference(path: Path, header: ScanHeader) -> ImageReference:
    """How a report names the scan in the file at `path`: a DICOM file by its own UIDs, another as it would be written.

    Raises:
        BadInput: it is a damaged DICOM file.
        Unavailable: the file cannot be read.
    """
    written = ImageReference(
        sop_class=DX_FOR_PROCESSING, instance=uid_of(header.scan, "image"), study=uid_of(header.scan, "scan")
    )
    try:
        with path.open("rb") as file:
            if not dicom.sniff(file.read(512), path):
                return written
        with quiet(path.name):
            tags = ["SOPClassUID", "SOPInstanceUID", "StudyInstanceUID"]
            dataset = pydicom.dcmread(path, force=True, specific_tags=tags, stop_before_pixels=True)
            return ImageReference(
                sop_class=_uid(dataset, "SOPClassUID") or written.sop_class,
                instance=_uid(dataset, "SOPInstanceUID") or written.instance,
                study=_uid(dataset, "StudyInstanceUID") or written.study,
            )
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror}", code="unreadable-file") from error
    except Exception as error:
        # The parser is another's and raises anything at all on a damaged file.
        raise BadInput(f"{path.name} cannot be read: {clip_text(str(error))}", code="damaged-file") from error


def is_report(path: Path) -> bool:
    """Whether the file at `path` says that it is a threat detection report.

    Raises:
        BadInput: nobody reads such a file.
        Unavailable: it cannot be read now.
    """
    if kind_of(path) != dicom.KIND:
        return False
    try:
        with quiet(path.name):
            dataset = pydicom.dcmread(path, force=True, specific_tags=["SOPClassUID"], stop_before_pixels=True)
            return str(dataset.get("SOPClassUID", "")) == REPORT_CLASS
    except Exception:
        # The parser raises anything at all on a damaged file; whoever reads it as a scan says what is wrong with it.
        return False


def read_report(path: Path) -> ThreatReport:
    """The report in the file at `path`.

    An object without a description has its category for a label, in small letters, and without a probability the
    score 1. Objects without a box are left out.

    Raises:
        BadInput: it is no threat detection report, or a damaged one.
        Unavailable: it cannot be read now.
    """
    if check_file(path) > MAX_REPORT_BYTES:
        raise BadInput(f"{path.name} is longer than a report can be", code="file-too-large")
    try:
        with quiet(path.name):
            dataset = pydicom.dcmread(path, force=True)
            if str(dataset.get("SOPClassUID", "")) != REPORT_CLASS:
                raise BadInput(f"{path.name} is no DICOS threat detection report", code="not-a-report")
            return _report(dataset, path.name)
    except ScanViewError:
        raise
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror or error}", code="unreadable-file") from error
    except Exception as error:
        # The parser is another's and raises anything at all on a damaged file.
        raise BadInput(f"{path.name} cannot be read: {clip_text(str(error))}", code="damaged-file") from error


def _report(dataset: pydicom.Dataset, name: str) -> ThreatReport:
    threats = dataset.get("ThreatSequence") or []
    if len(threats) > MAX_FINDINGS:
        raise BadInput(f"{name} lists {len(threats)} objects, more than {MAX_FINDINGS}", code="bad-report")
    if dataset.get("NumberOfTotalObjects") != len(threats) or "AlarmDecision" not in dataset:
        raise BadInput(f"{name} is damaged or cut short: its objects are not as many as it says", code="damaged-file")
    instance = _uid(dataset, "SOPInstanceUID")
    findings = (_finding(threat, f"{instance}/{number}") for number, threat in enumerate(threats))
    algorithm = dataset.get("ThreatDetectionAlgorithmAndVersion") or ()
    is_aborted = dataset.get("AbortFlag") == "ABORT"
    return ThreatReport(
        image=_image_of(dataset, threats),
        algorithm=tuple(clip_text(str(part)) for part in ([algorithm] if isinstance(algorithm, str) else algorithm)),
        decided_at=_seconds(dataset),
        alarm=_word(AlarmDecision, dataset.get("AlarmDecision"), AlarmDecision.UNKNOWN),
        findings=tuple(finding for finding in findings if finding is not None),
        elapsed_ms=float(dataset.get("TotalProcessingTime") or 0.0),
        aborted=clip_text(_text(dataset, "SeriesDescription") or _text(dataset, "AbortReason")) if is_aborted else "",
        type=_word(ReportType, dataset.get("TDRType"), ReportType.UNDEFINED),
        container=clip_text(_text(dataset, "PatientID")),
        lane=clip_text(_text(dataset, "StationName")),
        device=clip_text(_text(dataset, "Manufacturer")),
        record=_record(dataset),
    )


def _finding(threat: pydicom.Dataset, name: str) -> Finding | None:
    box = next((found for item in threat.get("PTORepresentationSequence") or [] if (found := _box(item))), None)
    if box is None:
        return None
    assessments = threat.get("ATDAssessmentSequence") or [pydicom.Dataset()]
    best = max(assessments, key=_probability)
    label = _text(best, "ThreatCategoryDescription") or _text(best, "ThreatCategory").lower()
    return Finding(
        finding=hashlib.sha256(name.encode()).hexdigest()[:32],
        label=clip_text(label) or "unknown",
        score=round(min(1.0, max(0.0, _probability(best))), 4),
        box=box,
    )


def _probability(assessment: pydicom.Dataset) -> float:
    value = assessment.get("ATDAssessmentProbability")
    return 1.0 if value is None else float(value)


def _box(representation: pydicom.Dataset) -> Box | None:
    """The box around the polygon of an object, else the region of interest; None where there is neither."""
    polygon = representation.get("BoundingPolygon")
    if polygon is not None and len(polygon) >= 6:
        xs, ys = ([float(value) for value in polygon[axis::3]] for axis in (0, 1))
        corners = (min(xs), min(ys), max(xs), max(ys))
    elif regions := representation.get("ThreatROIVoxelSequence"):
        x, y, _ = map(float, regions[0].ThreatROIBase)
        width, high, _ = map(float, regions[0].ThreatROIExtents)
        corners = (x, y, x + width, y + high)
    else:
        return None
    x0, y0, x1, y1 = (max(0, round(corner)) for corner in corners)
    return Box(x0=x0, y0=y0, x1=max(x0 + 1, x1), y1=max(y0 + 1, y1))


def _image_of(dataset: pydicom.Dataset, threats: Any) -> ImageReference:
    """The image that is named; of several the one that the first object names."""
    instances = [
        reference
        for threat in threats
        for item in threat.get("PTORepresentationSequence") or []
        for reference in item.get("ReferencedInstanceSequence") or []
    ]
    named = next(iter([*instances, *(dataset.get("ReferencedStudySequence") or [])]), pydicom.Dataset())
    return ImageReference(
        sop_class=_uid(named, "ReferencedSOPClassUID"),
        instance=_uid(named, "ReferencedSOPInstanceUID"),
        study=_uid(dataset, "StudyInstanceUID"),
    )


def _seconds(dataset: pydicom.Dataset) -> float:
    """The moment of the decision, UTC seconds; 0 where the report gives none that can be one."""
    digits = _text(dataset, "AlarmDecisionTime").partition("+")[0].partition(".")[0]
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _record(dataset: pydicom.Dataset) -> bytes:
    is_own = _text(dataset, CREATOR_TAG).strip() == CREATOR
    return bytes(dataset[RECORD_TAG].value).rstrip(b"\0 ") if is_own and RECORD_TAG in dataset else b""


def _text(dataset: pydicom.Dataset, element: str | int) -> str:
    """The text of an element by keyword or tag; empty where there is none."""
    found = dataset.get(element)
    value = found.value if isinstance(found, pydicom.DataElement) else found
    return "" if value is None else str(value)


def _uid(dataset: pydicom.Dataset, keyword: str) -> str:
    return clip_text(_text(dataset, keyword).strip("\0 "))[:64]


def _word(words: type[Any], value: object, otherwise: Any) -> Any:
    return next((word for word in words if word == str(value or "")), otherwise)
