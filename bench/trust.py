"""What attackers at the door cost those who are in: a port's rate under a flood, beside its rate without one.

The hub is the real one, in a process of its own, and one port streams to it, encrypted. Rounds with and without the
attack take turns, and the ratio is the median of theirs. Attackers run at the lowest priority of this machine, because
in the field they have machines of their own: what is measured is what they make the hub do.
"""

import multiprocessing
import os
import selectors
import socket as sockets
import statistics
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.sharedctypes import Synchronized
from urllib.parse import urlsplit

import zmq

from bench.intake.senders import Sender, Senders, lane
from bench.intake.strips import ROWS, encoded, noisy_counts
from bench.network.hub import PASSWORD, RunningHub, running_hub
from bench.rows import Row, higher_is_better
from scanview.store.folders import SCANS_FOLDER
from scanview.wire.hub_link import Answer, HubLink, LinkState
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import PROTOCOL_VERSION, Hello, PeerRole, SignIn
from scanview.wire.reactor_thread import ReactorThread

CONNECTIONS = 1_000
HANDSHAKERS = 50
WORKSTATIONS = 20
SIGN_INS_EACH = 4
GOAL = 0.8
SETTLED_AFTER_S = 5.0
"""So long after an attack what it left to do is done."""
COLUMNS = 3_200

_GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32)
_HELLO = b"\x04" + bytes([200]) + b"\x05HELLO" + b"\x01\x00" + bytes(72) + os.urandom(32 + 8 + 80)

Attack = Callable[[str, Card, list[Identity], "Synchronized[int]"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many rounds, and how many scans in each."""

    rounds: int
    scans: int


def run(quick: bool) -> list[Row]:
    """The rows `handshake_flood` and `sign_in_storm`, and how hard either came."""
    size = Size(rounds=3, scans=8) if quick else Size(rounds=9, scans=16)
    rows: list[Row] = []
    for name, attack, what in (
        ("handshake_flood", flood_handshakes, "connections"),
        ("sign_in_storm", storm_sign_ins, "sign_ins"),
    ):
        rows += _measure(name, attack, what, size)
    return rows


def _measure(name: str, attack: Attack, what: str, size: Size) -> list[Row]:
    records = encoded(noisy_counts(COLUMNS))
    scan_mb = 4 * ROWS * COLUMNS / 1e6
    quiet: list[float] = []
    attacked: list[float] = []
    blows: list[float] = []
    with running_hub() as hub, ExitStack() as opened:
        senders = opened.enter_context(_port(hub))
        machines = [Identity.make() for _ in range(WORKSTATIONS)]
        for number, machine in enumerate(machines):
            hub.enrol(machine, PeerRole.WORKSTATION, f"desk-{number}")
        for number in range(WORKSTATIONS * SIGN_INS_EACH):
            hub.add_analyst(f"analyst-{number}")
        senders.upload(records, size.scans, connections=1)
        for _ in range(size.rounds):
            quiet.append(size.scans * scan_mb / senders.upload(records, size.scans, connections=1))
            with _attackers(attack, hub, machines) as count:
                before, began = count.value, time.perf_counter()
                attacked.append(size.scans * scan_mb / senders.upload(records, size.scans, connections=1))
                blows.append((count.value - before) / (time.perf_counter() - began))
    ratio = statistics.median(one / other for one, other in zip(attacked, quiet, strict=True))
    row = higher_is_better(
        "trust", name, statistics.median(attacked), "MB/s", reference=statistics.median(quiet), goal=GOAL
    )
    return [
        replace(row, ratio=round(ratio, 2), met=ratio >= GOAL),
        higher_is_better("trust", f"{name}_{what}", statistics.median(blows), "1/s"),
    ]


@contextmanager
def _port(hub: RunningHub) -> Iterator[Senders]:
    identity = Identity.make()
    hub.enrol(identity, PeerRole.PORT, lane(0))
    with ReactorThread("bench port") as loop:
        sender = Sender(0, identity, loop, hub.endpoint, hub.card, encrypted=True)
        sender.wait_online()
        yield Senders([sender], hub.data / SCANS_FOLDER, hub.pid)


@contextmanager
def _attackers(attack: Attack, hub: RunningHub, machines: list[Identity]) -> Iterator["Synchronized[int]"]:
    """The attack under way, for as long as the block; what it counts."""
    spawn = multiprocessing.get_context("spawn")
    count: Synchronized[int] = spawn.Value("L", 0)
    secrets = [(one.curve_public, one.curve_secret) for one in machines]
    process = spawn.Process(target=_attack, args=(attack, hub.endpoint, hub.card, secrets, count), daemon=True)
    process.start()
    try:
        deadline = time.monotonic() + 30
        while not count.value:
            if time.monotonic() > deadline:
                raise RuntimeError("the attackers of the bench never came")
            time.sleep(0.05)
        time.sleep(1.0)
        yield count
    finally:
        process.kill()
        process.join()
        time.sleep(SETTLED_AFTER_S)


def _attack(
    attack: Attack, endpoint: str, hub: Card, secrets: list[tuple[str, str]], count: "Synchronized[int]"
) -> None:
    os.nice(19)
    made = Identity.make()
    machines = [replace(made, curve_public=public, curve_secret=secret) for public, secret in secrets]
    attack(endpoint, hub, machines, count)


def flood_handshakes(endpoint: str, hub: Card, _machines: list[Identity], count: "Synchronized[int]") -> None:
    """`CONNECTIONS` at a time begin a handshake that they never end, and others end one with keys nobody knows."""
    context = zmq.Context()
    for _ in range(HANDSHAKERS):
        stranger, socket = Identity.make(), context.socket(zmq.DEALER)
        socket.reconnect_ivl = 20
        socket.curve_serverkey = hub.curve_public.encode()
        socket.curve_publickey, socket.curve_secretkey = stranger.curve_public.encode(), stranger.curve_secret.encode()
        socket.connect(endpoint)
    place = urlsplit(endpoint)
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        _begin_handshake(selector, str(place.hostname), int(place.port or 0))
    while True:
        for key, events in selector.select():
            connection = key.fileobj
            if not isinstance(connection, sockets.socket) or not _go_on(selector, connection, events):
                continue
            count.value += 1
            _begin_handshake(selector, str(place.hostname), int(place.port or 0))


def _begin_handshake(selector: selectors.BaseSelector, host: str, port: int) -> None:
    connection = sockets.socket()
    connection.setblocking(False)
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    connection.connect_ex((host, port))
    selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)


def _go_on(selector: selectors.BaseSelector, connection: sockets.socket, events: int) -> bool:
    """Say what comes next; whether the connection has ended."""
    try:
        if events & selectors.EVENT_WRITE:
            connection.sendall(_GREETING + _HELLO)
            selector.modify(connection, selectors.EVENT_READ)
        if not events & selectors.EVENT_READ or connection.recv(4096):
            return False
    except BlockingIOError:
        return False
    except OSError:
        pass
    selector.unregister(connection)
    connection.close()
    return True


def storm_sign_ins(endpoint: str, hub: Card, machines: list[Identity], count: "Synchronized[int]") -> None:
    """Everybody signs in everywhere, again and again, half of them with a wrong password."""
    with ReactorThread("storm") as loop:
        for number, machine in enumerate(machines):
            loop.call(lambda number=number, machine=machine: _Storm(loop, endpoint, hub, machine, number, count))
        while True:
            time.sleep(1.0)


class _Storm:
    """One workstation of the storm: a sign-in is followed by the next as soon as it is answered."""

    def __init__(
        self,
        loop: ReactorThread,
        endpoint: str,
        hub: Card,
        machine: Identity,
        number: int,
        count: "Synchronized[int]",
    ) -> None:
        self._count = count
        self._number = number
        self._loop = loop
        self._sent = 0
        self._link = HubLink(
            reactor=loop.reactor,
            endpoint=endpoint,
            identity=machine,
            hub=hub,
            hello=Hello(
                versions=(PROTOCOL_VERSION,), role=PeerRole.WORKSTATION, name=f"desk-{number}", program="bench"
            ),
            on_message=lambda message, raw: None,
            on_state=self._state,
        )
        self._link.open()

    def _state(self, state: LinkState) -> None:
        if state is LinkState.ONLINE:
            for _ in range(SIGN_INS_EACH):
                self._sign_in()

    def _sign_in(self) -> None:
        self._sent += 1
        name = f"analyst-{self._number * SIGN_INS_EACH + self._sent % SIGN_INS_EACH}"
        password = PASSWORD if self._sent % 2 else "wrong horse"
        future = self._link.request(SignIn(request=0, name=name, password=password))
        future.add_done_callback(lambda done: self._answered(done.exception() is None and done.result()))

    def _answered(self, _answer: Answer | bool) -> None:
        self._count.value += 1
        self._loop.reactor.post(self._sign_in)
