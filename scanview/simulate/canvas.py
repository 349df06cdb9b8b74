"""Owns the projection of simple bodies onto the detector: areal densities of the basis materials, pixel by pixel.

Coordinates are millimetres in the plane of the picture: x along the vehicle, y downwards from the top of the
detector. `depth_mm` is the extent along the beam. Bodies add up, as attenuation does; edges are antialiased, so that
a thing keeps its mass wherever it lies between pixels. A canvas may also hold the picture from above: the same
bodies, spread over where they stand across the vehicle (z, 0 in its middle, positive away from the source).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.simulate.materials import BASIS, MATERIALS

Plane: TypeAlias = NDArray[np.float32]
Point: TypeAlias = tuple[float, float]

Slab: TypeAlias = tuple[float, float]

HALF_WIDTH_MM = 1_219.0
"""Half of the outer width of a container, and of the lorry under it."""

TOP_HALF_MM = 1_700.0
"""How far the top view reaches to either side of the middle of the vehicle."""

_SUPERSAMPLING = 4
_FAR_RIGHT = 1e9


class Canvas:
    """Areal densities in g/cm2, float32 (basis material, rows, columns), onto which bodies are drawn.

    Basis materials imitate how a body attenuates, not what it weighs: true masses are kept beside them.
    """

    def __init__(self, *, width_mm: float, height_mm: float, pitch_mm: float, with_top: bool = False) -> None:
        """An empty beam.

        Args:
            width_mm: extent of the picture along the vehicle.
            height_mm: extent from top to bottom.
            pitch_mm: side of a pixel.
            with_top: whether the picture from above is drawn too; then `top_planes` is float32 (basis material, rows
                across the vehicle, columns), else None.
        """
        self.pitch_mm = pitch_mm
        self.rows = round(height_mm / pitch_mm)
        self.columns = round(width_mm / pitch_mm)
        self.planes = np.zeros((len(BASIS), self.rows, self.columns), dtype=np.float32)
        self._mass_g_cm2 = np.zeros((self.rows, self.columns), dtype=np.float32)
        top_rows = round(2 * TOP_HALF_MM / pitch_mm)
        self.top_planes = np.zeros((len(BASIS), top_rows, self.columns), dtype=np.float32) if with_top else None
        self._slabs: tuple[Slab, ...] = ((-HALF_WIDTH_MM, HALF_WIDTH_MM),)

    @contextmanager
    def across(self, *slabs: Slab) -> Iterator[None]:
        """What is drawn meanwhile stands in `slabs`, ranges of z in mm; several share its depth."""
        before, self._slabs = self._slabs, slabs
        try:
            yield
        finally:
            self._slabs = before

    @contextmanager
    def side_only(self) -> Iterator[None]:
        """What is drawn meanwhile does not lie in the beam from above."""
        with self.across():
            yield

    def rectangle(self, material: str, x0: float, y0: float, x1: float, y1: float, *, depth_mm: float) -> None:
        """A block with faces along the axes."""
        top, high = _coverage(y0 / self.pitch_mm, y1 / self.pitch_mm)
        left, wide = _coverage(x0 / self.pitch_mm, x1 / self.pitch_mm)
        self._add(material, top, left, np.outer(high, wide) * np.float32(depth_mm))

    def frame(
        self, material: str, x0: float, y0: float, x1: float, y1: float, *, bar_mm: float, depth_mm: float
    ) -> None:
        """Four bars around the rectangle, inside its edges."""
        self.rectangle(material, x0, y0, x1, y0 + bar_mm, depth_mm=depth_mm)
        self.rectangle(material, x0, y1 - bar_mm, x1, y1, depth_mm=depth_mm)
        self.rectangle(material, x0, y0 + bar_mm, x0 + bar_mm, y1 - bar_mm, depth_mm=depth_mm)
        self.rectangle(material, x1 - bar_mm, y0 + bar_mm, x1, y1 - bar_mm, depth_mm=depth_mm)

    def polygon(
        self,
        material: str,
        points: Sequence[Point],
        *,
        depth_mm: float,
        holes: Sequence[Sequence[Point]] = (),
    ) -> None:
        """A plate with this outline; `holes` are cut out of it."""
        outlines = [np.asarray(outline, dtype=np.float64) / self.pitch_mm for outline in (points, *holes)]
        left, top = np.floor(outlines[0].min(axis=0)).astype(int)
        right, bottom = np.ceil(outlines[0].max(axis=0)).astype(int) + 1
        left, right, top, bottom = max(left, 0), min(right, self.columns), max(top, 0), min(bottom, self.rows)
        if left >= right or top >= bottom:
            return
        lines = top + (np.arange((bottom - top) * _SUPERSAMPLING) + 0.5) / _SUPERSAMPLING
        crossings = _crossings(outlines, lines)
        pixels = np.arange(left, right)
        coverage = np.zeros((lines.size, pixels.size))
        for enter, leave in zip(crossings[:, 0::2].T, crossings[:, 1::2].T, strict=True):
            reach = np.minimum(leave[:, np.newaxis], pixels + 1) - np.maximum(enter[:, np.newaxis], pixels)
            coverage += np.clip(reach, 0, 1)
        coverage = coverage.reshape(bottom - top, _SUPERSAMPLING, pixels.size).mean(axis=1)
        self._add(material, top, left, coverage * depth_mm)

    def bar(self, material: str, start: Point, end: Point, *, width_mm: float, depth_mm: float) -> None:
        """A straight bar of `width_mm` from `start` to `end`."""
        along = np.subtract(end, start)
        length = max(float(np.hypot(*along)), 1e-6)
        across = np.array([-along[1], along[0]]) / length * width_mm / 2
        corners = [np.add(start, across), np.add(end, across), np.subtract(end, across), np.subtract(start, across)]
        self.polygon(material, [(float(x), float(y)) for x, y in corners], depth_mm=depth_mm)

    def disc(
        self, material: str, x: float, y: float, radius_mm: float, *, depth_mm: float, hole_mm: float = 0.0
    ) -> None:
        """A cylinder along the beam, with a concentric hole of radius `hole_mm`."""
        top, left, coverage = self._ring(x, y, radius_mm, hole_mm)
        self._add(material, top, left, coverage * depth_mm)

    def rod(self, material: str, x0: float, x1: float, y: float, radius_mm: float, *, wall_mm: float = 0.0) -> None:
        """A lying cylinder along x; a tube where `wall_mm` is given."""
        top, chord = self._chord(y, radius_mm, wall_mm)
        left, wide = _coverage(x0 / self.pitch_mm, x1 / self.pitch_mm)
        self._add(material, top, left, np.outer(chord, wide))

    def column(
        self,
        material: str,
        x: float,
        y0: float,
        y1: float,
        radius_mm: float,
        *,
        wall_mm: float = 0.0,
        count: float = 1.0,
    ) -> None:
        """A standing cylinder; a tube where `wall_mm` is given; `count` of them behind each other."""
        left, chord = self._chord(x, radius_mm, wall_mm)
        top, high = _coverage(y0 / self.pitch_mm, y1 / self.pitch_mm)
        self._add_side(material, top, left, np.outer(high, chord) * np.float32(count))
        for middle, share in self._middles(count, radius_mm):
            ring = self._ring(x, middle + TOP_HALF_MM, radius_mm, radius_mm - wall_mm if wall_mm else 0.0)
            self._add_top(material, ring[0], ring[1], ring[2] * np.float32((y1 - y0) * share))

    def ellipsoid(
        self, material: str, x: float, y: float, radius_x_mm: float, radius_y_mm: float, *, depth_mm: float
    ) -> None:
        """A solid ellipsoid, `depth_mm` thick at its middle."""
        bounds = (x - radius_x_mm, y - radius_y_mm, x + radius_x_mm, y + radius_y_mm)
        top, left, across, down = self._window(*bounds)
        inside = 1 - ((across - x) / radius_x_mm) ** 2 - ((down - y) / radius_y_mm) ** 2
        self._add(material, top, left, np.sqrt(np.maximum(inside, 0)) * depth_mm)

    def texture(
        self,
        material: str,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        depth_mm: Callable[[Plane, Plane], Plane],
    ) -> None:
        """A block whose depth varies: `depth_mm` is called with x and y of the pixels (broadcasting), in mm."""
        top, high = _coverage(y0 / self.pitch_mm, y1 / self.pitch_mm)
        left, wide = _coverage(x0 / self.pitch_mm, x1 / self.pitch_mm)
        across = ((np.arange(wide.size) + left + 0.5) * self.pitch_mm)[np.newaxis].astype(np.float32)
        down = ((np.arange(high.size) + top + 0.5) * self.pitch_mm)[:, np.newaxis].astype(np.float32)
        self._add(material, top, left, np.maximum(depth_mm(across, down), 0) * np.outer(high, wide))

    def total_g_cm2(self) -> Plane:
        """Areal density of everything drawn, as a balance would find it, float32 (rows, columns)."""
        return self._mass_g_cm2.copy()

    def _window(self, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, Plane, Plane]:
        left, right = int(np.floor(x0 / self.pitch_mm)) - 1, int(np.ceil(x1 / self.pitch_mm)) + 1
        top, bottom = int(np.floor(y0 / self.pitch_mm)) - 1, int(np.ceil(y1 / self.pitch_mm)) + 1
        across = ((np.arange(left, right) + 0.5) * self.pitch_mm)[np.newaxis].astype(np.float32)
        down = ((np.arange(top, bottom) + 0.5) * self.pitch_mm)[:, np.newaxis].astype(np.float32)
        return top, left, across, down

    def _chord(self, centre: float, radius_mm: float, wall_mm: float) -> tuple[int, Plane]:
        first = int(np.floor((centre - radius_mm) / self.pitch_mm))
        last = int(np.ceil((centre + radius_mm) / self.pitch_mm)) + 1
        steps = (np.arange((last - first) * _SUPERSAMPLING) + 0.5) / _SUPERSAMPLING + first
        offset = steps * self.pitch_mm - centre
        chord = 2 * np.sqrt(np.maximum(radius_mm**2 - offset**2, 0))
        if wall_mm > 0:
            chord -= 2 * np.sqrt(np.maximum((radius_mm - wall_mm) ** 2 - offset**2, 0))
        return first, chord.reshape(-1, _SUPERSAMPLING).mean(axis=1).astype(np.float32)

    def _ring(self, x: float, y: float, radius_mm: float, hole_mm: float) -> tuple[int, int, Plane]:
        top, left, across, down = self._window(x - radius_mm, y - radius_mm, x + radius_mm, y + radius_mm)
        distance = np.hypot(across - x, down - y) / self.pitch_mm
        coverage = np.clip(radius_mm / self.pitch_mm - distance + 0.5, 0, 1)
        if hole_mm > 0:
            coverage -= np.clip(hole_mm / self.pitch_mm - distance + 0.5, 0, 1)
        return top, left, coverage

    def _middles(self, count: float, radius_mm: float) -> list[tuple[float, float]]:
        """Where across the vehicle `count` equal round things stand, and how many stand at each place."""
        number = max(1, round(count))
        places = []
        for z0, z1 in self._slabs:
            reach = max(0.0, (z1 - z0) / 2 - radius_mm)
            steps = np.linspace(-reach, reach, number) if number > 1 else [0.0]
            places += [((z0 + z1) / 2 + float(step), count / number / len(self._slabs)) for step in steps]
        return places

    def _add(self, material: str, top: int, left: int, depth_mm: NDArray[np.floating]) -> None:
        """Add a body that is as deep as `depth_mm` says and spread evenly over the slabs."""
        self._add_side(material, top, left, depth_mm)
        if self.top_planes is None or not self._slabs:
            return
        across_mm = sum(z1 - z0 for z0, z1 in self._slabs)
        height_mm = depth_mm.sum(axis=0) * (self.pitch_mm / across_mm)
        for z0, z1 in self._slabs:
            first, share = _coverage((z0 + TOP_HALF_MM) / self.pitch_mm, (z1 + TOP_HALF_MM) / self.pitch_mm)
            self._add_top(material, first, left, np.outer(share, height_mm))

    def _add_top(self, material: str, top: int, left: int, height_mm: NDArray[np.floating]) -> None:
        if self.top_planes is not None:
            self._accumulate(self.top_planes, None, material, top, left, height_mm)

    def _add_side(self, material: str, top: int, left: int, depth_mm: NDArray[np.floating]) -> None:
        self._accumulate(self.planes, self._mass_g_cm2, material, top, left, depth_mm)

    def _accumulate(
        self,
        planes: Plane,
        mass_g_cm2: Plane | None,
        material: str,
        top: int,
        left: int,
        depth_mm: NDArray[np.floating],
    ) -> None:
        rows = slice(max(top, 0), min(top + depth_mm.shape[0], planes.shape[1]))
        columns = slice(max(left, 0), min(left + depth_mm.shape[1], self.columns))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        seen = depth_mm[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        substance = MATERIALS[material]
        areal = seen.astype(np.float32) * np.float32(substance.density_g_cm3 / 10)
        if mass_g_cm2 is not None:
            mass_g_cm2[rows, columns] += areal
        for plane, weight in zip(planes, substance.basis, strict=True):
            if weight > 0:
                plane[rows, columns] += areal * weight


def _crossings(outlines: list[NDArray[np.float64]], lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where each horizontal line enters and leaves the outlines (even-odd rule), in order; the far right where not."""
    starts = np.concatenate(outlines)
    ends = np.concatenate([np.roll(outline, -1, axis=0) for outline in outlines])
    rise = ends[:, 1] - starts[:, 1]
    level = lines[:, np.newaxis]
    crosses = (starts[:, 1] <= level) != (ends[:, 1] <= level)
    share = (level - starts[:, 1]) / np.where(rise == 0, 1.0, rise)
    x = np.where(crosses, starts[:, 0] + share * (ends[:, 0] - starts[:, 0]), _FAR_RIGHT)
    ordered = np.sort(x, axis=1)[:, : int(crosses.sum(axis=1).max(initial=0))]
    return ordered[:, : ordered.shape[1] // 2 * 2]


def _coverage(start: float, stop: float) -> tuple[int, Plane]:
    """First pixel that [start, stop) touches, and which share of each pixel from there on it covers."""
    first, last = int(np.floor(start)), int(np.ceil(stop))
    edges = np.arange(first, max(last, first + 1) + 1, dtype=np.float64)
    share = np.minimum(edges[1:], stop) - np.maximum(edges[:-1], start)
    return first, np.clip(share, 0, 1).astype(np.float32)
