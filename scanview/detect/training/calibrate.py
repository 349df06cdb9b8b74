"""Owns the calibration of a model: what its raw answers are worth, fitted on designs that it has never met.

Scores, emptiness, goods and novelty are fitted on traffic; the bound of releases stands on other scans, all of them
harmful, so that the risk it bounds was not made from the scans that bound it.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.detect.calibration import (
    EMPTY_PREDICTORS,
    Calibration,
    CargoScale,
    EmptyTest,
    NoveltyTest,
    RiskRule,
    ScoreTable,
)
from scanview.detect.conclusion import calibrated_scores
from scanview.detect.manifest import write_manifest
from scanview.detect.model import DetectorModel
from scanview.detect.model_facts import ModelFacts
from scanview.detect.scoring import Result, score_findings, threshold_at
from scanview.detect.training.draws import CALIBRATING, EMPTIES, HARMFUL, SMALL_LOADS, TRAFFIC, draws
from scanview.detect.training.figure import Figure
from scanview.detect.training.fitting import Floats, falling_logistic, monotone_table, sure_from, temperature
from scanview.detect.training.measure import Measured, measure_draw, measured
from scanview.detect.training.model_metadata import with_metadata
from scanview.detect.training.release import bounds, likelier_rule
from scanview.detect.training.sampling import Progress, worked_through
from scanview.simulate.sets import CALIBRATION
from scanview.wire.publishers import ANYBODY

CALIBRATION_SEED = 2
"""Unlike the seed of measuring, so that not even places and noise repeat."""

_ENOUGH_HITS = 40
_SHOWN_FALSE_MARKS = 0.5
_WANTED_RIGHT = 0.985
_TABLE_DIGITS = 6
_USUAL = 0.99
_FOLDS = 2
_SHRUNK = 0.02
_KEY = "calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A calibration and what is to be said about it."""

    calibration: Calibration
    figures: tuple[Figure, ...]


def calibrate(
    model_path: Path,
    out: Path,
    *,
    scans: int,
    seed: int = CALIBRATION_SEED,
    workers: int = 1,
    kept: Path | None = None,
    each_class: bool = False,
    progress: Progress | None = None,
) -> Fitted:
    """Calibrate a model and write it with its calibration inside, and its manifest, unsigned.

    Args:
        model_path: the model file; a calibration it has is not used.
        out: where the calibrated model goes; may be `model_path`.
        scans: scans of traffic; besides, there are scans of `draws.CALIBRATING` in proportion.
        seed: what they are drawn from.
        workers: processes.
        kept: folder for what each scan showed, so that a run that was broken off goes on; None keeps nothing.
        each_class: whether the bound of releases is to hold for every class of hidden things that has enough scans.
        progress: called with (done, all) after each scan.

    Raises:
        BadInput: the model must not be used, or there are too few scans to fit anything (code `too-few-scans`).
        Unavailable: the model is missing.
    """
    facts = DetectorModel(model_path, trust=ANYBODY).facts
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
    records = worked_through(
        list(draws(CALIBRATION.name, scans, seed=seed, kinds=CALIBRATING)),
        partial(measure_draw, model_path),
        workers=workers,
        kept=kept / f"measured-{_digest(model_path)[:16]}.jsonl" if kept else None,
        progress=progress,
    )
    fitted = fit([measured(record) for record in records], facts, each_class=each_class)
    unfinished = out.with_name(f".{out.name}.new")
    unfinished.write_bytes(with_metadata(model_path.read_bytes(), _KEY, fitted.calibration.to_json()))
    os.replace(unfinished, out)
    write_manifest(out)
    return fitted


def _digest(model_path: Path) -> str:
    """SHA-256 of the model without regard to its calibration, which changes nothing of what scans show to it."""
    return hashlib.sha256(with_metadata(model_path.read_bytes(), _KEY, "")).hexdigest()


def fit(scans: Sequence[Measured], facts: ModelFacts, *, each_class: bool = False) -> Fitted:
    """The calibration that scans tell of a model; BadInput (code `too-few-scans`) where they tell too little."""
    traffic = [scan for scan in scans if scan.kind == TRAFFIC]
    seen = [scan for scan in scans if scan.kind in (TRAFFIC, EMPTIES, SMALL_LOADS)]
    calibration = Calibration(scores=_score_tables(traffic, facts.classes), scans=len(scans))
    calibration = replace(
        calibration,
        score_threshold=_score_threshold(traffic, calibration),
        empty=_empty_test(seen),
        cargo=_cargo_scale(traffic, facts.cargo_classes),
        novelty=_novelty_test(traffic),
    )
    calibration = replace(calibration, harm=RiskRule(rule=likelier_rule(traffic, calibration)))
    harmful = [scan for scan in scans if scan.kind == HARMFUL and scan.harms]
    release, figures = bounds(harmful, traffic, calibration, each_class=each_class)
    return Fitted(calibration=replace(calibration, release=release), figures=figures)


def _score_tables(traffic: Sequence[Measured], classes: Sequence[str]) -> tuple[ScoreTable, ...]:
    """How often marks of each class and score are right; rarely hit classes share one table."""
    scored = score_findings([(_raw_result(scan), scan.truth) for scan in traffic])
    if not scored.hits.any():
        raise BadInput(
            "no mark of the model is right, so its scores cannot be calibrated",
            code="too-few-scans",
            remedy="Calibrate on more scans, or train the model first",
        )
    tables = []
    for label in classes:
        own = scored.labels == label
        used = own if scored.hits[own].sum() >= _ENOUGH_HITS else np.ones_like(own)
        raw, probability = monotone_table(scored.scores[used], scored.hits[used])
        tables.append(
            ScoreTable(
                label=label,
                raw=tuple(np.round(raw, _TABLE_DIGITS).tolist()),
                calibrated=tuple(np.round(probability, _TABLE_DIGITS).tolist()),
            )
        )
    return tuple(tables)


def _raw_result(scan: Measured, scores: Sequence[float] | None = None) -> Result:
    """Marks of a scan in the form of a result file, with other scores than the raw ones where they are given."""
    marks = scan.examination.marks if scan.examination else ()
    chosen = scores if scores is not None else [mark.score for mark in marks]
    pairs = zip(marks, chosen, strict=True)
    return {"findings": [{"class": mark.label, "score": s, "box": list(mark.box.corners)} for mark, s in pairs]}


def _score_threshold(traffic: Sequence[Measured], calibration: Calibration) -> float:
    """The calibrated score from which on there is half a false mark per scan."""
    pairs = [
        (_raw_result(scan, calibrated_scores(calibration, scan.examination) if scan.examination else ()), scan.truth)
        for scan in traffic
    ]
    return min(1.0, threshold_at(score_findings(pairs), _SHOWN_FALSE_MARKS))


def _empty_test(scans: Sequence[Measured]) -> EmptyTest:
    """Emptiness: all predictors grow with what is there, so none of them may speak for it."""
    told = [(scan.examination.evidence.predictors, scan.truth["empty"]) for scan in scans if scan.examination]
    predictors = np.array([predictors for predictors, _ in told], dtype=np.float64)
    wanted = np.array([empty > 0.5 for _, empty in told], dtype=np.bool_)
    weights = falling_logistic(predictors[:, 1:], wanted)
    assert len(weights) == len(EMPTY_PREDICTORS)
    return EmptyTest(coefficients=tuple(np.round(weights, 8).tolist()))


def _cargo_scale(traffic: Sequence[Measured], classes: Sequence[str]) -> CargoScale:
    """Temperature, and from where on goods are said without reserve; never, where nothing was told."""
    told = [
        (scan.examination.evidence.cargo, classes.index(name))
        for scan in traffic
        for name in scan.truth["cargo"]
        if scan.examination and scan.examination.evidence.cargo is not None and name in classes
    ]
    if not told:
        return CargoScale()
    logs, wanted = np.stack([each for each, _ in told if each is not None]), np.array([index for _, index in told])
    scale = CargoScale(temperature=round(temperature(logs, wanted), 4))
    probabilities = np.stack([scale.probabilities(each) for each in logs])
    right = probabilities.argmax(axis=1) == wanted
    sure = sure_from(probabilities.max(axis=1), right, share=_WANTED_RIGHT)
    return replace(scale, sure=round(min(1.0, sure), 6))


def _novelty_test(traffic: Sequence[Measured]) -> NoveltyTest | None:
    """Mean and precision of the pooled embeddings; the limit is read where the fold that is measured was left out."""
    pooled = [scan.examination.evidence.pooled for scan in traffic if scan.examination]
    vectors = np.array([each for each in pooled if each is not None], dtype=np.float64)
    if len(vectors) < 4 * _FOLDS:
        return None
    fold = np.arange(len(vectors)) % _FOLDS
    away = [_distances(vectors[fold == each], *_mean_and_precision(vectors[fold != each])) for each in range(_FOLDS)]
    mean, precision = _mean_and_precision(vectors)
    limit = float(np.quantile(np.concatenate(away), _USUAL))
    return NoveltyTest(mean=mean.astype(np.float32), precision=precision.astype(np.float32), limit=limit)


def _mean_and_precision(vectors: Floats) -> tuple[Floats, Floats]:
    """Mean and inverse covariance, the covariance drawn a little to its diagonal so that it can be inverted."""
    covariance = np.cov(vectors, rowvar=False)
    spread = np.diag(covariance) + 1e-6 * max(float(np.trace(covariance)) / len(covariance), 1e-9)
    shrunk = (1 - _SHRUNK) * covariance + _SHRUNK * np.diag(spread)
    return vectors.mean(axis=0), np.asarray(np.linalg.inv(shrunk), dtype=np.float64)


def _distances(vectors: Floats, mean: Floats, precision: Floats) -> NDArray[np.float64]:
    away = vectors - mean
    return np.asarray(np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", away, precision, away), 0.0)), dtype=np.float64)
