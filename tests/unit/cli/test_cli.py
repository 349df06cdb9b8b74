"""The command line: its exit codes, and what goes to which stream."""

import io
import json
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.formats import write_scan
from scanview.simulate.scan import simulate_scan
from scanview.store.database import Database
from scanview.store.folders import CATALOGUE
from tests.unit.detect.onnx_files import tiny_detector


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["port", "--id", "nowhere", "--spool", "spool"])

    assert ended.value.code == 2
    assert "CNSHA-03" in capsys.readouterr().err


def test_a_failed_file_is_named_and_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n nothing")

    assert main(["inspect", "--json", str(broken)]) == 1

    line = json.loads(capsys.readouterr().out)
    assert line["scan"] == str(broken)
    assert "broken.png" in line["error"]


def test_convert_and_inspect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = simulate_scan(3, pitch_mm=20.0).image
    write_scan(image, tmp_path / "scan.tif")

    assert main(["convert", str(tmp_path / "scan.tif"), str(tmp_path / "scan.dcs")]) == 0
    assert main(["inspect", "--json", str(tmp_path / "scan.dcs")]) == 0

    assert json.loads(capsys.readouterr().out)["views"][0]["columns"] == image.side[1].shape[2]


def test_a_report_is_inspected_like_any_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_scan(simulate_scan(501, pitch_mm=12.0, hidden=3).image, tmp_path / "scan.dcs")
    wish = ["detect", str(tmp_path / "scan.dcs"), "--out", str(tmp_path), "--format", "dicos", "--workers", "1"]
    assert main(wish) == 0
    assert main(["inspect", "--json", str(tmp_path / "scan.dcs"), str(tmp_path / "scan.dcs.tdr.dcs")]) == 0
    scan, report = map(json.loads, capsys.readouterr().out.splitlines())
    assert (scan["kind"], report["kind"]) == ("DICOM", "DICOS threat detection report")
    assert (report["type"], report["alarm"]) == ("MACHINE", "ALARM" if report["findings"] else "UNKNOWN")
    assert (report["container"], report["lane"]) == (scan["header"]["container"], "XXTST-01")

    assert main(["inspect", str(tmp_path / "scan.dcs.tdr.dcs")]) == 0
    words = capsys.readouterr().out
    assert f"MACHINE: {report['alarm']}" in words
    assert all(found["class"] in words for found in report["findings"])


def test_simulated_scans_of_a_wanted_cargo_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    wish = ["simulate", "--out", str(tmp_path / "scans"), "--scans", "1", "--seed", "3", "--workers", "1"]
    assert main([*wish, "--set", "test", "--cargo", "bicycles", "--views", "2"]) == 0
    assert main(["inspect", "--json", str(tmp_path / "scans" / "scan-00000.tif")]) == 0

    views = json.loads(capsys.readouterr().out)["views"]
    assert [view["view"] for view in views] == ["side", "top"]
    assert main([*wish, "--cargo", "bicycles"]) == 1, "the plain set draws its cargo itself"


@pytest.mark.parametrize("format", ["tiff", "dicos"])
def test_simulated_files_have_the_same_bytes_whoever_and_however_many_make_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    for out, workers in (("once", "1"), ("again", "1"), ("shared", "2")):
        wish = ["simulate", "--out", str(tmp_path / out), "--scans", "2", "--seed", "7", "--format", format]
        assert main([*wish, "--workers", workers]) == 0
    once, *others = (
        {path.name: path.read_bytes() for path in (tmp_path / out).iterdir()} for out in ("once", "again", "shared")
    )
    assert len(once) == 4
    assert all(other == once for other in others)


def test_a_person_is_added_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert main(["users", "add", "zhang", "--data", str(tmp_path), "--password-stdin"]) == 0
    assert main(["users", "list", "--data", str(tmp_path)]) == 0

    assert json.loads(capsys.readouterr().out) == {"name": "zhang", "role": "analyst"}


def test_cards_carry_trust_across_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments, read_pin
    from scanview.wire.keys import Identity

    hub, spool, card = tmp_path / "hub", tmp_path / "spool", tmp_path / "card.json"
    Identity.load_or_make(hub / "keys")

    assert main(["keys", "card", "--folder", str(spool), "--role", "port", "--name", "CNSHA-03"]) == 0
    card.write_text(capsys.readouterr().out)
    assert main(["keys", "enrol", str(card), "--data", str(hub)]) == 0
    hub_card = tmp_path / "hub.json"
    hub_card.write_text(capsys.readouterr().out)
    assert main(["keys", "pin", str(hub_card), "--folder", str(spool)]) == 0

    pinned = read_pin(spool)
    assert pinned is not None
    assert pinned.curve_public == Identity.load_or_make(hub / "keys").curve_public
    assert [c.name for c in Enrolments(hub / ENROLLED_FOLDER).all()] == ["CNSHA-03"]
    assert main(["keys", "revoke", "--role", "port", "--name", "CNSHA-03", "--data", str(hub)]) == 0
    assert main(["keys", "revoke", "--role", "port", "--name", "CNSHA-03", "--data", str(hub)]) == 1


@pytest.mark.parametrize("wrong", [["verify", "ab" * 16], ["picture"], ["picture", "ab" * 16]])
def test_what_the_ledger_is_not_asked_so_is_2(tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ledger", *wrong, "--data", str(tmp_path)])

    assert ended.value.code == 2


def test_a_scan_without_a_decision_has_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Database(tmp_path / CATALOGUE).close()
    out = tmp_path / "seen.png"

    assert main(["ledger", "picture", "ab" * 16, "--data", str(tmp_path), "--out", str(out)]) == 1

    assert "no decision" in capsys.readouterr().err
    assert not out.exists()


def test_models_are_signed_checked_and_trusted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, key, trusted = tmp_path / "tiny.onnx", tmp_path / "publisher.key", tmp_path / "trusted"
    model.write_bytes(tiny_detector())
    check = ["models", "--json", "check", str(model), "--trusted", str(trusted)]

    assert main(["models", "key", "--out", str(key)]) == 0
    public = capsys.readouterr().out.strip()
    assert main(["models", "sign", str(model), "--key", str(key)]) == 0
    capsys.readouterr()
    assert main(check) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "model-untrusted"

    assert main(["models", "trust", "Port of X", public, "--folder", str(trusted)]) == 0
    assert main(check) == 0
    assert json.loads(capsys.readouterr().out) == {
        "model": str(model),
        "kind": "detector/2",
        "version": "tiny-2",
        "publisher": "Port of X",
    }
    assert main(["models", "distrust", "Port of X", "--folder", str(trusted)]) == 0
    assert main(check) == 1


def test_a_provider_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_scan(simulate_scan(3, pitch_mm=20.0).image, tmp_path / "scan.tif")
    wish = ["detect", str(tmp_path / "scan.tif"), "--out", str(tmp_path / "out.jsonl"), "--provider"]

    assert main([*wish, "directml"]) == 1
    assert "onnxruntime-directml" in capsys.readouterr().err
    assert main([*wish, "gpu"]) == 1
    assert "cpu, cuda, openvino, directml" in capsys.readouterr().err
