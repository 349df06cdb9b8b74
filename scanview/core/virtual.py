"""Virtual scans: copies of archived ones, some with a threat projected into them, that measure and train analysts.

To whoever reviews them they are scans like any. Only the hub knows the truth, and tells it when the decision stands.
"""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import BadInput
from scanview.core.mark import Mark, MarkShape, Pixel
from scanview.core.review import Verdict
from scanview.core.scan import Box

MAX_PLACES = 8
MAX_LABEL = 64

_FOUND_SHARE = 0.3
_MOST_LARGER = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of a virtual scan: the class of what was projected and where; nothing where both are empty."""

    label: str = ""
    places: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.label) != bool(self.places) or len(self.places) > MAX_PLACES or len(self.label) > MAX_LABEL:
            raise BadInput("a truth names one class and its places, or neither", code="bad-truth")

    @property
    def has_threat(self) -> bool:
        """Whether anything was projected."""
        return bool(self.places)


class Outcome(StrEnum):
    """What a decision was, held against the truth."""

    HIT = "hit"
    ELSEWHERE = "elsewhere"
    """Held, but everything that was marked lies elsewhere: what was projected was not found."""
    MISS = "miss"
    FALSE_ALARM = "false-alarm"
    CORRECT_REJECTION = "correct-rejection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """What a person is told about a virtual scan once their decision stands."""

    outcome: Outcome
    truth: Truth


def outcome_of(verdict: Verdict, marks: tuple[Mark, ...], truth: Truth) -> Outcome:
    """How a verdict with these marks stands to `truth`. A hold without any mark is taken to mean all of the scan."""
    if verdict is Verdict.RELEASE:
        return Outcome.MISS if truth.has_threat else Outcome.CORRECT_REJECTION
    if not truth.has_threat:
        return Outcome.FALSE_ALARM
    if not marks or any(_finds(mark, place) for mark in marks for place in truth.places):
        return Outcome.HIT
    return Outcome.ELSEWHERE


def _finds(mark: Mark, place: Box) -> bool:
    """Whether the mark points at the place: with its tip or its middle, or by covering a good part; no blanket does."""
    marked = mark.box
    if marked.view is not place.view:
        return False
    if mark.shape is MarkShape.ARROW:
        return _lies_in(mark.points[-1], place)
    if _area(marked) > _MOST_LARGER * _area(place):
        return False
    across = min(marked.x1, place.x1) - max(marked.x0, place.x0)
    down = min(marked.y1, place.y1) - max(marked.y0, place.y0)
    is_covered = max(across, 0) * max(down, 0) >= _FOUND_SHARE * _area(place)
    return is_covered or _lies_in(((marked.x0 + marked.x1) // 2, (marked.y0 + marked.y1) // 2), place)


def _lies_in(pixel: Pixel, box: Box) -> bool:
    return box.x0 <= pixel[0] <= box.x1 and box.y0 <= pixel[1] <= box.y1


def _area(box: Box) -> int:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
