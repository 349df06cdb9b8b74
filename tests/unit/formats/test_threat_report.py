"""Threat detection reports: written, read back, and read by a program that is not ours."""

from dataclasses import replace

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput, Unavailable
from scanview.core.review import Finding
from scanview.core.scan import Box
from scanview.formats import read_scan, write_scan
from scanview.formats.dicos import DX_FOR_PROCESSING
from scanview.formats.report_inspection import describe_report
from scanview.formats.threat_report import (
    AlarmDecision,
    ImageReference,
    ReportType,
    ThreatReport,
    image_reference,
    is_report,
    read_report,
)
from scanview.formats.threat_report_writer import write_report
from tests.unit.formats.archive_scans import scan_header, scan_image
from tests.unit.formats.toolkit import HAS_TOOLKIT

FOUND = (
    Finding(finding="a", label="weapon", score=0.8712, box=Box(x0=10, y0=20, x1=40, y1=60)),
    Finding(finding="b", label="dense-shield", score=0.31, box=Box(x0=100, y0=2, x1=140, y1=6)),
)
REPORT = ThreatReport(
    image=ImageReference(sop_class=DX_FOR_PROCESSING, instance="2.25.77", study="2.25.78"),
    algorithm=("ScanView", "0.2.0"),
    decided_at=1_790_000_000.5,
    alarm=AlarmDecision.ALARM,
    findings=FOUND,
    elapsed_ms=123.5,
    container="CSQU3054383",
    lane="CNSHA-03",
    device="Maker 2",
    started_at=1_789_999_000.0,
    record=b'{"scan": "a"}',
)
CLEAR = replace(REPORT, findings=(), alarm=AlarmDecision.CLEAR)
NO_OPINION = replace(REPORT, findings=(), alarm=AlarmDecision.UNKNOWN, aborted="one energy is not supported")


def _boxes(findings):
    return [(found.label, found.score, found.box) for found in findings]


@pytest.mark.parametrize("report", [REPORT, CLEAR, NO_OPINION])
def test_a_report_comes_back_as_it_was_written(tmp_path, report):
    write_report(report, tmp_path / "r.tdr.dcs")
    read = read_report(tmp_path / "r.tdr.dcs")
    assert _boxes(read.findings) == _boxes(report.findings)
    assert (read.image, read.algorithm, read.alarm, read.type) == (
        report.image,
        report.algorithm,
        report.alarm,
        ReportType.MACHINE,
    )
    assert (read.container, read.lane, read.device) == (report.container, report.lane, report.device)
    assert (read.aborted, read.elapsed_ms, read.record) == (report.aborted, report.elapsed_ms, report.record)
    assert read.decided_at == int(report.decided_at)


@settings(deadline=None, max_examples=40)
@given(
    corners=st.lists(
        st.tuples(st.integers(0, 60_000), st.integers(0, 16_000), st.integers(1, 900), st.integers(1, 300)), max_size=20
    ),
    score=st.floats(0, 1),
    label=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40),
    container=st.text(max_size=30),
)
def test_whatever_was_found_comes_back(tmp_path_factory, corners, score, label, container):
    found = tuple(
        Finding(finding=str(n), label=label, score=score, box=Box(x0=x, y0=y, x1=x + w, y1=min(y + h, 16_384)))
        for n, (x, y, w, h) in enumerate(corners)
    )
    path = tmp_path_factory.mktemp("reports") / "r.tdr.dcs"
    write_report(replace(REPORT, findings=found, container=container, device=label), path)
    read = read_report(path).findings
    assert [(each.label, each.box) for each in read] == [(each.label, each.box) for each in found]
    assert [each.score for each in read] == pytest.approx([each.score for each in found], abs=1e-4)
    assert len({each.finding for each in read}) == len(found)


@pytest.mark.skipif(not HAS_TOOLKIT, reason="the toolkit exists for Linux and Python 3.11")
@pytest.mark.parametrize("report", [REPORT, CLEAR, NO_OPINION])
def test_the_independent_toolkit_reads_and_validates_it(tmp_path, report):
    from pydicos import TDRLoader

    write_report(report, tmp_path / "r.tdr.dcs")
    said = TDRLoader(str(tmp_path / "r.tdr.dcs")).get_data()
    decisions = {AlarmDecision.UNKNOWN: 0, AlarmDecision.ALARM: 1, AlarmDecision.CLEAR: 2}
    assert (int(said["AlarmDecision"]), said["OOIID"]) == (decisions[report.alarm], report.container)
    assert (said["ATR"]["manufacturer"], said["ATR"]["version"]) == report.algorithm
    assert said["ProcessingTime"] == report.elapsed_ms
    assert [
        (each["Assessment"]["description"], np.float32(each["Assessment"]["probability"])) for each in said["PTOs"]
    ] == [(found.label, np.float32(found.score)) for found in report.findings]


@pytest.mark.skipif(not HAS_TOOLKIT, reason="the toolkit exists for Linux and Python 3.11")
def test_the_independent_toolkit_sees_the_boxes_and_misses_what_is_missing(tmp_path):
    """It reads boxes of baggage only, so that is what the object is said to be here."""
    from pydicos import TDRLoader

    path = tmp_path / "r.tdr.dcs"
    write_report(REPORT, path)
    dataset = pydicom.dcmread(path)
    dataset.OOIType = "BAGGAGE"
    dataset.save_as(path)
    found = [found.box for found in FOUND]
    objects = TDRLoader(str(path)).get_data()["PTOs"]
    assert [(o["Base"]["x"], o["Base"]["y"], o["Base"]["z"]) for o in objects] == [(b.x0, b.y0, 0) for b in found]
    assert [(o["Extent"]["x"], o["Extent"]["y"], o["Extent"]["z"]) for o in objects] == [
        (b.x1 - b.x0, b.y1 - b.y0, 1) for b in found
    ]
    assert [[(p["x"], p["y"]) for p in o["Polygon"]] for o in objects] == [[(b.x0, b.y0), (b.x1, b.y1)] for b in found]
    del dataset.AlarmDecision
    dataset.save_as(path)
    with pytest.raises(RuntimeError, match="4010, 1031"):
        TDRLoader(str(path))


def test_two_opinions_of_one_image_have_names_of_their_own(tmp_path):
    names = set()
    for report in (REPORT, CLEAR, replace(REPORT, decided_at=REPORT.decided_at + 1), replace(REPORT, algorithm=("A",))):
        write_report(report, tmp_path / "r.dcs")
        names.add(str(pydicom.dcmread(tmp_path / "r.dcs").SOPInstanceUID))
    assert len(names) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["r.dcs"]


def test_a_scan_is_named_as_its_file_names_it(tmp_path):
    write_scan(scan_image(), tmp_path / "a.tif")
    write_scan(scan_image(), tmp_path / "a.dcs")
    header = read_scan(tmp_path / "a.tif").header
    dataset = pydicom.dcmread(tmp_path / "a.dcs")
    wanted = ImageReference(
        sop_class=DX_FOR_PROCESSING, instance=str(dataset.SOPInstanceUID), study=str(dataset.StudyInstanceUID)
    )
    assert image_reference(tmp_path / "a.dcs", scan_header()) == wanted
    assert image_reference(tmp_path / "a.tif", header) == wanted, "converted later, it has these very names"
    with pytest.raises(Unavailable, match=r"gone\.dcs"):
        image_reference(tmp_path / "gone.dcs", header)


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_names_that_break_the_rules_are_kept(tmp_path):
    """The field's toolkits make such UIDs: a report that changed them would be about no image at all."""
    write_scan(scan_image(), tmp_path / "a.dcs")
    dataset = pydicom.dcmread(tmp_path / "a.dcs")
    dataset.SOPInstanceUID = "0079932023.63080.09459"
    dataset.save_as(tmp_path / "a.dcs")
    image = image_reference(tmp_path / "a.dcs", scan_header())
    write_report(replace(REPORT, image=image), tmp_path / "r.dcs")
    assert read_report(tmp_path / "r.dcs").image.instance == "0079932023.63080.09459"


def test_a_report_of_others_is_read_as_far_as_it_goes(tmp_path):
    write_report(REPORT, tmp_path / "r.dcs")
    dataset = pydicom.dcmread(tmp_path / "r.dcs")
    first, second = dataset.ThreatSequence
    del first.ATDAssessmentSequence[0].ThreatCategoryDescription
    del first.ATDAssessmentSequence[0].ATDAssessmentProbability
    del first.PTORepresentationSequence[0].BoundingPolygon
    del second.PTORepresentationSequence
    del dataset[0x0029_0010]
    dataset.TDRType, dataset.AlarmDecision, dataset.AlarmDecisionTime = "OPERATOR", "MAYBE", ""
    dataset.save_as(tmp_path / "r.dcs")
    read = read_report(tmp_path / "r.dcs")
    assert _boxes(read.findings) == [("pi", 1.0, FOUND[0].box)]
    assert (read.type, read.alarm, read.decided_at, read.record) == (
        ReportType.OPERATOR,
        AlarmDecision.UNKNOWN,
        0.0,
        b"",
    )


def test_what_others_write_cannot_command_a_terminal(tmp_path):
    evil = "a\x1b[2Jb"
    found = (replace(FOUND[0], label=evil),)
    write_report(
        replace(REPORT, findings=found, algorithm=(evil, "1"), container=evil, device=evil, aborted=evil),
        tmp_path / "r.tdr.dcs",
    )
    assert is_report(tmp_path / "r.tdr.dcs")
    assert "\x1b" not in describe_report(tmp_path / "r.tdr.dcs").as_text()


def test_what_is_no_report_is_refused(tmp_path):
    write_scan(scan_image(), tmp_path / "a.dcs")
    with pytest.raises(BadInput, match=r"a\.dcs is no DICOS threat detection report"):
        read_report(tmp_path / "a.dcs")
    assert not is_report(tmp_path / "a.dcs")
    write_report(REPORT, tmp_path / "r.dcs")
    whole = (tmp_path / "r.dcs").read_bytes()
    dataset = pydicom.dcmread(tmp_path / "r.dcs")
    dataset.ThreatSequence = [dataset.ThreatSequence[0]] * 1_001
    dataset.save_as(tmp_path / "many.dcs")
    with pytest.raises(BadInput, match="1001 objects"):
        read_report(tmp_path / "many.dcs")
    torn, refused = tmp_path / "torn.dcs", 0
    for length in range(0, len(whole), 37):
        torn.write_bytes(whole[:length])
        try:
            assert _boxes(read_report(torn).findings) == _boxes(FOUND), "what is torn never hides a finding"
        except BadInput:
            refused += 1
    assert refused > len(whole) / 37 * 0.8
