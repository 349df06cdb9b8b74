"""Owns how far material is to be believed: how many pixels must be averaged, and what an average of many says.

One pixel's two energies rarely tell iron from aluminium; a hundred of them do. The trust map says how many it takes,
and `material_of` tells the material of a patch by averaging it.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from scanview.imaging.colour import MaterialTables, Plane
from scanview.imaging.scan_image import Counts

_STEP = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialReading:
    """What the average of a patch says.

    Attributes:
        position: on the scale of `colour.ANCHORS`, 0 to 3; the nearest whole number is the class.
        pixels: how many were averaged.
        demand: how many it takes to tell the classes apart, infinite where nothing can be claimed.
    """

    position: float
    pixels: int
    demand: float

    @property
    def is_trusted(self) -> bool:
        """Whether enough pixels were averaged."""
        return self.pixels >= self.demand


def trust_map(high: Counts, tables: MaterialTables) -> Plane:
    """How many pixels like each one have to be averaged before its class of material is told.

    Args:
        high: counts of the high channel, uint16 (rows, columns).
        tables: of the view the counts are from.

    Returns:
        float32 of the same shape, 1 to infinity: infinite where no claim is made, because there is too little
        material (thin lead looks organic) or too little beam.
    """
    return np.asarray(cv2.LUT(high, tables.demand), np.float32)


def material_of(high: Counts, low: Counts, tables: MaterialTables) -> MaterialReading:
    """The material of a patch that is one thing, or of all that lies behind one another in it.

    Args:
        high: counts of the high channel, uint16, any shape, at least one pixel.
        low: counts of the low channel, the same shape.
        tables: of the view the counts are from.
    """
    measured = float(tables.low_alpha[low].mean(dtype=np.float64))
    anchors = [float(anchor[high].mean(dtype=np.float64)) for anchor in tables.anchors]
    position = sum(
        min(max((lighter - measured) / max(lighter - heavier, _STEP), 0.0), 1.0)
        for lighter, heavier in pairwise(anchors)
    )
    middle = np.rint(high.mean(dtype=np.float64)).astype(np.uint16)
    return MaterialReading(position=position, pixels=high.size, demand=float(tables.demand[middle]))
