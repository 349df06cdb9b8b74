"""Owns goods packed in regular units: cartons, pallets, sacks, drums, liquids, paper rolls, electronics, furniture."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.simulate.canvas import Canvas
from scanview.simulate.container import INSIDE_WIDTH_MM, Space
from scanview.simulate.materials import MATERIALS

Plane: TypeAlias = NDArray[np.float32]
Pattern: TypeAlias = Callable[[Plane, Plane], Plane]


def draw_cartons(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Stacked cartons in blocks of like content, as a mixed consignment is stuffed."""
    x = space.x0
    while x < space.x1 - 250:
        block = min(float(rng.uniform(600, 2_600)), space.x1 - x)
        x = _draw_carton_block(canvas, rng, Space(x0=x, y0=space.y0, x1=x + block, y1=space.y1))
        x += float(rng.choice([0, 10, rng.uniform(0, 80)]))


def _draw_carton_block(canvas: Canvas, rng: np.random.Generator, space: Space) -> float:
    """Cartons of one kind in `space`; returns where they end."""
    width, high = float(rng.uniform(260, 700)), float(rng.uniform(180, 520))
    width, high = min(width, space.width_mm), min(high, space.height_mm)
    material = str(rng.choice(["cloth", "plastic", "paper", "cardboard", "food", "ceramic", "aluminium", "glass"]))
    mass = float(rng.uniform(8, 60))
    pattern = random_pattern(rng)
    x = space.x0
    while x + width <= space.x1 + 1:
        y, top = space.y1, space.y0 + float(rng.choice([0, 0, 0.1, 0.2])) * space.height_mm
        while y - high >= top - 1:
            unit = Space(x0=x, y0=y - high, x1=x + width, y1=y).shrunk(float(rng.uniform(3, 9)))
            _draw_unit(canvas, unit, material, mass * float(rng.normal(1, 0.05)), pattern)
            y -= high
        x += width
    return x


def _draw_unit(canvas: Canvas, unit: Space, material: str, mass_g_cm2: float, pattern: Pattern) -> None:
    """One carton (and those behind it): walls of board and contents of `mass_g_cm2` shaped by `pattern`."""
    depth = mass_g_cm2 / MATERIALS[material].density_g_cm3 * 10
    canvas.frame("cardboard", unit.x0, unit.y0, unit.x1, unit.y1, bar_mm=8, depth_mm=0.4 * INSIDE_WIDTH_MM)
    canvas.texture(
        material,
        unit.x0,
        unit.y0,
        unit.x1,
        unit.y1,
        depth_mm=lambda x, y: (depth * pattern(x - unit.x0, y - unit.y0)).astype(np.float32),
    )


def random_pattern(rng: np.random.Generator) -> Pattern:
    """How the contents of a unit vary around 1 over its own x and y (mm)."""
    period_x, period_y = float(rng.uniform(25, 160)), float(rng.uniform(25, 200))
    depth, phase = float(rng.uniform(0.08, 0.55)), float(rng.uniform(0, 2 * np.pi))
    waves = [(float(rng.uniform(0.01, 0.08)), float(rng.uniform(0, np.pi)), float(rng.uniform(0, 6))) for _ in range(5)]

    def even(x: Plane, y: Plane) -> Plane:
        return np.ones(np.broadcast_shapes(x.shape, y.shape), dtype=np.float32)

    def upright(x: Plane, y: Plane) -> Plane:
        return np.asarray(1 + depth * np.sign(np.sin(2 * np.pi * x / period_x + phase)) + 0 * y, dtype=np.float32)

    def layered(x: Plane, y: Plane) -> Plane:
        return np.asarray(1 + depth * np.sin(2 * np.pi * y / period_y + phase) + 0 * x, dtype=np.float32)

    def bottles(x: Plane, y: Plane) -> Plane:
        across = np.abs(np.mod(x, period_x) / period_x - 0.5) * 2
        neck = np.mod(y, 3 * period_y) < 0.5 * period_y
        return np.asarray(1.3 * np.sqrt(np.maximum(1 - across**2, 0)) * np.where(neck, 0.35, 1), dtype=np.float32)

    def loose(x: Plane, y: Plane) -> Plane:
        total = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=np.float32)
        for rate, angle, shift in waves:
            total += np.sin(rate * (x * np.cos(angle) + y * np.sin(angle)) * 2 + shift)
        return 1 + 0.25 * depth * total

    patterns: list[Pattern] = [even, upright, layered, bottles, loose]
    return patterns[int(rng.integers(len(patterns)))]


def draw_pallet(canvas: Canvas, x0: float, x1: float, floor: float) -> float:
    """A wooden pallet standing on `floor`; returns the height of its top."""
    canvas.rectangle("wood", x0, floor - 144, x1, floor - 122, depth_mm=1_900)
    canvas.rectangle("wood", x0, floor - 22, x1, floor, depth_mm=700)
    for x in (x0, (x0 + x1) / 2 - 70, x1 - 140):
        canvas.rectangle("wood", x, floor - 122, x + 140, floor - 22, depth_mm=900)
        for nail in (40, 70, 100):
            canvas.rectangle("steel", x + nail, floor - 144, x + nail + 4, floor - 60, depth_mm=16)
    return floor - 144


def draw_pallets(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Goods on pallets, wrapped in foil: one kind of unit in even layers."""
    x, width = space.x0, float(rng.choice([800, 1_000, 1_200]))
    material = str(rng.choice(["food", "plastic", "paper", "ceramic", "glass", "cardboard"]))
    mass, layers = float(rng.uniform(15, 75)), int(rng.integers(3, 8))
    high = float(rng.uniform(0.6, 1.0)) * (space.height_mm - 150)
    pattern, columns = random_pattern(rng), int(rng.integers(2, 5))
    while x + width <= space.x1:
        top = draw_pallet(canvas, x, x + width, space.y1)
        for layer in range(layers if rng.random() < 0.9 else max(1, layers - 2)):
            for column in range(columns):
                left, bottom = x + column * width / columns, top - layer * high / layers
                unit = Space(x0=left, y0=bottom - high / layers, x1=left + width / columns, y1=bottom).shrunk(5)
                _draw_unit(canvas, unit, material, mass, pattern)
        x += width + float(rng.uniform(15, 90))


def draw_sacks(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Sacks laid crosswise in sagging layers."""
    material = str(rng.choice(["food", "salt", "fertiliser", "plastic"]))
    high, width = float(rng.uniform(110, 180)), float(rng.uniform(480, 760))
    fill, y = float(rng.uniform(0.25, 0.85)), space.y1
    while y - high > space.y0:
        x = space.x0 + float(rng.uniform(0, width / 3))
        while x + width <= space.x1:
            depth = fill * 1_500 * float(rng.normal(1, 0.06))
            canvas.ellipsoid(material, x + width / 2, y - high / 2, width * 0.53, high * 0.62, depth_mm=depth)
            x += width * float(rng.uniform(0.96, 1.02))
        y -= high * float(rng.uniform(0.93, 1.0))


def draw_drums(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Steel drums of 200 litres, one or two layers, filled to differing levels."""
    radius, high = 290.0, 880.0
    liquid = str(rng.choice(["water", "spirit", "plastic"]))
    across = float(rng.uniform(1.5, 3.6))
    layers = 1 if space.height_mm < 2 * high + 50 or rng.random() < 0.3 else 2
    for layer in range(layers):
        bottom = space.y1 - layer * (high + 15)
        for x in np.arange(space.x0 + radius, space.x1 - radius, 2 * radius + float(rng.uniform(3, 25))):
            level = high * float(rng.uniform(0.86, 0.96))
            canvas.column("steel", x, bottom - high, bottom, radius, wall_mm=1.2, count=across)
            canvas.column(liquid, x, bottom - level, bottom - 8, radius - 2, count=0.55 * across)
            for ring in (0.0, 0.33, 0.66, 0.985):
                y = bottom - ring * high
                canvas.rectangle("steel", x - radius - 6, y - 12, x + radius + 6, y, depth_mm=18)


def draw_liquids(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Intermediate bulk containers of 1000 litres in their cages."""
    liquid = str(rng.choice(["water", "spirit"]))
    for x in np.arange(space.x0, space.x1 - 1_000, 1_000 + float(rng.uniform(25, 80))):
        top = draw_pallet(canvas, x, x + 1_000, space.y1)
        level = float(rng.uniform(0.55, 0.95)) * 1_000
        depth = float(rng.choice([500, 900, 1_000]))
        canvas.rectangle(liquid, x + 20, top - level, x + 980, top - 15, depth_mm=depth)
        canvas.frame("plastic", x + 15, top - 1_010, x + 985, top, bar_mm=12, depth_mm=depth)
        for bar in np.arange(0, 1_001, 125.0):
            canvas.bar("steel", (x + bar, top - 1_010), (x + bar, top), width_mm=16, depth_mm=14)
            canvas.bar("steel", (x, top - bar), (x + 1_000, top - bar), width_mm=16, depth_mm=14)
        canvas.disc("plastic", x + 500, top - 1_020, 110, depth_mm=180)


def draw_paper_rolls(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Standing reels of paper with hollow cores, in one or two layers."""
    radius, high = float(rng.uniform(420, 620)), float(rng.uniform(700, 1_250))
    fill = float(rng.uniform(0.55, 0.9))
    layers = max(1, int(space.height_mm // high))
    for layer in range(min(layers, 2)):
        bottom = space.y1 - layer * high
        for x in np.arange(space.x0 + radius, space.x1 - radius, 2 * radius + 12):
            canvas.column("paper", x, bottom - high + 6, bottom, radius, wall_mm=radius - 50, count=fill)
            canvas.column("cardboard", x, bottom - high + 6, bottom, 50, wall_mm=12, count=3)


def draw_electronics(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Cartons of appliances: boards, motors and coils in foam, the same in every carton."""
    width, high = float(rng.uniform(350, 900)), float(rng.uniform(300, 900))
    parts = [
        (
            str(rng.choice(["steel", "copper", "aluminium", "plastic"])),
            *rng.uniform(0.08, 0.72, 2),
            *rng.uniform(0.06, 0.26, 2),
            float(rng.uniform(6, 45)),
        )
        for _ in range(int(rng.integers(4, 10)))
    ]
    for x in np.arange(space.x0, space.x1 - width, width + 4):
        for bottom in np.arange(space.y1, space.y0 + high, -high - 4):
            unit = Space(x0=x, y0=bottom - high, x1=x + width, y1=bottom).shrunk(6)
            canvas.frame("cardboard", unit.x0, unit.y0, unit.x1, unit.y1, bar_mm=9, depth_mm=1_000)
            canvas.rectangle("foam", unit.x0, unit.y0, unit.x1, unit.y1, depth_mm=1_600)
            canvas.frame("steel", unit.x0 + 35, unit.y0 + 35, unit.x1 - 35, unit.y1 - 35, bar_mm=8, depth_mm=24)
            canvas.rectangle("plastic", unit.x0 + 35, unit.y0 + 35, unit.x1 - 35, unit.y1 - 35, depth_mm=30)
            for material, left, top, wide, tall, depth in parts:
                x0, y0 = unit.x0 + left * width, unit.y0 + top * high
                x1, y1 = min(x0 + wide * width, unit.x1), min(y0 + tall * high, unit.y1)
                canvas.rectangle(material, x0, y0, x1, y1, depth_mm=depth)


def draw_furniture(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Cupboards, chairs and mattresses: thin boards and foam with much air between."""
    x = space.x0
    while x < space.x1 - 500:
        width = min(float(rng.uniform(450, 1_900)), space.x1 - x)
        y = space.y1
        while y > space.y0 + 350:
            high = min(float(rng.uniform(350, 1_300)), y - space.y0)
            unit = Space(x0=x, y0=y - high, x1=x + width - 20, y1=y - 10)
            if rng.random() < 0.3:
                canvas.rectangle("foam", unit.x0, unit.y0, unit.x1, unit.y1, depth_mm=1_900)
                for coil in np.arange(unit.x0 + 40, unit.x1 - 40, 75.0):
                    canvas.column("steel", coil, unit.y0 + 40, unit.y1 - 40, 30, wall_mm=0.8)
            else:
                canvas.frame("wood", unit.x0, unit.y0, unit.x1, unit.y1, bar_mm=20, depth_mm=1_400)
                canvas.rectangle("wood", unit.x0, unit.y0, unit.x1, unit.y1, depth_mm=70)
                for share in rng.uniform(0.1, 0.9, 3):
                    shelf = unit.y0 + share * unit.height_mm
                    canvas.rectangle("wood", unit.x0, shelf, unit.x1, shelf + 18, depth_mm=1_200)
            y -= high
        x += width
