"""What people and machines say about a scan: findings, decisions, and who may say it."""

from dataclasses import dataclass, field
from enum import StrEnum

from scanview.core.checks import check_id, check_text
from scanview.core.errors import BadInput
from scanview.core.look import Look, check_looks
from scanview.core.mark import Mark
from scanview.core.recipe import Recipe
from scanview.core.scan import Box

MAX_FINDINGS = 1_000
MAX_MARKS = 500
MAX_FINDING_ID = 64


class Role(StrEnum):
    """What a person is trusted with."""

    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Verdict(StrEnum):
    """The two outcomes a decision can have. Nothing else ever reaches a gate."""

    RELEASE = "RELEASE"
    HOLD = "HOLD"


class Risk(StrEnum):
    """How soon and how carefully a scan wants to be looked at."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    """Not recognised: no machine has an opinion, so a person decides from the picture alone."""


HIGH_SCORE = 0.6
MEDIUM_SCORE = 0.3


def risk_of_score(score: float) -> Risk:
    """How urgent a finding with this score (0 to 1) makes a scan: the queue and the screen count alike."""
    if score >= HIGH_SCORE:
        return Risk.HIGH
    return Risk.MEDIUM if score >= MEDIUM_SCORE else Risk.LOW


class HoldReason(StrEnum):
    """Why a container is held for inspection; one digit picks one on the screen."""

    SUSPECT_OBJECT = "suspect-object"
    GOODS_DIFFER = "goods-differ"
    TOO_DENSE = "too-dense"
    POOR_IMAGE = "poor-image"
    INSTRUCTION = "instruction"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody signed in: the name they sign with and the role they hold."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a machine claims to see: a class label, a score from 0 to 1, and where."""

    finding: str
    label: str
    score: float
    box: Box

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise BadInput(f"score {self.score} is not between 0 and 1", code="bad-finding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Everything one model says about one scan.

    `empty` is the probability that the container is empty; `cargo` pairs class labels with probabilities.
    """

    model: str
    empty: float
    findings: tuple[Finding, ...]
    cargo: tuple[tuple[str, float], ...] = ()
    elapsed_ms: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.empty <= 1.0:
            raise BadInput(f"empty probability {self.empty} is not between 0 and 1", code="bad-recognition")
        if len(self.findings) > MAX_FINDINGS:
            raise BadInput(f"{len(self.findings)} findings are more than {MAX_FINDINGS}", code="bad-recognition")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's verdict on one scan.

    `decision` is made by the client, so that sending it again is harmless. `fence` is the number of the lease it
    was made under. `content_sha256` is the content the person saw; empty while a scan still arrives, which only a
    HOLD may do. A HOLD gives a reason or a mark. `dismissed` are the ids of findings the person calls wrong; one that
    a mark answers is accepted, and cannot be both. `looks` are the pictures that were on the screen; a decision that
    was made without one has none.
    """

    decision: str
    scan: str
    fence: int
    verdict: Verdict
    content_sha256: str
    reason: HoldReason | None = None
    note: str = ""
    marks: tuple[Mark, ...] = ()
    dismissed: tuple[str, ...] = ()
    recipe: Recipe = field(default_factory=Recipe)
    looks: tuple[Look, ...] = ()
    without_recognition: bool = False
    """The analyst was shown, and accepted, that no machine result was there."""

    def __post_init__(self) -> None:
        check_id(self.decision, "decision")
        check_id(self.scan, "scan")
        check_text(self.note)
        if len(self.marks) > MAX_MARKS:
            raise BadInput(f"{len(self.marks)} marks are more than {MAX_MARKS}", code="bad-decision")
        check_looks(self.looks)
        check_dismissed(self.dismissed, self.marks)
        if self.verdict is Verdict.HOLD and self.reason is None and not self.marks:
            raise BadInput("a hold needs a reason or a mark", code="hold-without-reason")
        if self.verdict is Verdict.RELEASE and not self.content_sha256:
            raise BadInput("a release names the content that was seen", code="release-without-content")


def check_dismissed(dismissed: tuple[str, ...], marks: tuple[Mark, ...]) -> None:
    """Raise BadInput unless these are ids of findings, each once, none of which one of `marks` answers."""
    if len(dismissed) > MAX_FINDINGS:
        raise BadInput(f"{len(dismissed)} dismissed findings are more than {MAX_FINDINGS}", code="bad-decision")
    if any(not 0 < len(finding) <= MAX_FINDING_ID for finding in dismissed):
        raise BadInput(f"a finding's id has 1 to {MAX_FINDING_ID} characters", code="bad-decision")
    if len(set(dismissed)) != len(dismissed):
        raise BadInput("a finding is dismissed once", code="bad-decision")
    if not {mark.answers for mark in marks}.isdisjoint(dismissed):
        raise BadInput("a finding is accepted or dismissed, not both", code="bad-decision")
