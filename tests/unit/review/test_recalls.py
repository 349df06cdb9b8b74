"""A hub that was set back learns from its ports what it has forgotten, says so, and never decides it a second time."""

import shutil

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.order import OrderReceipt, Outcome
from scanview.core.review import Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.review.recalls import Recalls
from scanview.store import catalogue
from scanview.store.database import Database
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import AppliedOrder, Recall, RecalledOrder, RecallMissing, ReceivedScan, Signature
from tests.unit.review.made_surroundings import MadeSurroundings, make_port
from tests.unit.review.room import CONTENT, LANE, Room, hold, release


class SetBack:
    """A hub that was restored from a copy of before it decided about `scan`; `outgoing` is the order it forgot."""

    def __init__(self, tmp_path, decision_of, *, of_late_scan=False):
        (tmp_path / "lost").mkdir()
        lost = Room(tmp_path / "lost")
        self.scan = lost.stored_scan()
        lost.database.close()
        shutil.copytree(tmp_path / "lost", tmp_path / "restored")
        lost.database = Database(lost.path)
        lost.now += 61
        self.late_scan = lost.stored_scan()
        self.scan = self.late_scan if of_late_scan else self.scan
        lost.now += 61
        self.decision = decision_of(self.scan, lost.take(self.scan).fence)
        lost.decide(self.decision)
        (self.outgoing,) = lost.do(catalogue.undelivered, LANE)
        lost.close()
        self.room = Room(tmp_path / "restored")
        self.room.hub, self.room.port, self.room.card = lost.hub, lost.port, lost.card
        self.around = MadeSurroundings(self.room)
        self.known = []
        self.recalls = Recalls(self.around.transactions, self.around, self.room.card, self.known.append)
        self.port = make_port(self.room)

    def recall(self, *scans, orders=()):
        self.around.sent.clear()
        told = tuple(ReceivedScan(scan=scan, content_sha256=CONTENT) for scan in scans)
        self.recalls.received(self.port, Recall(scans=told, orders=tuple(orders)))
        self.around.settle()
        ((peer, message, _),) = self.around.sent
        assert isinstance(message, RecallMissing)
        assert peer == self.port
        return message

    @property
    def applied(self):
        return AppliedOrder(order=self.decision.decision, scan=self.scan)

    def give_back(self, *, document=b"", outcome=Outcome.APPLIED, identity=None, signature=None):
        document = document or self.outgoing.document
        receipt = OrderReceipt(
            order=self.decision.decision, lane=LANE, scan=self.scan, outcome=outcome, why="", at=1.0
        ).canonical()
        message = RecalledOrder(
            order=self.decision.decision,
            signature=signature or self.outgoing.signature,
            receipt_signature=(identity or self.room.port).sign(receipt, Purpose.ORDER_RECEIPT),
        )
        self.recalls.order(self.port, message, document, receipt)
        self.around.settle()


@pytest.fixture
def set_back(tmp_path):
    made = SetBack(tmp_path, hold)
    yield made
    made.room.close()


def test_what_is_known_is_not_asked_for_and_orders_may_go(set_back):
    assert set_back.recall(set_back.scan) == RecallMissing()
    assert set_back.known == [set_back.port]
    assert set_back.room.verify().missing == ()


def test_a_gap_is_named_once_and_orders_wait_until_it_is_told_of(set_back):
    missing = set_back.recall(set_back.scan, set_back.late_scan, orders=[set_back.applied])
    assert missing == RecallMissing(scans=(set_back.late_scan,), orders=(set_back.decision.decision,))
    assert set_back.known == []
    report = set_back.room.verify()
    assert report.is_verified
    assert [name.split()[-1] for name in report.missing] == [set_back.late_scan, set_back.scan]
    set_back.recall(set_back.scan, set_back.late_scan, orders=[set_back.applied])
    assert set_back.known == [set_back.port], "it has said all that it can"
    assert set_back.room.verify().entries == report.entries, "the same gap is one entry"


def test_a_forgotten_order_closes_its_scan_and_nobody_decides_again(set_back):
    set_back.recall(orders=[set_back.applied])
    lease = set_back.room.take(set_back.scan)
    for _ in range(2):
        set_back.give_back()
    row = set_back.room.row(set_back.scan)
    assert (row.state, row.verdict, row.delivery) == (WorkState.CLOSED, Verdict.HOLD, DeliveryState.APPLIED)
    with pytest.raises(NotAllowed):
        set_back.room.decide(hold(set_back.scan, lease.fence))
    assert set_back.recall(orders=[set_back.applied]) == RecallMissing()
    report = set_back.room.verify()
    assert (report.problems, report.missing) == ((), ())


@pytest.mark.parametrize("verdict", [hold, release])
def test_an_order_that_comes_before_its_scan_closes_it_as_it_is_offered(tmp_path, verdict):
    fields = {"without_recognition": True} if verdict is release else {}
    made = SetBack(tmp_path, lambda scan, fence: verdict(scan, fence, **fields), of_late_scan=True)
    made.give_back()
    made.room.offer(made.scan)
    made.recalls.scan_changed(made.scan)
    made.around.settle()
    assert made.room.row(made.scan).state is WorkState.CLOSED
    with pytest.raises(NotAllowed):
        made.room.take(made.scan)
    made.room.store(made.scan)
    row = made.room.row(made.scan)
    assert (row.state, row.stored, row.verdict) == (WorkState.CLOSED, True, made.decision.verdict)
    assert made.room.verify().is_verified
    made.room.close()


def test_a_forgotten_release_closes_its_scan(tmp_path):
    made = SetBack(tmp_path, lambda scan, fence: release(scan, fence, without_recognition=True))
    made.give_back()
    assert (made.room.row(made.scan).state, made.room.row(made.scan).verdict) == (WorkState.CLOSED, Verdict.RELEASE)
    assert made.room.verify().is_verified
    made.room.close()


@pytest.mark.parametrize(
    "lie",
    [
        {"document": b"{}"},
        {"signature": Signature(key="0" * 16, value="0" * 128)},
        {"identity": Identity.make()},
        {"outcome": Outcome.REFUSED},
    ],
)
def test_only_what_this_hub_and_the_port_signed_is_believed(set_back, lie):
    set_back.give_back(**lie)
    assert set_back.room.row(set_back.scan).state is WorkState.WAITING


def test_nothing_is_taken_back_about_a_scan_that_is_closed(set_back):
    lease = set_back.room.take(set_back.scan)
    again = hold(set_back.scan, lease.fence)
    set_back.room.decide(again)
    set_back.room.receipt(again.decision, set_back.scan)
    set_back.give_back()
    assert set_back.room.record(set_back.scan).item.decision == again.decision
