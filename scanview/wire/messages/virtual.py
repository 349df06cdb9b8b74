"""A workstation and the hub: what a decided scan was, where its truth is known, and how well people find things."""

from typing import Annotated

from msgspec import Meta

from scanview.core.performance import Performance
from scanview.core.practice import PracticeAnswer, PracticeProgress
from scanview.core.virtual import Revealed
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message

MAX_PEOPLE = 2_000
"""So many people's performance fits into one answer."""

Seconds = Annotated[float, Meta(ge=0, le=1e11)]
"""UTC."""


class AskReveal(Message, frozen=True, kw_only=True, tag="ask-reveal"):
    """I have decided about this scan: was its truth known? Asked after every decision."""

    senders = WORKSTATION
    request: Count
    scan: Id
    decision: Id


class Reveal(Message, frozen=True, kw_only=True, tag="reveal"):
    """What it was; null for a scan of real traffic, and for whoever has not decided about it."""

    senders = HUB
    request: Count
    scan: Id
    revealed: Revealed | None


class AskPerformance(Message, frozen=True, kw_only=True, tag="ask-performance"):
    """How well people found things in that time; all people for those who audit, else I alone."""

    senders = WORKSTATION
    request: Count
    begins_at: Seconds
    ends_at: Seconds


class PerformanceTold(Message, frozen=True, kw_only=True, tag="performance"):
    """One entry per person who decided about virtual scans meanwhile, by name."""

    senders = HUB
    request: Count
    people: Annotated[tuple[Performance, ...], Meta(max_length=MAX_PEOPLE)]


class AskCase(Message, frozen=True, kw_only=True, tag="ask-case"):
    """Give me a case to practise on, not this last one again if there is another."""

    senders = WORKSTATION
    request: Count
    after: str = ""


class Case(Message, frozen=True, kw_only=True, tag="case"):
    """One of the library or of decided virtual scans, to be opened like any scan; empty where there is none."""

    senders = HUB
    request: Count
    scan: str
    progress: PracticeProgress


class AnswerCase(Message, frozen=True, kw_only=True, tag="answer-case"):
    """What I say of the case. It changes nothing about the scan."""

    senders = WORKSTATION
    request: Count
    answer: PracticeAnswer


class CaseJudged(Message, frozen=True, kw_only=True, tag="case-judged"):
    """What the case was, and how far I have come."""

    senders = HUB
    request: Count
    revealed: Revealed
    progress: PracticeProgress
