"""Which scans are found to compare with, whoever typed their numbers how, and without reading all there are."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.related import RelatedKind, Shelving
from scanview.review import shelf
from scanview.store.related import find_related
from tests.unit.review.room import SUPERVISOR, Room, hold, new_id
from tests.unit.store.test_catalogue import plans

NUMBER = "CSQU3054383"


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def found(room, scan):
    return [related.scan for related in room.do(find_related, scan)]


def later(room, **fields):
    room.now += 60
    return room.stored_scan(**fields)


def shelve(room, scan, kind=RelatedKind.REFERENCE, **fields):
    room.do(shelf.shelve, scan=scan, shelving=Shelving(kind=kind, **fields), person=SUPERVISOR, now=room.now)


def test_earlier_scans_of_the_container_then_of_the_lorry_newest_first_never_itself_or_later_ones(room):
    first = room.stored_scan(container="csqu 305438-3")
    lorry = later(room, container="MSCU1234566", plate="沪A·12345")
    second = later(room, container=NUMBER, plate="粤B99999")
    later(room, container="TGHU7599330", plate="粤B11111")
    now = later(room, container=NUMBER, plate="沪A12345")
    later(room, container=NUMBER)

    assert found(room, now) == [second, first, lorry]


def test_a_scan_that_is_not_stored_or_not_complete_is_never_offered(room):
    room.offer(container=NUMBER)
    room.store(room.offer(container=NUMBER), complete=False)
    assert found(room, later(room, container=NUMBER)) == []


def test_a_scan_that_still_arrives_can_be_compared_with_earlier_ones(room):
    first = room.stored_scan(container=NUMBER)
    room.now += 60
    assert found(room, room.offer(container=NUMBER)) == [first]


def test_what_was_decided_about_an_earlier_scan_is_told(room):
    first = room.stored_scan(container=NUMBER, plate="沪A12345")
    room.decide(hold(first, room.take(first).fence))
    (related,) = room.do(find_related, later(room, container=NUMBER))

    assert related.kind is RelatedKind.EARLIER
    assert (related.verdict.value, related.container, related.plate) == ("HOLD", NUMBER, "沪A12345")
    assert related.arrived_at == 1_000.0


def test_placeholders_for_a_number_relate_nothing(room):
    room.stored_scan(container="UNKNOWN", plate="N/A")
    room.stored_scan(container="", plate="")
    assert found(room, later(room, container="unknown", plate="n/a")) == []
    assert found(room, later(room, container="", plate="")) == []


def test_references_of_the_same_type_or_of_an_unknown_one_where_there_are_none(room):
    short = room.stored_scan(container="", container_type="22G1")
    unknown = later(room, container="")
    for scan, code in ((short, "22G1"), (unknown, "")):
        shelve(room, scan, container_type=code)

    assert found(room, later(room, container="", container_type="22G0")) == [short]
    assert found(room, later(room, container="", container_type="45G1")) == [unknown]
    assert found(room, later(room, container="")) == [unknown, short], "any may fit a container of unknown type"


def test_the_library_comes_last_with_its_titles(room):
    case = room.stored_scan(container="", container_type="45R1")
    shelve(room, case, RelatedKind.LIBRARY, title="Cocaine in reefer machinery")
    empty = later(room, container="")
    shelve(room, empty, container_type="22G1")
    related = room.do(find_related, later(room, container="", container_type="22G1"))

    assert [(r.scan, r.kind, r.title) for r in related] == [
        (empty, RelatedKind.REFERENCE, "22G1"),
        (case, RelatedKind.LIBRARY, "Cocaine in reefer machinery"),
    ]


def test_what_is_taken_off_the_shelf_is_offered_no_more(room):
    case = room.stored_scan(container="")
    shelve(room, case, RelatedKind.LIBRARY, title="A case")
    room.do(shelf.unshelve, scan=case, person=SUPERVISOR, now=room.now)
    assert found(room, later(room, container="")) == []


def test_an_unknown_scan_is_refused(room):
    with pytest.raises(NotAllowed):
        room.do(find_related, new_id())


def test_no_question_reads_all_scans(room):
    scan = room.stored_scan(container=NUMBER, plate="沪A12345", container_type="22G1")
    details = plans(room, find_related, scan)

    for index in ("scans_of_container", "scans_of_lorry", "scans_shelved"):
        assert any(f"INDEX {index}" in detail for detail in details), details
    assert not [detail for detail in details if detail.startswith("SCAN") and "USING" not in detail]
