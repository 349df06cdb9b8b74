"""Intake's way into the catalogue, and what a full disk still allows."""

from dataclasses import replace

import pytest

from scanview.core.clock import PortClock
from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.journal import Kind
from scanview.core.work import WorkState
from scanview.hub.register import Register
from scanview.settings import HubSettings
from scanview.store import catalogue, journal
from scanview.store.database import DatabaseThread
from tests.unit.review.room import CONTENT, make_header, new_id


@pytest.fixture
def register(tmp_path):
    changed = []
    made = Register(
        database=DatabaseThread(tmp_path / "c.sqlite"),
        settings=HubSettings(min_free_bytes=0),
        folder=tmp_path,
        on_changed=changed.append,
    )
    made.on_changed.__self__.clear()
    yield made
    made.database.close()


def changed(register):
    return register.on_changed.__self__


def record(register, scan):
    return register.database.submit(catalogue.find_record, scan).result()


def test_a_scan_is_known_once_offered_and_durable_once_stored(register):
    header = make_header(new_id())
    assert register.offered(header).result() == ""
    register.stored(header.scan, CONTENT, 3, (300, 290), True).result()
    assert register.offered(header).result() == CONTENT
    known = record(register, header.scan)
    assert (known.item.state, known.strips, known.columns) == (WorkState.WAITING, 3, (300, 290))
    assert known.item.recognition_due_at == pytest.approx(known.arrived_at + 60, abs=30)
    assert set(changed(register)) == {header.scan}


def test_storing_again_changes_nothing_and_other_content_is_refused(register):
    header = make_header(new_id())
    register.offered(header).result()
    register.stored(header.scan, CONTENT, 3, (300,), True).result()
    before = record(register, header.scan)
    register.stored(header.scan, CONTENT, 3, (300,), True).result()
    assert record(register, header.scan) == before
    with pytest.raises(NotAllowed, check=lambda error: error.code == "already-stored"):
        register.stored(header.scan, "cd" * 32, 3, (300,), True).result()


def test_the_same_id_with_another_header_is_refused(register):
    header = make_header(new_id())
    register.offered(header).result()
    with pytest.raises(NotAllowed, check=lambda error: error.code == "other-header"):
        register.offered(replace(header, container="MSCU1234566")).result()


def test_a_full_disk_takes_no_new_scan_but_goes_on_with_known_ones(register):
    known = make_header(new_id())
    register.offered(known).result()
    full = replace(register, settings=HubSettings(min_free_bytes=1 << 50))
    with pytest.raises(Unavailable, check=lambda error: error.code == "disk-full"):
        full.offered(make_header(new_id())).result()
    assert full.offered(known).result() == ""
    full.stored(known.scan, CONTENT, 3, (300,), True).result()


def test_a_scan_that_was_never_offered_cannot_be_stored(register):
    with pytest.raises(NotAllowed, check=lambda error: error.code == "unknown-scan"):
        register.stored(new_id(), CONTENT, 3, (300,), True).result()
    assert changed(register) == []


def test_what_is_known_of_the_ports_clock_is_kept_and_orders_nothing(register):
    early, late = (replace(make_header(new_id()), started_at=started_at) for started_at in (4e9, 1.0))
    register.offered(early, PortClock(offset_s=-2.5e9, error_s=0.02)).result()
    register.offered(late, None).result()
    bodies = [
        next(register.database.submit(journal.newest_about, scan.scan, Kind.SCAN_OFFERED).result()).body
        for scan in (early, late)
    ]
    assert bodies[0]["port_clock"] == {"started_at": 4e9, "offset_s": -2.5e9, "error_s": 0.02}
    assert "port_clock" not in bodies[1]
    assert record(register, early.scan).arrived_at <= record(register, late.scan).arrived_at < 3e9
