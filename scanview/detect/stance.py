"""Owns how a vehicle stands in a side view: on the ground or on its head, and how high it is."""

from dataclasses import dataclass

import numpy as np

from scanview.detect.scan_samples import Plane, Squares

_OPAQUE = 0.1
_SOMETHING = 0.93
_GROUND = 0.9
_EDGE_ROWS = 3
_VEHICLE_COLUMN = 0.1
_VEHICLE_ROW = 0.03
_LOW_CENTROID = 0.5
_OPAQUE_LEVEL = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What the rows of a side view say.

    Attributes:
        is_upright: whether the ground is seen below, or, where none is seen, most of the load lies low.
        is_upside_down: whether the ground is seen above and none below.
        is_cut: whether the picture ends above before the vehicle does.
        height_mm: height of the vehicle over the ground as far as it is in the picture; None where there is none.
    """

    is_upright: bool
    is_upside_down: bool
    is_cut: bool
    height_mm: float | None


def stance_of(squares: Squares) -> Stance:
    """How the vehicle in these squares of the high channel stands.

    The ground is a row in which nearly every column lets next to nothing through.
    """
    level = squares.level
    ground = (level < _OPAQUE).mean(axis=1) > _GROUND if level.shape[1] else np.zeros(level.shape[0], dtype=np.bool_)
    above, below = bool(ground[:_EDGE_ROWS].any()), bool(ground[-_EDGE_ROWS:].any())
    free = np.flatnonzero(~ground)
    seen = level[free[0] : free[-1] + 1] if free.size else level[:0]
    vehicle = seen[:, (seen < _SOMETHING).mean(axis=0) > _VEHICLE_COLUMN] if seen.size else seen[:, :0]
    if not vehicle.size:
        return Stance(is_upright=False, is_upside_down=above and not below, is_cut=False, height_mm=None)
    rows = np.flatnonzero((vehicle < _SOMETHING).mean(axis=1) > _VEHICLE_ROW)
    return Stance(
        is_upright=not above and (below or _centroid(vehicle) > _LOW_CENTROID),
        is_upside_down=above and not below,
        is_cut=bool(rows.size) and rows[0] < _EDGE_ROWS,
        height_mm=float(rows[-1] - rows[0]) * squares.row_mm if rows.size else None,
    )


def _centroid(level: Plane) -> float:
    """Where the middle of all attenuation lies, 0 at the upper edge and 1 at the lower."""
    attenuation = -np.log(np.clip(level, _OPAQUE_LEVEL, 1.0)).mean(axis=1)
    places = np.linspace(0.0, 1.0, attenuation.size)
    return float(np.average(places, weights=attenuation + 1e-9))
