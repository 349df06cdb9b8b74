"""The port judges: what is not signed, not about this lane's very scan, late or old opens no gate."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.order import Order, Outcome, parse_receipt
from scanview.core.review import Verdict
from scanview.ingest.orders import OrderDesk
from scanview.ingest.trusted import Trusted
from scanview.settings import PortSettings
from scanview.store.port_log import PortLog
from scanview.wire.keys import Identity, Purpose, verify
from scanview.wire.messages import OrderMessage, PeerRole

LANE = "CNSHA-03"
SCAN, CONTENT = "1" * 32, "a" * 64
NOW = 1_000.0
HUB = Identity.make()
OTHER_HUB = Identity.make()
PORT = Identity.make()
RELEASE = Order(
    order="2" * 32,
    lane=LANE,
    scan=SCAN,
    container="CSQU3054383",
    content_sha256=CONTENT,
    verdict=Verdict.RELEASE,
    version=5,
    decided_by="li",
    reason="",
    note="",
    places=(),
    issued_at=NOW - 1,
    expires_at=NOW + 60,
)
HOLD = replace(RELEASE, order="3" * 32, verdict=Verdict.HOLD, reason="too-dense", expires_at=0.0)


class Lane:
    """A port's order desk on a disk, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gate: list[str] = []
        self.failures = 0
        self.start()

    def start(self) -> None:
        self.log = PortLog(self.folder / "port.sqlite")
        self.desk = OrderDesk(
            lane=LANE,
            identity=PORT,
            roots=(HUB.card(PeerRole.HUB, "hub"), OTHER_HUB.card(PeerRole.HUB, "hub")),
            trusted=Trusted(self.folder, {}, PortSettings()),
            log=self.log,
            gate_folder=self.folder / "gate",
            gate=self._open,
        )

    def kill(self) -> None:
        self.log.close()

    def receive(self, order: Order, *, by: Identity = HUB, document: bytes | None = None, order_id: str = ""):
        """(outcome, why) as the signed receipt says, or None where there is none."""
        document = order.canonical() if document is None else document
        signature = by.sign(document, Purpose.ORDER)
        message = OrderMessage(order=order_id or order.order, signatures=(signature,))
        answer = self.desk.receive(message, document, NOW)
        if answer is None:
            return None
        verify(answer.document, Purpose.ORDER_RECEIPT, answer.message.signature, PORT.card(PeerRole.PORT, LANE))
        receipt = parse_receipt(answer.document)
        assert (receipt.order, receipt.lane, receipt.at) == (answer.message.order, LANE, NOW)
        return receipt.outcome, receipt.why

    def _open(self, order: Order) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the gate's controller does not answer")
        self.gate.append(order.order)


@pytest.fixture
def lane(tmp_path: Path):
    lane = Lane(tmp_path)
    lane.log.begin_scan(SCAN, "CSQU3054383", NOW - 100)
    lane.log.end_scan(SCAN, CONTENT, complete=True)
    lane.log.scan_whole(SCAN, CONTENT)
    yield lane
    lane.kill()


def test_a_good_order_is_applied_once_however_often_it_comes(lane: Lane) -> None:
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")
    lane.kill()
    lane.start()
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")
    assert tuple(lane.desk.carry_out_rest(lambda _: NOW)) == ()
    assert lane.gate == [RELEASE.order]
    (file,) = (lane.folder / "gate").iterdir()
    assert json.loads(file.read_bytes())["verdict"] == "RELEASE"
    assert lane.log.count_applied_orders() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lane": "CNSHA-04"}, "other-lane"),
        ({"scan": "f" * 32}, "unknown-scan"),
        ({"content_sha256": "b" * 64}, "other-content"),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": NOW - 30}, "expired"),
    ],
)
def test_an_order_that_does_not_fit_is_refused_with_the_reason(lane: Lane, change: dict, why: str) -> None:
    assert lane.receive(replace(RELEASE, **change)) == (Outcome.REFUSED, why)
    assert lane.gate == []
    assert list((lane.folder / "gate").iterdir()) == []


@pytest.mark.parametrize("signer", [PORT, Identity.make()])
def test_an_order_that_no_root_signed_is_refused_and_does_not_stand_in_the_way(lane: Lane, signer: Identity) -> None:
    assert lane.receive(RELEASE, by=signer) == (Outcome.REFUSED, "bad-signature")
    assert lane.gate == []
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")


def test_an_altered_order_is_refused(lane: Lane) -> None:
    signature = HUB.sign(HOLD.canonical(), Purpose.ORDER)
    altered = replace(HOLD, verdict=Verdict.RELEASE, expires_at=NOW + 60).canonical()
    answer = lane.desk.receive(OrderMessage(order=HOLD.order, signatures=(signature,)), altered, NOW)
    assert parse_receipt(answer.document).why == "bad-signature"
    assert lane.gate == []


def test_a_signed_receipt_or_checkpoint_is_no_order(lane: Lane) -> None:
    for purpose in set(Purpose) - {Purpose.ORDER}:
        signature = HUB.sign(RELEASE.canonical(), purpose)
        message = OrderMessage(order=RELEASE.order, signatures=(signature,))
        assert parse_receipt(lane.desk.receive(message, RELEASE.canonical(), NOW).document).why == "bad-signature"


@pytest.mark.parametrize(("document", "why"), [(b"", "bad-document"), (b"{}", "bad-document")])
def test_a_signed_document_that_is_no_order_is_refused(lane: Lane, document: bytes, why: str) -> None:
    assert lane.receive(RELEASE, document=document) == (Outcome.REFUSED, why)


def test_a_document_under_another_orders_id_is_refused(lane: Lane) -> None:
    assert lane.receive(RELEASE, order_id="9" * 32) == (Outcome.REFUSED, "other-order")


def test_an_older_order_never_undoes_a_newer_one(lane: Lane) -> None:
    assert lane.receive(replace(HOLD, version=6)) == (Outcome.APPLIED, "")
    assert lane.receive(RELEASE) == (Outcome.REFUSED, "older-order")
    assert lane.receive(replace(RELEASE, order="4" * 32, version=7)) == (Outcome.APPLIED, "")
    assert lane.gate == [HOLD.order, "4" * 32]


def test_a_scan_that_broke_off_can_only_be_held(lane: Lane) -> None:
    scan = "5" * 32
    lane.log.begin_scan(scan, "", NOW)
    assert lane.receive(replace(RELEASE, scan=scan)) == (Outcome.REFUSED, "other-content")
    assert lane.receive(replace(HOLD, scan=scan, content_sha256="")) == (Outcome.APPLIED, "")
    lane.log.end_scan(scan, CONTENT, complete=False)
    lane.log.scan_whole(scan, CONTENT)
    release = replace(RELEASE, order="6" * 32, scan=scan, version=8)
    assert lane.receive(release) == (Outcome.REFUSED, "incomplete-scan")


def test_a_gate_that_fails_is_tried_again_before_anybody_is_told(lane: Lane) -> None:
    lane.failures = 3
    assert lane.receive(RELEASE) is None
    assert lane.receive(RELEASE) is None
    assert tuple(lane.desk.carry_out_rest(lambda _: NOW)) == ()
    lane.kill()
    lane.start()
    (answer,) = tuple(lane.desk.carry_out_rest(lambda _: NOW))
    assert parse_receipt(answer.document).outcome is Outcome.APPLIED
    assert lane.gate == [RELEASE.order]
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")
    assert lane.gate == [RELEASE.order]


def test_a_release_the_gate_never_took_opens_nothing_after_it_expired(lane: Lane) -> None:
    lane.failures = 1
    assert lane.receive(RELEASE) is None

    (answer,) = tuple(lane.desk.carry_out_rest(lambda _: RELEASE.expires_at))

    receipt = parse_receipt(answer.document)
    assert (receipt.outcome, receipt.why) == (Outcome.REFUSED, "expired")
    assert lane.gate == []
    assert tuple(lane.desk.carry_out_rest(lambda _: NOW)) == ()


def test_a_newer_hold_wins_over_a_release_the_gate_has_not_taken(lane: Lane) -> None:
    lane.failures = 1
    assert lane.receive(RELEASE) is None
    assert lane.receive(replace(HOLD, version=RELEASE.version + 1)) == (Outcome.APPLIED, "")

    (answer,) = tuple(lane.desk.carry_out_rest(lambda _: NOW))

    assert parse_receipt(answer.document).why == "older-order"
    assert lane.gate == [HOLD.order]
    assert lane.receive(RELEASE) == (Outcome.REFUSED, "older-order")


def test_a_hold_of_one_hub_stands_against_the_release_of_another(lane: Lane) -> None:
    assert lane.receive(HOLD) == (Outcome.APPLIED, "")
    release = replace(RELEASE, order="7" * 32, version=99)
    assert lane.receive(release, by=OTHER_HUB) == (Outcome.REFUSED, "held-elsewhere")
    assert lane.receive(replace(RELEASE, order="8" * 32, version=6)) == (Outcome.APPLIED, ""), "its own hub lifts it"
    assert lane.receive(replace(release, order="9" * 32), by=OTHER_HUB) == (Outcome.APPLIED, "")


def test_a_hold_comes_through_whatever_another_hub_has_counted(lane: Lane) -> None:
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")
    assert lane.receive(replace(HOLD, version=1), by=OTHER_HUB) == (Outcome.APPLIED, "")


def test_a_release_the_gate_has_not_taken_gives_way_to_the_hold_of_another_hub(lane: Lane) -> None:
    lane.failures = 1
    assert lane.receive(RELEASE) is None
    assert lane.receive(replace(HOLD, version=1), by=OTHER_HUB) == (Outcome.APPLIED, "")

    (answer,) = tuple(lane.desk.carry_out_rest(lambda _: NOW))

    assert parse_receipt(answer.document).why == "held-elsewhere"
    assert lane.gate == [HOLD.order]


def test_an_order_is_the_same_from_whatever_hub_it_comes(lane: Lane) -> None:
    assert lane.receive(RELEASE) == (Outcome.APPLIED, "")
    assert lane.receive(RELEASE, by=OTHER_HUB) == (Outcome.APPLIED, "")
    assert lane.gate == [RELEASE.order]


def test_what_the_gate_says_is_there_to_be_shown_until_it_takes_the_order(lane: Lane) -> None:
    lane.failures = 2
    assert lane.receive(RELEASE) is None
    assert tuple(lane.desk.carry_out_rest(lambda _: NOW)) == ()
    (failure,) = lane.desk.failures
    assert (failure.order, failure.attempts, failure.why) == (
        RELEASE.order,
        2,
        "the gate's controller does not answer",
    )
    assert len(tuple(lane.desk.carry_out_rest(lambda _: NOW))) == 1
    assert lane.desk.failures == ()
