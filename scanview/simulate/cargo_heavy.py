"""Owns heavy trade goods: cable drums, engines, motorcycles, big bags, bales, ore, liquids in tanks, empties."""

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.cargo_packed import draw_pallet
from scanview.simulate.container import Space
from scanview.simulate.packing import PAYLOAD_KG, fill, lump, make_unit, random_stowage, unevenness
from scanview.simulate.picture import Plane


def draw_cable_drums(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Wooden drums of cable standing on their flanges, held by wedges."""
    x, left_kg = space.x0 + float(rng.uniform(50, 300)), PAYLOAD_KG
    while x < space.x1 - 900 and left_kg > 1_500:
        radius = min(float(rng.uniform(400, 1_050)), space.height_mm / 2 - 30, (space.x1 - x) / 2)
        deep, filled = float(rng.uniform(550, 1_000)), float(rng.uniform(0.55, 0.92))
        middle, y = x + radius, space.y1 - radius
        z = float(rng.uniform(-1, 1)) * (space.depth_mm - deep) / 2
        share = 0.35 if rng.random() < 0.6 else 0.18
        with canvas.across((z - deep / 2, z - deep / 2 + 60), (z + deep / 2 - 60, z + deep / 2)):
            canvas.disc("wood", middle, y, radius, depth_mm=110, hole_mm=45)
            for angle in np.arange(6) * np.pi / 3:
                tip = (middle + 0.9 * radius * np.cos(angle), y + 0.9 * radius * np.sin(angle))
                canvas.disc("steel", *tip, 14, depth_mm=60)
        with canvas.across((z - deep / 2 + 60, z + deep / 2 - 60)):
            core, out = 0.42 * radius, (0.42 + 0.55 * filled) * radius
            canvas.disc("copper", middle, y, out, depth_mm=share * deep, hole_mm=core)
            canvas.disc("pvc", middle, y, out, depth_mm=0.3 * deep, hole_mm=core)
            for ring in np.arange(core, out, float(rng.uniform(18, 45))):
                canvas.disc("copper", middle, y, ring, depth_mm=0.04 * deep, hole_mm=ring - 6)
            canvas.disc("wood", middle, y, core, depth_mm=60, hole_mm=core - 40)
        for side in (-1, 1):
            foot = middle + side * 0.55 * radius
            canvas.polygon(
                "wood",
                [(foot, space.y1), (foot + side * 170, space.y1), (foot + side * 170, space.y1 - 110)],
                depth_mm=400,
            )
        left_kg -= np.pi * (out**2 - core**2) * deep * (share * 8.96 + 0.4) / 1e6
        x += 2 * radius + float(rng.uniform(40, 350))


def draw_engines(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Used engines, gearboxes and axles on pallets, oily and entangled."""
    cylinders, bore = int(rng.integers(3, 7)), float(rng.uniform(75, 110))
    long, high, deep = cylinders * bore * 1.25 + 260, float(rng.uniform(620, 820)), 640.0
    metal = str(rng.choice(["steel", "aluminium"]))

    def engine(unit: Canvas) -> None:
        base = high - 150
        draw_pallet(unit, 0, long, high)
        start = 90.0
        unit.rectangle(metal, start, 0.35 * base, long - 150, 0.8 * base, depth_mm=110 if metal == "steel" else 240)
        unit.rectangle("aluminium", start + 10, 0.16 * base, long - 170, 0.35 * base, depth_mm=210)
        unit.rectangle("steel", start + 30, 0.8 * base, long - 180, base, depth_mm=14)
        for cylinder in range(cylinders):
            x = start + 40 + cylinder * bore * 1.2
            unit.rectangle("steel", x, 0.36 * base, x + 8, 0.66 * base, depth_mm=110)
            unit.rectangle("steel", x + bore - 8, 0.36 * base, x + bore, 0.66 * base, depth_mm=110)
            unit.rectangle(
                "aluminium",
                x + 8,
                (0.4 + 0.1 * (cylinder % 2)) * base,
                x + bore - 8,
                (0.52 + 0.1 * (cylinder % 2)) * base,
                depth_mm=80,
            )
            unit.disc("steel", x + bore / 2, 0.72 * base, 32, depth_mm=120)
            for valve in (0.25, 0.75):
                unit.bar(
                    "steel", (x + valve * bore, 0.2 * base), (x + valve * bore, 0.34 * base), width_mm=8, depth_mm=16
                )
        unit.disc("steel", long - 130, 0.66 * base, 145, depth_mm=28)
        unit.disc("steel", 70, 0.7 * base, 80, depth_mm=40, hole_mm=20)
        unit.disc("steel", 60, 0.4 * base, 55, depth_mm=70, hole_mm=12)
        unit.disc("copper", 60, 0.4 * base, 38, depth_mm=40, hole_mm=16)
        for _ in range(14):
            a = (rng.uniform(20, long - 20), rng.uniform(10, base))
            b = (a[0] + rng.normal(0, 120), float(np.clip(a[1] + rng.normal(0, 90), 0, base)))
            unit.bar(
                str(rng.choice(["steel", "rubber", "aluminium"])),
                a,
                b,
                width_mm=float(rng.uniform(10, 42)),
                depth_mm=float(rng.uniform(8, 40)),
            )

    units = [make_unit(canvas, long, high, deep, engine) for _ in range(3)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_motorcycles(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Motorcycles or scooters in steel crates."""
    wheel, long = float(rng.uniform(240, 320)), float(rng.uniform(1_700, 2_150))
    high, deep = float(rng.uniform(950, 1_150)), float(rng.uniform(430, 700))
    scooter = bool(rng.random() < 0.4)

    def crate(unit: Canvas) -> None:
        unit.frame("steel", 0, 0, long, high, bar_mm=24, depth_mm=9)
        for share in (0.33, 0.66):
            unit.bar("steel", (share * long, 0), (share * long, high), width_mm=24, depth_mm=8)
        hub = high - wheel - 30
        for x in (wheel + 40, long - wheel - 40):
            unit.disc("rubber", x, hub, wheel, depth_mm=100, hole_mm=wheel - 70)
            unit.disc("aluminium", x, hub, wheel - 68, depth_mm=46, hole_mm=wheel - 96)
            for angle in np.arange(5) * 2 * np.pi / 5:
                unit.bar(
                    "aluminium",
                    (x, hub),
                    (x + (wheel - 80) * np.cos(angle), hub + (wheel - 80) * np.sin(angle)),
                    width_mm=24,
                    depth_mm=26,
                )
            unit.disc("steel", x, hub, 120, depth_mm=5, hole_mm=70)
            unit.disc("steel", x, hub, 34, depth_mm=130)
        middle = 0.5 * long
        unit.rectangle("aluminium", middle - 190, hub - 190, middle + 150, hub + 90, depth_mm=170)
        unit.disc("steel", middle - 60, hub - 20, 85, depth_mm=80)
        unit.bar("aluminium", (middle - 40, hub - 160), (middle - 110, hub - 380), width_mm=130, depth_mm=70)
        unit.ellipsoid("steel", middle - 120, 0.24 * high, 240, 105, depth_mm=14)
        unit.ellipsoid("foam", middle + 250, 0.27 * high, 300, 60, depth_mm=260)
        unit.bar("steel", (wheel + 60, hub), (0.26 * long, 0.12 * high), width_mm=48, depth_mm=44)
        unit.bar("steel", (0.26 * long, 0.2 * high), (middle + 300, hub - 180), width_mm=55, depth_mm=14)
        unit.rod("steel", middle + 60, long - 60, hub + 40, 55, wall_mm=2.5)
        unit.rectangle("lead", middle + 140, hub - 200, middle + 230, hub - 120, depth_mm=34)
        if scooter:
            unit.polygon(
                "plastic",
                [
                    (0.2 * long, 0.1 * high),
                    (0.34 * long, 0.12 * high),
                    (0.42 * long, hub),
                    (middle, hub + 40),
                    (0.3 * long, hub),
                ],
                depth_mm=30,
            )

    units = [make_unit(canvas, long, high, deep, crate) for _ in range(2)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_big_bags(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Flexible bulk bags of a tonne, bulging, with their loops."""
    material = str(rng.choice(["granulate", "salt", "fertiliser", "cement", "food"]))
    edge, high = float(rng.uniform(920, 1_120)), float(rng.uniform(900, 1_250))

    def bag(unit: Canvas) -> None:
        level = float(rng.uniform(0.06, 0.18)) * high
        sides = [
            (0.06, 1.0),
            (0.0, 0.8),
            (0.0, 0.45),
            (0.05, 0.16),
            (0.3, 0.0),
            (0.7, 0.0),
            (0.95, 0.16),
            (1.0, 0.45),
            (1.0, 0.8),
            (0.94, 1.0),
        ]
        outline = [(x * edge, level + y * (high - level)) for x, y in sides]
        unit.polygon(material, outline, depth_mm=edge * 0.9)
        lump(
            unit,
            rng,
            material,
            (0.1 * edge, level + 0.25 * high, 0.9 * edge, high),
            depth_mm=0.07 * edge,
            roughness=0.5,
            grain_mm=150,
        )
        for x in (0.12, 0.86):
            unit.bar("cloth", (x * edge, level + 40), ((x + 0.06) * edge, 0), width_mm=45, depth_mm=40)

    units = [make_unit(canvas, edge, high, edge, bag) for _ in range(4)]
    fill(canvas, rng, space, units, random_stowage(rng, base_mm=float(rng.choice([0, 144]))))


def draw_bales(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Pressed bales of waste paper, cotton or plastic film with wires."""
    material, rough = str(rng.choice(["cardboard", "paper", "cloth", "granulate"])), float(rng.uniform(0.2, 0.45))
    long, high, deep = float(rng.uniform(1_000, 1_400)), float(rng.uniform(700, 1_100)), float(rng.uniform(750, 1_130))
    share = {"cardboard": 1.0, "paper": 0.6, "cloth": 1.0, "granulate": 0.7}[material]

    def bale(unit: Canvas) -> None:
        inset = rng.uniform(0, 40, 4)
        edges = (inset[0], inset[1], long - inset[2], high - 2)
        lump(unit, rng, material, edges, depth_mm=share * deep, roughness=rough, grain_mm=float(rng.uniform(60, 130)))
        for x in np.linspace(90, long - 90, 5) + rng.normal(0, 15, 5):
            unit.rectangle("steel", float(x), float(inset[1]), float(x) + 4, high - 2, depth_mm=8)

    units = [make_unit(canvas, long, high, deep, bale) for _ in range(5)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_ore(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Ore, slag or stone poured low into the container: cones under the grab."""
    crest, material = float(rng.uniform(450, 1_000)), str(rng.choice(["ore", "concrete", "coal"]))
    piles = np.arange(space.x0 + 900, space.x1, float(rng.uniform(1_500, 2_800)))
    x = np.linspace(space.x0, space.x1, 240)
    away = np.abs(x[:, np.newaxis] - piles).min(axis=1)
    surface = np.clip(crest - 0.4 * away + unevenness(rng, 240, 2, 2)[0] * 35, 80, space.height_mm - 30)
    stones = unevenness(rng, 900, 90, 1)

    def depth(px: Plane, py: Plane) -> Plane:
        top = space.y1 - np.interp(px[0], x, surface)[np.newaxis]
        column = np.clip((px / 14).astype(int) % 900, 0, 899)
        row = np.clip((py / 14).astype(int) % 90, 0, 89)
        heap = np.clip((py - top) / (0.9 * (space.y1 - top)), 0, 1) ** 0.6
        return np.asarray(heap * space.depth_mm * (0.55 + 0.06 * stones[row, column]), dtype=np.float32)

    with canvas.across((space.z0, space.z1)):
        canvas.texture(material, space.x0, space.y0, space.x1, space.y1, depth_mm=depth)


def draw_tank_liquid(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """What is in a tank: a liquid with a level surface; `space` is the box around the tank's inside."""
    radius, material = min(space.height_mm, space.depth_mm) / 2, str(rng.choice(["water", "oil", "spirit", "food"]))
    middle, level = (space.y0 + space.y1) / 2, space.y1 - float(rng.uniform(0.8, 0.97)) * 2 * radius

    def depth(x: Plane, y: Plane) -> Plane:
        chord = 2 * np.sqrt(np.maximum(radius**2 - (y - middle) ** 2, 0))
        return np.asarray(np.where(y > level, chord, 0) + 0 * x, dtype=np.float32)

    with canvas.across((-0.8 * radius, 0.8 * radius)):
        canvas.texture(material, space.x0, middle - radius, space.x1, middle + radius, depth_mm=depth)


def draw_empties(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Returned packaging: stacks of empty pallets, crates or folded boxes."""
    if rng.random() < 0.5:
        long, high, deep = 1_200.0, 144.0, 1_000.0

        def empty(unit: Canvas) -> None:
            draw_pallet(unit, 0, long, high)
    else:
        long, high, deep = 600.0, float(rng.uniform(180, 330)), 400.0

        def empty(unit: Canvas) -> None:
            unit.frame("plastic", 0, 0, long, high, bar_mm=4, depth_mm=deep)
            unit.rectangle("plastic", 0, 0, long, high, depth_mm=5)
            for x in np.arange(30, long, 60.0):
                unit.rectangle("plastic", x, 0, x + 4, high, depth_mm=26)
            unit.rectangle("plastic", 0, 0.1 * high, long, 0.1 * high + 10, depth_mm=30)

    units = [make_unit(canvas, long, high, deep, empty) for _ in range(2)]
    fill(canvas, rng, space, units, random_stowage(rng))
