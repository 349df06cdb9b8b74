"""Owns what teaches a person: what a scan was that they have just decided, and cases to practise on.

A virtual scan stays on the screen after its decision, with what was projected outlined, until the person goes on. While
somebody practises, verdicts go to the hub's practice alone: no lease, no draft and no decision comes of them.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import Future

from scanview.core.errors import ScanViewError
from scanview.core.practice import PracticeAnswer, PracticeProgress
from scanview.core.review import Decision
from scanview.core.virtual import Revealed
from scanview.core.work import Lease
from scanview.session.events import DecisionSettled
from scanview.session.virtual_scans import GivenCase, JudgedCase, VirtualScans
from scanview.ui.reviewing import Reviewing
from scanview.ui.surroundings import Part, Problem, Surroundings


class Teaching:
    """`clock` gives seconds that only grow."""

    def __init__(self, around: Surroundings, reviewing: Reviewing, clock: Callable[[], float] = time.monotonic) -> None:
        self._around = around
        self._reviewing = reviewing
        self._virtual = VirtualScans(around.session)
        self._clock = clock
        self._then: Callable[[], None] = lambda: None
        self._case = ""
        self._since = 0.0
        self.revealed: Revealed | None = None
        self.is_practising = False
        self.is_asking = False
        self.has_no_case = False
        self.progress = PracticeProgress()

    # -- after a decision ----------------------------------------------------------------------------------------

    def settled(self, event: DecisionSettled, then: Callable[[], None]) -> None:
        """A decision stands: tell what the scan was, if that is known, and do `then` when the person goes on.

        What may be taken back is real traffic: the hub says nothing about it, and nobody has to wait.
        """
        if event.undo_s > 0:
            then()
            return
        decision = event.decision
        self._around.when_done(
            self._virtual.reveal(decision.scan, decision.decision),
            lambda revealed: self._told(decision, revealed, then),
            lambda _: then(),
        )

    def _told(self, decision: Decision, revealed: Revealed | None, then: Callable[[], None]) -> None:
        review = self._reviewing.review
        if revealed is None or review is None or review.scan != decision.scan:
            then()
            return
        self._show(revealed, then)

    def _show(self, revealed: Revealed, then: Callable[[], None]) -> None:
        self.revealed, self._then = revealed, then
        if revealed.truth.places:
            self._around.screen.look_at(revealed.truth.places[0])
        self._changed()

    def go_on(self) -> None:
        """The person has seen what the scan was."""
        if self.revealed is None:
            return
        self.revealed = None
        then, self._then = self._then, lambda: None
        self._changed()
        then()

    # -- practising ----------------------------------------------------------------------------------------------

    def practise(self) -> None:
        """Begin to practise, or end it. A scan that is ours has to be decided or given back first."""
        if self.is_practising:
            self.leave()
            return
        review = self._reviewing.review
        if review is not None and review.lease is not None:
            self._reviewing.problem = Problem.by_code("decide-first")
            self._around.screen.changed(Part.VERDICT)
            return
        self._reviewing.close()
        self.is_practising = True
        self._reviewing.divert = self._answer
        self._ask_case()

    def leave(self) -> None:
        """End practising, or, where nobody sits here any more, whatever was shown."""
        was_practising = self.is_practising
        self.revealed, self._then, self._case = None, lambda: None, ""
        self.is_practising = self.is_asking = self.has_no_case = False
        self._reviewing.divert = None
        if was_practising:
            self._reviewing.close()
        self._changed()

    def _ask_case(self) -> None:
        self.is_asking, self.has_no_case = True, False
        self._changed()
        self._around.when_done(self._virtual.next_case(self._case), self._given, self._not_given)

    def _given(self, given: GivenCase) -> None:
        self.is_asking = False
        if not self.is_practising:
            return
        self.progress, self._case = given.progress, given.scan
        self.has_no_case = not given.scan
        if given.scan:
            self._since = self._clock()
            lease = Lease(fence=0, analyst="", workstation="", expires_at=math.inf)
            self._reviewing.open(given.scan, None, lease)
        self._changed()

    def _not_given(self, error: ScanViewError) -> None:
        self.leave()
        self._reviewing.problem = Problem.of(error)
        self._around.screen.changed(Part.VERDICT)

    def _answer(self, decision: Decision) -> Future[int]:
        """What the verdict comes to while somebody practises."""
        answer = PracticeAnswer(
            scan=decision.scan,
            verdict=decision.verdict,
            marks=decision.marks,
            seconds=max(self._clock() - self._since, 0.0),
        )
        self._around.when_done(self._virtual.answer(answer), self._judged, self._not_given)
        done: Future[int] = Future()
        done.set_result(0)
        return done

    def _judged(self, judged: JudgedCase) -> None:
        if self.is_practising:
            self.progress = judged.progress
            self._show(judged.revealed, self._next_case)

    def _next_case(self) -> None:
        self._reviewing.close()
        self._ask_case()

    def _changed(self) -> None:
        for part in (Part.SCAN, Part.FINDINGS, Part.VERDICT, Part.STATUS):
            self._around.screen.changed(part)
