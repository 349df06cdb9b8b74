"""Recall of a result file against a truth file, beside what the same findings reach on the wrong scans.

python -m bench recall RESULTS.jsonl TRUTH.jsonl [--json] [--false-marks 0.5]

A true object counts as found when a finding of its class overlaps it by an intersection over union of at least 0.3;
findings are taken from the highest score down until that many false marks per scan are made.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.rows import Row, print_rows
from scanview.detect.scoring import Result, Scored, by_chance, paired, recall_at, score_findings, threshold_at

CHANCE_SHIFTS = 5


def main(argv: list[str]) -> int:
    """Print the table; 0 if recall over all classes is above chance, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m bench recall", description=__doc__)
    parser.add_argument("results", type=Path, help="what `scanview detect` wrote")
    parser.add_argument("truth", type=Path, help="truth.jsonl of `scanview simulate`")
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    parser.add_argument("--false-marks", type=float, default=0.5, help="false marks per scan to allow (0.5)")
    options = parser.parse_args(argv)
    rows, objects = recall_rows(_lines(options.results), _lines(options.truth), options.false_marks)
    print_rows(rows, options.json)
    if not options.json:
        counted = ", ".join(f"{label} {count}" for label, count in sorted(objects.items()))
        print(
            f"objects: {counted}; peer: the same findings on other scans; at {options.false_marks} false marks per scan"
        )
    return 0 if rows[0].met else 1


def recall_rows(
    results: Sequence[Result], truths: Sequence[Result], false_marks: float
) -> tuple[list[Row], Mapping[str, int]]:
    """A row for all classes together and one for each, with chance as the peer, and how many objects there were."""
    pairs = paired(results, truths)
    scored = score_findings(pairs)
    shifts = range(1, min(CHANCE_SHIFTS, len(pairs) - 1) + 1)
    shuffled = [score_findings(by_chance(pairs, shift)) for shift in shifts]
    return [_row(label, scored, shuffled, false_marks) for label in (None, *scored.classes)], scored.objects


def _row(label: str | None, scored: Scored, shuffled: Sequence[Scored], false_marks: float) -> Row:
    recall = recall_at(scored, threshold_at(scored, false_marks), label)
    chances = [recall_at(other, threshold_at(other, false_marks), label) for other in shuffled]
    chance = sum(chances) / len(chances) if chances else 0.0
    return Row(
        bench="recall",
        row=label or "all",
        value=round(recall, 3),
        unit="share",
        reference=round(chance, 3),
        ratio=round(recall / chance, 2) if chance else None,
        goal=None,
        met=recall > chance,
    )


def _lines(path: Path) -> list[Result]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
