"""Owns what the maps of a whole scan tell beyond objects: emptiness, goods, homogeneity, how unusual it looks.

Everything here is gathered over cells, so it is the same however the columns arrived. What is gathered is raw;
`calibration` turns it into probabilities.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.review import UNKNOWN
from scanview.detect.decode import highest_score, loaded_area_m2
from scanview.detect.features import Plane
from scanview.detect.model import COARSE, Maps
from scanview.imaging.physics import HIDDEN_TRANSMISSION

Numbers: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

SHOWN_CARGO = 3
"""Most classes of goods that a recognition names."""

_LIKELY = 0.5
_HIDDEN_ATTENUATION = -math.log(HIDDEN_TRANSMISSION)
_THICKEST_WALL = 0.6
_WALL_QUANTILE = 0.25
_WALL_MARGIN = 0.05
_EDGE_CELLS = 2
_NO_AREA_M2 = 1e-4
_NO_RESIDUE_M2 = 1e-3
_NO_EXCESS = 1e-2
_MOST_CERTAIN = 1e-4
_LEAST_CARGO = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What the maps of one scan tell, before any calibration.

    Attributes:
        predictors: what emptiness is judged from, as `calibration.EMPTY_PREDICTORS` names it: 1; the natural
            logarithm of the loaded area in m2; the log odds of the highest raw score inside; the logarithm of the
            residue over the expected walls, summed over the inside (log attenuation times m2); and that of the
            highest residue of one cell.
        cargo: mean log-probabilities of the cargo classes over the loaded cells, float64 (classes,); None where the
            model does not tell cargo, or nothing is loaded.
        pooled: means and then standard deviations of the embedding over the cells inside the container, float32
            (2 * planes,); None where the model gives none, or no container was seen.
        homogeneity: 0 mixed to 1 uniform (`_homogeneity`), or `UNKNOWN`.
        loaded_m2: area that is likely to be loaded.
        dense_m2: area inside in which so little arrives that anything may be hidden there.
        inside_mm: length and height of the inside of the container; None where none was seen.
    """

    predictors: tuple[float, ...]
    cargo: Numbers | None
    pooled: NDArray[np.float32] | None
    homogeneity: float
    loaded_m2: float
    dense_m2: float
    inside_mm: tuple[float, float] | None


def gather(maps: Maps, high: Plane, *, stride: int, mm_per_pixel: float) -> Evidence:
    """What there is to tell of a whole scan.

    Args:
        maps: of the whole scan.
        high: log attenuation at the high energy, float32 (rows, columns), the first plane of the features.
        stride: pixels of the features per cell of the maps.
        mm_per_pixel: resolution of the features.
    """
    cell_mm = mm_per_pixel * stride
    cell_m2 = (cell_mm / 1_000) ** 2
    attenuation = _in_cells(high, maps.load.shape[1:], stride)
    inside = maps.load[1] > _LIKELY
    excess = _over_walls(attenuation, inside)
    loaded_m2 = loaded_area_m2(maps, cell_mm=cell_mm)
    loaded_cells, inside_cells = _coarse(maps.load[0] * inside) > _LIKELY, _coarse(inside) > _LIKELY
    return Evidence(
        predictors=(
            1.0,
            math.log(max(loaded_m2, _NO_AREA_M2)),
            _log_odds(highest_score(maps)),
            math.log(max(float(excess.sum()) * cell_m2, _NO_RESIDUE_M2)),
            math.log(max(float(excess.max(initial=0.0)), _NO_EXCESS)),
        ),
        cargo=_cargo(maps, loaded_cells),
        pooled=_pooled(maps, inside_cells),
        homogeneity=_homogeneity(maps, _coarse(attenuation), loaded_cells),
        loaded_m2=loaded_m2,
        dense_m2=_dense_m2(high, inside, stride) * (mm_per_pixel / 1_000) ** 2,
        inside_mm=_extent_mm(inside, cell_mm),
    )


def likeliest(probabilities: Numbers, classes: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """The few likeliest classes, the likeliest first: always one, and others as far as they are worth naming."""
    order = np.argsort(-probabilities, kind="stable")[:SHOWN_CARGO]
    named = [(classes[index], round(float(probabilities[index]), 4)) for index in order]
    return (named[0], *(pair for pair in named[1:] if pair[1] >= _LEAST_CARGO))


def declared_fit(
    probabilities: Numbers, classes: tuple[str, ...], chapters: dict[str, tuple[str, ...]], chapter: str
) -> float:
    """Probability that the goods are of the HS chapter (two digits), the sum over the classes that it covers.

    `UNKNOWN` where no chapter is declared, or none of the classes belongs to it.
    """
    of_it = [index for index, name in enumerate(classes) if chapter in chapters.get(name, ())]
    if not chapter or not of_it:
        return UNKNOWN
    return round(min(1.0, float(probabilities[of_it].sum())), 4)


def _in_cells(plane: Plane, size: tuple[int, ...], stride: int) -> Plane:
    """Means of `plane` over the cells of maps of `size`; what lies beyond the plane is air."""
    whole = np.zeros((size[0] * stride, size[1] * stride), dtype=np.float32)
    whole[: plane.shape[0], : plane.shape[1]] = plane[: whole.shape[0], : whole.shape[1]]
    return np.asarray(whole.reshape(size[0], stride, size[1], stride).mean(axis=(1, 3)), dtype=np.float32)


def _coarse(cells: Plane | Mask) -> Plane:
    """Means over squares of `COARSE` cells, float32; a square that is not whole is filled up with zeros."""
    rows, columns = (-(-size // COARSE) for size in cells.shape)
    padded = np.zeros((rows * COARSE, columns * COARSE), dtype=np.float32)
    padded[: cells.shape[0], : cells.shape[1]] = cells
    return np.asarray(padded.reshape(rows, COARSE, columns, COARSE).mean(axis=(1, 3)), dtype=np.float32)


def _over_walls(attenuation: Plane, inside: Mask) -> Plane:
    """By how much cells well inside the container attenuate more than its walls, float32, 0 elsewhere.

    Walls, roof bows and floor run along the whole container, so in each row the lower quartile shows them as soon as a
    quarter of the row is free; a row full of goods is caught by what walls can attenuate at most.
    """
    kernel = np.ones((2 * _EDGE_CELLS + 1,) * 2, dtype=np.uint8)
    within = cv2.erode(inside.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    excess = np.zeros_like(attenuation)
    for row in np.flatnonzero(within.any(axis=1)):
        values = attenuation[row, within[row]]
        wall = min(float(np.quantile(values, _WALL_QUANTILE)), _THICKEST_WALL)
        excess[row, within[row]] = np.maximum(values - wall - _WALL_MARGIN, 0.0)
    return excess


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, _MOST_CERTAIN), 1 - _MOST_CERTAIN)
    return math.log(clipped / (1 - clipped))


def _cargo(maps: Maps, loaded: Mask) -> Numbers | None:
    if maps.cargo is None or not loaded.any():
        return None
    return np.asarray(_log_probabilities(maps.cargo, loaded).mean(axis=1), dtype=np.float64)


def _log_probabilities(logits: Plane, cells: Mask) -> Numbers:
    """Logarithms of the softmax over the classes in some of the cells, float64 (classes, n)."""
    chosen = logits[:, cells].astype(np.float64)
    above = chosen - chosen.max(axis=0)
    return np.asarray(above - np.log(np.exp(above).sum(axis=0)), dtype=np.float64)


def _pooled(maps: Maps, inside: Mask) -> NDArray[np.float32] | None:
    if maps.embedding is None or not inside.any():
        return None
    chosen = maps.embedding[:, inside].astype(np.float64)
    return np.concatenate([chosen.mean(axis=1), chosen.std(axis=1)]).astype(np.float32)


def _homogeneity(maps: Maps, attenuation: Plane, loaded: Mask) -> float:
    """How alike the loaded cells are: (1 - a) (1 - c) (1 - e), rounded to four digits.

    a = v / (1 + v), v the standard deviation of log attenuation over its mean;
    c is the mean entropy that the cargo classes gain by being mixed over all cells (their Jensen-Shannon divergence),
    over its most, the logarithm of the number of classes;
    e = 1 - |mean of the embeddings, each brought to length 1|.
    """
    if maps.cargo is None or maps.embedding is None or not loaded.any():
        return UNKNOWN
    values = attenuation[loaded].astype(np.float64)
    varied = float(values.std() / max(values.mean(), 1e-6))
    logs = _log_probabilities(maps.cargo, loaded)
    shares = np.exp(logs)
    mean = shares.mean(axis=1)
    gained = -(mean * np.log(np.maximum(mean, 1e-12))).sum() + (shares * logs).sum(axis=0).mean()
    mixed = float(gained / math.log(len(mean))) if len(mean) > 1 else 0.0
    vectors = maps.embedding[:, loaded].astype(np.float64)
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=0), 1e-9)
    together = float(np.linalg.norm(units.mean(axis=1)))
    uniform = (1 - varied / (1 + varied)) * (1 - min(max(mixed, 0.0), 1.0)) * min(together, 1.0)
    return round(uniform, 4)


def _dense_m2(high: Plane, inside: Mask, stride: int) -> float:
    """Pixels of the features inside the container in which no more arrives than strays there anyway."""
    fine = np.repeat(np.repeat(inside, stride, axis=0), stride, axis=1)[: high.shape[0], : high.shape[1]]
    return float(np.count_nonzero((high >= _HIDDEN_ATTENUATION) & fine))


def _extent_mm(inside: Mask, cell_mm: float) -> tuple[float, float] | None:
    """Length and height of what has at least half of the most cells in its column and row."""
    if not inside.any():
        return None
    length, height = (np.flatnonzero(cells >= cells.max() / 2) for cells in (inside.sum(axis=0), inside.sum(axis=1)))
    return float(length[-1] + 1 - length[0]) * cell_mm, float(height[-1] + 1 - height[0]) * cell_mm
