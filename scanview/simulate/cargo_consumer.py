"""Owns consumer goods: textiles, shoes, toys, bicycles, white goods, books, screens, household groupage."""

from dataclasses import replace

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.packing import draw_carton, fill, lump, make_unit, random_stowage


def draw_textiles(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Pressed bales of cloth or clothing with steel straps."""
    long, high, deep = float(rng.uniform(800, 1_150)), float(rng.uniform(420, 700)), float(rng.uniform(560, 780))
    straps, material = int(rng.integers(3, 7)), str(rng.choice(["cloth", "silk"]))

    def bale(unit: Canvas) -> None:
        edges = (8.0, 6.0, long - 8, high - 4)
        lump(unit, rng, material, edges, depth_mm=deep - 30, roughness=0.14, grain_mm=float(rng.uniform(60, 200)))
        for strap in (np.arange(straps) + 0.5) * long / straps:
            x = strap + float(rng.normal(0, 12))
            unit.rectangle("steel", x, 4, x + 16, high - 2, depth_mm=1.6)
            unit.rectangle("steel", x, 2, x + 16, 4, depth_mm=deep)
            unit.rectangle("steel", x, high - 4, x + 16, high - 2, depth_mm=deep)

    units = [make_unit(canvas, long, high, deep, bale) for _ in range(4)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_shoes(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Cartons of shoe boxes, a pair in each."""
    wide, tall, deep = float(rng.uniform(280, 350)), float(rng.uniform(100, 130)), float(rng.uniform(170, 220))
    across, up = int(rng.integers(1, 3)), int(rng.integers(3, 6))
    long, high, whole = across * wide + 16, up * tall + 16, 3 * deep
    sole, heel = float(rng.uniform(10, 26)), float(rng.uniform(0, 45))

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, whole)
        for column in range(across):
            for row in range(up):
                x, y = 8 + column * wide, 8 + row * tall
                unit.frame("cardboard", x, y, x + wide, y + tall, bar_mm=3, depth_mm=whole - 30)
                _draw_pair(unit, rng, x, y + tall - 6, wide, (sole, heel))

    units = [make_unit(canvas, long, high, whole, carton) for _ in range(3)]
    fill(canvas, rng, space, units, random_stowage(rng))


def _draw_pair(
    unit: Canvas, rng: np.random.Generator, x: float, floor: float, wide: float, shape: tuple[float, float]
) -> None:
    sole, heel = shape
    for turned in (False, True):
        start, end = (x + wide - 12, x + 12) if turned else (x + 12, x + wide - 12)
        run = end - start
        top = floor - 70 + float(rng.normal(0, 3))
        upper = [(start, floor), (start, top), (start + 0.3 * run, top + 8), (end, floor - 22), (end, floor)]
        unit.polygon("leather", upper, depth_mm=60)
        unit.polygon(
            "rubber", [(start, floor), (start, floor - sole), (end, floor - sole * 0.7), (end, floor)], depth_mm=180
        )
        if heel > 8:
            unit.polygon(
                "rubber",
                [(start, floor), (start, floor - heel), (start + 0.2 * run, floor - heel), (start + 0.2 * run, floor)],
                depth_mm=150,
            )


def draw_toys(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Blocks of cartons of many kinds of toys, each kind with a fine and very regular pattern of its own."""
    x = space.x0
    while x < space.x1 - 350:
        block = min(float(rng.uniform(500, 1_700)), space.x1 - x)
        here = Space(x0=x, y0=space.y0, x1=x + block, y1=space.y1, z0=space.z0, z1=space.z1)
        x += _draw_toy_block(canvas, rng, here)


def _draw_toy_block(canvas: Canvas, rng: np.random.Generator, space: Space) -> float:
    """Cartons of one kind of toy; returns how far they reach."""
    long, high = min(float(rng.uniform(300, 620)), space.width_mm), float(rng.uniform(220, 480))
    deep = float(rng.uniform(350, 600))
    pitch_x, pitch_y = float(rng.uniform(28, 110)), float(rng.uniform(30, 140))
    parts = [
        (
            str(rng.choice(["plastic", "plastic", "plastic", "rubber", "steel", "pvc"])),
            *rng.uniform(0.05, 0.95, 4),
            float(rng.random()),
        )
        for _ in range(int(rng.integers(2, 6)))
    ]
    density = float(rng.uniform(0.25, 1.0))

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        for x in np.arange(10, long - pitch_x, pitch_x):
            for y in np.arange(10, high - pitch_y, pitch_y):
                for material, ax, ay, bx, by, thick in parts:
                    x0, x1 = x + min(ax, bx) * pitch_x, x + max(ax, bx) * pitch_x
                    y0, y1 = y + min(ay, by) * pitch_y, y + max(ay, by) * pitch_y
                    depth = deep * density * thick * (0.04 if material == "steel" else 0.5)
                    unit.rectangle(material, x0, y0, x1, y1, depth_mm=depth)

    units = [make_unit(canvas, long, high, deep, carton)]
    how = replace(random_stowage(rng), filled=float(rng.uniform(0.85, 1.0)))
    fill(canvas, rng, space, units, how, payload_kg=6_000)
    return max(1, int((space.width_mm + how.gap_mm) // (long + how.gap_mm))) * (long + how.gap_mm)


def draw_bicycles(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Bicycles with their front wheels off, each in a flat standing carton."""
    wheel = float(rng.choice([260, 305, 335, 350]))
    long, high, deep = (
        4 * wheel + float(rng.uniform(20, 160)),
        2 * wheel + float(rng.uniform(60, 160)),
        float(rng.uniform(180, 260)),
    )
    tube, metal = float(rng.uniform(26, 42)), str(rng.choice(["steel", "aluminium"]))
    wall = 4.0 if metal == "aluminium" else 2.2

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        hub_y = high - wheel - 15
        for hub_x in (wheel + 20, long - wheel - 20):
            unit.disc("rubber", hub_x, hub_y, wheel, depth_mm=30, hole_mm=wheel - 28)
            unit.disc("aluminium", hub_x, hub_y, wheel - 26, depth_mm=22, hole_mm=wheel - 42)
            unit.disc("steel", hub_x, hub_y, 28, depth_mm=60)
            for angle in np.arange(18) * np.pi / 9 + float(rng.uniform(0, 1)):
                tip = (hub_x + (wheel - 30) * np.cos(angle), hub_y + (wheel - 30) * np.sin(angle))
                unit.bar("steel", (hub_x, hub_y), tip, width_mm=2.4, depth_mm=4)
        rear, crank = (wheel + 20, hub_y), (2 * wheel + 30, hub_y + 0.1 * wheel)
        seat, head = (1.65 * wheel + 20, 60.0), (3.1 * wheel, 90.0)
        for start, end in ((rear, crank), (rear, seat), (crank, seat), (crank, head), (seat, head)):
            unit.bar(metal, start, end, width_mm=tube, depth_mm=3.2 * wall)
        unit.bar(metal, head, (head[0] + 50, 0.8 * high), width_mm=tube * 0.8, depth_mm=4 * wall)
        unit.disc("steel", *crank, 90, depth_mm=5, hole_mm=40)
        unit.disc("steel", *crank, 24, depth_mm=110)
        unit.disc("steel", *rear, 55, depth_mm=25, hole_mm=12)
        unit.ellipsoid("foam", seat[0], 45, 130, 32, depth_mm=150)

    units = [make_unit(canvas, long, high, deep, carton) for _ in range(2)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_white_goods(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Washing machines or refrigerators, each in a carton with foam corners."""
    if rng.random() < 0.5:
        wide, high, deep, draw = 610.0, float(rng.uniform(850, 900)), 630.0, _draw_washer
    else:
        wide, high, deep, draw = (
            float(rng.uniform(540, 720)),
            float(rng.uniform(1_050, 1_900)),
            680.0,
            _draw_refrigerator,
        )

    def carton(unit: Canvas) -> None:
        draw_carton(unit, wide + 40, high + 60, deep)
        for x in (10.0, wide - 60.0):
            for y in (10.0, high - 40.0):
                unit.rectangle("foam", x, y, x + 90, y + 90, depth_mm=deep)
        draw(unit, rng, wide, high)

    units = [make_unit(canvas, wide + 40, high + 60, deep, carton) for _ in range(2)]
    fill(canvas, rng, space, units, random_stowage(rng))


def _draw_washer(unit: Canvas, rng: np.random.Generator, wide: float, high: float) -> None:
    left, top, right, bottom = 20.0, 30.0, wide + 20, high + 30
    unit.frame("steel", left, top, right, bottom, bar_mm=5, depth_mm=420)
    unit.rectangle("steel", left, top, right, bottom, depth_mm=1.6)
    middle, drum = ((left + right) / 2, top + 0.52 * high), 0.42 * wide
    unit.disc("plastic", *middle, drum + 35, depth_mm=360, hole_mm=drum + 22)
    unit.disc("steel", *middle, drum, depth_mm=330, hole_mm=drum - 5)
    unit.disc("steel", *middle, drum, depth_mm=2.4)
    unit.disc("glass", *middle, 0.5 * drum, depth_mm=8)
    unit.disc("aluminium", *middle, 70, depth_mm=90)
    unit.rectangle("concrete", left + 60, top + 90, right - 60, top + 190, depth_mm=float(rng.uniform(110, 170)))
    unit.rectangle("concrete", left + 70, bottom - 210, left + 160, bottom - 60, depth_mm=120)
    motor = (right - 190, bottom - 120)
    unit.disc("steel", *motor, 75, depth_mm=130)
    unit.disc("copper", *motor, 52, depth_mm=60, hole_mm=28)
    unit.rectangle("plastic", left + 20, top + 12, right - 20, top + 70, depth_mm=60)
    unit.rectangle("copper", right - 160, top + 20, right - 90, top + 60, depth_mm=6)


def _draw_refrigerator(unit: Canvas, rng: np.random.Generator, wide: float, high: float) -> None:
    left, top, right, bottom = 20.0, 30.0, wide + 20, high + 30
    unit.frame("steel", left, top, right, bottom, bar_mm=4, depth_mm=420)
    unit.frame("foam", left, top, right, bottom, bar_mm=65, depth_mm=620)
    unit.rectangle("steel", left, top, right, bottom, depth_mm=2.0)
    unit.rectangle("plastic", left + 65, top + 65, right - 65, bottom - 190, depth_mm=6)
    for y in np.linspace(top + 180, bottom - 260, int(rng.integers(3, 6))):
        unit.rectangle("glass", left + 70, y, right - 70, y + 5, depth_mm=420)
    for y in np.arange(top + 120, bottom - 240, 55.0):
        unit.rectangle("steel", right - 30, y, right - 22, y + 8, depth_mm=360)
    compressor = (right - 150, bottom - 110)
    unit.ellipsoid("steel", *compressor, 120, 90, depth_mm=50)
    unit.disc("copper", *compressor, 60, depth_mm=45, hole_mm=25)
    unit.bar("copper", compressor, (right - 28, top + 140), width_mm=9, depth_mm=9)


def draw_books(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Small heavy cartons of books or printed matter on pallets."""
    long, high, deep = float(rng.uniform(300, 440)), float(rng.uniform(220, 340)), float(rng.uniform(260, 400))
    leaves = float(rng.uniform(12, 45))

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        for y in np.arange(14, high - leaves, leaves):
            inset = float(rng.uniform(10, 26))
            unit.rectangle(
                "paper", inset, y + 1.5, long - inset, y + leaves - 1, depth_mm=(deep - 30) * float(rng.uniform(0.8, 1))
            )

    units = [make_unit(canvas, long, high, deep, carton) for _ in range(3)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_screens(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Flat screens standing in thin cartons."""
    inches = float(rng.uniform(24, 65))
    long, high, deep = inches * 22.2 + 110, inches * 12.6 + 120, float(rng.uniform(120, 190))
    board = rng.uniform(0.2, 0.6, 4)

    def carton(unit: Canvas) -> None:
        draw_carton(unit, long, high, deep)
        unit.frame("foam", 12, 12, long - 12, high - 12, bar_mm=45, depth_mm=deep - 20)
        unit.rectangle("glass", 55, 55, long - 55, high - 60, depth_mm=2.6)
        unit.rectangle("steel", 60, 60, long - 60, high - 65, depth_mm=0.9)
        unit.frame("aluminium", 52, 52, long - 52, high - 57, bar_mm=9, depth_mm=22)
        for share, metal in zip(board, ("copper", "aluminium", "steel", "copper"), strict=True):
            x, y = 60 + share * (long - 320), 0.45 * high + 80 * share
            unit.rectangle(metal, x, y, x + 150, y + 90, depth_mm=2.2)
            unit.rectangle("plastic", x - 10, y - 10, x + 180, y + 120, depth_mm=4)
            unit.disc("aluminium", x + 40, y + 40, 14, depth_mm=22)

    units = [make_unit(canvas, long, high, deep, carton)]
    fill(canvas, rng, space, units, random_stowage(rng))


def draw_groupage(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Household effects: furniture, bags, tools and appliances, no two alike, thrown together."""
    x = space.x0
    while x < space.x1 - 300:
        wide, y, row = float(rng.uniform(300, 1_000)), space.y1, float(rng.uniform(-700, 700))
        while y > space.y0 + 250:
            high = min(float(rng.uniform(200, 800)), y - space.y0)
            for z in (row - 500, row + 420):
                _draw_belonging(canvas, rng, (x, y - high, min(x + wide, space.x1), y), z)
            y -= high + 8
        x += wide * float(rng.uniform(0.75, 1.05))


def _draw_belonging(
    canvas: Canvas, rng: np.random.Generator, edges: tuple[float, float, float, float], z: float
) -> None:
    x0, y0, x1, y1 = edges
    deep = float(rng.uniform(250, 600))
    with canvas.across((z - deep / 2, z + deep / 2)):
        kind = int(rng.integers(4))
        if kind == 0:
            lump(canvas, rng, "cloth", edges, depth_mm=0.6 * deep, roughness=0.5, grain_mm=110)
        elif kind == 1:
            canvas.frame("wood", x0, y0, x1, y1, bar_mm=18, depth_mm=deep)
            canvas.rectangle("wood", x0, y0, x1, y1, depth_mm=30)
        elif kind == 2:
            canvas.frame("cardboard", x0, y0, x1, y1, bar_mm=7, depth_mm=deep)
            lump(
                canvas, rng, "paper", (x0 + 8, y0 + 30, x1 - 8, y1 - 8), depth_mm=0.3 * deep, roughness=0.8, grain_mm=70
            )
        else:
            canvas.frame("steel", x0, y0, x1, y1, bar_mm=8, depth_mm=0.3 * deep)
            canvas.rectangle("plastic", x0, y0, x1, y1, depth_mm=40)
        for _ in range(int(rng.integers(1, 5))):
            a, b = (rng.uniform(x0, x1), rng.uniform(y0, y1)), (rng.uniform(x0, x1), rng.uniform(y0, y1))
            metal = str(rng.choice(["steel", "aluminium", "plastic", "steel"]))
            canvas.bar(metal, a, b, width_mm=float(rng.uniform(8, 45)), depth_mm=float(rng.uniform(4, 30)))
