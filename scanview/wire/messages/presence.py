"""Workstations and the hub: who is there, and what those left who went."""

from typing import Annotated

from msgspec import Meta

from scanview.core.presence import MAX_NOTES, KeysAlarm, Seated, ShiftNote, WorkerSeen
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message


class AskRoom(Message, frozen=True, kw_only=True, tag="ask-room"):
    """Tell who sits where and which workers are connected; for whoever audits. Answered by Room."""

    senders = WORKSTATION
    request: Count


class Room(Message, frozen=True, kw_only=True, tag="room"):
    """They are, people by their names and workers by theirs; `alarms` are those of the last day, the newest first."""

    senders = HUB
    request: Count
    people: tuple[Seated, ...]
    workers: tuple[WorkerSeen, ...]
    alarms: tuple[KeysAlarm, ...] = ()


class AskShiftNotes(Message, frozen=True, kw_only=True, tag="ask-shift-notes"):
    """Tell what was noted at the ends of the shifts of the last 24 hours. Answered by ShiftNotes."""

    senders = WORKSTATION
    request: Count


class ShiftNotes(Message, frozen=True, kw_only=True, tag="shift-notes"):
    """The newest notes, the newest first."""

    senders = HUB
    request: Count
    notes: Annotated[tuple[ShiftNote, ...], Meta(max_length=MAX_NOTES)]
