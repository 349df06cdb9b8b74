"""Inspection results: whose word counts, what is kept, and that saying it again changes nothing."""

import hashlib
import os
import time

import pytest

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.inspection import Found, FoundItem, Photo, PhotoForm
from scanview.core.journal import Kind
from scanview.core.mark import Mark
from scanview.core.review import Person, Role, Verdict
from scanview.core.scan import Box
from scanview.review import inspections
from scanview.store import verification
from scanview.store.inspections import has_photo, inspections_of, opened_between, parse_inspection, photos_kept
from scanview.store.photos import PhotoFolder
from tests.unit.review.room import ANALYST, LANE, SUPERVISOR, Room, make_inspection, new_id

JPEG = b"\xff\xd8\xff\xe0" + b"a photo of what lay behind the boxes"
SHA256 = hashlib.sha256(JPEG).hexdigest()
PHOTO = Photo(sha256=SHA256, size_bytes=len(JPEG), form=PhotoForm.JPEG)
CHIEF = Person(name="Chen", role=Role.CHIEF)


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def photos(tmp_path):
    return PhotoFolder(tmp_path / "photos")


def kinds(room):
    return [entry["kind"] for entry in verification.export(room.data)]


def write_down(room, inspection, person=SUPERVISOR):
    return room.do(
        inspections.record, inspection=inspection, person=person, check_photo=lambda photo: None, now=room.now
    )


def test_a_ports_result_is_kept_told_and_verified(room):
    mark = Mark(mark=new_id(), box=Box(x0=10, y0=10, x1=40, y1=40), text="here")
    scan = room.decided_scan(marks=(mark,))
    before = room.row(scan)
    assert before.inspected is None

    room.now += 60
    item = FoundItem(label="drugs", quantity="14 boxes", box=Box(x0=15, y0=15, x1=30, y1=30))
    seq, told_of = room.inspect(scan, items=(item,), inspector="老王", note="在箱门处")
    assert told_of == scan
    assert room.row(scan).inspected is Found.FOUND
    assert room.row(scan).seq == seq > before.seq, "so that everybody is told"
    (kept,) = room.do(inspections_of, scan)
    assert (kept.by, kept.at) == (f"port/{LANE}", room.now)
    assert kept.inspection.items == (item,)
    assert [(answer.claim, answer.right) for answer in kept.answers] == [(mark.mark, True), ("f0", True)]
    assert room.verify().problems == ()


def test_the_same_result_again_is_answered_the_same_and_another_under_its_id_is_refused(room):
    scan, name = room.decided_scan(), new_id()
    first = room.inspect(scan, inspection=name)
    assert room.inspect(scan, inspection=name) == first
    assert kinds(room).count("inspected") == 1
    with pytest.raises(NotAllowed) as refused:
        room.inspect(scan, inspection=name, note="something else")
    assert refused.value.code == "other-inspection"


def test_a_container_is_its_lanes_newest_decided_scan(room):
    room.decided_scan(container="CSQU3054383")
    room.now += 10
    newest = room.decided_scan(container="csqu 305438-3")
    room.now += 10
    room.stored_scan(container="CSQU3054383")
    assert room.inspect(container="CSQU 3054383")[1] == newest


@pytest.mark.parametrize("lane", ["CNSHA-04", LANE])
def test_a_port_speaks_of_its_own_decided_scans_alone(room, lane):
    other = room.decided_scan(lane="CNNGB-01" if lane == LANE else LANE)
    for scan, container in ((other, ""), (new_id(), ""), ("", "MSCU1234566")):
        with pytest.raises(NotAllowed) as refused:
            room.inspect(scan, container=container, lane=lane)
        assert refused.value.code == "unknown-scan"


def test_what_nobody_decided_about_was_not_opened(room):
    with pytest.raises(NotAllowed) as refused:
        room.inspect(room.stored_scan())
    assert refused.value.code == "inspect-undecided"
    assert Kind.INSPECTED not in kinds(room)


def test_a_person_who_handles_writes_it_down_and_no_other(room):
    scan = room.decided_scan()
    for person, code in ((ANALYST, "not-a-handler"), (Person(name=ANALYST.name, role=Role.CHIEF), "decided-oneself")):
        with pytest.raises(NotAllowed) as refused:
            write_down(room, make_inspection(scan), person)
        assert refused.value.code == code
    write_down(room, make_inspection(scan), CHIEF)
    (kept,) = room.do(inspections_of, scan)
    assert kept.by == "Chen"
    assert room.verify().problems == ()


def test_the_newest_result_counts(room):
    scan = room.decided_scan()
    room.inspect(scan)
    room.inspect(scan, found=Found.NOTHING, items=())
    assert room.row(scan).inspected is Found.NOTHING
    assert [kept.inspection.found for kept in room.do(inspections_of, scan)] == [Found.NOTHING, Found.FOUND]
    (opened,) = room.do(lambda tx: list(opened_between(tx, 0.0, room.now + 1)))
    assert (opened.found, opened.lane, opened.analyst) == (Found.NOTHING, LANE, ANALYST.name)
    assert (opened.verdict, opened.reason, opened.labels) == (Verdict.HOLD, "suspect-object", ("weapon",))


def test_a_result_without_its_photo_is_refused_and_comes_again(room, photos):
    scan, name = room.decided_scan(), new_id()
    with pytest.raises(NotAllowed) as refused:
        room.inspect(scan, inspection=name, photos=(PHOTO,), check_photo=photos.check)
    assert refused.value.code == "photo-missing"
    photos.put(SHA256, JPEG)
    room.inspect(scan, inspection=name, photos=(PHOTO,), check_photo=photos.check)
    assert room.do(has_photo, scan, SHA256)
    assert not room.do(has_photo, room.decided_scan(), SHA256)
    assert room.do(photos_kept) == {SHA256}


def test_photos_are_what_they_are_named_and_nothing_else(photos):
    photos.put(SHA256, JPEG)
    photos.put(SHA256, JPEG)
    assert photos.read(SHA256) == JPEG
    with pytest.raises(BadInput):
        photos.put(SHA256, JPEG + b"!")
    with pytest.raises(BadInput):
        photos.put(hashlib.sha256(b"<html>").hexdigest(), b"<html>")
    with pytest.raises(NotAllowed):
        photos.read("0" * 64)
    with pytest.raises(NotAllowed):
        photos.check(Photo(sha256=SHA256, size_bytes=len(JPEG) + 1, form=PhotoForm.JPEG))


def test_an_altered_photo_is_not_shown(photos, tmp_path):
    photos.put(SHA256, JPEG)
    (path,) = (tmp_path / "photos").glob("??/*")
    path.write_bytes(JPEG.replace(b"behind", b"before"))
    with pytest.raises(BadInput, match="altered"):
        photos.read(SHA256)


def test_photos_that_no_result_names_are_forgotten_after_a_day(photos, tmp_path):
    photos.put(SHA256, JPEG)
    assert photos.sweep(frozenset()) == 0
    (path,) = (tmp_path / "photos").glob("??/*")
    os.utime(path, times=(time.time() - 25 * 3_600,) * 2)
    assert photos.sweep({SHA256}) == 0
    assert photos.sweep(frozenset()) == 1
    assert not path.exists()


@pytest.mark.parametrize("document", [b"{}", b"[]", b"\xff", b'{"inspection": 1}'])
def test_a_document_that_is_no_result_is_refused(document):
    with pytest.raises(BadInput):
        parse_inspection(document)


def test_a_result_has_one_form(room):
    inspection = make_inspection(new_id())
    assert parse_inspection(inspection.canonical()) == inspection
    with pytest.raises(BadInput):
        parse_inspection(inspection.canonical().replace(b'","', b'", "', 1))
