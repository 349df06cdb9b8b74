"""Owns food and drink: frozen goods, fruit, bottles, cans, bulk grain, bags of coffee or rice, wine and oil drums."""

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.packing import PAYLOAD_KG, draw_carton, fill, lump, make_unit, random_stowage, unevenness
from scanview.simulate.picture import Plane


def draw_frozen(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Cartons of frozen meat or fish, stowed tight for the cold air to go around the block."""
    long, high, deep = float(rng.uniform(380, 620)), float(rng.uniform(110, 190)), float(rng.uniform(260, 400))
    pieces = int(rng.integers(1, 5))

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        for piece in range(pieces):
            x0, x1 = 8 + piece * (long - 16) / pieces, 4 + (piece + 1) * (long - 16) / pieces
            edges = (x0, 14 + float(rng.uniform(0, 25)), x1, high - 10)
            lump(unit, rng, "frozen", edges, depth_mm=deep - 30, roughness=0.1, grain_mm=45)

    units = [make_unit(canvas, long, high, deep, carton) for _ in range(6)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_fruit(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Open cartons of fruit in trays, stacked to columns on pallets with room for air."""
    size, layers = float(rng.uniform(55, 120)), int(rng.integers(2, 5))
    long, deep = 600.0, 400.0
    high = layers * size * 0.92 + 24

    def carton(unit: Canvas) -> None:
        unit.frame("cardboard", 0, 0, long, high, bar_mm=7, depth_mm=deep)
        unit.rectangle("cardboard", 0, 0, long, high, depth_mm=12)
        rows = deep / size
        for layer in range(layers):
            y = high - 12 - (layer + 0.5) * size * 0.92
            for x in np.arange(size * (0.6 + 0.5 * (layer % 2)), long - size * 0.5, size):
                own = size * float(rng.uniform(0.42, 0.5))
                place = x + float(rng.normal(0, 0.06 * size)), y + float(rng.normal(0, 0.05 * size))
                unit.ellipsoid("fruit", *place, own, own, depth_mm=2 * own * rows * float(rng.uniform(0.75, 0.95)))

    units = [make_unit(canvas, long, high, deep, carton) for _ in range(4)]
    fill(canvas, rng, space, units, random_stowage(rng, base_mm=130), payload_kg=22_000)
    _draw_pallet_row(canvas, space)


def _draw_pallet_row(canvas: Canvas, space: Space) -> None:
    for x in np.arange(space.x0, space.x1 - 1_000, 1_210.0):
        canvas.rectangle("wood", x, space.y1 - 130, x + 1_195, space.y1 - 108, depth_mm=2_000)
        canvas.rectangle("wood", x, space.y1 - 22, x + 1_195, space.y1, depth_mm=700)
        for block in (x, x + 530, x + 1_060):
            canvas.rectangle("wood", block, space.y1 - 108, block + 135, space.y1 - 22, depth_mm=900)


def draw_bottles(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Cases of bottles: glass with necks up, or wine lying head to foot."""
    radius, tall = float(rng.uniform(30, 46)), float(rng.uniform(230, 330))
    across, deep_rows = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    long, high, deep = 2.06 * radius * across + 16, tall + 16, 2.06 * radius * deep_rows + 16
    wall = float(rng.uniform(2.0, 4.0))
    shoulder = float(rng.uniform(0.55, 0.75))
    liquid = str(rng.choice(["water", "water", "spirit", "oil"]))

    def case(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        for column in range(across):
            x = 8 + (column + 0.5) * 2.06 * radius
            bottom, neck = high - 9, high - 9 - shoulder * tall
            unit.column("glass", x, neck, bottom, radius, wall_mm=wall, count=deep_rows)
            unit.column("glass", x, bottom - 9, bottom, radius - wall, count=deep_rows)
            unit.column(liquid, x, neck, bottom - 9, radius - wall, count=deep_rows)
            unit.column("glass", x, 14, neck, 0.36 * radius, wall_mm=wall, count=deep_rows)
            unit.column(liquid, x, 50, neck, 0.36 * radius - wall, count=deep_rows)
            unit.column("aluminium", x, 10, 22, 0.4 * radius, wall_mm=1, count=deep_rows)

    units = [make_unit(canvas, long, high, deep, case)]
    fill(canvas, rng, space, units, random_stowage(rng, base_mm=float(rng.choice([0, 144]))))


def draw_cans(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Trays of tinned food."""
    radius, tall = float(rng.uniform(33, 55)), float(rng.uniform(60, 130))
    across, rows, layers = int(rng.integers(4, 8)), int(rng.integers(3, 6)), int(rng.integers(1, 4))
    long, high, deep = 2.03 * radius * across, tall * layers + 8, 2.03 * radius * rows
    content = str(rng.choice(["fruit", "flesh", "oil", "water"]))

    def tray(unit: Canvas) -> None:
        unit.rectangle("cardboard", 0, high - 6, long, high, depth_mm=deep)
        for layer in range(layers):
            bottom = high - 6 - layer * tall
            for column in range(across):
                x = (column + 0.5) * 2.03 * radius
                unit.column("steel", x, bottom - tall + 1, bottom, radius, wall_mm=0.25, count=rows)
                unit.column(content, x, bottom - tall + 8, bottom - 2, radius - 0.3, count=rows)
                for y in (bottom - tall + 1, bottom - 2):
                    unit.column("steel", x, y, y + 1.2, radius, count=rows)

    units = [make_unit(canvas, long, high, deep, tray)]
    fill(canvas, rng, space, units, random_stowage(rng, base_mm=144))


def draw_grain(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Loose grain, malt or seed in a liner bag behind a bulkhead, with the slopes that pouring leaves."""
    limit = 0.9 * PAYLOAD_KG / (space.width_mm * space.height_mm * space.depth_mm * 0.76e-6)
    surface = _slopes(rng, space, min(float(rng.uniform(0.45, 0.75)), limit))

    def depth(x: Plane, y: Plane) -> Plane:
        top = np.interp(x[0], surface[0], surface[1]).astype(np.float32)[np.newaxis]
        return np.asarray(np.clip((y - top) / 30, 0, 1) * space.depth_mm, dtype=np.float32)

    with canvas.across((space.z0, space.z1)):
        canvas.texture(
            str(rng.choice(["grain", "coal"], p=(0.85, 0.15))), space.x0, space.y0, space.x1, space.y1, depth_mm=depth
        )
        for x in (space.x1 - 40.0,):
            canvas.rectangle("plywood", x, space.y0, x + 18, space.y1, depth_mm=space.depth_mm)
        for y in np.linspace(space.y0 + 200, space.y1 - 200, 5):
            canvas.rectangle("steel", space.x1 - 20, y, space.x1, y + 40, depth_mm=400)


def _slopes(rng: np.random.Generator, space: Space, filled: float) -> tuple[Plane, Plane]:
    """Place along the vehicle and height of the surface of something poured through a few openings."""
    x = np.linspace(space.x0, space.x1, 120).astype(np.float32)
    spouts = np.linspace(space.x0, space.x1, int(rng.integers(2, 5)) + 2)[1:-1] + rng.normal(0, 200, 1)
    away = np.abs(x[:, np.newaxis] - spouts).min(axis=1)
    rough = unevenness(rng, 120, 2, 2)[0] * 18
    high = filled * space.height_mm - 0.28 * (away - away.mean()) + rough
    return x, np.asarray(space.y1 - np.clip(high, 60, space.height_mm - 10), dtype=np.float32)


def draw_coffee(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Jute sacks of coffee, cocoa, rice or nuts, laid crosswise by hand."""
    long, high, deep = float(rng.uniform(680, 950)), float(rng.uniform(150, 230)), float(rng.uniform(450, 600))
    material = str(rng.choice(["grain", "food"]))

    def sack(unit: Canvas) -> None:
        sag = float(rng.uniform(-0.06, 0.06))
        unit.ellipsoid(material, long / 2, high * (0.5 + sag), 0.56 * long, 0.62 * high, depth_mm=deep * 1.05)
        for x in (4.0, long - 40.0):
            unit.rectangle("cloth", x, 0.42 * high, x + 36, 0.6 * high, depth_mm=60)

    units = [make_unit(canvas, long, high, deep, sack) for _ in range(5)]
    turned = [
        make_unit(
            canvas,
            deep,
            high,
            long,
            lambda u: u.ellipsoid(material, deep / 2, high / 2, 0.55 * deep, 0.6 * high, depth_mm=long),
        )
    ]
    fill(canvas, rng, space, units if rng.random() < 0.6 else turned, random_stowage(rng))
