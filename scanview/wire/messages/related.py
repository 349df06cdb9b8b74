"""A workstation and the hub: what a scan can be compared with, and the shelf that some of it stands on."""

from typing import Annotated

from msgspec import Meta

from scanview.core.related import MAX_RELATED, RelatedScan, Shelving
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message


class FindRelated(Message, frozen=True, kw_only=True, tag="find-related"):
    """Name the scans that this one can be compared with."""

    senders = WORKSTATION
    request: Count
    scan: Id


class Related(Message, frozen=True, kw_only=True, tag="related"):
    """They are, the best to compare with first; never the scan itself, nor one that is not whole."""

    senders = HUB
    request: Count
    scan: Id
    found: Annotated[tuple[RelatedScan, ...], Meta(max_length=MAX_RELATED)]


class Shelve(Message, frozen=True, kw_only=True, tag="shelve"):
    """Keep this scan on the shelf, as a supervisor may; Done when that is durable."""

    senders = WORKSTATION
    request: Count
    scan: Id
    shelving: Shelving


class Unshelve(Message, frozen=True, kw_only=True, tag="unshelve"):
    """Take this scan off the shelf, as a supervisor may; Done when that is durable."""

    senders = WORKSTATION
    request: Count
    scan: Id
