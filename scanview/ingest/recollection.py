"""Tells a hub what the port had from it, so that one restored from an old copy finds out, and gives back what is kept.

The conversation is that of docs/protocol.md, "A hub that was set back". On the reactor's thread.
"""

import logging
from collections.abc import MutableMapping

from scanview.core.errors import ScanViewError
from scanview.ingest.spool import Spool
from scanview.wire.hub_link import HubLink
from scanview.wire.messages import (
    MAX_RECALLED,
    AppliedOrder,
    Message,
    Recall,
    RecalledOrder,
    RecallMissing,
    ReceivedScan,
    Signature,
)
from scanview.wire.reactor import Reactor, Timer

_log = logging.getLogger("scanview.ingest")

ANSWER_S = 15.0
"""A recall that is not answered for so long is sent again: no order comes before."""


class Recollection:
    """What the port remembers of the hub with the key id `hub`, at the other end of `link`.

    `lost` are the scans that the hub lacks and of which no copy was kept; `claims` says which of a port's
    hubs is offered which scan.
    """

    def __init__(
        self, *, reactor: Reactor, link: HubLink, spool: Spool, hub: str, claims: MutableMapping[str, str]
    ) -> None:
        self.lost: tuple[str, ...] = ()
        self._reactor = reactor
        self._link = link
        self._spool = spool
        self._hub = hub
        self._claims = claims
        self._told = ""
        self._is_second = False
        self._coming_back: set[str] = set()
        self._unanswered: Timer | None = None

    def connected(self) -> None:
        """The hub has welcomed us: tell it everything, unless this very start of it knows."""
        self._is_second = False
        welcome = self._link.welcome
        if welcome is not None and welcome.version >= Recall.since:
            self._tell(everything=not welcome.instance or welcome.instance != self._told)

    def lost_connection(self) -> None:
        """No answer comes any more."""
        self._answered()

    def settled(self, scan: str) -> None:
        """The hub has answered for good about a scan: when all that it lacked are there, tell everything again."""
        if scan in self._coming_back:
            self._coming_back.discard(scan)
            if not self._coming_back:
                self._is_second = False
                self._tell(everything=True)

    def handle(self, message: Message) -> bool:
        """Give back what the hub lacks; False where the message is about something else."""
        if not isinstance(message, RecallMissing):
            return False
        self._answered()
        given_back = [order for order in message.orders if self._give_back(order)]
        back = {scan for scan in message.scans if scan in self._coming_back or self._take_back(scan)}
        self._coming_back |= back
        self.lost = tuple(scan for scan in message.scans if scan not in back)
        if message.scans or message.orders:
            _log.error(
                "the hub was set back: it lacks %d scans and %d orders; %d scans are sent again, %d cannot be",
                len(message.scans),
                len(message.orders),
                len(back),
                len(self.lost),
            )
        if given_back and not self._is_second:
            self._is_second = True
            self._tell(everything=True)
        elif self._link.welcome is not None and not self._coming_back:
            self._told = self._link.welcome.instance
        return True

    def _tell(self, *, everything: bool) -> None:
        log = self._spool.log
        scans = log.received_from(self._hub, MAX_RECALLED) if everything else ()
        orders = log.applied_from(self._hub, MAX_RECALLED) if everything else ()
        self._answered()
        self._unanswered = self._reactor.call_later(ANSWER_S, lambda: self._tell(everything=everything))
        self._link.send(
            Recall(
                scans=tuple(ReceivedScan(scan=scan, content_sha256=content) for scan, content in scans),
                orders=tuple(AppliedOrder(order=order, scan=scan) for order, scan in orders),
            )
        )

    def _answered(self) -> None:
        if self._unanswered is not None:
            self._unanswered.cancel()
            self._unanswered = None

    def _take_back(self, scan: str) -> bool:
        """Spool the kept copy again, for this hub; False where there is none, or the disk refuses."""
        self._claims[scan] = self._hub
        try:
            if self._spool.take_back(scan):
                return True
        except ScanViewError as error:
            _log.error("the copy that was kept cannot be sent again: %s", error, extra={"scan": scan})
        self._claims.pop(scan, None)
        return False

    def _give_back(self, order: str) -> bool:
        """Send the hub's own order, as it signed it, with our receipt; False where it is not here."""
        known = self._spool.log.find_order(order)
        if known is None or not known.applied or not known.order_signature:
            return False
        return self._link.send(
            RecalledOrder(
                order=order,
                signature=Signature(key=known.hub, value=known.order_signature),
                receipt_signature=Signature(key=known.signature_key, value=known.signature_value),
            ),
            known.document,
            known.receipt,
        )
