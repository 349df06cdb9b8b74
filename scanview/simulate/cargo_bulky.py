"""Owns goods of large or irregular pieces: tyres, timber, machinery, scrap, coils and cars."""

import numpy as np

from scanview.simulate.canvas import Canvas, Slab
from scanview.simulate.car import car_size_mm, draw_car
from scanview.simulate.container import Space


def draw_tyres(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Tyres in standing stacks, or laced: rings side by side along the beam."""
    radius = float(rng.uniform(290, 520))
    wide = radius * float(rng.uniform(0.55, 0.75))
    if rng.random() < 0.5:
        across, down = radius * float(rng.uniform(1.0, 2.02)), radius * float(rng.uniform(0.9, 2.0))
        for x in np.arange(space.x0 + radius, space.x1 - radius, across):
            for y in np.arange(space.y1 - radius, space.y0 + radius, -down):
                canvas.disc("rubber", x, y, radius, depth_mm=150, hole_mm=0.56 * radius)
                canvas.disc("rubber", x, y, radius, depth_mm=600, hole_mm=radius - 22)
                canvas.disc("steel", x, y, 0.6 * radius, depth_mm=25, hole_mm=0.57 * radius)
        return
    for x in np.arange(space.x0 + radius, space.x1 - radius, 2 * radius + 10):
        for y in np.arange(space.y1, space.y0 + wide, -wide):
            canvas.rectangle("rubber", x - radius, y - wide + 4, x + radius, y, depth_mm=70)
            canvas.column("rubber", x, y - wide + 4, y, radius, wall_mm=26, count=2.5)
            for edge in (y - wide + 10, y - 14):
                canvas.rectangle("steel", x - 0.58 * radius, edge, x + 0.58 * radius, edge + 6, depth_mm=26)


def draw_timber(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Sawn timber in bundles with bearers, or logs seen lengthwise."""
    if rng.random() < 0.4:
        radius = float(rng.uniform(90, 220))
        for row, y in enumerate(np.arange(space.y1 - radius, space.y0 + radius, -1.75 * radius)):
            x = space.x0
            while x < space.x1 - 1_500:
                length = min(float(rng.uniform(1_900, 4_200)), space.x1 - x)
                size = radius * float(rng.uniform(0.85, 1.1))
                for _ in range(5):
                    shift = float(rng.uniform(-0.5, 0.5)) * radius if row else 0.0
                    canvas.rod("wood", x, x + length - 30, y + shift, size)
                x += length
        return
    board = float(rng.uniform(25, 80))
    length = min(float(rng.uniform(2_000, 5_800)), space.width_mm)
    for x in np.arange(space.x0, space.x1 - length + 1, length + 40):
        y = space.y1
        while y - 11 * board - 70 > space.y0:
            for bearer in np.arange(x + 150, x + length - 150, 600.0):
                canvas.rectangle("wood", bearer, y - 60, bearer + 80, y, depth_mm=1_900)
            for layer in range(10):
                top = y - 60 - (layer + 1) * (board + 3)
                canvas.rectangle("wood", x, top, x + length, top + board, depth_mm=float(rng.uniform(950, 1_150)))
            y -= 60 + 10 * (board + 3)


def draw_machinery(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Machines on skids: castings, shafts, gears, motors and cabinets."""
    x, depth_rng = space.x0, rng.spawn(1)[0]
    while x < space.x1 - 900:
        width = min(float(rng.uniform(900, 3_200)), space.x1 - x)
        high = float(rng.uniform(0.5, 1.0)) * space.height_mm
        half = float(depth_rng.uniform(350, 900))
        middle = float(depth_rng.uniform(-1, 1)) * (space.depth_mm / 2 - half)
        with canvas.across((middle - half, middle + half)):
            _draw_machine(canvas, rng, depth_rng, Space(x0=x, y0=space.y1 - high, x1=x + width - 100, y1=space.y1))
        x += width + float(rng.uniform(0, 300))


def _draw_machine(canvas: Canvas, rng: np.random.Generator, depth_rng: np.random.Generator, space: Space) -> None:
    canvas.rectangle("wood", space.x0, space.y1 - 100, space.x1, space.y1, depth_mm=260)
    base = space.y1 - 100
    canvas.frame("steel", space.x0, base - 140, space.x1, base, bar_mm=14, depth_mm=200)
    canvas.frame("steel", space.x0 + 30, space.y0, space.x1 - 30, base - 140, bar_mm=50, depth_mm=18)
    for share in rng.uniform(0.0, 0.7, 2):
        left, top = space.x0 + share * space.width_mm, space.y0 + float(rng.uniform(0.05, 0.7)) * space.height_mm
        right = min(left + float(rng.uniform(0.2, 0.5)) * space.width_mm, space.x1)
        canvas.rectangle("steel", left, top, right, base - 140, depth_mm=float(rng.uniform(6, 40)))
        canvas.frame("steel", left, top, right, base - 140, bar_mm=25, depth_mm=60)
    (outer,) = canvas.slabs
    for _ in range(int(rng.integers(14, 34))):
        with canvas.across(_part(depth_rng, outer)):
            _draw_machine_part(canvas, rng, space)


def _part(rng: np.random.Generator, outer: Slab) -> Slab:
    """A random part of a slab, a third of it."""
    thick = (outer[1] - outer[0]) / 3
    start = float(rng.uniform(outer[0], outer[1] - thick))
    return start, start + thick


def _draw_machine_part(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    base = space.y1 - 100
    kind, (x, y) = int(rng.integers(4)), (rng.uniform(space.x0, space.x1), rng.uniform(space.y0, base))
    x1 = min(x + rng.uniform(100, 700), space.x1)
    if kind == 0:
        radius = float(rng.uniform(60, 260))
        hole = radius * float(rng.uniform(0.15, 0.7))
        canvas.disc("steel", x, min(y, base - radius), radius, depth_mm=float(rng.uniform(20, 130)), hole_mm=hole)
    elif kind == 1:
        canvas.rod("steel", x, x1, y, float(rng.uniform(20, 90)))
    elif kind == 2:
        canvas.rod("copper", x, min(x + 300, space.x1), y, float(rng.uniform(60, 130)), wall_mm=25)
        canvas.rod("steel", x, min(x + 320, space.x1), y, float(rng.uniform(90, 160)), wall_mm=12)
    else:
        bottom = min(y + rng.uniform(80, 500), base)
        canvas.frame("steel", x, y, x1, bottom, bar_mm=16, depth_mm=float(rng.uniform(60, 200)))
        canvas.rectangle("steel", x, y, x1, bottom, depth_mm=float(rng.uniform(4, 30)))


def draw_scrap(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A heap of metal pieces, denser towards the floor."""
    depth_rng = rng.spawn(1)[0]
    pieces = int(space.width_mm / 10 * rng.uniform(0.8, 1.6))
    crest = rng.uniform(0.55, 1.0, 12) * space.height_mm
    for _ in range(pieces):
        x = float(rng.uniform(space.x0 + 100, space.x1 - 100))
        top = float(np.interp(x, np.linspace(space.x0, space.x1, crest.size), crest))
        y = space.y1 - 50 - float(rng.beta(1, 1.6)) * (top - 80)
        angle, length = rng.uniform(0, np.pi), rng.uniform(60, 500)
        dx, dy = length / 2 * np.cos(angle), length / 2 * np.sin(angle) * 0.6
        ends = [(float(np.clip(x + s * dx, space.x0, space.x1)), float(min(y + s * dy, space.y1))) for s in (-1, 1)]
        material = str(rng.choice(["steel", "steel", "steel", "aluminium", "copper"]))
        width, depth = float(rng.uniform(15, 150)), float(rng.uniform(3, 28))
        z = float(depth_rng.uniform(space.z0 + 100, space.z1 - 100))
        with canvas.across((z - 100, z + 100)):
            canvas.bar(material, ends[0], ends[1], width_mm=width, depth_mm=depth)


def draw_coils(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Wire or strip coils in wooden cradles: few, heavy, with open eyes."""
    radius = min(float(rng.uniform(380, 620)), space.height_mm / 2 - 20)
    metal = str(rng.choice(["steel", "aluminium", "copper"]))
    depth = {"steel": 140.0, "aluminium": 420.0, "copper": 110.0}[metal] * float(rng.uniform(0.6, 1.3))
    half = float(rng.spawn(1)[0].uniform(350, 750))
    with canvas.across((-half, half)):
        _draw_coils(canvas, rng, space, metal, (radius, depth))


def _draw_coils(canvas: Canvas, rng: np.random.Generator, space: Space, metal: str, size: tuple[float, float]) -> None:
    radius, depth = size
    for x in np.arange(space.x0 + radius, space.x1 - radius, 2 * radius + float(rng.uniform(200, 900))):
        y = space.y1 - 90 - radius
        canvas.disc(metal, x, y, radius, depth_mm=depth, hole_mm=radius * 0.42)
        for ring in np.linspace(0.5, 0.97, 6):
            canvas.disc(metal, x, y, radius * ring, depth_mm=0.12 * depth, hole_mm=radius * ring - 12)
        canvas.rectangle("wood", x - radius, space.y1 - 120, x + radius, space.y1, depth_mm=700)


def draw_vehicles(canvas: Canvas, rng: np.random.Generator, space: Space) -> list[Space]:
    """One or more cars one behind the other; returns where they stand."""
    places: list[Space] = []
    x = space.x0 + float(rng.uniform(0, 250))
    while True:
        length, high = car_size_mm(rng)
        if x + length > space.x1:
            return places
        place = Space(x0=x, y0=space.y1 - min(high, space.height_mm), x1=x + length, y1=space.y1)
        draw_car(canvas, rng, place)
        places.append(place)
        x += length + float(rng.uniform(150, 600))
