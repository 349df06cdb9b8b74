"""Owns the library of parametric threats: shapes that no model was trained on, as maps to be projected."""

import numpy as np

from scanview.imaging.projection import SEEN_ATTENUATION, ThreatMap
from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.scanner import polychromatic_transmission
from scanview.simulate.sets import DESIGNS_PER_SET, SceneSet
from scanview.simulate.threat_catalogue import THREATS
from scanview.simulate.threats import CIGARETTES, DENSE_SHIELD, ORGANIC_BLOCK, WEAPON

PROJECTED = SceneSet(name="projected", first_design=7 * DESIGNS_PER_SET)
"""Owns the designs that are projected: neither training, calibration nor tests have any of them."""

CLASSES = (WEAPON, ORGANIC_BLOCK, CIGARETTES, DENSE_SHIELD)
"""What is projected: things that are hidden in goods. A whole vehicle would not fit between them."""

_SPACE_MM = 2_600.0
_HALF_DEPTH_MM = 1_150.0


def draw_threat_map(
    rng: np.random.Generator, label: str, energies_mv: tuple[float, float], pitch_mm: float
) -> ThreatMap:
    """One thing of class `label` in a plausible attitude, chosen by `rng`, cut out tightly.

    Args:
        rng: draws which thing of the class, which design of it, and how it lies.
        label: one of `CLASSES`.
        energies_mv: accelerating potentials of the beams, HIGH and LOW.
        pitch_mm: side of a pixel.
    """
    names = [name for name, each in THREATS.items() if each.label == label and not each.is_held_out]
    weights = np.array([THREATS[name].weight for name in names])
    while True:
        name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
        canvas = Canvas(width_mm=_SPACE_MM, height_mm=_SPACE_MM, pitch_mm=pitch_mm)
        thick = float(rng.uniform(*THREATS[name].thickness_mm))
        space = Space(x0=0.2 * _SPACE_MM, y0=0.2 * _SPACE_MM, x1=0.8 * _SPACE_MM, y1=0.8 * _SPACE_MM)
        with canvas.across((-min(thick, _HALF_DEPTH_MM) / 2, min(thick, _HALF_DEPTH_MM) / 2)):
            THREATS[name].draw(canvas, PROJECTED.design(f"threat/{name}", rng), space)
        alphas = -np.log(polychromatic_transmission(canvas.planes, energies_mv))
        cut = _tight(alphas.astype(np.float32))
        if cut is not None:
            return ThreatMap(label=label, alphas=cut, pitch_mm=pitch_mm, energies_mv=energies_mv)


def _tight(alphas: np.ndarray) -> np.ndarray | None:
    """The part of the map that the thing takes; None where nothing was drawn."""
    seen = alphas[0] > SEEN_ATTENUATION
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not rows.size:
        return None
    cut = alphas[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    cut[:, cut[0] <= SEEN_ATTENUATION / 4] = 0.0
    return np.asarray(cut)
