"""A decision is taken back in time or its order leaves: one of both, never both, whatever happens in between."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scanview.core.errors import NotAllowed
from scanview.core.order import parse_order
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.review.delivery import Delivery
from scanview.store import catalogue, verification
from tests.unit.review.made_surroundings import MadeSurroundings, make_port
from tests.unit.review.room import ANALYST, LANE, OTHER, SUPERVISOR, Room, hold, release

GRACE_S = 3.0


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path, grace_s=GRACE_S)
    yield made
    made.close()


@pytest.fixture
def around(room):
    return with_delivery(room)


def with_delivery(room):
    made = MadeSurroundings(room)
    made.delivery = Delivery(made.transactions, made, grace_s=GRACE_S)
    return made


def decided(room, **fields):
    scan = room.stored_scan()
    decision = hold(scan, room.take(scan).fence, **fields)
    made = room.decide(decision)
    return decision, made


def orders(around, port):
    return [message.order for peer, message, raw in around.sent if peer == port and raw]


def refused(code):
    return pytest.raises(NotAllowed, check=lambda error: error.code == code)


def test_in_the_grace_the_analyst_is_at_once_in_the_scan_again_and_decides_anew(room):
    decision, made = decided(room)
    assert made.undo_s == GRACE_S
    room.now += GRACE_S - 0.1

    lease = room.withdraw(decision)

    record = room.record(decision.scan)
    assert (record.item.state, record.item.lease) == (WorkState.IN_REVIEW, lease)
    assert (record.item.verdict, record.item.decided_by, record.reason) == (None, "", None)
    assert lease.fence > decision.fence
    assert room.row(decision.scan).delivery is DeliveryState.NONE
    with refused("stale-lease"):
        room.decide(hold(decision.scan, decision.fence))
    again = hold(decision.scan, lease.fence)
    room.decide(again)
    (order,) = room.do(catalogue.undelivered, LANE)
    assert (order.order, parse_order(order.document).version) == (again.decision, 2)
    room.checkpoint()
    assert room.verify().is_verified


def test_nothing_is_deleted(room):
    decision, _ = decided(room)
    room.withdraw(decision)

    about = [entry["kind"] for entry in entries(room) if entry["scan"] == decision.scan]

    assert about[-3:] == ["leased", "decided", "withdrawn"]
    assert room.do(catalogue.find_order, decision.decision) is not None
    assert room.do(catalogue.undelivered, LANE) == []


def test_a_withdrawal_asked_again_gets_the_same_answer_as_long_as_it_is_known(room):
    decision, _ = decided(room)
    lease = room.withdraw(decision)
    size = len(entries(room))
    room.now += 60

    assert room.withdraw(decision) == lease
    room.decide(hold(decision.scan, room.take(decision.scan).fence))
    assert room.withdraw(decision) == lease, "it ended since, which its renewal will say"
    assert room.record(decision.scan).item.state is WorkState.DECIDED
    assert len([entry for entry in entries(room) if entry["kind"] == "withdrawn"]) == 1
    assert size < len(entries(room))


def test_a_withdrawn_decision_does_not_come_again_by_itself(room):
    decision, _ = decided(room)
    lease = room.withdraw(decision)

    with refused("withdrawn"):
        room.decide(decision)
    with refused("decision-id-reused"):
        room.decide(replace(decision, fence=lease.fence))
    assert room.record(decision.scan).item.verdict is None


@pytest.mark.parametrize("later", [GRACE_S, GRACE_S + 1, 1_000.0])
def test_after_the_grace_it_stays_decided(room, later):
    decision, _ = decided(room)
    room.now += later

    with refused("grace-over"):
        room.withdraw(decision)

    assert room.record(decision.scan).item.state is WorkState.DECIDED


def test_without_a_grace_nothing_is_taken_back(tmp_path):
    room = Room(tmp_path)
    decision, made = decided(room)
    assert made.undo_s == 0.0
    with refused("grace-over"):
        room.withdraw(decision)
    room.close()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"person": OTHER}, "not-your-decision"),
        ({"workstation": "desk-2"}, "not-your-decision"),
        ({"person": SUPERVISOR}, "not-an-analyst"),
    ],
)
def test_only_who_decided_takes_back_and_only_there(room, asked, code):
    decision, _ = decided(room)
    with refused(code):
        room.withdraw(decision, **asked)


def test_a_decision_nobody_made_is_not_taken_back(room):
    decision, _ = decided(room)
    other = room.stored_scan()
    for unknown in (hold(decision.scan, 1), hold(other, 1)):
        with refused("unknown-decision"):
            room.withdraw(unknown)


def test_a_decision_after_a_withdrawal_can_be_taken_back_too(room):
    first, _ = decided(room)
    second = hold(first.scan, room.withdraw(first).fence)
    room.decide(second)

    assert room.withdraw(second).fence > second.fence
    assert room.verify().problems == ()


def test_a_decision_sent_again_says_how_long_is_left(room):
    decision, _ = decided(room)
    room.now += 1.0
    assert room.decide(decision).undo_s == GRACE_S - 1.0
    room.now += 100.0
    assert room.decide(decision).undo_s == 0.0


def test_the_order_leaves_when_the_grace_is_over_and_not_before(room, around):
    port = make_port(room)
    around.delivery.connected(port)
    decision, _ = decided(room)
    around.delivery.look(LANE)
    around.pass_time(GRACE_S - 0.1)
    assert orders(around, port) == []
    assert room.row(decision.scan).delivery is DeliveryState.WAITING

    around.pass_time(0.2)
    assert orders(around, port) == [decision.decision]
    with refused("order-left"):
        room.withdraw(decision)


def test_a_withdrawn_order_never_leaves_and_the_next_one_does(room, around):
    port = make_port(room)
    around.delivery.connected(port)
    decision, _ = decided(room)
    around.delivery.look(LANE)
    around.pass_time(1.0)
    lease = room.withdraw(decision)
    again = hold(decision.scan, lease.fence)
    room.decide(again)
    around.delivery.look(LANE)
    around.pass_time(2 * GRACE_S)

    assert set(orders(around, port)) == {again.decision}


def test_a_withdrawal_between_the_look_and_the_leaving_wins(room, around):
    """The outbox was read, and the decision taken back before what was read is acted on."""
    port = make_port(room)
    decision, _ = decided(room)
    room.now += GRACE_S
    around.delivery.connected(port)  # reads; the result waits to be posted
    room.now -= 0.5
    room.withdraw(decision)
    room.now += 0.5
    around.settle()

    assert orders(around, port) == []
    assert room.row(decision.scan).delivery is DeliveryState.NONE


@pytest.mark.parametrize("step", [-3_600.0, 3_600.0])
def test_no_step_of_the_clock_keeps_an_order_longer_than_the_grace(room, around, step):
    port = make_port(room)
    around.delivery.connected(port)
    decision, _ = decided(room)
    room.now += step
    around.delivery.look(LANE)
    around.pass_time(GRACE_S + 0.1)

    assert decision.decision in orders(around, port)


def test_a_hub_that_starts_again_in_the_grace_lets_the_order_leave_in_time_once(room, around):
    port = make_port(room)
    around.delivery.connected(port)
    decision, _ = decided(room)
    around.delivery.look(LANE)
    around.settle()
    room.now += 1.0
    started = with_delivery(room)
    started.delivery.connected(port)
    started.pass_time(GRACE_S - 1.1)
    assert orders(started, port) == []

    started.pass_time(0.2)
    assert orders(started, port) == [decision.decision]


def test_a_database_that_refuses_for_now_delays_an_order_and_loses_none(room, around, monkeypatch):
    port = make_port(room)
    around.delivery.connected(port)
    decision, _ = decided(room)
    with monkeypatch.context() as broken:
        broken.setattr(catalogue, "read_record", _no_disk)
        around.delivery.look(LANE)
        around.pass_time(GRACE_S + 0.1)
        assert orders(around, port) == []

    around.pass_time(10.0)
    assert decision.decision in orders(around, port)


def _no_disk(*_):
    raise NotAllowed("the disk is full", code="no-disk")


def entries(room):
    return list(verification.export(room.data))


class Grace(RuleBasedStateMachine):
    """Decisions, withdrawals, dying hubs, lanes that come and go, a clock that steps: sent or withdrawn, never both."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="grace-"))
        self.room = Room(self.folder, grace_s=GRACE_S)
        self.port = make_port(self.room)
        self.scan = self.room.stored_scan()
        self.room.recognise(self.scan, 0.1)
        self.made, self.withdrawn, self.left = [], set(), []
        self._start()

    def _start(self):
        self.around = with_delivery(self.room)
        self.around.on_written = self._note

    def _note(self):
        self.left += [order for order in orders(self.around, self.port) if order not in self.left]

    @precondition(lambda self: self.room.record(self.scan).item.verdict is None)
    @rule(releases=st.booleans())
    def decides(self, releases):
        lease = self.room.record(self.scan).item.lease
        fence = (lease if lease and lease.expires_at > self.room.now else self.room.take(self.scan)).fence
        decision = release(self.scan, fence) if releases else hold(self.scan, fence)
        self.room.decide(decision)
        self.made.append(decision)
        self.around.delivery.look(LANE)

    @precondition(lambda self: self.made)
    @rule(number=st.integers(0, 5), person=st.sampled_from([ANALYST, ANALYST, OTHER]))
    def takes_back(self, number, person):
        decision = self.made[-1 - number % len(self.made)]
        code = self._refusal(lambda: self.room.withdraw(decision, person))
        assert code in ("", "order-left", "grace-over", "not-your-decision")
        if not code:
            assert person == ANALYST
            self.withdrawn.add(decision.decision)

    @precondition(lambda self: self.made)
    @rule(number=st.integers(0, 5))
    def sends_again(self, number):
        decision = self.made[-1 - number % len(self.made)]
        code = self._refusal(lambda: self.room.decide(decision))
        assert code == ("withdrawn" if decision.decision in self.withdrawn else "")

    def _refusal(self, ask):
        try:
            ask()
        except NotAllowed as error:
            return error.code
        return ""

    @rule()
    def lane_comes(self):
        self.around.delivery.connected(self.port)

    @rule()
    def lane_goes(self):
        self.around.delivery.gone(self.port)

    @rule()
    def hub_settles(self):
        self.around.settle()

    @rule(seconds=st.floats(0.1, 4.0))
    def time_passes(self, seconds):
        self.around.pass_time(seconds)

    @rule(seconds=st.sampled_from([-30.0, 30.0]))
    def clock_steps(self, seconds):
        self.room.now = max(self.room.now + seconds, 100.0)

    @rule()
    def hub_dies(self):
        self._note()
        self._start()

    @rule()
    def port_answers(self):
        self._note()
        item = self.room.record(self.scan).item
        if item.decision and item.decision in self.left:
            self.room.receipt(item.decision, self.scan)

    @invariant()
    def never_both(self):
        self._note()
        assert not self.withdrawn & set(self.left)
        assert len(self.left) <= 1, "one order reaches the gate at most: the next needs a withdrawal of the last"

    def teardown(self):
        if not hasattr(self, "room"):
            return
        try:
            self.around.delivery.connected(self.port)
            self.around.pass_time(200.0)
            self._note()
            last = self.room.record(self.scan).item.decision
            assert set(self.left) == ({last} if last else set()), "what is decided in the end has left"
            versions = [parse_order(self.room.do(catalogue.find_order, d.decision).document).version for d in self.made]
            assert versions == sorted(set(versions))
            assert self.room.verify().problems == ()
        finally:
            self.room.close()
            shutil.rmtree(self.folder)


TestGrace = Grace.TestCase
TestGrace.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
