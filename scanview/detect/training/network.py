"""Owns the detector's network: fully convolutional, so a scan of any size goes through in one piece.

An object is the peak of its class's heat map at its centre, with its size and the centre's offset read at the same
place (Zhou et al., "Objects as Points", arXiv 1904.07850). Two more maps say where the container is and where it holds
anything, from which emptiness is judged. Coarser maps say what each part of the load looks like (`embedding`) and what
goods it may be (`cargo`).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from scanview.detect.training.dataset import CARGO_CLASSES
from scanview.simulate.threat_catalogue import OBJECT_CLASSES

STRIDE = 4
"""Pixels of the features per cell of the maps."""

MULTIPLE = 16
"""Rows and columns of the input must be a multiple of this; one cell of the coarse maps is as large."""

EMBEDDING = 32
"""Numbers that say how a part of the load looks."""

_WIDTHS = (32, 48, 96, 144)
_HEAD = 48
_RARE = -4.0


class Answer(NamedTuple):
    """What the network says of a batch, as logits or plain numbers.

    Attributes:
        heat: logits of the heat maps (batch, classes, h, w), a quarter of the input's size.
        place: log of width and height in pixels, then offset in cells (batch, 4, h, w).
        load: logits of loaded and of inside (batch, 2, h, w).
        cargo: logits of the cargo classes (batch, goods, h / 4, w / 4).
        embedding: how the load looks (batch, `EMBEDDING`, h / 4, w / 4).
    """

    heat: Tensor
    place: Tensor
    load: Tensor
    cargo: Tensor
    embedding: Tensor


class _Block(nn.Module):  # type: ignore[misc]
    """Two 3 x 3 convolutions around an identity."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = _convolution(width, width, dilation=dilation)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


def _convolution(inputs: int, outputs: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=dilation, dilation=dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Detector(nn.Module):  # type: ignore[misc]
    """Features (batch, 3, rows, columns) to maps at a quarter of their size.

    `mean` and `scale` bring the physical planes to order one; they are part of the network and of the exported file.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([1.0, 1.0, 0.5]).view(1, 3, 1, 1))
        self.register_buffer("scale", torch.tensor([1.5, 1.5, 0.5]).view(1, 3, 1, 1))
        half, quarter, eighth, sixteenth = _WIDTHS
        self.stem = nn.Sequential(_convolution(3, half, stride=2), _convolution(half, quarter, stride=2))
        self.quarter = _Block(quarter)
        self.eighth = nn.Sequential(_convolution(quarter, eighth, stride=2), _Block(eighth), _Block(eighth))
        self.sixteenth = nn.Sequential(
            _convolution(eighth, sixteenth, stride=2), *(_Block(sixteenth, dilation) for dilation in (1, 2, 4))
        )
        self.up_eighth = nn.Conv2d(sixteenth, eighth, 1)
        self.merge_eighth = _convolution(eighth, eighth)
        self.up_quarter = nn.Conv2d(eighth, quarter, 1)
        self.merge_quarter = _convolution(quarter, _HEAD)
        self.heat = _head(len(OBJECT_CLASSES))
        self.place = _head(6)
        self.embedding = nn.Conv2d(sixteenth, EMBEDDING, 1)
        self.cargo = nn.Conv2d(EMBEDDING, len(CARGO_CLASSES), 1)
        nn.init.constant_(self.heat[-1].bias, _RARE)

    def forward(self, planes: Tensor) -> Answer:
        """The answer for `planes`, float32 (batch, 3, rows, columns), both a multiple of `MULTIPLE`."""
        quarter = self.quarter(self.stem((planes - self.mean) / self.scale))
        eighth = self.eighth(quarter)
        deep = self.sixteenth(eighth)
        eighth = self.merge_eighth(eighth + _doubled(self.up_eighth(deep)))
        merged = self.merge_quarter(quarter + _doubled(self.up_quarter(eighth)))
        place = self.place(merged)
        embedding = self.embedding(deep)
        return Answer(
            heat=self.heat(merged),
            place=place[:, :4],
            load=place[:, 4:],
            cargo=self.cargo(functional.relu(embedding)),
            embedding=embedding,
        )


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def _head(outputs: int) -> nn.Sequential:
    return nn.Sequential(_convolution(_HEAD, _HEAD), nn.Conv2d(_HEAD, outputs, 1))


class Exported(nn.Module):  # type: ignore[misc]
    """The detector as it is shipped: probabilities instead of logits, with only the peaks of the heat maps kept."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Peaks, boxes (offsets, width, height), load, cargo and embedding, as `detect.model.Maps` says."""
        answer = self.detector(planes)
        scores = torch.sigmoid(answer.heat)
        highest = functional.max_pool2d(scores, 3, stride=1, padding=1)
        peaks = scores * (scores >= highest).to(scores.dtype)
        boxes = torch.cat([answer.place[:, 2:], torch.exp(answer.place[:, :2])], dim=1)
        return peaks, boxes, torch.sigmoid(answer.load), answer.cargo, answer.embedding
