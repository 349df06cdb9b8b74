"""Serves who looks at which scan: the next by lot or, where it is allowed, the one they choose; renewed, given back."""

from collections.abc import Callable

from scanview.core.dispatching import Terms
from scanview.core.review import Person
from scanview.core.rights import check_reviews
from scanview.review import dispatch
from scanview.review.answering import Answering
from scanview.review.attendance import Attendance
from scanview.store.database import Transaction
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Leasing:
    """The service of `TakeNext`, `Take`, `RenewLease` and `GiveBack`. `terms` are the room's as they are now."""

    serves: frozenset[type[Message]] = frozenset(
        {messages.TakeNext, messages.Take, messages.RenewLease, messages.GiveBack}
    )

    def __init__(
        self, answering: Answering, attendance: Attendance, terms: Callable[[], Terms], *, lease_s: float
    ) -> None:
        self._answering = answering
        self._attendance = attendance
        self._terms = terms
        self._lease_s = lease_s

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        match message:
            case messages.TakeNext() | messages.Take():
                self._take(peer, person, message)
            case messages.RenewLease():
                self._renew(peer, person, message)
            case messages.GiveBack():
                self._give_back(peer, person, message)

    def _take(self, peer: Peer, person: Person, message: messages.TakeNext | messages.Take) -> None:
        check_reviews(person)
        self._attendance.check_at_work(person)
        now, request, lease_s = self._answering.surroundings.now(), message.request, self._lease_s
        workstation, terms = peer.card.name, self._terms()

        def take(tx: Transaction) -> dispatch.Given | None:
            if isinstance(message, messages.TakeNext):
                return dispatch.take_next(
                    tx, person=person, workstation=workstation, now=now, lease_s=lease_s, terms=terms
                )
            scan = message.scan
            lease = dispatch.take(
                tx, scan=scan, person=person, workstation=workstation, now=now, lease_s=lease_s, terms=terms
            )
            return dispatch.Given(scan=scan, lease=lease)

        def leased(given: dispatch.Given | None) -> Message:
            if given is None:
                return messages.Leased(request=request, scan="", lease=None)
            return messages.Leased(request=request, scan=given.scan, lease=given.lease, ahead=given.ahead)

        self._answering.write(peer, request, take, leased)

    def _renew(self, peer: Peer, person: Person, message: messages.RenewLease) -> None:
        now, request = self._answering.surroundings.now(), message.request
        scan, fence, lease_s = message.scan, message.fence, self._lease_s
        self._answering.read(
            peer,
            request,
            lambda tx: dispatch.renew(tx, scan=scan, fence=fence, person=person, now=now, lease_s=lease_s),
            lambda _: messages.Done(request=request),
        )

    def _give_back(self, peer: Peer, person: Person, message: messages.GiveBack) -> None:
        now, request = self._answering.surroundings.now(), message.request
        scan, fence = message.scan, message.fence
        self._answering.write(
            peer,
            request,
            lambda tx: dispatch.give_back(tx, scan=scan, fence=fence, person=person, now=now),
            lambda seq: messages.Done(request=request, seq=seq),
        )
