"""Signing in: a name and a password against argon2id, off the reactor and off the database thread.

A wrong password and an unknown name take the same path and the same time, and get the same answer. Every attempt is
an entry in the ledger.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.journal import Json, Kind
from scanview.core.review import Person
from scanview.review import dispatch
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import journal, people
from scanview.store.database import Transaction
from scanview.store.people import Credentials

CONCURRENT_HASHES = 2
"""argon2id takes 64 MiB each."""

WAITING_SIGN_INS = 32
"""More than these are told to come back, so that a storm of sign-ins cannot fill the memory."""

_log = logging.getLogger(__name__)


class Entrance:
    """Checks who comes in. Called, and calls back, on the reactor's thread."""

    def __init__(self, transactions: Transactions, surroundings: Surroundings) -> None:
        self._transactions = transactions
        self._surroundings = surroundings
        self._waiting = 0
        self._hashing = ThreadPoolExecutor(CONCURRENT_HASHES, thread_name_prefix="sign-in")

    def sign_in(
        self,
        *,
        name: str,
        password: str,
        workstation: str,
        then: Callable[[Person], None],
        otherwise: Callable[[Exception], None],
    ) -> None:
        """Call `then` with the person, once the entry is durable; or `otherwise` with why not.

        Raises:
            Unavailable: too many are at it already.
        """
        if self._waiting >= WAITING_SIGN_INS:
            raise Unavailable("too many people sign in at once", code="busy", remedy="Try again in a moment")
        self._waiting += 1

        def found(credentials: Credentials) -> None:
            hashed = self._hashing.submit(people.check_password, credentials, password)
            hashed.add_done_callback(lambda done: self._surroundings.post(lambda: checked(credentials, done)))

        def checked(credentials: Credentials, hashed: "Future[bool]") -> None:
            self._waiting -= 1
            if hashed.cancelled() or hashed.exception() is not None:
                _log.error("a password could not be checked")
                otherwise(Unavailable("the password could not be checked", code="busy", remedy="Try again"))
                return
            now, right = self._surroundings.now(), hashed.result()
            self._transactions.write(
                lambda tx: record_attempt(tx, credentials.person, workstation, now, right=right), told, otherwise
            )

        def told(person: Person | None) -> None:
            if person is None:
                otherwise(_wrong())
            else:
                then(person)

        def lost(error: Exception) -> None:
            self._waiting -= 1
            otherwise(error)

        self._transactions.read(lambda tx: people.find_credentials(tx, name), found, lost)

    def close(self) -> None:
        """Let go of the threads."""
        self._hashing.shutdown(wait=True, cancel_futures=True)


def record_attempt(
    tx: Transaction, person: Person | None, workstation: str, now: float, *, right: bool
) -> Person | None:
    """Write the attempt down; the person where it was right, else None.

    A name nobody has is not written: it may be a password, typed into the wrong field.
    """
    known = person.name if person else ""
    if person is None or not right:
        body: dict[str, Json] = {"name": known, "workstation": workstation}
        _append(tx, Kind.SIGN_IN_REFUSED, f"workstation/{workstation}", body, now)
        return None
    _append(tx, Kind.SIGNED_IN, known, {"role": person.role.value, "workstation": workstation}, now)
    return person


def record_leaving(tx: Transaction, person: Person, workstation: str, now: float, *, why: str, gives_back: bool) -> int:
    """Write down that the person leaves, with every lease given back where `gives_back`; the entry's number."""
    if gives_back:
        dispatch.give_back_all(tx, person=person, workstation=workstation, now=now)
    return _append(tx, Kind.SIGNED_OUT, person.name, {"workstation": workstation, "why": why}, now)


def _wrong() -> NotAllowed:
    return NotAllowed("the name or the password is wrong", code="wrong-password", remedy="Check both and try again")


def _append(tx: Transaction, kind: Kind, actor: str, body: dict[str, Json], now: float) -> int:
    return journal.append(tx, at=now, kind=kind, actor=actor, scan="", body=body).seq
