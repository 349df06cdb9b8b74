"""Asks the hub what a decided scan was, for cases to practise on, and how well people find things."""

from concurrent.futures import Future
from dataclasses import dataclass

from scanview.core.performance import Performance
from scanview.core.practice import PracticeAnswer, PracticeProgress
from scanview.core.virtual import Revealed
from scanview.session.asking import Asks, read_as
from scanview.wire import messages as wire


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCase:
    """A case to practise on, by its scan; empty where there is none."""

    scan: str
    progress: PracticeProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """What a case was, and how far the person has come."""

    revealed: Revealed
    progress: PracticeProgress


class VirtualScans:
    """Asks the hub; may be used from any thread."""

    def __init__(self, session: Asks) -> None:
        self._session = session

    def reveal(self, scan: str, decision: str) -> Future[Revealed | None]:
        """What the scan was that this person has decided; None for one of real traffic."""
        question = wire.AskReveal(request=0, scan=scan, decision=decision)
        return read_as(self._session.ask(question, wire.Reveal), lambda told: told.revealed)

    def next_case(self, after: str) -> Future[GivenCase]:
        """A case to practise on, another than `after` where there is one."""
        asked = self._session.ask(wire.AskCase(request=0, after=after), wire.Case)
        return read_as(asked, lambda case: GivenCase(scan=case.scan, progress=case.progress))

    def answer(self, answer: PracticeAnswer) -> Future[JudgedCase]:
        """What the case was."""
        asked = self._session.ask(wire.AnswerCase(request=0, answer=answer), wire.CaseJudged)
        return read_as(asked, lambda judged: JudgedCase(revealed=judged.revealed, progress=judged.progress))

    def performance(self, begins_at: float, ends_at: float) -> Future[tuple[Performance, ...]]:
        """How well people found things in that time, UTC seconds: everybody for those who audit, else oneself."""
        question = wire.AskPerformance(request=0, begins_at=begins_at, ends_at=ends_at)
        return read_as(self._session.ask(question, wire.PerformanceTold), lambda told: told.people)
