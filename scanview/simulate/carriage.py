"""Owns what goods travel on: lorries of several kinds and rail wagons, with or without a container."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from scanview.simulate.canvas import HALF_WIDTH_MM, Canvas, Slab
from scanview.simulate.container import SIDES, Space
from scanview.simulate.truck import CAB_MM, draw_beam, draw_tractor, draw_trailer, draw_wheel

DrawCarriage: TypeAlias = Callable[[Canvas, np.random.Generator, float, float, float, float], Space | None]
"""Draws a carriage under (or around) a body from x0 to x1 on `bottom`, on the ground; its own space, if it has one."""

_WHEEL_RADIUS_MM = 460.0
_WHEELS: tuple[Slab, Slab] = ((-820.0, -690.0), (690.0, 820.0))
_SOLE_BARS: tuple[Slab, Slab] = ((-1_000.0, -900.0), (900.0, 1_000.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """One kind of vehicle.

    Attributes:
        draw: draws it.
        ahead_mm: how far it reaches in front of the body.
        behind_mm: and behind it.
        deck_mm: least and greatest height of its deck above the ground.
        own_body: length and height (mm) of the body that is part of it; None where it carries a container.
        on_rails: whether rails lie under it instead of a roadway.
    """

    draw: DrawCarriage
    ahead_mm: float
    behind_mm: float
    deck_mm: tuple[float, float]
    own_body: tuple[float, float] | None = None
    on_rails: bool = False


def _draw_container_lorry(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> None:
    draw_trailer(canvas, rng, x0, x1, bottom, ground)
    draw_tractor(canvas, rng, x0 - CAB_MM, bottom, ground)


def _draw_trailer_alone(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> None:
    draw_trailer(canvas, rng, x0, x1, bottom, ground)


def _draw_curtain_sider(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> Space:
    """A semi-trailer with curtains: pillars, slats, straps, bows and an aluminium floor frame."""
    draw_trailer(canvas, rng, x0, x1, bottom, ground)
    draw_tractor(canvas, rng, x0 - CAB_MM, bottom, ground)
    top = bottom - 2_750
    canvas.rectangle("plywood", x0, bottom - 30, x1, bottom, depth_mm=2_440)
    for x in np.arange(x0 + 100, x1, 400.0):
        canvas.rectangle("steel", x, bottom, x + 5, bottom + 90, depth_mm=2_300)
    canvas.rectangle("steel", x0, top, x0 + 30, bottom, depth_mm=140)
    canvas.rectangle("aluminium", x1 - 30, top, x1, bottom, depth_mm=260)
    with canvas.across(*SIDES):
        for x in np.linspace(x0, x1 - 90, int(rng.integers(4, 7))):
            canvas.rectangle("steel", x, top, x + 90, bottom, depth_mm=10)
        for y in np.arange(top + 500, bottom - 200, float(rng.uniform(420, 620))):
            canvas.rectangle(str(rng.choice(["aluminium", "wood"])), x0, y, x1, y + 100, depth_mm=16)
        canvas.rectangle("pvc", x0, top + 60, x1, bottom + 120, depth_mm=1.8)
        canvas.rectangle("aluminium", x0, top, x1, top + 120, depth_mm=12)
        for x in np.arange(x0 + 250, x1, 550.0):
            bend = float(rng.normal(0, 18))
            canvas.bar("steel", (x, bottom + 110), (x + bend, bottom - 30), width_mm=22, depth_mm=9)
            canvas.bar("cloth", (x + bend, bottom - 30), (x + bend, top + 80), width_mm=45, depth_mm=12)
    for x in np.arange(x0 + 300, x1, 680.0):
        canvas.rectangle("aluminium", x, top + 4, x + 30, top + 50, depth_mm=240)
    canvas.rectangle("pvc", x0, top, x1, top + 2, depth_mm=2_400)
    return Space(x0=x0 + 60, y0=top + 130, x1=x1 - 60, y1=bottom - 30)


def _draw_box_truck(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> Space:
    """A rigid lorry with a box of plywood, foam and aluminium."""
    draw_tractor(canvas, rng, x0 - CAB_MM + 900, bottom, ground, is_rigid=True)
    draw_beam(canvas, x0 - 300, x1, bottom + 20, 240)
    top = bottom - 2_400
    draw_wheel(canvas, x1 - 1_900, ground, twin=True)
    with canvas.across(*SIDES):
        canvas.rectangle("plywood", x0, top, x1, bottom, depth_mm=24)
        canvas.rectangle("aluminium", x0, top, x1, bottom, depth_mm=3)
        for x in np.arange(x0, x1, 600.0):
            canvas.rectangle("aluminium", x, top, x + 40, bottom, depth_mm=10)
        canvas.frame("aluminium", x0, top, x1, bottom, bar_mm=90, depth_mm=12)
    canvas.rectangle("plywood", x0, bottom - 28, x1, bottom, depth_mm=2_440)
    for x in np.arange(x0 + 200, x1, 420.0):
        canvas.rectangle("aluminium", x, bottom, x + 6, bottom + 80, depth_mm=2_300)
    canvas.rectangle("aluminium", x0, top, x1, top + 3, depth_mm=2_400)
    canvas.rectangle("steel", x1, bottom - 900, x1 + 60, bottom + 60, depth_mm=110)
    canvas.bar("steel", (x1 - 400, bottom + 330), (x1 + 40, bottom + 60), width_mm=110, depth_mm=70)
    return Space(x0=x0 + 60, y0=top + 60, x1=x1 - 60, y1=bottom - 28)


def _draw_flat_wagon(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> None:
    """A container wagon: two bogies, fish-bellied sole bars, buffers and couplings."""
    with canvas.across(*_SOLE_BARS):
        belly = [
            (x0 - 600, bottom + 20),
            (x1 + 600, bottom + 20),
            (x1 - 2_600, bottom + 330),
            (x1 - 3_400, bottom + 520),
        ]
        canvas.polygon("steel", [*belly, (x0 + 3_400, bottom + 520), (x0 + 2_600, bottom + 330)], depth_mm=18)
        canvas.rectangle("steel", x0 - 700, bottom + 10, x1 + 700, bottom + 40, depth_mm=180)
    for x in np.arange(x0 - 600, x1 + 600, float(rng.uniform(1_400, 2_200))):
        canvas.rectangle("steel", x, bottom + 40, x + 14, bottom + 300, depth_mm=1_800)
    _draw_running_gear(canvas, rng, x0, x1, bottom, ground)


def _draw_box_wagon(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> Space:
    """A covered goods wagon with plywood walls between steel ribs and a sliding door."""
    _draw_flat_wagon(canvas, rng, x0, x1, bottom, ground)
    top = bottom - 2_950
    with canvas.across(*SIDES):
        canvas.rectangle("steel", x0, top + 300, x1, bottom, depth_mm=3.2)
        canvas.rectangle("plywood", x0, top + 500, x1, bottom, depth_mm=36)
        for x in np.arange(x0, x1, float(rng.uniform(700, 1_100))):
            canvas.rectangle("steel", x, top + 260, x + 70, bottom, depth_mm=14)
        canvas.frame("steel", x0, top + 260, x1, bottom, bar_mm=100, depth_mm=18)
        door = (x0 + x1) / 2
        canvas.frame("steel", door - 1_200, top + 350, door + 1_200, bottom - 10, bar_mm=60, depth_mm=16)
        for start, end in (((x0, bottom), (x0 + 900, top + 300)), ((x1, bottom), (x1 - 900, top + 300))):
            canvas.bar("steel", start, end, width_mm=60, depth_mm=10)
    for step in range(6):
        with canvas.across((-1_150.0 + 190 * step, 1_150.0 - 190 * step)):
            canvas.rectangle("steel", x0, top + 300 - 55 * step, x1, top + 304 - 55 * step, depth_mm=420)
    canvas.rectangle("wood", x0, bottom - 45, x1, bottom, depth_mm=2_400)
    for x in (x0, x1 - 5):
        canvas.rectangle("steel", x, top + 250, x + 5, bottom, depth_mm=2_300)
    return Space(x0=x0 + 70, y0=top + 340, x1=x1 - 70, y1=bottom - 45)


def _draw_running_gear(
    canvas: Canvas, rng: np.random.Generator, x0: float, x1: float, bottom: float, ground: float
) -> None:
    for bogie in (x0 + 1_000, x1 - 1_000):
        for axle in (bogie - 900, bogie + 900):
            _draw_wheel_set(canvas, axle, ground)
        with canvas.across(*_SOLE_BARS):
            y = ground - 470
            frame = [(bogie - 1_300, y - 60), (bogie - 700, y - 90), (bogie - 350, y + 90), (bogie + 350, y + 90)]
            frame += [
                (bogie + 700, y - 90),
                (bogie + 1_300, y - 60),
                (bogie + 1_300, y - 180),
                (bogie - 1_300, y - 180),
            ]
            canvas.polygon("steel", frame, depth_mm=50)
            for spring in np.arange(bogie - 240, bogie + 241, 120.0):
                for coil in np.arange(y - 150, y + 60, 38.0):
                    canvas.rectangle("steel", spring - 50, coil, spring + 50, coil + 16, depth_mm=30)
        canvas.rectangle("steel", bogie - 220, bottom + 300, bogie + 220, bottom + 430, depth_mm=300)
    for end, side in ((x0 - 700, -1), (x1 + 700, 1)):
        with canvas.across((-950.0, -800.0), (800.0, 950.0)):
            tip = end + side * 520
            canvas.rod("steel", min(end, tip), max(end, tip), bottom + 110, 80, wall_mm=20)
            canvas.rectangle("steel", tip - 20, bottom - 110, tip + 20, bottom + 330, depth_mm=100)
        with canvas.across((-150.0, 150.0)):
            canvas.rectangle(
                "steel", min(end, end + side * 420), bottom + 60, max(end, end + side * 420), bottom + 190, depth_mm=110
            )
            canvas.disc("steel", end + side * 380, bottom + 260, 130, depth_mm=40, hole_mm=85)
    for _ in range(5):
        x = float(rng.uniform(x0 + 2_600, x1 - 2_600))
        with canvas.across((-400.0, 0.0)):
            canvas.rod(
                "steel", x, x + float(rng.uniform(250, 800)), bottom + float(rng.uniform(330, 520)), 110, wall_mm=5
            )
        with canvas.across((200.0, 260.0)):
            canvas.bar("steel", (x, bottom + 380), (x + 1_500, bottom + 420), width_mm=36, depth_mm=36)


def _draw_wheel_set(canvas: Canvas, x: float, ground: float) -> None:
    y = ground - _WHEEL_RADIUS_MM
    with canvas.across(*_WHEELS):
        canvas.disc("steel", x, y, _WHEEL_RADIUS_MM, depth_mm=270, hole_mm=_WHEEL_RADIUS_MM - 65)
        canvas.disc("steel", x, y, _WHEEL_RADIUS_MM - 60, depth_mm=52)
        canvas.disc("steel", x, y, 150, depth_mm=330)
    with canvas.across((-680.0, 680.0)):
        canvas.disc("steel", x, y, 82, depth_mm=1_360)
    with canvas.across((-1_080.0, -880.0), (880.0, 1_080.0)):
        canvas.rectangle("steel", x - 170, y - 140, x + 170, y + 120, depth_mm=220)


CARRIAGES: MappingProxyType[str, Carriage] = MappingProxyType(
    {
        "container-lorry": Carriage(draw=_draw_container_lorry, ahead_mm=CAB_MM, behind_mm=60, deck_mm=(1_180, 1_420)),
        "trailer": Carriage(draw=_draw_trailer_alone, ahead_mm=60, behind_mm=60, deck_mm=(1_180, 1_420)),
        "curtain-sider": Carriage(
            draw=_draw_curtain_sider, ahead_mm=CAB_MM, behind_mm=60, deck_mm=(1_200, 1_300), own_body=(13_620, 2_750)
        ),
        "box-truck": Carriage(
            draw=_draw_box_truck, ahead_mm=CAB_MM - 900, behind_mm=100, deck_mm=(1_050, 1_200), own_body=(7_300, 2_400)
        ),
        "flat-wagon": Carriage(
            draw=_draw_flat_wagon, ahead_mm=1_300, behind_mm=1_300, deck_mm=(1_150, 1_200), on_rails=True
        ),
        "box-wagon": Carriage(
            draw=_draw_box_wagon,
            ahead_mm=1_300,
            behind_mm=1_300,
            deck_mm=(1_180, 1_230),
            own_body=(13_800, 2_950),
            on_rails=True,
        ),
    }
)
"""Every kind of vehicle by its name."""


def draw_kerbs(canvas: Canvas, rng: np.random.Generator, ground: float) -> None:
    """The hollow guide rails beside the lane, in pieces, low in the picture as in many scanners."""
    start = float(rng.uniform(-3_000, 0))
    with canvas.across((-HALF_WIDTH_MM - 400, -HALF_WIDTH_MM - 300), (HALF_WIDTH_MM + 300, HALF_WIDTH_MM + 400)):
        for x in np.arange(start, canvas.columns * canvas.pitch_mm, 4_800.0):
            canvas.frame("steel", x, ground - 140, x + 2_600, ground - 20, bar_mm=14, depth_mm=30)
            canvas.rectangle("steel", x, ground - 140, x + 2_600, ground - 20, depth_mm=8)
            for post in (x + 700, x + 1_900):
                canvas.rectangle("steel", post, ground - 80, post + 60, ground - 20, depth_mm=60)
