"""Owns the fits that make scores mean what they say: monotone tables, logistic regression, temperatures."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

_NEWTON_STEPS = 60
_CONVERGED = 1e-9
_BINS = 15
_TEMPERATURES = np.geomspace(0.2, 8.0, 240)
_LEAST_STEP = 1e-5
_BIN_LOG_ODDS = 0.4
_MARKS_PER_BIN = 20


def pooled_adjacent(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The nearest never-falling sequence to `values` by weighted squares, block by block.

    Pool adjacent violators (Ayer et al., Ann. Math. Stat. 26 (1955) 641).

    Returns:
        Value and weight of each block, in order; weights add up to those given.
    """
    means: list[float] = []
    masses: list[float] = []
    counts: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        means.append(value)
        masses.append(weight)
        counts.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            last_mean, last_mass, last_count = means.pop(), masses.pop(), counts.pop()
            means[-1] = (means[-1] * masses[-1] + last_mean * last_mass) / (masses[-1] + last_mass)
            masses[-1] += last_mass
            counts[-1] += last_count
    return np.repeat(means, counts), np.repeat(masses, counts)


def monotone_table(scores: Floats, hits: Flags) -> tuple[Floats, Floats]:
    """Points of a rising, piecewise linear curve from a raw score to the share of marks that are right.

    Marks are put into bins of equal width in log odds, because single marks would make a staircase, and because most
    marks of a detector are faint and wrong, so that bins of equally many would say nothing of the likely ones. Bins
    with few marks join the next lower one; the bins' shares are made never falling, and equal neighbours become one
    point at their common middle. Between points the curve rises, so it keeps the order of the marks.

    Args:
        scores: raw scores, 0 to 1, float64 (n,), n > 0.
        hits: which marks were right.

    Returns:
        Raw scores and probabilities, the first strictly rising, the second never falling, with ends at 0 and 1.
    """
    bins = _bins(scores)
    x = np.array([scores[part].mean() for part in bins])
    share = np.array([(hits[part].sum() + 0.5 * hits.mean()) / (part.size + 0.5) for part in bins])
    weight = np.array([float(part.size) for part in bins])
    value, _ = pooled_adjacent(share, weight)
    starts = np.flatnonzero(np.diff(value, prepend=-1.0) > 0)
    mass = np.add.reduceat(weight, starts)
    middle = np.add.reduceat(weight * x, starts) / mass
    return _with_ends(middle, value[starts])


def _bins(scores: Floats) -> list[NDArray[np.int64]]:
    """Indices of the marks of each bin, by rising score; each has `_MARKS_PER_BIN`, where there are so many."""
    order = np.argsort(scores, kind="stable")
    odds = np.clip(scores[order], _LEAST_STEP, 1 - _LEAST_STEP)
    places = np.floor(np.log(odds / (1 - odds)) / _BIN_LOG_ODDS)
    starts = np.flatnonzero(np.diff(places, prepend=-np.inf))
    kept: list[int] = []
    stop = len(order)
    for start in starts[::-1].tolist():
        if stop - start >= _MARKS_PER_BIN or start == 0:
            kept.append(start)
            stop = start
    if len(kept) > 1 and kept[-2] < _MARKS_PER_BIN:
        kept.pop(-2)
    return [part for part in np.split(order, kept[::-1]) if part.size]


def _with_ends(x: Floats, p: Floats) -> tuple[Floats, Floats]:
    """The table from 0 to 1: below the lowest point it falls to 0, above the highest it goes half the way to 1."""
    raw = np.concatenate([[0.0], np.clip(x, _LEAST_STEP, 1 - _LEAST_STEP), [1.0]])
    last = float(p[-1])
    probability = np.concatenate([[0.0], p, [last + 0.5 * (1 - last)]])
    kept = np.concatenate([[True], np.diff(raw) > _LEAST_STEP / 2])
    return raw[kept], np.maximum.accumulate(probability[kept])


def logistic(predictors: Floats, wanted: Flags, *, ridge: float = 1e-3) -> Floats:
    """Coefficients (bias first) of a logistic regression, by Newton's method.

    Args:
        predictors: float64 (n, k), without a column for the bias.
        wanted: what is to be told, bool (n,).
        ridge: penalty per scan on every coefficient but the bias, which keeps them finite where classes part cleanly.

    Raises:
        BadInput: all scans are of one kind (code `too-few-scans`).
    """
    if wanted.all() or not wanted.any():
        raise BadInput(
            "there is nothing to tell apart: all scans are of one kind",
            code="too-few-scans",
            remedy="Calibrate on more scans",
        )
    scale = np.maximum(predictors.std(axis=0), 1e-9)
    middle = predictors.mean(axis=0)
    x = np.column_stack([np.ones(len(predictors)), (predictors - middle) / scale])
    penalty = ridge * len(x) * np.diag([0.0, *np.ones(predictors.shape[1])])
    weights = np.zeros(x.shape[1])
    for _ in range(_NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        gradient = x.T @ (p - wanted) + penalty @ weights
        curvature = (x * (p * (1 - p) + 1e-9)[:, np.newaxis]).T @ x + penalty
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    slopes = weights[1:] / scale
    return np.concatenate([[weights[0] - float(slopes @ middle)], slopes])


def falling_logistic(predictors: Floats, wanted: Flags, *, ridge: float = 1e-3) -> Floats:
    """`logistic` with no slope above 0: a predictor that would raise the chance is left out, the steepest first.

    What is known to speak against a kind cannot speak for it, whatever a few scans say.
    """
    used = list(range(predictors.shape[1]))
    while used:
        weights = logistic(predictors[:, used], wanted, ridge=ridge)
        steepest = int(np.argmax(weights[1:] * predictors[:, used].std(axis=0)))
        if weights[1 + steepest] <= 0:
            slopes = np.zeros(predictors.shape[1])
            slopes[used] = weights[1:]
            return np.concatenate([weights[:1], slopes])
        used.pop(steepest)
    return np.concatenate([logistic(predictors[:, :0], wanted), np.zeros(predictors.shape[1])])


def temperature(log_probabilities: Floats, wanted: NDArray[np.int64]) -> float:
    """The divisor of log probabilities with which the wanted classes become likeliest (least mean log loss).

    Args:
        log_probabilities: float64 (n, classes).
        wanted: index of the right class, int64 (n,).
    """
    losses = [_log_loss(log_probabilities / t, wanted) for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _log_loss(logits: Floats, wanted: NDArray[np.int64]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    normalised = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-normalised[np.arange(len(wanted)), wanted].mean())


def sure_from(probabilities: Floats, right: Flags, *, share: float) -> float:
    """The least probability from which on at least `share` of the answers are right; above 1 where there is none.

    Args:
        probabilities: of the likeliest class, float64 (n,).
        right: whether that class was the right one.
        share: wanted share of right answers, 0 to 1.
    """
    order = np.argsort(-probabilities, kind="stable")
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(accuracy >= share)
    return float(probabilities[order[good[-1]]]) if good.size else 1.01


def calibration_error(probabilities: Floats, hits: Flags, weights: Floats | None = None) -> float:
    """Expected calibration error: mean distance of said and true share over fifteen bins of equal width.

    Guo et al., arXiv 1706.04599. `weights` says how often each mark counts; nan without marks.
    """
    weights = np.ones(len(probabilities)) if weights is None else weights
    if not weights.sum():
        return float("nan")
    bins = np.minimum((probabilities * _BINS).astype(np.int64), _BINS - 1)
    distance = np.bincount(bins, weights * (probabilities - hits), minlength=_BINS)
    return float(np.abs(distance).sum() / weights.sum())
