"""Owns the measurement of a model on simulated scans it has not seen: the figures of the model card.

python -m scanview.detect.training.evaluate [--model FILE] [--scans N] [--seed S] [--other]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scanview.detect.pipeline import Recogniser
from scanview.detect.providers import Runtime
from scanview.detect.results import Result, result_of
from scanview.detect.scoring import Scored, average_precision, paired, recall_at, score_findings, threshold_at
from scanview.simulate.scan import simulate_scan
from scanview.simulate.scanner import ScannerSettings
from scanview.simulate.truth import truth_line
from scanview.wire.publishers import ANYBODY

EVALUATION_SEEDS = 2_000_000_000
OTHER_SCANNER = ScannerSettings(
    energy_high_mv=6.0,
    energy_low_mv=3.0,
    pitch_mm=6.5,
    air_counts=(40_000.0, 36_000.0),
    quanta=20_000.0,
    electronic_counts=22.0,
    gain_spread=0.007,
    flicker=0.006,
    blur_mm=5.5,
    scatter=0.008,
)
"""A scanner unlike those of the training set: other energies, pitch, noise, sharpness and scatter."""


def evaluate(recogniser: Recogniser, seeds: range, settings: ScannerSettings | None) -> dict[str, Any]:
    """Figures of `recogniser` on the scans of `seeds` (see `figures`)."""
    results, truths = [], []
    for result, truth in _recognised(recogniser, seeds, settings):
        results.append(result)
        truths.append(truth)
    return figures(results, truths)


def _recognised(
    recogniser: Recogniser, seeds: range, settings: ScannerSettings | None
) -> Iterator[tuple[Result, Result]]:
    for seed in seeds:
        simulated = simulate_scan(seed, settings=settings)
        _, counts = simulated.image.side
        recognition = recogniser.recognise(simulated.image)
        result = result_of(str(seed), "", recognition, rows=counts.shape[1], columns=counts.shape[2])
        yield result, json.loads(truth_line(str(seed), "", simulated.truth))


def figures(results: list[Result], truths: list[Result]) -> dict[str, Any]:
    """Recall at 0.1, 0.5 and 1 false marks per scan, by class; mAP at an overlap of a half; emptiness."""
    pairs = paired(results, truths)
    scored, strict = score_findings(pairs), score_findings(pairs, iou=0.5)
    return {
        "scans": len(truths),
        "objects": dict(scored.objects),
        "threshold": {rate: round(threshold_at(scored, rate), 4) for rate in (0.1, 0.5, 1.0)},
        "recall": {rate: _recalls(scored, threshold_at(scored, rate)) for rate in (0.1, 0.5, 1.0)},
        "mAP50": round(float(np.mean([average_precision(strict, label) for label in strict.classes])), 3),
        "empty": _emptiness(results, truths),
        "ms": round(float(np.median([result["ms"] for result in results])), 1),
    }


def _recalls(scored: Scored, threshold: float) -> dict[str, float]:
    whole = {"all": round(recall_at(scored, threshold), 3)}
    return whole | {label: round(recall_at(scored, threshold, label), 3) for label in scored.classes}


def _emptiness(results: list[Result], truths: list[Result]) -> dict[str, float]:
    said = np.array([result["empty"] for result in results])
    empty = np.array([truth["empty"] > 0.5 for truth in truths])
    wins = said[empty][:, np.newaxis] - said[~empty]
    area = float(np.mean((wins > 0) + 0.5 * (wins == 0))) if wins.size else float("nan")
    return {
        "empties": int(empty.sum()),
        "auc": round(area, 4),
        "loaded called empty": int((said[~empty] >= 0.5).sum()),
        "empties called loaded": int((said[empty] < 0.5).sum()),
    }


def main() -> None:
    """Measure from the command line; the figures are one JSON object on stdout."""
    parser = argparse.ArgumentParser(description="Measure a model on simulated scans it has not seen.")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--scans", type=int, default=200)
    parser.add_argument("--seed", type=int, default=EVALUATION_SEEDS)
    parser.add_argument("--other", action="store_true", help="with a scanner unlike those of the training set")
    options = parser.parse_args()
    recogniser = Recogniser(options.model, runtime=Runtime(threads=2), trust=ANYBODY, score_threshold=0.02)
    seeds = range(options.seed, options.seed + options.scans)
    json.dump(evaluate(recogniser, seeds, OTHER_SCANNER if options.other else None), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
