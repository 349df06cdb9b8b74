"""The table of a model's figures, from made-up results and from the shipped model."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanview.cli import main
from scanview.core.errors import BadInput
from scanview.detect.training import examine
from scanview.detect.training.draws import Draw
from scanview.detect.training.evaluate import figures_of, known_files
from scanview.detect.training.figure import Figure, Goal, table
from scanview.detect.training.scan_figures import Promise

PROMISE = Promise(release_below=0.2, shown_from=0.3)


def _finding(label: str, score: float, x: int, **more: Any) -> dict[str, Any]:
    return {"class": label, "score": score, "box": [x, 0, x + 10, 10]} | more


def _record(
    kind: str, found: list[dict[str, Any]], wanted: list[dict[str, Any]], *, empty: float = 0.0, **told: Any
) -> dict[str, Any]:
    result = {
        "findings": found,
        "empty": 1 - told.pop("loaded", 1.0),
        "cargo": {},
        "doubts": [],
        "risk": 0.5,
        "ms": 9.0,
    }
    truth = {"findings": wanted, "empty": empty, "cargo": told.pop("goods", {}), "kind": kind}
    return {"result": result | told, "truth": truth}


def _rows(records: list[dict[str, Any]], *, is_foreign: bool = False) -> dict[str, Figure]:
    return {figure.row: figure for figure in figures_of(records, PROMISE, is_foreign=is_foreign)}


def test_an_alarm_counts_above_what_harmless_containers_raise() -> None:
    harmless = [_record("traffic", [_finding("weapon", i / 1_000, 0)], []) for i in range(500)]
    armed = [
        _record("weapons", [_finding("weapon", score, 0)], [_finding("weapon", 1, 0)]) for score in (0.497, 0.4975)
    ]
    row = _rows(harmless + armed)["small metallic threats at 0.4 % false alarms"]
    assert (row.value, row.objects, row.scans) == (0.5, 2, 502)
    assert row.note == "2 of 500 others may alarm"
    assert row.met is False


def test_a_declared_car_is_no_alarm_and_no_concealed_one() -> None:
    declared = _record("traffic", [_finding("vehicle", 0.9, 0)], [_finding("vehicle", 1, 0, declared=True)])
    hidden = _record("vehicles", [_finding("vehicle", 0.5, 0)], [_finding("vehicle", 1, 0)])
    rows = _rows([declared, _record("traffic", [], []), hidden])
    assert (
        rows["concealed vehicles at 0.2 % false alarms"].value,
        rows["any threat, recall at 0.5 false marks"].objects,
    ) == (1.0, 0)


def test_emptiness_is_judged_at_the_alarms_of_empties() -> None:
    empties = [_record("empties", [], [], empty=1.0, loaded=0.001 * i) for i in range(200)]
    loaded = [_record("traffic", [], [], loaded=score) for score in (0.1985, 0.5, 0.9)]
    small = [_record("small loads", [], [], loaded=score) for score in (0.1975, 0.1985)]
    rows = _rows(empties + loaded + small)
    assert rows["empty verification at 0.5 % false alarms"].value == 1.0
    assert rows["small loads in empties at 1 % false alarms"].value == 1.0
    assert rows["small loads in empties at 1 % false alarms"].note == "2 of 200 others may alarm"


def test_goods_count_where_the_model_is_sure() -> None:
    def told(label: str, *, sure: bool) -> dict[str, Any]:
        return _record("traffic", [], [], goods={"tyres": 1.0}, cargo={label: 0.9, "ore": 0.05}, cargo_sure=sure)

    rows = _rows([told("tyres", sure=True), told("tyres", sure=True), told("ore", sure=True), told("ore", sure=False)])
    assert rows["goods right where the model is sure"].value == pytest.approx(2 / 3)
    assert rows["share of goods it is sure of"].value == 0.75
    assert rows["goods right, all"].value == 0.5


def test_a_release_needs_the_bound_no_finding_and_no_doubt() -> None:
    harmless = [
        _record("traffic", [], [], risk=0.1, doubts=["no-bound", "risk"]),
        _record("traffic", [], [], risk=0.2),
        _record("traffic", [_finding("weapon", 0.3, 0)], [], risk=0.1),
        _record("traffic", [], [], risk=0.1, doubts=["novel"]),
        _record("traffic", [], [], risk=0.0, empty=1.0),
    ]
    harmful = _record("traffic", [_finding("weapon", 0.1, 0)], [_finding("weapon", 1, 0)], risk=0.1)
    rows = _rows([*harmless, harmful])
    assert rows["harmless loaded scans released at alpha 1 %"].value == 0.25
    assert rows["harmless empty scans released at alpha 1 %"].value == 1.0
    assert rows["harmful scans released at alpha 1 %"].value == 1.0
    assert rows["harmful scans released at alpha 1 %"].met is False


def test_an_object_in_the_dark_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine, "_result", lambda _, name, __: {"scan": name, "findings": [], "refused": "for-speed"})
    draw = Draw(set_name="test", kind="weapons", seed=1)
    bright = draw.simulated()
    dark = replace(bright, image=replace(bright.image, views=tuple(np.zeros_like(v) for v in bright.image.views)))
    for simulated, reached in ((bright, True), (dark, False)):
        monkeypatch.setattr(Draw, "simulated", lambda _, scan=simulated: scan)
        truth = examine.examine_draw(None, draw)["truth"]
        assert truth["findings"]
        assert [item["reached"] for item in truth["findings"]] == [reached] * len(truth["findings"])


def test_the_rule_of_contrast_is_measured_beside_the_model() -> None:
    objects = [_finding("weapon", 1, 0), _finding("person", 1, 50)]
    blind = _record("traffic", [_finding("weapon", 0.9, 0)], objects, contrast=[_finding("anything", 3.0, 50)])
    rows = _rows([blind, _record("traffic", [], [], contrast=[])])
    assert rows["local contrast, recall at 0.5 false marks"].value == 0.5
    assert rows["times the recall of local contrast"].value == 1.0
    without = [_record("traffic", [], objects)]
    assert "times the recall of local contrast" not in _rows(without)


def test_what_no_beam_reaches_is_not_asked_for_in_a_row_of_its_own() -> None:
    objects = [_finding("weapon", 1, 0, reached=True), _finding("weapon", 1, 50, reached=False)]
    rows = _rows([_record("traffic", [_finding("weapon", 0.9, 0)], objects)])
    assert rows["any threat, recall at 0.5 false marks"].value == 0.5
    assert rows["where the beam comes through, recall at 0.5"].value == 1.0


def test_a_foreign_scanner_has_a_goal_of_its_own() -> None:
    records = [_record("traffic", [_finding("weapon", 0.9, 0)], [_finding("weapon", 1, 0)])]
    same, foreign = _rows(records), _rows(records, is_foreign=True)
    assert same["any threat, recall at 0.5 false marks"].goal.value == 0.9
    assert foreign["any threat, recall at 0.5 false marks"].goal.value == 0.75
    assert [row for row, figure in foreign.items() if figure.goal] == ["any threat, recall at 0.5 false marks"]


def test_the_table_says_what_is_met() -> None:
    wanted = Figure(row="recall", value=0.5, goal=Goal(value=0.4, published="0.3"), scans=4, objects=2)
    line = table("test", [wanted]).splitlines()[-1]
    assert line.split() == ["recall", "0.500", ">=0.4", "yes", "4", "2", "0.3"]


def test_the_shipped_model_is_measured_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    asked = ["evaluate", "--set", "test", "--scans", "2", "--workers", "1", "--kept", str(tmp_path / "kept"), "--json"]
    assert main(asked) == 0
    first = capsys.readouterr().out
    rows = {row["row"]: row for row in map(json.loads, first.splitlines())}
    assert rows["mAP50"]["goal"] == 0.7
    assert rows["milliseconds per scan, median"]["scans"] == 2
    assert "local contrast, recall at 0.5 false marks" in rows

    monkeypatch.setattr(Draw, "simulated", None)
    assert main(asked) == 0
    assert capsys.readouterr().out == first, "what is kept is not made again"


def test_files_with_their_truth_are_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    main(["simulate", "--out", str(tmp_path), "--scans", "1", "--seed", "3", "--workers", "1"])
    assert main(["evaluate", str(tmp_path), "--workers", "1"]) == 0
    assert "any threat, recall" in capsys.readouterr().out
    (tmp_path / "scan-00000.tif").unlink()
    assert main(["evaluate", str(tmp_path), "--workers", "1", "--json"]) == 0
    rows = {row["row"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["scans refused"]["value"] == 1.0


def test_what_analysts_judged_is_measured_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    image = {"id": 1, "file_name": "lost.tif", "width": 9, "height": 9}
    mark = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 5], "area": 25, "iscrowd": 0}
    content = {"images": [image], "annotations": [mark], "categories": [{"id": 1, "name": "weapon"}]}
    (tmp_path / "annotations.json").write_text(json.dumps(content))
    assert main(["evaluate", str(tmp_path), "--workers", "1", "--json"]) == 0
    told = capsys.readouterr()
    assert "random draw" in told.err
    rows = {row["row"]: row for row in map(json.loads, told.out.splitlines())}
    assert (rows["any threat, recall at 0.5 false marks"]["value"], rows["scans refused"]["value"]) == (0.0, 1.0)


def test_what_is_no_truth_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "truth.jsonl").write_text('{"scan": "a.tif"}\n')
    with pytest.raises(BadInput) as refusal:
        known_files(tmp_path, None)
    assert refusal.value.code == "no-truth"
