"""An attacker who took a hub over: its folder with every key and every document in it, and the hub's own address.

What they do not have is the authority, whose secret was moved away before, and the keys of people, which never leave
their workstations. The port they attack is a real one, over a real connection.
"""

import secrets
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from scanview.core.delegation import DAY_S, Delegation
from scanview.core.order import Order, parse_receipt
from scanview.core.review import Role, Verdict
from scanview.core.signed_decision import SignedDecision
from scanview.ingest.port import Port
from scanview.store.folders import KEYS_FOLDER
from scanview.wire.authority import KEY_FILE, Authority
from scanview.wire.bare import Arrived, BareHub
from scanview.wire.codec import decode, encode
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments, write_pin
from scanview.wire.hub_authority import HubAuthority, move_authority
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import (
    Hello,
    OrderMessage,
    OrderReceiptMessage,
    PeerRole,
    Ping,
    Pong,
    Warrant,
    Welcome,
)
from scanview.wire.pinned_authority import pin_authority
from tests.flow.upload_network import LANE, scan_counts, send_lines
from tests.unit.wire.people import Signer

PATIENCE_S = 20.0
SCANS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who was certified before the theft. Their keys are at their workstations: only the honest use them."""

    li: Signer
    wang: Signer
    chen: Signer
    gone: Signer
    """Somebody who left, and whose key is the attacker's now; the authority took the certificate back."""


class StolenHub:
    """The attacker at the hub's address. `clock_off_s` is what they add to the time they tell."""

    def __init__(self, data: Path) -> None:
        self.identity = Identity.load_or_make(data / KEYS_FOLDER)
        self.enrolments = Enrolments(data / ENROLLED_FOLDER)
        self.clock_off_s = 0.0
        self._hub = BareHub("tcp://127.0.0.1:*", self.enrolments)
        self._hub.listen(self.identity)
        self._connection = b""
        self.endpoint = self._hub.endpoint

    def now(self) -> float:
        """The time the attacker tells."""
        return time.time() + self.clock_off_s

    def meet(self) -> None:
        """Wait for the port, and until it has measured the attacker's clock."""
        self._until(Ping)
        deadline = time.monotonic() + 2.5
        while (arrived := self._hub.receive(deadline - time.monotonic())) is not None:
            self._answer(arrived)

    def order(
        self,
        order: Order,
        *warrants: Warrant,
        by: Identity | None = None,
        **carried: object,
    ) -> str:
        """Why the port refuses this order; "" where it applies it."""
        document = order.canonical()
        signature = (by or self.identity).sign(document, Purpose.ORDER)
        message = OrderMessage(order=order.order, signatures=(signature,), warrants=warrants, **carried)
        self._hub.send(self._connection, [bytes(frame) for frame in encode(message, document)])
        while True:
            answer, receipt = self._until(OrderReceiptMessage)
            if answer.order == order.order:
                return parse_receipt(receipt).why

    def close(self) -> None:
        """Be gone."""
        self._hub.close()

    def _until(self, kind: type):
        deadline = time.monotonic() + PATIENCE_S
        while (arrived := self._hub.receive(deadline - time.monotonic())) is not None:
            message = self._answer(arrived)
            if isinstance(message, kind):
                return message, arrived.frames[1] if len(arrived.frames) > 1 else b""
        raise AssertionError(f"the port sends no {kind.__name__}")

    def _answer(self, arrived: Arrived):
        message = decode(arrived.frames, PeerRole.PORT).message
        self._connection = arrived.connection
        if isinstance(message, Hello):
            welcome = Welcome(
                version=2, hub="hub", hub_time=self.now(), window_bytes=1 << 20, heartbeat_s=1.0, instance="stolen"
            )
            self._hub.send(arrived.connection, [bytes(frame) for frame in encode(welcome)])
        elif isinstance(message, Ping):
            pong = Pong(hub_time=self.now(), number=message.number)
            self._hub.send(arrived.connection, [bytes(frame) for frame in encode(pong)])
        return message


class AttackedLane:
    """A lane with scans, whose port has pinned hub and authority; `gate` are the orders that moved its gate."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        authority = HubAuthority(self.data)
        held = authority.own()
        assert held is not None
        self.people = People(
            li=Signer.make(held, "li", number=1),
            wang=Signer.make(held, "wang", number=2),
            chen=Signer.make(held, "chen", role=Role.SUPERVISOR, number=3),
            gone=Signer.make(held, "gone", number=4),
        )
        self.revocations = held.revoke([self.people.gone.certificate.certificate], time.time())
        move_authority(self.data, folder / "away", "open sesame")
        assert not (self.data / "authority" / KEY_FILE).exists()
        self.authority: Authority = held
        self.hub = StolenHub(self.data)
        self.gate: list[str] = []
        spool = folder / "spool"
        identity = Identity.load_or_make(spool)
        self.hub.enrolments.add(identity.card(PeerRole.PORT, LANE))
        write_pin(spool, self.hub.identity.card(PeerRole.HUB, "hub"))
        pin_authority(spool, authority.card)
        self.port = Port(
            lane=LANE, endpoint=self.hub.endpoint, spool=spool, gate=lambda order: self.gate.append(order.order)
        )
        self.scans = [send_lines(self.port, scan_counts(columns=130, rows=16, seed=seed)) for seed in range(SCANS)]
        self._thread = threading.Thread(target=self.port.run, name="attacked port")
        self._thread.start()
        self.hub.meet()

    def release(self, number: int, **changes: object) -> Order:
        """The order that releases the scan of this number."""
        scan, content = self.scans[number]
        values = {
            "order": secrets.token_hex(16),
            "lane": LANE,
            "scan": scan,
            "container": "",
            "content_sha256": content,
            "verdict": Verdict.RELEASE,
            "version": 1,
            "decided_by": "li",
            "reason": "",
            "note": "",
            "places": (),
            "issued_at": time.time(),
            "expires_at": time.time() + 30 * DAY_S,
        }
        return Order(**{**values, **changes})

    def hold(self, number: int, **changes: object) -> Order:
        """The order that holds the scan of this number."""
        return self.release(number, **{"verdict": Verdict.HOLD, "expires_at": 0.0, **changes})

    def _moved(self, order: Order) -> None:
        self.gate.append(order.order)

    def close(self) -> None:
        """End the port and the attacker."""
        self.port.stop()
        self._thread.join()
        self.hub.close()


def statement(order: Order, person: str = "li", **changes: object) -> SignedDecision:
    """What somebody honestly signs for `order`."""
    values = {
        "decision": order.order,
        "person": person,
        "lane": order.lane,
        "container": order.container,
        "scan": order.scan,
        "content_sha256": order.content_sha256,
        "verdict": order.verdict,
        "fence": 10,
        "model": "",
        "decision_sha256": "d" * 64,
        "signed_at": time.time(),
        "expires_at": time.time() + 600 if order.verdict is Verdict.RELEASE else 0.0,
    }
    return SignedDecision(**{**values, **changes})


def delegation(**changes: object) -> Delegation:
    """What a supervisor honestly signed for the rules of version 3: two scans a day."""
    values = {
        "delegation": "e" * 32,
        "person": "chen",
        "rules_version": 3,
        "rules_sha256": "c" * 64,
        "bound": 0.001,
        "lanes": (),
        "daily_cap": 2,
        "issued_at": time.time() - 60,
        "expires_at": time.time() + 30 * DAY_S,
    }
    return replace(Delegation(**values), **changes)
