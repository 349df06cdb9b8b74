"""The life of a scan in the review room: one pure state machine.

A `WorkItem` is a value; `advance(item, fact)` gives the next one or refuses. Nothing here knows the time: facts
carry it. What may follow what is drawn here:

    ARRIVING ──stored──► WAITING ──leased──► IN_REVIEW ──decided──► DECIDED ──delivered──► CLOSED
       │  ▲                 ▲                    │ ▲                 │
       │  │                 │                    │ └── withdrawn ────┘ as long as the order has not left
       │  └── lease ended ──┤◄── lease ended ────┘
       ├──leased──► IN_REVIEW (while columns still arrive: only HOLD may be decided)
       └──broken off──► WAITING with `complete` False: only HOLD may be decided

    WAITING ──released directly──► DECIDED, where the rules allow it and no check objects
       ▲─────────reversed────────────┘ as long as the order has not left

A hub that was restored from an old copy may find, in any state but CLOSED, that an order was carried out: CLOSED.

Recognition and delivery run beside it and never change the verdict: no absence of a machine's opinion, no time-out
and no fault leads to a release.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from scanview.core.errors import NotAllowed
from scanview.core.review import Decision, Risk, Verdict
from scanview.core.triage import is_rules_actor


class WorkState(StrEnum):
    """Where a scan is on its way through the room."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    IN_REVIEW = "in-review"
    DECIDED = "decided"
    CLOSED = "closed"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Every byte of the scan is durable."""

    content_sha256: str
    complete: bool
    recognition_due_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A model's result was recorded and triage gave the scan its risk."""

    risk: Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecognised:
    """No model will speak about this scan; a person decides from the picture alone."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """An analyst took the scan."""

    lease: Lease
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRenewed:
    """The analyst's workstation is still there."""

    fence: int
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseEnded:
    """The analyst gave the scan back, or the lease ran out."""

    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A person decided under a lease."""

    decision: Decision
    by: str
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedDirectly:
    """The rules released the scan after machine inspection; `by` names their version."""

    decision: Decision
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReversed:
    """A supervisor took a direct release back before its order left: the scan waits for a person.

    `fence` is the number of the entry that tells it. Like a lease it makes the scan one that people have touched.
    """

    decision: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The person took their decision back before its order left, and has the scan again under a new lease."""

    decision: str
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The port has applied the order and said so."""

    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """The port has proved that this hub gave it an order which it carried out, and which the hub had forgotten."""

    decision: str
    verdict: Verdict
    by: str
    content_sha256: str


Fact: TypeAlias = (
    Stored
    | Recognised
    | NotRecognised
    | Leased
    | LeaseRenewed
    | LeaseEnded
    | Decided
    | ReleasedDirectly
    | ReleaseReversed
    | Withdrawn
    | Delivered
    | OrderFound
)


def advance(item: WorkItem, fact: Fact) -> WorkItem:
    """The work item after `fact`; NotAllowed, with the rule that forbids it, where `fact` cannot follow."""
    match fact:
        case Stored():
            changed = _stored(item, fact)
        case Recognised():
            changed = _recognised(item, fact)
        case NotRecognised():
            changed = _not_recognised(item)
        case Leased() | LeaseRenewed() | LeaseEnded():
            changed = _lease_changed(item, fact)
        case Decided():
            changed = _decided(item, fact)
        case ReleasedDirectly() | ReleaseReversed():
            changed = _changed_by_rules(item, fact)
        case Withdrawn():
            changed = _withdrawn(item, fact)
        case Delivered():
            changed = _delivered(item, fact)
        case OrderFound():
            changed = _order_found(item, fact)
        case _:
            assert_never(fact)
    return replace(changed, version=item.version + 1)


def _stored(item: WorkItem, fact: Stored) -> WorkItem:
    if item.stored:
        raise NotAllowed("the scan is stored already", code="already-stored")
    state = WorkState.WAITING if item.state is WorkState.ARRIVING else item.state
    return replace(
        item,
        state=state,
        stored=True,
        complete=fact.complete,
        content_sha256=fact.content_sha256,
        recognition_due_at=fact.recognition_due_at,
    )


def _recognised(item: WorkItem, fact: Recognised) -> WorkItem:
    if not item.stored:
        raise NotAllowed(
            "the scan is not stored whole yet, so no result can speak for all of it", code="recognised-before-stored"
        )
    return replace(item, recognition=RecognitionState.DONE, risk=fact.risk)


def _not_recognised(item: WorkItem) -> WorkItem:
    if item.recognition is RecognitionState.DONE:
        raise NotAllowed("the scan has a machine result already", code="already-recognised")
    return replace(item, recognition=RecognitionState.NOT_RECOGNISED, risk=Risk.NONE)


def _lease_changed(item: WorkItem, fact: Leased | LeaseRenewed | LeaseEnded) -> WorkItem:
    if isinstance(fact, Leased):
        return _leased(item, fact)
    lease = _own_lease(item, fact.fence)
    if isinstance(fact, LeaseRenewed):
        return replace(item, lease=replace(lease, expires_at=fact.expires_at))
    return replace(item, lease=None, state=_unleased_state(item))


def _leased(item: WorkItem, fact: Leased) -> WorkItem:
    if item.verdict is not None:
        raise NotAllowed("the scan is decided already", code="already-decided", remedy="Take the next one")
    if item.lease is not None and item.lease.expires_at > fact.now:
        raise NotAllowed(
            f"the scan is in review by {item.lease.analyst}", code="already-leased", remedy="Take the next one"
        )
    if fact.lease.fence <= item.last_fence:
        raise NotAllowed("the lease is older than one the scan had before", code="stale-lease")
    return replace(item, state=WorkState.IN_REVIEW, last_fence=fact.lease.fence, lease=fact.lease)


def _unleased_state(item: WorkItem) -> WorkState:
    return WorkState.WAITING if item.stored else WorkState.ARRIVING


def _own_lease(item: WorkItem, fence: int) -> Lease:
    if item.verdict is not None:
        raise NotAllowed("the scan is decided already", code="already-decided", remedy="Take the next one")
    if item.lease is None or item.lease.fence != fence:
        raise NotAllowed(
            "the scan is no longer yours: its lease ended or went to somebody else",
            code="stale-lease",
            remedy="Open the scan again if it is still waiting",
        )
    return item.lease


def _decided(item: WorkItem, fact: Decided) -> WorkItem:
    decision = fact.decision
    lease = _own_lease(item, decision.fence)
    if lease.analyst != fact.by or lease.expires_at <= fact.now:
        raise NotAllowed(
            "the lease this decision names is not yours or has run out",
            code="stale-lease",
            remedy="Open the scan again if it is still waiting",
        )
    if decision.verdict is Verdict.RELEASE:
        _check_release(item, decision, fact.now)
    elif decision.content_sha256 and item.stored and decision.content_sha256 != item.content_sha256:
        raise NotAllowed("the decision was made on another content than the stored scan", code="other-content")
    return replace(
        item,
        state=WorkState.DECIDED,
        lease=None,
        decision=decision.decision,
        verdict=decision.verdict,
        decided_by=fact.by,
    )


def _check_release(item: WorkItem, decision: Decision, now: float) -> None:
    if not item.stored:
        raise NotAllowed(
            "the scan is not stored whole yet", code="release-before-stored", remedy="Wait for its end, or hold it"
        )
    if not item.complete:
        raise NotAllowed(
            "the scan broke off before its end", code="release-incomplete", remedy="Hold it or ask a rescan"
        )
    if decision.content_sha256 != item.content_sha256:
        raise NotAllowed("the release names another content than the stored scan", code="other-content")
    if item.recognition is RecognitionState.DONE:
        return
    if item.recognition is RecognitionState.PENDING and now < item.recognition_due_at:
        raise NotAllowed(
            "the machine result is not there yet and its deadline has not passed",
            code="release-before-recognition",
            remedy="Wait for it, or hold the scan",
        )
    if not decision.without_recognition:
        raise NotAllowed(
            "no machine result is there and the decision does not say that this was seen",
            code="release-without-recognition",
            remedy="Confirm that you decide without recognition",
        )


def _changed_by_rules(item: WorkItem, fact: ReleasedDirectly | ReleaseReversed) -> WorkItem:
    if isinstance(fact, ReleaseReversed):
        return _release_reversed(item, fact)
    if item.state is not WorkState.WAITING or item.last_fence:
        raise NotAllowed("somebody had the scan in front of them, or it is decided", code="not-untouched")
    is_low = item.recognition is RecognitionState.DONE and item.risk is Risk.LOW
    if not is_low or fact.decision.verdict is not Verdict.RELEASE:
        raise NotAllowed("rules only release what a machine found to be of low risk", code="not-a-release")
    _check_release(item, fact.decision, now=0.0)
    decision, verdict = fact.decision.decision, fact.decision.verdict
    return replace(item, state=WorkState.DECIDED, decision=decision, verdict=verdict, decided_by=fact.by)


def _release_reversed(item: WorkItem, fact: ReleaseReversed) -> WorkItem:
    if item.verdict is None or item.decision != fact.decision or not is_rules_actor(item.decided_by):
        raise NotAllowed("the scan was not released by rules", code="unknown-decision")
    if item.state is not WorkState.DECIDED:
        raise NotAllowed("the order has left for the lane", code="order-left")
    return replace(item, state=WorkState.WAITING, last_fence=fact.fence, decision="", verdict=None, decided_by="")


def _withdrawn(item: WorkItem, fact: Withdrawn) -> WorkItem:
    if item.verdict is None or item.decision != fact.decision:
        raise NotAllowed("the scan does not have this decision", code="unknown-decision")
    if item.state is not WorkState.DECIDED:
        raise NotAllowed("the order has left for the lane", code="order-left")
    if item.decided_by != fact.lease.analyst:
        raise NotAllowed("the decision was made by somebody else", code="not-your-decision")
    if fact.lease.fence <= item.last_fence:
        raise NotAllowed("the lease is older than one the scan had before", code="stale-lease")
    return replace(
        item,
        state=WorkState.IN_REVIEW,
        last_fence=fact.lease.fence,
        lease=fact.lease,
        decision="",
        verdict=None,
        decided_by="",
    )


def _delivered(item: WorkItem, fact: Delivered) -> WorkItem:
    if item.verdict is None or item.decision != fact.decision:
        raise NotAllowed("the receipt answers a decision this scan does not have", code="unknown-decision")
    return replace(item, state=WorkState.CLOSED)


def _order_found(item: WorkItem, fact: OrderFound) -> WorkItem:
    if item.state is WorkState.CLOSED:
        raise NotAllowed("an order about this scan was carried out and is known", code="already-closed")
    is_another = item.stored and (fact.content_sha256 != item.content_sha256 or not item.complete)
    if fact.verdict is Verdict.RELEASE and is_another:
        raise NotAllowed("the order released another content than the one that is stored here", code="other-content")
    return replace(
        item,
        state=WorkState.CLOSED,
        lease=None,
        decision=fact.decision,
        verdict=fact.verdict,
        decided_by=fact.by,
    )
