"""A rule file that was read and found sound, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scanview.core.review import Risk
from scanview.core.triage import ReviewChannel
from scanview.core.worklist import RISK_DELAY_S
from scanview.review.rules.conditions import HISTORY, When


class Release(StrEnum):
    """What a rule says about release without a person."""

    DIRECT = "direct"
    """Allowed, where nothing else stands against it."""
    NEVER = "never"
    """Not allowed, whatever other rules say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a rule that fires does. What is left out changes nothing.

    `wait_s` is added to the seconds the scan may be overtaken by; less than 0 brings it forward. `second_review` is
    the share of scans that two people look at, 1 for all. `target_s` 0 sets no target.
    """

    risk: Risk | None = None
    channel: ReviewChannel | None = None
    wait_s: float = 0.0
    skills: tuple[str, ...] = ()
    target_s: float = 0.0
    second_review: float = 0.0
    four_eyes: bool = False
    release: Release | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """It fires where every condition of `when` holds and none of `unless`. `line` is where it begins in its file."""

    rule: str
    line: int
    when: When
    effect: Effect
    unless: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What no rule of the file may go beyond.

    Attributes:
        most_released: largest share of past scans that the dry run may release directly.
        most_missed: largest miss rate, at the upper end of its interval, that the dry run may show.
        fewest_scans: past scans that a dry run must see before a file that releases anything is adopted.
        sampled: share of releasable scans that a person looks at, so that misses are measured.
        daily_cap: most direct releases within 24 hours.
        alpha: error of the intervals: 0.05 gives those that hold in 95 of 100 cases.
        longest_wait_s: no scan may be overtaken by others that came later by more.
    """

    most_released: float = 0.3
    most_missed: float = 1.0
    fewest_scans: int = 200
    sampled: float = 0.05
    daily_cap: int = 1_000
    alpha: float = 0.05
    longest_wait_s: float = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """A whole file. `lines` says where its limits stand, `waiting` how long each risk may be overtaken, seconds.

    `standings` has importers' names, folded, and their standing.
    """

    rules: tuple[Rule, ...]
    limits: Limits = field(default_factory=Limits)
    waiting: Mapping[Risk, float] = field(default_factory=lambda: dict(RISK_DELAY_S))
    standings: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def releases(self) -> bool:
        """Whether any rule allows release without a person."""
        return any(rule.effect.release is Release.DIRECT for rule in self.rules)

    @property
    def needs_history(self) -> bool:
        """Whether any rule asks about earlier scans of the container or lorry."""
        return any(not HISTORY.isdisjoint((*rule.when, *rule.unless)) for rule in self.rules)
