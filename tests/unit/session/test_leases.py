"""A lease is renewed in time, as long as it is ours."""

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.work import Lease
from scanview.session import events
from scanview.session.leases import Leases
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import FakeClock, FakeHub, scan_id

LEASE = Lease(fence=5, analyst="zhang", workstation="desk-1", expires_at=115.0)


class Desk:
    def __init__(self):
        self.hub, self.clock, self.told = FakeHub(), FakeClock(), []
        self.leases = Leases(self.hub, self.clock, self.told.append)
        self.leases.took(scan_id(1), LEASE, hub_now=100.0)


@pytest.fixture
def desk():
    return Desk()


def test_it_is_renewed_several_times_within_its_length(desk):
    desk.clock.pass_s(15)

    renewals = desk.hub.asked(wire.RenewLease)
    assert len(renewals) == 3
    assert renewals[0] == wire.RenewLease(request=0, scan=scan_id(1), fence=5)


def test_what_ended_is_renewed_no_more(desk):
    desk.leases.ended(scan_id(1))
    desk.clock.pass_s(100)

    assert desk.hub.questions == []


def test_a_refused_renewal_is_told_once(desk):
    desk.clock.pass_s(5)
    desk.hub.refuse(wire.RenewLease, NotAllowed("gone", code="stale-lease"))
    desk.clock.pass_s(100)

    assert [event.scan for event in desk.told if isinstance(event, events.LeaseLost)] == [scan_id(1)]
    assert len(desk.hub.questions) == 1


def test_a_hub_that_cannot_be_reached_takes_no_lease_away(desk):
    desk.clock.pass_s(5)
    desk.hub.refuse(wire.RenewLease, Unavailable("?", code="not-connected"))

    assert desk.told == []
    assert desk.leases.held == {scan_id(1): LEASE}


def test_a_late_refusal_says_nothing_about_a_newer_lease(desk):
    desk.clock.pass_s(5)
    newer = Lease(fence=9, analyst="zhang", workstation="desk-1", expires_at=130.0)
    desk.leases.took(scan_id(1), newer, hub_now=106.0)
    desk.hub.refuse(wire.RenewLease, NotAllowed("gone", code="stale-lease"))

    assert desk.told == []
    assert desk.leases.held == {scan_id(1): newer}


def test_a_renewal_that_comes_before_the_sign_in_after_a_break_takes_no_lease_away(desk):
    desk.clock.pass_s(5)
    desk.hub.refuse(wire.RenewLease, NotAllowed("nobody", code="not-signed-in"))

    assert desk.told == []
    assert desk.leases.held == {scan_id(1): LEASE}
    desk.leases.renew()
    assert len(desk.hub.asked(wire.RenewLease)) == 1
