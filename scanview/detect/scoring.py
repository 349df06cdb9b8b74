"""Owns the judgement of findings against the truth: recall at a rate of false marks, average precision, chance.

Both sides are objects of result files. A finding hits a true object of its class when their boxes overlap by at
least the asked intersection over union; each object is hit once, by the finding with the highest score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from scanview.detect.decode import overlap

Result: TypeAlias = Mapping[str, Any]

MATCHING_IOU = 0.3
"""Overlap that counts as found: the analyst looks at the right place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Every finding of a set of scans, by falling score, and what it was worth.

    `hits` names the class a finding is of and whether it hit; `objects` counts the true objects of each class.
    """

    scores: tuple[float, ...]
    labels: tuple[str, ...]
    hits: tuple[bool, ...]
    objects: Mapping[str, int]
    scans: int

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes that occur in the truth, in alphabetical order."""
        return tuple(sorted(label for label, count in self.objects.items() if count))


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
    rows: list[tuple[float, str, bool]] = []
    objects: dict[str, int] = {}
    for result, truth in pairs:
        wanted = [(str(item["class"]), np.asarray(item["box"], dtype=np.float32)) for item in truth["findings"]]
        for label, _ in wanted:
            objects[label] = objects.get(label, 0) + 1
        rows += _matched(result.get("findings", []), wanted, iou)
    rows.sort(key=lambda row: -row[0])
    scores, labels, hits = zip(*rows, strict=True) if rows else ((), (), ())
    return Scored(scores=scores, labels=labels, hits=hits, objects=objects, scans=len(pairs))


def _matched(findings: Sequence[Result], wanted: list[tuple[str, Any]], iou: float) -> list[tuple[float, str, bool]]:
    rows, open_objects = [], list(wanted)
    for finding in sorted(findings, key=lambda item: -float(item["score"])):
        label = str(finding["class"])
        same = [index for index, (other, _) in enumerate(open_objects) if other == label]
        hit = False
        if same:
            boxes = np.stack([open_objects[index][1] for index in same])
            overlaps = overlap(np.asarray(finding["box"], dtype=np.float32), boxes)
            best = int(overlaps.argmax())
            hit = bool(overlaps[best] >= iou)
            if hit:
                open_objects.pop(same[best])
        rows.append((float(finding["score"]), label, hit))
    return rows


def threshold_at(scored: Scored, false_marks_per_scan: float) -> float:
    """Lowest score down to which there are no more false marks than that; 2 where even the best is too many."""
    allowed, false, lowest = false_marks_per_scan * scored.scans, 0, 2.0
    for score, hit in zip(scored.scores, scored.hits, strict=True):
        false += not hit
        if false > allowed:
            break
        lowest = score
    return lowest


def recall_at(scored: Scored, threshold: float, label: str | None = None) -> float:
    """Share of true objects (of class `label`, or all) that findings from `threshold` up hit; nan without objects."""
    rows = zip(scored.scores, scored.labels, scored.hits, strict=True)
    hits = sum(hit for score, own, hit in rows if score >= threshold and label in (None, own))
    wanted = sum(count for own, count in scored.objects.items() if label in (None, own))
    return hits / wanted if wanted else float("nan")


def average_precision(scored: Scored, label: str) -> float:
    """Area under precision over recall of one class, precision made falling; nan without objects."""
    wanted = scored.objects.get(label, 0)
    hits = np.array([hit for own, hit in zip(scored.labels, scored.hits, strict=True) if own == label], dtype=bool)
    if not wanted:
        return float("nan")
    if not hits.size:
        return 0.0
    precision = np.cumsum(hits) / np.arange(1, hits.size + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((falling * hits).sum() / wanted)


def by_chance(pairs: Sequence[tuple[Result, Result]], shift: int) -> list[tuple[Result, Result]]:
    """The same findings on the wrong scans: every scan gets those of the scan `shift` places further."""
    return [(pairs[(index + shift) % len(pairs)][0], truth) for index, (_, truth) in enumerate(pairs)]
