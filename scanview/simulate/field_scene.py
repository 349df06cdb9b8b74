"""Owns scenes as they come in daily traffic: any vehicle, any container, any cargo, seen by a fan-shaped beam."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from scanview.simulate.beam import FanBeam
from scanview.simulate.canvas import Canvas
from scanview.simulate.cargo import CARGO
from scanview.simulate.cargo_packed import draw_cartons
from scanview.simulate.carriage import CARRIAGES, Carriage, draw_kerbs
from scanview.simulate.container import KINDS, SPECIAL_KINDS, Body, ContainerKind, Space
from scanview.simulate.container_special import draw_any_container
from scanview.simulate.hiding import Hidden, build_false_wall, found, hide
from scanview.simulate.scene import EMPTY_SHARE, SMALL_LOAD_SHARE, THREAT_SHARE, Scene, extent
from scanview.simulate.sets import SceneSet
from scanview.simulate.threat_catalogue import draw_parts
from scanview.simulate.threat_weapons import tools
from scanview.simulate.threats import VEHICLE
from scanview.simulate.truck import draw_ground

FALSE_WALL_SHARE = 0.08
LOOK_ALIKE_SHARE = 0.3
SPECIAL_SHARE = 0.3

_CARRIAGE_WEIGHTS = {
    "container-lorry": 0.45,
    "trailer": 0.12,
    "curtain-sider": 0.15,
    "box-truck": 0.08,
    "flat-wagon": 0.12,
    "box-wagon": 0.08,
}


class Fill(StrEnum):
    """How much a vehicle carries."""

    EMPTY = "empty"
    SMALL = "small load"
    LOADED = "loaded"


_CHANCES = {Fill.EMPTY: 0.0, Fill.SMALL: EMPTY_SHARE, Fill.LOADED: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a scene should be like where chance would show it too seldom to measure it.

    Attributes:
        fill: how much is loaded; None draws it.
        label: the class of everything that is hidden, one of `threat_catalogue.THREATS`; None draws it for each thing.
    """

    fill: Fill | None = None
    label: str | None = None


_COLD = ("frozen", "fruit", "frozen", "fruit", "pallets", "bottles", "cartons")
_FROM_ABOVE = ("ore", "scrap", "machinery", "slabs", "coils", "bars", "cable-drums", "timber")
_IN_TANKS = ("tank-liquid",)


def build_field_scene(
    rng: np.random.Generator,
    pitch_mm: float,
    scene_set: SceneSet,
    *,
    hidden: int | None = None,
    with_top: bool = False,
    cargo: str | None = None,
    wish: Wish | None = None,
) -> Scene:
    """A random vehicle of `scene_set`, drawn by `rng` and the set's designs.

    Args:
        rng: draws what there is and where.
        pitch_mm: side of a pixel at the middle of the load.
        scene_set: owns the designs of goods, hidden things and vehicles.
        hidden: how many objects to hide; None draws their number.
        with_top: whether the picture from above is drawn too.
        cargo: what is loaded; None draws it.
        wish: what is wanted beyond chance; None leaves all to it.
    """
    wish = wish or Wish()
    name = str(rng.choice(list(_CARRIAGE_WEIGHTS), p=list(_CARRIAGE_WEIGHTS.values())))
    kind = _container(rng, cargo, with_tanks=wish.fill is not Fill.SMALL)
    if kind.body is not Body.DRY and CARRIAGES[name].own_body:
        name = "container-lorry"
    structure, load, inside = _draw_vehicle(rng, pitch_mm, (name, kind), with_top)
    own = CARRIAGES[name].own_body is not None
    objects: list[Hidden] = []
    wanted = _number_hidden(rng) if hidden is None else hidden
    room = inside.shrunk(5)
    if wanted and kind.body is not Body.TANK and rng.random() < FALSE_WALL_SHARE and wish.label is None:
        wall, room = build_false_wall(load, rng, room)
        objects += [wall] if wall else []
        wanted -= 1
    loaded, goods, cars = _load(load, rng, scene_set, room, _goods_for(kind.body, rng, cargo), wish.fill)
    objects += cars
    if rng.random() < LOOK_ALIKE_SHARE and goods:
        _add_look_alikes(load, rng, scene_set, loaded)
    for _ in range(wanted):
        thing = hide(load, rng, scene_set, room, loaded, label=wish.label)
        objects += [thing] if thing else []
    return Scene(
        structure=structure,
        load=load,
        inside=inside,
        carriage=name,
        container="" if own else kind.code,
        cargo=goods,
        objects=tuple(objects),
    )


def _container(rng: np.random.Generator, cargo: str | None, *, with_tanks: bool) -> ContainerKind:
    drawn = KINDS if rng.random() > SPECIAL_SHARE else SPECIAL_KINDS
    kinds = [each for each in drawn if with_tanks or each.body is not Body.TANK]
    kind = kinds[int(rng.integers(len(kinds)))]
    if cargo is None:
        return kind
    wanted = Body.TANK if cargo in _IN_TANKS else Body.REEFER if cargo == "frozen" else None
    fitting = [each for each in SPECIAL_KINDS if each.body is wanted] or list(KINDS)
    return fitting[int(rng.integers(len(fitting)))]


def _goods_for(body: Body, rng: np.random.Generator, cargo: str | None) -> str:
    if cargo is not None:
        return cargo
    if body is Body.TANK:
        return _IN_TANKS[0]
    fitting = {Body.REEFER: _COLD, Body.OPEN_TOP: _FROM_ABOVE}.get(body)
    names = fitting or tuple(name for name in CARGO if name not in _IN_TANKS)
    return str(names[int(rng.integers(len(names)))])


def _number_hidden(rng: np.random.Generator) -> int:
    return int(rng.choice([1, 1, 2])) if rng.random() < THREAT_SHARE else 0


def _draw_vehicle(
    rng: np.random.Generator, pitch_mm: float, what: tuple[str, ContainerKind], with_top: bool
) -> tuple[Canvas, Canvas, Space]:
    """The empty vehicle and its beam; returns structure, an empty canvas for the load, and the space inside."""
    carriage: Carriage = CARRIAGES[what[0]]
    length, high = carriage.own_body or (what[1].length_mm, what[1].height_mm)
    lead, tail, above = (float(value) for value in rng.uniform((250, 250, 250), (800, 800, 600)))
    x0 = lead + carriage.ahead_mm
    bottom = above + high
    ground = bottom + float(rng.uniform(*carriage.deck_mm))
    beam = FanBeam(
        source_y_mm=ground - float(rng.uniform(900, 1_700)),
        distance_mm=float(rng.uniform(7_000, 12_000)),
        top_distance_mm=float(rng.uniform(6_000, 9_000)),
        top_y_mm=bottom - high / 2,
    )
    width_mm, height_mm = x0 + length + carriage.behind_mm + tail, ground + 90
    structure, load = (
        Canvas(width_mm=width_mm, height_mm=height_mm, pitch_mm=pitch_mm, with_top=with_top, beam=beam)
        for _ in range(2)
    )
    draw_ground(structure, ground)
    if not carriage.on_rails and rng.random() < 0.5:
        draw_kerbs(structure, rng, ground)
    inside = carriage.draw(structure, rng, x0, x0 + length, bottom, ground)
    if inside is None:
        inside = draw_any_container(structure, rng, what[1], x0, bottom)
    return structure, load, inside


def _load(
    load: Canvas, rng: np.random.Generator, scene_set: SceneSet, room: Space, goods: str, fill: Fill | None
) -> tuple[Space, str, list[Hidden]]:
    """Draw the goods; returns the space they were given, their class (empty for none) and declared vehicles."""
    chance = float(rng.random())
    chance = chance if fill is None else _CHANCES[fill]
    floor = replace(room, y0=room.y1 - 60)
    if chance < EMPTY_SHARE:
        return floor, "", []
    design = scene_set.design(f"cargo/{goods}", rng)
    if chance < EMPTY_SHARE + SMALL_LOAD_SHARE and goods != "tank-liquid":
        width, high, deep = (float(value) for value in rng.uniform((400, 300, 400), (1_400, 1_000, 1_200)))
        x0, z0 = float(rng.uniform(room.x0, room.x1 - width)), float(rng.uniform(room.z0, room.z1 - deep))
        small = Space(x0=x0, y0=room.y1 - high, x1=x0 + width, y1=room.y1, z0=z0, z1=z0 + deep)
        with load.across((small.z0, small.z1)):
            draw_cartons(load, design, small)
        return small, "cartons", []
    space = room if goods == "tank-liquid" else _taken(rng, room)
    before = dict(load.masses_kg)
    with load.across((room.z0, room.z1)), load.recorded() as traces:
        cars = CARGO[goods].draw(load, design, space) or []
    names = (VEHICLE, "car", "cargo")
    things = [thing for car in cars if (thing := found(load, traces, before, names, between=(car.x0, car.x1)))]
    if not load.masses_kg:
        return floor, "", things
    seen = extent(load, floor)
    return replace(room, x0=max(room.x0, seen.x0), x1=min(room.x1, seen.x1), y0=max(room.y0, seen.y0)), goods, things


def _taken(rng: np.random.Generator, room: Space) -> Space:
    length = float(rng.choice([1.0, 1.0, rng.uniform(0.4, 1.0)])) * room.width_mm
    start = room.x0 + float(rng.choice([0.0, 0.0, rng.uniform(0, 1)])) * (room.width_mm - length)
    high = float(rng.uniform(0.6, 0.97)) * room.height_mm
    return replace(room, x0=start, x1=start + length, y0=room.y1 - high)


def _add_look_alikes(load: Canvas, rng: np.random.Generator, scene_set: SceneSet, loaded: Space) -> None:
    """Tools, brackets and drills among the goods: harmless, and to be told from weapons."""
    for _ in range(int(rng.integers(1, 5))):
        z = float(rng.uniform(loaded.z0, loaded.z1 - 80))
        with load.across((z, z + 60)):
            design = scene_set.design("tool", rng)
            draw_parts(load, design, loaded, tools(design))
