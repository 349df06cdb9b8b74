"""A workstation and the hub: the rules of triage, tried, adopted and read; and direct releases taken back."""

from typing import Annotated

from msgspec import Meta

from scanview.core.rule_report import DirectRelease, DryRun, RuleCount, RuleProblem, RulesVersion
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message, Text

MAX_HISTORY = 200
MAX_PROBLEMS = 100

RuleText = Annotated[str, Meta(max_length=262_144)]


class ReadRules(Message, frozen=True, kw_only=True, tag="read-rules"):
    """Tell the rules of this version, 0 for those that come with ScanView, or those in force where none is named.

    For those who audit; answered by Rules.
    """

    senders = WORKSTATION
    request: Count
    version: Annotated[int, Meta(ge=0)] | None = None


class Rules(Message, frozen=True, kw_only=True, tag="rules"):
    """They are. `history` has the newest versions, the newest first.

    `fired` counts for the rules in force, over the scans that arrived since `direct.since`.
    """

    senders = HUB
    request: Count
    version: RulesVersion
    in_force: int
    text: RuleText
    history: Annotated[tuple[RulesVersion, ...], Meta(max_length=MAX_HISTORY)]
    fired: tuple[RuleCount, ...]
    direct: DirectRelease


class TryRules(Message, frozen=True, kw_only=True, tag="try-rules"):
    """Try this rule file on the scans of the last `days`; nothing changes. For supervisors; answered by Trial."""

    senders = WORKSTATION
    request: Count
    text: RuleText
    days: Annotated[float, Meta(gt=0, le=3_650)]


class ReadTrial(Message, frozen=True, kw_only=True, tag="read-trial"):
    """How far is it? Answered by Trial."""

    senders = WORKSTATION
    request: Count
    trial: Id


class Trial(Message, frozen=True, kw_only=True, tag="trial"):
    """`done` of `total` past scans were looked at. At the end `report` is there.

    `problems` say why the file cannot be adopted: it is not sound, or the dry run goes beyond its limits.
    """

    senders = HUB
    request: Count
    trial: Id
    done: Count
    total: Count
    is_over: bool
    report: DryRun | None = None
    problems: Annotated[tuple[RuleProblem, ...], Meta(max_length=MAX_PROBLEMS)] = ()


class AdoptRules(Message, frozen=True, kw_only=True, tag="adopt-rules"):
    """Put the rule file of this trial, which is over, in force. For supervisors; Done when that is durable."""

    senders = WORKSTATION
    request: Count
    trial: Id


class ReverseRelease(Message, frozen=True, kw_only=True, tag="reverse-release"):
    """Take the direct release of this scan back before its order leaves. For supervisors; Done when that is durable."""

    senders = WORKSTATION
    request: Count
    scan: Id
    reason: Text
