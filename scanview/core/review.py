"""What people and machines say about a scan: findings, decisions, and who may say it."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from scanview.core.checks import check_id, check_text
from scanview.core.embedding import Embedding
from scanview.core.errors import BadInput
from scanview.core.look import Look, check_looks
from scanview.core.mark import Mark
from scanview.core.recipe import Recipe
from scanview.core.scan import Box

MAX_FINDINGS = 1_000
MAX_MARKS = 500
MAX_FINDING_ID = 64
MAX_MODEL = 128
MAX_FAILURES = 32
MAX_DOUBTS = 32
MAX_DOUBT = 64


class Role(StrEnum):
    """What a person is trusted with."""

    ANALYST = "analyst"
    EXPERT = "expert"
    """Decides where two analysts differ."""
    CHIEF = "chief"
    """Decides what is escalated."""
    SUPERVISOR = "supervisor"
    """Runs the room: its rules, its queue, its figures. Decides about no scan."""
    AUDITOR = "auditor"
    """Sees everything and changes nothing."""
    ADMINISTRATOR = "administrator"
    """Lets people and machines in. Decides about no scan."""


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
    """Somebody who may sign in.

    Attributes:
        name: what they sign with.
        role: what they are trusted with.
        port: UN/LOCODE of the port they belong to, whose scans they never review; empty for none.
        room: the review room they sit in; empty for the only one.
        skills: what they have learned to judge, in words that the triage rules use.
        ports: UN/LOCODEs of the only ports that they are told anything about; empty for all.
    """

    name: str
    role: Role
    port: str = ""
    room: str = ""
    skills: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a machine claims to see: a class label, a score from 0 to 1, and where.

    `model` is the name and version of the model that claims it; empty in what was stored before there were several.
    """

    finding: str
    label: str
    score: float
    box: Box
    model: str = ""

    def __post_init__(self) -> None:
        if len(self.model) > MAX_MODEL:
            raise BadInput(f"the name of a model has at most {MAX_MODEL} characters", code="bad-finding")
        if not 0.0 <= self.score <= 1.0:
            raise BadInput(f"score {self.score} is not between 0 and 1", code="bad-finding")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFailure:
    """A model that should have looked at a scan and could not: its name and version, and why.

    What it would have found is not known, so such a scan is never clear.
    """

    model: str
    why: str

    def __post_init__(self) -> None:
        if len(self.model) > MAX_MODEL:
            raise BadInput(f"the name of a model has at most {MAX_MODEL} characters", code="bad-recognition")
        check_text(self.why)


UNKNOWN = -1.0
"""What stands for a share or a distance that a model does not tell."""

UNUSUAL = 1.0
"""Novelty above which a scan is unlike the ones that a model was calibrated on."""

FITS = 0.5
"""Probability from which goods are taken to be of the declared HS chapter."""


class Doubt(StrEnum):
    """Why the machine's word does not suffice to release a scan without a person."""

    NO_BOUND = "no-bound"
    """Nothing promises how often a release on this model's word would be wrong."""
    RISK = "risk"
    """The risk is not below the threshold of that promise."""
    FINDING = "finding"
    NOVEL = "novel"
    TOO_DENSE = "too-dense"
    """Part of the load lets too little through to be seen."""
    DECLARATION = "declaration"
    """What is seen does not fit what was declared, or nothing was."""
    MODEL_FAILED = "model-failed"
    """A model that should have looked at the scan could not."""
    CALIBRATION = "physics-calibration"
    """Air and dark were estimated, or do not quite fit the picture."""
    NOISE = "physics-noise"
    """More or less noise than scanners have."""
    ENERGIES = "physics-energies"
    """Whether both energies are what they are said to be cannot be seen, or only just."""
    PITCH = "physics-pitch"
    """The size of the pixels is not measured, or does not fit the vehicle or the container type."""
    STANCE = "physics-stance"
    """It cannot be seen that the vehicle stands upright, or that there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Everything the models say about one scan.

    Attributes:
        model: name and version; where plug-in models spoke beside ScanView's own, theirs too.
        empty: probability that the container is empty.
        findings: what it claims to see.
        cargo: class labels with their probabilities, the likeliest first.
        elapsed_ms: time it computed.
        cargo_sure: whether the first of `cargo` is likely enough to be said without reserve.
        homogeneity: how alike the load is throughout, 0 mixed to 1 uniform; -1 unknown.
        novelty: how unlike the calibration scans it looks, from 0; above 1 it is not to be trusted; -1 unknown.
        risk: that something harmful is in it, 0 to 1; 1 where that is not known.
        declared_fit: probability that the goods are of the declared HS chapter; -1 where none is declared or the model
            does not know its goods.
        release_doubts: why its word does not suffice to release the scan: values of `Doubt`, or others of a newer
            worker. Empty only where every check agrees that it is harmless; nothing is released on that by itself.
        failures: plug-in models that should have spoken and could not.
        embedding: what it looks like, for finding scans like it; None where the model does not tell, or no container
            was seen.
    """

    model: str
    empty: float
    findings: tuple[Finding, ...]
    cargo: tuple[tuple[str, float], ...] = ()
    elapsed_ms: float = 0.0
    cargo_sure: bool = False
    homogeneity: float = UNKNOWN
    novelty: float = UNKNOWN
    risk: float = 1.0
    declared_fit: float = UNKNOWN
    release_doubts: tuple[str, ...] = (Doubt.NO_BOUND.value,)
    failures: tuple[ModelFailure, ...] = ()
    embedding: Embedding | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.empty <= 1.0:
            raise BadInput(f"empty probability {self.empty} is not between 0 and 1", code="bad-recognition")
        if len(self.findings) > MAX_FINDINGS:
            raise BadInput(f"{len(self.findings)} findings are more than {MAX_FINDINGS}", code="bad-recognition")
        if len(self.failures) > MAX_FAILURES:
            raise BadInput(f"{len(self.failures)} failures are more than {MAX_FAILURES}", code="bad-recognition")
        if not 0.0 <= self.risk <= 1.0:
            raise BadInput(f"risk {self.risk} is not between 0 and 1", code="bad-recognition")
        for name, share in (("homogeneity", self.homogeneity), ("declared_fit", self.declared_fit)):
            if share != UNKNOWN and not 0.0 <= share <= 1.0:
                raise BadInput(f"{name} {share} is not between 0 and 1", code="bad-recognition")
        if self.novelty != UNKNOWN and not 0.0 <= self.novelty < math.inf:
            raise BadInput(f"novelty {self.novelty} is no distance", code="bad-recognition")
        if len(self.release_doubts) > MAX_DOUBTS or any(len(doubt) > MAX_DOUBT for doubt in self.release_doubts):
            raise BadInput("the doubts about a release are too many or too long", code="bad-recognition")


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
