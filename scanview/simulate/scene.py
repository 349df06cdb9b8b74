"""Owns what stands in the beam: a vehicle, its container, the cargo in it and what is hidden there."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from scanview.simulate.canvas import Canvas, Slab
from scanview.simulate.cargo import PLAIN_CARGO
from scanview.simulate.cargo_packed import draw_cartons
from scanview.simulate.container import INSIDE_WIDTH_MM, KINDS, Space, draw_container
from scanview.simulate.hiding import Hidden, found_in
from scanview.simulate.threats import (
    CIGARETTES,
    DENSE_SHIELD,
    ORGANIC_BLOCK,
    THREAT_CLASSES,
    VEHICLE,
    WEAPON,
    draw_threat,
)
from scanview.simulate.truck import CAB_MM, draw_ground, draw_tractor, draw_trailer

EMPTY_SHARE = 0.13
SMALL_LOAD_SHARE = 0.08
THREAT_SHARE = 0.5

CAR_SLAB: Slab = (-880.0, 880.0)
"""Where across the container a car stands."""

_INSIDE: Slab = (-INSIDE_WIDTH_MM / 2, INSIDE_WIDTH_MM / 2)
_THICKNESS_MM = MappingProxyType(
    {
        WEAPON: (30.0, 90.0),
        ORGANIC_BLOCK: (150.0, 450.0),
        CIGARETTES: (900.0, 2_000.0),
        DENSE_SHIELD: (150.0, 450.0),
    }
)
_NOTICEABLE_G_CM2 = 0.5
_THREAT_WEIGHTS = (0.32, 0.22, 0.18, 0.16, 0.12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything in the beam.

    Attributes:
        structure: vehicle, container and ground.
        load: what is inside the container.
        inside: where in the picture cargo can stand, mm.
        carriage: what it travels on, a name in `carriage.CARRIAGES`.
        container: type code of the container (ISO 6346); empty where the vehicle has a body of its own.
        cargo: class of the cargo, empty for an empty container.
        objects: each hidden or notable object.
    """

    structure: Canvas
    load: Canvas
    inside: Space
    carriage: str
    container: str
    cargo: str
    objects: tuple[Hidden, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is in the container."""
        return not self.cargo and not self.objects


def build_scene(
    rng: np.random.Generator, pitch_mm: float, hidden: int | None = None, *, with_top: bool = False
) -> Scene:
    """A random lorry, drawn by `rng` alone, with `hidden` objects in its load; None draws their number too.

    Seen from the side it is the same lorry with and without the view from above (`with_top`).
    """
    depth_rng = rng.spawn(1)[0]
    kind = KINDS[int(rng.choice(len(KINDS), p=(0.5, 0.2, 0.3)))]
    with_cab = bool(rng.random() < 0.6)
    lead, tail = float(rng.uniform(350, 700)), float(rng.uniform(350, 700))
    deck_high, above = float(rng.uniform(1_180, 1_420)), float(rng.uniform(180, 420))
    left = lead + (CAB_MM if with_cab else 0.0)
    bottom = above + kind.height_mm
    ground = bottom + deck_high
    width_mm, height_mm = left + kind.length_mm + tail, ground + 70
    structure, load = (
        Canvas(width_mm=width_mm, height_mm=height_mm, pitch_mm=pitch_mm, with_top=with_top) for _ in range(2)
    )
    draw_ground(structure, ground)
    draw_trailer(structure, rng, left, left + kind.length_mm, bottom, ground)
    if with_cab:
        draw_tractor(structure, rng, lead, bottom, ground)
    inside = draw_container(structure, kind, left, bottom, float(rng.uniform(0, 278)))
    with load.across(_INSIDE):
        cargo, objects = _load_cargo(load, rng, inside)
    objects += _hide_threats(load, rng, depth_rng, inside, hidden)
    return Scene(
        structure=structure,
        load=load,
        inside=inside,
        carriage="container-lorry" if with_cab else "trailer",
        container=kind.code,
        cargo=cargo,
        objects=tuple(objects),
    )


def _load_cargo(load: Canvas, rng: np.random.Generator, inside: Space) -> tuple[str, list[Hidden]]:
    """Draw the cargo; returns its class (empty for none) and those of its pieces that have a class of finding."""
    chance = float(rng.random())
    if chance < EMPTY_SHARE:
        return "", []
    if chance < EMPTY_SHARE + SMALL_LOAD_SHARE:
        _draw_small_load(load, rng, inside)
        return "cartons", []
    cargo = str(rng.choice(list(PLAIN_CARGO)))
    length = float(rng.choice([1.0, rng.uniform(0.35, 1.0)])) * inside.width_mm
    high = float(rng.uniform(0.5, 0.96)) * inside.height_mm
    start = inside.x0 + float(rng.choice([0.0, rng.uniform(0, 1)])) * (inside.width_mm - length)
    space = Space(x0=start, y0=inside.y1 - high, x1=start + length, y1=inside.y1)
    before = dict(load.masses_kg)
    with load.recorded() as traces:
        vehicles = PLAIN_CARGO[cargo](load, rng, space)
    if vehicles is None:
        return cargo, []
    names = (VEHICLE, "car", "cargo")
    cars = [found_in(load, traces, before, names, space=place, slab=CAR_SLAB) for place in vehicles]
    return cargo if vehicles else "", cars


def _draw_small_load(load: Canvas, rng: np.random.Generator, inside: Space) -> None:
    """One small stack on the floor of an otherwise empty container."""
    width, high = float(rng.uniform(400, 1_400)), float(rng.uniform(300, 1_000))
    x0 = float(rng.uniform(inside.x0, inside.x1 - width))
    draw_cartons(load, rng, Space(x0=x0, y0=inside.y1 - high, x1=x0 + width, y1=inside.y1))


def _hide_threats(
    load: Canvas, rng: np.random.Generator, depth_rng: np.random.Generator, inside: Space, number: int | None
) -> list[Hidden]:
    """Hide objects within the load, or on the floor; they may overlap, as things in a stack do."""
    if number is None:
        number = int(rng.choice([1, 1, 2])) if rng.random() < THREAT_SHARE else 0
    floor = Space(x0=inside.x0, y0=inside.y1 - 60, x1=inside.x1, y1=inside.y1)
    taken = extent(load, floor)
    hidden: list[Hidden] = []
    for _ in range(number):
        label = THREAT_CLASSES[int(rng.choice(len(THREAT_CLASSES), p=_THREAT_WEIGHTS))]
        where = inside if label == VEHICLE else floor if rng.random() < 0.15 else taken
        slab = _slab(depth_rng, label)
        before = dict(load.masses_kg)
        with load.recorded() as traces, load.across(slab):
            space = draw_threat(load, rng, label, where)
        hidden.append(found_in(load, traces, before, (label, label, "inside"), space=space, slab=slab))
    return hidden


def _slab(rng: np.random.Generator, label: str) -> Slab:
    """Where across the container an object of class `label` lies."""
    if label == VEHICLE:
        return CAR_SLAB
    thick = float(rng.uniform(*_THICKNESS_MM[label]))
    start = float(rng.uniform(_INSIDE[0], _INSIDE[1] - thick))
    return start, start + thick


def extent(load: Canvas, otherwise: Space) -> Space:
    """The rectangle of everything drawn so far, or `otherwise` where that is nothing."""
    drawn = load.total_g_cm2() > _NOTICEABLE_G_CM2
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not rows.size:
        return otherwise
    edges = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) * load.pitch_mm
    x0, y0, x1, y1 = edges.tolist()
    return Space(x0=x0, y0=y0, x1=x1, y1=y1)
