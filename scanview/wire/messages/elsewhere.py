"""A port with several hubs tells the one it gave up that another has the scan: so that people need not wait for it."""

from typing import Annotated

from msgspec import Meta, Struct

from scanview.wire.messages.message import HUB, PORT, Id, Message, Name

MAX_ELSEWHERE = 1_000
"""So many scans are told of at once."""


class GivenScan(Struct, frozen=True, kw_only=True):
    """A scan that another hub has given its receipt for; `at` is where that hub is, in words for people."""

    scan: Id
    at: Name


class ScansElsewhere(Message, frozen=True, kw_only=True, tag="scans-elsewhere"):
    """Scans that this hub was offered, and that another hub has given its receipt for. Said again until it is noted.

    Only to a hub that says `notes_elsewhere` in its welcome.
    """

    senders = PORT
    since = 2
    scans: Annotated[tuple[GivenScan, ...], Meta(max_length=MAX_ELSEWHERE)]


class ElsewhereNoted(Message, frozen=True, kw_only=True, tag="elsewhere-noted"):
    """The hub need not be told of these scans again."""

    senders = HUB
    since = 2
    scans: tuple[Id, ...]
