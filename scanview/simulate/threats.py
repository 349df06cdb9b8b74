"""Owns what customs looks for: parametric shapes of hidden objects, in the classes the recognition names."""

from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.car import car_size_mm, draw_car
from scanview.simulate.container import Space
from scanview.simulate.threat_weapons import pistol, rifle, turned_outline

WEAPON = "weapon"
ORGANIC_BLOCK = "organic-block"
CIGARETTES = "cigarettes"
DENSE_SHIELD = "dense-shield"
VEHICLE = "vehicle"

THREAT_CLASSES = (WEAPON, ORGANIC_BLOCK, CIGARETTES, DENSE_SHIELD, VEHICLE)
"""Classes of findings, in the order of the model's heat maps."""

_Draw: TypeAlias = Callable[[Canvas, np.random.Generator, Space], Space]


def draw_threat(canvas: Canvas, rng: np.random.Generator, label: str, space: Space) -> Space:
    """Hide one object of class `label` somewhere in `space` and return the rectangle it takes, in mm."""
    return _DRAW[label](canvas, rng, space)


def _placed(rng: np.random.Generator, space: Space, width: float, high: float) -> Space:
    x0 = float(rng.uniform(space.x0, max(space.x0 + 1, space.x1 - width)))
    y1 = float(rng.uniform(min(space.y1 - 1, space.y0 + high), space.y1))
    y0 = y1 - high
    return Space(x0=x0, y0=y0, x1=x0 + width, y1=y0 + high)


def _draw_weapon(canvas: Canvas, rng: np.random.Generator, space: Space) -> Space:
    parts = rifle(rng) if rng.random() < 0.5 else pistol(rng)
    mirrored, angle = bool(rng.random() < 0.5), float(rng.choice([0, rng.normal(0, 0.3), rng.uniform(0, 2 * np.pi)]))
    copies = int(rng.choice([1, 1, 2, 3]))
    turned = [(material, turned_outline(points, angle, mirrored), depth) for material, points, depth in parts]
    corners = np.concatenate([outline for _, outline, _ in turned])
    low, high = corners.min(axis=0), corners.max(axis=0)
    place = _placed(rng, space, float(high[0] - low[0]), float(high[1] - low[1]))
    offset = np.array([place.x0, place.y0]) - low
    for material, outline, depth in turned:
        moved = [(float(x), float(y)) for x, y in outline + offset]
        canvas.polygon(material, moved, depth_mm=depth * (1 + 0.5 * (copies - 1)))
    return place


def _draw_organic_block(canvas: Canvas, rng: np.random.Generator, space: Space) -> Space:
    brick_x, brick_y = float(rng.uniform(120, 230)), float(rng.uniform(40, 140))
    across, down = int(rng.integers(1, 5)), int(rng.integers(2, 7))
    material = str(rng.choice(["cocaine", "heroin"]))
    depth = float(rng.uniform(130, 420))
    place = _placed(rng, space, across * brick_x, down * brick_y)
    for column in range(across):
        for row in range(down):
            x, y = place.x0 + column * brick_x, place.y0 + row * brick_y
            thick = depth * float(rng.normal(1, 0.04))
            canvas.rectangle(material, x + 2, y + 2, x + brick_x - 2, y + brick_y - 2, depth_mm=thick)
    return place


def _draw_cigarettes(canvas: Canvas, rng: np.random.Generator, space: Space) -> Space:
    case_x, case_y = float(rng.choice([380, 450, 600])), float(rng.choice([250, 320, 400]))
    across, down = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    place = _placed(rng, space, across * case_x, down * case_y)
    depth, pack = float(rng.uniform(700, 1_900)), float(rng.choice([88.0, 110.0]))

    def packs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        row, column = np.mod(y - place.y0, pack), np.mod(x - place.x0, 55.0)
        filters = np.where(row < 0.25 * pack, 0.62, 1.06)
        return depth * filters * np.where(column < 5.0, 0.75, 1.0)

    canvas.texture("tobacco", place.x0, place.y0, place.x1, place.y1, depth_mm=packs)
    for x in np.arange(place.x0, place.x1 - 1, case_x):
        for y in np.arange(place.y0, place.y1 - 1, case_y):
            right, bottom = min(x + case_x, place.x1), min(y + case_y, place.y1)
            canvas.frame("cardboard", x, y, right, bottom, bar_mm=8, depth_mm=1_000)
    return place


def _draw_dense_shield(canvas: Canvas, rng: np.random.Generator, space: Space) -> Space:
    width, high, wall = float(rng.uniform(160, 520)), float(rng.uniform(140, 420)), float(rng.uniform(6, 30))
    place = _placed(rng, space, width, high)
    material = "lead" if rng.random() < 0.75 else "steel"
    wall = wall if material == "lead" else 2 * wall
    depth = float(rng.uniform(120, 400))
    canvas.frame(material, place.x0, place.y0, place.x1, place.y1, bar_mm=wall, depth_mm=depth)
    canvas.rectangle(material, place.x0, place.y0, place.x1, place.y1, depth_mm=2 * wall)
    if rng.random() < 0.5:
        middle, radius = ((place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2), 0.25 * min(width, high)
        canvas.disc("steel", middle[0], middle[1], radius, depth_mm=radius)
    return place


def _draw_vehicle(canvas: Canvas, rng: np.random.Generator, space: Space) -> Space:
    length, high = car_size_mm(rng)
    place = _placed(rng, space, min(length, space.width_mm), min(high, space.height_mm))
    standing = Space(x0=place.x0, y0=space.y1 - place.height_mm, x1=place.x1, y1=space.y1)
    draw_car(canvas, rng, standing)
    return standing


_DRAW: MappingProxyType[str, _Draw] = MappingProxyType(
    {
        WEAPON: _draw_weapon,
        ORGANIC_BLOCK: _draw_organic_block,
        CIGARETTES: _draw_cigarettes,
        DENSE_SHIELD: _draw_dense_shield,
        VEHICLE: _draw_vehicle,
    }
)
