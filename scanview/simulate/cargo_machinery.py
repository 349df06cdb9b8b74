"""Owns machinery: machine tools, generator sets, excavators, cabinets, wheels and flanges, crates of parts."""

from dataclasses import replace

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.packing import PAYLOAD_KG


def draw_machines(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Large pieces one behind the other, with crates of parts between them."""
    draws = (_machine_tool, _generator, _excavator, _cabinet, _wheels, _parts_crate)
    x, start = space.x0 + float(rng.uniform(0, 200)), canvas.total_kg
    while x < space.x1 - 900 and canvas.total_kg - start < 0.8 * PAYLOAD_KG:
        draw = draws[int(rng.integers(len(draws)))]
        long = min(float(rng.uniform(900, 3_400)), space.x1 - x)
        high = min(float(rng.uniform(900, 2_300)), space.height_mm)
        half = float(rng.uniform(380, 800))
        z = float(rng.uniform(-1, 1)) * max(0.0, space.depth_mm / 2 - half)
        draw(canvas, rng, replace(space, x0=x, x1=x + long, y0=space.y1 - high, z0=z - half, z1=z + half))
        x += long + float(rng.uniform(40, 400))


def _at(space: Space, along: float, up: float) -> tuple[float, float]:
    return space.x0 + along * space.width_mm, space.y1 - up * space.height_mm


def _slice(space: Space, low: float, high: float) -> tuple[float, float]:
    return space.z0 + low * space.depth_mm, space.z0 + high * space.depth_mm


def _skid(canvas: Canvas, space: Space) -> float:
    """Two beams under a machine; the height of their top."""
    with canvas.across(_slice(space, 0.05, 0.2), _slice(space, 0.8, 0.95)):
        canvas.rectangle("wood", space.x0, space.y1 - 110, space.x1, space.y1, depth_mm=240)
    return space.y1 - 110


def _hoses(canvas: Canvas, rng: np.random.Generator, space: Space, count: int) -> None:
    """Pipes, hoses and cables that run along and around a machine."""
    for _ in range(count):
        point = np.array([rng.uniform(space.x0, space.x1), rng.uniform(space.y0, space.y1 - 120)])
        place, material = float(rng.uniform(0, 0.9)), str(rng.choice(["steel", "rubber", "copper"]))
        wide, heading = float(rng.uniform(10, 38)), float(rng.choice([0, np.pi / 2, np.pi]))
        with canvas.across(_slice(space, place, place + 0.06)):
            for _ in range(int(rng.integers(2, 6))):
                step = np.array([np.cos(heading), np.sin(heading)]) * rng.uniform(60, 420)
                end = np.clip(point + step, (space.x0, space.y0), (space.x1, space.y1 - 110))
                canvas.bar(
                    material,
                    (float(point[0]), float(point[1])),
                    (float(end[0]), float(end[1])),
                    width_mm=wide,
                    depth_mm=0.4 * wide,
                )
                point, heading = end, heading + float(rng.choice([-1, 1])) * np.pi / 2 + float(rng.normal(0, 0.1))


def _machine_tool(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A cast bed with column, spindle head, table, motor and sheet-metal guards."""
    base = _skid(canvas, space)
    body = replace(space, y1=base)
    with canvas.across(_slice(space, 0.1, 0.9)):
        bed = [_at(body, *p) for p in ((0, 0), (1, 0), (1, 0.16), (0.8, 0.22), (0.2, 0.22), (0, 0.16))]
        canvas.polygon("steel", bed, depth_mm=150)
        canvas.polygon(
            "steel", [_at(body, *p) for p in ((0.02, 0.02), (0.98, 0.02), (0.98, 0.05), (0.02, 0.05))], depth_mm=120
        )
        column = [_at(body, *p) for p in ((0.05, 0.2), (0.3, 0.2), (0.26, 0.96), (0.08, 0.96))]
        hollow = [_at(body, *p) for p in ((0.1, 0.28), (0.25, 0.28), (0.22, 0.88), (0.12, 0.88))]
        canvas.polygon("steel", column, depth_mm=150, holes=[hollow])
        canvas.polygon("steel", hollow, depth_mm=26)
    with canvas.across(_slice(space, 0.3, 0.7)):
        canvas.polygon(
            "steel", [_at(body, *p) for p in ((0.2, 0.62), (0.62, 0.62), (0.62, 0.86), (0.2, 0.9))], depth_mm=90
        )
        canvas.rectangle("steel", *_at(body, 0.5, 0.62), *_at(body, 0.58, 0.42), depth_mm=110)
        canvas.rod("steel", _at(body, 0.3, 0)[0], _at(body, 0.95, 0)[0], _at(body, 0, 0.19)[1], 30)
        for share in np.arange(0.3, 0.95, 0.02):
            canvas.rectangle(
                "steel", *_at(body, float(share), 0.205), *_at(body, float(share) + 0.008, 0.185), depth_mm=40
            )
    with canvas.across(_slice(space, 0.15, 0.85)):
        canvas.rectangle("steel", *_at(body, 0.36, 0.32), *_at(body, 0.84, 0.24), depth_mm=120)
    _motor(canvas, space, _at(body, 0.16, 1.0)[0], _at(body, 0, 0.93)[1], 0.09 * body.height_mm)
    _motor(canvas, space, _at(body, 0.9, 0)[0] - 160, _at(body, 0, 0.3)[1], 0.07 * body.height_mm)
    with canvas.across(_slice(space, 0, 0.02), _slice(space, 0.98, 1)):
        canvas.frame("steel", *_at(body, 0.28, 0.75), *_at(body, 1, 0.1), bar_mm=30, depth_mm=6)
        canvas.rectangle("steel", *_at(body, 0.28, 0.75), *_at(body, 1, 0.1), depth_mm=3)
    _hoses(canvas, rng, space, 6)


def _motor(canvas: Canvas, space: Space, x: float, y: float, radius: float) -> None:
    """An electric motor lying along the vehicle: housing with fins, winding, shaft."""
    with canvas.across(_slice(space, 0.4, 0.6)):
        canvas.rod("aluminium", x, x + 3.2 * radius, y, radius, wall_mm=0.12 * radius)
        canvas.rod("steel", x + 0.3 * radius, x + 2.6 * radius, y, 0.8 * radius, wall_mm=0.3 * radius)
        canvas.rod("copper", x + 0.2 * radius, x + 0.6 * radius, y, 0.75 * radius, wall_mm=0.25 * radius)
        canvas.rod("copper", x + 2.4 * radius, x + 2.8 * radius, y, 0.75 * radius, wall_mm=0.25 * radius)
        canvas.rod("steel", x - 0.5 * radius, x + 3.2 * radius, y, 0.18 * radius)


def _generator(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """An engine, an alternator and a radiator on a frame with a tank, under a canopy or open."""
    base = _skid(canvas, space)
    body = replace(space, y1=base)
    with canvas.across(_slice(space, 0.1, 0.2), _slice(space, 0.8, 0.9)):
        canvas.rectangle("steel", body.x0, base - 130, body.x1, base, depth_mm=24)
    with canvas.across(_slice(space, 0.2, 0.8)):
        canvas.frame("steel", body.x0 + 50, base - 260, body.x1 - 50, base - 110, bar_mm=3, depth_mm=600)
        canvas.rectangle("oil", body.x0 + 60, base - 210, body.x1 - 60, base - 114, depth_mm=400)
    with canvas.across(_slice(space, 0.3, 0.7)):
        block = [_at(body, *p) for p in ((0.16, 0.22), (0.56, 0.22), (0.58, 0.62), (0.2, 0.64))]
        canvas.polygon("steel", block, depth_mm=150)
        for cylinder in range(6):
            x = 0.2 + 0.062 * cylinder
            canvas.rectangle("aluminium", *_at(body, x, 0.74), *_at(body, x + 0.05, 0.62), depth_mm=160)
            canvas.disc("steel", *_at(body, x + 0.025, 0.3), 46, depth_mm=130)
        canvas.disc("steel", *_at(body, 0.57, 0.42), 0.17 * body.height_mm, depth_mm=60)
        canvas.disc("steel", *_at(body, 0.5, 0.76), 0.08 * body.height_mm, depth_mm=80, hole_mm=25)
        canvas.rod(
            "steel", _at(body, 0.6, 0)[0], _at(body, 0.9, 0)[0], _at(body, 0, 0.42)[1], 0.2 * body.height_mm, wall_mm=26
        )
        canvas.rod(
            "copper",
            _at(body, 0.66, 0)[0],
            _at(body, 0.84, 0)[0],
            _at(body, 0, 0.42)[1],
            0.15 * body.height_mm,
            wall_mm=40,
        )
    with canvas.across(_slice(space, 0.15, 0.85)):
        canvas.frame("steel", *_at(body, 0.03, 0.85), *_at(body, 0.1, 0.15), bar_mm=10, depth_mm=200)
        for y in np.arange(0.18, 0.84, 0.012):
            canvas.rectangle("aluminium", *_at(body, 0.04, y + 0.004), *_at(body, 0.09, y), depth_mm=160)
    canopied = bool(rng.random() < 0.5)
    with canvas.across(_slice(space, 0, 0.03), _slice(space, 0.97, 1)):
        if canopied:
            canvas.frame("steel", body.x0, body.y0, body.x1, base, bar_mm=40, depth_mm=8)
            canvas.rectangle("steel", body.x0, body.y0, body.x1, base, depth_mm=3.6)
    with canvas.across(_slice(space, 0.86, 0.92)):
        canvas.rectangle("plastic", *_at(body, 0.7, 0.95), *_at(body, 0.9, 0.68), depth_mm=30)
        canvas.rectangle("copper", *_at(body, 0.73, 0.9), *_at(body, 0.86, 0.75), depth_mm=4)
    _hoses(canvas, rng, space, 9)


def _excavator(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A small crawler excavator: tracks, turntable, engine bay, cab and folded boom."""
    body = space
    with canvas.across(_slice(space, 0, 0.22), _slice(space, 0.78, 1)):
        wheel = 0.13 * body.height_mm
        for share in np.linspace(0.12, 0.88, 6):
            canvas.disc("steel", *_at(body, float(share), 0.13), 0.75 * wheel, depth_mm=110)
        for share in (0.08, 0.92):
            canvas.disc("steel", *_at(body, share, 0.15), wheel, depth_mm=150)
        canvas.frame("rubber", *_at(body, 0.03, 0.3), *_at(body, 0.97, 0), bar_mm=50, depth_mm=380)
        canvas.frame("steel", *_at(body, 0.06, 0.27), *_at(body, 0.94, 0.02), bar_mm=14, depth_mm=260)
        canvas.rectangle("steel", *_at(body, 0.1, 0.2), *_at(body, 0.9, 0.08), depth_mm=40)
    with canvas.across(_slice(space, 0.2, 0.8)):
        canvas.rectangle("steel", *_at(body, 0.35, 0.34), *_at(body, 0.65, 0.28), depth_mm=220)
        canvas.rectangle("steel", *_at(body, 0.02, 0.4), *_at(body, 0.8, 0.34), depth_mm=120)
        canvas.rectangle("steel", *_at(body, 0.0, 0.66), *_at(body, 0.12, 0.34), depth_mm=330)
        canvas.rectangle("steel", *_at(body, 0.14, 0.6), *_at(body, 0.38, 0.4), depth_mm=130)
    with canvas.across(_slice(space, 0.05, 0.5)):
        cab = [_at(body, *p) for p in ((0.42, 0.4), (0.68, 0.4), (0.7, 0.72), (0.62, 1.0), (0.44, 1.0), (0.42, 0.7))]
        for start, end in zip(cab, [*cab[1:], cab[0]], strict=True):
            canvas.bar("steel", start, end, width_mm=60, depth_mm=16)
        canvas.polygon("glass", cab, depth_mm=10)
        canvas.bar("foam", _at(body, 0.48, 0.5), _at(body, 0.47, 0.75), width_mm=120, depth_mm=450)
    with canvas.across(_slice(space, 0.55, 0.7)):
        joints = [_at(body, *p) for p in ((0.66, 0.4), (0.8, 0.92), (0.99, 0.78), (0.9, 0.3))]
        for start, end, wide in zip(joints, joints[1:], (190, 160, 120), strict=False):
            canvas.bar("steel", start, end, width_mm=wide, depth_mm=36)
            canvas.bar("steel", start, end, width_mm=wide + 20, depth_mm=12)
        canvas.bar("steel", _at(body, 0.7, 0.5), _at(body, 0.79, 0.82), width_mm=80, depth_mm=80)
        canvas.bar("steel", _at(body, 0.82, 0.96), _at(body, 0.95, 0.84), width_mm=75, depth_mm=75)
        for joint in joints:
            canvas.disc("steel", *joint, 70, depth_mm=190)
    with canvas.across(_slice(space, 0.35, 0.9)):
        bucket = [_at(body, *p) for p in ((0.84, 0.32), (0.98, 0.3), (1.0, 0.1), (0.9, 0.02), (0.84, 0.06))]
        inner = [_at(body, *p) for p in ((0.86, 0.28), (0.96, 0.27), (0.975, 0.12), (0.9, 0.06), (0.86, 0.1))]
        canvas.polygon("steel", bucket, depth_mm=400, holes=[inner])
        canvas.polygon("steel", inner, depth_mm=24)
    _hoses(canvas, rng, space, 7)


def _cabinet(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A switch cabinet or server rack in a crate: rails, busbars, breakers, a transformer at the bottom."""
    base = _skid(canvas, space)
    body = replace(space, y1=base)
    bays = max(1, round(space.width_mm / 700))
    with canvas.across(_slice(space, 0, 0.04), _slice(space, 0.96, 1)):
        canvas.rectangle("plywood", body.x0, body.y0, body.x1, base, depth_mm=24)
    for bay in range(bays):
        left, right = 0.02 + bay / bays * 0.97, 0.01 + (bay + 1) / bays * 0.97
        with canvas.across(_slice(space, 0.1, 0.9)):
            canvas.frame("steel", *_at(body, left, 0.97), *_at(body, right, 0), bar_mm=26, depth_mm=90)
            canvas.rectangle("steel", *_at(body, left, 0.97), *_at(body, right, 0), depth_mm=4)
        for shelf in np.arange(0.28, 0.92, float(rng.uniform(0.07, 0.14))):
            place = float(rng.uniform(0.2, 0.6))
            with canvas.across(_slice(space, place, place + 0.2)):
                canvas.rectangle(
                    "steel", *_at(body, left + 0.02, shelf + 0.012), *_at(body, right - 0.02, shelf), depth_mm=60
                )
                for share in np.arange(left + 0.03, right - 0.05, 0.045):
                    if rng.random() < 0.75:
                        canvas.rectangle(
                            "plastic",
                            *_at(body, float(share), shelf + 0.06),
                            *_at(body, float(share) + 0.035, shelf),
                            depth_mm=80,
                        )
                        canvas.rectangle(
                            "copper",
                            *_at(body, float(share) + 0.01, shelf + 0.05),
                            *_at(body, float(share) + 0.025, shelf + 0.01),
                            depth_mm=14,
                        )
        with canvas.across(_slice(space, 0.3, 0.7)):
            canvas.rectangle("steel", *_at(body, left + 0.04, 0.24), *_at(body, right - 0.04, 0.04), depth_mm=180)
            for share in np.linspace(left + 0.07, right - 0.07, 3):
                canvas.rectangle(
                    "copper", *_at(body, float(share) - 0.02, 0.2), *_at(body, float(share) + 0.02, 0.08), depth_mm=90
                )
    _hoses(canvas, rng, space, 8)


def _wheels(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Gear wheels, flanges, pulleys and rollers standing in cradles, edge on or face on."""
    x = space.x0
    while x < space.x1 - 300:
        radius = min(float(rng.uniform(220, 900)), space.height_mm / 2)
        if rng.random() < 0.5:
            radius = min(radius, (space.x1 - x) / 2)
            middle, y = x + radius, space.y1 - radius - 60
            thick = float(rng.uniform(60, 260))
            with canvas.across(_slice(space, 0.3, 0.3 + thick / space.depth_mm)):
                canvas.disc("steel", middle, y, radius, depth_mm=thick, hole_mm=0.8 * radius)
                canvas.disc("steel", middle, y, 0.8 * radius, depth_mm=0.25 * thick)
                canvas.disc("steel", middle, y, 0.3 * radius, depth_mm=1.2 * thick, hole_mm=0.14 * radius)
                for angle in np.arange(8) * np.pi / 4:
                    canvas.disc(
                        "steel",
                        middle + 0.55 * radius * np.cos(angle),
                        y + 0.55 * radius * np.sin(angle),
                        30,
                        depth_mm=0.5 * thick,
                    )
            x += 2 * radius + 80
        else:
            thick = float(rng.uniform(120, 420))
            with canvas.across(_slice(space, 0.1, 0.9)):
                for step in np.linspace(-0.95, 0.95, 9):
                    chord = radius * np.sqrt(1 - step**2)
                    y = space.y1 - radius - 60 + step * radius
                    canvas.rectangle(
                        "steel", x, y - 0.12 * radius, x + thick, y + 0.12 * radius, depth_mm=float(0.28 * chord)
                    )
                canvas.rod("steel", x - 90, x + thick + 90, space.y1 - radius - 60, 0.16 * radius)
            x += thick + 220
        with canvas.across(_slice(space, 0.2, 0.8)):
            canvas.polygon("wood", [(x - 300, space.y1), (x - 80, space.y1), (x - 130, space.y1 - 130)], depth_mm=500)


def _parts_crate(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A crate of spare parts: castings, bearings, bolts in boxes, shafts."""
    space = replace(space, y0=space.y1 - 0.6 * space.height_mm)
    with canvas.across(_slice(space, 0, 1)):
        canvas.frame("wood", space.x0, space.y0, space.x1, space.y1, bar_mm=25, depth_mm=space.depth_mm)
        canvas.rectangle("wood", space.x0, space.y0, space.x1, space.y1, depth_mm=44)
    for _ in range(int(0.03 * space.width_mm)):
        place, size = float(rng.uniform(0.02, 0.8)), float(rng.uniform(30, 150))
        x = float(rng.uniform(space.x0 + size, max(space.x0 + size + 1, space.x1 - size)))
        y = space.y1 - 25 - size - float(rng.beta(1, 2)) * max(0.0, space.height_mm - 2 * size - 60)
        metal = str(rng.choice(["steel", "steel", "aluminium", "copper"]))
        with canvas.across(_slice(space, place, place + 0.15)):
            kind = int(rng.integers(3))
            if kind == 0:
                canvas.disc(metal, x, y, size, depth_mm=0.5 * size, hole_mm=float(rng.uniform(0.2, 0.75)) * size)
            elif kind == 1:
                canvas.rod(metal, x - size, x + size, y, 0.35 * size, wall_mm=float(rng.choice([0, 0.1 * size])))
            else:
                canvas.frame(metal, x - size, y - 0.6 * size, x + size, y + 0.6 * size, bar_mm=8, depth_mm=0.7 * size)
