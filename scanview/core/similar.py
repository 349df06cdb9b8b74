"""Scans that look like another one."""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.inspection import Found
from scanview.core.review import Verdict

MAX_SIMILAR = 20

_VERY_ALIKE = 0.1
_ALIKE = 0.25


class Likeness(StrEnum):
    """How much two scans look alike, in a word."""

    VERY = "very"
    ALIKE = "alike"
    SOMEWHAT = "somewhat"


def likeness(distance: float) -> Likeness:
    """The word for a distance: 0 the same direction, 1 none in common, 2 opposite."""
    if distance <= _VERY_ALIKE:
        return Likeness.VERY
    return Likeness.ALIKE if distance <= _ALIKE else Likeness.SOMEWHAT


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarScan:
    """A stored, complete, decided scan that looks like another one.

    `distance` is 1 less the cosine between the two directions. `arrived_at` is UTC seconds by the hub's clock.
    `found` is what opening it came to; None where no result is known.
    """

    scan: str
    lane: str
    container: str
    plate: str
    arrived_at: float
    verdict: Verdict
    distance: float
    found: Found | None = None
