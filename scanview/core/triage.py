"""What the rules of the room make of one scan: how soon, by whom and how often it is looked at.

A value and nothing else: `review/rules` gives it, the ledger keeps it with the fact it follows from, and everything
after that (the queue, dispatch, second eyes, statistics) reads it there. It is never given twice for one fact.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import BadInput
from scanview.core.review import Risk

MAX_RULES = 200
"""Rules in one file, and so at most as many that fire."""

MAX_SKILLS = 16
MAX_WAIT_S = 86_400.0
"""No rule lets a scan wait for longer than a day behind one that came at the same time."""

NOT_DRAWN = -1.0
DEFAULT_RULES = 0
"""The version of the rules that come with ScanView. Those that a supervisor adopts count from 1."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class ScanPriority(StrEnum):
    """Who waits for a scan at the port."""

    UNKNOWN = ""
    """The port does not tell."""
    TRUCK = "truck"
    """A lorry at the gate."""
    YARD = "yard"
    """Nobody: the container stands in the yard."""


class ReviewChannel(StrEnum):
    """The way a scan goes through the room (红绿通道): its colour is always told with its word."""

    GREEN = "green"
    """Fresh and live goods, trusted importers: quickly through."""
    ORDINARY = "ordinary"
    RED = "red"
    """Looked at with care, and never released directly."""


class Clearance(StrEnum):
    """Whether a scan was released directly after machine inspection (机检直放), or why it went to a person."""

    NOT_ALLOWED = ""
    """No rule allows it, or one forbids it."""
    RELEASED = "released"
    SAMPLED = "sampled"
    """It would have been released; the draw sent it to a person, so that misses are measured."""
    CAPPED = "capped"
    """As many as one day may have were released already."""
    DOUBTED = "doubted"
    """The machine's word does not suffice: doubts, a risk that is not low, or a scan that is not whole."""
    IN_REVIEW = "in-review"
    """A person had it in front of them, or had decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What the rules say of a scan.

    Attributes:
        rules: version of the rules, from 1; 0 for those that come with ScanView.
        fired: ids of the rules that fired, in the order of their file.
        risk: the highest that any of them gives.
        channel: RED before GREEN before ORDINARY.
        wait_s: seconds that the scan may be overtaken by, 0 to `MAX_WAIT_S` (core.worklist.queue_at).
        skills: what the person who looks at it must be trained for, sorted.
        target_s: seconds from its arrival in which it should be decided; 0 where there is no such target.
        second: it is looked at by two people who do not know of each other.
        four_eyes: its release takes two people who do.
        clearance: whether it is released directly.
        draw: the number, 0 to 1, that decided whether a releasable scan goes to a person; -1 where none was drawn.
        second_draw: the same for the second review.
    """

    rules: int
    risk: Risk
    wait_s: float
    fired: tuple[str, ...] = ()
    channel: ReviewChannel = ReviewChannel.ORDINARY
    skills: tuple[str, ...] = ()
    target_s: float = 0.0
    second: bool = False
    four_eyes: bool = False
    clearance: Clearance = Clearance.NOT_ALLOWED
    draw: float = NOT_DRAWN
    second_draw: float = NOT_DRAWN

    def __post_init__(self) -> None:
        for name, seconds in (("wait_s", self.wait_s), ("target_s", self.target_s)):
            if not 0.0 <= seconds <= MAX_WAIT_S:
                raise BadInput(f"{name} {seconds} is not between 0 and {MAX_WAIT_S:g}", code="bad-triage")
        if self.rules < DEFAULT_RULES or len(self.fired) > MAX_RULES or len(self.skills) > MAX_SKILLS:
            raise BadInput("a triage has a version, rules and skills within their bounds", code="bad-triage")
        for name, draw in (("draw", self.draw), ("second_draw", self.second_draw)):
            if not (draw == NOT_DRAWN or (math.isfinite(draw) and 0.0 <= draw < 1.0)):
                raise BadInput(f"{name} {draw} is no draw", code="bad-triage")
        is_doubtful = self.risk is not Risk.LOW or self.channel is ReviewChannel.RED or self.second or self.four_eyes
        if self.is_released and is_doubtful:
            raise BadInput("only what is of low risk and nobody must look at is released directly", code="bad-triage")

    @property
    def is_released(self) -> bool:
        """Whether the scan is released directly after machine inspection."""
        return self.clearance is Clearance.RELEASED

    @property
    def is_sampled(self) -> bool:
        """Whether it would have been, had the draw not sent it to a person."""
        return self.clearance is Clearance.SAMPLED


def rules_actor(version: int) -> str:
    """Who a decision is by that the rules of `version` made."""
    return f"rules/{version}"


def is_rules_actor(name: str) -> bool:
    """Whether a decision by `name` was made by rules and not by a person, whose name has no slash."""
    return name.startswith("rules/")


def check_rule_name(text: str, what: str) -> str:
    """Return `text`, or raise BadInput unless it is small letters, digits and dashes: an id of a rule, a skill."""
    if not _NAME.fullmatch(text):
        raise BadInput(
            f"{what} {text[:64]!r} is not 1 to 64 small letters, digits and dashes",
            code=f"bad-{what}",
            remedy="Write it like fresh-goods",
        )
    return text
