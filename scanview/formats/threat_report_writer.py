"""Writing a machine's threat detection report as DICOS V03.

A report is evidence that other systems act on, so it never says more than the machine does: CLEAR only where it is
told so, and UNKNOWN with an abort reason where there is no opinion.
"""

import hashlib
import os
from pathlib import Path

import pydicom
from pydicom import config
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from scanview.core.review import Finding, Risk, risk_of_score
from scanview.core.scan import port_of
from scanview.formats.dicos import CREATOR, CREATOR_TAG
from scanview.formats.dicos_elements import (
    LONG_STRING_BYTES,
    SHORT_STRING_BYTES,
    add_machine,
    add_moment,
    add_object,
    add_outcome,
    even,
    file_meta,
    moment,
    text_of,
    uid_of,
)
from scanview.formats.threat_report import RECORD_TAG, REPORT_CLASS, ImageReference, ThreatReport

_CATEGORIES = {
    "weapon": "PI",
    "organic-block": "CONTRABAND",
    "cigarettes": "CONTRABAND",
    "dense-shield": "ANOMALY",
    "vehicle": "CONTRABAND",
    "hidden-space": "ANOMALY",
}
"""The standard's category of a class; the class itself is its description. Any other is OTHER."""

_SHIELDS = frozenset({"dense-shield"})
"""Classes that say that the beam did not pass: what they hide could not be assessed."""

_ABORT_REASON = "UNKNOWN_DATATYPE"
"""The standard's word for an image that the machine cannot speak about."""

_LEAST_MS = 0.001
"""A processing time has to be above zero."""

_IMAGE_SCALE = 0x4010_1075
_STARTED, _ENDED, _LASTED_MS = 0x4010_1080, 0x4010_1081, 0x4010_1082


def write_report(report: ThreatReport, path: Path) -> None:
    """Write `report` to `path`; the file is whole or not there.

    Source of the elements: DICOS V03, tables 13, 15, 16, 67 to 72, 84 and 96.

    Raises:
        OSError: the disk refuses.
    """
    instance = uid_of(report.image.instance, f"report/{_name(report)}")
    dataset = pydicom.Dataset()
    dataset.file_meta = file_meta(REPORT_CLASS, instance)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = REPORT_CLASS
    dataset.SOPInstanceUID = instance
    _add_scan(dataset, report)
    add_object(dataset, report.container)
    add_machine(dataset, device=report.device, port=port_of(report.lane), lane=report.lane)
    add_outcome(dataset)
    _add_opinion(dataset, report)
    dataset.ThreatSequence = [_threat(report, number) for number in range(len(report.findings))]
    dataset.add_new(CREATOR_TAG, "LO", CREATOR)
    dataset.add_new(RECORD_TAG, "OB", even(report.record))
    unfinished = path.with_name(f".{path.name}.part")
    dataset.save_as(unfinished, enforce_file_format=True)
    os.replace(unfinished, path)


def _name(report: ThreatReport) -> str:
    """What makes this report another one than an earlier one about the same image."""
    said = [f"{report.decided_at!r}", *report.algorithm, report.alarm, report.aborted, *map(repr, report.findings)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _add_scan(dataset: Dataset, report: ThreatReport) -> None:
    """The scan the report belongs to, and the series that is the report itself."""
    decided = moment(report.decided_at)
    add_moment(dataset, "Study", moment(report.started_at))
    for name in ("InstanceCreation", "Series", "Content"):
        add_moment(dataset, name, decided)
    dataset.Modality = "TDR"
    dataset.add(_uid_element("StudyInstanceUID", report.image.study))
    dataset.SeriesInstanceUID = uid_of(report.image.instance, f"reports/{'/'.join(report.algorithm)}")
    dataset.StudyID = report.image.study[-SHORT_STRING_BYTES:]
    dataset.InstanceNumber = 1
    dataset.FrameOfReferenceUID = uid_of(report.image.instance, "frame")
    dataset.PositionReferenceIndicator = ""
    dataset.ReferencedStudySequence = [_reference(report.image)]
    if report.aborted:
        dataset.SeriesDescription = text_of(report.aborted, LONG_STRING_BYTES)


def _add_opinion(dataset: Dataset, report: ThreatReport) -> None:
    dataset.TDRType = report.type.value
    dataset.ThreatDetectionAlgorithmAndVersion = [text_of(part, LONG_STRING_BYTES) for part in report.algorithm]
    dataset.AlarmDecisionTime = _date_time(report.decided_at)
    dataset.AlarmDecision = report.alarm.value
    dataset.AbortFlag = "ABORT" if report.aborted else "SUCCESS"
    if report.aborted:
        dataset.AbortReason = _ABORT_REASON
    dataset.NumberOfTotalObjects = len(report.findings)
    dataset.NumberOfAlarmObjects = len(report.findings)
    dataset.TotalProcessingTime = max(report.elapsed_ms, _LEAST_MS)
    dataset.AdditionalScreeningPerformed = "NO"
    dataset.add_new(_IMAGE_SCALE, "FD", 1.0)


def _threat(report: ThreatReport, number: int) -> Dataset:
    """One object: its box in pixels (x, y, z) of the image, and what it is taken for."""
    finding = report.findings[number]
    box = finding.box
    region = Dataset()
    region.ThreatROIBase = [float(box.x0), float(box.y0), 0.0]
    region.ThreatROIExtents = [float(box.x1 - box.x0), float(box.y1 - box.y0), 1.0]
    region.ThreatROIBitmap = b""
    representation = Dataset()
    representation.ReferencedInstanceSequence = [_reference(report.image)]
    representation.ThreatROIVoxelSequence = [region]
    representation.BoundingPolygon = [float(box.x0), float(box.y0), 0.0, float(box.x1), float(box.y1), 0.0]
    threat = Dataset()
    threat.PotentialThreatObjectID = number
    threat.PTORepresentationSequence = [representation]
    threat.ATDAssessmentSequence = [_assessment(finding)]
    threat.add_new(_STARTED, "DT", _date_time(report.decided_at - report.elapsed_ms / 1_000))
    threat.add_new(_ENDED, "DT", _date_time(report.decided_at))
    threat.add_new(_LASTED_MS, "FL", max(report.elapsed_ms, _LEAST_MS))
    return threat


def _assessment(finding: Finding) -> Dataset:
    assessment = Dataset()
    assessment.ThreatCategory = _CATEGORIES.get(finding.label, "OTHER")
    assessment.ThreatCategoryDescription = finding.label
    assessment.ATDAbilityAssessment = "SHIELD" if finding.label in _SHIELDS else "NO_INTERFERENCE"
    assessment.ATDAssessmentFlag = "HIGH_THREAT" if risk_of_score(finding.score) is Risk.HIGH else "THREAT"
    assessment.ATDAssessmentProbability = finding.score
    return assessment


def _reference(image: ImageReference) -> Dataset:
    reference = Dataset()
    reference.add(_uid_element("ReferencedSOPClassUID", image.sop_class))
    reference.add(_uid_element("ReferencedSOPInstanceUID", image.instance))
    return reference


def _uid_element(keyword: str, uid: str) -> DataElement:
    """A UID as the other file has it: those of the field's toolkits break the rules, and must be met again."""
    return DataElement(Tag(keyword), "UI", uid, validation_mode=config.IGNORE)


def _date_time(seconds: float) -> str:
    return moment(seconds).strftime("%Y%m%d%H%M%S.%f+0000")
