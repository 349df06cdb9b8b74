"""Owns the geometry of the fan-shaped beams: where a body is seen on the detectors.

The scanner looks through one plane across the vehicle at a time, so nothing is enlarged along the vehicle. In that
plane rays fan out from the source: a body near the source is seen larger than one behind it. Places on the detector
are given in mm at the middle of the load, where the scale is 1.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FanBeam:
    """Where the two sources stand.

    Attributes:
        source_y_mm: height of the source beside the lane, mm from the top of the picture.
        distance_mm: from that source to the middle of the vehicle (z = 0); it stands at negative z.
        top_distance_mm: from the source above the lane to the height at which the top view has scale 1.
        top_y_mm: that height, mm from the top of the picture.
    """

    source_y_mm: float
    distance_mm: float
    top_distance_mm: float
    top_y_mm: float

    def side_scale(self, z: Floats | float) -> Floats:
        """Enlargement in the side view of what stands at `z` mm across the vehicle."""
        return np.asarray(self.distance_mm / (self.distance_mm + np.asarray(z)))

    def side_y(self, y: Floats | float, z: Floats | float) -> Floats:
        """Where in the side view, in mm from the top, the point at height `y` and place `z` is seen."""
        return np.asarray(self.source_y_mm + (np.asarray(y) - self.source_y_mm) * self.side_scale(z))

    def top_scale(self, y: Floats | float) -> Floats:
        """Enlargement in the top view of what lies at height `y`."""
        return np.asarray(self.top_distance_mm / (self.top_distance_mm + np.asarray(y) - self.top_y_mm))

    def side_obliquity(self, rows: int, pitch_mm: float) -> NDArray[np.float32]:
        """By how much longer the way through an upright layer is for the ray of each row, float32 (rows, 1)."""
        y = (np.arange(rows) + 0.5) * pitch_mm - self.source_y_mm
        return np.asarray(np.hypot(1.0, y / self.distance_mm)[:, np.newaxis], dtype=np.float32)

    def top_obliquity(self, rows: int, pitch_mm: float) -> NDArray[np.float32]:
        """The same for the top view, whose middle row is below the source."""
        z = (np.arange(rows) + 0.5 - rows / 2) * pitch_mm
        return np.asarray(np.hypot(1.0, z / self.top_distance_mm)[:, np.newaxis], dtype=np.float32)


PARALLEL = FanBeam(source_y_mm=0.0, distance_mm=1e12, top_distance_mm=1e12, top_y_mm=0.0)
"""Sources so far away that nothing is enlarged."""
