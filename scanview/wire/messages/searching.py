"""A workstation and the hub: finding scans among all there ever were."""

from typing import Annotated

from msgspec import Meta

from scanview.core.searching import MAX_FOUND, Search
from scanview.core.worklist import WorklistRow
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message


class FindScans(Message, frozen=True, kw_only=True, tag="find-scans"):
    """Name the scans that are like this, the one that changed last first. Analysts find what they decided themselves.

    The next page is that `before` the `seq` of the last row of this one; 0 asks for the first page.
    """

    senders = WORKSTATION
    request: Count
    search: Search
    before: Count = 0
    limit: Annotated[int, Meta(ge=1, le=MAX_FOUND)] = 100


class ScansFound(Message, frozen=True, kw_only=True, tag="scans-found"):
    """They are; `more` where others follow."""

    senders = HUB
    request: Count
    rows: tuple[WorklistRow, ...]
    more: bool
