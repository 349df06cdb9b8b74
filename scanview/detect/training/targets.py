"""Owns what the network should answer for a crop, and how wrong an answer is."""

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from scanview.detect.training.dataset import Sample
from scanview.detect.training.network import MULTIPLE, STRIDE, Answer
from scanview.simulate.threat_catalogue import OBJECT_CLASSES

Plane: TypeAlias = NDArray[np.float32]

_LARGEST_SPREAD = 5.0
_SPREAD_SHARE = 0.16
_SIZE_WEIGHT = 0.6
_OFFSET_WEIGHT = 0.5
_LOAD_WEIGHT = 0.5
_GOODS_WEIGHT = 0.3
_FULL = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Maps at the network's stride; `centre` is 1 where size and offset are asked for.

    `goods` is coarser, a cell for `MULTIPLE` pixels: the index of the cargo class, -1 where none is to be told.
    """

    heat: Tensor
    size: Tensor
    offset: Tensor
    centre: Tensor
    inside: Tensor
    loaded: Tensor
    goods: Tensor

    def to(self, device: torch.device) -> "Targets":
        """The same maps on `device`."""
        return Targets(**{each.name: getattr(self, each.name).to(device) for each in fields(self)})


def targets_of(samples: list[Sample]) -> Targets:
    """The maps of a batch of samples of one size."""
    maps = [_maps(sample) for sample in samples]
    heat, size, offset, centre, inside = (torch.from_numpy(np.stack(kind)) for kind in zip(*maps, strict=True))
    load = torch.from_numpy(np.stack([sample.load for sample in samples]))[:, np.newaxis]
    loaded = functional.avg_pool2d(load, STRIDE)
    full = functional.avg_pool2d(load, MULTIPLE)[:, 0] > _FULL
    classes = torch.tensor([sample.cargo for sample in samples])[:, np.newaxis, np.newaxis]
    goods = torch.where(full, classes, -1)
    return Targets(heat=heat, size=size, offset=offset, centre=centre, inside=inside, loaded=loaded, goods=goods)


def _maps(sample: Sample) -> tuple[Plane, Plane, Plane, Plane, Plane]:
    rows, columns = sample.planes.shape[1] // STRIDE, sample.planes.shape[2] // STRIDE
    heat = np.zeros((len(OBJECT_CLASSES), rows, columns), dtype=np.float32)
    size, offset = np.zeros((2, rows, columns), dtype=np.float32), np.zeros((2, rows, columns), dtype=np.float32)
    centre = np.zeros((1, rows, columns), dtype=np.float32)
    across, down = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)[:, np.newaxis]
    for label, x0, y0, x1, y1 in sample.boxes:
        width, high = x1 - x0, y1 - y0
        x, y = (x0 + x1) / 2 / STRIDE, (y0 + y1) / 2 / STRIDE
        column, row = min(int(x), columns - 1), min(int(y), rows - 1)
        spread_x, spread_y = (np.clip(_SPREAD_SHARE * s / STRIDE, 0.7, _LARGEST_SPREAD) for s in (width, high))
        distance = ((across - column) / spread_x) ** 2 + ((down - row) / spread_y) ** 2
        heat[int(label)] = np.maximum(heat[int(label)], np.exp(-distance / 2))
        size[:, row, column] = np.log(max(width, 1)), np.log(max(high, 1))
        offset[:, row, column] = x - column, y - row
        centre[0, row, column] = 1
    x0, y0, x1, y1 = sample.inside / STRIDE
    inside = ((across >= x0) & (across < x1 - 1) & (down >= y0) & (down < y1 - 1)).astype(np.float32)
    return heat, size, offset, centre, inside[np.newaxis]


def loss(answer: Answer, wanted: Targets) -> Tensor:
    """Sum of the focal loss of the heat maps and the losses of place, load and goods."""
    known = wanted.centre.sum().clamp(min=1.0)
    size, offset = answer.place[:, :2].float(), answer.place[:, 2:].float()
    size_error = (functional.smooth_l1_loss(size, wanted.size, reduction="none", beta=0.1) * wanted.centre).sum()
    offset_error = (functional.smooth_l1_loss(offset, wanted.offset, reduction="none") * wanted.centre).sum()
    boxes = (_SIZE_WEIGHT * size_error + _OFFSET_WEIGHT * offset_error) / known
    load = _LOAD_WEIGHT * _load_loss(answer.load.float(), wanted)
    return _focal(answer.heat.float(), wanted.heat) + boxes + load + _GOODS_WEIGHT * _goods_loss(answer.cargo, wanted)


def _focal(logits: Tensor, wanted: Tensor) -> Tensor:
    """Penalty-reduced focal loss of "Objects as Points", per object."""
    probability = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    positive = (wanted >= 0.999).float()
    found = positive * (1 - probability) ** 2 * torch.log(probability)
    false = (1 - positive) * (1 - wanted) ** 4 * probability**2 * torch.log(1 - probability)
    return -(found.sum() + false.sum()) / positive.sum().clamp(min=1.0)


def _load_loss(load: Tensor, wanted: Targets) -> Tensor:
    """Where the inside is, everywhere; where it is loaded, only inside."""
    inside = functional.binary_cross_entropy_with_logits(load[:, 1:], wanted.inside)
    loaded = functional.binary_cross_entropy_with_logits(load[:, :1], wanted.loaded, reduction="none")
    return inside + (loaded * wanted.inside).sum() / wanted.inside.sum().clamp(min=1.0)


def _goods_loss(cargo: Tensor, wanted: Targets) -> Tensor:
    """Mean cross entropy over the cells that hold goods; zero where no cell of the batch does."""
    cells = (wanted.goods >= 0).sum().clamp(min=1)
    return functional.cross_entropy(cargo.float(), wanted.goods, ignore_index=-1, reduction="sum") / cells
