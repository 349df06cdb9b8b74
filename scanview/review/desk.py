"""The desk in front of the review room: who sits at which workstation, and what they may ask for.

A person sits at one connection of one workstation, and is gone with it. What a workstation asks is done in a
transaction and answered when that is committed.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping

from scanview.core.errors import NotAllowed, ScanViewError, Unavailable
from scanview.core.review import Person
from scanview.core.work import Lease
from scanview.review import decisions
from scanview.review.administrating import Administrating
from scanview.review.answering import Answering
from scanview.review.hashing import Hashing
from scanview.review.overdue import let_rules_speak
from scanview.review.own_account import OwnAccount
from scanview.review.seats import Seat, Seats, SeatTerms
from scanview.review.services import Service, by_message
from scanview.review.sign_in import Admitted, Entrance, record_leaving
from scanview.review.signed import signed_with
from scanview.review.storms import REFUSED_AFTER_S, Storms
from scanview.review.surroundings import Surroundings
from scanview.review.tickets import Sitter, Tickets
from scanview.review.transactions import Transactions
from scanview.review.triage import Triager
from scanview.review.watchers import Watchers
from scanview.review.withdrawals import withdraw
from scanview.store import people
from scanview.store.database import Transaction
from scanview.store.people import Account
from scanview.wire import messages
from scanview.wire.authority import AuthorityCard
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

_EVERYTHING_GOES = SeatTerms()

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
        authority: AuthorityCard,
        lease_s: float,
        on_decided: Callable[[str], None],
        on_left: Callable[[Person], None] = lambda _: None,
        services: Iterable[Service] = (),
        seat_terms: SeatTerms = _EVERYTHING_GOES,
        secret: bytes = b"",
    ) -> None:
        """`on_decided` is told the lane of every decision, once it is durable, `on_left` who signs out.

        `services` serve all other messages; `secret` is what tickets are made with.
        """
        self._transactions = transactions
        self._surroundings = surroundings
        self._watchers = watchers
        self._rules = rules
        self._triager = triager
        self._authority = authority
        self._lease_s = lease_s
        self._on_decided = on_decided
        self._on_left = on_left
        self._answering = Answering(transactions, surroundings)
        self._hashing = Hashing(surroundings.post)
        self._tickets = Tickets(secret)
        self._seats = Seats(seat_terms)
        self._own = OwnAccount(self._answering, self._seats, self._hashing, self._tickets)
        administrating = Administrating(self._answering, self._hashing, self.look_at_seats)
        self._services = by_message((*services, self._own, administrating))
        self._storms = Storms()
        self._entrance = Entrance(transactions, surroundings, self._hashing, self._tickets, seat_terms)
        self._here: set[Peer] = set()

    def connected(self, peer: Peer) -> None:
        """A workstation is there; nobody sits at it yet."""
        self._here.add(peer)

    def gone(self, peer: Peer) -> None:
        """The workstation is not there any more. Its leases run out by themselves, in case it comes back."""
        self._here.discard(peer)
        if peer in self._seats:
            self._leave(peer, why="connection lost", gives_back=False)
        self._seats.gone(peer)

    @property
    def seats(self) -> Mapping[Peer, Person]:
        """Who sits at which connection."""
        return self._seats.people

    def sitting_at(self, peer: Peer) -> Person | None:
        """Who sits there, whether they may work yet or not."""
        seat = self._seats.find(peer)
        return None if seat is None else seat.person

    def person_at(self, peer: Peer) -> Person:
        """Who sits there and may work; NotAllowed where nobody does, or something is to be done first."""
        return self._seats.person_at(peer)

    def look_at_seats(self) -> None:
        """Want the password again where it is no longer good, or where somebody is not what they were.

        People are also changed by another program, so this is called again and again.
        """
        for peer in self._seats.expired(self._surroundings.now()):
            self._end(peer, "session-expired")
        if names := {seat.person.name for _, seat in self._seats}:
            self._transactions.read(
                lambda tx: people.accounts(tx, names), lambda accounts: self._compare(names, accounts)
            )

    def _compare(self, names: Collection[str], accounts: Mapping[str, Account]) -> None:
        """Whoever sat down since it was asked about `names` is looked at the next time."""
        for peer, seat in self._seats:
            known = accounts.get(seat.person.name)
            if seat.person.name in names and (
                known is None or (known.person, known.fingerprint) != (seat.person, seat.fingerprint)
            ):
                self._end(peer, "account-changed")

    def _end(self, peer: Peer, code: str) -> None:
        self._leave(peer, why=code, gives_back=code == "account-changed", ended=True)
        self._surroundings.send(peer, messages.SeatEnded(code=code))

    def handle(self, peer: Peer, message: Message) -> None:
        """Serve one message of a workstation."""
        self._seats.touched(peer, message, self._surroundings.now())
        try:
            self._serve(peer, message)
        except ScanViewError as error:
            self._surroundings.send(peer, failed(getattr(message, "request", 0), error))

    def close(self) -> None:
        """Let go of the threads."""
        self._hashing.close()

    def _serve(self, peer: Peer, message: Message) -> None:
        match message:
            case messages.SignIn():
                self._sign_in(peer, message)
            case messages.SignOut(request=request):
                self._seats.at(peer)
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
        person, service = self._seats.who(peer, message), self._services.get(type(message))
        if service is None:
            _log.warning("the desk does not serve %s", type(message).__name__)
            raise NotAllowed("this hub does not serve that", code="not-served", remedy="See what it serves")
        service.serve(peer, person, message)

    def _sign_in(self, peer: Peer, message: messages.SignIn) -> None:
        """Whoever comes too often gets the answer late, or none: a storm is as fast as it is answered."""
        if not self._storms.begins(peer.connection):
            return

        def refused(error: Exception) -> None:
            def answer() -> None:
                self._storms.ended(peer.connection)
                self._answering.refuse(peer, message.request, error)

            if isinstance(error, Unavailable):
                self._surroundings.call_later(REFUSED_AFTER_S, answer)
            else:
                answer()

        def admitted(admitted: Admitted) -> None:
            self._storms.ended(peer.connection)
            if peer in self._here:
                self._seat(peer, admitted)
                self._surroundings.send(peer, self._signed_in(peer, admitted, message.request))

        try:
            self._entrance.sign_in(message, peer.card.name, admitted, refused)
        except ScanViewError as error:
            refused(error)

    def _seat(self, peer: Peer, admitted: Admitted) -> None:
        """Sit down; whoever sat there before leaves, unless they are the same."""
        before = self._seats.find(peer)
        if before is not None and before.person.name != admitted.person.name:
            self._leave(peer, why="somebody signs in anew", gives_back=True)
        now = self._surroundings.now()
        self._seats.sit(
            peer,
            Seat(
                person=admitted.person,
                began_at=admitted.began_at,
                used_at=now,
                fingerprint=admitted.fingerprint,
                must_change=admitted.must_change,
                must_enrol=admitted.must_enrol,
            ),
        )

    def _signed_in(self, peer: Peer, admitted: Admitted, request: int) -> Message:
        terms, name = self._seats.terms, admitted.person.name
        others = (other.card.name for other, seat in self._seats if seat.person.name == name and other != peer)
        return messages.SignedIn(
            request=request,
            person=admitted.person,
            ticket=self._tickets.make(_sitter(peer, name, admitted.fingerprint), admitted.began_at),
            must_change=admitted.must_change,
            must_enrol=admitted.must_enrol,
            idle_s=terms.idle_s,
            ends_at=admitted.began_at + terms.longest_s if terms.longest_s else 0.0,
            failures=admitted.failures,
            also_at=tuple(sorted(others)),
        )

    def _leave(self, peer: Peer, *, why: str, gives_back: bool, answer: int = 0, ended: bool = False) -> None:
        seat, now = self._seats.leave(peer, ended=ended), self._surroundings.now()
        person = seat.person
        if gives_back:
            self._on_left(person)
            self._tickets.end(_sitter(peer, person.name, seat.fingerprint), seat.began_at)
        self._own.gone(peer)
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
            signed = signed_with(tx, message, person=person, authority=self._authority, now=now)
            return decisions.decide(tx, decision=decision, person=person, now=now, rules=self._rules, signed=signed)

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


def _sitter(peer: Peer, name: str, fingerprint: str) -> Sitter:
    return Sitter(name=name, workstation=peer.card.name, fingerprint=fingerprint)
