"""What an auditor asks of the archive, and what comes back: scans by anything known of them, and their story."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from scanview.core.checks import check_text
from scanview.core.errors import BadInput
from scanview.core.journal import Json, Kind
from scanview.core.review import HoldReason, Verdict
from scanview.core.worklist import WorklistRow

MAX_SOUGHT = 200
MAX_FOUND = 100
"""Scans that one page of a search holds."""

MAX_STORY = 500
"""Entries that one page of a story holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which scans are sought: all that is given must hold; what is left empty asks for nothing.

    Attributes:
        text: a part of the container's number, the plate or the lane, or the beginning of the scan's id.
        person: who decided about it, whether that stands or not.
        verdict: what stands decided.
        reason: why it stands held.
        lane: the beginning of its lane, so that CNSHA means the whole port.
        since, until: when it came, UTC seconds; `until` is not in it.
        note: a part of what anybody wrote: notes of decisions, texts of marks.
        label: what a machine claimed to see in it, by the label of the class.
    """

    text: str = ""
    person: str = ""
    verdict: Verdict | None = None
    reason: HoldReason | None = None
    lane: str = ""
    since: float = 0.0
    until: float = 1e12
    note: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        for typed in (self.text, self.person, self.lane, self.note, self.label):
            if len(typed) > MAX_SOUGHT:
                raise BadInput(f"more than {MAX_SOUGHT} characters are sought", code="bad-search")
            check_text(typed)
        if not (math.isfinite(self.since) and math.isfinite(self.until)):
            raise BadInput("the time that is sought is no number", code="bad-search")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePlace:
    """Where a search goes on: after the scan that came at `arrived_at`, UTC seconds; newest scans come first."""

    arrived_at: float
    scan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundScan:
    """A scan that was found, and when what stands about it was decided, UTC seconds; 0 where nothing stands."""

    row: WorklistRow
    decided_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePage:
    """What one step of a search found, newest first; `following` is where it goes on, None where all is searched."""

    found: tuple[FoundScan, ...]
    following: ArchivePlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """An entry of the ledger about a scan. `body` is its JSON; empty where it is too long for a message."""

    seq: int
    at: float
    kind: str
    actor: str
    body: str = ""

    @property
    def said(self) -> Mapping[str, Json]:
        """The body, read."""
        read = json.loads(self.body) if self.body else {}
        return read if isinstance(read, dict) else {}

    def tells(self, kind: Kind) -> bool:
        """Whether it is of this kind; a newer hub may tell of kinds that are not known here."""
        return self.kind == kind.value
