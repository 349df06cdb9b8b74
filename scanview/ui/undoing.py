"""Owns the last decision's way back: for how long it is open, and what was on the screen when it was made."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from scanview.core.review import Decision
from scanview.session.events import DecisionSettled
from scanview.ui.review import Review, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A decision that may be taken back until `until`, by this workstation's own clock; `review` is as it was made."""

    decision: Decision
    review: Review
    until: float
    undo_s: float


class Undoing:
    """The last decision that the hub has. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.offer: Offer | None = None
        self.is_asking = False

    def settled(self, event: DecisionSettled, review: Review | None) -> None:
        """The hub has a decision; `review` is the scan on the screen."""
        decision = event.decision
        if review is None or review.decision != decision:
            said = Said(marks=decision.marks, dismissed=decision.dismissed)
            review = Review(scan=decision.scan, said=said, recipe=decision.recipe, decision=decision)
        until = self._clock() + event.undo_s
        self.offer = Offer(decision=decision, review=review, until=until, undo_s=event.undo_s)

    def forget(self) -> None:
        """Another person sits here, or the decision was taken back."""
        self.offer = None
        self.is_asking = False

    @property
    def left_s(self) -> int:
        """Whole seconds left, rounded up; 0 where nothing can be taken back any more."""
        if self.offer is None or self.is_asking:
            return 0
        return max(0, math.ceil(self.offer.until - self._clock()))

    @property
    def obstacle(self) -> str:
        """The code of what forbids taking back, or ""."""
        if self.offer is None:
            return "nothing-to-undo"
        if self.is_asking:
            return "already-undoing"
        if self.offer.undo_s <= 0:
            return "no-grace"
        return "" if self.left_s else "grace-over"
