"""Practising: cases are given out by chance, answers judged and kept, and no scan, lease or order changes by it."""

import random

from scanview.core.errors import NotAllowed
from scanview.core.practice import PracticeAnswer, PracticeProgress
from scanview.core.review import Person
from scanview.core.rights import check_reviews
from scanview.core.virtual import Revealed, outcome_of
from scanview.review.answering import Answering
from scanview.store.database import Transaction
from scanview.store.practice import case_truth, cases, keep_answer, progress_of, times_practised
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Practising:
    """The service, for those who review scans."""

    serves: frozenset[type[Message]] = frozenset({messages.AskCase, messages.AnswerCase})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._chance = random.SystemRandom()

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Give a case out, or judge an answer."""
        check_reviews(person)
        now = self._answering.surroundings.now()
        match message:
            case messages.AskCase(request=request, after=after):
                self._answering.read(
                    peer,
                    request,
                    lambda tx: (choose_case(tx, person, after, self._chance), progress_of(tx, person.name)),
                    lambda found: messages.Case(request=request, scan=found[0], progress=found[1]),
                )
            case messages.AnswerCase(request=request, answer=answer):
                self._answering.read(
                    peer,
                    request,
                    lambda tx: judge(tx, person.name, answer, now),
                    lambda judged: messages.CaseJudged(request=request, revealed=judged[0], progress=judged[1]),
                )


def choose_case(tx: Transaction, person: Person, after: str, chance: random.Random) -> str:
    """One of the cases `person` practised least, by chance; not `after` where there is another; "" for none."""
    known = times_practised(tx, person.name)
    found = list(cases(tx, person))
    others = [scan for scan in found if scan != after] or found
    if not others:
        return ""
    least = min(known.get(scan, 0) for scan in others)
    return chance.choice([scan for scan in others if known.get(scan, 0) == least])


def judge(tx: Transaction, person: str, answer: PracticeAnswer, now: float) -> tuple[Revealed, PracticeProgress]:
    """What the case was, the answer kept; NotAllowed where the scan is no case (any more)."""
    truth = case_truth(tx, answer.scan)
    if truth is None:
        raise NotAllowed("this scan is no case to practise on", code="no-case", remedy="Take the next case")
    outcome = outcome_of(answer.verdict, answer.marks, truth)
    keep_answer(tx, person=person, answer=answer, outcome=outcome, now=now)
    return Revealed(outcome=outcome, truth=truth), progress_of(tx, person)
