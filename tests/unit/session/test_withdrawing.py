"""A withdrawal is asked until the hub has answered, and what was said of the scan waits for the answer."""

import pytest

from scanview.core.errors import NotAllowed, ScanViewError, Unavailable
from scanview.core.work import Lease
from scanview.session.withdrawing import Withdrawing
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import FakeClock, FakeHub, scan_id

SCAN, DECISION = scan_id(1), scan_id(7)
LEASE = Lease(fence=9, analyst="zhang", workstation="desk-1", expires_at=2e9)
LEASED = wire.Leased(request=1, scan=SCAN, lease=LEASE)


class Desk:
    def __init__(self):
        self.hub, self.clock = FakeHub(), FakeClock()
        self.took, self.over = [], []
        self.withdrawing = Withdrawing(
            self.hub, self.clock, lambda scan, lease: self.took.append((scan, lease)), self.over.append
        )

    def asked(self):
        return [(message.scan, message.decision) for message in self.hub.asked(wire.Withdraw)]


@pytest.fixture
def desk():
    return Desk()


def test_what_was_said_stays_until_the_grace_is_over(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    desk.clock.pass_s(2.9)
    assert desk.withdrawing.may_come_back(SCAN)
    assert desk.over == []
    desk.clock.pass_s(0.2)
    assert not desk.withdrawing.may_come_back(SCAN)
    assert desk.over == [SCAN]


def test_without_a_grace_it_goes_at_once(desk):
    desk.withdrawing.settled(SCAN, DECISION, 0.0)
    assert desk.over == [SCAN]


def test_taken_back_it_stays_and_the_lease_is_ours(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    lease = desk.withdrawing.withdraw(SCAN, DECISION)
    assert desk.asked() == [(SCAN, DECISION)]
    desk.hub.answer(wire.Withdraw, LEASED)
    desk.clock.pass_s(100)

    assert lease.result(0) == LEASE
    assert desk.took == [(SCAN, LEASE)]
    assert desk.over == []


def test_a_lost_answer_is_asked_for_again_even_after_the_grace(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    lease = desk.withdrawing.withdraw(SCAN, DECISION)
    desk.hub.lose_link()
    desk.clock.pass_s(10)
    assert not lease.done()
    assert desk.over == [], "whether it was taken back only the hub knows"

    desk.hub.questions.clear()
    desk.withdrawing.signed_in()
    assert desk.asked() == [(SCAN, DECISION)]
    desk.hub.answer(wire.Withdraw, LEASED)
    assert lease.result(0) == LEASE
    assert desk.took == [(SCAN, LEASE)]


def test_a_refusal_is_final_and_the_decision_stands(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    lease = desk.withdrawing.withdraw(SCAN, DECISION)
    desk.hub.refuse(wire.Withdraw, NotAllowed("left", code="order-left"))

    with pytest.raises(ScanViewError, check=lambda error: error.code == "order-left"):
        lease.result(0)
    assert desk.over == [SCAN]
    desk.withdrawing.signed_in()
    assert desk.asked() == []


def test_asked_twice_it_is_one_question(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    first = desk.withdrawing.withdraw(SCAN, DECISION)
    assert desk.withdrawing.withdraw(SCAN, DECISION) is first
    assert len(desk.asked()) == 1


def test_whoever_leaves_takes_nothing_back(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    lease = desk.withdrawing.withdraw(SCAN, DECISION)
    desk.withdrawing.signed_out()

    with pytest.raises(Unavailable):
        lease.result(0)
    assert desk.over == [SCAN]
    desk.hub.answer(wire.Withdraw, LEASED)
    assert desk.took == []


def test_a_second_decision_about_the_scan_has_a_grace_of_its_own(desk):
    desk.withdrawing.settled(SCAN, DECISION, 3.0)
    desk.withdrawing.withdraw(SCAN, DECISION)
    desk.hub.answer(wire.Withdraw, LEASED)
    desk.clock.pass_s(2.0)
    desk.withdrawing.settled(SCAN, scan_id(8), 3.0)
    desk.clock.pass_s(1.5)
    assert desk.over == []
    desk.clock.pass_s(2.0)
    assert desk.over == [SCAN]
