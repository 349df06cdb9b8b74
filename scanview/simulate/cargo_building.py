"""Owns building materials: pipes, bars, stone slabs, tiles, glass, panels, cement, profiles, solar panels."""

from itertools import pairwise

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.cargo_packed import draw_pallet
from scanview.simulate.container import Space
from scanview.simulate.packing import PAYLOAD_KG, fill, lump, make_unit, random_stowage
from scanview.simulate.unit import Unit


def draw_pipes(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Steel or plastic pipes lying lengthwise in bundles."""
    radius, material = float(rng.uniform(24, 160)), str(rng.choice(["steel", "steel", "pvc", "copper"]))
    wall = radius * float(rng.uniform(0.04, 0.1) if material != "pvc" else rng.uniform(0.05, 0.12))
    length = min(float(rng.choice([5_800.0, rng.uniform(2_800, 5_800)])), space.width_mm)
    _draw_lengths(canvas, rng, space, material, (radius, wall, length))


def draw_bars(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Steel bars, wire rod or billets: low and very heavy."""
    radius = float(rng.uniform(8, 45))
    _draw_lengths(
        canvas,
        rng,
        space,
        str(rng.choice(["steel", "steel", "aluminium"])),
        (radius, 0.0, space.width_mm * float(rng.uniform(0.7, 1))),
    )


def _draw_lengths(
    canvas: Canvas, rng: np.random.Generator, space: Space, material: str, size: tuple[float, float, float]
) -> None:
    """Round lengths of (radius, wall, length) in layers across the whole floor, up to the payload."""
    radius, wall, length = size
    step = max(2 * radius, 26.0)
    density = {"steel": 7.87, "pvc": 1.38, "copper": 8.96, "aluminium": 2.7}[material] / 1e6
    section = np.pi * (radius**2 - max(radius - wall, 0) ** 2) if wall else np.pi * radius**2
    pieces = PAYLOAD_KG / (section * length * density) * space.width_mm / 11_900
    across = max(1, int(space.depth_mm // step))
    layers = int(np.clip(pieces / across * length / space.width_mm, 1, (space.height_mm - 90) // (1.8 * radius)))
    for start in np.arange(space.x0, space.x1 - length + 1, length + 60):
        for bearer in np.linspace(start + 300, start + length - 300, 4):
            canvas.rectangle("wood", bearer - 45, space.y1 - 80, bearer + 45, space.y1, depth_mm=2_100)
        for layer in range(layers):
            y = space.y1 - 80 - radius - layer * 1.8 * radius
            for z in _groups(space, across):
                with canvas.across(z):
                    ends = rng.normal(0, 12, 2)
                    count = (z[1] - z[0]) / step
                    _draw_row(
                        canvas,
                        material,
                        (start + ends[0], start + length + ends[1]),
                        y + float(rng.normal(0, 1.5)),
                        radius,
                        wall,
                        count,
                    )
        for strap in np.linspace(start + 500, start + length - 500, 3):
            canvas.rectangle(
                "steel", strap, space.y1 - 80 - layers * 1.8 * radius, strap + 22, space.y1 - 70, depth_mm=3
            )


def _groups(space: Space, across: int) -> list[tuple[float, float]]:
    edges = np.linspace(space.z0, space.z1, min(across, 5) + 1)
    return [(float(a), float(b)) for a, b in pairwise(edges)]


def _draw_row(
    canvas: Canvas, material: str, ends: tuple[float, float], y: float, radius: float, wall: float, count: float
) -> None:
    """`count` equal rods side by side across the slab."""

    def depth(x: np.ndarray, down: np.ndarray) -> np.ndarray:
        chord = 2 * np.sqrt(np.maximum(radius**2 - (down - y) ** 2, 0))
        if wall:
            chord = chord - 2 * np.sqrt(np.maximum((radius - wall) ** 2 - (down - y) ** 2, 0))
        return np.asarray(count * chord + 0 * x, dtype=np.float32)

    canvas.texture(material, ends[0], y - radius, ends[1], y + radius, depth_mm=depth)


def draw_slabs(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Slabs of granite or marble standing on A-frames, packed in timber."""
    x, left_kg = space.x0 + float(rng.uniform(0, 200)), PAYLOAD_KG
    while x < space.x1 - 1_600 and left_kg > 3_000:
        long, high = (
            min(float(rng.uniform(1_700, 3_000)), space.x1 - x),
            min(float(rng.uniform(1_100, 1_850)), space.height_mm - 150),
        )
        thick, count = float(rng.choice([20, 20, 30])), int(rng.integers(6, 16))
        for side in (-1, 1):
            for slab in range(count // 2):
                z = side * (130 + slab * (thick + 4)) + float(rng.normal(0, 2))
                grown = rng.normal(0, 30, 2)
                with canvas.across((z - thick / 2, z + thick / 2)):
                    canvas.rectangle(
                        "stone",
                        x + grown[0],
                        space.y1 - 130 - high + grown[1],
                        x + long,
                        space.y1 - 130,
                        depth_mm=thick,
                    )
        for foot in (x + 200, x + long - 300):
            canvas.bar("wood", (foot, space.y1), (foot, space.y1 - 160 - high), width_mm=100, depth_mm=240)
            canvas.rectangle("wood", foot - 40, space.y1 - 130, foot + 140, space.y1, depth_mm=1_400)
        canvas.rectangle("wood", x, space.y1 - 170 - high, x + long, space.y1 - 100 - high, depth_mm=300)
        left_kg -= count * long * high * thick * 2.65e-6
        x += long + float(rng.uniform(80, 500))


def draw_tiles(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Ceramic tiles in small cartons on low pallets."""
    edge, pack, deep = float(rng.choice([300, 400, 600])), float(rng.uniform(70, 120)), float(rng.uniform(300, 620))

    def carton(unit: Canvas) -> None:
        unit.rectangle("cardboard", 0, 0, edge, pack, depth_mm=8)
        thick = float(rng.uniform(8, 10.5))
        for x in np.arange(3, edge - thick, thick + 1.2):
            unit.rectangle("ceramic", x, 5, x + thick, pack - 3, depth_mm=deep - 8)

    units = [make_unit(canvas, edge, pack, deep, carton) for _ in range(2)]
    _on_pallets(canvas, rng, space, units)


def draw_cement(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Paper bags of cement or mineral powder on pallets."""
    long, high, deep = float(rng.uniform(500, 620)), float(rng.uniform(100, 130)), float(rng.uniform(340, 420))
    material = str(rng.choice(["cement", "salt", "fertiliser"]))

    def bag(unit: Canvas) -> None:
        unit.ellipsoid(material, long / 2, high / 2, 0.54 * long, 0.66 * high, depth_mm=deep * 0.98)

    units = [make_unit(canvas, long, high, deep, bag) for _ in range(3)]
    _on_pallets(canvas, rng, space, units)


def _on_pallets(canvas: Canvas, rng: np.random.Generator, space: Space, units: list[Unit]) -> None:
    """Units on pallets 1,200 mm long, the load shared evenly between them."""
    step = 1_200 + float(rng.uniform(15, 160))
    starts = np.arange(space.x0, space.x1 - 1_190, step)
    for x in starts:
        top = draw_pallet(canvas, float(x), float(x) + 1_200, space.y1)
        here = Space(x0=float(x), y0=space.y0, x1=float(x) + 1_200, y1=top, z0=space.z0, z1=space.z1)
        fill(canvas, rng, here, units, random_stowage(rng), payload_kg=PAYLOAD_KG / max(len(starts), 1))


def draw_glass(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Float glass or mirrors standing in wooden crates."""
    x = space.x0 + 60
    while x < space.x1 - 1_200:
        long, high = (
            min(float(rng.uniform(1_200, 2_600)), space.x1 - x),
            min(float(rng.uniform(900, 1_900)), space.height_mm - 60),
        )
        for z in rng.uniform(-850, 850, int(rng.integers(1, 4))):
            stack = float(rng.uniform(60, 200))
            with canvas.across((float(z) - stack / 2, float(z) + stack / 2)):
                canvas.rectangle(
                    "glass", x + 60, space.y1 - high + 60, x + long - 60, space.y1 - 60, depth_mm=0.8 * stack
                )
                for board in np.linspace(x, x + long - 90, 6):
                    canvas.rectangle("wood", board, space.y1 - high, board + 90, space.y1, depth_mm=50)
                canvas.frame("wood", x, space.y1 - high, x + long, space.y1, bar_mm=60, depth_mm=stack + 60)
        x += long + float(rng.uniform(60, 300))


def draw_panels(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Packs of plywood, board or laminate on bearers, strapped."""
    thick, long = float(rng.uniform(6, 25)), float(rng.choice([2_440, 2_500, 2_800]))
    pack = float(rng.uniform(350, 700))
    most_kg = canvas.total_kg + 0.85 * PAYLOAD_KG
    for x in np.arange(space.x0, space.x1 - long, long + float(rng.uniform(30, 120))):
        for z in ((-1_150.0, -20.0), (20.0, 1_150.0)):
            y = space.y1
            with canvas.across(z):
                while y - pack - 90 > space.y0 and canvas.total_kg < most_kg:
                    for bearer in np.linspace(x + 150, x + long - 250, 4):
                        canvas.rectangle("wood", bearer, y - 90, bearer + 90, y, depth_mm=1_050)
                    _draw_pack(canvas, rng, (x, y - 90 - pack, x + long, y - 90), thick)
                    y -= pack + 90


def _draw_pack(
    canvas: Canvas, rng: np.random.Generator, edges: tuple[float, float, float, float], thick: float
) -> None:
    x0, y0, x1, y1 = edges
    tops = np.arange(y0, y1 - thick, thick)
    shift = rng.normal(0, 4, tops.size)
    for slab in canvas.slabs:
        canvas.boxes("plywood", x0 + shift, tops, slab[0], x1 + shift, tops + thick * 0.97, slab[1])
    for strap in np.linspace(x0 + 300, x1 - 300, 3):
        canvas.rectangle("steel", strap, y0 - 2, strap + 25, y1, depth_mm=2)


def draw_profiles(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Aluminium profiles in long bundles wrapped in foil."""
    wide, wall = float(rng.uniform(30, 90)), float(rng.uniform(1.4, 3.0))
    length = min(float(rng.uniform(4_000, 6_400)), space.width_mm)
    starts = np.arange(space.x0, space.x1 - length + 1, length + 80)
    for start in starts:
        most_kg = canvas.total_kg + 0.85 * PAYLOAD_KG / len(starts)
        for y in np.arange(space.y1 - 60, space.y0 + 2 * wide, -(wide + 2)):
            if canvas.total_kg > most_kg:
                break
            shift = rng.normal(0, 25, 2)
            count = (space.depth_mm - 200) / (wide + 3)
            canvas.rectangle(
                "aluminium", start + shift[0], y - wide, start + length + shift[1], y, depth_mm=count * 2 * wall
            )
            for edge in (y - wide, y - wall, y - wide / 2):
                canvas.rectangle(
                    "aluminium", start + shift[0], edge, start + length + shift[1], edge + wall, depth_mm=count * wide
                )
        for bearer in np.linspace(start + 300, start + length - 300, 4):
            canvas.rectangle("wood", bearer, space.y1 - 60, bearer + 80, space.y1, depth_mm=2_000)


def draw_solar_panels(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Solar modules standing on edge in cartons on pallets."""
    long, high, deep = float(rng.uniform(1_650, 2_280)), float(rng.uniform(1_000, 1_140)), 1_100.0
    count = int(rng.integers(24, 33))

    def pallet(unit: Canvas) -> None:
        unit.frame("cardboard", 0, 0, long, high, bar_mm=8, depth_mm=deep)
        unit.rectangle("glass", 20, 20, long - 20, high - 150, depth_mm=3.2 * count)
        unit.rectangle("plastic", 20, 20, long - 20, high - 150, depth_mm=1.2 * count)
        unit.frame("aluminium", 12, 14, long - 12, high - 140, bar_mm=12, depth_mm=11.0 * count)
        lump(
            unit,
            rng,
            "copper",
            (long / 2 - 70, 60, long / 2 + 70, 110),
            depth_mm=0.4 * count,
            roughness=0.3,
            grain_mm=30,
        )
        unit.rectangle("plastic", long / 2 - 80, 55, long / 2 + 80, 115, depth_mm=14.0 * count)
        for x in (20.0, long / 2 - 60, long - 140):
            unit.rectangle("wood", x, high - 120, x + 120, high, depth_mm=deep)
        unit.rectangle("wood", 0, high - 140, long, high - 118, depth_mm=deep)

    units = [make_unit(canvas, long, high, deep, pallet)]
    fill(canvas, rng, space, units, random_stowage(rng))
