"""Owns where things are hidden: inside the load, between or behind its stacks, on the floor, behind false walls."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from scanview.core.scan import Box, View
from scanview.simulate.canvas import TOP_HALF_MM, Canvas, Slab, Traces
from scanview.simulate.container import Space
from scanview.simulate.picture import Mask
from scanview.simulate.sets import SceneSet
from scanview.simulate.threat_catalogue import HIDDEN_SPACE, THREATS, Threat
from scanview.simulate.threats import VEHICLE

FALSE_WALLS = ("false front wall", "false wall at the doors", "false floor")
"""What is built in, with something behind it."""

_PLACES = ("inside", "between", "behind", "floor", "on top")
_PLACE_WEIGHTS = (0.5, 0.15, 0.15, 0.12, 0.08)
_SMALL_MM = 700.0
_REACH_MM = 1_400.0
_GOODS_G_CM2 = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """One object as it was drawn.

    Attributes:
        label: its class.
        kind: its name in `threat_catalogue.THREATS`, or what was built.
        place: where it was put.
        box: its rectangle in pixels of the side view, tight around its mask.
        top: the same in the top view; None where there is none.
        mask: its pixels inside `box`, bool.
        top_mask: its pixels inside `top`.
        masses_kg: its mass by material.
    """

    label: str
    kind: str
    place: str
    box: Box
    mask: Mask
    top: Box | None = None
    top_mask: Mask | None = None
    masses_kg: dict[str, float] = field(default_factory=dict)


def hide(
    load: Canvas,
    rng: np.random.Generator,
    scene_set: SceneSet,
    inside: Space,
    loaded: Space,
    *,
    label: str | None = None,
) -> Hidden | None:
    """Hide one object drawn by chance; None where it turned out to lie outside the picture.

    Args:
        load: where to draw.
        rng: draws what it is and where it is put.
        scene_set: owns the designs its shape is taken from.
        inside: the space goods may take.
        loaded: the part of it that goods take.
        label: the class it shall have; None draws it.
    """
    held_out = scene_set.is_foreign and rng.random() < 0.5
    fitting = {name: threat for name, threat in THREATS.items() if label in (None, threat.label)}
    names = [name for name, threat in fitting.items() if threat.is_held_out == held_out] or list(fitting)
    weights = np.array([THREATS[name].weight for name in names])
    name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    threat = THREATS[name]
    place = str(rng.choice(_PLACES, p=_PLACE_WEIGHTS))
    space, slab = _where(rng, threat, place, inside, _around(load, rng, loaded))
    before = dict(load.masses_kg)
    with load.recorded() as traces, load.across(slab):
        threat.draw(load, scene_set.design(f"threat/{name}", rng), space)
    return found(load, traces, before, (threat.label, name, place))


def _around(load: Canvas, rng: np.random.Generator, loaded: Space) -> Space:
    """A part of the load about as long as an arm's reach, as high as goods really stand there."""
    x0 = float(rng.uniform(loaded.x0, max(loaded.x0 + 1, loaded.x1 - _REACH_MM)))
    x1 = min(loaded.x1, x0 + _REACH_MM)
    first, last = round(x0 / load.pitch_mm), round(x1 / load.pitch_mm) + 1
    filled = (load.side.mass_g_cm2[:, first:last] > _GOODS_G_CM2).mean(axis=1) > 0.5
    bottom = round(loaded.y1 / load.pitch_mm)
    top = int(np.argmax(filled[:bottom])) if filled[:bottom].any() else bottom
    return replace(loaded, x0=x0, x1=x1, y0=float(np.clip(top * load.pitch_mm, loaded.y0, loaded.y1 - 1)))


def _where(rng: np.random.Generator, threat: Threat, place: str, inside: Space, loaded: Space) -> tuple[Space, Slab]:
    """The part of the picture and the slab across the vehicle that an object hidden at `place` may take."""
    thick = min(float(rng.uniform(*threat.thickness_mm)), inside.depth_mm - 20)
    start = float(rng.uniform(inside.z0, inside.z1 - thick))
    space = replace(loaded, z0=inside.z0, z1=inside.z1)
    if place == "floor":
        space = replace(inside, y0=inside.y1 - 1)
    elif place == "behind":
        at_front = bool(rng.random() < 0.5)
        x0 = inside.x0 if at_front else max(inside.x0, inside.x1 - 2 * _SMALL_MM)
        space = replace(space, x0=x0, x1=min(inside.x1, x0 + 2 * _SMALL_MM))
        start = inside.z1 - thick
    if place in ("between", "behind", "floor"):
        space = replace(space, y0=space.y1 - 1)
    elif place == "on top":
        space = replace(space, y0=loaded.y0 - 1, y1=max(loaded.y0, inside.y0 + 300))
    if threat.label == VEHICLE:
        space = inside
    return space, (start, start + thick)


def build_false_wall(load: Canvas, rng: np.random.Generator, inside: Space) -> tuple[Hidden | None, Space]:
    """A second wall at one end, or a second floor, with goods behind it; returns what is left for the load."""
    deep = float(rng.uniform(120, 420))
    before = dict(load.masses_kg)
    material, thick = (("steel", 2.5), ("plywood", 18.0), ("aluminium", 4.0))[int(rng.integers(3))]
    contents = str(rng.choice(["cocaine", "tobacco", "heroin", "powder", "spirit"]))
    kind = str(rng.choice(FALSE_WALLS))
    if kind == "false floor":
        deep = min(deep, 200.0)
        hollow, rest = replace(inside, y0=inside.y1 - deep), replace(inside, y1=inside.y1 - deep)
        panel = (inside.x0, rest.y1, inside.x1, rest.y1 + thick)
    elif kind == "false front wall":
        hollow, rest = replace(inside, x1=inside.x0 + deep), replace(inside, x0=inside.x0 + deep)
        panel = (rest.x0 - thick, inside.y0, rest.x0, inside.y1)
    else:
        hollow, rest = replace(inside, x0=inside.x1 - deep), replace(inside, x1=inside.x1 - deep)
        panel = (rest.x1, inside.y0, rest.x1 + thick, inside.y1)
    with load.recorded() as traces, load.across((inside.z0, inside.z1)):
        load.rectangle(material, *panel, depth_mm=inside.depth_mm)
        _fill_hollow(load, rng, hollow.shrunk(thick + 4), contents)
    return found(load, traces, before, (HIDDEN_SPACE, kind, "built in")), rest


def _fill_hollow(load: Canvas, rng: np.random.Generator, hollow: Space, contents: str) -> None:
    """Packets stacked in a hollow, not quite to the top."""
    wide, high, deep = float(rng.uniform(90, 260)), float(rng.uniform(60, 180)), float(rng.uniform(150, 350))
    filled = float(rng.uniform(0.3, 0.95))
    x = np.arange(hollow.x0, max(hollow.x1 - 20, hollow.x0 + 1), wide)
    y = hollow.y1 - np.arange(high, max(high + 1, filled * hollow.height_mm), high)
    z = np.arange(hollow.z0 + 20, hollow.z1 - deep, deep + 8)
    places = np.stack(np.meshgrid(x, y, z), axis=-1).reshape(-1, 3)
    if not places.size:
        return
    places = places[rng.random(len(places)) < 0.93] + rng.normal(0, 3, (1, 3))
    ends = np.minimum(places[:, 0] + wide - 4, hollow.x1)
    load.boxes(contents, places[:, 0], places[:, 1], places[:, 2], ends, places[:, 1] + high - 4, places[:, 2] + deep)


def found(
    load: Canvas,
    traces: Traces,
    before: dict[str, float],
    names: tuple[str, str, str],
    *,
    between: tuple[float, float] | None = None,
) -> Hidden | None:
    """What was drawn as `names` (class, kind, place), its boxes tight around it; None outside the picture.

    Only what lies `between` two places along the vehicle (mm) counts where several things were drawn at once.
    """
    side_mask = load.side.mask_of(traces.side)
    top_mask = load.top.mask_of(traces.top) if load.top else None
    if between:
        for mask in (side_mask, top_mask):
            if mask is not None:
                mask[:, : round(between[0] / load.pitch_mm)] = False
                mask[:, round(between[1] / load.pitch_mm) :] = False
    side = _cut(side_mask, View.SIDE)
    if side is None:
        return None
    top = _cut(top_mask, View.TOP) if top_mask is not None else None
    return Hidden(
        label=names[0],
        kind=names[1],
        place=names[2],
        box=side[0],
        mask=side[1],
        top=top[0] if top else None,
        top_mask=top[1] if top else None,
        masses_kg=_added(load, before),
    )


def found_in(
    load: Canvas, traces: Traces, before: dict[str, float], names: tuple[str, str, str], *, space: Space, slab: Slab
) -> Hidden:
    """What was drawn as `names` (class, kind, place), where its rectangle and its slab are known beforehand."""
    pitch = load.pitch_mm
    box = _pixels((space.x0, space.y0, space.x1, space.y1), pitch, load.side.mass_g_cm2.shape, View.SIDE)
    top = None
    if load.top:
        edges = (space.x0, slab[0] + TOP_HALF_MM, space.x1, slab[1] + TOP_HALF_MM)
        top = _pixels(edges, pitch, load.top.mass_g_cm2.shape, View.TOP)
    return Hidden(
        label=names[0],
        kind=names[1],
        place=names[2],
        box=box,
        mask=_inside(load.side.mask_of(traces.side), box),
        top=top,
        top_mask=_inside(load.top.mask_of(traces.top), top) if load.top and top else None,
        masses_kg=_added(load, before),
    )


def _pixels(edges_mm: tuple[float, float, float, float], pitch: float, shape: tuple[int, ...], view: View) -> Box:
    x0, y0 = (max(0, math.floor(edge / pitch)) for edge in edges_mm[:2])
    x1, y1 = min(shape[1], math.ceil(edges_mm[2] / pitch)), min(shape[0], math.ceil(edges_mm[3] / pitch))
    return Box(x0=x0, y0=y0, x1=max(x1, x0 + 1), y1=max(y1, y0 + 1), view=view)


def _inside(mask: Mask, box: Box) -> Mask:
    return mask[box.y0 : box.y1, box.x0 : box.x1]


def _added(load: Canvas, before: dict[str, float]) -> dict[str, float]:
    return {m: kg - before.get(m, 0.0) for m, kg in load.masses_kg.items() if kg > before.get(m, 0.0) + 1e-6}


def _cut(mask: Mask, view: View) -> tuple[Box, Mask] | None:
    """The box around a mask and the mask inside it; None for an empty one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    x0, y0, x1, y1 = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    return Box(x0=x0, y0=y0, x1=x1, y1=y1, view=view), mask[y0:y1, x0:x1]
