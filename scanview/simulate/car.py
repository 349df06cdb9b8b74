"""Owns the passenger car: cargo when it is declared, a find when it is hidden."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from scanview.simulate.canvas import Canvas, Slab
from scanview.simulate.container import Space

_SIDES: tuple[Slab, Slab] = ((-880.0, -800.0), (800.0, 880.0))
_WHEELS: tuple[Slab, Slab] = ((-860.0, -650.0), (650.0, 860.0))
_MIDDLE: Slab = (-450.0, 450.0)

_Place: TypeAlias = Callable[[float, float], tuple[float, float]]


def car_size_mm(rng: np.random.Generator) -> tuple[float, float]:
    """Length and height of a random car."""
    return float(rng.uniform(3_500, 4_900)), float(rng.uniform(1_380, 1_780))


def draw_car(canvas: Canvas, rng: np.random.Generator, place: Space) -> None:
    """A car that fills `place`, facing left or right, in the middle of the slab that bodies now stand in."""
    middle = (canvas.slabs[0][0] + canvas.slabs[-1][1]) / 2
    sides, wheels, middles = (
        tuple((middle + a, middle + b) for a, b in slabs) for slabs in (_SIDES, _WHEELS, (_MIDDLE,))
    )
    facing_left = bool(rng.random() < 0.5)

    def at(along: float, up: float) -> tuple[float, float]:
        share = along if facing_left else 1 - along
        return place.x0 + share * place.width_mm, place.y1 - up * place.height_mm

    hatch = float(rng.uniform(0.84, 0.97))
    body = [
        at(*p)
        for p in ((0, 0.2), (0.01, 0.48), (0.24, 0.6), (0.36, 0.97), (0.68, 1), (hatch, 0.64), (1, 0.58), (1, 0.2))
    ]
    windows = [at(*p) for p in ((0.31, 0.62), (0.385, 0.92), (0.66, 0.94), (hatch - 0.07, 0.66))]
    with canvas.across(*sides):
        canvas.polygon("steel", body, depth_mm=5, holes=[windows])
        canvas.polygon("glass", windows, depth_mm=8)
        for start, end in zip(body, [*body[1:], body[0]], strict=True):
            canvas.bar("steel", start, end, width_mm=22, depth_mm=30)
        canvas.bar("steel", at(0.5, 0.18), at(0.51, 0.96), width_mm=70, depth_mm=6)
        canvas.bar("steel", at(0.1, 0.19), at(0.93, 0.19), width_mm=110, depth_mm=14)
    with canvas.across(*middles):
        _draw_drive(canvas, rng, at)
        _draw_seats(canvas, at)
    with canvas.across(*wheels):
        _draw_wheels(canvas, place, at)


def _draw_drive(canvas: Canvas, rng: np.random.Generator, at: _Place) -> None:
    for _ in range(22):
        along, up = rng.uniform(0.05, 0.24), rng.uniform(0.2, 0.5)
        x, y = at(along, up)
        width, high = rng.uniform(60, 260), rng.uniform(40, 200)
        material = str(rng.choice(["steel", "aluminium"]))
        canvas.rectangle(
            material, x - width / 2, y - high / 2, x + width / 2, y + high / 2, depth_mm=float(rng.uniform(20, 90))
        )
    x, y = at(0.15, 0.34)
    canvas.rectangle("steel", x - 260, y - 190, x + 260, y + 190, depth_mm=80)
    x, y = at(0.09, 0.46)
    canvas.rectangle("lead", x - 90, y - 70, x + 90, y + 70, depth_mm=22)
    x, y = at(0.78, 0.26)
    canvas.rectangle("spirit", x - 300, y - 80, x + 300, y + 90, depth_mm=350)
    canvas.bar("steel", at(0.25, 0.16), at(0.97, 0.17), width_mm=50, depth_mm=12)


def _draw_seats(canvas: Canvas, at: _Place) -> None:
    for along in (0.45, 0.66):
        canvas.bar("foam", at(along - 0.07, 0.36), at(along + 0.03, 0.34), width_mm=140, depth_mm=1_000)
        canvas.bar("foam", at(along + 0.03, 0.36), at(along + 0.07, 0.74), width_mm=130, depth_mm=900)
        canvas.bar("steel", at(along - 0.06, 0.3), at(along + 0.03, 0.3), width_mm=30, depth_mm=40)
        canvas.bar("steel", at(along + 0.035, 0.32), at(along + 0.075, 0.72), width_mm=22, depth_mm=36)
    canvas.bar("plastic", at(0.36, 0.6), at(0.4, 0.46), width_mm=36, depth_mm=120)


def _draw_wheels(canvas: Canvas, place: Space, at: _Place) -> None:
    radius = 0.21 * place.height_mm
    for along in (0.185, 0.8):
        x, _ = at(along, 0)
        y = place.y1 - radius
        canvas.disc("rubber", x, y, radius, depth_mm=70, hole_mm=0.62 * radius)
        canvas.disc("rubber", x, y, radius, depth_mm=260, hole_mm=radius - 18)
        canvas.disc("steel", x, y, 0.64 * radius, depth_mm=24, hole_mm=0.52 * radius)
        canvas.disc("steel", x, y, 0.5 * radius, depth_mm=30, hole_mm=0.2 * radius)
        canvas.disc("steel", x, y, 0.22 * radius, depth_mm=130)
