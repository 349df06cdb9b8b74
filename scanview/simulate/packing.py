"""Owns how goods are stowed: rows, layers and columns that are never quite straight, full or even."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import cv2
import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.picture import Plane
from scanview.simulate.unit import Draw, Unit

Place: TypeAlias = tuple[float, float, float]

PAYLOAD_KG = 26_000.0
"""What a loader puts into one container at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stowage:
    """How goods of one size are put into a space.

    Attributes:
        gap_mm: usual gap between neighbours along and across the vehicle.
        jitter_mm: standard deviation of each unit's place.
        filled: share of the height that stacks take.
        ragged: chance that a stack is a few units lower than its neighbours.
        missing: chance that a unit lacks.
        base_mm: height of what each stack stands on.
    """

    gap_mm: float = 6.0
    jitter_mm: float = 4.0
    filled: float = 1.0
    ragged: float = 0.08
    missing: float = 0.01
    base_mm: float = 0.0


def random_stowage(rng: np.random.Generator, *, base_mm: float = 0.0) -> Stowage:
    """A tidy or a careless loader."""
    care = float(rng.random())
    return Stowage(
        gap_mm=float(rng.uniform(2, 10 + 30 * care)),
        jitter_mm=float(rng.uniform(1, 3 + 10 * care)),
        filled=float(rng.choice([1.0, rng.uniform(0.55, 1.0)])),
        ragged=0.15 * care,
        missing=0.02 * care,
        base_mm=base_mm,
    )


def stow(rng: np.random.Generator, space: Space, size: Place, how: Stowage, *, most: int = 20_000) -> Iterator[Place]:
    """Places of the units of `size` (mm along, up, across): left edge, upper edge and middle across, in order of x.

    Stacks stand on the floor of `space`; where `most` units would not fill it the upper layers are left out, down to
    one that is always whole.
    """
    along, across = (
        max(1, int((extent + how.gap_mm) // (own + how.gap_mm)))
        for extent, own in ((space.width_mm, size[0]), (space.depth_mm, size[2]))
    )
    levels = int((space.height_mm * how.filled - how.base_mm) // size[1])
    levels = max(1, min(levels, most // (along * across)))
    step_z = min(space.depth_mm / across, size[2] + how.gap_mm)
    start_z = space.z0 + float(rng.uniform(0, 1)) * (space.depth_mm - step_z * across)
    leaning = rng.normal(0, how.jitter_mm, (along, across, 2))
    for column in range(along):
        x = space.x0 + column * (size[0] + how.gap_mm)
        for row in range(across):
            high = levels - (int(rng.integers(1, 3)) if rng.random() < how.ragged else 0)
            for level in range(max(1, high)):
                if rng.random() < how.missing:
                    continue
                dx, dz = leaning[column, row] + rng.normal(0, how.jitter_mm / 2, 2)
                left = float(np.clip(x + dx, space.x0, space.x1 - min(size[0], space.width_mm)))
                z = start_z + (row + 0.5) * step_z + float(dz)
                yield left, space.y1 - how.base_mm - (level + 1) * size[1], z


def units_that_weigh(kilogram: float, units: Sequence[Unit]) -> int:
    """How many units weigh `kilogram`, at least one, if each is like the mean of `units`."""
    mean_kg = sum(unit.mass_kg for unit in units) / len(units)
    return max(1, int(kilogram / max(mean_kg, 1e-3)))


def fill(
    canvas: Canvas,
    rng: np.random.Generator,
    space: Space,
    units: list[Unit],
    how: Stowage,
    *,
    payload_kg: float = PAYLOAD_KG,
) -> None:
    """Stow `units` of one size, any of them at each place, up to what `space`'s share of the payload allows."""
    size = (units[0].width_mm, units[0].height_mm, units[0].depth_mm)
    most = units_that_weigh(payload_kg, units)
    for x, y, z in islice(stow(rng, space, size, how, most=most), most):
        unit = units[int(rng.integers(len(units)))]
        unit.stamp(canvas, x, y, z, mirrored=bool(rng.random() < 0.5))


def make_unit(canvas: Canvas, width_mm: float, height_mm: float, depth_mm: float, draw: Draw) -> Unit:
    """A unit at the pitch of `canvas`."""
    return Unit(width_mm, height_mm, depth_mm, canvas.pitch_mm, draw)


def draw_carton(canvas: Canvas, width_mm: float, height_mm: float, depth_mm: float, *, board_mm: float = 6.0) -> None:
    """Walls of a carton that fills its unit, with the doubled flaps above and below."""
    canvas.rectangle("cardboard", 0, 0, width_mm, height_mm, depth_mm=2 * board_mm)
    canvas.rectangle("cardboard", 0, 0, board_mm, height_mm, depth_mm=depth_mm)
    canvas.rectangle("cardboard", width_mm - board_mm, 0, width_mm, height_mm, depth_mm=depth_mm)
    canvas.rectangle("cardboard", 0, 0, width_mm, 2 * board_mm, depth_mm=depth_mm)
    canvas.rectangle("cardboard", 0, height_mm - 2 * board_mm, width_mm, height_mm, depth_mm=depth_mm)


def unevenness(rng: np.random.Generator, columns: int, rows: int, coarse: int) -> Plane:
    """A smooth random field around 0 with a standard deviation near 1, float32 (rows, columns)."""
    small = rng.standard_normal((max(2, rows // coarse), max(2, columns // coarse)), dtype=np.float32)
    return np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def lump(
    canvas: Canvas,
    rng: np.random.Generator,
    material: str,
    edges: tuple[float, float, float, float],
    *,
    depth_mm: float,
    roughness: float,
    grain_mm: float,
) -> None:
    """A block between `edges` (x0, y0, x1, y1) whose depth varies at random, as loose or pressed goods do."""
    grains = max(2, round((edges[2] - edges[0]) / grain_mm)), max(2, round((edges[3] - edges[1]) / grain_mm))
    field = unevenness(rng, 4 * grains[0], 4 * grains[1], 4) + 0.5 * unevenness(rng, 4 * grains[0], 4 * grains[1], 1)

    def depth(x: Plane, y: Plane) -> Plane:
        column = np.clip((x - edges[0]) / (edges[2] - edges[0]) * field.shape[1], 0, field.shape[1] - 1)
        row = np.clip((y - edges[1]) / (edges[3] - edges[1]) * field.shape[0], 0, field.shape[0] - 1)
        maps = np.broadcast_arrays(column.astype(np.float32), row.astype(np.float32))
        seen = cv2.remap(field, np.ascontiguousarray(maps[0]), np.ascontiguousarray(maps[1]), cv2.INTER_LINEAR)
        return np.asarray(depth_mm * np.maximum(0.05, 1 + roughness * seen), dtype=np.float32)

    canvas.texture(material, *edges, depth_mm=depth)
