"""A scan as the review room knows it: its state, who has it, and what was said of it."""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.opinions import Opinion, Stage
from scanview.core.review import Risk, Verdict


class WorkState(StrEnum):
    """Where a scan is on its way through the room."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    IN_REVIEW = "in-review"
    DECIDED = "decided"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"


class RecognitionState(StrEnum):
    """Whether a machine has spoken."""

    PENDING = "pending"
    DONE = "done"
    NOT_RECOGNISED = "not-recognised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One analyst's exclusive hold on a scan. `fence` grows with every lease, so an old one is known as old."""

    fence: int
    analyst: str
    workstation: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A scan as the worklist knows it.

    `version` grows by one with every fact and is what concurrent writers compare. `stored` means that every byte
    is durable under `content_sha256`; `complete` that the scanner sent the whole vehicle. `last_fence` is the number
    of the newest lease it ever had, ended or not.

    `second` and `four_eyes` are what the scan's class demands and, once asked, is not dropped; `drawn` that a second
    review was drawn. `opinions` are those that stand, the oldest first, the deciding one among them; `stage` is whose
    word is wanted, or was the last. Nobody gets the scan before `waits_until` (UTC seconds). `escalated_by` asked for
    the chief, `selected_by` picked the scan out. `elsewhere` says which other hub has the scan, as people call it,
    where nobody has spoken here.
    """

    scan: str
    state: WorkState = WorkState.ARRIVING
    version: int = 0
    stored: bool = False
    complete: bool = True
    content_sha256: str = ""
    recognition: RecognitionState = RecognitionState.PENDING
    recognition_due_at: float = 0.0
    risk: Risk = Risk.NONE
    last_fence: int = 0
    lease: Lease | None = None
    decision: str = ""
    verdict: Verdict | None = None
    decided_by: str = ""
    second: bool = False
    four_eyes: bool = False
    drawn: bool = False
    stage: Stage = Stage.FIRST
    opinions: tuple[Opinion, ...] = ()
    waits_until: float = 0.0
    escalated_by: tuple[str, ...] = ()
    selected_by: tuple[str, ...] = ()
    elsewhere: str = ""
