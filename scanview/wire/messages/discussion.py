"""A workstation and the hub: what was said of a scan, remarks beside it, and asking for the chief."""

from typing import Annotated

from msgspec import Meta

from scanview.core.discussion import MAX_REMARK, Discussion
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message


class AskDiscussion(Message, frozen=True, kw_only=True, tag="ask-discussion"):
    """Tell me what was said of this scan, as far as I may know."""

    senders = WORKSTATION
    request: Count
    scan: Id


class Discussed(Message, frozen=True, kw_only=True, tag="discussed"):
    """This was: nothing but one's own remarks for who may yet be asked for an opinion of their own."""

    senders = HUB
    request: Count
    discussion: Discussion


class Say(Message, frozen=True, kw_only=True, tag="say"):
    """A remark beside the scan; Done when it is durable. Sending it again gets the same answer."""

    senders = WORKSTATION
    request: Count
    scan: Id
    remark: Id
    text: Annotated[str, Meta(min_length=1, max_length=MAX_REMARK)]


class Escalate(Message, frozen=True, kw_only=True, tag="escalate"):
    """Ask the chief about the scan that I have under this lease, with a question; it then waits for the chief."""

    senders = WORKSTATION
    request: Count
    scan: Id
    fence: Count
    remark: Id
    question: Annotated[str, Meta(min_length=1, max_length=MAX_REMARK)]
