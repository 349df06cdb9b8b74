"""Owns the table of everything that may be hidden: its class, its shapes and what it is mainly made of."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.packing import lump
from scanview.simulate.threat_weapons import (
    Parts,
    ammunition,
    blades,
    gun_parts,
    pistol,
    revolver,
    rifle,
    shotgun,
    turned_outline,
)
from scanview.simulate.threats import (
    CIGARETTES,
    DENSE_SHIELD,
    ORGANIC_BLOCK,
    VEHICLE,
    WEAPON,
    draw_threat,
)

PERSON = "person"
HIDDEN_SPACE = "hidden-space"
E_WASTE = "e-waste"

_HOLLOW = 0.5
"""Share of metal in the outer measures of weapons and tools."""

_Draw: TypeAlias = Callable[[Canvas, np.random.Generator, Space], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """One kind of thing that is hidden.

    Attributes:
        label: class of the finding it should give.
        draw: draws one somewhere in a space, across the slab that bodies then stand in.
        thickness_mm: least and greatest extent across the vehicle.
        weight: how often it occurs among the others.
        is_held_out: whether only the set of other shapes has it.
    """

    label: str
    draw: _Draw
    thickness_mm: tuple[float, float]
    weight: float
    is_held_out: bool = False


def draw_parts(canvas: Canvas, rng: np.random.Generator, space: Space, parts: Parts) -> None:
    """Parts as they lie in a load: mirrored, turned, seldom flat so that the beam meets their edge; one or a few."""
    mirrored, angle = bool(rng.random() < 0.5), float(rng.choice([0, rng.normal(0, 0.3), rng.uniform(0, 2 * np.pi)]))
    copies = _HOLLOW * float(rng.choice([1, 1, 1, 2, 3]))
    turned = [(material, turned_outline(points, angle, mirrored), depth * copies) for material, points, depth in parts]
    corners = np.concatenate([outline for _, outline, _ in turned])
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = high - low
    corner = np.array([rng.uniform(space.x0, max(space.x0 + 1, space.x1 - size[0])), 0.0]) - low
    if rng.random() < 0.12:
        _draw_flat(canvas, rng, space, [(m, outline + corner, depth) for m, outline, depth in turned])
        return
    corner[1] = rng.uniform(min(space.y0, space.y1 - size[1]), space.y1 - size[1]) - low[1]
    for material, outline, depth in turned:
        canvas.polygon(material, [(float(x), float(y)) for x, y in outline + corner], depth_mm=depth)


def _draw_flat(
    canvas: Canvas, rng: np.random.Generator, space: Space, parts: list[tuple[str, np.ndarray, float]]
) -> None:
    y = _between(rng, space.y0, space.y1 - 40)
    lowest = min(float(outline[:, 1].min()) for _, outline, _ in parts)
    z = canvas.slabs[0][0] - lowest
    for material, outline, depth in parts:
        (x0, z0), (x1, z1) = outline.min(axis=0), outline.max(axis=0)
        x, across = outline[:, 0], outline[:, 1]
        area = abs(float(x @ np.roll(across, -1) - across @ np.roll(x, -1))) / 2
        fill = min(1.0, area / max((x1 - x0) * (z1 - z0), 1e-6))
        canvas.boxes(material, x0, y, z + z0, x1, y + depth, z + z1, fill=fill)


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    """A random place between `low` and `high`; `high` where there is no room."""
    return float(rng.uniform(min(low, high), high))


def _weapon(shape: Callable[[np.random.Generator], Parts]) -> _Draw:
    return lambda canvas, rng, space: draw_parts(canvas, rng, space, shape(rng))


def _class(label: str) -> _Draw:
    def draw(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
        draw_threat(canvas, rng, label, space)

    return draw


def _draw_loose_bricks(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Bricks pushed in wherever there is room, wrapped, none quite straight."""
    long, high = float(rng.uniform(150, 260)), float(rng.uniform(35, 75))
    material = str(rng.choice(["cocaine", "heroin", "powder"]))
    depth = canvas.slabs[0][1] - canvas.slabs[0][0]
    x, y = _between(rng, space.x0, space.x1 - 3 * long), _between(rng, space.y0 + 5 * high, space.y1)
    for _ in range(int(rng.integers(3, 14))):
        left, bottom = x + rng.normal(0, 0.7 * long), min(float(y - abs(rng.normal(0, 2.5 * high))), space.y1)
        lean = float(rng.normal(0, 0.12))
        corners = turned_outline([(0, -high), (long, -high), (long, 0), (0, 0)], lean, False)
        corners = corners + np.array([left, min(bottom, space.y1 - long * abs(np.sin(lean)))])
        canvas.polygon(
            material, [(float(a), float(b)) for a, b in corners], depth_mm=depth * float(rng.uniform(0.4, 1))
        )


def _draw_filled_drum(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Powder or bricks in a cylinder: a pail, a pipe's end, the core of a reel."""
    radius, high = float(rng.uniform(90, 240)), float(rng.uniform(250, 600))
    x, bottom = _between(rng, space.x0 + radius, space.x1 - radius), _between(rng, space.y0 + high, space.y1)
    canvas.column(str(rng.choice(["cocaine", "heroin"])), x, bottom - high, bottom, radius)
    canvas.column("steel", x, bottom - high - 20, bottom, radius + 2, wall_mm=1.0)


def _draw_lead_pot(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """A round shielding pot of lead or steel with a small source inside."""
    radius, wall = float(rng.uniform(60, 180)), float(rng.uniform(20, 60))
    x, y = _between(rng, space.x0 + radius, space.x1 - radius), _between(rng, space.y0 + radius, space.y1 - radius)
    material = str(rng.choice(["lead", "lead", "steel"]))
    for size, share in ((radius, 1.0), (radius - wall, -1.0)):
        if size > 0 and share > 0:
            canvas.ellipsoid(material, x, y, size, size, depth_mm=2 * wall)
    canvas.disc("steel", x, y, radius + 8, depth_mm=12, hole_mm=radius)
    canvas.disc(material, x, y, 0.25 * radius, depth_mm=0.4 * radius)


def _draw_person(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Somebody standing, sitting or lying; clothed, about 70 kg."""
    tall = float(rng.uniform(1_560, 1_880))
    pose = int(rng.integers(3))
    unit = tall / 1_720
    if pose == 2:
        x, y = _between(rng, space.x0, space.x1 - tall), space.y1 - 130 * unit
        along = [(120, 0, 100, 85, 150), (500, 0, 330, 115, 330), (1_000, 10, 260, 95, 300), (1_420, 20, 300, 65, 230)]
        for dx, dy, a, b, depth in along:
            canvas.ellipsoid("flesh", x + dx * unit, y + dy * unit, a * unit, b * unit, depth_mm=0.72 * depth * unit)
        return
    x, floor = _between(rng, space.x0 + 300, space.x1 - 300), space.y1
    lift = 0.0 if pose == 0 else 420 * unit
    body = [(0, 1_620, 80, 115, 160), (0, 1_280, 130, 270, 380), (0, 960, 125, 180, 350)]
    for dx, up, a, b, depth in body:
        canvas.ellipsoid("flesh", x + dx, floor - (up * unit - lift), a * unit, b * unit, depth_mm=0.72 * depth * unit)
    hip, knee = (x, floor - (900 * unit - lift)), (x + (430 * unit if pose else 20), floor - 480 * unit)
    ankle = (knee[0] - (0 if pose else 10), floor - 30)
    for start, end, wide in ((hip, knee, 165), (knee, ankle, 115)):
        canvas.bar("flesh", start, end, width_mm=wide * unit, depth_mm=170 * unit)
    shoulder, hand = (x, floor - (1_420 * unit - lift)), (x + 180 * unit, floor - (920 * unit - lift))
    canvas.bar("flesh", shoulder, hand, width_mm=85 * unit, depth_mm=110 * unit)


def _draw_e_waste(canvas: Canvas, rng: np.random.Generator, space: Space) -> None:
    """Discarded electronics thrown together: boards, coils, tubes with leaded glass, cables, batteries."""
    wide, high = float(rng.uniform(700, 1_400)), float(rng.uniform(500, 1_100))
    x0 = float(rng.uniform(space.x0, max(space.x0 + 1, space.x1 - wide)))
    y0 = space.y1 - high
    right = min(x0 + wide, space.x1)
    lump(canvas, rng, "plastic", (x0, y0 + 30, right, space.y1), depth_mm=130, roughness=0.8, grain_mm=80)
    for _ in range(int(rng.integers(45, 110))):
        x, y = _between(rng, x0, right - 40), _between(rng, y0, space.y1 - 30)
        long, tall = float(rng.uniform(30, 240)), float(rng.uniform(20, 160))
        kind = int(rng.integers(5))
        end = (float(min(x + long, right)), float(min(y + tall, space.y1)))
        if kind == 0:
            canvas.rectangle("copper", x, y, *end, depth_mm=float(rng.uniform(1, 4)))
            canvas.rectangle("plastic", x, y, *end, depth_mm=12)
        elif kind == 1:
            canvas.disc("copper", x, y, 0.3 * tall + 10, depth_mm=30, hole_mm=0.15 * tall)
        elif kind == 2:
            canvas.frame("steel", x, y, *end, bar_mm=4, depth_mm=60)
        elif kind == 3:
            canvas.bar("copper", (x, y), end, width_mm=8, depth_mm=8)
        else:
            canvas.rectangle("lead", x, y, x + 0.4 * (end[0] - x), y + 0.5 * (end[1] - y), depth_mm=12)


THREATS: MappingProxyType[str, Threat] = MappingProxyType(
    {
        "pistol": Threat(label=WEAPON, draw=_weapon(pistol), thickness_mm=(28, 60), weight=0.09),
        "rifle": Threat(label=WEAPON, draw=_weapon(rifle), thickness_mm=(40, 90), weight=0.08),
        "revolver": Threat(label=WEAPON, draw=_weapon(revolver), thickness_mm=(35, 50), weight=0.03, is_held_out=True),
        "shotgun": Threat(label=WEAPON, draw=_weapon(shotgun), thickness_mm=(35, 60), weight=0.03, is_held_out=True),
        "gun parts": Threat(label=WEAPON, draw=_weapon(gun_parts), thickness_mm=(40, 90), weight=0.05),
        "blades": Threat(label=WEAPON, draw=_weapon(blades), thickness_mm=(15, 60), weight=0.05),
        "ammunition": Threat(label=WEAPON, draw=_weapon(ammunition), thickness_mm=(60, 160), weight=0.06),
        "drug bricks": Threat(label=ORGANIC_BLOCK, draw=_class(ORGANIC_BLOCK), thickness_mm=(150, 450), weight=0.13),
        "loose bricks": Threat(label=ORGANIC_BLOCK, draw=_draw_loose_bricks, thickness_mm=(120, 400), weight=0.07),
        "filled pail": Threat(
            label=ORGANIC_BLOCK, draw=_draw_filled_drum, thickness_mm=(180, 480), weight=0.04, is_held_out=True
        ),
        "cigarettes": Threat(label=CIGARETTES, draw=_class(CIGARETTES), thickness_mm=(700, 2_000), weight=0.13),
        "shielded box": Threat(label=DENSE_SHIELD, draw=_class(DENSE_SHIELD), thickness_mm=(120, 400), weight=0.1),
        "shielding pot": Threat(
            label=DENSE_SHIELD, draw=_draw_lead_pot, thickness_mm=(120, 360), weight=0.04, is_held_out=True
        ),
        "car": Threat(label=VEHICLE, draw=_class(VEHICLE), thickness_mm=(1_760, 1_760), weight=0.06),
        "person": Threat(label=PERSON, draw=_draw_person, thickness_mm=(380, 520), weight=0.06),
        "e-waste": Threat(label=E_WASTE, draw=_draw_e_waste, thickness_mm=(600, 1_800), weight=0.05),
    }
)
"""Every kind by its name; walls and floors with something behind them are built in `hiding`."""

OBJECT_CLASSES = (WEAPON, ORGANIC_BLOCK, CIGARETTES, DENSE_SHIELD, VEHICLE, PERSON, HIDDEN_SPACE, E_WASTE)
"""Every class that a hidden object may have; the model in `models/` knows the first five."""
