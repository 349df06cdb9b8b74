"""Owns where a projected thing could really be: inside the container, held up by something, and seen."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.load_space import inside_of_container
from scanview.imaging.physics import HIDDEN_TRANSMISSION, log_attenuation
from scanview.imaging.projection import ScannerTrace, ThreatMap
from scanview.imaging.region import Area
from scanview.imaging.scan_image import Counts

Floats: TypeAlias = NDArray[np.float64]

_TRIES = 400
_WALL_SHARE = 10.0
_GOODS_ALPHA = 0.08
_SUPPORT_MM = 60.0
_SUPPORTED_SHARE = 0.6
_DENSE_SHARE = 0.1
_LEAST_CONTRAST = 2.0
_MARGIN_PIXELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSpace:
    """The inside of the container as things can be put into it.

    Attributes:
        area: where goods can stand, pixels.
        goods: running sums (cv2.integral) of where there are goods or walls' worth more than walls.
        opaque: running sums of where too little passes.
        transmission: of the HIGH beam, float32 (rows, columns) of the view.
    """

    area: Area
    goods: Floats
    opaque: Floats
    transmission: NDArray[np.float32]


def load_space(view: ViewHeader, counts: Counts) -> LoadSpace | None:
    """What `counts`, uint16 (channels, rows, columns), shows of the inside; None where no container is found."""
    area = inside_of_container(view, tuple(counts))
    if area is None:
        return None
    alpha = log_attenuation(counts[view.channels.index(Channel.HIGH)], view.calibration(Channel.HIGH))
    alpha = np.asarray(cv2.blur(alpha, (5, 5)), dtype=np.float32)
    wall = float(np.percentile(alpha[area.window], _WALL_SHARE))
    transmission = np.exp(-alpha)
    return LoadSpace(
        area=area,
        goods=_sums(alpha > wall + _GOODS_ALPHA),
        opaque=_sums(transmission < 2 * HIDDEN_TRANSMISSION),
        transmission=transmission,
    )


def find_place(
    space: LoadSpace, view: ViewHeader, threat: ThreatMap, trace: ScannerTrace, rng: np.random.Generator
) -> tuple[int, int] | None:
    """Column and row for the upper left corner of `threat` (fitted to the view); None where none of many tries fits.

    It lies wholly inside the container, stands on the floor or on goods, hardly anything of it lies where nothing
    passes, and it takes away at least twice the noise of a pixel, on average.
    """
    rows, columns = threat.alphas.shape[1:]
    area = space.area
    lowest, furthest = area.y1 - rows, area.x1 - columns - _MARGIN_PIXELS
    if lowest <= area.y0 + _MARGIN_PIXELS or furthest <= area.x0 + _MARGIN_PIXELS:
        return None
    for _ in range(_TRIES):
        x0 = int(rng.integers(area.x0 + _MARGIN_PIXELS, furthest))
        y0 = int(rng.integers(area.y0 + _MARGIN_PIXELS, lowest + 1))
        if _is_held_up(space, view, x0, y0, rows, columns) and _is_visible(space, view, threat, trace, x0, y0):
            return x0, y0
    return None


def _is_held_up(space: LoadSpace, view: ViewHeader, x0: int, y0: int, rows: int, columns: int) -> bool:
    reach = max(1, round(_SUPPORT_MM / view.pitch_y_mm))
    bottom = y0 + rows
    if bottom >= space.area.y1 - 1:
        return True
    under = Area(x0=x0, y0=bottom, x1=x0 + columns, y1=min(bottom + reach, space.area.y1))
    return _share(space.goods, under) >= _SUPPORTED_SHARE


def _is_visible(space: LoadSpace, view: ViewHeader, threat: ThreatMap, trace: ScannerTrace, x0: int, y0: int) -> bool:
    rows, columns = threat.alphas.shape[1:]
    box = Area(x0=x0, y0=y0, x1=x0 + columns, y1=y0 + rows)
    if _share(space.opaque, box) > _DENSE_SHARE:
        return False
    mask = threat.mask
    behind = space.transmission[box.window]
    calibration = view.calibration(Channel.HIGH)
    taken = behind * (1 - np.exp(-threat.alphas[0])) * (calibration.air - calibration.dark)
    noise = np.sqrt(np.maximum(trace.noise[0].variance(behind, y0), 1.0))
    return float((taken / noise)[mask].mean()) >= _LEAST_CONTRAST


def _sums(is_so: NDArray[np.bool_]) -> Floats:
    return np.asarray(cv2.integral(is_so.astype(np.uint8)), dtype=np.float64)


def _share(sums: Floats, box: Area) -> float:
    total = sums[box.y1, box.x1] - sums[box.y0, box.x1] - sums[box.y1, box.x0] + sums[box.y0, box.x0]
    return float(total) / max((box.x1 - box.x0) * (box.y1 - box.y0), 1)
