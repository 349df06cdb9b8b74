"""The worklist as people see it: one row per scan, and the lanes they come from."""

from dataclasses import dataclass

from scanview.core.review import HoldReason, Risk, Verdict
from scanview.core.work import RecognitionState, WorkState


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One scan in the worklist.

    `seq` is the ledger number of the last fact about it: all rows after N bring a client up to date.
    `arrived_at` is UTC seconds by the hub's clock. `delivery` is "" before a decision, then sent, applied or refused.
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
    delivery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStatus:
    """Whether a lane is connected, and since when (UTC seconds by the hub's clock)."""

    lane: str
    connected: bool
    since: float
