"""Who sits at which connection, since when, and whether they may do anything yet.

A person may sit at two workstations, knowingly: each is told of the other. One place only would let whoever has the
password throw the other out in the middle of a scan; and nobody gathers scans by two seats, because a person has one
scan in review wherever they sit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scanview.core.errors import NotAllowed
from scanview.core.review import Person, Role
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

GRACE_S = 60.0
"""A touch is told of once a minute, so the hub waits so much longer than the workstation."""

BY_ITSELF = (messages.RenewLease, messages.OpenScan, messages.CloseScan, messages.FetchStrips, messages.WatchWorklist)
"""What a workstation asks also when nobody touches it."""

ABOUT_ONESELF = (messages.ChangePassword, messages.OfferSecondFactor, messages.ConfirmSecondFactor, messages.StillHere)
"""What somebody may do who has to change the password or enrol a second factor first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTerms:
    """The room's rules of sitting.

    Attributes:
        idle_s: without a touch for so long, the password is wanted again; 0: never.
        longest_s: so long after it was given, it is wanted again; 0: never.
        lock_after: so many failures in a row lock a person; 0: none do.
        second_factor: whose roles need a second factor.
    """

    idle_s: float = 0.0
    longest_s: float = 0.0
    lock_after: int = 0
    second_factor: frozenset[Role] = frozenset()


@dataclass(slots=True, kw_only=True)
class Seat:
    """Somebody who sits there. `fingerprint` is that of their password, `began_at` when they gave it."""

    person: Person
    began_at: float
    used_at: float
    fingerprint: str
    must_change: bool = False
    must_enrol: bool = False


class Seats:
    """The seats, by connection. On the reactor's thread."""

    def __init__(self, terms: SeatTerms) -> None:
        self.terms = terms
        self._seats: dict[Peer, Seat] = {}
        self._ended: set[Peer] = set()

    @property
    def people(self) -> Mapping[Peer, Person]:
        """Who sits at which connection."""
        return {peer: seat.person for peer, seat in self._seats.items()}

    def __contains__(self, peer: Peer) -> bool:
        return peer in self._seats

    def __iter__(self) -> Iterator[tuple[Peer, Seat]]:
        return iter(tuple(self._seats.items()))

    def find(self, peer: Peer) -> Seat | None:
        """The seat there, or None."""
        return self._seats.get(peer)

    def sit(self, peer: Peer, seat: Seat) -> None:
        """Somebody sits down there."""
        self._seats[peer] = seat
        self._ended.discard(peer)

    def leave(self, peer: Peer, *, ended: bool = False) -> Seat:
        """Nobody sits there any more; `ended` where the hub wants the password again."""
        if ended:
            self._ended.add(peer)
        return self._seats.pop(peer)

    def gone(self, peer: Peer) -> None:
        """The connection is not there any more."""
        self._ended.discard(peer)

    def at(self, peer: Peer) -> Seat:
        """The seat there; NotAllowed where nobody sits."""
        seat = self._seats.get(peer)
        if seat is not None:
            return seat
        if peer in self._ended:
            raise NotAllowed("the password is wanted again", code="session-expired", remedy="Give it")
        raise NotAllowed("nobody is signed in at this workstation", code="not-signed-in", remedy="Sign in")

    def person_at(self, peer: Peer) -> Person:
        """Who sits there and may work; NotAllowed where nobody does, or something is to be done first."""
        seat = self.at(peer)
        if seat.must_change:
            raise NotAllowed(
                "the password was set by somebody else", code="must-change-password", remedy="Choose another first"
            )
        if seat.must_enrol:
            raise NotAllowed(
                "your role needs a second factor", code="must-enrol-second-factor", remedy="Set it up first"
            )
        return seat.person

    def who(self, peer: Peer, message: Message) -> Person:
        """Whose `message` this is, and whether they may ask anything yet."""
        return self.at(peer).person if isinstance(message, ABOUT_ONESELF) else self.person_at(peer)

    def touched(self, peer: Peer, message: Message, now: float) -> None:
        """A message came, which may tell that somebody is there."""
        seat = self._seats.get(peer)
        if seat is not None and not isinstance(message, BY_ITSELF):
            seat.used_at = now

    def expired(self, now: float) -> tuple[Peer, ...]:
        """Where the password is wanted again at `now`, UTC seconds."""
        return tuple(peer for peer, seat in self._seats.items() if self._is_over(seat, now))

    def _is_over(self, seat: Seat, now: float) -> bool:
        idle_s, longest_s = self.terms.idle_s, self.terms.longest_s
        if idle_s and now - seat.used_at > idle_s + GRACE_S:
            return True
        return bool(longest_s) and now - seat.began_at > longest_s
