"""What people look for among all scans there ever were."""

from dataclasses import dataclass

from scanview.core.checks import check_text
from scanview.core.review import HoldReason, Verdict

MAX_FOUND = 500
"""Most scans that one answer names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a scan must be like to be found; whatever is empty is not asked for.

    Attributes:
        text: part of the container number or the plate, however it is typed; or the id of a scan.
        lane: the lane, or the port in front of it.
        verdict, reason: as it was decided.
        analyst: who decided it.
        since, until: when it arrived, UTC seconds by the hub's clock: since <= arrived < until; 0 for no bound.
        decided: only what is decided.
    """

    text: str = ""
    lane: str = ""
    verdict: Verdict | None = None
    reason: HoldReason | None = None
    analyst: str = ""
    since: float = 0.0
    until: float = 0.0
    decided: bool = False

    def __post_init__(self) -> None:
        for words in (self.text, self.lane, self.analyst):
            check_text(words)
