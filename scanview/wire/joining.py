"""A machine's end of joining a hub by a one-time code: it says its keys, and asks until an administrator has spoken."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zmq
from zmq.utils.monitor import recv_monitor_message

from scanview.core.errors import BadInput, Fault, NotAllowed, ScanViewError, Unavailable
from scanview.wire.authority import decode_authority_card
from scanview.wire.codec import MAX_HEADER_BYTES, decode, encode
from scanview.wire.enrolment import JoinedAs, read_pin, write_joined
from scanview.wire.failures import error_of
from scanview.wire.invitation_code import InvitationCode, joining_document, mac
from scanview.wire.keys import Card, Identity, Purpose
from scanview.wire.messages import Failed, Join, Joined, PeerRole
from scanview.wire.pinned_authority import pin_authority
from scanview.wire.reactor import Reactor, Timer

_log = logging.getLogger("scanview.wire")

ASK_AGAIN_S = 2.0
_ANSWER_WITHIN_S = 4.0
_REFUSED = zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
_LOST = zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How the joining stands: the machine's card as it will be, and whether it is enrolled and all is written down.

    `was_told` where the same was told before.
    """

    card: Card
    enrolled: bool
    was_told: bool = False


class Joining:
    """Joins the hub at `endpoint` with the machine whose keys are `identity`, in `folder`. On the reactor's thread.

    With a `role`, a code for a machine of another one is refused here.

    `on_progress` is called when the hub has taken the code and waits for an administrator, and once it is done;
    `on_failed` at most once and last. What cannot be reached is tried again until `cancel`: `on_failed` is only for
    what trying again does not mend, and for the first try.
    """

    def __init__(
        self,
        *,
        reactor: Reactor,
        endpoint: str,
        code: InvitationCode,
        identity: Identity,
        folder: Path,
        role: PeerRole | None = None,
        on_progress: Callable[[Progress], None],
        on_failed: Callable[[ScanViewError], None],
    ) -> None:
        self._reactor = reactor
        self._endpoint = endpoint
        self._code = code
        self._identity = identity
        self._folder = folder
        self._role = role
        self._on_progress = on_progress
        self._on_failed = on_failed
        self._was_taken = False
        self._socket: zmq.Socket[bytes] | None = None
        self._monitor: zmq.Socket[bytes] | None = None
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Connect and send the keys."""
        self._disconnect()
        guest_public, guest_secret = self._code.guest_keys()
        socket = self._reactor.context.socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RECONNECT_IVL, -1)
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_HEADER_BYTES)
        socket.setsockopt(zmq.IPV6, int("[" in self._endpoint))
        socket.setsockopt(zmq.CURVE_SERVERKEY, self._code.hub_curve_public.encode())
        socket.setsockopt(zmq.CURVE_PUBLICKEY, guest_public.encode())
        socket.setsockopt(zmq.CURVE_SECRETKEY, guest_secret.encode())
        self._socket = socket
        self._monitor = socket.get_monitor_socket(_REFUSED | _LOST)
        self._reactor.add(socket, self._read)
        self._reactor.add(self._monitor, self._watch)
        self._timer = self._reactor.call_later(_ANSWER_WITHIN_S, lambda: self._lost(_unreachable(self._endpoint)))
        try:
            socket.connect(self._endpoint)
        except zmq.ZMQError as error:
            self._fail(BadInput(f"{self._endpoint} is no endpoint: {error.strerror}", code="bad-endpoint"))
            return
        socket.send_multipart(encode(self._message()), zmq.NOBLOCK)

    def cancel(self) -> None:
        """Give up; nobody is told."""
        self._disconnect()

    def _message(self) -> Join:
        own = self._identity.card(PeerRole.GUEST, "guest")
        document = joining_document(own.curve_public, own.signing_public, self._code.hub_curve_public)
        return Join(
            request=1,
            curve_public=own.curve_public,
            signing_public=own.signing_public,
            mac=mac(self._code.mac_key(), document),
            signature=self._identity.sign(document, Purpose.JOIN),
        )

    def _read(self) -> None:
        if self._socket is None:
            return
        try:
            message = decode(self._socket.recv_multipart(zmq.NOBLOCK), PeerRole.HUB).message
            match message:
                case Joined():
                    self._heard(message)
                case Failed():
                    self._fail(error_of(message))
                case _:
                    self._fail(Fault("the hub answered with something else", code="bad-answer"))
        except zmq.Again:
            return
        except ScanViewError as error:
            self._fail(error)

    def _heard(self, joined: Joined) -> None:
        hub = Card(
            role=PeerRole.HUB,
            name=joined.hub,
            curve_public=joined.hub_curve_public,
            signing_public=joined.hub_signing_public,
        )
        if hub.curve_public != self._code.hub_curve_public:
            raise NotAllowed("the hub tells of another key than its own", code="bad-answer")
        if self._role not in (None, joined.role):
            raise NotAllowed(
                f"the code is for a {joined.role}", code="other-role", remedy=f"Ask for one for a {self._role}"
            )
        card = self._identity.card(joined.role, joined.name)
        was_taken, self._was_taken = self._was_taken, True
        self._disconnect()
        if joined.enrolled:
            write_joined(self._folder, JoinedAs(endpoint=self._endpoint, card=card), hub)
            self._pin_authority(joined.authority, is_first=read_pin(self._folder) == hub)
            _log.info("this machine is enrolled as %s %s", card.role, card.name)
        else:
            self._timer = self._reactor.call_later(ASK_AGAIN_S, self.begin)
        self._on_progress(Progress(card=card, enrolled=joined.enrolled, was_told=was_taken and not joined.enrolled))

    def _pin_authority(self, told: str, *, is_first: bool) -> None:
        """Whoever is pinned already stays: that another counts now, somebody has to say at the machine itself."""
        if not told:
            return
        try:
            pin_authority(self._folder, decode_authority_card(told.encode()), "" if is_first else self._endpoint)
        except NotAllowed as error:
            _log.warning("the authority that the hub tells of is not pinned: %s", error)

    def _watch(self) -> None:
        if self._monitor is None:
            return
        event = recv_monitor_message(self._monitor, zmq.NOBLOCK)["event"]
        if event & _REFUSED:
            self._fail(
                NotAllowed(
                    "the hub does not take this code: it is over, used up, or not of this hub",
                    code="code-refused",
                    remedy="Ask for a new code: scanview keys invite",
                )
            )
        else:
            self._lost(_unreachable(self._endpoint))

    def _lost(self, problem: ScanViewError) -> None:
        """After the hub has once taken the code, a lost connection is only a reason to ask again."""
        if not self._was_taken:
            self._fail(problem)
            return
        self._disconnect()
        self._timer = self._reactor.call_later(ASK_AGAIN_S, self.begin)

    def _fail(self, problem: ScanViewError) -> None:
        self._disconnect()
        self._on_failed(problem)

    def _disconnect(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        socket, monitor = self._socket, self._monitor
        self._socket = self._monitor = self._timer = None
        if socket is None or monitor is None:
            return
        self._reactor.remove(socket)
        self._reactor.remove(monitor)
        socket.disable_monitor()
        monitor.close(linger=0)
        socket.close(linger=0)


def _unreachable(endpoint: str) -> Unavailable:
    return Unavailable(
        f"the hub at {endpoint} cannot be reached", code="hub-unreachable", remedy="Check the address and the network"
    )
