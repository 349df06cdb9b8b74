"""Owns the judgement of findings against the truth: recall at a rate of false marks, average precision, chance.

Both sides are objects of result files. A finding hits a true object of its class when their boxes overlap by at
least the asked intersection over union; each object is hit once, by the finding with the highest score. An object
that is `declared` (a car that is the cargo) is none to find, and a finding that hits it is neither right nor false.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.detect.decode import Boxes, overlap

Result: TypeAlias = Mapping[str, Any]
Counts: TypeAlias = NDArray[np.int64]

MATCHING_IOU = 0.3
"""Overlap that counts as found: the analyst looks at the right place."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Every finding of a set of scans, by falling score, and what it was worth.

    Attributes:
        scores: float64 (findings,).
        labels: the class of each, str (findings,).
        hits: which of them hit an object, bool (findings,).
        scan_of: index of the scan of each, int64 (findings,).
        objects: for each class that occurs in the truth, its true objects in each scan, int64 (scans,).
        scans: how many scans there are.
    """

    scores: NDArray[np.float64]
    labels: NDArray[np.str_]
    hits: NDArray[np.bool_]
    scan_of: NDArray[np.int64]
    objects: Mapping[str, Counts]
    scans: int

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes that occur in the truth, in alphabetical order."""
        return tuple(sorted(label for label, counts in self.objects.items() if counts.any()))

    def number_of(self, label: str | None = None) -> int:
        """True objects of class `label`, or all."""
        return int(sum(counts.sum() for own, counts in self.objects.items() if label in (None, own)))


def paired(results: Sequence[Result], truths: Sequence[Result]) -> list[tuple[Result, Result]]:
    """Each truth with its result, by name or else by SHA-256; a scan without a result has no findings."""
    by_name = {str(result["scan"]): result for result in results}
    by_hash = {str(result["sha256"]): result for result in results if result.get("sha256")}
    nothing: Result = {"findings": []}
    return [
        (by_name.get(str(truth["scan"])) or by_hash.get(str(truth.get("sha256"))) or nothing, truth) for truth in truths
    ]


def score_findings(pairs: Sequence[tuple[Result, Result]], *, iou: float = MATCHING_IOU) -> Scored:
    """Match the findings of every scan with its truth."""
    rows: list[tuple[float, str, bool, int]] = []
    objects: dict[str, Counts] = {}
    for scan, (result, truth) in enumerate(pairs):
        wanted = [_Object.of(item) for item in truth["findings"]]
        for each in wanted:
            if not each.is_declared:
                objects.setdefault(each.label, np.zeros(len(pairs), dtype=np.int64))[scan] += 1
        rows += [(*row, scan) for row in _matched(result.get("findings", []), wanted, iou)]
    rows.sort(key=lambda row: -row[0])
    scores, labels, hits, scan_of = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Scored(
        scores=np.array(scores, dtype=np.float64),
        labels=np.array(labels, dtype=np.str_),
        hits=np.array(hits, dtype=np.bool_),
        scan_of=np.array(scan_of, dtype=np.int64),
        objects=objects,
        scans=len(pairs),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Object:
    """A true object of a scan, its box float32 (4,)."""

    label: str
    box: Boxes
    is_declared: bool

    @classmethod
    def of(cls, item: Result) -> "_Object":
        """The object of one entry of a truth."""
        box = np.asarray(item["box"], dtype=np.float32)
        return cls(label=str(item["class"]), box=box, is_declared=bool(item.get("declared")))


def _matched(findings: Sequence[Result], wanted: list[_Object], iou: float) -> list[tuple[float, str, bool]]:
    rows, open_objects = [], list(wanted)
    for finding in sorted(findings, key=lambda item: -float(item["score"])):
        label, hit = str(finding["class"]), _hit(finding, open_objects, iou)
        if hit is not None and not hit.is_declared:
            open_objects.remove(hit)
        if hit is None or not hit.is_declared:
            rows.append((float(finding["score"]), label, hit is not None))
    return rows


def _hit(finding: Result, objects: Sequence[_Object], iou: float) -> _Object | None:
    """The object of the finding's class that it overlaps most, and by at least `iou`; a declared one comes last."""
    same = [each for each in objects if each.label == finding["class"]]
    if not same:
        return None
    overlaps = overlap(np.asarray(finding["box"], dtype=np.float32), np.stack([each.box for each in same]))
    fitting = [(not each.is_declared, float(by), -i) for i, (each, by) in enumerate(zip(same, overlaps, strict=True))]
    best = max((rank for rank in fitting if rank[1] >= iou), default=None)
    return same[-best[2]] if best else None


def threshold_at(scored: Scored, false_marks_per_scan: float, drawn: Counts | None = None) -> float:
    """Lowest score down to which there are no more false marks than that; 2 where even the best is too many.

    `drawn` says how often each scan counts, int64 (scans,); None counts each once. So in what follows.
    """
    weights = _weights(scored, drawn)
    false = np.cumsum(np.where(scored.hits, 0, weights))
    allowed = false_marks_per_scan * (scored.scans if drawn is None else int(drawn.sum()))
    too_many = np.flatnonzero(false > allowed + 1e-9)
    if not too_many.size:
        return float(scored.scores[-1]) if scored.scores.size else 2.0
    better = scored.scores[scored.scores > scored.scores[too_many[0]]]
    return float(better[-1]) if better.size else 2.0


def recall_at(scored: Scored, threshold: float, label: str | None = None, drawn: Counts | None = None) -> float:
    """Share of true objects (of class `label`, or all) that findings from `threshold` up hit; nan without objects."""
    counted = scored.hits & (scored.scores >= threshold)
    if label is not None:
        counted &= scored.labels == label
    wanted = _wanted(scored, label, drawn)
    return float((_weights(scored, drawn) * counted).sum()) / wanted if wanted else float("nan")


def average_precision(scored: Scored, label: str, drawn: Counts | None = None) -> float:
    """Area under precision over recall of one class, precision made falling; nan without objects."""
    wanted = _wanted(scored, label, drawn)
    if not wanted:
        return float("nan")
    own = scored.labels == label
    weights, hits = _weights(scored, drawn)[own], scored.hits[own]
    precision = np.cumsum(weights * hits) / np.maximum(np.cumsum(weights), 1e-9)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((falling * hits * weights).sum() / wanted)


def mean_average_precision(scored: Scored, drawn: Counts | None = None) -> float:
    """Mean of `average_precision` over the classes that occur in the truth; nan where none does."""
    each = np.array([average_precision(scored, label, drawn) for label in scored.classes])
    return float(each[~np.isnan(each)].mean()) if (~np.isnan(each)).any() else float("nan")


def _weights(scored: Scored, drawn: Counts | None) -> NDArray[np.float64]:
    return np.ones(scored.scores.size) if drawn is None else drawn[scored.scan_of].astype(np.float64)


def _wanted(scored: Scored, label: str | None, drawn: Counts | None) -> float:
    if drawn is None:
        return float(scored.number_of(label))
    return float(sum((counts * drawn).sum() for own, counts in scored.objects.items() if label in (None, own)))


def by_chance(pairs: Sequence[tuple[Result, Result]], shift: int) -> list[tuple[Result, Result]]:
    """The same findings on the wrong scans: every scan gets those of the scan `shift` places further."""
    return [(pairs[(index + shift) % len(pairs)][0], truth) for index, (_, truth) in enumerate(pairs)]
