"""Workstations of auditors and the hub: a search through the archive, and everything that happened to one scan."""

from typing import Annotated

from msgspec import Meta

from scanview.core.audit import MAX_FOUND, MAX_STORY, ArchivePlace, FoundScan, Sought, StoryEntry
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message


class SearchArchive(Message, frozen=True, kw_only=True, tag="search-archive"):
    """Find scans among all there ever were, from `after` on; for whoever audits. Answered by ArchiveFound."""

    senders = WORKSTATION
    request: Count
    sought: Sought
    after: ArchivePlace | None = None


class ArchiveFound(Message, frozen=True, kw_only=True, tag="archive-found"):
    """The next scans, newest first, perhaps none: each question is answered soon, and `following` says where to go on.

    `following` is null when everything was searched.
    """

    senders = HUB
    request: Count
    found: Annotated[tuple[FoundScan, ...], Meta(max_length=MAX_FOUND)]
    following: ArchivePlace | None = None


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
