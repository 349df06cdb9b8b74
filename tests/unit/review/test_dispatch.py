"""Who gets which scan: one analyst per scan, the most urgent first, and nothing starves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import NotAllowed
from scanview.core.review import Risk
from scanview.core.work import RecognitionState, WorkState
from scanview.core.worklist import PENDING_DELAY_S, RISK_DELAY_S, queue_at
from scanview.review import dispatch
from scanview.store import catalogue
from tests.unit.review.room import ANALYST, OTHER, Room, new_id


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def refused(code):
    return pytest.raises(NotAllowed, check=lambda error: error.code == code)


def test_a_scan_is_with_one_analyst_until_the_lease_runs_out(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    with refused("already-leased"):
        room.take(scan, OTHER)
    with refused("already-leased"):
        room.take(scan, ANALYST, "desk-2")
    room.now += 14
    room.do(dispatch.renew, scan=scan, fence=lease.fence, person=ANALYST, now=room.now, lease_s=15.0)
    room.now += 14
    with refused("already-leased"):
        room.take(scan, OTHER)
    room.now += 1
    assert room.take(scan, OTHER).fence > lease.fence
    assert room.verify().is_verified


def test_a_client_that_starts_again_takes_its_scan_anew_and_the_old_lease_is_over(room):
    scan = room.stored_scan()
    old = room.take(scan)
    new = room.take(scan)
    assert new.fence > old.fence
    with refused("stale-lease"):
        room.do(dispatch.give_back, scan=scan, fence=old.fence, person=ANALYST, now=room.now)
    assert room.verify().is_verified


def test_a_clock_that_is_set_back_breaks_no_lease_and_no_ledger(room):
    scan = room.stored_scan()
    room.now = 5_000.0
    lease = room.take(scan)
    room.now = 4_000.0
    room.do(dispatch.renew, scan=scan, fence=lease.fence, person=ANALYST, now=room.now, lease_s=15.0)
    room.now = 4_020.0
    room.take(scan, OTHER)
    assert room.verify().problems == ()


def test_only_the_holder_renews_and_gives_back(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    for function, fields in ((dispatch.renew, {"lease_s": 15.0}), (dispatch.give_back, {})):
        with refused("stale-lease"):
            room.do(function, scan=scan, fence=lease.fence, person=OTHER, now=room.now, **fields)
        with refused("stale-lease"):
            room.do(function, scan=scan, fence=lease.fence + 1, person=ANALYST, now=room.now, **fields)
    room.do(dispatch.give_back, scan=scan, fence=lease.fence, person=ANALYST, now=room.now)
    assert room.row(scan).state is WorkState.WAITING


def test_leases_that_run_out_put_their_scans_back(room):
    scans = [room.stored_scan() for _ in range(3)]
    room.take(scans[0])
    room.now += 10
    room.take(scans[1])
    room.now += 5
    assert room.do(dispatch.expire, now=room.now, lease_s=15.0) == 1
    assert [room.row(scan).state for scan in scans] == [WorkState.WAITING, WorkState.IN_REVIEW, WorkState.WAITING]
    assert room.do(dispatch.expire, now=room.now, lease_s=15.0) == 0
    assert room.verify().is_verified


def test_no_step_of_the_clock_makes_a_lease_longer(room):
    scan = room.stored_scan()
    room.take(scan)
    room.now -= 6 * 3_600
    assert room.do(dispatch.expire, now=room.now, lease_s=15.0) == 0
    room.now += 15
    assert room.do(dispatch.expire, now=room.now, lease_s=15.0) == 1
    assert room.row(scan).state is WorkState.WAITING
    assert room.verify().is_verified


def test_signing_out_gives_back_what_is_held_at_this_workstation(room):
    here, there = room.stored_scan(), room.stored_scan()
    room.take(here, workstation="desk-1")
    room.take(there, workstation="desk-2")
    room.do(dispatch.give_back_all, person=ANALYST, workstation="desk-1", now=room.now)
    assert room.row(here).analyst == ""
    assert room.row(there).analyst == ANALYST.name


def test_the_next_scan_is_the_riskiest_then_the_oldest(room):
    low, high, old_high = room.stored_scan(), None, None
    room.recognise(low, 0.0)
    room.now += 1
    old_high = room.stored_scan()
    room.now += 1
    high = room.stored_scan()
    room.recognise(high, 0.95)
    room.recognise(old_high, 0.95)
    assert [room.take_next()[0] for _ in range(3)] == [old_high, high, low]
    assert room.take_next() is None


def test_a_scan_of_low_risk_ages_to_the_front(room):
    low = room.stored_scan()
    room.recognise(low, 0.0)
    room.now += RISK_DELAY_S[Risk.LOW] + 1
    high = room.stored_scan()
    room.recognise(high, 0.95)
    assert room.take_next()[0] == low


def test_decided_and_arriving_scans_are_not_given_out(room):
    room.offer()
    assert room.take_next() is None
    with refused("unknown-scan"):
        room.take(new_id())


def test_rows_sort_into_the_order_the_hub_gives_them_out(room):
    for number in range(12):
        room.now += 97.0 * (number % 5)
        scan = room.stored_scan()
        if number % 4:
            room.recognise(scan, (0.0, 0.4, 0.9)[number % 3])
    rows, _ = room.do(catalogue.rows_after, 0)
    expected = [row.scan for row in sorted(rows, key=lambda row: row.queue_key)]
    assert [room.take_next()[0] for _ in rows] == expected


arrivals = st.tuples(st.floats(0, 1e6), st.sampled_from(Risk), st.sampled_from(RecognitionState))


@settings(max_examples=200)
@given(arrivals, arrivals)
def test_nobody_is_overtaken_by_a_scan_that_came_much_later(first, second):
    longest = max(RISK_DELAY_S.values()) + PENDING_DELAY_S
    if second[0] > first[0] + longest:
        assert queue_at(*first) < queue_at(*second)
    if first[1:] == second[1:] and first[0] < second[0]:
        assert queue_at(*first) <= queue_at(*second)
