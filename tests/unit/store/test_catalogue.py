"""The catalogue's questions are answered from small indexes, however many scans there ever were."""

import pytest
from sqlalchemy import event, text

from scanview.core.dispatching import Terms
from scanview.core.errors import Fault, NotAllowed
from scanview.core.searching import Search, SearchPlace
from scanview.core.work import LeaseRenewed
from scanview.store import catalogue
from scanview.store.searching import search
from scanview.store.waiting import assigned_to, waiting
from scanview.wire.messages import Signature
from tests.unit.review.room import ANALYST, LANE, Room, hold, new_id


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def plans(room, function, *arguments):
    """How SQLite carries out what `function` asks."""

    def run(tx):
        asked = []
        event.listen(tx, "before_cursor_execute", lambda c, cursor, sql, values, *_: asked.append((sql, values)))
        function(tx, *arguments)
        return [
            step.detail
            for sql, values in list(asked)
            for step in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]

    return room.do(run)


@pytest.mark.parametrize(
    ("function", "arguments", "index"),
    [
        (lambda tx: list(waiting(tx, Terms(), 1.0)), (), "scans_waiting"),
        (lambda tx: list(assigned_to(tx, "Li", Terms(), 1.0)), (), "scans_assigned"),
        (catalogue.current_leases_of, ("Li", 1.0), "scans_leased"),
        (catalogue.leases_ended_by, (1.0,), "scans_leased"),
        (catalogue.leases_of, ("Li", "desk-1"), "scans_leased"),
        (catalogue.unrecognised, (3,), "scans_unrecognised"),
        (catalogue.arriving_unrecognised, (3,), "scans_arriving_unrecognised"),
        (catalogue.undelivered, (LANE,), "scans_undelivered"),
        (catalogue.rows_after, (7,), "sqlite_autoindex_scans"),
        (catalogue.open_rows, (0, 7), "scans_open"),
        (catalogue.lately_decided, ("", 3), "scans_decided"),
        (catalogue.lately_decided, ("Li", 3), "scans_decided_by"),
        (lambda tx: search(tx, Search(), None, limit=3), (), "COVERING INDEX scans_searched"),
        (
            lambda tx: search(tx, Search(text="CSQU", lane="CNSHA"), SearchPlace(seq=9), limit=3),
            (),
            "COVERING INDEX scans_searched",
        ),
        (lambda tx: search(tx, Search(decided=True), SearchPlace(seq=9), limit=3), (), "COVERING INDEX scans_searched"),
    ],
)
def test_no_question_reads_all_scans(room, function, arguments, index):
    details = plans(room, function, *arguments)
    assert any(index in detail for detail in details)
    reads_all = [detail for detail in details if detail.startswith("SCAN") and "USING" not in detail]
    assert reads_all == []
    if function is not catalogue.undelivered:
        assert not any("TEMP B-TREE" in detail for detail in details)


def test_an_order_keeps_its_bytes_and_its_signature(room):
    scan = room.stored_scan()
    decision = hold(scan, room.take(scan).fence)
    room.decide(decision)
    (first,) = room.do(catalogue.undelivered, LANE)
    again = room.do(catalogue.find_order, decision.decision)
    assert first == again
    assert isinstance(first.signature, Signature)
    assert room.do(catalogue.find_order, new_id()) is None


def test_a_lost_update_is_a_fault_and_changes_nothing(room):
    scan = room.stored_scan()
    lease = room.take(scan)

    def two_at_once(tx):
        old = catalogue.read_record(tx, scan).item
        catalogue.renew_lease(tx, scan, LeaseRenewed(fence=lease.fence, expires_at=5_000.0))
        catalogue._update(tx, old, {"lease_expires_at": 9_000.0})

    with pytest.raises(Fault, check=lambda error: error.code == "lost-update"):
        room.do(two_at_once)
    assert room.record(scan).item.lease.expires_at == lease.expires_at


def test_what_is_unknown_is_said_to_be(room):
    for function in (catalogue.read_record, catalogue.read_header):
        with pytest.raises(NotAllowed, check=lambda error: error.code == "unknown-scan"):
            room.do(function, new_id())
    assert room.do(catalogue.rows_of, [new_id()]) == ()
    assert room.do(catalogue.find_decision, new_id()) is None
    assert room.do(catalogue.latest_recognition, new_id()) is None


def test_long_texts_of_a_port_are_shown_short(room):
    scan = room.offer(container="C" * 500, plate="P" * 500)
    row = room.row(scan)
    assert (len(row.container), len(row.plate), row.container_valid) == (64, 64, False)
    assert len(room.record(scan).container) == 500
    assert room.verify().is_verified


def test_texts_from_outside_stay_texts(room):
    hostile = "'; DROP TABLE scans; --\x00\n%s {0} \u202e"
    scan = room.offer(container=hostile, plate=hostile)
    decision = hold(scan, room.take(scan).fence, note=hostile)
    room.decide(decision)
    assert room.record(scan).plate == hostile
    assert room.do(lambda tx: tx.execute(text("SELECT count(*) FROM scans")).scalar()) == 1
    assert room.do(catalogue.find_decision, decision.decision)[1] == ANALYST.name
    assert room.verify().is_verified
