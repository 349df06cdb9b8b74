"""The desk in front of the review room: who sits at which workstation, and what they may ask for.

A person sits at one connection of one workstation, and is gone with it. What a workstation asks is done in a
transaction and answered when that is committed.
"""

import logging
from collections.abc import Callable, Iterable, Mapping

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.review import Person
from scanview.core.work import Lease
from scanview.review import decisions
from scanview.review.answering import Answering
from scanview.review.overdue import let_rules_speak
from scanview.review.services import Service, by_message
from scanview.review.sign_in import Entrance, record_leaving
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.review.triage import Triager
from scanview.review.watchers import Watchers
from scanview.review.withdrawals import withdraw
from scanview.store.database import Transaction
from scanview.wire import messages
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

_log = logging.getLogger(__name__)


class Desk:
    """Serves the workstations. Everything here runs on the reactor's thread."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        surroundings: Surroundings,
        watchers: Watchers,
        rules: decisions.OrderRules,
        triager: Triager,
        lease_s: float,
        on_decided: Callable[[str], None],
        on_left: Callable[[Person], None] = lambda _: None,
        services: Iterable[Service] = (),
    ) -> None:
        """`on_decided` is told the lane of every decision, once it is durable, `on_left` who signs out.

        `services` serve all other messages.
        """
        self._transactions = transactions
        self._surroundings = surroundings
        self._watchers = watchers
        self._rules = rules
        self._triager = triager
        self._lease_s = lease_s
        self._on_decided = on_decided
        self._on_left = on_left
        self._answering = Answering(transactions, surroundings)
        self._services = by_message(services)
        self._entrance = Entrance(transactions, surroundings)
        self._here: set[Peer] = set()
        self._seats: dict[Peer, Person] = {}

    def connected(self, peer: Peer) -> None:
        """A workstation is there; nobody sits at it yet."""
        self._here.add(peer)

    def gone(self, peer: Peer) -> None:
        """The workstation is not there any more. Its leases run out by themselves, in case it comes back."""
        self._here.discard(peer)
        if peer in self._seats:
            self._leave(peer, why="connection lost", gives_back=False)

    @property
    def seats(self) -> Mapping[Peer, Person]:
        """Who sits at which connection."""
        return self._seats

    def person_at(self, peer: Peer) -> Person:
        """Who sits there; NotAllowed where nobody does."""
        person = self._seats.get(peer)
        if person is None:
            raise NotAllowed("nobody is signed in at this workstation", code="not-signed-in", remedy="Sign in")
        return person

    def handle(self, peer: Peer, message: Message) -> None:
        """Serve one message of a workstation."""
        try:
            self._serve(peer, message)
        except ScanViewError as error:
            self._surroundings.send(peer, failed(getattr(message, "request", 0), error))

    def close(self) -> None:
        """Let go of the threads."""
        self._entrance.close()

    def _serve(self, peer: Peer, message: Message) -> None:
        match message:
            case messages.SignIn():
                self._sign_in(peer, message)
            case messages.SignOut(request=request):
                self.person_at(peer)
                self._leave(peer, why="signed out", gives_back=True, answer=request)
            case messages.WatchWorklist():
                self._watchers.watch(peer, self.person_at(peer), request=message.request, after=message.after)
            case messages.Decide():
                self._decide(peer, message)
            case messages.Withdraw():
                self._withdraw(peer, message)
            case _:
                self._serve_by_another(peer, message)

    def _serve_by_another(self, peer: Peer, message: Message) -> None:
        service = self._services.get(type(message))
        if service is None:
            _log.warning("the desk does not serve %s", type(message).__name__)
        else:
            service.serve(peer, self.person_at(peer), message)

    def _sign_in(self, peer: Peer, message: messages.SignIn) -> None:
        if peer in self._seats:
            self._leave(peer, why="somebody signs in anew", gives_back=True)

        def seated(person: Person) -> None:
            if peer in self._here:
                self._seats[peer] = person
                self._surroundings.send(peer, messages.SignedIn(request=message.request, person=person))

        self._entrance.sign_in(
            name=message.name,
            password=message.password,
            workstation=peer.card.name,
            then=seated,
            otherwise=lambda error: self._answering.refuse(peer, message.request, error),
        )

    def _leave(self, peer: Peer, *, why: str, gives_back: bool, answer: int = 0) -> None:
        person, now = self._seats.pop(peer), self._surroundings.now()
        if gives_back:
            self._on_left(person)
        self._watchers.gone(peer)
        self._transactions.write(
            lambda tx: record_leaving(tx, person, peer.card.name, now, why=why, gives_back=gives_back),
            lambda seq: self._confirm(peer, answer, seq),
            lambda error: self._answering.refuse(peer, answer, error),
        )

    def _decide(self, peer: Peer, message: messages.Decide) -> None:
        person, now, decision = self.person_at(peer), self._surroundings.now(), message.decision

        def decide(tx: Transaction) -> decisions.Made:
            let_rules_speak(tx, scan=decision.scan, now=now, triager=self._triager)
            return decisions.decide(tx, decision=decision, person=person, now=now, rules=self._rules)

        def decided(made: decisions.Made) -> Message:
            _log.info("%s by %s", decision.verdict, person.name, extra={"scan": decision.scan})
            self._on_decided(made.lane)
            return messages.Done(request=message.request, seq=made.seq, undo_s=made.undo_s)

        self._answering.write(peer, message.request, decide, decided)

    def _withdraw(self, peer: Peer, message: messages.Withdraw) -> None:
        person, now = self.person_at(peer), self._surroundings.now()
        scan, decision = message.scan, message.decision

        def taken_back(lease: Lease) -> Message:
            _log.info("a decision was taken back by %s", person.name, extra={"scan": scan})
            return messages.Leased(request=message.request, scan=scan, lease=lease)

        self._answering.write(
            peer,
            message.request,
            lambda tx: withdraw(
                tx,
                scan=scan,
                decision=decision,
                person=person,
                workstation=peer.card.name,
                now=now,
                grace_s=self._rules.grace_s,
                lease_s=self._lease_s,
            ),
            taken_back,
        )

    def _confirm(self, peer: Peer, request: int, seq: int) -> None:
        if request:
            self._surroundings.send(peer, messages.Done(request=request, seq=seq))
