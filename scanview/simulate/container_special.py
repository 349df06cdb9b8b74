"""Owns containers that are not plain boxes: refrigerated, open top and tank containers."""

import numpy as np

from scanview.simulate.canvas import HALF_WIDTH_MM, Canvas
from scanview.simulate.container import (
    SIDES,
    Body,
    ContainerKind,
    Space,
    draw_container,
    draw_doors,
    draw_floor,
    draw_frame,
    draw_walls,
    inside,
)

_MACHINERY_MM = 430.0
_TANK_RADIUS_MM = 1_130.0


def draw_any_container(
    canvas: Canvas, rng: np.random.Generator, kind: ContainerKind, x0: float, bottom: float
) -> Space:
    """Draw an empty container of any build with its lower left outer corner at (`x0`, `bottom`); the space inside."""
    if kind.body is Body.REEFER:
        return _draw_reefer(canvas, rng, kind, x0, bottom)
    if kind.body is Body.OPEN_TOP:
        return _draw_open_top(canvas, rng, kind, x0, bottom)
    if kind.body is Body.TANK:
        return _draw_tank(canvas, rng, kind, x0, bottom)
    return draw_container(canvas, kind, x0, bottom, float(rng.uniform(0, 278)))


def _draw_reefer(canvas: Canvas, rng: np.random.Generator, kind: ContainerKind, x0: float, bottom: float) -> Space:
    """Insulated walls of steel, foam and aluminium, a T-bar floor, and the machinery at the front end."""
    x1, top = x0 + kind.length_mm, bottom - kind.height_mm
    draw_frame(canvas, x0, top, x1, bottom)
    draw_doors(canvas, top, x1, bottom)
    for material, depth, inset in (("steel", 1.6, 0.0), ("insulation", 60.0, 0.0), ("aluminium", 2.0, 60.0)):
        with canvas.across((-HALF_WIDTH_MM + inset, -HALF_WIDTH_MM + 62), (HALF_WIDTH_MM - 62, HALF_WIDTH_MM - inset)):
            canvas.rectangle(material, x0 + 40, top + 50, x1 - 30, bottom - 150, depth_mm=depth)
    canvas.rectangle("insulation", x0 + 40, top + 20, x1 - 30, top + 105, depth_mm=2_300)
    canvas.rectangle("aluminium", x0 + 40, top + 104, x1 - 30, top + 106, depth_mm=2_290)
    canvas.rectangle("steel", x0 + 40, top + 18, x1 - 30, top + 20, depth_mm=2_290)
    floor = bottom - 235
    canvas.rectangle("insulation", x0 + 40, floor + 64, x1 - 30, bottom - 60, depth_mm=2_300)
    canvas.rectangle("aluminium", x0 + _MACHINERY_MM, floor, x1 - 40, floor + 4, depth_mm=2_100)
    canvas.rectangle("aluminium", x0 + _MACHINERY_MM, floor + 4, x1 - 40, floor + 60, depth_mm=190)
    for x in np.arange(x0 + 300, x1 - 100, 430.0):
        canvas.rectangle("steel", x, bottom - 120, x + 4, bottom, depth_mm=2_200)
    _draw_cooling(canvas, rng, x0, top, bottom)
    return Space(x0=x0 + _MACHINERY_MM + 20, y0=top + 140, x1=x1 - 110, y1=floor, z0=-1_140, z1=1_140)


def _draw_cooling(canvas: Canvas, rng: np.random.Generator, x0: float, top: float, bottom: float) -> None:
    with canvas.across((-1_050.0, 1_050.0)):
        canvas.rectangle("steel", x0 + 60, top + 120, x0 + 64, bottom - 160, depth_mm=2_000)
        canvas.rectangle("insulation", x0 + 300, top + 120, x0 + 400, bottom - 200, depth_mm=2_100)
        for y in np.arange(top + 170, top + 620, 14.0):
            canvas.rectangle("aluminium", x0 + 300, y, x0 + 400, y + 4, depth_mm=500)
            canvas.rectangle("copper", x0 + 310, y + 5, x0 + 390, y + 9, depth_mm=160)
    for z, y in ((-500.0, top + 800), (500.0, top + 800)):
        with canvas.across((z - 180, z + 180)):
            canvas.disc("aluminium", x0 + 240, y, 90, depth_mm=60)
            canvas.rectangle("copper", x0 + 150, y - 60, x0 + 240, y + 60, depth_mm=40)
    z = float(rng.uniform(-600, 600))
    with canvas.across((z - 150, z + 150)):
        canvas.rectangle("steel", x0 + 120, bottom - 760, x0 + 330, bottom - 360, depth_mm=120)
        canvas.disc("copper", x0 + 225, bottom - 560, 80, depth_mm=120, hole_mm=30)
    for _ in range(16):
        a = (x0 + rng.uniform(60, 300), rng.uniform(top + 200, bottom - 250))
        b = (x0 + rng.uniform(60, 300), a[1] + rng.normal(0, 240))
        place = float(rng.uniform(-900, 900))
        with canvas.across((place - 20, place + 20)):
            canvas.bar("copper", a, (b[0], float(np.clip(b[1], top + 150, bottom - 180))), width_mm=22, depth_mm=9)


def _draw_open_top(canvas: Canvas, rng: np.random.Generator, kind: ContainerKind, x0: float, bottom: float) -> Space:
    """Walls without a roof, a tarpaulin over bows that can be taken out."""
    x1, top = x0 + kind.length_mm, bottom - kind.height_mm
    draw_walls(canvas, x0, top, x1, bottom, float(rng.uniform(0, 278)), roof=False)
    draw_frame(canvas, x0, top, x1, bottom)
    draw_floor(canvas, x0, x1, bottom)
    draw_doors(canvas, top, x1, bottom)
    if rng.random() < 0.7:
        canvas.rectangle("pvc", x0 + 20, top - 6, x1 - 20, top - 4, depth_mm=2_400)
        for x in np.arange(x0 + 600, x1 - 300, 980.0):
            canvas.rectangle("steel", x, top - 4, x + 40, top + 30, depth_mm=420)
    with canvas.across(*SIDES):
        for x in np.arange(x0 + 300, x1 - 100, 300.0):
            canvas.rectangle("steel", x, top + 60, x + 12, top + 110, depth_mm=24)
    return inside(kind, x0, bottom)


def _draw_tank(canvas: Canvas, rng: np.random.Generator, kind: ContainerKind, x0: float, bottom: float) -> Space:
    """A cylinder of steel in insulation between two end frames."""
    x1, top = x0 + kind.length_mm, bottom - kind.height_mm
    for left in (x0, x1 - 150):
        with canvas.across((-HALF_WIDTH_MM, -HALF_WIDTH_MM + 150), (HALF_WIDTH_MM - 150, HALF_WIDTH_MM)):
            canvas.frame("steel", left, top, left + 150, bottom, bar_mm=10, depth_mm=200)
            canvas.rectangle("steel", left, top, left + 150, bottom, depth_mm=12)
            for corner in (top, bottom - 118):
                canvas.rectangle("steel", left - 4, corner, left + 170, corner + 118, depth_mm=60)
        canvas.rectangle("steel", left, top, left + 150, top + 120, depth_mm=110)
        canvas.rectangle("steel", left, bottom - 140, left + 150, bottom, depth_mm=110)
    with canvas.across(*SIDES):
        canvas.rectangle("steel", x0, top + 20, x1, top + 90, depth_mm=12)
        canvas.bar("steel", (x0 + 150, bottom - 60), (x0 + 1_100, bottom - 700), width_mm=90, depth_mm=16)
        canvas.bar("steel", (x1 - 150, bottom - 60), (x1 - 1_100, bottom - 700), width_mm=90, depth_mm=16)
    middle, radius = (top + bottom) / 2 - 10, _TANK_RADIUS_MM
    left, right = x0 + 230, x1 - 230
    with canvas.across((-0.8 * radius, 0.8 * radius)):
        for wall, material, out in (
            (5.0, "steel", radius),
            (60.0, "insulation", radius + 62),
            (1.2, "aluminium", radius + 64),
        ):
            canvas.rod(material, left, right, middle, out, wall_mm=wall)
            for end in (left, right):
                canvas.rectangle(
                    material, end - wall, middle - 0.85 * out, end + wall, middle + 0.85 * out, depth_mm=1.5 * out
                )
        for x in np.linspace(left + 700, right - 700, 4):
            canvas.rod("steel", x, x + 60, middle, radius + 60, wall_mm=8)
    x = (left + right) / 2 + float(rng.uniform(-400, 400))
    with canvas.across((-260.0, 260.0)):
        canvas.column("steel", x, top + 20, middle - radius + 20, 250, wall_mm=8)
        canvas.rectangle("steel", x - 270, top + 10, x + 270, top + 30, depth_mm=400)
        canvas.disc("steel", right - 160, middle + radius + 40, 60, depth_mm=140, hole_mm=25)
    canvas.rectangle("aluminium", left, top + 30, right, top + 42, depth_mm=160)
    half = radius - 6
    return Space(x0=left + 20, y0=middle - half, x1=right - 20, y1=middle + half, z0=-half, z1=half)
