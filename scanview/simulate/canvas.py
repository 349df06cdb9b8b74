"""Owns the projection of simple bodies onto the detectors: areal densities of the basis materials, pixel by pixel.

Coordinates are millimetres: x along the vehicle, y downwards from the top of the side view's detector, z across the
vehicle (0 in its middle, negative towards the source). `depth_mm` is how much material is in the way along z; where
it stands is said by `across`. Bodies add up, as attenuation does; edges are antialiased, so that a thing keeps its
mass wherever it lies between pixels.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scanview.simulate.beam import FanBeam
from scanview.simulate.materials import MATERIALS
from scanview.simulate.picture import Picture, Plane, Trace
from scanview.simulate.shapes import (
    Point,
    chord_mm,
    coverage,
    intervals,
    polygon_coverage,
    ramps,
    smeared,
    subsamples,
)

Slab: TypeAlias = tuple[float, float]
Floats: TypeAlias = NDArray[np.float64]

HALF_WIDTH_MM = 1_219.0
"""Half of the outer width of a container, and of the lorry under it."""

TOP_HALF_MM = 1_700.0
"""How far the top view reaches to either side of the middle of the vehicle."""

_LAYER_MM = 260.0
_BOXES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class _Layer:
    """A part of a body that is enlarged nearly alike.

    Its share of the depth, its place across, its scale there, and how much the scale differs between its faces.
    """

    share: float
    z: float
    scale: float
    spread: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was drawn meanwhile, in both views."""

    side: list[Trace]
    top: list[Trace]


class Canvas:
    """The pictures of one scene from the side and, if wanted, from above, onto which bodies are drawn."""

    def __init__(
        self,
        *,
        width_mm: float,
        height_mm: float,
        pitch_mm: float,
        with_top: bool = False,
        beam: FanBeam | None = None,
    ) -> None:
        """An empty beam.

        Args:
            width_mm: extent of the picture along the vehicle.
            height_mm: extent from top to bottom.
            pitch_mm: side of a pixel.
            with_top: whether the picture from above is drawn too.
            beam: where the sources stand; None for parallel rays.
        """
        self.pitch_mm = pitch_mm
        self.rows = round(height_mm / pitch_mm)
        self.columns = round(width_mm / pitch_mm)
        self.beam = beam
        self.side = Picture(self.rows, self.columns)
        self.top = Picture(round(2 * TOP_HALF_MM / pitch_mm), self.columns) if with_top else None
        self.masses_kg: dict[str, float] = {}
        self._slabs: tuple[Slab, ...] = ((-HALF_WIDTH_MM, HALF_WIDTH_MM),)
        self._is_in_top = True

    @property
    def slabs(self) -> tuple[Slab, ...]:
        """Where across the vehicle bodies now stand."""
        return self._slabs

    @property
    def planes(self) -> Plane:
        """Areal densities seen from the side, g/cm2, float32 (basis material, rows, columns)."""
        return self.side.planes

    def total_g_cm2(self) -> Plane:
        """Areal density of everything seen from the side, as a balance would find it, float32 (rows, columns)."""
        return self.side.mass_g_cm2.copy()

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
        before, self._is_in_top = self._is_in_top, False
        try:
            yield
        finally:
            self._is_in_top = before

    @contextmanager
    def recorded(self) -> Iterator[Traces]:
        """What is drawn meanwhile is noted in what is given."""
        with ExitStack() as stack:
            side = stack.enter_context(self.side.recorded())
            top = stack.enter_context(self.top.recorded()) if self.top else []
            yield Traces(side=side, top=top)

    @property
    def total_kg(self) -> float:
        """Mass of everything drawn, whether it lies in the picture or not; `masses_kg` has it by material."""
        return sum(self.masses_kg.values())

    def weigh(self, material: str, volume_mm3: float) -> None:
        """Note the mass of a body of `material` that has been drawn."""
        mass_kg = float(volume_mm3) * MATERIALS[material].density_g_cm3 * 1e-6
        self.masses_kg[material] = self.masses_kg.get(material, 0.0) + mass_kg

    def boxes(
        self,
        material: str,
        x0: ArrayLike,
        y0: ArrayLike,
        z0: ArrayLike,
        x1: ArrayLike,
        y1: ArrayLike,
        z1: ArrayLike,
        *,
        fill: ArrayLike = 1.0,
    ) -> None:
        """Many blocks with faces along the axes; `fill` is the share of each that is material (numbers or arrays)."""
        corners = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (x0, y0, z0, x1, y1, z1, fill))
        every = np.stack(np.broadcast_arrays(*corners))
        self.weigh(material, float(np.prod(every[3:6] - every[:3], axis=0) @ every[6]))
        for start in range(0, every.shape[1], _BOXES_AT_ONCE):
            self._boxes(material, every[:, start : start + _BOXES_AT_ONCE])

    def rectangle(self, material: str, x0: float, y0: float, x1: float, y1: float, *, depth_mm: float) -> None:
        """A block with faces along the axes."""
        fill = depth_mm / sum(b - a for a, b in self._slabs)
        self.boxes(material, x0, y0, [a for a, _ in self._slabs], x1, y1, [b for _, b in self._slabs], fill=fill)

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
        outlines = [np.asarray(outline, dtype=np.float64) for outline in (points, *holes)]
        y = float(outlines[0][:, 1].mean())
        for layer in self._layers():
            moved = [np.stack([o[:, 0], self._seen(o[:, 1], layer)], axis=1) / self.pitch_mm for o in outlines]
            covered = polygon_coverage(moved, self.rows, self.columns)
            if covered is not None:
                top, left, share = covered
                self._add(material, top, left, share * depth_mm, layer, y)

    def bar(self, material: str, start: Point, end: Point, *, width_mm: float, depth_mm: float) -> None:
        """A straight bar of `width_mm` from `start` to `end`."""
        along = np.subtract(end, start)
        length = max(float(np.hypot(*along)), 1e-6)
        aside = np.array([-along[1], along[0]]) / length * width_mm / 2
        corners = [np.add(start, aside), np.add(end, aside), np.subtract(end, aside), np.subtract(start, aside)]
        self.polygon(material, [(float(x), float(y)) for x, y in corners], depth_mm=depth_mm)

    def disc(
        self, material: str, x: float, y: float, radius_mm: float, *, depth_mm: float, hole_mm: float = 0.0
    ) -> None:
        """A cylinder along the beam, with a concentric hole of radius `hole_mm`."""
        for layer in self._layers():
            top, left, across, down = self._window(x, y, radius_mm, radius_mm, layer)
            self._add(material, top, left, self._ring(across - x, down - y, radius_mm, hole_mm) * depth_mm, layer, y)

    def rod(self, material: str, x0: float, x1: float, y: float, radius_mm: float, *, wall_mm: float = 0.0) -> None:
        """A lying cylinder along x; a tube where `wall_mm` is given."""
        left, wide = coverage(x0 / self.pitch_mm, x1 / self.pitch_mm)
        for layer in self._layers():
            middle, radius = self._seen(y, layer), radius_mm * layer.scale
            top, chord = self._chord(float(middle), radius, wall_mm * layer.scale)
            self._add(material, top, left, np.outer(chord / layer.scale, wide), layer, y)

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
        for layer in self._places(count, radius_mm):
            first, last = (float(self._seen(y, layer)) / self.pitch_mm for y in (y0, y1))
            top, high = coverage(first, last)
            self.side.add(material, top, left, np.outer(high, chord) * np.float32(count * layer.share))
        self.weigh(material, float(chord.sum()) * self.pitch_mm * (y1 - y0) * count)
        if self.top is None or not self._is_in_top:
            return
        scale = self._top_scale((y0 + y1) / 2)
        for place in self._places(count, radius_mm, always=True):
            row = place.z * scale + TOP_HALF_MM
            top, left, across, down = self._window(x, row, radius_mm, radius_mm, _WHOLE)
            ring = self._ring(across - x, down - row, radius_mm, radius_mm - wall_mm if wall_mm else 0.0)
            self.top.add(material, top, left, ring * np.float32((y1 - y0) * count * place.share))

    def ellipsoid(
        self, material: str, x: float, y: float, radius_x_mm: float, radius_y_mm: float, *, depth_mm: float
    ) -> None:
        """A solid ellipsoid, `depth_mm` thick at its middle."""
        for layer in self._layers():
            top, left, across, down = self._window(x, y, radius_x_mm, radius_y_mm, layer)
            inside = 1 - ((across - x) / radius_x_mm) ** 2 - ((down - y) / radius_y_mm) ** 2
            self._add(material, top, left, np.sqrt(np.maximum(inside, 0)) * depth_mm, layer, y)

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
        left, wide = coverage(x0 / self.pitch_mm, x1 / self.pitch_mm)
        across = ((np.arange(wide.size) + left + 0.5) * self.pitch_mm)[np.newaxis].astype(np.float32)
        for layer in self._layers():
            top, high = coverage(*(float(self._seen(y, layer)) / self.pitch_mm for y in (y0, y1)))
            down = self._y_of_rows(top, high.size, layer)
            depth = np.maximum(depth_mm(across, down), 0) * np.outer(high, wide)
            self._add(material, top, left, depth, layer, (y0 + y1) / 2)

    def _boxes(self, material: str, every: Floats) -> None:
        x0, y0, z0, x1, y1, z1, fill = every
        pitch = self.pitch_mm
        left = max(0, int(np.floor(x0.min() / pitch)))
        columns = min(self.columns, int(np.ceil(x1.max() / pitch))) - left
        if columns <= 0:
            return
        wide = intervals(x0 / pitch, x1 / pitch, left, columns)
        if self.beam is None:
            edges = [(y0, y0), (y1, y1)]
        else:
            edges = [(self.beam.side_y(y, z0), self.beam.side_y(y, z1)) for y in (y0, y1)]
        _add_boxes(self.side, material, left, wide, edges, (z1 - z0) * fill, pitch)
        if self.top is None or not self._is_in_top:
            return
        scales = [1.0, 1.0] if self.beam is None else [self.beam.top_scale(y0), self.beam.top_scale(y1)]
        rows = [(z * scales[0] + TOP_HALF_MM, z * scales[1] + TOP_HALF_MM) for z in (z0, z1)]
        _add_boxes(self.top, material, left, wide, rows, (y1 - y0) * fill, pitch)

    def _layers(self) -> list[_Layer]:
        """The layers of a body that stands in the slabs: one where the rays are parallel."""
        if self.beam is None:
            return [_WHOLE]
        total = sum(b - a for a, b in self._slabs)
        layers = []
        for a, b in self._slabs:
            number = max(1, round((b - a) / _LAYER_MM))
            middles = a + (np.arange(number) + 0.5) * (b - a) / number
            half, share = (b - a) / number / 2, (b - a) / number / total
            scales = [self.beam.side_scale(middles + step) for step in (0.0, -half, half)]
            layers += [
                _Layer(share, float(z), float(m), float(near - far))
                for z, m, near, far in zip(middles, *scales, strict=True)
            ]
        return layers

    def _places(self, count: float, radius_mm: float, *, always: bool = False) -> list[_Layer]:
        """Where across the vehicle `count` equal round things stand; together where the rays are parallel."""
        if self.beam is None and not always:
            return [_WHOLE]
        number = max(1, round(count / len(self._slabs)))
        layers = []
        for a, b in self._slabs:
            reach = max(0.0, (b - a) / 2 - radius_mm)
            for step in np.linspace(-reach, reach, number) if number > 1 else (0.0,):
                z = (a + b) / 2 + float(step)
                scale = 1.0 if self.beam is None else float(self.beam.side_scale(z))
                layers.append(_Layer(1 / number / len(self._slabs), z, scale))
        return layers

    def _seen(self, y: ArrayLike, layer: _Layer) -> Floats:
        source = self.beam.source_y_mm if self.beam else 0.0
        return np.asarray(source + (np.asarray(y, dtype=np.float64) - source) * layer.scale)

    def _y_of_rows(self, top: int, count: int, layer: _Layer) -> Plane:
        source = self.beam.source_y_mm if self.beam else 0.0
        seen = (np.arange(count) + top + 0.5) * self.pitch_mm
        return (source + (seen - source) / layer.scale)[:, np.newaxis].astype(np.float32)

    def _top_scale(self, y: float) -> float:
        return float(self.beam.top_scale(y)) if self.beam else 1.0

    def _window(
        self, x: float, y: float, radius_x: float, radius_y: float, layer: _Layer
    ) -> tuple[int, int, Plane, Plane]:
        """First row, first column, x and y (mm) of the pixels that a body around (x, y) may touch."""
        top, bottom = (float(self._seen(y + sign * radius_y, layer)) / self.pitch_mm for sign in (-1, 1))
        first, last = int(np.floor(top)) - 1, int(np.ceil(bottom)) + 1
        left, right = (int(np.floor((x - radius_x) / self.pitch_mm)) - 1, int(np.ceil((x + radius_x) / self.pitch_mm)))
        across = ((np.arange(left, right + 1) + 0.5) * self.pitch_mm)[np.newaxis].astype(np.float32)
        return first, left, across, self._y_of_rows(first, last - first, layer)

    def _ring(self, across: Plane, down: Plane, radius_mm: float, hole_mm: float) -> Plane:
        distance = np.hypot(across, down) / self.pitch_mm
        share = np.clip(radius_mm / self.pitch_mm - distance + 0.5, 0, 1)
        if hole_mm > 0:
            share -= np.clip(hole_mm / self.pitch_mm - distance + 0.5, 0, 1)
        return np.asarray(share, dtype=np.float32)

    def _chord(self, centre: float, radius_mm: float, wall_mm: float) -> tuple[int, Plane]:
        first = int(np.floor((centre - radius_mm) / self.pitch_mm))
        count = int(np.ceil((centre + radius_mm) / self.pitch_mm)) + 1 - first
        return first, chord_mm(count, subsamples(first, count) * self.pitch_mm, centre, radius_mm, wall_mm)

    def _add(self, material: str, top: int, left: int, depth_mm: NDArray[np.floating], layer: _Layer, y: float) -> None:
        """Add one layer of a body that is as deep as `depth_mm` says, at height `y`; its slabs share it evenly."""
        source = (self.beam.source_y_mm if self.beam else 0.0) / self.pitch_mm
        first, seen = smeared(top, depth_mm * layer.share, source, layer.spread / layer.scale)
        self.side.add(material, first, left, seen)
        self.weigh(material, float(depth_mm.sum()) * self.pitch_mm**2 * layer.share / layer.scale)
        if self.top is None or not self._is_in_top:
            return
        across_mm = sum(b - a for a, b in self._slabs)
        height_mm = depth_mm.sum(axis=0) * (self.pitch_mm * layer.share / layer.scale / across_mm)
        scale = self._top_scale(y)
        for a, b in self._slabs:
            first, share = coverage(*((z * scale + TOP_HALF_MM) / self.pitch_mm for z in (a, b)))
            self.top.add(material, first, left, np.outer(share, height_mm))


_WHOLE = _Layer(1.0, 0.0, 1.0)


def _add_boxes(
    picture: Picture,
    material: str,
    left: int,
    wide: Floats,
    edges: Sequence[tuple[Floats, Floats]],
    depth_mm: Floats,
    pitch_mm: float,
) -> None:
    """Add boxes whose first and second edge across the columns rise between the two places (mm) of each of `edges`."""
    places = [(low / pitch_mm, high / pitch_mm) for low, high in edges]
    first = max(0, int(np.floor(min(float(p.min()) for p in places[0]))))
    count = min(picture.mass_g_cm2.shape[0], int(np.ceil(max(float(p.max()) for p in places[1])))) - first
    if count > 0:
        begin, end = (ramps(low, high, first, count) for low, high in places)
        picture.add(material, first, left, ((begin - end) * depth_mm[:, np.newaxis]).T @ wide)
