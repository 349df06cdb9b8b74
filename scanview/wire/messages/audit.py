"""Workstations of auditors and the hub: everything that happened to one scan."""

from typing import Annotated

from msgspec import Meta

from scanview.core.audit import MAX_STORY, StoryEntry
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message


class ReadStory(Message, frozen=True, kw_only=True, tag="read-story"):
    """Tell all entries of the ledger about this scan after number `after`; for whoever audits. Answered by Story."""

    senders = WORKSTATION
    request: Count
    scan: Id
    after: Count = 0


class Story(Message, frozen=True, kw_only=True, tag="story"):
    """They are, in order; `more` where there are further ones."""

    senders = HUB
    request: Count
    scan: Id
    entries: Annotated[tuple[StoryEntry, ...], Meta(max_length=MAX_STORY)]
    more: bool = False
