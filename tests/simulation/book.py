"""What everybody in the world knows to be so: what was given, decided, told and done. Oracles compare it in the end."""

from dataclasses import dataclass, field

from scanview.core.order import Order
from scanview.core.review import Decision, Verdict
from scanview.core.triage import is_rules_actor
from tests.simulation.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A scan that a device has given to its port, which has said that it is safe there."""

    lane: str
    content_sha256: str


@dataclass(slots=True, kw_only=True)
class Intent:
    """A decision that a person made at a desk: what the desk told of it since."""

    decision: Decision
    desk: str
    hub: str
    is_kept: bool = False
    is_confirmed: bool = False
    is_refused: bool = False
    is_withdrawn: bool = False
    was_withdrawal_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCall:
    """An order that reached a gate, in which start of its port, after how many refusals of its disk, and when."""

    lane: str
    order: Order
    start: int
    refusals: int
    at_s: float


@dataclass(slots=True)
class Book:
    """All of it. `lacks` is what a hub that was set back may have forgotten."""

    world: World
    begun: dict[str, str] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    calls: list[GateCall] = field(default_factory=list)
    set_back: set[str] = field(default_factory=set)

    def gate_called(self, lane: str, order: Order, start: int, refusals: int) -> None:
        """A gate is given an order: is that right at this moment?"""
        self.world.note(None, f"gate {lane} {order.verdict} {order.scan[:6]} {order.version}")
        self._check_release(lane, order)
        self._check_holds(order)
        intent = self.intents.get(order.order)
        if intent is not None and intent.is_withdrawn:
            self.world.wrong(f"order {order.order} was taken back and reached the gate")
        for call in self.calls:
            if call.order.order == order.order and (call.start, call.refusals) == (start, refusals):
                self.world.wrong(f"order {order.order} reached the gate twice, and nothing had failed between")
        self.calls.append(GateCall(lane=lane, order=order, start=start, refusals=refusals, at_s=self.world.now))

    def _check_holds(self, order: Order) -> None:
        """A newer hold of the same hub, and the newest of any other hub where that is a hold, stand against it."""
        if order.verdict is not Verdict.RELEASE or self.set_back:
            return
        newest: dict[str, Order] = {}
        for call in self.calls:
            if call.order.scan == order.scan and call.order.order != order.order:
                giver = self._hub_of(call.order)
                if giver not in newest or newest[giver].version < call.order.version:
                    newest[giver] = call.order
        own = newest.pop(self._hub_of(order), None)
        if own is not None and own.version >= order.version:
            self.world.wrong(f"release {order.order} reached the gate after a newer order")
        if any(other.verdict is Verdict.HOLD for other in newest.values()):
            self.world.wrong(f"release {order.order} reached the gate against another hub's hold")

    def _hub_of(self, order: Order) -> str:
        intent = self.intents.get(order.order)
        return intent.hub if intent else "hub1"  # rules speak where a worker is

    def _check_release(self, lane: str, order: Order) -> None:
        given = self.given.get(order.scan)
        if order.verdict is not Verdict.RELEASE:
            return
        if given is None or given.lane != lane or given.content_sha256 != order.content_sha256:
            self.world.wrong(f"release {order.order} names a content that {lane} did not give whole")
        if is_rules_actor(order.decided_by):
            return
        intent = self.intents.get(order.order)
        said = intent.decision if intent else None
        if said is None or (said.verdict, said.scan, said.content_sha256) != (
            order.verdict,
            order.scan,
            order.content_sha256,
        ):
            self.world.wrong(f"release {order.order} at {lane} follows from no person's decision")
