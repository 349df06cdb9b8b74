"""The learning loop: what analysts said of real findings becomes a data set, and evaluation measures on it."""

import json
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.core.mark import Mark
from scanview.core.review import HoldReason
from scanview.core.scan import Box
from scanview.detect.pipeline import Recogniser
from scanview.formats import write_scan
from scanview.formats.archive_writer import content_sha256, finished_path
from scanview.formats.header_json import encode_header
from scanview.review import results
from scanview.simulate.scan import simulate_scan
from scanview.store import catalogue
from scanview.store.folders import SCANS_FOLDER
from tests.unit.review.room import Room, hold, new_id, release

SEEDS = (500, 501, 502)


def _judge(room: Room, recogniser: Recogniser, seed: int) -> tuple[int, int]:
    """One simulated scan on its way through the room, judged by one who knows the truth: (objects, dismissed)."""
    simulated = simulate_scan(seed, pitch_mm=8.0, hidden=3)
    header = simulated.image.header
    path = finished_path(room.data / SCANS_FOLDER, header.scan)
    write_scan(simulated.image, path)
    content = content_sha256(path)
    room.do(catalogue.offer, header=header, document=encode_header(header), at=room.now, actor=f"port/{header.lane}")
    room.store(header.scan, content=content)
    recognition = recogniser.recognise(simulated.image)
    room.do(
        results.recognised,
        scan=header.scan,
        content_sha256=content,
        recognition=recognition,
        worker="worker/w1",
        now=room.now,
    )
    there = [each.box for each in simulated.truth.objects]
    right = [found for found in recognition.findings if any(_touch(found.box, box) for box in there)]
    missed = [box for box in there if not any(_touch(found.box, box) for found in right)]
    marks = (
        *(Mark(mark=new_id(), box=found.box, answers=found.finding) for found in right),
        *(Mark(mark=new_id(), box=box) for box in missed),
    )
    wrong = tuple(found.finding for found in recognition.findings if found not in right)
    fence = room.take(header.scan).fence
    said = {"content": content, "marks": marks, "dismissed": wrong}
    verdict = hold(header.scan, fence, reason=HoldReason.SUSPECT_OBJECT, **said) if marks else None
    room.decide(verdict or release(header.scan, fence, **said))
    return len(marks), len(wrong)


def _touch(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def test_what_analysts_judged_is_what_evaluation_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    (tmp_path / "hub" / SCANS_FOLDER).mkdir(parents=True)
    room = Room(tmp_path / "hub")
    try:
        counts = [_judge(room, Recogniser(score_threshold=0.1), seed) for seed in SEEDS]
    finally:
        room.close()
    report = ["report", "--training-set", "--json", "--data", str(room.data), "--out", str(tmp_path / "set")]
    assert main(report) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["scans"], said["annotations"], said["dismissed"]) == (3, *map(sum, zip(*counts, strict=True)))
    assert min(said["annotations"], said["dismissed"]) > 0

    assert main(["evaluate", str(tmp_path / "set"), "--json", "--workers", "1"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    threats = next(row for row in rows if row["row"].startswith("any threat"))
    assert threats["scans"] == len(SEEDS)
    assert threats["objects"] > 0
