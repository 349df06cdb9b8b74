"""Owns the detector's network: fully convolutional, so a scan of any size goes through in one piece.

An object is the peak of its class's heat map at its centre, with its size and the centre's offset read at the same
place (Zhou et al., "Objects as Points", arXiv 1904.07850). One more map says where the container holds anything, from
which emptiness is judged.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from scanview.simulate.threats import THREAT_CLASSES

STRIDE = 4
"""Pixels of the features per cell of the maps."""

MULTIPLE = 16
"""Rows and columns of the input must be a multiple of this."""

_WIDTHS = (24, 40, 72, 104)
_HEAD = 48
_RARE = -4.0


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
        self.heat = _head(len(THREAT_CLASSES))
        self.size = _head(2)
        self.offset = _head(2)
        self.load = _head(2)
        for head in (self.heat, self.load):
            nn.init.constant_(head[-1].bias, _RARE)

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits of the heat maps, log of width and height in pixels, offset in cells, logits of (load, inside)."""
        quarter = self.quarter(self.stem((planes - self.mean) / self.scale))
        eighth = self.eighth(quarter)
        deep = self.up_eighth(self.sixteenth(eighth))
        eighth = self.merge_eighth(eighth + _doubled(deep))
        merged = self.merge_quarter(quarter + _doubled(self.up_quarter(eighth)))
        return self.heat(merged), self.size(merged), self.offset(merged), self.load(merged)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def _head(outputs: int) -> nn.Sequential:
    return nn.Sequential(_convolution(_HEAD, _HEAD), nn.Conv2d(_HEAD, outputs, 1))


class Exported(nn.Module):  # type: ignore[misc]
    """The detector as it is shipped: probabilities instead of logits, with only the peaks of the heat maps kept."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Peaks (batch, classes, h, w), boxes (batch, 4, h, w: offsets, width, height), load (batch, 2, h, w)."""
        heat, size, offset, load = self.detector(planes)
        scores = torch.sigmoid(heat)
        highest = functional.max_pool2d(scores, 3, stride=1, padding=1)
        peaks = scores * (scores >= highest).to(scores.dtype)
        return peaks, torch.cat([offset, torch.exp(size)], dim=1), torch.sigmoid(load)
