"""Reading a scan, by workstations and workers alike, while it grows or later."""

from typing import Annotated

from msgspec import Meta

from scanview.core.review import Recognition
from scanview.wire.messages.message import HUB, READERS, Count, Id, Message


class OpenScan(Message, frozen=True, kw_only=True, tag="open-scan"):
    """Tell me about this scan, and go on telling while it grows (until CloseScan)."""

    senders = READERS
    request: Count
    scan: Id


class ScanOpened(Message, frozen=True, kw_only=True, tag="scan-opened"):
    """What is known now. Raw frame: the canonical JSON of its ScanHeader."""

    senders = HUB
    request: Count
    scan: Id
    strips: Count
    stored: bool
    complete: bool
    content_sha256: str
    recognition: Recognition | None
    not_recognised: str


class ScanGrew(Message, frozen=True, kw_only=True, tag="scan-grew"):
    """An open scan has more strips, is stored, or was recognised since the last such message."""

    senders = HUB
    scan: Id
    strips: Count
    stored: bool
    complete: bool
    content_sha256: str
    recognition: Recognition | None
    not_recognised: str


class CloseScan(Message, frozen=True, kw_only=True, tag="close-scan"):
    """Stop telling me about this scan."""

    senders = READERS
    scan: Id


class FetchStrips(Message, frozen=True, kw_only=True, tag="fetch-strips"):
    """Send the records of strips `first` to `first + count - 1`, as many as fit one answer."""

    senders = READERS
    request: Count
    scan: Id
    first: Count
    count: Annotated[int, Meta(ge=1, le=64)]


class Strips(Message, frozen=True, kw_only=True, tag="strips"):
    """Records from `first` on, one raw frame each; fewer than asked where the answer would grow too large."""

    senders = HUB
    request: Count
    scan: Id
    first: Count
