"""The worklist as people see it: one row per scan, its place in the queue, and the lanes scans come from."""

from dataclasses import dataclass
from enum import StrEnum

from scanview.core.inspection import Found
from scanview.core.opinions import Opinion, Stage
from scanview.core.related import Shelving
from scanview.core.review import HoldReason, Risk, Verdict
from scanview.core.triage import ReviewChannel, ScanPriority, Triage, is_rules_actor
from scanview.core.work import RecognitionState, WorkState

RISK_DELAY_S = {Risk.HIGH: 0.0, Risk.MEDIUM: 300.0, Risk.NONE: 300.0, Risk.LOW: 900.0}
"""How much longer than a scan of high risk one may wait. No scan is ever overtaken by one that came later by more."""

PENDING_DELAY_S = 30.0
"""How much longer a scan may wait while no machine has spoken yet."""


class DeliveryState(StrEnum):
    """How far the order has come on its way to the port."""

    NONE = ""
    """There is no decision yet."""
    WAITING = "waiting"
    SENT = "sent"
    """It has left the outbox and can no longer be taken back."""
    APPLIED = "applied"
    REFUSED = "refused"


class Due(StrEnum):
    """How a scan that is not decided stands to its target time."""

    IN_TIME = ""
    SOON = "due-soon"
    LATE = "late"


SOON_SHARE = 0.75
"""From this share of the target time on a scan is due soon."""


def queue_at(arrived_at: float, risk: Risk, recognition: RecognitionState, triage: Triage | None = None) -> float:
    """The scan's place in the queue, UTC seconds: the smallest is next.

    What the rules say counts as a fixed number of seconds of waiting, or its risk where they have not spoken; so
    places never change while time passes, and a scan of low risk ages into the front by itself.
    """
    if triage is not None:
        return arrived_at + triage.wait_s
    pending = PENDING_DELAY_S if recognition is RecognitionState.PENDING else 0.0
    return arrived_at + RISK_DELAY_S[risk] + pending


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One scan in the worklist.

    `seq` is the ledger number of the last fact about it: all rows after N bring a client up to date.
    `arrived_at` is UTC seconds by the hub's clock. `stage` and what follows is for those who see opinions: to all
    others goes what core.veil leaves of it.
    """

    seq: int
    scan: str
    lane: str
    container: str
    container_valid: bool
    plate: str
    arrived_at: float
    state: WorkState
    risk: Risk
    recognition: RecognitionState
    stored: bool
    complete: bool
    strips: int
    findings: int
    analyst: str
    verdict: Verdict | None = None
    reason: HoldReason | None = None
    decided_by: str = ""
    delivery: DeliveryState = DeliveryState.NONE
    container_type: str = ""
    shelved: Shelving | None = None
    elsewhere: str = ""
    """The other hub that has the scan as well."""
    queue_at: float = 0.0
    """Its place in the queue, UTC seconds; 0 from a hub that does not tell it."""
    assigned_to: str = ""
    """For whom a supervisor keeps it."""
    channel: ReviewChannel = ReviewChannel.ORDINARY
    target_s: float = 0.0
    """Seconds from its arrival in which the rules want it decided; 0 where they name no target."""
    priority: ScanPriority = ScanPriority.UNKNOWN
    inspected: Found | None = None
    stage: Stage = Stage.FIRST
    opinions: tuple[Opinion, ...] = ()
    remarks: int = 0
    shown_seq: int = 0
    fence: int = 0

    @property
    def queue_key(self) -> tuple[float, str]:
        """Sorts waiting rows into the order in which the hub gives them out."""
        return (self.queue_at or queue_at(self.arrived_at, self.risk, self.recognition), self.scan)


def is_reversible(row: WorklistRow) -> bool:
    """Whether `row` was released by rules and its order has not left, so that a supervisor may take it back."""
    return row.verdict is not None and is_rules_actor(row.decided_by) and row.delivery is DeliveryState.WAITING


def due(row: WorklistRow, now: float) -> Due:
    """How `row` stands to its target time at `now`, UTC seconds; what is decided or has no target is in time."""
    if row.verdict is not None or not row.target_s:
        return Due.IN_TIME
    waited_s = now - row.arrived_at
    if waited_s >= row.target_s:
        return Due.LATE
    return Due.SOON if waited_s >= SOON_SHARE * row.target_s else Due.IN_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStatus:
    """Whether a lane is connected, and since when (UTC seconds by the hub's clock)."""

    lane: str
    connected: bool
    since: float
