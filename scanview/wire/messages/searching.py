"""A workstation and the hub: finding scans among all there ever were."""

from typing import Annotated

from msgspec import Meta

from scanview.core.searching import MAX_FOUND, FoundScan, Search, SearchPlace
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message


class FindScans(Message, frozen=True, kw_only=True, tag="find-scans"):
    """Name the scans that are like this, the one that changed last first. Answered by ScansFound.

    Who audits finds all, of their own port where they belong to one; everybody else what they decided themselves.
    """

    senders = WORKSTATION
    request: Count
    search: Search
    after: SearchPlace | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_FOUND)] = MAX_FOUND


class ScansFound(Message, frozen=True, kw_only=True, tag="scans-found"):
    """They are, perhaps none: each question is answered soon, and `following` says where to go on.

    `following` is null when everything was searched.
    """

    senders = HUB
    request: Count
    found: Annotated[tuple[FoundScan, ...], Meta(max_length=MAX_FOUND)]
    following: SearchPlace | None = None
