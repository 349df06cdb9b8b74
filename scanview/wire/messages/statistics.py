"""Workstations of supervisors and auditors, and the hub: what the room did, and why lanes were not connected."""

from scanview.core.interruption import Explanation
from scanview.core.statistics import Question, Statistics
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message


class AskStatistics(Message, frozen=True, kw_only=True, tag="ask-statistics"):
    """Add up the figures of a period, for whoever audits. Answered by StatisticsTold."""

    senders = WORKSTATION
    request: Count
    question: Question


class StatisticsTold(Message, frozen=True, kw_only=True, tag="statistics-told"):
    """They are. Who belongs to a port is told of that port alone, and `statistics.question` says so."""

    senders = HUB
    request: Count
    statistics: Statistics


class ExplainInterruption(Message, frozen=True, kw_only=True, tag="explain-interruption"):
    """Say why a lane was not connected: a supervisor, or anybody who belongs to its port. Done when that is durable."""

    senders = WORKSTATION
    request: Count
    number: Count
    explanation: Explanation
