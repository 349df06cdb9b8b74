"""Owns general cargo, unit by unit: mixed cartons, pallets, drums, caged tanks, reels, appliances, furniture."""

from dataclasses import replace
from functools import partial

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.cargo_packed import draw_pallet, random_pattern
from scanview.simulate.container import Space
from scanview.simulate.materials import MATERIALS
from scanview.simulate.packing import Place, draw_carton, fill, lump, make_unit, random_stowage
from scanview.simulate.picture import Plane
from scanview.simulate.unit import Unit

_CONTENTS = ("cloth", "plastic", "paper", "food", "ceramic", "aluminium", "glass", "rubber", "wood")


def draw_mixed_cartons(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A consignment of many shippers: blocks of like cartons, of differing height, with odd ones on top."""
    x = space.x0
    while x < space.x1 - 260:
        block = min(float(rng.uniform(600, 2_400)), space.x1 - x)
        here = replace(space, x0=x, x1=x + block)
        units, how = _filled_cartons(canvas, rng, here), random_stowage(rng)
        fill(canvas, rng, here, units, how, payload_kg=20_000 * block / max(space.width_mm, 6_000))
        x += max(units[0].width_mm, block - block % (units[0].width_mm + how.gap_mm)) + float(rng.uniform(0, 30))


def _filled_cartons(canvas: Canvas, rng: np.random.Generator, space: Space) -> list[Unit]:
    """Cartons with contents of one kind, packed in a pattern of their own; a few variants that differ in filling."""
    long, high = min(float(rng.uniform(280, 620)), space.width_mm), float(rng.uniform(180, 480))
    deep = float(rng.uniform(280, 600))
    material, pattern = str(rng.choice(_CONTENTS)), random_pattern(rng)
    share = float(rng.uniform(0.06, 0.45)) / max(MATERIALS[material].density_g_cm3, 0.3)

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        level = high * float(rng.uniform(0.02, 0.1))
        depth = share * deep * float(rng.normal(1, 0.05))

        def contents(x: Plane, y: Plane) -> Plane:
            return np.asarray(depth * pattern(x, y), dtype=np.float32)

        unit.texture(material, 10, 12 + level, long - 10, high - 12, depth_mm=contents)
        if rng.random() < 0.4:
            lump(unit, rng, material, (12, 14, long - 12, high - 14), depth_mm=0.2 * depth, roughness=0.6, grain_mm=60)

    return [make_unit(canvas, long, high, deep, carton) for _ in range(3)]


def draw_wrapped_pallets(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Goods on pallets under foil, two pallets side by side, each with layers of like units."""
    long = float(rng.choice([800.0, 1_000.0, 1_200.0]))
    step, how = long + float(rng.uniform(15, 110)), random_stowage(rng)
    starts = np.arange(space.x0, space.x1 - long, step)
    units = _filled_cartons(canvas, rng, replace(space, x1=space.x0 + long))
    for x in starts:
        top = draw_pallet(canvas, float(x), float(x) + long, space.y1)
        high = float(rng.uniform(0.55, 1.0)) * (top - space.y0)
        for z0, z1 in ((space.z0 + 20, -15.0), (15.0, space.z1 - 20)):
            here = replace(space, x0=float(x), x1=float(x) + long, y0=top - high, y1=top, z0=z0, z1=z1)
            fill(canvas, rng, here, units, replace(how, filled=1.0), payload_kg=11_000 / max(len(starts), 4))
            with canvas.across((z0, z1)):
                canvas.frame("plastic", x, here.y0, x + long, top, bar_mm=2, depth_mm=z1 - z0)
                canvas.rectangle("plastic", x, here.y0, x + long, top, depth_mm=0.6)


def draw_standing_drums(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Drums of 200 litres four abreast, in one or two layers on boards, each filled to a level of its own."""
    radius, high = 290.0, 880.0
    liquid, metal = (
        str(rng.choice(["water", "spirit", "oil", "plastic"])),
        str(rng.choice(["steel", "steel", "plastic"])),
    )
    wall = 1.2 if metal == "steel" else 4.0

    def drum(unit: Canvas) -> None:
        level = high * float(rng.uniform(0.06, 0.3))
        unit.column(metal, radius + 6, 0, high, radius, wall_mm=wall)
        unit.column(liquid, radius + 6, level, high - 4, radius - wall)
        for y in (0.0, 0.33 * high, 0.66 * high, high - 12):
            unit.column(metal, radius + 6, y, y + 12, radius + 5, wall_mm=7)
        for y in (2.0, high - 3):
            unit.column(metal, radius + 6, y, y + wall, radius)

    units = [make_unit(canvas, 2 * radius + 12, high, 2 * radius, drum) for _ in range(5)]
    fill(canvas, rng, space, units, replace(random_stowage(rng), missing=0.005), payload_kg=24_000)


def draw_caged_tanks(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Intermediate bulk containers of 1,000 litres: a plastic bottle in a cage on a pallet."""
    liquid, high = str(rng.choice(["water", "spirit", "oil"])), 1_160.0

    def tank(unit: Canvas) -> None:
        top = draw_pallet(unit, 0, 1_200, high)
        level = float(rng.uniform(0.08, 0.6)) * 900
        outline = [
            (30, level + 90),
            (1_170, level + 90),
            (1_170, top - 40),
            (1_120, top - 10),
            (80, top - 10),
            (30, top - 40),
        ]
        unit.polygon(liquid, [(float(x), float(y)) for x, y in outline], depth_mm=940)
        unit.frame("plastic", 22, 70, 1_178, top - 2, bar_mm=4, depth_mm=960)
        unit.rectangle("plastic", 22, 70, 1_178, top, depth_mm=5)
        unit.disc("plastic", 600, 60, 90, depth_mm=60)
        for x in np.linspace(8, 1_180, 11):
            unit.rectangle("steel", x, 60, x + 14, top, depth_mm=4.4)
        for y in np.linspace(70, top - 16, 8):
            unit.rectangle("steel", 4, y, 1_196, y + 14, depth_mm=4.4)

    units = [make_unit(canvas, 1_200, high, 1_000, tank) for _ in range(3)]
    fill(canvas, rng, space, units, replace(random_stowage(rng), gap_mm=25, missing=0.0), payload_kg=25_000)


def draw_reels(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Standing reels of paper, two abreast or nested, their cores in line through the layers."""
    radius, high = float(rng.uniform(480, 625)), float(rng.uniform(620, 1_260))
    tight = float(rng.uniform(0.8, 1.0))

    def reel(unit: Canvas) -> None:
        unit.column("paper", radius, 4, high, radius, wall_mm=radius - 48, count=tight)
        unit.column("cardboard", radius, 4, high, 52, wall_mm=14)
        unit.column("cardboard", radius, 0, 5, radius)
        for ring in np.linspace(0.3, 0.95, 4):
            unit.column("paper", radius, 4, high, ring * radius, wall_mm=5, count=0.05 * tight)

    units = [make_unit(canvas, 2 * radius, high, min(2 * radius, 1_150), reel) for _ in range(2)]
    fill(canvas, rng, space, units, replace(random_stowage(rng), gap_mm=8, missing=0.0), payload_kg=25_000)


def draw_appliances(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Small appliances and power electronics: boards, transformers, motors and heat sinks in foam, all alike."""
    long, high, deep = float(rng.uniform(300, 560)), float(rng.uniform(220, 460)), float(rng.uniform(260, 480))
    parts = [
        (str(rng.choice(["steel", "copper", "aluminium", "plastic", "plastic"])), *rng.uniform(0.12, 0.86, 4))
        for _ in range(int(rng.integers(6, 16)))
    ]
    boards = rng.uniform(0.2, 0.8, int(rng.integers(1, 4)))
    coil = rng.uniform(0.25, 0.75, 2)

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        unit.frame("foam", 8, 12, long - 8, high - 12, bar_mm=30, depth_mm=deep - 20)
        unit.frame("plastic", 40, 40, long - 40, high - 40, bar_mm=4, depth_mm=0.7 * deep)
        for material, ax, ay, bx, by in parts:
            x0, x1 = sorted((40 + ax * (long - 80), 40 + bx * (long - 80)))
            y0, y1 = sorted((40 + ay * (high - 80), 40 + by * (high - 80)))
            thick = {"steel": 2.0, "copper": 1.2, "aluminium": 6.0, "plastic": 9.0}[material]
            unit.rectangle(material, x0, y0, 0.4 * x1 + 0.6 * x0, y1, depth_mm=thick)
        for share in boards:
            y = 40 + share * (high - 80)
            unit.rectangle("glass", 50, y, long - 50, y + 2, depth_mm=0.6 * deep)
            for x in np.arange(56, long - 60, 26.0):
                unit.rectangle(str(rng.choice(["copper", "plastic", "aluminium"])), x, y - 14, x + 14, y, depth_mm=12)
        x, y = coil[0] * long, coil[1] * high
        unit.rectangle("steel", x - 28, y - 24, x + 28, y + 24, depth_mm=38)
        unit.disc("copper", x, y, 20, depth_mm=44, hole_mm=8)

    units = [make_unit(canvas, long, high, deep, carton) for _ in range(2)]
    fill(canvas, rng, space, units, random_stowage(rng), payload_kg=16_000)


def draw_house_furniture(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Cupboards, flat packs, sofas, mattresses and nested chairs, block by block."""
    x = space.x0
    draws = (_cupboard, _flat_pack, _sofa, _mattress, _chairs)
    while x < space.x1 - 600:
        block = min(float(rng.uniform(700, 2_600)), space.x1 - x)
        draw, sizes = draws[int(rng.integers(len(draws)))], rng.uniform((500, 380, 400), (1_900, 1_100, 900))
        size = (min(float(sizes[0]), block), float(sizes[1]), float(sizes[2]))
        unit = make_unit(canvas, *size, partial(draw, rng=rng, size=size))
        fill(canvas, rng, replace(space, x0=x, x1=x + block), [unit], random_stowage(rng), payload_kg=4_000)
        x += max(size[0], block - block % size[0])


def _cupboard(unit: Canvas, rng: np.random.Generator, size: Place) -> None:
    long, high, deep = size
    unit.frame("cardboard", 0, 0, long, high, bar_mm=4, depth_mm=deep)
    unit.frame("plywood", 10, 10, long - 10, high - 6, bar_mm=18, depth_mm=deep - 20)
    unit.rectangle("plywood", 10, 10, long - 10, high - 6, depth_mm=22)
    for y in rng.uniform(0.2, 0.8, 3):
        unit.rectangle("plywood", 28, y * high, long - 28, y * high + 18, depth_mm=deep - 50)
    for x in (0.15, 0.85):
        for y in (0.2, 0.8):
            unit.rectangle("steel", x * long, y * high, x * long + 34, y * high + 30, depth_mm=10)


def _flat_pack(unit: Canvas, rng: np.random.Generator, size: Place) -> None:
    long, high, deep = size
    y = high
    while y > 120:
        tall = float(rng.uniform(60, 130))
        unit.rectangle("cardboard", 0, y - tall, long, y, depth_mm=10)
        for board in np.arange(y - tall + 6, y - 18, 19.0):
            unit.rectangle(
                "plywood",
                float(rng.uniform(4, 40)),
                board,
                long - float(rng.uniform(4, 160)),
                board + 17,
                depth_mm=deep * 0.93,
            )
        unit.rectangle("steel", 0.1 * long, y - 16, 0.1 * long + 110, y - 8, depth_mm=60)
        y -= tall + 3


def _sofa(unit: Canvas, rng: np.random.Generator, size: Place) -> None:
    long, high, deep = size
    seat = 0.55 * high
    unit.rectangle("foam", 30, seat, long - 30, high - 130, depth_mm=deep)
    unit.rectangle("foam", 30, 20, long - 30, seat, depth_mm=0.35 * deep)
    for x in (0.0, long - 90):
        unit.rectangle("foam", x, 0.35 * high, x + 90, high - 110, depth_mm=deep)
    unit.frame("wood", 20, 30, long - 20, high - 100, bar_mm=35, depth_mm=160)
    for x in np.arange(70, long - 70, 95.0):
        unit.disc("steel", x, high - 160, 32, depth_mm=22, hole_mm=27)
    unit.rectangle("cloth", 0, 10, long, high - 60, depth_mm=24)
    for x in (40.0, long - 80):
        unit.rectangle("wood", x, high - 60, x + 40, high, depth_mm=90)


def _mattress(unit: Canvas, rng: np.random.Generator, size: Place) -> None:
    long, high, deep = size
    for y in np.arange(0, high - 200, 215.0):
        unit.rectangle("foam", 0, y, long, y + 205, depth_mm=deep)
        unit.rectangle("cloth", 0, y, long, y + 14, depth_mm=0.7 * deep)
        for x in np.arange(35, long - 35, 68.0):
            unit.column("steel", x, y + 30, y + 180, 28, wall_mm=0.5, count=deep / 70)


def _chairs(unit: Canvas, rng: np.random.Generator, size: Place) -> None:
    long, high, deep = size
    metal = str(rng.choice(["steel", "wood", "aluminium"]))
    wide, thick = (34.0, 60.0) if metal == "wood" else (22.0, 8.0)
    for nest in np.arange(0, high - 420, 75.0):
        y = high - nest
        for x in (0.12 * long, 0.62 * long):
            unit.bar(metal, (x, y), (x + 40, y - 420), width_mm=wide, depth_mm=thick)
            unit.bar(metal, (x + 210, y), (x + 190, y - 420), width_mm=wide, depth_mm=thick)
            unit.bar("plywood", (x + 10, y - 425), (x + 220, y - 415), width_mm=18, depth_mm=0.8 * deep)
    unit.rectangle("plastic", 0, 0, long, high, depth_mm=1)
