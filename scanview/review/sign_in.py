"""Signing in: a name and a password against argon2id, off the reactor and off the database thread.

A wrong password, an unknown name and a name that is locked take the same path and get the same answer. Every attempt
is slowed down by name and by workstation, whether there is such a name or not. Attempts are entries in the ledger;
those that came too soon are counted in the next one, so that guessing does not fill it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.journal import Json, Kind
from scanview.core.patience import Patience
from scanview.core.people import Standing
from scanview.core.review import Person
from scanview.review import dispatch
from scanview.review.hashing import Hashing
from scanview.review.seats import SeatTerms
from scanview.review.second_factor import proves
from scanview.review.surroundings import Surroundings
from scanview.review.tickets import Sitter, Tickets
from scanview.review.transactions import Transactions
from scanview.store import journal, people, personnel
from scanview.store.database import Transaction
from scanview.store.passwords import password_fingerprint
from scanview.store.people import Credentials
from scanview.wire.messages import SignIn

FREE_BY_NAME = 3
LONGEST_BY_NAME_S = 60.0
FREE_BY_WORKSTATION = 12
"""People share a workstation, and all of them mistype."""
LONGEST_BY_WORKSTATION_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody wants in: what they typed, and where. `is_right` says whether the password is.

    `ticket_of` is when the ticket was made that took its place, UTC seconds; `passed_over` how many attempts came too
    soon before this one.
    """

    name: str
    workstation: str
    code: str = ""
    is_right: bool = False
    ticket_of: float | None = None
    passed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Somebody who is let in: since when their password is good, its fingerprint, and what they have to do first."""

    person: Person
    began_at: float
    fingerprint: str
    must_change: bool = False
    must_enrol: bool = False
    failures: int = 0


class Entrance:
    """Checks who comes in. Called, and calls back, on the reactor's thread."""

    def __init__(
        self,
        transactions: Transactions,
        surroundings: Surroundings,
        hashing: Hashing,
        tickets: Tickets,
        terms: SeatTerms,
    ) -> None:
        self._transactions = transactions
        self._surroundings = surroundings
        self._hashing = hashing
        self._tickets = tickets
        self._terms = terms
        self._passed_over = 0
        self._by_name = Patience(free=FREE_BY_NAME, longest_s=LONGEST_BY_NAME_S)
        self._by_workstation = Patience(free=FREE_BY_WORKSTATION, longest_s=LONGEST_BY_WORKSTATION_S)

    def sign_in(
        self,
        message: SignIn,
        workstation: str,
        then: Callable[[Admitted], None],
        otherwise: Callable[[Exception], None],
    ) -> None:
        """Call `then` with who is let in, once the entry is durable; or `otherwise` with why nobody is.

        Raises:
            Unavailable: too many are at it already, or this name or workstation has to wait.
        """
        name = people.normalise_name(message.name)
        self._begin(name, workstation)
        attempt = Attempt(name=name, workstation=workstation, code=message.code, passed_over=self._passed_over)
        self._passed_over = 0

        def lost(error: Exception) -> None:
            self._was_none(name, workstation)
            otherwise(error)

        def told(outcome: Admitted | NotAllowed) -> None:
            if isinstance(outcome, Admitted):
                self._by_name.forget(name)
                self._by_workstation.take_back(workstation)
                then(outcome)
                return
            if outcome.code != "wrong-password":
                self._was_none(name, workstation)
            otherwise(outcome)

        def decided(attempt: Attempt) -> None:
            now = self._surroundings.now()
            self._transactions.write(lambda tx: admit(tx, attempt, now, self._terms), told, lost)

        def found(credentials: Credentials) -> None:
            if message.ticket:
                decided(replace(attempt, ticket_of=self._read_ticket(message.ticket, credentials, workstation)))
                return
            try:
                self._hashing.run(
                    lambda: people.check_password(credentials, message.password),
                    lambda is_right: decided(replace(attempt, is_right=is_right)),
                    lost,
                )
            except Unavailable as error:
                lost(error)

        self._transactions.read(lambda tx: people.find_credentials(tx, name), found, lost)

    def _begin(self, name: str, workstation: str) -> None:
        """Note the attempt as a failure, so that none is made beside it; Unavailable where one has to wait."""
        now = self._surroundings.now()
        wait_s = max(self._by_name.wait_s(name, now), self._by_workstation.wait_s(workstation, now))
        if wait_s > 0:
            self._passed_over += 1
            raise Unavailable(
                "too many wrong passwords", code="too-soon", remedy=f"Try again in {max(1, round(wait_s))} seconds"
            )
        self._by_name.failed(name, now)
        self._by_workstation.failed(workstation, now)

    def _was_none(self, name: str, workstation: str) -> None:
        self._by_name.take_back(name)
        self._by_workstation.take_back(workstation)

    def _read_ticket(self, ticket: str, credentials: Credentials, workstation: str) -> float | None:
        name = credentials.person.name if credentials.person else ""
        fingerprint = password_fingerprint(credentials.password_hash)
        return self._tickets.read(ticket, Sitter(name=name, workstation=workstation, fingerprint=fingerprint))


def admit(tx: Transaction, attempt: Attempt, now: float, terms: SeatTerms) -> Admitted | NotAllowed:
    """Write the attempt down, and say who is let in or why nobody is.

    A name nobody has is not written: it may be a password, typed into the wrong field.
    """
    known = people.find_credentials(tx, attempt.name)
    refused = _refusal(tx, known, attempt, now, terms)
    if refused or known.person is None:
        return _refuse(tx, known, attempt, refused, now, terms)
    person, by_ticket = known.person, attempt.ticket_of is not None
    body: dict[str, Json] = {"role": person.role.value, "workstation": attempt.workstation}
    if by_ticket:
        body["again"] = True
    else:
        personnel.forget_failures(tx, person.name)
    if attempt.passed_over:
        body["passed_over"] = attempt.passed_over
    _append(tx, Kind.SIGNED_IN, person.name, body, now)
    return Admitted(
        person=person,
        began_at=now if attempt.ticket_of is None else attempt.ticket_of,
        fingerprint=password_fingerprint(known.password_hash),
        must_change=known.must_change,
        must_enrol=person.role in terms.second_factor and not known.totp_secret,
        failures=0 if by_ticket else known.failures,
    )


def record_leaving(tx: Transaction, person: Person, workstation: str, now: float, *, why: str, gives_back: bool) -> int:
    """Write down that the person leaves, with every lease given back where `gives_back`; the entry's number."""
    if gives_back:
        dispatch.give_back_all(tx, person=person, workstation=workstation, now=now)
    return _append(tx, Kind.SIGNED_OUT, person.name, {"workstation": workstation, "why": why}, now)


def _refusal(tx: Transaction, known: Credentials, attempt: Attempt, now: float, terms: SeatTerms) -> str:
    """Why they are not let in, in a word for the ledger; empty where they are."""
    if attempt.ticket_of is not None:
        if known.standing is not Standing.ACTIVE:
            return "locked"
        return "expired" if terms.longest_s and now - attempt.ticket_of > terms.longest_s else ""
    if not attempt.is_right:
        return "password"
    if known.standing is not Standing.ACTIVE:
        return "locked"
    if known.totp_secret and not attempt.code:
        return "code-needed"
    return "" if proves(tx, known, attempt.code, now) else "code"


def _refuse(
    tx: Transaction, known: Credentials, attempt: Attempt, why: str, now: float, terms: SeatTerms
) -> NotAllowed:
    name = known.person.name if known.person else ""
    body: dict[str, Json] = {"name": name, "workstation": attempt.workstation, "why": why}
    if attempt.passed_over:
        body["passed_over"] = attempt.passed_over
    _append(tx, Kind.SIGN_IN_REFUSED, f"workstation/{attempt.workstation}", body, now)
    if why == "code-needed":
        return NotAllowed("a code of the second factor is needed", code="code-needed", remedy="Give it")
    if why == "expired":
        return NotAllowed("the password is wanted again", code="session-expired", remedy="Give it")
    if name and known.standing is Standing.ACTIVE and attempt.ticket_of is None:
        personnel.password_failed(tx, name, lock_after=terms.lock_after, at=now)
    return NotAllowed(
        "the name or the password is wrong",
        code="wrong-password",
        remedy="Check both. After many attempts a name is locked, until an administrator unlocks it",
    )


def _append(tx: Transaction, kind: Kind, actor: str, body: dict[str, Json], now: float) -> int:
    return journal.append(tx, at=now, kind=kind, actor=actor, scan="", body=body).seq
