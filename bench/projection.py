"""Threat image projection: what one virtual scan costs, step by step.

python -m bench projection [--json] [--quick]

The scans are simulated ones at 5 mm, about 900 rows and 1,400 to 3,400 columns of two energies.
"""

import statistics
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np

from bench.rows import Row, lower_is_better
from scanview.imaging.hiding_place import find_place, load_space
from scanview.imaging.physics import energies_mv
from scanview.imaging.projection import fitted_to, project, trace_of
from scanview.simulate.scan import simulate_scan
from scanview.simulate.threat_map import CLASSES, draw_threat_map

T = TypeVar("T")
P = ParamSpec("P")

FIRST_SEED = 104


class Steps:
    """What each step has cost, ms."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def __call__(self, step: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Time one step."""
        began = time.perf_counter()
        result = function(*args, **kwargs)
        self.spent.setdefault(step, []).append(1_000 * (time.perf_counter() - began))
        return result


def run(quick: bool) -> list[Row]:
    """Measure; `quick` takes fewer scans."""
    timed = Steps()
    for seed in range(FIRST_SEED, FIRST_SEED + (4 if quick else 16)):
        view, counts = simulate_scan(seed, hidden=0).image.side
        rng = np.random.default_rng(seed)
        trace = timed("trace", trace_of, view, counts)
        space = timed("inside", load_space, view, counts)
        for label in CLASSES if space is not None else ():
            drawn = timed("draw", draw_threat_map, rng, label, energies_mv(view), view.pitch_x_mm)
            threat = fitted_to(drawn, view)
            place = None if space is None else timed("place", find_place, space, view, threat, trace, rng)
            if place is not None:
                timed("project", project, view, counts, threat, place, trace, rng)
    medians = {step: statistics.median(values) for step, values in timed.spent.items()}
    rows = [lower_is_better("projection", step, value, "ms") for step, value in medians.items()]
    return [*rows, lower_is_better("projection", "whole", sum(medians.values()), "ms")]
