"""Made-up calibration scans: what a model with known habits would have shown."""

from typing import Any

import numpy as np

from scanview.detect.training.dataset import CARGO_CLASSES
from scanview.detect.training.draws import EMPTIES, HARMFUL, SMALL_LOADS, TRAFFIC, Draw
from scanview.detect.training.sampling import Record

CLASSES = ("weapon", "organic-block", "cigarettes", "dense-shield", "vehicle")
GOODS = ("tyres", "ore", "timber", "cartons")
PLANES = 6


def made_record(draw: Draw) -> Record:
    """What `measure.measure_draw` would give, from the draw's seed alone."""
    rng = np.random.default_rng(draw.seed)
    hides = draw.kind == HARMFUL or (draw.kind == TRAFFIC and rng.random() < 0.5)
    empty = draw.kind == EMPTIES or (draw.kind == TRAFFIC and not hides and rng.random() < 0.2)
    marks, objects = _marks(rng, hides=hides)
    goods = "" if empty else GOODS[int(rng.integers(len(GOODS)))]
    area = -6.0 if empty else float(rng.normal(-1.5 if draw.kind == SMALL_LOADS else 2, 0.8))
    return {
        "kind": draw.kind,
        "chapter": "",
        "truth": {
            "findings": objects,
            "empty": float(empty),
            "cargo": {goods: 1.0} if goods else {},
        },
        "examination": {
            "marks": marks,
            "predictors": [1.0, area + rng.normal(0, 0.7), float(rng.normal(-3, 1)), area, area / 2],
            "cargo": None if empty else _logs(rng, goods),
            "pooled": rng.normal(np.arange(PLANES), 1 + np.arange(PLANES)).tolist(),
            "loaded_m2": float(np.exp(area)),
            "dense_m2": 0.0,
            "bare": 0.5,
            "highest": 0.5,
        },
    }


def _marks(rng: np.random.Generator, *, hides: bool) -> tuple[list[Any], list[dict[str, Any]]]:
    """Marks, which are right as often as their raw score says where anything is hidden and never elsewhere."""
    marks, objects = [], []
    for place in range(int(rng.integers(5, 15))):
        raw, label = float(rng.beta(0.6, 5) if not hides else rng.beta(0.8, 2.5)), CLASSES[int(rng.integers(5))]
        box = [100 * place, 0, 100 * place + 50, 50]
        marks.append([label, max(raw, 0.01), box])
        if hides and rng.random() < raw:
            objects.append({"class": label, "score": 1.0, "box": box})
    if hides and not objects:
        objects.append({"class": CLASSES[int(rng.integers(5))], "score": 1.0, "box": [0, 500, 50, 550]})
    return marks, objects


def _logs(rng: np.random.Generator, goods: str) -> list[float]:
    """Log probabilities that are far surer than they should be."""
    logits = np.full(len(CARGO_CLASSES), -10.0)
    logits[[CARGO_CLASSES.index(each) for each in GOODS]] = rng.normal(0, 1, len(GOODS))
    logits[CARGO_CLASSES.index(goods)] += 3 + rng.normal(0, 1.5)
    logs = logits - np.log(np.exp(logits).sum())
    return (3 * logs).tolist()
