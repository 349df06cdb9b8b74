"""When a lane was connected and when not, and why not: the spells that downtime is counted from."""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.checks import check_text


class Cause(StrEnum):
    """Why a lane was not connected, as a person says it."""

    UNEXPLAINED = ""
    """Nobody has said why."""
    MAINTENANCE = "maintenance"
    FAULT = "fault"
    NO_TRAFFIC = "no-traffic"
    POWER = "power"
    NETWORK = "network"
    ROOM = "room"
    """The hub itself did not run; it says so by itself."""
    OTHER = "other"


CHOICES = tuple(cause for cause in Cause if cause not in (Cause.UNEXPLAINED, Cause.ROOM))
"""What a person may say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The cause of an interruption in a person's words; `note` is plain text."""

    cause: Cause
    note: str = ""

    def __post_init__(self) -> None:
        check_text(self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One stretch of a lane's being connected, or not.

    `number` is that of the ledger's entry that began it. `ended_at` is 0 while it lasts. Moments are UTC seconds.
    """

    number: int
    lane: str
    connected: bool
    began_at: float
    ended_at: float = 0.0
    cause: Cause = Cause.UNEXPLAINED
    note: str = ""
    explained_by: str = ""

    def within(self, since: float, until: float) -> float:
        """How many seconds of it lie from `since` to `until`; while it lasts, `until` ends it."""
        end = min(self.ended_at or until, until)
        return max(end - max(self.began_at, since), 0.0)
