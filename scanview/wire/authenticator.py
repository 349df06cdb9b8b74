"""Decides who may connect: the ZAP handler (RFC 27) of a hub's ZeroMQ context.

It fails closed: without it, or when it stumbles, every handshake is refused. Only CURVE, only our own domain, and only
keys that are enrolled at this moment are let in. The User-Id of a connection is the key it was let in with, so that
what is enrolled can be looked up again for every message.
"""

import logging
from typing import Protocol

import zmq
from zmq.utils import z85

from scanview.wire.keys import Card
from scanview.wire.reactor import Reactor

_log = logging.getLogger("scanview.wire")

ZAP_DOMAIN = b"scanview"

_ENDPOINT = "inproc://zeromq.zap.01"
_VERSION = b"1.0"
_REQUEST_FRAMES = 7
_MAX_REQUESTS_PER_TURN = 64
_TOLD_AGAIN_AFTER_S = 60.0
_MAX_TOLD = 1_000


class Directory(Protocol):
    """Who is let in at this moment."""

    def find(self, curve_public: str) -> Card | None:
        """The card of whoever holds this CURVE key (Z85); None where they are not to be let in."""
        ...


class Authenticator:
    """Answers libzmq's question for each new connection. One per context; make it before any server socket."""

    def __init__(self, reactor: Reactor, directory: Directory) -> None:
        self._reactor = reactor
        self._directory = directory
        self._told_at: dict[str, float] = {}
        self._socket = reactor.context.socket(zmq.REP)
        self._socket.linger = 0
        self._socket.bind(_ENDPOINT)
        reactor.add(self._socket, self._answer_requests)

    def close(self) -> None:
        """From now on every handshake is refused."""
        self._reactor.remove(self._socket)
        self._socket.close(linger=0)

    def _answer_requests(self) -> None:
        for _ in range(_MAX_REQUESTS_PER_TURN):
            try:
                request = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                user = self._user_of(request)
            except Exception:
                _log.exception("a handshake could not be judged, so it is refused")
                user = ""
            self._socket.send_multipart(_reply(request, user))

    def _note_refusal(self, address: str) -> None:
        """Tell of it, but not of every one: whoever knocks again and again must not fill the log."""
        now = self._reactor.now()
        if now - self._told_at.get(address, -_TOLD_AGAIN_AFTER_S) < _TOLD_AGAIN_AFTER_S:
            return
        if len(self._told_at) >= _MAX_TOLD:
            self._told_at.clear()
        self._told_at[address] = now
        _log.warning("connections from %s are refused: the key is not enrolled", address)

    def _user_of(self, request: list[bytes]) -> str:
        """The enrolled key behind `request`, or "" where nobody is to be let in."""
        if len(request) != _REQUEST_FRAMES:
            return ""
        version, _, domain, address, _, mechanism, key = request
        if version != _VERSION or domain != ZAP_DOMAIN or mechanism != b"CURVE":
            return ""
        curve_public = z85.encode(key).decode("ascii")
        card = self._directory.find(curve_public)
        if card is None:
            self._note_refusal(address.decode(errors="replace"))
            return ""
        return curve_public


def _reply(request: list[bytes], user: str) -> list[bytes]:
    number = request[1] if len(request) > 1 else b""
    status = (b"200", b"OK") if user else (b"400", b"not enrolled")
    return [_VERSION, number, *status, user.encode("ascii"), b""]
