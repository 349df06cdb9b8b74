"""The shelf: supervisors keep scans for everybody to compare with, and the ledger tells of it."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.journal import Kind
from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Person, Role
from scanview.review import shelf
from scanview.store import verification
from tests.unit.review.room import ANALYST, SUPERVISOR, Room, hold, new_id

CASE = Shelving(kind=RelatedKind.LIBRARY, title="毒品藏于冷机 · cocaine in a reefer unit")
EMPTY = Shelving(kind=RelatedKind.REFERENCE, container_type="22G1")


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def shelve(room, scan, shelving=CASE, person=SUPERVISOR):
    return room.do(shelf.shelve, scan=scan, shelving=shelving, person=person, now=room.now)


def unshelve(room, scan, person=SUPERVISOR):
    return room.do(shelf.unshelve, scan=scan, person=person, now=room.now)


def entries(room, scan):
    kinds = (Kind.SHELVED, Kind.UNSHELVED)
    return [(e["kind"], e["actor"]) for e in verification.export(room.data) if e["scan"] == scan and e["kind"] in kinds]


def test_a_scan_is_shelved_shown_in_its_row_and_taken_off_again(room):
    scan = room.stored_scan(container_type="22G1")
    before = room.row(scan)
    assert (before.shelved, before.container_type) == (None, "22G1")

    shelve(room, scan)
    assert room.row(scan).shelved == CASE
    assert room.row(scan).seq > before.seq, "so that everybody is told"
    shelve(room, scan, EMPTY)
    assert room.row(scan).shelved == EMPTY
    unshelve(room, scan)
    assert room.row(scan).shelved is None
    assert entries(room, scan) == [("shelved", "Ada"), ("shelved", "Ada"), ("unshelved", "Ada")]
    assert room.verify().problems == ()


def test_asking_again_changes_nothing(room):
    scan = room.stored_scan()
    assert shelve(room, scan) > 0
    assert shelve(room, scan) == 0
    assert unshelve(room, scan) > 0
    assert unshelve(room, scan) == 0
    assert len(entries(room, scan)) == 2


@pytest.mark.parametrize("person", [ANALYST, Person(name="root", role=Role.ADMINISTRATOR)])
def test_only_supervisors_change_the_shelf(room, person):
    scan = room.stored_scan()
    shelve(room, scan)
    for attempt in (lambda: shelve(room, scan, EMPTY, person), lambda: unshelve(room, scan, person)):
        with pytest.raises(NotAllowed) as raised:
            attempt()
        assert raised.value.code == "not-a-supervisor"
        assert raised.value.remedy
    assert room.row(scan).shelved == CASE


def test_only_a_scan_that_is_stored_whole_is_shelved(room):
    torn = room.offer()
    room.store(torn, complete=False)
    for scan in (room.offer(), torn):
        with pytest.raises(NotAllowed) as raised:
            shelve(room, scan)
        assert raised.value.code == "shelve-incomplete"
        assert room.row(scan).shelved is None
    with pytest.raises(NotAllowed):
        shelve(room, new_id())


def test_the_shelf_and_the_review_do_not_get_into_each_others_way(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    shelve(room, scan)
    decision = hold(scan, lease.fence)
    room.decide(decision)
    unshelve(room, scan)
    room.receipt(decision.decision, scan)

    assert room.record(scan).item.state.value == "closed"
    assert room.verify().problems == ()
