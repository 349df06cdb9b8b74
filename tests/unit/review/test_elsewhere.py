"""A hub learns from a port which scans another hub took while this one was away."""

import pytest

from scanview.core.work import WorkState
from scanview.hub import register
from scanview.review.elsewhere import Elsewhere
from scanview.store import catalogue
from scanview.wire.messages import ElsewhereNoted, GivenScan, ScansElsewhere
from tests.unit.review.made_surroundings import MadeSurroundings, make_port
from tests.unit.review.room import Room, hold, make_header, new_id

SECOND = "tcp://second:7300"


@pytest.fixture
def room(tmp_path):
    opened = Room(tmp_path)
    yield opened
    assert opened.verify().problems == ()
    opened.close()


def tell(room, *scans, lane="CNSHA-03"):
    """What the port of `lane` is answered when it says that the second hub has these."""
    surroundings = MadeSurroundings(room)
    port = make_port(room, lane)
    told = ScansElsewhere(scans=tuple(GivenScan(scan=scan, at=SECOND) for scan in scans))
    Elsewhere(surroundings.transactions, surroundings).received(port, told)
    surroundings.settle()
    return surroundings.to(port, ElsewhereNoted)


def state_of(room, scan):
    item = room.do(catalogue.read_record, scan).item
    return item.state, item.elsewhere


def test_nobody_waits_for_what_is_elsewhere(room):
    half_sent, stored, other = room.offer(), room.stored_scan(), room.stored_scan()
    assert tell(room, half_sent, stored) == [ElsewhereNoted(scans=(half_sent, stored))]
    assert state_of(room, half_sent) == state_of(room, stored) == (WorkState.ELSEWHERE, SECOND)
    assert room.take_next()[0] == other
    assert room.take_next() is None, "it is not handed out"
    assert room.take(stored).analyst, "but may be taken by hand"


def test_saying_it_again_changes_nothing(room):
    scan = room.stored_scan()
    tell(room, scan)
    before = room.do(catalogue.read_record, scan)
    assert tell(room, scan) == [ElsewhereNoted(scans=(scan,))]
    assert room.do(catalogue.read_record, scan) == before


def test_what_was_decided_here_stays_so_and_nobody_speaks_for_another_lane(room):
    decided, others, unknown = room.stored_scan(), room.stored_scan(lane="CNSHA-04"), new_id()
    room.decide(hold(decided, room.take(decided).fence))
    assert tell(room, decided, others, unknown) == [ElsewhereNoted(scans=(decided, others, unknown))]
    assert state_of(room, decided) == (WorkState.DECIDED, "")
    assert state_of(room, others) == (WorkState.WAITING, "")


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_scan_that_is_offered_here_again_is_waited_for_again(room, is_stored):
    scan = room.stored_scan() if is_stored else room.offer()
    tell(room, scan)
    room.do(register.record_offered, make_header(scan), None, room.now, True)
    assert state_of(room, scan) == (WorkState.WAITING if is_stored else WorkState.ARRIVING, "")


def test_a_scan_that_is_stored_here_after_all_is_waited_for(room):
    scan = room.offer()
    tell(room, scan)
    room.store(scan)
    assert state_of(room, scan) == (WorkState.WAITING, "")
