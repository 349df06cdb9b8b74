"""Owns what a model sees of a scan: three physical planes at the model's own resolution, whatever the scanner.

The planes are log attenuation at the high and the low energy and the material value of `imaging.physics`, at a fixed
number of millimetres per pixel. A model therefore never meets counts, a gain or a pitch. Making them costs a few
look-ups, because the picture is reduced before anything is computed.

They are made in blocks of fixed width from the first column on, so that a scan that still arrives and one that is read
from a file give the same bytes.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import Refused
from scanview.core.scan import Channel, Source, ViewHeader
from scanview.imaging.physics import log_attenuation, material_value
from scanview.imaging.scan_image import ScanImage

Plane: TypeAlias = NDArray[np.float32]
Counts: TypeAlias = NDArray[np.uint16]

PLANES = ("log attenuation high", "log attenuation low", "material value")
"""What the planes of `Features.planes` hold; written into a model's metadata and compared with it."""

COARSEST_PITCH_MM = 20.0
"""Beyond this, hand-sized objects are less than a dozen pixels, and a model would only guess."""

_SMOOTH_PIXELS = 3
_MARGIN = _SMOOTH_PIXELS // 2
_BLOCK_COLUMNS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a model sees of one scan.

    Attributes:
        planes: float32 (3, rows, columns), as `PLANES` says.
        scale_x: columns of the scan per column of the planes, exactly as the pitch says: the last column of the
            planes may reach beyond the scan by less than its width.
        scale_y: rows of the scan per row of the planes.
    """

    planes: Plane
    scale_x: float
    scale_y: float


def require_dual_energy(view: ViewHeader) -> tuple[float, float]:
    """Energies (high, low) in MV of a view that material can be told from.

    Raises:
        Refused: the scan has no two calibrated energies of known potential, or its pixels are of unknown size or too
            coarse (code `not-supported`).
    """
    energies = dict(zip(view.channels, view.energies_mv, strict=False))
    high, low = energies.get(Channel.HIGH, 0.0), energies.get(Channel.LOW, 0.0)
    if {Channel.HIGH, Channel.LOW} - set(view.channels):
        reason = f"its channels are {', '.join(view.channels)}, not HIGH and LOW"
    elif not view.calibrations:
        reason = "its pixels have no calibration"
    elif not 10 >= high > low >= 1:
        reason = "the energies of its beams are not known, or not those of a cargo linac"
    elif view.pitch_source is Source.ASSUMED:
        reason = "the size of its pixels is not known"
    elif max(view.pitch_x_mm, view.pitch_y_mm) > COARSEST_PITCH_MM:
        reason = f"its pixels are coarser than {COARSEST_PITCH_MM:g} mm"
    else:
        return high, low
    raise Refused(
        f"recognition is not supported for this scan: {reason}",
        code="not-supported",
        remedy="Bring calibrated HIGH and LOW channels with energies and pixel size; the scan is reviewed by a person",
    )


class FeatureStream:
    """The planes of a side view whose columns come one after the other."""

    def __init__(self, view: ViewHeader, mm_per_pixel: float) -> None:
        """Begin with no columns.

        Raises:
            Refused: such a view cannot be used (code `not-supported`).
        """
        self._energies = require_dual_energy(view)
        self._view = view
        self._channels = tuple(view.channels.index(name) for name in (Channel.HIGH, Channel.LOW))
        self._rows = max(1, round(view.rows * view.pitch_y_mm / mm_per_pixel))
        self.scale_x = mm_per_pixel / view.pitch_x_mm
        self.scale_y = view.rows / self._rows
        self._waiting: Counts = np.empty((2, self._rows, 0), np.uint16)
        self._first_waiting = 0
        self._received = 0
        self._attenuated = 0
        self._planes: Plane = np.empty((3, self._rows, 0), np.float32)
        self.columns = 0
        """Columns of the planes that are final."""

    @property
    def planes(self) -> Plane:
        """What is final so far, float32 (3, rows, columns); a view that later columns do not change."""
        return self._planes[..., : self.columns]

    def add(self, counts: Counts) -> None:
        """The next columns of the view, uint16 (channels, rows, n)."""
        if not counts.shape[2]:
            return
        reduced = [_with_rows(counts[channel], self._rows) for channel in self._channels]
        self._waiting = np.concatenate([self._waiting, np.stack(reduced)], axis=2)
        self._received += counts.shape[2]
        while self._received >= (self._attenuated + _BLOCK_COLUMNS) * self.scale_x + 1:
            self._attenuate(_BLOCK_COLUMNS)

    def finish(self) -> Features:
        """There are no more columns.

        Raises:
            Refused: there were none at all (code `not-supported`).
        """
        if not self._received:
            raise Refused(
                "recognition is not supported for this scan: it has no columns",
                code="not-supported",
                remedy="Ask the port to scan again",
            )
        wanted = max(1, round(self._received / self.scale_x))
        while self._attenuated < wanted:
            self._attenuate(min(_BLOCK_COLUMNS, wanted - self._attenuated))
        self._tell_material(wanted)
        return Features(planes=self.planes, scale_x=self.scale_x, scale_y=self.scale_y)

    def _attenuate(self, columns: int) -> None:
        """Make the next `columns` columns of both attenuations, and of the material what no later column changes."""
        start, stop = self._attenuated, self._attenuated + columns
        first = max(0, math.floor(start * self.scale_x) - 1)
        waiting = self._waiting[..., first - self._first_waiting :]
        used = waiting[..., : math.ceil(stop * self.scale_x) + 1 - first]
        edges = np.arange(start, stop + 1, dtype=np.float64) * self.scale_x - first
        counts = np.rint(_between(used, edges)).astype(np.uint16)
        self._make_room(stop)
        for plane, name in enumerate((Channel.HIGH, Channel.LOW)):
            self._planes[plane, :, start:stop] = log_attenuation(counts[plane], self._view.calibration(name))
        self._attenuated, self._waiting, self._first_waiting = stop, waiting, first
        self._tell_material(stop - _MARGIN)

    def _tell_material(self, stop: int) -> None:
        start = self.columns
        left, right = max(0, start - _MARGIN), min(self._attenuated, stop + _MARGIN)
        high, low = self._planes[:2, :, left:right]
        value = material_value(high, low, self._energies, smooth_pixels=_SMOOTH_PIXELS)
        self._planes[2, :, start:stop] = value[:, start - left : stop - left]
        self.columns = stop

    def _make_room(self, columns: int) -> None:
        if columns > self._planes.shape[2]:
            roomier = np.empty((3, self._rows, max(2 * self._planes.shape[2], columns)), np.float32)
            roomier[..., : self._planes.shape[2]] = self._planes
            self._planes = roomier


def extract_features(image: ScanImage, mm_per_pixel: float) -> Features:
    """The planes of the side view of `image` at `mm_per_pixel`.

    Raises:
        Refused: the scan cannot be used (code `not-supported`).
    """
    view, counts = image.side
    stream = FeatureStream(view, mm_per_pixel)
    stream.add(counts)
    return stream.finish()


def _with_rows(counts: Counts, rows: int) -> Counts:
    """`counts` with another number of rows: means of areas where it shrinks, linear in between where it grows."""
    method = cv2.INTER_AREA if rows <= counts.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(counts, (counts.shape[1], rows), interpolation=method), dtype=np.uint16)


def _between(counts: Counts, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """`counts` (channels, rows, columns) between neighbouring `edges`: float64 (channels, rows, len(edges) - 1).

    Means of areas where the edges are wider than a column; linear in between where they are narrower.
    """
    last = counts.shape[2] - 1
    if edges[1] - edges[0] < 1:
        middles = np.clip((edges[1:] + edges[:-1]) / 2 - 0.5, 0, last)
        column = np.minimum(middles.astype(np.intp), max(last - 1, 0))
        near, next_one = counts[..., column], counts[..., np.minimum(column + 1, last)]
        return np.asarray(near + (middles - column) * (next_one.astype(np.float64) - near), np.float64)
    sums = np.zeros((*counts.shape[:2], last + 2), np.uint32)
    np.cumsum(counts, axis=2, out=sums[..., 1:])
    edges = np.clip(edges, 0, last + 1)
    column = np.minimum(edges.astype(np.intp), last)
    up_to = sums[..., column] + (edges - column) * counts[..., column]
    return np.asarray(np.diff(up_to, axis=2) / np.diff(edges), np.float64)
