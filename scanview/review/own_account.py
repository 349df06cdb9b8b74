"""What people do about their own account: another password, a second factor."""

from collections.abc import Callable
from typing import TypeVar

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.review import Person
from scanview.core.totp import provisioning_uri, step_of
from scanview.review.answering import Answering
from scanview.review.hashing import Hashing
from scanview.review.seats import Seats
from scanview.review.second_factor import new_recovery_codes, new_secret, recovery_hash
from scanview.review.tickets import Sitter, Tickets
from scanview.store import people, personnel
from scanview.store.passwords import check_new_password, hash_password, password_fingerprint
from scanview.store.people import Credentials
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

T = TypeVar("T")


class OwnAccount:
    """The service. A password is asked for before anything changes, and wrong ones count as those of a sign-in."""

    serves: frozenset[type[Message]] = frozenset(
        {
            messages.StillHere,
            messages.ChangePassword,
            messages.OfferSecondFactor,
            messages.ConfirmSecondFactor,
        }
    )

    def __init__(
        self,
        answering: Answering,
        seats: Seats,
        hashing: Hashing,
        tickets: Tickets,
    ) -> None:
        self._answering = answering
        self._seats = seats
        self._hashing = hashing
        self._tickets = tickets
        self._offered: dict[Peer, str] = {}

    def gone(self, peer: Peer) -> None:
        """Nobody sits there any more: what was offered is void."""
        self._offered.pop(peer, None)

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        match message:
            case messages.ChangePassword():
                self._change(peer, person, message)
            case messages.OfferSecondFactor():
                self._proved(
                    peer, person, message.request, message.password, lambda: self._offer(peer, person, message.request)
                )
            case messages.ConfirmSecondFactor():
                self._confirm(peer, person, message)

    def _change(self, peer: Peer, person: Person, message: messages.ChangePassword) -> None:
        new = check_new_password(message.new, person.name)
        if new == message.old:
            raise NotAllowed("the new password is the old one", code="same-password", remedy="Choose another")

        def proved() -> None:
            self._run(peer, message.request, lambda: hash_password(new), hashed)

        def hashed(password_hash: str) -> None:
            now, fingerprint = self._answering.surroundings.now(), password_fingerprint(password_hash)
            self._answering.read(
                peer,
                message.request,
                lambda tx: personnel.set_password(tx, person.name, password_hash, at=now, actor=person.name),
                lambda _: self._changed(peer, person, message.request, fingerprint),
            )

        self._proved(peer, person, message.request, message.old, proved)

    def _changed(self, peer: Peer, person: Person, request: int, fingerprint: str) -> Message:
        seat, ticket = self._seats.find(peer), ""
        if seat is not None and seat.person.name == person.name:
            seat.fingerprint, seat.must_change = fingerprint, False
            sitter = Sitter(name=person.name, workstation=peer.card.name, fingerprint=fingerprint)
            ticket = self._tickets.make(sitter, seat.began_at)
        return messages.PasswordChanged(request=request, ticket=ticket)

    def _offer(self, peer: Peer, person: Person, request: int) -> None:
        secret = new_secret()
        self._offered[peer] = secret
        uri = provisioning_uri(secret, person.name)
        self._answering.surroundings.send(peer, messages.SecondFactorOffered(request=request, secret=secret, uri=uri))

    def _confirm(self, peer: Peer, person: Person, message: messages.ConfirmSecondFactor) -> None:
        secret, now = self._offered.get(peer, ""), self._answering.surroundings.now()
        if not secret or step_of(secret, "".join(message.code.split()), now) is None:
            raise NotAllowed(
                "this is no code of the secret that was offered",
                code="wrong-factor-code",
                remedy="Check the clock of the phone, and give the code it shows now",
            )
        codes = new_recovery_codes()
        hashes = tuple(recovery_hash(code) for code in codes)

        def confirmed(_seq: int) -> Message:
            self._offered.pop(peer, None)
            seat = self._seats.find(peer)
            if seat is not None and seat.person.name == person.name:
                seat.must_enrol = False
            return messages.RecoveryCodes(request=message.request, codes=codes)

        self._answering.read(
            peer,
            message.request,
            lambda tx: personnel.set_second_factor(tx, person.name, secret, hashes, at=now, actor=person.name),
            confirmed,
        )

    def _proved(self, peer: Peer, person: Person, request: int, password: str, then: Callable[[], None]) -> None:
        """Go on only if `password` is theirs. Wrong ones count: a seat that was left open is no place to guess."""

        def checked(is_right: bool) -> None:
            if is_right:
                then()
                return
            terms, now = self._seats.terms, self._answering.surroundings.now()
            self._answering.transactions.read(
                lambda tx: personnel.password_failed(tx, person.name, lock_after=terms.lock_after, at=now),
                lambda _: self._answering.refuse(peer, request, _wrong()),
            )

        def found(credentials: Credentials) -> None:
            self._run(peer, request, lambda: people.check_password(credentials, password), checked)

        self._answering.transactions.read(
            lambda tx: people.find_credentials(tx, person.name),
            found,
            lambda error: self._answering.refuse(peer, request, error),
        )

    def _run(self, peer: Peer, request: int, function: Callable[[], T], then: Callable[[T], None]) -> None:
        def refused(error: Exception) -> None:
            self._answering.refuse(peer, request, error)

        try:
            self._hashing.run(function, then, refused)
        except ScanViewError as error:
            refused(error)


def _wrong() -> NotAllowed:
    return NotAllowed("the present password is wrong", code="wrong-password", remedy="Check it and try again")
