"""A hub that does what a check tells it to, and the port at the other end of it.

Nothing is answered by itself but pings, and not even those where `is_mute`. A message that no port may send, or that
breaks the protocol, fails the check in which it arrives.
"""

import secrets
import shlex
import subprocess
import time
from pathlib import Path
from typing import TypeVar

import msgspec

from scanview.conformance.results import broken, not_shown
from scanview.conformance.scan_record import ScanSoFar
from scanview.conformance.signers import certified
from scanview.core.errors import ScanViewError
from scanview.wire.authority import Authority
from scanview.wire.bare import Arrived, BareHub
from scanview.wire.codec import decode, encode
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import (
    PROTOCOL_VERSION,
    Hello,
    Message,
    PeerRole,
    Ping,
    Pong,
    ScanOffer,
    ScanResume,
    Welcome,
)

Kind = TypeVar("Kind", bound=Message)

HUB_NAME = "conformance"
HEARTBEAT_S = 1.0
WINDOW_BYTES = 16 << 20
PATIENCE_S = 12.0
"""What a port has to do, it has to do within this time: it may take 2.5 s to come back, and be busy."""


class PortProcess:
    """The port under test, started and killed by the checks. `command` may name the hub's endpoint as `{hub}`."""

    def __init__(self, command: str, endpoint: str, log: Path) -> None:
        self._words = [word.replace("{hub}", endpoint) for word in shlex.split(command)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it prints is appended to the log."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._words, stdout=log, stderr=log)  # noqa: S603 - the tester says how

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class PortUnderTest:
    """The port, as far as it shows itself on the wire. Used by one thread."""

    def __init__(
        self,
        hub: BareHub,
        identity: Identity,
        authority: Authority,
        process: PortProcess | None = None,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.hub = hub
        self.patience_s = patience_s
        self.identity = identity
        self.authority = authority
        self.reviewer = certified(authority, "li")
        """Whose statement goes with a release unless a check says otherwise."""
        self.process = process
        self.card: Card | None = None
        self.began_at = time.time()
        self.run_id = secrets.token_hex(12)
        """The first 24 digits of the ids of this run's orders: a port keeps what it was ever told."""
        self.versions: tuple[int, ...] = (PROTOCOL_VERSION,)
        self.recalls = False
        """Whether it said in its last Hello that it tells a hub what that may have forgotten."""
        self.frames: tuple[bytes, ...] = ()
        """All raw frames of the message that was heard last."""
        self.is_mute = False
        self.settled: set[str] = set()
        """Scans that were received or refused: they must not come again."""
        self.receipts: dict[str, bytes] = {}
        """The receipt of each order that it has applied in this run."""
        self.scan: ScanSoFar | None = None
        """The scan on which the checks are made until it is received, and about which orders are then given."""
        self._connection = b""

    @property
    def hub_card(self) -> Card:
        """The card of the hub that the checks are, whose key signs orders."""
        return self.identity.card(PeerRole.HUB, HUB_NAME)

    @property
    def lane_card(self) -> Card:
        """The card it is enrolled by; Unavailable before it has connected."""
        if self.card is None:
            raise not_shown("no port has connected yet")
        return self.card

    @property
    def is_met(self) -> bool:
        """Whether a port is connected, as far as anybody has heard."""
        return bool(self._connection)

    @property
    def lane(self) -> str:
        """The lane it is enrolled as; Unavailable before it has connected."""
        return self.lane_card.name

    # -- connections ----------------------------------------------------------------------------------------------

    def listen(self, identity: Identity | None = None) -> None:
        """Cut what is there, and wait at the endpoint with the hub's keys, or those of somebody else."""
        self.is_mute = False
        self._connection = b""
        self.hub.listen(identity or self.identity)

    def await_hello(self, within_s: float = 0.0) -> Hello:
        """The first message of the next connection, which has to be Hello."""
        before = self._connection
        within_s = within_s or self.patience_s
        deadline = time.monotonic() + within_s
        while (arrived := self.hub.receive(deadline - time.monotonic())) is not None:
            if arrived.connection == before:
                continue
            self._connection, self.card = arrived.connection, arrived.card
            message = self._decoded(arrived)
            if not isinstance(message, Hello):
                raise broken(f"its first message is {_kind(message)} and not hello")
            self.versions, self.recalls = message.versions, message.recalls
            return message
        raise broken(f"no port has connected and said hello within {within_s:.0f} s")

    def welcome(self, *, version: int = 0, window_bytes: int = WINDOW_BYTES, heartbeat_s: float = HEARTBEAT_S) -> None:
        """Answer its Hello, by the best version that it speaks too unless another is named."""
        best = max((spoken for spoken in self.versions if spoken <= PROTOCOL_VERSION), default=PROTOCOL_VERSION)
        self.say(
            Welcome(
                version=version or best,
                hub=HUB_NAME,
                hub_time=time.time(),
                window_bytes=window_bytes,
                heartbeat_s=heartbeat_s,
                instance=secrets.token_hex(8),
            )
        )

    def meet(self, *, version: int = 0, window_bytes: int = WINDOW_BYTES, heartbeat_s: float = HEARTBEAT_S) -> None:
        """A connection as it should be, after cutting the one before."""
        self.listen()
        self.await_hello()
        self.welcome(version=version, window_bytes=window_bytes, heartbeat_s=heartbeat_s)

    # -- messages -------------------------------------------------------------------------------------------------

    def say(self, message: Message, *raw: bytes) -> None:
        """Send a message to the port."""
        self.say_frames([bytes(frame) for frame in encode(message, *raw)])

    def say_with(self, message: Message, **fields: object) -> None:
        """Send a message with fields that nobody knows."""
        self.say_frames([msgspec.json.encode({**msgspec.to_builtins(message), **fields})])

    def say_frames(self, frames: list[bytes]) -> None:
        """Send frames as they are."""
        self.hub.send(self._connection, frames)

    def hear(self, *kinds: type[Kind]) -> tuple[Kind, bytes]:
        """The next message of one of `kinds` and its raw frame (empty without one); others before it are ignored.

        Raises:
            Refused: it does not come, or the port has left the connection.
        """
        heard = self.next(*kinds, within_s=self.patience_s)
        if heard is None:
            raise broken(f"no {' or '.join(_tag(kind) for kind in kinds)} within {self.patience_s:.0f} s")
        return heard

    def next(self, *kinds: type[Kind], within_s: float) -> tuple[Kind, bytes] | None:
        """As `hear`; None where nothing of the kind comes."""
        deadline = time.monotonic() + within_s
        while (arrived := self.hub.receive(deadline - time.monotonic())) is not None:
            message = self._decoded(arrived)
            if arrived.connection != self._connection:
                raise broken("it has left the connection and come back by a new one")
            if isinstance(message, Ping) and not self.is_mute:
                self.say(Pong(hub_time=time.time(), number=message.number))
            if isinstance(message, kinds):
                self.frames = arrived.frames[1:]
                return message, (arrived.frames[1] if len(arrived.frames) > 1 else b"")
        return None

    def hears_not(self, kind: type[Message], why: str, for_s: float) -> None:
        """Refused where a message of `kind` comes within this time."""
        if self.next(kind, within_s=for_s) is not None:
            raise broken(why)

    # -- scans ----------------------------------------------------------------------------------------------------

    def offered(self) -> ScanSoFar:
        """Wait until the scan under test is offered; the first that is not settled where there is none yet."""
        while True:
            try:
                offer, header = self.hear(ScanOffer)
            except ScanViewError as error:
                wanted = f"scan {self.scan.scan} again" if self.scan else "a scan"
                raise broken(f"it does not offer {wanted} ({error})") from error
            if self.scan is None and offer.scan not in self.settled:
                self.scan = ScanSoFar(scan=offer.scan, header_bytes=header)
            if self.scan is not None and offer.scan == self.scan.scan:
                if header != self.scan.header_bytes:
                    raise broken("it offers the same scan with another header")
                return self.scan

    def wanted(self, strips: int) -> ScanSoFar:
        """Wait for the scan under test on a new connection and ask for what follows its first `strips`."""
        self.meet()
        scan = self.offered()
        self.say(ScanResume(scan=scan.scan, strips=strips))
        return scan

    def _decoded(self, arrived: Arrived) -> Message:
        try:
            return decode(arrived.frames, PeerRole.PORT).message
        except ScanViewError as error:
            raise broken(f"it sends {error}") from error


def _kind(message: Message) -> str:
    return _tag(type(message))


def _tag(kind: type[Message]) -> str:
    return str(kind.__struct_config__.tag)
