"""Owns goods that come many times over: drawn once, then set down wherever one of them stands."""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np

from scanview.simulate.canvas import TOP_HALF_MM, Canvas
from scanview.simulate.picture import Picture, Plane

Draw: TypeAlias = Callable[[Canvas], None]

_THICK_MM = 350.0
_SCALE_STEPS = 50
"""Steps of enlargement per unit: prints of one step are kept."""

_LEAST_G_CM2 = 1e-4


class Unit:
    """A thing of `width_mm` by `height_mm` by `depth_mm`, seen from the side and from above.

    `draw` draws it on a canvas of its own whose upper left corner is the unit's and where z is 0 in its middle.
    """

    def __init__(self, width_mm: float, height_mm: float, depth_mm: float, pitch_mm: float, draw: Draw) -> None:
        self.width_mm, self.height_mm, self.depth_mm = width_mm, height_mm, depth_mm
        canvas = Canvas(width_mm=width_mm + pitch_mm, height_mm=height_mm + pitch_mm, pitch_mm=pitch_mm, with_top=True)
        with canvas.across((-depth_mm / 2, depth_mm / 2)):
            draw(canvas)
        self.masses_kg = canvas.masses_kg
        self.mass_kg = canvas.total_kg
        self._pitch_mm = pitch_mm
        half_rows = min(canvas_middle(canvas), int(np.ceil(depth_mm / 2 / pitch_mm)) + 1)
        self._side = _Print(canvas.side, 0, canvas.rows)
        middle = canvas_middle(canvas)
        self._top = _Print(canvas.top or canvas.side, middle - half_rows, middle + half_rows)

    def stamp(self, canvas: Canvas, x: float, y: float, z: float, *, mirrored: bool = False) -> None:
        """Set it down with its upper left corner at (`x`, `y`) and its middle at `z`."""
        for material, mass_kg in self.masses_kg.items():
            canvas.masses_kg[material] = canvas.masses_kg.get(material, 0.0) + mass_kg
        pitch, left = self._pitch_mm, round(x / self._pitch_mm)
        parts = (-0.25, 0.25) if canvas.beam and self.depth_mm > _THICK_MM else (0.0,)
        for part in parts:
            place = z + part * self.depth_mm
            scale = float(canvas.beam.side_scale(place)) if canvas.beam else 1.0
            seen = float(canvas.beam.side_y(y, place)) if canvas.beam else y
            self._side.stamp(canvas.side, round(seen / pitch), left, scale, 1 / len(parts), mirrored)
        if canvas.top:
            scale = float(canvas.beam.top_scale(y + self.height_mm / 2)) if canvas.beam else 1.0
            rows = self._top.rows_at(scale)
            top = round((z * scale + TOP_HALF_MM) / pitch - rows / 2)
            self._top.stamp(canvas.top, top, left, scale, 1.0, mirrored)


class _Print:
    """The areal densities of one view, at any scale across the columns."""

    def __init__(self, picture: Picture, first: int, last: int) -> None:
        planes = [(i, plane[first:last]) for i, plane in enumerate(picture.planes) if plane.max() > _LEAST_G_CM2]
        self._planes = planes
        self._mass = picture.mass_g_cm2[first:last]
        self._scaled: dict[tuple[int, float, bool], tuple[list[tuple[int, Plane]], Plane]] = {}

    def rows_at(self, scale: float) -> int:
        """Rows that the print takes at `scale`."""
        return max(1, round(float(self._mass.shape[0] * scale)))

    def stamp(self, picture: Picture, top: int, left: int, scale: float, share: float, mirrored: bool) -> None:
        key = (round(scale * _SCALE_STEPS), share, mirrored)
        if key not in self._scaled:
            rows = self.rows_at(key[0] / _SCALE_STEPS)
            layers = [(index, _scaled(plane, rows, share, mirrored)) for index, plane in self._planes]
            self._scaled[key] = layers, _scaled(self._mass, rows, share, mirrored)
        layers, mass = self._scaled[key]
        picture.stamp(layers, mass, top, left)


def canvas_middle(canvas: Canvas) -> int:
    """Row of the top view at which z is 0."""
    return round(TOP_HALF_MM / canvas.pitch_mm)


def _scaled(plane: Plane, rows: int, share: float, mirrored: bool) -> Plane:
    size = (plane.shape[1], rows)
    resized = plane if rows == plane.shape[0] else cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
    turned = resized[:, ::-1] if mirrored else resized
    return np.ascontiguousarray(turned * np.float32(share))
