"""A lane whose port has an authority pinned, and what people sign for it."""

from pathlib import Path

from scanview.core.delegation import DAY_S, Delegation
from scanview.core.order import Order, Outcome, parse_receipt
from scanview.core.review import Role, Verdict
from scanview.core.signed_decision import SignedDecision
from scanview.ingest.orders import OrderDesk
from scanview.ingest.trusted import Trusted
from scanview.settings import PortSettings
from scanview.store.port_log import PortLog
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import OrderMessage, PeerRole, Warrant
from scanview.wire.pinned_authority import pin_authority
from tests.unit.wire.people import Signer, new_authority

LANE = "CNSHA-03"
NOW = 1_000_000.0
CONTENT = "a" * 64
HUB, OTHER_HUB, PORT = Identity.make(), Identity.make(), Identity.make()
CUSTOMS = new_authority()
LI = Signer.make(CUSTOMS, "li", number=1)
WANG = Signer.make(CUSTOMS, "wang", number=2)
CHEN = Signer.make(CUSTOMS, "chen", role=Role.SUPERVISOR, number=3)


def release(number: int = 1, **changes) -> Order:
    values = {
        "order": f"{number:032x}",
        "lane": LANE,
        "scan": f"{number:032x}",
        "container": "CSQU3054383",
        "content_sha256": CONTENT,
        "verdict": Verdict.RELEASE,
        "version": 1,
        "decided_by": "li",
        "reason": "",
        "note": "",
        "places": (),
        "issued_at": NOW,
        "expires_at": NOW + 600,
    }
    return Order(**{**values, **changes})


def statement(order: Order, person: str = "li", **changes) -> SignedDecision:
    values = {
        "decision": order.order,
        "person": person,
        "lane": order.lane,
        "container": order.container,
        "scan": order.scan,
        "content_sha256": order.content_sha256,
        "verdict": order.verdict,
        "fence": 10,
        "model": "detector 1",
        "decision_sha256": "d" * 64,
        "signed_at": NOW - 5,
        "expires_at": NOW + 600,
    }
    return SignedDecision(**{**values, **changes})


def direct(number: int = 1, **changes) -> Order:
    return release(number, **{"decided_by": "rules/3", **changes})


DELEGATION = Delegation(
    delegation="e" * 32,
    person="chen",
    rules_version=3,
    rules_sha256="c" * 64,
    bound=0.001,
    lanes=(),
    daily_cap=3,
    issued_at=NOW - 100,
    expires_at=NOW + 30 * DAY_S,
)


class Lane:
    """A port's order desk with an authority pinned."""

    def __init__(self, folder: Path, **chosen) -> None:
        self.folder = folder
        self.gate: list[str] = []
        self.is_jammed = False
        self.now = NOW
        self.own_now = NOW + 5 * DAY_S
        self.log = PortLog(folder / "port.sqlite")
        self.trusted = Trusted(folder, {}, PortSettings(**chosen))
        pin_authority(folder, CUSTOMS.card)
        self.desk = OrderDesk(
            lane=LANE,
            identity=PORT,
            roots=(HUB.card(PeerRole.HUB, "hub"), OTHER_HUB.card(PeerRole.HUB, "hub")),
            trusted=self.trusted,
            log=self.log,
            gate_folder=folder / "gate",
            gate=self._open,
            own_now=lambda: self.own_now,
        )
        for number in range(1, 9):
            self.log.begin_scan(f"{number:032x}", "CSQU3054383", NOW - 100)
            self.log.end_scan(f"{number:032x}", CONTENT, complete=True)
            self.log.scan_whole(f"{number:032x}", CONTENT)

    def receive(self, order: Order, *warrants: Warrant, by: Identity = HUB, **carried) -> str:
        """Why the order is refused; "" where it is applied, "waits" where the gate is jammed."""
        document = order.canonical()
        message = OrderMessage(
            order=order.order, signatures=(by.sign(document, Purpose.ORDER),), warrants=warrants, **carried
        )
        answer = self.desk.receive(message, document, self.now)
        return "waits" if answer is None else self._why(answer)

    def carry_out_rest(self) -> list[str]:
        return [self._why(answer) for answer in self.desk.carry_out_rest(lambda _: self.now)]

    def _why(self, answer) -> str:
        receipt = parse_receipt(answer.document)
        assert (receipt.outcome is Outcome.APPLIED) == (receipt.why == "")
        return receipt.why

    def _open(self, order: Order) -> None:
        if self.is_jammed:
            raise OSError("jammed")
        self.gate.append(order.order)
