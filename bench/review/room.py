"""Workstations of a bench, all on one thread: each with keys and a connection of its own."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from bench.intake.senders import PATIENCE_S
from bench.network.hub import PASSWORD, RunningHub
from scanview.wire import messages
from scanview.wire.hub_link import Answer, HubLink, LinkState
from scanview.wire.keys import Identity
from scanview.wire.messages import PROTOCOL_VERSION, Hello, Message, PeerRole
from scanview.wire.reactor_thread import ReactorThread

SIGN_INS_AT_ONCE = 4


class Workstation:
    """One workstation; `heard` is called with what it is sent unasked, on the room's thread."""

    def __init__(self, name: str, hub: RunningHub, loop: ReactorThread) -> None:
        identity = Identity.make()
        hub.enrol(identity, PeerRole.WORKSTATION, name)
        self.name = name
        self.heard: Callable[[Message], None] = lambda message: None
        self.reactor = loop.reactor
        self._loop = loop
        self._online = threading.Event()
        self._link = HubLink(
            reactor=loop.reactor,
            endpoint=hub.endpoint,
            identity=identity,
            hub=hub.card,
            hello=Hello(versions=(PROTOCOL_VERSION,), role=PeerRole.WORKSTATION, name=name, program="bench"),
            on_message=lambda message, raw: self.heard(message),
            on_state=lambda state: self._online.set() if state is LinkState.ONLINE else None,
        )

    def open(self) -> None:
        """Connect."""
        self._loop.reactor.post(self._link.open)

    def close(self) -> None:
        """Disconnect, on the room's thread."""
        self._link.close()

    def wait_online(self) -> None:
        """Return once it is connected."""
        if not self._online.wait(PATIENCE_S):
            raise RuntimeError(f"{self.name} cannot reach the bench's hub")

    def request(self, message: Message) -> "Future[Answer]":
        """Ask, on the room's thread."""
        return self._link.request(message)

    def ask(self, message: Message) -> tuple[Message, float]:
        """The answer, and how long it took in ms as the room's thread saw it; from any other thread."""
        timed: Future[tuple[Message, float]] = Future()

        def ask() -> None:
            asked_at = time.perf_counter()

            def answered(done: "Future[Answer]") -> None:
                took_ms = 1e3 * (time.perf_counter() - asked_at)
                error = done.exception()
                if error is not None:
                    timed.set_exception(error)
                else:
                    timed.set_result((done.result().message, took_ms))

            self._link.request(message).add_done_callback(answered)

        self._loop.reactor.post(ask)
        return timed.result(PATIENCE_S)


@contextmanager
def workstations(hub: RunningHub, people: list[str]) -> Iterator[list[Workstation]]:
    """A workstation for each of `people`, signed in."""
    with ReactorThread("bench desks") as loop:
        room = uuid.uuid4().hex[:8]
        desks = [Workstation(f"desk-{room}-{number}", hub, loop) for number in range(len(people))]
        for desk in desks:
            desk.open()
        for desk in desks:
            desk.wait_online()
        for first in range(0, len(desks), SIGN_INS_AT_ONCE):
            group = range(first, min(first + SIGN_INS_AT_ONCE, len(desks)))
            threads = [threading.Thread(target=_sign_in, args=(desks[at], people[at])) for at in group]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        yield desks
        for desk in desks:
            loop.reactor.post(desk.close)


def _sign_in(desk: Workstation, name: str) -> None:
    desk.ask(messages.SignIn(request=0, name=name, password=PASSWORD))
