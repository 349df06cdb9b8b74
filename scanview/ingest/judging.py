"""The port's judgement of an order: whether it may be applied, and on what grounds.

An order counts only if it names this lane and a scan this lane made, by that very content. A release counts only if
people whom the pinned authority certified have signed it (release_grounds): the hub's signature alone opens no gate.

Orders of several hubs about one scan: each hub counts its own versions, and a hold stands against every other hub's
release until the hub that gave it lifts it.
"""

import logging
from collections.abc import Callable, Sequence

from scanview.core.delegation import DAY_S
from scanview.core.errors import NotAllowed, Refused, ScanViewError
from scanview.core.order import Order, parse_order
from scanview.core.review import Verdict
from scanview.core.triage import is_rules_actor
from scanview.ingest.release_grounds import (
    Judgement,
    grounds_of_direct_release,
    grounds_of_hold,
    grounds_of_release,
)
from scanview.ingest.trusted import Trusted
from scanview.store.grounds import NO_GROUNDS, NO_STATEMENT, Grounds
from scanview.store.port_log import LoggedOrder, LoggedScan, PortLog
from scanview.wire.authority import AuthorityCard
from scanview.wire.messages import OrderMessage

_log = logging.getLogger("scanview.ingest")


class Judge:
    """Judges the orders for one lane by what its log remembers and by whom it trusts; `own_now` is the port's clock."""

    def __init__(self, *, lane: str, log: PortLog, trusted: Trusted, own_now: Callable[[], float]) -> None:
        self._lane = lane
        self._log = log
        self._trusted = trusted
        self._own_now = own_now

    def judge(self, order: Order, message: OrderMessage, now: float, hub: str) -> Grounds:
        """On what grounds the order may be applied, which the hub with the key id `hub` has signed.

        `now` is UTC seconds by that hub's clock.

        Raises:
            NotAllowed: it may not, with the reason as its code.
            BadInput: the pinned authority is damaged.
            Unavailable: what is pinned cannot be read now.
        """
        scan = self._log.find_scan(order.scan)
        if order.order != message.order:
            raise NotAllowed("the document is another order than its message says", code="other-order")
        if order.lane != self._lane:
            raise NotAllowed(f"the order is for {order.lane}", code="other-lane")
        if scan is None:
            raise NotAllowed("this lane has made no such scan", code="unknown-scan")
        _check_content(order, scan)
        if order.verdict is Verdict.RELEASE and self._trusted.is_disputed(hub):
            raise NotAllowed("the hub has rewritten its ledger", code="ledger-disputed")
        if 0 < order.expires_at <= now:
            raise NotAllowed("the order has expired", code="expired")
        applied = self._log.applied_orders(order.scan)
        if why := _overruled(order, hub, applied):
            raise NotAllowed("an order that was applied before stands against it", code=why)
        return self._grounds(order, message, now, hub, applied)

    def overtaken(self, logged: LoggedOrder, now: float) -> str:
        """Why an order that waits for the gate must not be carried out any more; "" where it may be.

        Time or a newer order has passed it, or whoever signed it is not believed any more.
        """
        order = parse_order(logged.document)
        if 0 < order.expires_at <= now:
            return "expired"
        others = [other for other in self._log.applied_orders(logged.scan) if other.order != logged.order]
        if why := _overruled(order, logged.hub, others):
            return why
        if order.verdict is Verdict.RELEASE and self._trusted.is_disputed(logged.hub):
            return "ledger-disputed"
        return "" if order.verdict is Verdict.HOLD else self._withdrawn(logged.grounds, now, logged.hub)

    def learn(self, message: OrderMessage, hub: str) -> None:
        """Take up the list of revocations that came with an order of this hub."""
        if message.revocations is not None:
            self._trusted.learn(hub, message.revocations)

    def _withdrawn(self, grounds: Grounds, now: float, hub: str) -> str:
        """Why a release that was applied rests on nothing any more; "" where it does."""
        if grounds.ends_at and grounds.ends_at <= self._time(now, hub):
            return "expired"
        try:
            authority = self._trusted.authority(hub)
            revoked = frozenset() if authority is None else self._trusted.revoked(authority)
        except Refused as error:
            return error.code
        return "revoked" if not revoked.isdisjoint((*grounds.certificates, grounds.delegation)) else ""

    def _grounds(
        self, order: Order, message: OrderMessage, now: float, hub: str, applied: Sequence[LoggedOrder]
    ) -> Grounds:
        if order.verdict is Verdict.HOLD:
            return self._grounds_of_hold(order, message, now, hub, applied)
        authority = self._trusted.authority(hub)
        if authority is None:
            return NO_GROUNDS
        judgement = self._judgement(authority, now, hub, applied)
        if not is_rules_actor(order.decided_by):
            return grounds_of_release(order, message.warrants, judgement)
        if not self._trusted.settings.direct_release:
            raise NotAllowed("this lane takes no release by rules", code="no-direct-release")
        if applied:
            raise NotAllowed("rules release only what nobody has decided about", code="older-order")
        used = self._log.count_delegated(judgement.now, judgement.own_now, DAY_S)
        return grounds_of_direct_release(order, message.delegation, judgement, used)

    def _grounds_of_hold(
        self, order: Order, message: OrderMessage, now: float, hub: str, applied: Sequence[LoggedOrder]
    ) -> Grounds:
        """Nothing that is wrong with what is pinned here keeps a hold from being applied."""
        try:
            authority = self._trusted.authority(hub)
            if authority is None:
                return NO_GROUNDS
            return grounds_of_hold(order, message.warrants, self._judgement(authority, now, hub, applied))
        except ScanViewError as error:
            _log.error("who signed for a hold is not kept: %s", error, extra={"scan": order.scan})
            return NO_GROUNDS

    def _judgement(self, authority: AuthorityCard, now: float, hub: str, applied: Sequence[LoggedOrder]) -> Judgement:
        fences = (other.grounds.fence for other in applied if other.hub == hub)
        return Judgement(
            authority=authority,
            revoked=self._trusted.revoked(authority),
            now=self._time(now, hub),
            own_now=self._own_now(),
            signatures=self._trusted.settings.release_signatures,
            fence=max(fences, default=NO_STATEMENT),
        )

    def _time(self, now: float, hub: str) -> float:
        """The time that documents end by: never earlier than a person signed what was applied before.

        So a hub that was taken over brings nothing back to life by setting its clock back.
        """
        return max(now, self._log.last_signed_at(hub))


def _overruled(order: Order, hub: str, applied: Sequence[LoggedOrder]) -> str:
    """Why `order`, which `hub` signed, must not be applied after what was `applied` to its scan; "" where it may."""
    newest: dict[str, LoggedOrder] = {}
    for other in applied:
        giver = other.hub or hub
        if giver not in newest or other.version > newest[giver].version:
            newest[giver] = other
    own = newest.pop(hub, None)
    if own is not None and own.version >= order.version:
        return "older-order"
    holds = (parse_order(other.document).verdict is Verdict.HOLD for other in newest.values())
    return "held-elsewhere" if order.verdict is Verdict.RELEASE and any(holds) else ""


def _check_content(order: Order, scan: LoggedScan) -> None:
    """A release names the whole content this lane sent; a hold may come while it still grows."""
    if not order.content_sha256 and order.verdict is Verdict.HOLD:
        return
    if not scan.content_sha256 or order.content_sha256 != scan.content_sha256:
        raise NotAllowed("the order names another content than this lane's scan", code="other-content")
    if order.verdict is Verdict.RELEASE and not scan.complete:
        raise NotAllowed("the scan broke off before its end", code="incomplete-scan")
