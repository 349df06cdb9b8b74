"""Owns what a model was found to be worth on calibration scans, and how that turns its raw answers into probabilities.

A `Calibration` stands in the metadata of a model file under the key `calibration`, as JSON. Whoever fits it uses the
same functions as whoever applies it. A model without one gives raw scores, and no bound on how often it is wrong.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput, ScanViewError

Numbers: TypeAlias = NDArray[np.float64]

EMPTY_PREDICTORS = ("bias", "log-loaded-area", "logit-highest-score", "log-residue", "log-highest-residue")
"""What emptiness is judged from, in the order of `EmptyTest.coefficients`; `scan_head.Evidence` says what each is."""

RISK_FLOOR = 0.01
"""Raw score down to which peaks count for the risk of a scan; far below the threshold of findings."""

DEFAULT_ALPHA = 0.001
"""Share of harmful scans that may at most be let through, where nobody chose another."""

EXCUSED = (("vehicle", "87"),)
"""Pairs of a class and the HS chapter under which it is what was declared, and no harm."""

_RULES = ("any", "highest")
_MOST_ODDS = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Raw scores of one class and the shares of marks with them that are right.

    Attributes:
        label: the class.
        raw: rising raw scores, 0 to 1, one or more.
        calibrated: probabilities at `raw`, 0 to 1, never falling; linear between, level beyond.
    """

    label: str
    raw: tuple[float, ...]
    calibrated: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.raw or len(self.raw) != len(self.calibrated):
            raise _damaged(f"the score table of {self.label} has {len(self.raw)} and {len(self.calibrated)} points")
        if not _is_rising(self.raw, strictly=True) or not _is_rising(self.calibrated, strictly=False):
            raise _damaged(f"the score table of {self.label} does not rise from 0 to 1")

    def apply(self, scores: NDArray[np.floating[Any]]) -> Numbers:
        """Probabilities of raw `scores`, float64 of the same shape."""
        return np.asarray(np.interp(scores, self.raw, self.calibrated), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyTest:
    """Logistic regression of "the container is empty" on `EMPTY_PREDICTORS`: one coefficient for each."""

    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.coefficients) != len(EMPTY_PREDICTORS) or not np.isfinite(self.coefficients).all():
            raise _damaged(f"the test of emptiness has not {len(EMPTY_PREDICTORS)} coefficients")

    def probability(self, predictors: Sequence[float]) -> float:
        """Probability that the container is empty, given the values of `EMPTY_PREDICTORS`."""
        return logistic(float(np.dot(self.coefficients, predictors)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoScale:
    """How far the cargo classes are to be believed.

    Attributes:
        temperature: what mean log-probabilities of a scan are divided by before they are made probabilities again.
        sure: probability from which the likeliest class is said to be it.
    """

    temperature: float = 1.0
    sure: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.temperature < np.inf and 0 <= self.sure <= 1):
            raise _damaged("the scale of the cargo classes has impossible numbers")

    def probabilities(self, log_probabilities: Numbers) -> Numbers:
        """Probabilities that sum to 1 from mean log-probabilities, float64 (classes,)."""
        scaled = log_probabilities / self.temperature
        raised = np.exp(scaled - scaled.max())
        return np.asarray(raised / raised.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoveltyTest:
    """How far from the calibration scans a scan may look.

    Attributes:
        mean: mean of the pooled embeddings, float32 (n,).
        precision: inverse of their covariance, float32 (n, n), symmetric.
        limit: Mahalanobis distance below which 99 % of the calibration scans lie.
    """

    mean: NDArray[np.float32]
    precision: NDArray[np.float32]
    limit: float

    def __post_init__(self) -> None:
        size = self.mean.size
        if self.mean.shape != (size,) or self.precision.shape != (size, size) or not 0 < self.limit < np.inf:
            raise _damaged("the test of novelty has no mean, precision and limit that fit")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.precision).all()):
            raise _damaged("the test of novelty is not finite")

    def novelty(self, pooled: NDArray[np.floating[Any]]) -> float:
        """Mahalanobis distance of a pooled embedding (n,) from the mean, as a multiple of `limit`."""
        away = np.asarray(pooled, dtype=np.float64) - self.mean
        squared = float(away @ self.precision.astype(np.float64) @ away)
        return float(np.sqrt(max(squared, 0.0))) / self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """How the calibrated scores of all peaks from `RISK_FLOOR` up become one risk of the scan.

    Attributes:
        rule: "any" for 1 - product(1 - p), "highest" for the highest p.
        ignored_below: (class, p) below which marks of a class do not count; classes not named count always.
    """

    rule: str = "any"
    ignored_below: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.rule not in _RULES:
            raise _damaged(f"the rule of risk {self.rule!r} is none of {', '.join(_RULES)}")

    def risk(self, marks: Iterable[tuple[str, float]], *, chapter: str = "") -> float:
        """Risk 0 to 1 of a scan with these (class, calibrated score).

        Args:
            marks: every peak from `RISK_FLOOR` up.
            chapter: declared HS chapter, two digits; marks that it excuses (`EXCUSED`) do not count.
        """
        limits = dict(self.ignored_below)
        counted = [p for label, p in marks if p >= limits.get(label, 0.0) and (label, chapter) not in EXCUSED]
        if not counted:
            return 0.0
        risk = max(counted) if self.rule == "highest" else 1.0 - float(np.prod(1.0 - np.asarray(counted)))
        return min(1.0, max(0.0, risk))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBound:
    """A promise by conformal risk control: of harmful scans, in the mean at most `alpha` have a risk below `threshold`.

    Attributes:
        alpha: the promised share.
        threshold: a scan of lower risk is let through.
        released_loaded: share of harmless loaded calibration scans that are let through.
        released_empty: the same of empty ones.
        harmful_scans: number of harmful calibration scans the promise stands on; 1 / alpha - 1 or more.
    """

    alpha: float
    threshold: float
    released_loaded: float
    released_empty: float
    harmful_scans: int

    def __post_init__(self) -> None:
        shares = (self.threshold, self.released_loaded, self.released_empty)
        if not 0 < self.alpha < 1 or not all(0 <= share <= 1 for share in shares):
            raise _damaged("a bound on releases has impossible numbers")
        if (self.harmful_scans + 1) * self.alpha < 1 - 1e-9:
            raise _damaged(f"{self.harmful_scans} harmful scans cannot bound releases at {self.alpha:.3%}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everything that calibration scans tell of a model.

    Attributes:
        scores: one table per class; a class without one keeps its raw score.
        score_threshold: calibrated score below which nothing is a finding.
        empty: the test of emptiness; None where there is none.
        cargo: how far cargo classes are believed.
        novelty: the test of novelty; None where there is none.
        harm: how a scan's risk is made.
        release: bounds, one per alpha.
        scans: number of calibration scans.
    """

    scores: tuple[ScoreTable, ...] = ()
    score_threshold: float = 0.0
    empty: EmptyTest | None = None
    cargo: CargoScale = CargoScale()
    novelty: NoveltyTest | None = None
    harm: RiskRule = RiskRule()
    release: tuple[ReleaseBound, ...] = ()
    scans: int = 0

    def __post_init__(self) -> None:
        if len({table.label for table in self.scores}) != len(self.scores):
            raise _damaged("a class has two score tables")
        if not 0 <= self.score_threshold <= 1:
            raise _damaged(f"the score threshold {self.score_threshold} is not between 0 and 1")

    def calibrated(self, labels: Sequence[str], scores: NDArray[np.floating[Any]]) -> Numbers:
        """Probabilities of raw `scores` (n,) of marks with these classes, float64 (n,)."""
        tables = {table.label: table for table in self.scores}
        probabilities = np.asarray(scores, dtype=np.float64).copy()
        for index, label in enumerate(labels):
            if label in tables:
                probabilities[index] = tables[label].apply(probabilities[index])
        return probabilities

    def bound(self, alpha: float) -> ReleaseBound | None:
        """The bound for this alpha; None where the calibration scans could not give one."""
        return next((bound for bound in self.release if abs(bound.alpha - alpha) <= 1e-9), None)

    def to_json(self) -> str:
        """The form that stands in a model's metadata."""
        content = {
            "scores": {t.label: {"raw": list(t.raw), "calibrated": list(t.calibrated)} for t in self.scores},
            "score_threshold": self.score_threshold,
            "empty": dict(zip(EMPTY_PREDICTORS, self.empty.coefficients, strict=True)) if self.empty else None,
            "cargo": {"temperature": self.cargo.temperature, "sure": self.cargo.sure},
            "novelty": _novelty_json(self.novelty) if self.novelty else None,
            "harm": {"rule": self.harm.rule, "ignored_below": dict(self.harm.ignored_below)},
            "release": [_bound_json(bound) for bound in self.release],
            "scans": self.scans,
        }
        return json.dumps(content)

    @classmethod
    def from_json(cls, text: str) -> "Calibration":
        """Read what `to_json` wrote.

        Raises:
            BadInput: it is damaged, or fits other predictors (code `model-calibration`).
        """
        try:
            return _calibration(json.loads(text))
        except ScanViewError:
            raise
        except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise _damaged(repr(error)) from error


def logistic(odds: float) -> float:
    """1 / (1 + exp(-odds)), without overflow."""
    return float(1.0 / (1.0 + np.exp(-max(-_MOST_ODDS, min(_MOST_ODDS, odds)))))


def _is_rising(values: Sequence[float], *, strictly: bool) -> bool:
    steps = np.diff(values)
    rises = (steps > 0).all() if strictly else (steps >= 0).all()
    return bool(rises and values[0] >= 0 and values[-1] <= 1)


def _calibration(content: Mapping[str, Any]) -> Calibration:
    empty, novelty = content["empty"], content["novelty"]
    if empty is not None and set(empty) != set(EMPTY_PREDICTORS):
        raise _damaged("its test of emptiness fits other predictors than this ScanView has")
    return Calibration(
        scores=tuple(
            ScoreTable(label=label, raw=_floats(table["raw"]), calibrated=_floats(table["calibrated"]))
            for label, table in content["scores"].items()
        ),
        score_threshold=float(content["score_threshold"]),
        empty=EmptyTest(coefficients=tuple(float(empty[name]) for name in EMPTY_PREDICTORS)) if empty else None,
        cargo=CargoScale(temperature=float(content["cargo"]["temperature"]), sure=float(content["cargo"]["sure"])),
        novelty=_novelty(novelty) if novelty else None,
        harm=RiskRule(
            rule=content["harm"]["rule"],
            ignored_below=tuple((label, float(p)) for label, p in content["harm"]["ignored_below"].items()),
        ),
        release=tuple(_bound(bound) for bound in content["release"]),
        scans=int(content["scans"]),
    )


def _floats(values: Iterable[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _novelty_json(test: NoveltyTest) -> dict[str, Any]:
    return {"mean": _base64(test.mean), "precision": _base64(test.precision), "limit": test.limit}


def _novelty(content: Mapping[str, Any]) -> NoveltyTest:
    mean, precision = (np.frombuffer(base64.b64decode(content[key]), "<f4") for key in ("mean", "precision"))
    return NoveltyTest(mean=mean, precision=precision.reshape(mean.size, -1), limit=float(content["limit"]))


def _base64(values: NDArray[np.float32]) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()


def _bound_json(bound: ReleaseBound) -> dict[str, float]:
    return {
        "alpha": bound.alpha,
        "threshold": bound.threshold,
        "released_loaded": bound.released_loaded,
        "released_empty": bound.released_empty,
        "harmful_scans": bound.harmful_scans,
    }


def _bound(content: Mapping[str, Any]) -> ReleaseBound:
    return ReleaseBound(
        alpha=float(content["alpha"]),
        threshold=float(content["threshold"]),
        released_loaded=float(content["released_loaded"]),
        released_empty=float(content["released_empty"]),
        harmful_scans=int(content["harmful_scans"]),
    )


def _damaged(reason: str) -> BadInput:
    return BadInput(f"the model's calibration cannot be used: {reason}", code="model-calibration")
