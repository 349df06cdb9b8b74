"""Tells a hub that was given up which of the scans it was offered another hub has taken since. On the reactor's thread.

Without that its people would wait for scans that never come, and decide what others decide. The port's log keeps what a
hub has not noted yet, over any number of starts.
"""

import logging
from collections.abc import Callable

from scanview.core.errors import Unavailable
from scanview.store.port_log import PortLog
from scanview.wire.hub_link import HubLink
from scanview.wire.messages import MAX_ELSEWHERE, ElsewhereNoted, GivenScan, Message, ScansElsewhere

_log = logging.getLogger("scanview.ingest")


class Elsewhere:
    """What the hub with the key id `hub`, at the other end of `link`, is still to be told.

    `place_of` says, for the key id of any hub, where it is, in words for people.
    """

    def __init__(self, *, link: HubLink, log: PortLog, hub: str, place_of: Callable[[str], str]) -> None:
        self._link = link
        self._log = log
        self._hub = hub
        self._place_of = place_of

    def tell(self) -> None:
        """Say all that is to be said, where the hub is there and wants to know."""
        welcome = self._link.welcome
        if welcome is None or not welcome.notes_elsewhere:
            return
        if given := self._log.received_elsewhere(self._hub, MAX_ELSEWHERE):
            self._link.send(
                ScansElsewhere(scans=tuple(GivenScan(scan=scan, at=self._place_of(key)) for scan, key in given))
            )

    def handle(self, message: Message) -> bool:
        """Cross out what the hub has noted; False where the message is about something else."""
        if not isinstance(message, ElsewhereNoted):
            return False
        try:
            if self._log.offers_are_over(message.scans, self._hub) > 0:
                self.tell()
        except Unavailable as error:
            _log.error("what the hub has noted is told it again later: %s", error)
        return True
