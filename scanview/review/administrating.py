"""Administrators' part: who may sign in, as what; locks, one-time passwords, removal. They decide about no scan."""

from collections.abc import Callable

from scanview.core.errors import ScanViewError
from scanview.core.review import Person
from scanview.core.rights import check_administrates
from scanview.review.answering import Answering
from scanview.review.hashing import Hashing
from scanview.store import people, personnel
from scanview.store.database import Transaction
from scanview.store.passwords import hash_password, one_time_password
from scanview.store.people import make_person
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Administrating:
    """The service. `on_changed` is told after every change, so that who sits there now is looked at again."""

    serves: frozenset[type[Message]] = frozenset(
        {
            messages.AskPeople,
            messages.AddPerson,
            messages.ChangePerson,
            messages.LockPerson,
            messages.UnlockPerson,
            messages.RemovePerson,
            messages.ResetPassword,
            messages.ResetSecondFactor,
        }
    )

    def __init__(self, answering: Answering, hashing: Hashing, on_changed: Callable[[], None]) -> None:
        self._answering = answering
        self._hashing = hashing
        self._on_changed = on_changed

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        check_administrates(person)
        at, actor = self._answering.surroundings.now(), person.name
        match message:
            case messages.AskPeople(request=request):
                self._answering.look_up(
                    peer, request, people.states, lambda told: messages.People(request=request, people=told)
                )
            case messages.AddPerson(request=request):
                self._add(peer, request, _checked(message.person), actor)
            case messages.ResetPassword(request=request, name=name):
                self._reset(peer, request, name, actor)
            case messages.ChangePerson(request=request):
                changed = _checked(message.person)
                self._write(peer, request, lambda tx: personnel.change_person(tx, changed, at=at, actor=actor))
            case messages.LockPerson(request=request, name=name, why=why):
                self._write(peer, request, lambda tx: personnel.lock(tx, name, why=why, at=at, actor=actor))
            case messages.UnlockPerson(request=request, name=name):
                self._write(peer, request, lambda tx: personnel.unlock(tx, name, at=at, actor=actor))
            case messages.RemovePerson(request=request, name=name):
                self._write(peer, request, lambda tx: personnel.remove(tx, name, at=at, actor=actor))
            case messages.ResetSecondFactor(request=request, name=name):
                self._write(peer, request, lambda tx: personnel.set_second_factor(tx, name, "", (), at=at, actor=actor))

    def _add(self, peer: Peer, request: int, new: Person, actor: str) -> None:
        def insert(tx: Transaction, password_hash: str, at: float) -> int:
            return people.insert_person(tx, new, password_hash, at=at, actor=actor, must_change=True)

        self._with_one_time(peer, request, new.name, insert)

    def _reset(self, peer: Peer, request: int, name: str, actor: str) -> None:
        def exchange(tx: Transaction, password_hash: str, at: float) -> int:
            return personnel.set_password(tx, name, password_hash, at=at, actor=actor, must_change=True)

        self._with_one_time(peer, request, name, exchange)

    def _with_one_time(
        self, peer: Peer, request: int, name: str, write: Callable[[Transaction, str, float], int]
    ) -> None:
        """Make a one-time password, write its hash, and tell it."""
        password = one_time_password()

        def hashed(password_hash: str) -> None:
            at = self._answering.surroundings.now()
            self._answering.read(peer, request, lambda tx: write(tx, password_hash, at), told)

        def told(_seq: int) -> Message:
            self._on_changed()
            return messages.OneTimePassword(request=request, name=name, password=password)

        def refused(error: Exception) -> None:
            self._answering.refuse(peer, request, error)

        try:
            self._hashing.run(lambda: hash_password(password), hashed, refused)
        except ScanViewError as error:
            refused(error)

    def _write(self, peer: Peer, request: int, function: Callable[[Transaction], int]) -> None:
        def done(seq: int) -> Message:
            self._on_changed()
            return messages.Done(request=request, seq=seq)

        self._answering.read(peer, request, function, done)


def _checked(person: Person) -> Person:
    return make_person(
        name=person.name,
        role=person.role,
        port=person.port,
        room=person.room,
        skills=person.skills,
        ports=person.ports,
    )
