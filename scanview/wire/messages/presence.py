"""Workstations of supervisors and the hub: who is there."""

from scanview.core.presence import Seated, WorkerSeen
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message


class AskRoom(Message, frozen=True, kw_only=True, tag="ask-room"):
    """Tell who sits where and which workers are connected; for whoever audits. Answered by Room."""

    senders = WORKSTATION
    request: Count


class Room(Message, frozen=True, kw_only=True, tag="room"):
    """They are, people by their names and workers by theirs."""

    senders = HUB
    request: Count
    people: tuple[Seated, ...]
    workers: tuple[WorkerSeen, ...]
