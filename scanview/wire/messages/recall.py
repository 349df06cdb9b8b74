"""A port tells a hub what it had from it: so that a hub restored from an old copy finds what the copy lacks."""

from typing import Annotated

from msgspec import Meta, Struct

from scanview.wire.messages.message import HUB, PORT, Id, Message, Sha256, Signature

MAX_RECALLED = 4_000
"""So many of the newest scans, and of the newest orders, are told of: they fit into one header."""


class ReceivedScan(Struct, frozen=True, kw_only=True):
    """A scan that the hub once gave a receipt for, by its content."""

    scan: Id
    content_sha256: Sha256


class AppliedOrder(Struct, frozen=True, kw_only=True):
    """An order of this hub that the port has applied."""

    order: Id
    scan: Id


class Recall(Message, frozen=True, kw_only=True, tag="recall"):
    """The scans a port has this hub's receipts for, and the hub's orders it has applied; the newest first.

    Both are empty where this very start of the hub was told before.
    """

    senders = PORT
    since = 2
    scans: Annotated[tuple[ReceivedScan, ...], Meta(max_length=MAX_RECALLED)] = ()
    orders: Annotated[tuple[AppliedOrder, ...], Meta(max_length=MAX_RECALLED)] = ()


class RecallMissing(Message, frozen=True, kw_only=True, tag="recall-missing"):
    """The answer to a recall: what of it the hub does not know; both are empty where it knows everything."""

    senders = HUB
    since = 2
    scans: tuple[Id, ...] = ()
    orders: tuple[Id, ...] = ()


class RecalledOrder(Message, frozen=True, kw_only=True, tag="recalled-order"):
    """An order the hub gave and forgot. Raw frames: the order as the hub signed it, and the port's signed receipt."""

    senders = PORT
    since = 2
    order: Id
    signature: Signature
    receipt_signature: Signature
