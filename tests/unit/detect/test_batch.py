"""Recognition of folders: a line for each file, whatever the file."""

import csv
import hashlib
import json
import os
from pathlib import Path

import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.batch import FORMATS, detect_files
from scanview.detect.report_folder import ReportFolder
from scanview.detect.result_file import ResultFile
from scanview.detect.results import result_of
from scanview.detect.selection import Selection
from scanview.formats import read_scan, write_scan
from scanview.formats.threat_report import AlarmDecision, read_report
from scanview.simulate.scan import simulate_scan
from tests.unit.detect.comparing import comparable
from tests.unit.detect.readers import deadly_reader

KEYS = ["scan", "sha256", "model", "empty", "cargo", "findings", "ms"]
KEYS += ["cargo_sure", "homogeneity", "novelty", "risk", "declared_fit", "doubts", "failures", "alpha"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans, a torn one, one without energies, and a file that is no scan at all."""
    root = tmp_path_factory.mktemp("scans")
    (root / "inner").mkdir()
    for name, seed in (("a.tif", 501), ("inner/b.dcs", 502)):
        write_scan(simulate_scan(seed, pitch_mm=12.0, hidden=3).image, root / name)
    (root / "torn.tif").write_bytes((root / "a.tif").read_bytes()[:5_000])
    write_scan(simulate_scan(503, pitch_mm=12.0).image, root / "grey.png")
    (root / "truth.jsonl").write_text("not a scan")
    return root


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_scan_has_a_line_and_what_fails_says_why(folder: Path, tmp_path: Path) -> None:
    ended = detect_files([folder], out=tmp_path / "f.jsonl", workers=1, progress=False)
    lines = {line["scan"]: line for line in _lines(tmp_path / "f.jsonl")}
    assert sorted(lines) == ["a.tif", "grey.png", "inner/b.dcs", "torn.tif"]
    assert ended.done == 2
    assert sorted(name for name, _ in ended.failures) == ["grey.png", "torn.tif"]
    assert "not supported" in lines["grey.png"]["error"]
    assert list(lines["a.tif"]) == KEYS
    assert lines["a.tif"]["sha256"] == hashlib.sha256((folder / "a.tif").read_bytes()).hexdigest()
    assert not (tmp_path / "f.jsonl.part").exists()


def test_processes_give_the_same_results_in_the_same_order(folder: Path, tmp_path: Path) -> None:
    files = [folder / "inner" / "b.dcs", folder / "torn.tif", folder / "a.tif"]
    for workers in (1, 2):
        detect_files(files, out=tmp_path / f"{workers}.jsonl", workers=workers, progress=False)
    alone, pooled = ([{**line, "ms": 0} for line in _lines(tmp_path / f"{n}.jsonl")] for n in (1, 2))
    assert alone == pooled
    assert [line["scan"] for line in alone] == ["b.dcs", "torn.tif", "a.tif"]


def test_a_file_that_kills_its_process_does_not_end_the_batch(folder: Path, tmp_path: Path) -> None:
    deadly = tmp_path / "deadly.tif"
    deadly.write_bytes(b"II")
    ended = detect_files(
        [deadly, folder / "a.tif"], out=tmp_path / "f.jsonl", workers=2, read=deadly_reader, progress=False
    )
    assert ended.done == 1
    assert [name for name, _ in ended.failures] == ["deadly.tif"]
    assert "died" in ended.failures[0][1]


def test_csv_has_a_row_for_each_finding(folder: Path, tmp_path: Path) -> None:
    detect_files([folder], out=tmp_path / "f.jsonl", workers=1, progress=False)
    detect_files([folder], out=tmp_path / "f.csv", format="csv", workers=1, progress=False)
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for line in _lines(tmp_path / "f.jsonl"):
        own = [row for row in rows if row["scan"] == line["scan"]]
        if "error" in line:
            assert [row["error"] for row in own] == [line["error"]]
            continue
        found = [[int(row[c]) for c in ("x0", "y0", "x1", "y1")] for row in own if row["class"]]
        assert found == [finding["box"] for finding in line["findings"]]


def test_coco_lists_images_and_boxes_by_width_and_height(folder: Path, tmp_path: Path) -> None:
    detect_files([folder], out=tmp_path / "f.jsonl", workers=1, progress=False)
    detect_files([folder], out=tmp_path / "f.json", format="coco", workers=1, progress=False)
    coco = json.loads((tmp_path / "f.json").read_text())
    names = {category["id"]: category["name"] for category in coco["categories"]}
    files = {image["id"]: image["file_name"] for image in coco["images"]}
    found = [(files[a["image_id"]], names[a["category_id"]], a["bbox"], a["score"]) for a in coco["annotations"]]
    expected = [
        (
            line["scan"],
            f["class"],
            [f["box"][0], f["box"][1], f["box"][2] - f["box"][0], f["box"][3] - f["box"][1]],
            f["score"],
        )
        for line in _lines(tmp_path / "f.jsonl")
        if "error" not in line
        for f in line["findings"]
    ]
    assert found == expected
    assert found
    assert len(coco["errors"]) == 2


def test_a_progress_bar_is_drawn_on_stderr(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    detect_files([folder / "torn.tif"], out=tmp_path / "f.jsonl", workers=1)
    printed = capsys.readouterr()
    assert "1/1" in printed.err
    assert printed.out == ""


def test_impossible_wishes_are_refused_at_once(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="bmp"):
        detect_files([folder], out=tmp_path / "f", format="bmp")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(BadInput, match="no scan"):
        detect_files([tmp_path / "nothing"], out=tmp_path / "f")
    with pytest.raises(Unavailable):
        detect_files([folder], out=tmp_path / "f", selection=Selection(model=tmp_path / "none.onnx"))
    with pytest.raises(Unavailable, match="cannot be written"):
        detect_files([folder], out=folder / "a.tif" / "f", workers=1, progress=False)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = detect_files([tmp_path / "gone.tif"], out=tmp_path / "f.jsonl", workers=1, progress=False)
    assert ended.done == 0
    assert "gone.tif" in _lines(tmp_path / "f.jsonl")[0]["error"]


def test_a_name_that_is_no_text_does_not_end_a_batch(folder: Path, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    strange = Path(os.fsdecode(os.fsencode(scans) + b"/\xff\xe9.tif"))
    strange.write_bytes((folder / "a.tif").read_bytes())
    for format in FORMATS:
        out = tmp_path / f"f.{format}"
        assert detect_files([scans], out=out, format=format, workers=1, progress=False).done == 1
    assert _lines(tmp_path / "f.jsonl")[0]["scan"] == "\ufffd\ufffd.tif"


@pytest.mark.parametrize("format", FORMATS)
def test_a_batch_that_was_killed_is_taken_up_and_ends_with_the_same_results(
    folder: Path, tmp_path: Path, format: str
) -> None:
    whole, out = tmp_path / f"whole.{format}", tmp_path / f"f.{format}"
    detect_files([folder], out=whole, format=format, workers=1, progress=False)
    read, killed = read_scan, folder / "inner" / "b.dcs"

    def read_until_killed(path: Path):
        if path == killed:
            raise KeyboardInterrupt
        return read(path)

    with pytest.raises(KeyboardInterrupt):
        detect_files([folder], out=out, format=format, workers=1, read=read_until_killed, progress=False)
    if format != "dicos":
        assert not out.exists()
        part = tmp_path / f"f.{format}.part"
        part.write_bytes(part.read_bytes() + b'{"scan": "inner/b.dcs", "sha')
    seen: list[str] = []

    def read_noted(path: Path):
        seen.append(path.name)
        return read(path)

    ended = detect_files([folder], out=out, format=format, workers=1, read=read_noted, progress=False)
    assert seen == ["grey.png", "b.dcs", "torn.tif"]
    assert (ended.done, ended.known) == (2, 1)
    assert not (tmp_path / f"f.{format}.part").exists()
    assert comparable(out) == comparable(whole)


@pytest.mark.parametrize("format", FORMATS)
def test_a_batch_that_is_done_is_not_done_again(folder: Path, tmp_path: Path, format: str) -> None:
    out = tmp_path / f"f.{format}"
    detect_files([folder], out=out, format=format, workers=1, progress=False)
    kept = [out] if out.is_file() else [out / "a.tif.tdr.dcs", out / "inner" / "b.dcs.tdr.dcs"]
    before = [path.read_bytes() for path in kept]
    ended = detect_files([folder], out=out, format=format, workers=1, progress=False)
    assert (ended.done, ended.known, ended.failed) == (2, 2, 2)
    assert [path.read_bytes() for path in kept] == before


def test_a_second_run_does_what_is_new_or_changed(folder: Path, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for name in ("1.tif", "2.tif"):
        (scans / name).write_bytes((folder / "a.tif").read_bytes())
    out = tmp_path / "f.jsonl"
    detect_files([scans], out=out, workers=1, progress=False)
    first = _lines(out)
    write_scan(simulate_scan(504, pitch_mm=12.0).image, scans / "2.tif")
    write_scan(simulate_scan(505, pitch_mm=12.0).image, scans / "3.tif")
    ended = detect_files([scans], out=out, workers=1, progress=False)
    assert (ended.done, ended.known) == (3, 1)
    assert _lines(out)[0] == first[0]
    assert _lines(out)[1]["sha256"] != first[1]["sha256"]


def test_results_of_another_model_are_not_used_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.jsonl"
    detect_files([folder / "a.tif"], out=out, workers=1, progress=False)
    line = _lines(out)[0]
    out.write_text(json.dumps({**line, "model": "another"}) + "\n", encoding="utf-8")
    ended = detect_files([folder / "a.tif"], out=out, workers=1, progress=False)
    assert ended.known == 0
    assert _lines(out)[0]["model"] == line["model"]


def test_results_under_another_promise_are_not_used_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.jsonl"
    known = [
        detect_files([folder / "a.tif"], out=out, workers=1, progress=False, selection=Selection(alpha=alpha)).known
        for alpha in (0.001, 0.001, 0.05)
    ]
    assert known == [0, 1, 0]
    assert _lines(out)[0]["alpha"] == 0.05


def test_two_batches_do_not_write_the_same_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.jsonl"
    with ResultFile(out, "jsonl"), pytest.raises(Unavailable, match="another program"):
        detect_files([folder / "a.tif"], out=out, workers=1, progress=False)


def test_reports_say_what_the_json_lines_say(folder: Path, tmp_path: Path) -> None:
    detect_files([folder], out=tmp_path / "f.jsonl", workers=1, progress=False)
    detect_files([folder], out=tmp_path / "reports", format="dicos", workers=1, progress=False)
    reports = {p.relative_to(tmp_path / "reports").as_posix(): read_report(p) for p in tmp_path.rglob("*.tdr.dcs")}
    assert sorted(reports) == ["a.tif.tdr.dcs", "grey.png.tdr.dcs", "inner/b.dcs.tdr.dcs"]
    for line in _lines(tmp_path / "f.jsonl"):
        if line["scan"] == "torn.tif":
            continue
        report = reports[f"{line['scan']}.tdr.dcs"]
        if "error" in line:
            assert (report.alarm, report.findings) == (AlarmDecision.UNKNOWN, ())
            assert report.aborted == line["error"][:64].strip()
            continue
        found = [{"class": f.label, "score": f.score, "box": list(f.box.corners)} for f in report.findings]
        assert found == [{key: value for key, value in said.items() if key != "model"} for said in line["findings"]]
        assert report.algorithm == ("ScanView", line["model"])
        assert report.alarm is (AlarmDecision.ALARM if found else AlarmDecision.UNKNOWN)
        assert {**json.loads(report.record), "ms": 0} == {**line, "ms": 0}
    assert any(report.findings for report in reports.values())


def test_a_report_about_an_earlier_content_does_not_stay(folder: Path, tmp_path: Path) -> None:
    scans, reports = tmp_path / "scans", tmp_path / "scans"
    scans.mkdir()
    (scans / "a.tif").write_bytes((folder / "a.tif").read_bytes())
    detect_files([scans], out=reports, format="dicos", workers=1, progress=False)
    report = reports / "a.tif.tdr.dcs"
    assert report.exists(), "reports may lie beside their scans"
    (scans / "a.tif").write_bytes(b"II*\0 torn")
    ended = detect_files([scans], out=reports, format="dicos", workers=1, progress=False)
    assert [name for name, _ in ended.failures] == ["a.tif"], "a report is no scan"
    assert not report.exists()


@pytest.mark.parametrize(
    ("findings", "doubts", "alarm"), [([], [], "CLEAR"), ([], ["novel"], "UNKNOWN"), (["one"], [], "ALARM")]
)
def test_clear_is_said_only_where_no_check_has_a_doubt(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, findings, doubts, alarm
) -> None:
    said = {"class": "weapon", "score": 0.9, "box": [1, 2, 3, 4]}
    monkeypatch.setattr(
        "scanview.detect.jobs.result_of",
        lambda *given, **sizes: {**result_of(*given, **sizes), "findings": [said] * len(findings), "doubts": doubts},
    )
    detect_files([folder / "a.tif"], out=tmp_path / "r", format="dicos", workers=1, progress=False)
    assert read_report(tmp_path / "r" / "a.tif.tdr.dcs").alarm == alarm


def test_reports_need_a_folder_and_names_of_their_own(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a file"):
        detect_files([folder / "a.tif"], out=folder / "a.tif", format="dicos", workers=1, progress=False)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.tif").write_bytes((folder / "a.tif").read_bytes())
    with pytest.raises(BadInput, match=r"two scans are called a\.tif"):
        detect_files([folder, other], out=tmp_path / "r", format="dicos", workers=1, progress=False)
    with ReportFolder(tmp_path / "r"), pytest.raises(Unavailable, match="another program"):
        detect_files([folder / "a.tif"], out=tmp_path / "r", format="dicos", workers=1, progress=False)
