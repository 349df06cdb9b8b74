"""Practising on cases whose truth is known: nothing of it touches the scans or what was decided about them."""

from dataclasses import dataclass

from scanview.core.checks import check_id
from scanview.core.errors import BadInput
from scanview.core.mark import Mark
from scanview.core.review import MAX_MARKS, Decision, Verdict
from scanview.core.virtual import MAX_LABEL, MAX_PLACES, Truth

LONGEST_S = 86_400.0
"""Nobody looks at a case for longer than a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAnswer:
    """What a person says of a case: the verdict they would give, what they point at, and how long they looked."""

    scan: str
    verdict: Verdict
    marks: tuple[Mark, ...] = ()
    seconds: float = 0.0

    def __post_init__(self) -> None:
        check_id(self.scan, "scan")
        if len(self.marks) > MAX_MARKS:
            raise BadInput(f"{len(self.marks)} marks are more than {MAX_MARKS}", code="bad-practice")
        if not 0 <= self.seconds <= LONGEST_S:
            raise BadInput(f"{self.seconds} s is not how long a case was looked at", code="bad-practice")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeProgress:
    """How far a person has come: cases with and without a threat, what was found, and what was held for nothing."""

    threats: int = 0
    hits: int = 0
    clean: int = 0
    false_alarms: int = 0

    @property
    def done(self) -> int:
        """Cases answered."""
        return self.threats + self.clean


def truth_of_case(decision: Decision) -> Truth | None:
    """What a library case teaches: the places that were marked when it was held, or that there was nothing.

    None for a hold without marks: nobody said where to look.
    """
    if decision.verdict is Verdict.RELEASE:
        return Truth()
    if not decision.marks:
        return None
    label = next((mark.category.value for mark in decision.marks if mark.category != "none"), "other")
    return Truth(label=label[:MAX_LABEL], places=tuple(mark.box for mark in decision.marks[:MAX_PLACES]))
