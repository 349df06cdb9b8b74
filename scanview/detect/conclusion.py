"""Owns the last step of recognition: from what a scan shows to what is said of it, and why that may not suffice.

Nothing here looks at a pixel. Whoever calibrates a model works on the same `Examination`, and with the same functions.
"""

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from scanview.core.review import FITS, UNKNOWN, UNUSUAL, Doubt, Finding, Recognition
from scanview.core.scan import Box, ScanHeader
from scanview.detect.calibration import DEFAULT_ALPHA, EXCUSED, Calibration
from scanview.detect.embedding import embedding_of
from scanview.detect.model_facts import ModelFacts
from scanview.detect.scan_head import Evidence, declared_fit, likeliest

TOO_DENSE_M2 = 0.02
"""Area inside that lets nothing through from which on something may hide there: the outline of a pistol."""

EMPTY = 0.5
"""Probability from which a container is taken for empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMark:
    """A place the network points at: its class, its raw score, and the box in full-resolution pixels."""

    label: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a whole scan shows, before anything is made of it.

    Attributes:
        marks: every peak from `calibration.RISK_FLOOR` up, by falling raw score.
        evidence: what the whole scan tells.
        bare: probability that the container is empty by its loaded area alone, for a model without calibration.
        highest: highest raw score inside the container.
        doubts: what physics leaves in doubt.
    """

    marks: tuple[RawMark, ...]
    evidence: Evidence
    bare: float
    highest: float
    doubts: tuple[Doubt, ...]


def conclude(
    header: ScanHeader,
    facts: ModelFacts,
    examination: Examination,
    *,
    threshold: float | None = None,
    alpha: float = DEFAULT_ALPHA,
) -> Recognition:
    """What is said of the scan.

    Args:
        header: of the scan.
        facts: of the model.
        examination: what the scan shows.
        threshold: calibrated score below which nothing is a finding; None takes the model's own.
        alpha: share of harmful scans that may at most be released on the machine's word.
    """
    calibration = facts.calibration or Calibration()
    if threshold is None:
        threshold = calibration.score_threshold if facts.calibration else facts.score_threshold
    scores = calibrated_scores(calibration, examination)
    empty = probability_empty(calibration, examination)
    said = Recognition(
        model=facts.version,
        empty=empty,
        findings=_findings(header, facts, examination, scores, threshold),
        novelty=_novelty(calibration, examination),
        risk=1.0 if facts.calibration is None else scan_risk(calibration, examination, chapter_of(header)),
        embedding=embedding_of(facts, examination.evidence),
    )
    said = _with_cargo(said, header, facts, calibration, examination.evidence)
    return replace(said, release_doubts=_doubts(said, header, calibration, examination, alpha))


def calibrated_scores(calibration: Calibration, examination: Examination) -> tuple[float, ...]:
    """Probability that each of the marks is right, rounded to four digits."""
    raw = np.array([mark.score for mark in examination.marks], dtype=np.float64)
    labels = [mark.label for mark in examination.marks]
    return tuple(round(float(score), 4) for score in calibration.calibrated(labels, raw))


def scan_risk(calibration: Calibration, examination: Examination, chapter: str) -> float:
    """Risk of the scan, 0 to 1, rounded to six digits; it is what bounds on releases are about.

    `chapter` is the declared HS chapter, empty for none.
    """
    labels = [mark.label for mark in examination.marks]
    marks = zip(labels, calibrated_scores(calibration, examination), strict=True)
    return round(calibration.harm.risk(marks, chapter=chapter), 6)


def probability_empty(calibration: Calibration, examination: Examination) -> float:
    """Probability that the container is empty.

    Without calibration: as far as little of it seems loaded, and as far as no object is likely in it, because a pistol
    on the floor is too small to count as a load.
    """
    if calibration.empty is not None:
        return calibration.empty.probability(examination.evidence.predictors)
    return examination.bare * (1.0 - examination.highest)


def chapter_of(header: ScanHeader) -> str:
    """The declared HS chapter, two digits; empty for none."""
    return header.declaration.chapter if header.declaration else ""


def _findings(
    header: ScanHeader, facts: ModelFacts, examination: Examination, scores: tuple[float, ...], threshold: float
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    for mark, score in zip(examination.marks, scores, strict=True):
        if score >= threshold:
            name = f"{header.scan}/{facts.version}/{len(findings)}"
            finding = hashlib.sha256(name.encode()).hexdigest()[:32]
            findings.append(Finding(finding=finding, label=mark.label, score=score, box=mark.box, model=facts.version))
    return tuple(findings)


def _novelty(calibration: Calibration, examination: Examination) -> float:
    pooled = examination.evidence.pooled
    if calibration.novelty is None or pooled is None:
        return UNKNOWN
    return round(calibration.novelty.novelty(pooled), 4)


def _with_cargo(
    said: Recognition, header: ScanHeader, facts: ModelFacts, calibration: Calibration, evidence: Evidence
) -> Recognition:
    if evidence.cargo is None or said.empty >= EMPTY:
        return said
    probabilities = calibration.cargo.probabilities(evidence.cargo)
    cargo = likeliest(probabilities, facts.cargo_classes)
    return replace(
        said,
        cargo=cargo,
        cargo_sure=facts.calibration is not None and cargo[0][1] >= calibration.cargo.sure,
        homogeneity=evidence.homogeneity,
        declared_fit=declared_fit(probabilities, facts.cargo_classes, dict(facts.cargo_chapters), chapter_of(header)),
    )


def _doubts(
    said: Recognition, header: ScanHeader, calibration: Calibration, examination: Examination, alpha: float
) -> tuple[str, ...]:
    """Why the scan may not be released on the machine's word; empty only where every check agrees that it may."""
    bound = calibration.bound(alpha)
    chapter = chapter_of(header)
    checks = {
        Doubt.NO_BOUND: bound is None,
        Doubt.RISK: bound is not None and said.risk >= bound.threshold,
        Doubt.FINDING: any((finding.label, chapter) not in EXCUSED for finding in said.findings),
        Doubt.NOVEL: not 0.0 <= said.novelty <= UNUSUAL,
        Doubt.TOO_DENSE: examination.evidence.dense_m2 >= TOO_DENSE_M2,
        Doubt.DECLARATION: not _fits_declaration(said, header),
    }
    doubts = [doubt for doubt, holds in checks.items() if holds]
    return tuple(doubt.value for doubt in dict.fromkeys([*doubts, *examination.doubts]))


def _fits_declaration(said: Recognition, header: ScanHeader) -> bool:
    if header.declaration is None:
        return False
    if said.empty >= EMPTY:
        return not header.declaration.names_goods
    return said.declared_fit >= FITS
