"""Workstations and the hub: breaks and shifts, and what supervisors make of the queue."""

from typing import Annotated

from msgspec import Meta

from scanview.core.dispatching import MAX_EARLIER_S
from scanview.wire.messages.message import WORKSTATION, Count, Id, Message

Reason = Annotated[str, Meta(max_length=500)]


class TakeBreak(Message, frozen=True, kw_only=True, tag="take-break"):
    """I am on a break: give me no scan, and let what I have wait again. Answered by Done."""

    senders = WORKSTATION
    request: Count


class ComeBack(Message, frozen=True, kw_only=True, tag="come-back"):
    """I am back from my break. Answered by Done."""

    senders = WORKSTATION
    request: Count


class EndShift(Message, frozen=True, kw_only=True, tag="end-shift"):
    """My shift ends: let what I have wait again, and keep this note for who comes next. Answered by Done."""

    senders = WORKSTATION
    request: Count
    note: Annotated[str, Meta(max_length=2_000)]


class Assign(Message, frozen=True, kw_only=True, tag="assign"):
    """Keep this scan for `analyst` for a while, or for nobody where that is empty; whoever else has it loses it.

    For supervisors. Answered by Done.
    """

    senders = WORKSTATION
    request: Count
    scan: Id
    analyst: Annotated[str, Meta(max_length=64)]
    reason: Reason


class Prioritise(Message, frozen=True, kw_only=True, tag="prioritise"):
    """Move this scan `earlier_s` seconds forward from its own place in the queue. For supervisors; answered by Done."""

    senders = WORKSTATION
    request: Count
    scan: Id
    earlier_s: Annotated[float, Meta(ge=0, le=MAX_EARLIER_S)]
    reason: Reason
