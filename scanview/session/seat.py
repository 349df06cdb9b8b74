"""Owns a person's place at the hub: signed in, again after every break, and kept up to date with the worklist."""

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field

from scanview.core.errors import Fault, Refused, ScanViewError
from scanview.core.review import Person
from scanview.core.work import WorkState
from scanview.core.worklist import LaneStatus, WorklistRow
from scanview.session.events import LanesChanged, Listener, PersonChanged, RowsChanged, SeatLocked, Sitting
from scanview.session.hub_calls import BackOff, Clock, HubCalls, when_answered
from scanview.session.queue_order import expected_order, may_be_wanted
from scanview.session.signing import SeenScan
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer

_log = logging.getLogger("scanview.session")

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class _Credentials:
    """Kept in memory, never on disk, to sign in again after a break: a ticket, or from an older hub the password."""

    name: str
    password: str = field(default="", repr=False)
    ticket: str = field(default="", repr=False)


class Seat:
    """Signs in, and mirrors the worklist: after a break it asks for what has changed since the last known number."""

    def __init__(self, hub: HubCalls, clock: Clock, tell: Listener) -> None:
        self._hub = hub
        self._clock = clock
        self._tell = tell
        self._credentials: _Credentials | None = None
        self._candidates: dict[str, WorklistRow] = {}
        self._lanes: dict[str, LaneStatus] = {}
        self._foretold: tuple[str, ...] = ()
        self._seq = 0
        self._back_off = BackOff(_FIRST_WAIT_S, _LONGEST_WAIT_S)
        self._is_locked = False
        self._idle_s = 0.0
        self.person: Person | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether somebody signed in here and has not left."""
        return self._credentials is not None

    def queue(self) -> tuple[str, ...]:
        """The scans that may be wanted next, the first one first: what is in review, what was foretold, the queue."""
        expected = expected_order(self._candidates.values())
        in_review = [scan for scan in expected if self._candidates[scan].state is WorkState.IN_REVIEW]
        foretold = [scan for scan in self._foretold if scan in self._candidates]
        return tuple(dict.fromkeys((*in_review, *foretold, *expected)))

    def seen(self, scan: str) -> SeenScan | None:
        """What the worklist tells of a scan that may be wanted here."""
        row = self._candidates.get(scan)
        return None if row is None else SeenScan(lane=row.lane, container=row.container)

    def foretell(self, scans: tuple[str, ...]) -> None:
        """The hub says that these would be given to this person next."""
        self._foretold = scans

    def sign_in(self, name: str, password: str, code: str = "") -> Future[Person]:
        """Ask the hub to let this person in; whoever sat here before has left, unless they unlock it."""
        if not (self._is_locked and self.person is not None and self.person.name == name):
            self.leave()
        answered: Future[Person] = Future()

        def signed_in(answer: Answer) -> None:
            if not isinstance(answer.message, wire.SignedIn):
                refused(Fault("the hub answered a sign-in with something else", code="bad-answer"))
                return
            self._sit_down(answer.message, password)
            answered.set_result(answer.message.person)

        def refused(error: ScanViewError) -> None:
            answered.set_exception(error)

        question = wire.SignIn(request=0, name=name, password=password, code=code)
        when_answered(self._hub.request(question), signed_in, refused)
        return answered

    def change_password(self, old: str, new: str) -> Future[None]:
        """Exchange the person's password; refused with `wrong-password` or `bad-password`."""
        changed: Future[None] = Future()

        def done(answer: Answer) -> None:
            message, person = answer.message, self.person
            if isinstance(message, wire.PasswordChanged) and person is not None:
                told = wire.SignedIn(request=0, person=person, ticket=message.ticket, idle_s=self._idle_s)
                self._sit_down(told, new)
            changed.set_result(None)

        question = wire.ChangePassword(request=0, old=old, new=new)
        when_answered(self._hub.request(question), done, changed.set_exception)
        return changed

    def still_here(self) -> None:
        """Somebody touched keyboard or mouse."""
        if self.person is not None:
            self._hub.send(wire.StillHere())

    def lock(self, code: str) -> None:
        """The hub wants the password again before it answers anything more."""
        if self.person is not None:
            self._is_locked = True
            self._tell(SeatLocked(code=code))

    def sign_out(self) -> None:
        """Leave, and tell the hub."""
        if self.person is not None:
            when_answered(self._hub.request(wire.SignOut(request=0)), lambda _: None, lambda _: None)
        self.leave()
        self._tell(PersonChanged(person=None))

    def leave(self) -> None:
        """Nobody sits here; what was seen of the worklist is forgotten."""
        self._credentials = None
        self._is_locked = False
        self.person = None
        self._candidates.clear()
        self._lanes.clear()
        self._seq = 0

    def came_online(self) -> None:
        """A fresh connection: sign in again as who sat here before."""
        credentials = self._credentials
        if credentials is None or self._is_locked:
            return

        def signed_in(answer: Answer) -> None:
            if isinstance(answer.message, wire.SignedIn) and self._credentials is credentials:
                self._back_off.succeeded()
                self._sit_down(answer.message, credentials.password)

        def failed(error: ScanViewError) -> None:
            if self._credentials is not credentials:
                return
            if error.code == "session-expired":
                self.lock(error.code)
            elif isinstance(error, Refused):
                self.leave()
                self._tell(PersonChanged(person=None, refused=error))
            elif error.code != "not-connected":
                self._clock.call_later(self._back_off.failed(), self.came_online)

        when_answered(self._hub.request(_question(credentials)), signed_in, failed)

    def _sit_down(self, told: wire.SignedIn, password: str) -> None:
        self.person, self._is_locked, self._idle_s = told.person, False, told.idle_s
        name = told.person.name
        self._credentials = _Credentials(name, ticket=told.ticket) if told.ticket else _Credentials(name, password)
        sitting = Sitting(
            must_change=told.must_change, idle_s=told.idle_s, failures=told.failures, also_at=told.also_at
        )
        self._tell(PersonChanged(person=told.person, sitting=sitting))
        if not told.must_change:
            self._watch()

    def _watch(self) -> None:
        when_answered(
            self._hub.request(wire.WatchWorklist(request=0, after=self._seq)),
            lambda answer: self.rows_came(answer.message),
            lambda error: _log.warning("the worklist is not watched: %s", error),
        )

    def rows_came(self, message: wire.Message) -> None:
        """More of the worklist, asked for or pushed."""
        if not isinstance(message, wire.Worklist):
            return
        if message.anew:
            self._candidates.clear()
            self._seq = 0
        self._seq = max(self._seq, message.seq)
        analyst = self.person.name if self.person is not None else ""
        for row in message.rows:
            self._candidates.pop(row.scan, None)
            if may_be_wanted(row, analyst):
                self._candidates[row.scan] = row
        if message.rows or message.anew:
            self._tell(RowsChanged(rows=message.rows, anew=message.anew))

    def lanes_came(self, message: wire.Lanes) -> None:
        """Some lanes came or went, or all are told anew."""
        self._lanes.update({lane.lane: lane for lane in message.lanes})
        self._tell(LanesChanged(lanes=tuple(self._lanes[lane] for lane in sorted(self._lanes))))


def _question(credentials: _Credentials) -> wire.SignIn:
    return wire.SignIn(request=0, name=credentials.name, password=credentials.password, ticket=credentials.ticket)
