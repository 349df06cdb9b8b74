"""What analysts judged, exported as a data set and read again by the loader that evaluation uses."""

import hashlib
import json
from datetime import UTC, datetime

import numpy as np
import pytest

from scanview.cli import main
from scanview.core.errors import BadInput, Unavailable
from scanview.core.inspection import Found, FoundItem
from scanview.core.mark import Mark, MarkCategory, MarkShape, box_around
from scanview.core.review import Finding, Recognition
from scanview.core.scan import Box
from scanview.detect.training.coco_set import read_coco_set
from scanview.formats import read_scan, write_scan
from scanview.formats.archive_writer import content_sha256, finished_path
from scanview.imaging.scan_image import ScanImage
from scanview.review import results
from scanview.review.training_coco import CLASS_OF
from scanview.review.training_set import Files, export_training_set
from scanview.simulate.threat_catalogue import OBJECT_CLASSES
from scanview.store.folders import SCANS_FOLDER
from tests.unit.review.room import Room, hold, make_header, new_id, release

BOX = Box(x0=10, y0=20, x1=50, y1=40)
OUTLINE = ((100, 10), (140, 10), (140, 50))


@pytest.fixture
def room(tmp_path):
    (tmp_path / "hub" / SCANS_FOLDER).mkdir(parents=True)
    room = Room(tmp_path / "hub")
    yield room
    room.close()


def a_scan(room, *scores):
    """A stored scan with a file, and findings of these scores: f0, f1 …, each a weapon."""
    scan = new_id()
    counts = np.random.default_rng(int(scan[:8], 16)).integers(1_000, 60_000, (2, 200, 300), dtype=np.uint16)
    path = finished_path(room.data / SCANS_FOLDER, scan)
    write_scan(ScanImage(header=make_header(scan), views=(counts,)), path)
    room.offer(scan)
    room.store(scan, content=content_sha256(path))
    room.recognise(scan, *scores, content=content_sha256(path))
    return scan


def content(room, scan):
    return content_sha256(finished_path(room.data / SCANS_FOLDER, scan))


def a_mark(box=BOX, **fields):
    return Mark(mark=new_id(), box=box, **fields)


def a_polygon(**fields):
    return a_mark(box_around(OUTLINE, BOX.view), shape=MarkShape.POLYGON, points=OUTLINE, **fields)


def an_arrow(**fields):
    return a_mark(box_around(((5, 5), (9, 8)), BOX.view), shape=MarkShape.ARROW, points=((5, 5), (9, 8)), **fields)


def held(room, scan, **fields):
    decision = hold(scan, room.take(scan).fence, content=content(room, scan), **fields)
    room.decide(decision)
    return decision


def exported(room, tmp_path, **wishes):
    result = export_training_set(room.data, tmp_path / "set", created_at=2_000.0, **wishes)
    return result, json.loads((tmp_path / "set" / "annotations.json").read_text(encoding="utf-8"))


def names(document, key="annotations"):
    of = {category["id"]: category["name"] for category in document["categories"]}
    return [of[each["category_id"]] for each in document[key]]


def test_what_was_accepted_and_added_is_there_and_what_was_dismissed_is_apart(room, tmp_path):
    scan = a_scan(room, 0.9, 0.5, 0.2)
    decision = held(
        room,
        scan,
        marks=(a_mark(answers="f0"), a_polygon(category=MarkCategory.TOBACCO, text="left of the door")),
        dismissed=("f1",),
    )
    result, document = exported(room, tmp_path)
    assert (result.scans, result.annotations, result.dismissed, result.points, result.left_out) == (1, 2, 1, 0, ())

    (image,) = document["images"]
    assert (image["width"], image["height"], image["scan"], image["verdict"]) == (300, 200, scan, "HOLD")
    assert (image["decision"], image["reason"], image["model"]) == (decision.decision, "suspect-object", "test 1")
    assert (image["unanswered"], image["inspection"]) == (1, None)
    assert image["decided_at"] == "1970-01-01T00:16:40+00:00"

    accepted, added = document["annotations"]
    assert names(document) == ["weapon", "cigarettes"]
    assert (accepted["source"], accepted["bbox"], accepted["segmentation"]) == (
        "accepted-finding",
        [10, 20, 40, 20],
        [],
    )
    assert (accepted["finding"], accepted["score"], accepted["said"]) == ("f0", 0.9, "unnamed")
    assert (added["source"], added["said"], added["area"]) == ("added-mark", "tobacco", 800.0)
    assert added["segmentation"] == [[100.5, 10.5, 140.5, 10.5, 140.5, 50.5]]
    assert all(each["iscrowd"] == 0 and each["image_id"] == image["id"] for each in document["annotations"])

    (wrong,) = document["dismissed"]
    assert (wrong["source"], wrong["finding"], wrong["score"], wrong["bbox"]) == (
        "dismissed-finding",
        "f1",
        0.5,
        [10, 10, 30, 30],
    )
    assert "not drawn at random" in document["info"]["warning"]


def test_the_set_stands_on_its_own_and_evaluation_reads_it(room, tmp_path):
    scans = [a_scan(room, 0.9), a_scan(room)]
    held(room, scans[0], marks=(a_mark(answers="f0"),))
    room.decide(release(scans[1], room.take(scans[1]).fence, content=content(room, scans[1])))
    exported(room, tmp_path)
    (room.data / SCANS_FOLDER).rename(room.data / "moved away")
    pairs = list(read_coco_set(tmp_path / "set"))
    assert [read_scan(path).header.scan for path, _ in pairs] == scans
    for path, truth in pairs:
        assert truth["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [truth["findings"] for _, truth in pairs] == [
        [{"class": "weapon", "score": 1.0, "box": [10, 20, 50, 40]}],
        [],
    ]
    assert [truth["verdict"] for _, truth in pairs] == ["HOLD", "RELEASE"]


def test_names_of_people_their_texts_and_the_container_stay_at_the_hub(room, tmp_path):
    held(room, a_scan(room), marks=(a_mark(text="Mr Smith's bag"),), note="ask Li")
    exported(room, tmp_path)
    text = (tmp_path / "set" / "annotations.json").read_text(encoding="utf-8")
    for word in ("李娜", "Smith", "ask Li", "CSQU3054383"):
        assert word not in text


def test_an_arrow_has_a_tip_and_no_extent(room, tmp_path):
    held(room, a_scan(room, 0.9), marks=(an_arrow(answers="f0"), an_arrow(category=MarkCategory.PERSON)))
    result, document = exported(room, tmp_path)
    assert (result.annotations, result.points) == (1, 1)
    assert document["annotations"][0]["bbox"] == [10, 10, 30, 30], "the box of the finding it answers"
    assert document["points"][0]["point"] == [9.5, 8.5]
    assert names(document, "points") == ["person"]


def test_every_category_has_a_word_and_those_the_detector_knows_have_its_class(room, tmp_path):
    held(room, a_scan(room), marks=tuple(a_mark(category=category) for category in MarkCategory))
    _, document = exported(room, tmp_path)
    assert names(document) == [
        *("unnamed", "weapon", "explosive", "organic-block", "cigarettes"),
        *("undeclared-goods", "hidden-space", "person", "dense-shield", "other"),
    ]
    assert set(CLASS_OF.values()) <= set(OBJECT_CLASSES)


def test_a_decision_that_was_taken_back_does_not_count(tmp_path):
    (tmp_path / "hub" / SCANS_FOLDER).mkdir(parents=True)
    room = Room(tmp_path / "hub", grace_s=60.0)
    kept, undone = a_scan(room), a_scan(room)
    held(room, kept)
    room.withdraw(held(room, undone, marks=(a_mark(),)))
    result, document = exported(room, tmp_path)
    room.close()
    assert (result.scans, result.annotations) == (1, 0)
    assert [image["scan"] for image in document["images"]] == [kept]


def test_only_decisions_of_the_time_asked_for(room, tmp_path):
    scans = [a_scan(room) for _ in range(3)]
    for day, scan in enumerate(scans):
        room.now = 86_400.0 * day + 10
        held(room, scan)
    _, document = exported(room, tmp_path, since=86_400.0, until=2 * 86_400.0)
    assert [image["scan"] for image in document["images"]] == [scans[1]]
    assert (document["info"]["decided_since"], document["info"]["decided_until"]) == (
        "1970-01-02T00:00:00+00:00",
        "1970-01-03T00:00:00+00:00",
    )
    with pytest.raises(BadInput, match="nothing was decided"):
        exported(room, tmp_path, since=1e9)


def test_a_scan_whose_pixels_are_others_is_left_out_by_name(room, tmp_path):
    good, other, gone, arriving = a_scan(room), a_scan(room), a_scan(room), room.offer()
    for scan in (good, other, gone):
        held(room, scan)
    room.decide(hold(arriving, room.take(arriving).fence))
    folder = room.data / SCANS_FOLDER
    finished_path(folder, other).write_bytes(finished_path(folder, good).read_bytes())
    finished_path(folder, gone).unlink()
    result, document = exported(room, tmp_path)
    why = dict(result.left_out)
    assert why.keys() == {other, gone, arriving}
    assert "not the content" in why[other]
    assert "not there" in why[gone]
    assert "arrived" in why[arriving]
    assert [image["scan"] for image in document["images"]] == [good]
    assert {each["scan"] for each in document["info"]["left_out"]} == why.keys()
    assert [path.stem for path in (tmp_path / "set" / SCANS_FOLDER).iterdir()] == [good]


def test_links_and_a_second_export_into_the_same_folder(room, tmp_path):
    scan = a_scan(room)
    held(room, scan)
    exported(room, tmp_path, files=Files.LINK)
    path = finished_path(tmp_path / "set" / SCANS_FOLDER, scan)
    assert path.is_symlink()
    exported(room, tmp_path)
    assert not path.is_symlink()
    changed_at = path.stat().st_mtime_ns
    exported(room, tmp_path)
    assert path.stat().st_mtime_ns == changed_at
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert finished_path(room.data / SCANS_FOLDER, scan).read_bytes() != path.read_bytes(), "the hub's own is untouched"
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable, match="cannot be written"):
        export_training_set(room.data, tmp_path / "file", created_at=0.0)
    with pytest.raises(BadInput, match="own folder"):
        export_training_set(room.data, room.data / SCANS_FOLDER, created_at=0.0)


def test_a_finding_names_the_model_it_is_from(room, tmp_path):
    scan = a_scan(room)
    said = Recognition(
        model="own 1 + other 2",
        empty=0.0,
        findings=(Finding(finding="f9", label="weapon", score=0.7, box=BOX, model="other 2"),),
    )
    room.do(
        results.recognised,
        scan=scan,
        content_sha256=content(room, scan),
        recognition=said,
        worker="worker/w1",
        now=room.now,
    )
    held(room, scan, marks=(a_mark(answers="f9"),))
    _, document = exported(room, tmp_path)
    assert document["annotations"][0]["found_by"] == "other 2"


def test_the_ledger_is_only_read(room, tmp_path):
    held(room, a_scan(room))
    before = room.verify()
    exported(room, tmp_path)
    assert room.verify() == before


def test_the_command_names_the_report_the_times_and_what_is_left_out(room, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    good, gone = a_scan(room), a_scan(room)
    room.now = datetime(2026, 11, 3, 12, tzinfo=UTC).timestamp()
    held(room, good, marks=(a_mark(),))
    room.now = datetime(2026, 11, 4, 12, tzinfo=UTC).timestamp()
    held(room, gone)
    finished_path(room.data / SCANS_FOLDER, gone).unlink()
    wish = ["report", "--json", "--data", str(room.data), "--out", str(tmp_path / "set")]

    assert main([*wish, "--training-set", "--since", "2026-11-03", "--until", "2026-11-03"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["scans"], said["annotations"], said["left_out"]) == (1, 1, 0)

    assert main([*wish, "--training-set"]) == 1
    assert f"{gone} is left out" in capsys.readouterr().err
    assert main([*wish, "--training-set", "--until", "2026-11-03T12:00+00:00"]) == 1
    assert "nothing was decided" in capsys.readouterr().err
    for wrong in (wish, [*wish, "--training-set", "--since", "yesterday"]):
        with pytest.raises(SystemExit) as ended:
            main(wrong)
        assert ended.value.code == 2


def test_a_hold_with_nothing_found_is_no_object(room, tmp_path):
    scan = a_scan(room, 0.9)
    held(room, scan, marks=(a_mark(category=MarkCategory.TOBACCO),))
    room.inspect(scan, found=Found.NOTHING, items=())
    _, document = exported(room, tmp_path)
    assert document["images"][0]["inspection"] == "nothing"
    assert document["annotations"] == []
    assert [each["source"] for each in document["dismissed"]] == ["not-found-by-inspection"]


def test_what_is_found_confirms_a_mark_and_adds_what_nobody_had_marked(room, tmp_path):
    scan = a_scan(room, 0.9)
    held(room, scan, marks=(a_mark(answers="f0"),))
    away = Box(x0=200, y0=100, x1=240, y1=140)
    room.inspect(scan, items=(FoundItem(label="weapon", box=BOX), FoundItem(label="drugs", box=away)))
    _, document = exported(room, tmp_path)
    confirmed, found = document["annotations"]
    assert confirmed["confirmed"] is True
    assert (found["source"], found["bbox"]) == ("inspection", [200, 100, 40, 40])
    assert names(document)[1] == "organic-block"


def test_a_dismissed_finding_that_was_right_is_not_learnt_as_a_mistake(room, tmp_path):
    scan = a_scan(room, 0.9)
    held(room, scan, dismissed=("f0",))
    room.inspect(scan, items=(FoundItem(label="weapon", box=Box(x0=10, y0=10, x1=40, y1=40)),))
    _, document = exported(room, tmp_path)
    assert document["dismissed"] == []
    assert [each["source"] for each in document["annotations"]] == ["inspection"]
