"""What is told of rules: their versions, how they fared on past scans, and what direct release has come to."""

from dataclasses import dataclass

from scanview.core.proportion import Proportion

MAX_REASONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """A rule file that was adopted: its version from 1, when (UTC seconds), by whom, and the SHA-256 of its text."""

    version: int
    at: float
    adopted_by: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """What is wrong with a rule file, and on which line, from 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How often a rule fired, and how many of those scans the file would release directly."""

    rule: str
    line: int
    fired: int
    released: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitChange:
    """By how many seconds later comers may overtake the scans of one channel: as it was, and by the file tried."""

    channel: str
    scans: int
    before_s: float
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a rule file would have done with past scans.

    Attributes:
        scans: how many there were.
        rules: every rule, in the order of the file.
        risks: how many scans got each risk.
        waits: every channel that any scan got.
        released: the share it would have released directly.
        sampled: scans that the draw would have sent to a person.
        missed: of those it would have released and that a person decided, the share that was held, or where an
            inspection found something.
        held: how many of them people held.
        found: how many of them an inspection found something in.
    """

    scans: int
    rules: tuple[RuleCount, ...]
    risks: tuple[tuple[str, int], ...]
    waits: tuple[WaitChange, ...]
    released: Proportion
    sampled: int
    missed: Proportion
    held: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectRelease:
    """What direct release has come to since `since`, UTC seconds.

    `released` is its share of all scans that arrived; `missed` the share of those that the draw sent to a person and
    that people held: the measured miss rate of direct release.
    """

    since: float
    released: Proportion
    sampled: int
    missed: Proportion
