"""The life of a scan in the review room: one pure state machine.

A `WorkItem` is a value; `advance(item, fact)` gives the next one or refuses. Nothing here knows the time: facts
carry it. What may follow what is drawn here:

    ARRIVING ──stored──► WAITING ──leased──► IN_REVIEW ──decided──► DECIDED ──delivered──► CLOSED
       │  ▲                 ▲ │                  │ ▲ ▲               │
       │  │                 │ │                  │ │ └── withdrawn ──┘ as long as the order has not left
       │  │                 │ └── withdrawn ─────┼─┘ an opinion, as long as nobody else had the scan
       │  └── lease ended ──┤◄── lease ended ────┤
       │                    ├◄── opined ─────────┤ a further opinion is wanted (core.opinions): for another person
       │                    └◄── escalated ──────┘ the chief is asked
       ├──leased──► IN_REVIEW (while columns still arrive: only HOLD may be said)
       └──broken off──► WAITING with `complete` False: only HOLD may be said

    WAITING ──released directly──► DECIDED, where the rules allow it and no check objects
       ▲─────────reversed────────────┘ as long as the order has not left

A scan that its port gave to another hub, because this one stayed away, is ELSEWHERE until it is given here again or
somebody takes it all the same and speaks: then it goes its way here.

A hub that was restored from an old copy may find, in any state but CLOSED, that an order was carried out: CLOSED.

Recognition and delivery run beside it and never change the verdict: no absence of a machine's opinion, no time-out
and no fault leads to a release.
"""

from dataclasses import replace
from typing import assert_never

from scanview.core.errors import NotAllowed
from scanview.core.opinions import ROLES_AT, Opinion, Stage, following_stage
from scanview.core.review import Decision, Risk, Verdict
from scanview.core.triage import is_rules_actor
from scanview.core.work_facts import (
    Decided,
    Delivered,
    Escalated,
    Fact,
    GivenElsewhere,
    Leased,
    LeaseEnded,
    LeaseRenewed,
    NotRecognised,
    Opined,
    OrderFound,
    Recognised,
    ReleasedDirectly,
    ReleaseReversed,
    Selected,
    Stored,
    Withdrawn,
)
from scanview.core.work_item import Lease, RecognitionState, WorkItem, WorkState

__all__ = [
    "Decided",
    "Delivered",
    "Escalated",
    "Fact",
    "GivenElsewhere",
    "Lease",
    "LeaseEnded",
    "LeaseRenewed",
    "Leased",
    "NotRecognised",
    "Opined",
    "OrderFound",
    "Recognised",
    "RecognitionState",
    "ReleaseReversed",
    "ReleasedDirectly",
    "Selected",
    "Stored",
    "Withdrawn",
    "WorkItem",
    "WorkState",
    "advance",
    "is_spoken_of",
    "opinion_of",
]


def advance(item: WorkItem, fact: Fact) -> WorkItem:
    """The work item after `fact`; NotAllowed, with the rule that forbids it, where `fact` cannot follow."""
    match fact:
        case Stored():
            changed = _stored(item, fact)
        case Recognised() | NotRecognised():
            changed = _recognition_ended(item, fact)
        case Leased() | LeaseRenewed() | LeaseEnded():
            changed = _lease_changed(item, fact)
        case Decided() | Opined() | Escalated():
            changed = _spoken(replace(item, elsewhere=""), fact)
        case Selected():
            changed = replace(item, selected_by=_with(item.selected_by, fact.by))
        case ReleasedDirectly() | ReleaseReversed():
            changed = _changed_by_rules(item, fact)
        case Withdrawn():
            changed = _withdrawn(item, fact)
        case Delivered() | OrderFound() | GivenElsewhere():
            changed = _told_by_port(item, fact)
        case _:
            assert_never(fact)
    return replace(changed, version=item.version + 1)


def _stored(item: WorkItem, fact: Stored) -> WorkItem:
    if item.stored:
        raise NotAllowed("the scan is stored already", code="already-stored")
    is_waited_for = item.state in (WorkState.ARRIVING, WorkState.ELSEWHERE)
    return replace(
        item,
        state=WorkState.WAITING if is_waited_for else item.state,
        elsewhere="",
        stored=True,
        complete=fact.complete,
        content_sha256=fact.content_sha256,
        recognition_due_at=fact.recognition_due_at,
    )


def _recognition_ended(item: WorkItem, fact: Recognised | NotRecognised) -> WorkItem:
    changed = _recognised(item, fact) if isinstance(fact, Recognised) else _not_recognised(item)
    return replace(changed, second=item.second or fact.second, four_eyes=item.four_eyes or fact.four_eyes)


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
        raise NotAllowed("the scan is in review by somebody else", code="already-leased", remedy="Take the next one")
    if fact.lease.fence <= item.last_fence:
        raise NotAllowed("the lease is older than one the scan had before", code="stale-lease")
    _check_separate(item, fact.lease.analyst)
    return replace(item, state=WorkState.IN_REVIEW, last_fence=fact.lease.fence, lease=fact.lease, waits_until=0.0)


def _check_separate(item: WorkItem, person: str) -> None:
    if any(opinion.by == person for opinion in item.opinions):
        raise NotAllowed(
            "your word about this scan was given; another person looks at it now",
            code="seen-before",
            remedy="Take the next one",
        )
    if person in item.selected_by:
        raise NotAllowed(
            "who picks a scan out does not review it", code="seen-before", remedy="Leave it to somebody else"
        )


def _unleased_state(item: WorkItem) -> WorkState:
    if item.elsewhere:
        return WorkState.ELSEWHERE
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


def _spoken(item: WorkItem, fact: Decided | Opined | Escalated) -> WorkItem:
    if isinstance(fact, Decided):
        return _decided(item, fact)
    return _opined(item, fact) if isinstance(fact, Opined) else _escalated(item, fact)


def _decided(item: WorkItem, fact: Decided) -> WorkItem:
    opinion = opinion_of(item, fact)
    opinions = (*item.opinions, opinion)
    if following_stage(opinions, second=item.second or item.drawn, four_eyes=item.four_eyes) is not None:
        raise NotAllowed("another person's opinion is wanted before this scan is decided", code="opinion-missing")
    return replace(
        item,
        state=WorkState.DECIDED,
        lease=None,
        decision=opinion.decision,
        verdict=opinion.verdict,
        decided_by=fact.by,
        opinions=opinions,
    )


def _opined(item: WorkItem, fact: Opined) -> WorkItem:
    opinions = (*item.opinions, opinion_of(item, fact))
    drawn = item.drawn or (fact.drawn and item.stage is Stage.FIRST)
    stage = following_stage(opinions, second=item.second or drawn, four_eyes=item.four_eyes)
    if stage is None:
        raise NotAllowed("no further opinion is wanted: this one decides the scan", code="opinion-decides")
    return replace(
        item,
        state=_unleased_state(item),
        lease=None,
        drawn=drawn,
        stage=stage,
        opinions=opinions,
        waits_until=fact.waits_until,
    )


def _escalated(item: WorkItem, fact: Escalated) -> WorkItem:
    _check_lease(item, fact.fence, fact.by, fact.now)
    if any(opinion.stage is Stage.CHIEF for opinion in item.opinions) or item.stage is Stage.CHIEF:
        raise NotAllowed("the chief was asked already", code="already-escalated", remedy="Decide, or give it back")
    return replace(
        item,
        state=_unleased_state(item),
        lease=None,
        stage=Stage.CHIEF,
        escalated_by=_with(item.escalated_by, fact.by),
    )


def opinion_of(item: WorkItem, fact: Decided | Opined) -> Opinion:
    """What the person says of the scan, as whose word; NotAllowed where they may not say it.

    Raises:
        NotAllowed: not under their own running lease, not of their role, or a release that cannot be yet.
    """
    decision = fact.decision
    _check_lease(item, decision.fence, fact.by, fact.now)
    if fact.role not in ROLES_AT[item.stage]:
        raise NotAllowed(
            f"the scan waits for another person's word than that of the role {fact.role}",
            code="not-for-your-role",
            remedy="Take the next one",
        )
    if decision.verdict is Verdict.RELEASE:
        _check_release(item, decision, fact.now)
    elif decision.content_sha256 and item.stored and decision.content_sha256 != item.content_sha256:
        raise NotAllowed("the decision was made on another content than the stored scan", code="other-content")
    return Opinion(
        decision=decision.decision,
        by=fact.by,
        verdict=decision.verdict,
        stage=item.stage,
        reason=decision.reason,
        entry=fact.entry,
    )


def _check_lease(item: WorkItem, fence: int, person: str, now: float) -> None:
    lease = _own_lease(item, fence)
    if lease.analyst != person or lease.expires_at <= now:
        raise NotAllowed(
            "the lease this decision names is not yours or has run out",
            code="stale-lease",
            remedy="Open the scan again if it is still waiting",
        )


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


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
    if item.state is not WorkState.WAITING or item.last_fence or item.second or item.four_eyes:
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
    last = item.opinions[-1] if item.opinions else None
    if last is None or last.decision != fact.decision:
        raise NotAllowed("the scan does not have this decision", code="unknown-decision")
    if item.state is not WorkState.DECIDED and (item.verdict is not None or item.waits_until == 0.0):
        raise NotAllowed("the order has left for the lane", code="order-left")
    if last.by != fact.lease.analyst:
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
        stage=last.stage,
        opinions=item.opinions[:-1],
        waits_until=0.0,
    )


def _told_by_port(item: WorkItem, fact: Delivered | OrderFound | GivenElsewhere) -> WorkItem:
    if isinstance(fact, Delivered):
        return _delivered(item, fact)
    return _order_found(item, fact) if isinstance(fact, OrderFound) else _given_elsewhere(item, fact)


def _given_elsewhere(item: WorkItem, fact: GivenElsewhere) -> WorkItem:
    if is_spoken_of(item):
        raise NotAllowed("somebody here has spoken about the scan already", code="already-decided")
    changed = replace(item, elsewhere=fact.at)
    return changed if item.lease is not None else replace(changed, state=_unleased_state(changed))


def is_spoken_of(item: WorkItem) -> bool:
    """Whether anybody here has decided, given an opinion that stands, or asked for the chief."""
    return item.verdict is not None or bool(item.opinions) or bool(item.escalated_by)


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
