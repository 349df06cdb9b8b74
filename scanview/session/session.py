"""Owns an analyst's session with the hub: one thread with the connection, and everything that is asked over it.

The client, the scripted demo and load tests all use it. Its methods may be called from any thread; futures are done,
and the listener is called, on the session's own thread.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from scanview.core.errors import NotAllowed, ScanViewError, Unavailable
from scanview.core.related import RelatedScan, Shelving
from scanview.core.review import Decision, Person
from scanview.core.work import Lease
from scanview.session.answers import done, found, lease_of, taken
from scanview.session.asking import asked, asked_raw, bad_answer, from_any_thread
from scanview.session.deciding import Deciding
from scanview.session.drafts import Draft, Drafts
from scanview.session.events import (
    DecisionSettled,
    Event,
    LinkChanged,
    LinkMeasured,
    Listener,
    PersonChanged,
    RowsChanged,
)
from scanview.session.hub_calls import when_answered
from scanview.session.joining import HubJoining, JoiningAs, OnWaits
from scanview.session.leases import Leases
from scanview.session.reading_room import ReadingRoom
from scanview.session.seat import Seat
from scanview.session.signing import Signing
from scanview.session.undelivered import Undelivered
from scanview.session.withdrawing import Withdrawing
from scanview.wire import messages as wire
from scanview.wire.enrolment import pin_hub, read_joined
from scanview.wire.hub_keys import PinnedHub
from scanview.wire.hub_link import Answer, HubLink, LinkState
from scanview.wire.keys import Card, Identity
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.rotation import KeyRotation

T = TypeVar("T")
M = TypeVar("M", bound=wire.Message)

_PIN_AGAIN_S = 1.0


class Session:
    """A workstation's conversation with its hub.

    Args:
        endpoint: where the hub listens, tcp://host:port.
        folder: this workstation's own folder: its keys, the pinned hub, unconfirmed decisions, marks.
        workstation: the name it is enrolled under.
        tell: is given every event, on the session's thread.
        scans_ahead: how many of the next scans are loaded before they are asked for.
        ahead_bytes: the memory that they may take, and what is compared with.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        folder: Path,
        workstation: str,
        tell: Listener,
        scans_ahead: int = 3,
        ahead_bytes: int = 512 << 20,
    ) -> None:
        self._endpoint = endpoint
        self._folder = folder
        self._workstation = workstation
        self._listener = tell
        self._identity = Identity.load_or_make(folder)
        self._thread = ReactorThread("session")
        self._reactor = self._thread.reactor
        self._link: HubLink | None = None
        self._clock_offset_s = 0.0
        self._listeners: dict[type[wire.Message], list[Callable[[Any], None]]] = {}
        self._leases = Leases(self, self._reactor, self._tell)
        self._signing = Signing(
            self,
            self._reactor,
            folder / "people",
            seen=lambda scan: self._room.seen(scan) or self._seat.seen(scan),
            now=lambda: time.time() + self._clock_offset_s,
            tell=self._tell,
        )
        self._deciding = Deciding(self, self._reactor, self._tell, Undelivered(folder / "decisions"), self._signing)
        self._drafts = Drafts(folder / "marks")
        self._withdrawing = Withdrawing(self, self._reactor, self._took, self._drafts.drop)
        self._room = ReadingRoom(self, self._reactor, self._tell, scans_ahead=scans_ahead, ahead_bytes=ahead_bytes)
        self._seat = Seat(self, self._reactor, self._tell)
        self._joining = HubJoining(self._reactor, folder, self._identity, self._joined)

    def start(self) -> None:
        """Begin to connect; goes on by itself after every break until `stop`."""
        self._reactor.post(self._pin)
        self._thread.start()

    def stop(self) -> None:
        """Disconnect and end the thread. Leases end by themselves; unconfirmed decisions stay on disk."""
        self._reactor.post(self._close)
        self._thread.stop()

    def __enter__(self) -> "Session":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -- belonging to a hub, from any thread -----------------------------------------------------------------------

    def join(self, endpoint: str, code: str, on_waits: OnWaits) -> Future[JoiningAs]:
        """Join the hub at `endpoint` by a one-time code, and connect to it; `on_waits` as in session.joining."""
        return self._ask(lambda: self._joining.join(endpoint, code, on_waits))

    def cancel_join(self) -> None:
        """Ask no more."""
        self._reactor.post(self._joining.cancel)

    # -- what a person asks, from any thread ---------------------------------------------------------------------

    def sign_in(self, name: str, password: str, code: str = "") -> Future[Person]:
        """Sit down as `name`, or go on there; refused with `wrong-password`, or `code-needed` for a second factor."""
        return self._ask(lambda: self._signing.with_key(self._seat.sign_in(name, password, code), password))

    def change_password(self, old: str, new: str) -> Future[None]:
        """Exchange the password; refused with `wrong-password` or `bad-password`."""
        return self._ask(lambda: self._signing.sealed_anew(self._seat.change_password(old, new), old, new))

    def still_here(self) -> None:
        """Somebody touched keyboard or mouse; told once a minute at most."""
        self._reactor.post(self._seat.still_here)

    def sign_out(self) -> None:
        """Leave: what is leased goes back to the queue."""
        self._reactor.post(self._sign_out)

    def take_next(self) -> Future[tuple[str, Lease] | None]:
        """Lease the most urgent scan that waits: its id and the lease; None where nothing waits."""
        return self._ask(lambda: self._lease(wire.TakeNext(request=0), taken))

    def take(self, scan: str) -> Future[Lease]:
        """Lease this scan; it is renewed until it is decided or given back."""
        return self._ask(lambda: self._lease(wire.Take(request=0, scan=scan), lease_of))

    def give_back(self, scan: str) -> None:
        """The scan waits again for anybody."""
        self._reactor.post(lambda: self._give_back(scan))

    def decide(self, decision: Decision) -> Future[int]:
        """Keep `decision` here, send it until the hub has it, and give its number in the ledger once it is durable."""
        return self._ask(lambda: self._deciding.decide(decision))

    def withdraw(self, decision: Decision) -> Future[Lease]:
        """Take `decision` back: the lease under which its scan is ours again. Refused once its order has left."""
        return self._ask(lambda: self._withdrawing.withdraw(decision.scan, decision.decision))

    def draft(self, scan: str) -> Future[Draft | None]:
        """What this person said of `scan` before, on this workstation, and has not decided."""
        return self._ask(lambda: _at_once(lambda: self._drafts.of(self._analyst, scan)))

    def keep_draft(self, draft: Draft) -> Future[None]:
        """Keep here what this person says of a scan until it is decided; done once it is on disk."""
        return self._ask(lambda: _at_once(lambda: self._drafts.keep(self._analyst, draft)))

    def open_scan(self, scan: str) -> None:
        """Tell the listener about this scan and its pixels, before anything else, until `close_scan`."""
        self._reactor.post(lambda: self._room.open(scan))

    def close_scan(self, scan: str) -> None:
        """Tell no more about it."""
        self._reactor.post(lambda: self._room.close(scan))

    def related(self, scan: str) -> Future[tuple[RelatedScan, ...]]:
        """The stored scans that this one can be compared with, the best first."""
        return self._ask(lambda: asked(self, wire.FindRelated(request=0, scan=scan), wire.Related, found))

    def shelve(self, scan: str, shelving: Shelving) -> Future[None]:
        """Keep `scan` for everybody to compare with; done once it is durable. Refused to all but supervisors."""
        return self._ask(lambda: asked(self, wire.Shelve(request=0, scan=scan, shelving=shelving), wire.Done, done))

    def unshelve(self, scan: str) -> Future[None]:
        """Take `scan` off the shelf; done once that is durable. Refused to all but supervisors."""
        return self._ask(lambda: asked(self, wire.Unshelve(request=0, scan=scan), wire.Done, done))

    def open_companion(self, scan: str) -> None:
        """Tell the listener about this scan too, by the events of `open_scan`, until `close_companion`.

        It is read after the open scan. ScanFailed with code `no-room-to-compare` tells that it is too large for the
        memory; opening it by `open_scan` ends this, and reads it anew.
        """
        self._reactor.post(lambda: self._room.open_companion(scan))

    def close_companion(self, scan: str) -> None:
        """Tell no more about it."""
        self._reactor.post(lambda: self._room.close_companion(scan))

    # -- what the other capabilities of the room are built on (asking.Asks) ----------------------------------------

    def ask(self, question: wire.Message, kind: type[M]) -> Future[M]:
        """The hub's answer, which is of `kind`; or why it is refused."""
        return self._ask(lambda: asked(self, question, kind, lambda answer: answer))

    def ask_raw(self, question: wire.Message, kind: type[wire.Message], *raw: bytes) -> Future[Answer]:
        """The same with raw frames behind the question, and behind the answer."""
        return self._ask(lambda: asked_raw(self, question, kind, raw))

    def hear(self, kind: type[M], listener: Callable[[M], None]) -> None:
        """Call `listener`, on the session's thread, with every message of `kind` that nobody asked for."""
        self._reactor.post(lambda: self._listeners.setdefault(kind, []).append(listener))

    # -- what its parts ask, on the session's thread (HubCalls) --------------------------------------------------

    def request(self, message: wire.Message, *raw: bytes) -> Future[Answer]:
        """Ask the hub, measuring how long it takes to answer."""
        if self._link is None:
            refused: Future[Answer] = Future()
            refused.set_exception(_no_link())
            return refused
        asked_at = self._reactor.now()
        future = self._link.request(message, *raw)
        if not isinstance(message, wire.FetchStrips | wire.OpenScan | wire.SignIn | wire.FetchPhoto | wire.PutPhoto):
            when_answered(future, lambda _: self._measured(asked_at), lambda _: None)
        return future

    def send(self, message: wire.Message) -> bool:
        """Tell the hub."""
        return self._link is not None and self._link.send(message)

    # -- the link ------------------------------------------------------------------------------------------------

    def _pin(self) -> None:
        """Find out which hub this workstation belongs to; a hub on this computer may have to start first."""
        try:
            role = wire.PeerRole.WORKSTATION
            joined = read_joined(self._folder)
            self._workstation = joined.card.name if joined else self._workstation
            hub = pin_hub(self._folder, self._endpoint, self._identity, role, self._workstation)
        except ScanViewError as error:
            self._tell(LinkChanged(link=LinkState.OFFLINE, problem=error))
            self._reactor.call_later(_PIN_AGAIN_S, self._pin)
            return
        self._connect(hub)

    def _joined(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def _connect(self, hub: Card) -> None:
        hello = wire.Hello(
            versions=wire.PROTOCOL_VERSIONS,
            role=wire.PeerRole.WORKSTATION,
            name=self._workstation,
            program="scanview client",
        )
        self._link = HubLink(
            reactor=self._reactor,
            endpoint=self._endpoint,
            identity=self._identity,
            hub=hub,
            rotation=KeyRotation(self._folder, self._identity, (hub.key,)),
            pins=PinnedHub(self._folder, self._endpoint, hub),
            hello=hello,
            on_message=self._pushed,
            on_state=self._link_changed,
        )
        self._link.open()

    def _close(self) -> None:
        self._joining.cancel()
        self._leases.stop()
        self._signing.close()
        if self._link is not None:
            self._link.close()
            self._link = None

    def _link_changed(self, state: LinkState) -> None:
        link = self._link
        self._tell(LinkChanged(link=state, problem=link.problem if link is not None else None))
        if state is LinkState.ONLINE and link is not None and link.welcome is not None:
            self._clock_offset_s = link.welcome.hub_time - time.time()
            self._seat.came_online()
        elif state is LinkState.OFFLINE:
            self._room.went_offline()

    def _pushed(self, message: wire.Message, raw: tuple[memoryview, ...]) -> None:
        match message:
            case wire.Worklist():
                self._seat.rows_came(message)
            case wire.Lanes():
                self._seat.lanes_came(message)
            case wire.ScanGrew():
                self._room.grew(message)
            case wire.SeatEnded(code=code):
                self._seat.lock(code)
            case _:
                for listener in self._listeners.get(type(message), ()):
                    listener(message)

    def _measured(self, asked_at: float) -> None:
        delay_ms = 1000 * (self._reactor.now() - asked_at)
        self._tell(LinkMeasured(delay_ms=delay_ms, clock_offset_s=self._clock_offset_s))

    # -- how the parts play together -----------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        """To the listener, after the parts that depend on each other have taken note."""
        self._listener(event)
        match event:
            case PersonChanged(person=person) if person is not None:
                self._signing.came_back()
                self._deciding.signed_in(person.name)
                self._withdrawing.signed_in()
                self._leases.renew()
                self._room.came_online()
            case PersonChanged():
                self._signing.forget()
                self._deciding.signed_out()
                self._withdrawing.signed_out()
                self._leases.forget()
                self._room.leave()
            case DecisionSettled(decision=decision, undo_s=undo_s):
                self._leases.ended(decision.scan)
                self._withdrawing.settled(decision.scan, decision.decision, undo_s)
            case RowsChanged(rows=rows):
                for row in rows:
                    if row.verdict is not None and not self._withdrawing.may_come_back(row.scan):
                        self._drafts.drop(row.scan)
                self._room.plan_ahead(self._seat.queue())

    @property
    def _analyst(self) -> str:
        return self._seat.person.name if self._seat.person is not None else ""

    def _sign_out(self) -> None:
        self._signing.forget()
        self._leases.forget()
        self._seat.sign_out()

    def _lease(self, question: wire.Message, read: Callable[[wire.Leased], T]) -> Future[T]:
        future: Future[T] = Future()

        def leased(answer: Answer) -> None:
            message = answer.message
            if not isinstance(message, wire.Leased):
                future.set_exception(bad_answer())
                return
            if self._seat.person is None:
                future.set_exception(_signed_out())
                return
            self._seat.foretell(message.ahead)
            if message.lease is not None:
                self._took(message.scan, message.lease)
            try:
                future.set_result(read(message))
            except ScanViewError as error:
                future.set_exception(error)

        when_answered(self.request(question), leased, future.set_exception)
        return future

    def _took(self, scan: str, lease: Lease) -> None:
        self._leases.took(scan, lease, time.time() + self._clock_offset_s)

    def _give_back(self, scan: str) -> None:
        lease = self._leases.held.get(scan)
        if lease is None:
            return
        self._leases.ended(scan)
        question = wire.GiveBack(request=0, scan=scan, fence=lease.fence)
        when_answered(self.request(question), lambda _: None, lambda _: None)

    def _ask(self, question: Callable[[], Future[T]]) -> Future[T]:
        return from_any_thread(self._reactor, question)


def _at_once(question: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(question())
    return future


def _signed_out() -> NotAllowed:
    """The hub gave the scan back with the sign-out; nobody here may hold it."""
    return NotAllowed("nobody is signed in any more", code="not-signed-in", remedy="Sign in")


def _no_link() -> Unavailable:
    return Unavailable("not connected to the hub", code="not-connected", remedy="Wait")
