"""Owns a change of the queue before it is made, without Qt: what is wanted, what is missing, and what it would do."""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.work import WorkState
from scanview.core.worklist import WorklistRow, is_reversible
from scanview.ui.text import Phrase, phrase
from scanview.ui.worded import container_text


class Change(StrEnum):
    """What a supervisor can do to a scan of the queue."""

    ASSIGN = "assign"
    PRIORITISE = "prioritise"
    TAKE_BACK = "take-back"
    REVERSE = "reverse"
    """Take a direct release back before its order leaves."""


MINUTES = (10, 30, 60, 240, 1_440)
"""How far forward a scan can be moved, in minutes of waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A change: of which row, for whom (ASSIGN), how far (PRIORITISE, in minutes), and why."""

    change: Change
    row: WorklistRow | None
    analyst: str = ""
    minutes: int = MINUTES[0]
    reason: str = ""

    @property
    def obstacle(self) -> str:
        """What is missing, as the id of a sentence; "" where nothing is. The hub has the last word."""
        if self.row is None:
            return "control.choose-first"
        if (self.change is Change.REVERSE) is not is_reversible(self.row):
            return "control.not-released" if self.change is Change.REVERSE else "control.released"
        if self.change is Change.ASSIGN and not self.analyst:
            return "control.whom-first"
        if self.change is Change.TAKE_BACK and not (self.row.analyst or self.row.assigned_to):
            return "control.nobody-has-it"
        if not self.reason:
            return "control.reason-first"
        return ""

    @property
    def effect(self) -> Phrase:
        """What will be so once it is confirmed."""
        which, loses = "—", phrase("control.nobody-loses")
        if self.row is not None:
            which = container_text(self.row) if self.row.container else self.row.scan[:12]
            if self.row.state is WorkState.IN_REVIEW and self.row.analyst:
                loses = phrase("control.loses", analyst=self.row.analyst)
        match self.change:
            case Change.ASSIGN:
                return phrase("control.effect-assign", container=which, analyst=self.analyst, loses=loses)
            case Change.PRIORITISE:
                return phrase("control.effect-prioritise", container=which, minutes=self.minutes)
            case Change.REVERSE:
                return phrase("control.effect-reverse", container=which)
            case Change.TAKE_BACK:
                return phrase("control.effect-take-back", container=which, loses=loses)
