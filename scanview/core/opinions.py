"""Who must agree before a scan is decided: pure rules over the opinions there are.

A person's word about a scan is an *opinion*; the one that makes the opinions suffice is the decision. What follows an
opinion is drawn here; `second` and `four_eyes` are what the scan's class demands:

    FIRST ──second──► SECOND ──differ──► EXPERT ──not covered──► CONFIRM ──differ──► EXPERT, CHIEF, then held
      │                  │                 │                        │
      │                  ├──four eyes, RELEASE──► CONFIRM           │
      ├──four eyes, RELEASE──► CONFIRM     │                        │
      └──────────────────┴─────────────────┴────────────────────────┴──► decided
    any ──escalated──► CHIEF ──not covered──► CONFIRM

The first two do not know of each other. Whoever confirms, the expert and the chief see what was said before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.review import HoldReason, Role, Verdict


class Stage(StrEnum):
    """Whose word a scan waits for, and as whose an opinion was given."""

    FIRST = "first"
    SECOND = "second"
    """Somebody who does not know that there was a first."""
    CONFIRM = "confirm"
    """Somebody who knows what was said and answers for a release by their own name (four eyes)."""
    EXPERT = "expert"
    """An expert, because two opinions differ."""
    CHIEF = "chief"
    """The chief, because somebody asked for them, or an expert's release was not confirmed."""


BLIND_STAGES = frozenset({Stage.FIRST, Stage.SECOND})
"""Where nobody may know of other opinions."""

SENIOR_STAGES = frozenset({Stage.EXPERT, Stage.CHIEF})
"""Where a difference is settled."""

ROLES_AT: dict[Stage, frozenset[Role]] = {
    Stage.FIRST: frozenset({Role.ANALYST, Role.EXPERT, Role.CHIEF}),
    Stage.SECOND: frozenset({Role.ANALYST}),
    Stage.CONFIRM: frozenset({Role.ANALYST, Role.EXPERT, Role.CHIEF}),
    Stage.EXPERT: frozenset({Role.EXPERT, Role.CHIEF}),
    Stage.CHIEF: frozenset({Role.CHIEF}),
}
"""Who may give an opinion at a stage. Experts and chiefs see what was said, so none of them can be a blind second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one person said of a scan: the id of their decision, who, what, as whose word.

    `entry` is its number in the ledger.
    """

    decision: str
    by: str
    verdict: Verdict
    stage: Stage
    reason: HoldReason | None = None
    entry: int = 0


def following_stage(opinions: Sequence[Opinion], *, second: bool, four_eyes: bool) -> Stage | None:
    """Whose word is wanted after the last of `opinions`; None where the scan is decided as that one says.

    Args:
        opinions: one or more, the oldest first, each of another person.
        second: two people must have said something, the second without knowing of the first.
        four_eyes: a release takes two people who say RELEASE, the last of them knowing what was said before.
    """
    last = opinions[-1]
    if last.stage not in SENIOR_STAGES and any(other.verdict is not last.verdict for other in _unsettled(opinions)):
        return _judge_after(opinions)
    if second and last.stage is Stage.FIRST:
        return Stage.SECOND
    if last.verdict is Verdict.RELEASE and not _covers(opinions, second=second, four_eyes=four_eyes):
        return Stage.CONFIRM
    return None


def agrees_with_earlier(opinions: Sequence[Opinion]) -> bool | None:
    """Whether the last of `opinions` says what all before it say; None where it is the only one."""
    if len(opinions) < 2:
        return None
    return all(other.verdict is opinions[-1].verdict for other in opinions[:-1])


def _unsettled(opinions: Sequence[Opinion]) -> Sequence[Opinion]:
    """The opinions from the last one on that settled what was before it."""
    settled = [place for place, opinion in enumerate(opinions) if opinion.stage in SENIOR_STAGES]
    return opinions[settled[-1] if settled else 0 :]


def _judge_after(opinions: Sequence[Opinion]) -> Stage | None:
    """Who settles a difference: the expert, then the chief. After both, a release that is not confirmed is a hold."""
    said = {opinion.stage for opinion in opinions}
    if Stage.CHIEF in said:
        return None if opinions[-1].verdict is Verdict.HOLD else Stage.CONFIRM
    return Stage.CHIEF if Stage.EXPERT in said else Stage.EXPERT


def _covers(opinions: Sequence[Opinion], *, second: bool, four_eyes: bool) -> bool:
    """Whether a release by the last of `opinions` has every opinion that its class demands."""
    releasing = {opinion.by for opinion in opinions if opinion.verdict is Verdict.RELEASE}
    if second and len({opinion.by for opinion in opinions}) < 2:
        return False
    return not four_eyes or (len(releasing) > 1 and opinions[-1].stage not in BLIND_STAGES)
