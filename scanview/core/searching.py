"""What people look for among all scans there ever were, and a page of what was found."""

import math
from dataclasses import dataclass

from scanview.core.checks import check_text
from scanview.core.errors import BadInput
from scanview.core.review import HoldReason, Verdict
from scanview.core.worklist import WorklistRow

MAX_SOUGHT = 200
MAX_FOUND = 100
"""Most scans that one page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a scan must be like to be found: all that is given must hold; what is left empty asks for nothing.

    Attributes:
        text: a part of the container's number, the plate or the lane, however it is typed, or the beginning of the
            scan's id.
        lane: the beginning of its lane, so that CNSHA means the whole port.
        person: who decided about it, whether that stands or not.
        verdict, reason: what stands decided, and why it stands held.
        since, until: when it came, UTC seconds by the hub's clock: since <= arrived < until; 0 for no bound.
        note: a part of what anybody wrote: notes of decisions, texts of marks.
        label: what a machine claimed to see in it, by the label of the class.
        decided: only what is decided.
    """

    text: str = ""
    lane: str = ""
    person: str = ""
    verdict: Verdict | None = None
    reason: HoldReason | None = None
    since: float = 0.0
    until: float = 0.0
    note: str = ""
    label: str = ""
    decided: bool = False

    def __post_init__(self) -> None:
        for typed in (self.text, self.person, self.lane, self.note, self.label):
            if len(typed) > MAX_SOUGHT:
                raise BadInput(f"more than {MAX_SOUGHT} characters are sought", code="bad-search")
            check_text(typed)
        if not (math.isfinite(self.since) and math.isfinite(self.until)):
            raise BadInput("the time that is sought is no number", code="bad-search")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlace:
    """Where a search goes on: before the scan whose last fact has number `seq`; it came at `arrived_at`, UTC seconds.

    The scan that changed last comes first.
    """

    seq: int
    arrived_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundScan:
    """A scan that was found, and when what stands about it was decided, UTC seconds; 0 where nothing stands."""

    row: WorklistRow
    decided_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """What one step of a search found; `following` is where it goes on, None where all is searched."""

    found: tuple[FoundScan, ...]
    following: SearchPlace | None = None
