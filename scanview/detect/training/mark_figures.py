"""Owns the figures about single marks: what is found at how many false marks, how well placed, and how true scores are.

They are measured on traffic as it comes. A declared car is neither an object nor a false mark (`detect.scoring`).
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scanview.core.interval import Interval
from scanview.detect.scoring import (
    Result,
    Scored,
    average_precision,
    by_chance,
    mean_average_precision,
    recall_at,
    score_findings,
    threshold_at,
)
from scanview.detect.training.baseline import ANYTHING
from scanview.detect.training.figure import Figure, Goal
from scanview.detect.training.fitting import calibration_error
from scanview.detect.training.intervals import bootstrap
from scanview.simulate.threats import WEAPON

Pair = tuple[Result, Result]

_RATE, _WEAPON_RATE = 0.5, 1.0
_STRICT_IOU = 0.5
_RECALL = Goal(value=0.9, published="first trial 0.62")
_FOREIGN_RECALL = Goal(value=0.75, published="first trial 0.57")
_MAP = Goal(value=0.7, published="first trial 0.53")
_WEAPON_RECALL = Goal(value=0.88, published="first trial 0.72")
_TIMES_BETTER = Goal(value=6.0)
_CALIBRATION = Goal(value=0.02, at_most=True)
_SHOWN = 0.1
_CHANCE_SHIFT = 1


def mark_figures(pairs: Sequence[Pair], *, is_foreign: bool) -> list[Figure]:
    """The figures of (result, truth) pairs; goals for scanners unlike training are lower, or there are none."""
    loose, strict = score_findings(pairs), score_findings(pairs, iou=_STRICT_IOU)
    rows = [
        _recall("any threat, recall at 0.5 false marks", loose, _RATE, goal=_FOREIGN_RECALL if is_foreign else _RECALL),
        Figure(
            row="mAP50",
            value=mean_average_precision(strict),
            interval=_interval(loose.scans, lambda drawn: mean_average_precision(strict, drawn)),
            goal=None if is_foreign else _MAP,
            scans=strict.scans,
            objects=strict.number_of(),
        ),
        _recall(
            "weapons, recall at 1 false mark", loose, _WEAPON_RATE, WEAPON, goal=None if is_foreign else _WEAPON_RECALL
        ),
    ]
    for label in loose.classes:
        rows.append(_recall(f"recall at 0.5 false marks: {label}", loose, _RATE, label))
        rows.append(_precision(label, strict))
    return [
        *rows,
        *_reached(pairs),
        _chance(pairs),
        *_contrast(pairs, is_foreign=is_foreign),
        *_truth_of_scores(loose, is_foreign=is_foreign),
    ]


def _interval(scans: int, measure: Callable[[NDArray[np.int64]], float]) -> Interval:
    """The bootstrap interval of a figure that takes how often each scan was drawn."""
    return bootstrap(scans, lambda indices: measure(np.bincount(indices, minlength=scans)))


def _recall(row: str, scored: Scored, rate: float, label: str | None = None, *, goal: Goal | None = None) -> Figure:
    """Recall of a class where all classes together make `rate` false marks per scan."""
    threshold = threshold_at(scored, rate)
    return Figure(
        row=row,
        value=recall_at(scored, threshold, label),
        interval=_interval(
            scored.scans, lambda drawn: recall_at(scored, threshold_at(scored, rate, drawn), label, drawn)
        ),
        goal=goal,
        scans=scored.scans,
        objects=scored.number_of(label),
        note="" if label else f"score {threshold:.3f} and up",
    )


def _reached(pairs: Sequence[Pair]) -> list[Figure]:
    """Recall of what the beam reaches: nobody finds what lies where no radiation comes through, and it is not asked."""
    if not any("reached" in item for _, truth in pairs for item in truth["findings"]):
        return []
    asked = [(result, {**truth, "findings": [_unasked(item) for item in truth["findings"]]}) for result, truth in pairs]
    return [_recall("where the beam comes through, recall at 0.5", score_findings(asked), _RATE)]


def _unasked(item: Result) -> Result:
    return item if item.get("reached", True) else {**item, "declared": True}


def _precision(label: str, strict: Scored) -> Figure:
    return Figure(
        row=f"AP50: {label}",
        value=average_precision(strict, label),
        scans=strict.scans,
        objects=strict.number_of(label),
    )


def _chance(pairs: Sequence[Pair]) -> Figure:
    scored = score_findings(by_chance(pairs, _CHANCE_SHIFT))
    value = recall_at(scored, threshold_at(scored, _RATE))
    row = "by chance: the same marks on other scans"
    return Figure(row=row, value=value, scans=scored.scans, objects=scored.number_of())


def _contrast(pairs: Sequence[Pair], *, is_foreign: bool) -> list[Figure]:
    """The rule of `baseline` on the same scans, and how many times its recall the model reaches.

    The rule names no class, so any object counts as hit that its box fits; the model has to name the class.
    """
    if any("contrast" not in result and "refused" not in result for result, _ in pairs):
        return []
    without_class = [
        (
            {"findings": result.get("contrast", [])},
            {"findings": [item | {"class": ANYTHING} for item in map(dict, truth["findings"])]},
        )
        for result, truth in pairs
    ]
    own, rule = score_findings(pairs), score_findings(without_class)
    figure = _recall("local contrast, recall at 0.5 false marks", rule, _RATE)

    def times(drawn: NDArray[np.int64] | None) -> float:
        least = 1 / max(rule.number_of(), 1)
        reached = recall_at(rule, threshold_at(rule, _RATE, drawn), drawn=drawn)
        return recall_at(own, threshold_at(own, _RATE, drawn), drawn=drawn) / max(reached, least)

    better = Figure(
        row="times the recall of local contrast",
        value=times(None),
        interval=_interval(rule.scans, times),
        goal=None if is_foreign else _TIMES_BETTER,
        scans=rule.scans,
        objects=rule.number_of(),
        note="the rule is told the inside and names no class; if it finds nothing, one object",
    )
    return [figure, better]


def _truth_of_scores(scored: Scored, *, is_foreign: bool) -> list[Figure]:
    """Expected calibration error of the scores: of all marks, and of those likely enough to be shown."""
    shown = scored.scores >= _SHOWN
    rows = []
    for row, kept, goal in (
        ("calibration error of all scores", np.ones_like(shown), None if is_foreign else _CALIBRATION),
        (f"calibration error of scores from {_SHOWN}", shown, None),
    ):
        scores, hits, scan_of = scored.scores[kept], scored.hits[kept], scored.scan_of[kept]

        rows.append(
            Figure(
                row=row,
                value=calibration_error(scores, hits),
                interval=_interval(
                    scored.scans,
                    partial(_weighted_error, scores, hits, scan_of),
                ),
                goal=goal,
                scans=scored.scans,
                objects=int(kept.sum()),
            )
        )
    return rows


def _weighted_error(
    scores: NDArray[np.float64], hits: NDArray[np.bool_], scan_of: NDArray[np.int64], drawn: NDArray[np.int64]
) -> float:
    return calibration_error(scores, hits, drawn[scan_of].astype(np.float64))
