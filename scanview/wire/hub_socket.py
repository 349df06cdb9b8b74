"""The hub's ROUTER as it is before it is bound: its limits, and who may shake hands with it."""

import zmq

from scanview.wire.authenticator import ZAP_DOMAIN
from scanview.wire.codec import MAX_RAW_BYTES
from scanview.wire.keys import Identity

_HANDSHAKE_MS = 1_000
_QUEUED_TO_PEER = 256
_QUEUED_FROM_PEER = 64
"""Messages that libzmq holds per connection before TCP itself slows the peer down."""


def encrypted_router(
    context: "zmq.Context[zmq.Socket[bytes]]", endpoint: str, identity: Identity
) -> "zmq.Socket[bytes]":
    """A ROUTER that lets in whom the authenticator of `context` lets in, and nobody where there is none."""
    socket = plain_router(context, endpoint)
    socket.setsockopt(zmq.ZAP_DOMAIN, ZAP_DOMAIN)
    socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
    socket.setsockopt(zmq.CURVE_SERVER, 1)
    socket.setsockopt(zmq.CURVE_SECRETKEY, identity.curve_secret.encode())
    return socket


def plain_router(context: "zmq.Context[zmq.Socket[bytes]]", endpoint: str) -> "zmq.Socket[bytes]":
    """The same without encryption: only for a bench."""
    socket = context.socket(zmq.ROUTER)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
    socket.setsockopt(zmq.MAXMSGSIZE, MAX_RAW_BYTES)
    socket.setsockopt(zmq.HANDSHAKE_IVL, _HANDSHAKE_MS)
    socket.setsockopt(zmq.SNDHWM, _QUEUED_TO_PEER)
    socket.setsockopt(zmq.RCVHWM, _QUEUED_FROM_PEER)
    socket.setsockopt(zmq.IPV6, int("[" in endpoint))
    return socket
