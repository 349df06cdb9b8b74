"""Owns the ISO container as steel and plywood seen from the side: walls, corrugation, posts, castings, floor, doors."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.simulate.canvas import HALF_WIDTH_MM, Canvas, Slab

Plane: TypeAlias = NDArray[np.float32]

INSIDE_WIDTH_MM = 2_350.0
"""Extent of the inside along the beam."""

SIDES: tuple[Slab, Slab] = ((-HALF_WIDTH_MM, -HALF_WIDTH_MM + 42), (HALF_WIDTH_MM - 42, HALF_WIDTH_MM))
"""Where across the vehicle the side walls stand."""

_WALL_MM = 1.6
_CORRUGATION_PERIOD_MM = 278.0
_WEB_MM = 68.0
_POST_MM = 150.0
_RAIL_MM = 60.0
_FLOOR_MM = 28.0
_CROSS_MEMBER_MM = 122.0


class Body(StrEnum):
    """How a container is built."""

    DRY = "dry"
    REEFER = "reefer"
    OPEN_TOP = "open top"
    TANK = "tank"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerKind:
    """Outside length and height of an ISO container (ISO 668), in mm, with its type code (ISO 6346) and build."""

    code: str
    length_mm: float
    height_mm: float
    body: Body = Body.DRY


KINDS = (
    ContainerKind(code="22G1", length_mm=6_058, height_mm=2_591),
    ContainerKind(code="42G1", length_mm=12_192, height_mm=2_591),
    ContainerKind(code="45G1", length_mm=12_192, height_mm=2_896),
)
"""The dry containers that most goods travel in."""

SPECIAL_KINDS = (
    ContainerKind(code="L5G1", length_mm=13_716, height_mm=2_896),
    ContainerKind(code="45R1", length_mm=12_192, height_mm=2_896, body=Body.REEFER),
    ContainerKind(code="22R1", length_mm=6_058, height_mm=2_591, body=Body.REEFER),
    ContainerKind(code="22U1", length_mm=6_058, height_mm=2_591, body=Body.OPEN_TOP),
    ContainerKind(code="42U1", length_mm=12_192, height_mm=2_591, body=Body.OPEN_TOP),
    ContainerKind(code="22T6", length_mm=6_058, height_mm=2_591, body=Body.TANK),
)
"""45 foot, refrigerated, open top and tank containers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A block of the scene in mm: x0 <= x < x1 along, y0 <= y < y1 downwards, z0 <= z < z1 across the vehicle."""

    x0: float
    y0: float
    x1: float
    y1: float
    z0: float = -INSIDE_WIDTH_MM / 2
    z1: float = INSIDE_WIDTH_MM / 2

    @property
    def width_mm(self) -> float:
        """Extent along the vehicle."""
        return self.x1 - self.x0

    @property
    def height_mm(self) -> float:
        """Extent from top to bottom."""
        return self.y1 - self.y0

    @property
    def depth_mm(self) -> float:
        """Extent across the vehicle."""
        return self.z1 - self.z0

    def shrunk(self, margin_mm: float) -> "Space":
        """The block, seen from the side, without a border of `margin_mm`."""
        m = margin_mm
        return replace(self, x0=self.x0 + m, y0=self.y0 + m, x1=self.x1 - m, y1=self.y1 - m)


def inside(kind: ContainerKind, x0: float, bottom: float) -> Space:
    """Where cargo can stand in a container whose lower left outer corner is at (`x0`, `bottom`)."""
    return Space(
        x0=x0 + 95,
        y0=bottom - kind.height_mm + 95,
        x1=x0 + kind.length_mm - 95,
        y1=bottom - _CROSS_MEMBER_MM - _FLOOR_MM,
    )


def draw_container(canvas: Canvas, kind: ContainerKind, x0: float, bottom: float, phase_mm: float) -> Space:
    """Draw an empty container and return the space inside it.

    Args:
        canvas: where to draw.
        kind: which container.
        x0: left outer edge, mm.
        bottom: lower outer edge, mm.
        phase_mm: where the corrugation starts, which differs between makers.
    """
    x1, top = x0 + kind.length_mm, bottom - kind.height_mm
    draw_walls(canvas, x0, top, x1, bottom, phase_mm)
    draw_frame(canvas, x0, top, x1, bottom)
    draw_floor(canvas, x0, x1, bottom)
    draw_doors(canvas, top, x1, bottom)
    return inside(kind, x0, bottom)


def draw_walls(
    canvas: Canvas, x0: float, top: float, x1: float, bottom: float, phase_mm: float, *, roof: bool = True
) -> None:
    """Corrugated side walls, the front wall and, unless it is open, the roof."""

    def thickness(x: Plane, y: Plane) -> Plane:
        place = np.mod(x - phase_mm, _CORRUGATION_PERIOD_MM / 2)
        slanted = place < _WEB_MM
        return np.where(slanted, 2 * _WALL_MM * 1.13, 2 * _WALL_MM) + 0 * y

    with canvas.across(*SIDES):
        canvas.texture("steel", x0 + 40, top + _RAIL_MM, x1 - 40, bottom - _CROSS_MEMBER_MM, depth_mm=thickness)
    if roof:
        canvas.rectangle("steel", x0 + 40, top + 15, x1 - 40, top + 35, depth_mm=INSIDE_WIDTH_MM * 2.0 / 20.0)
    front = INSIDE_WIDTH_MM * 2.0 / 45.0
    canvas.rectangle("steel", x0 + 10, top + 60, x0 + 55, bottom - 100, depth_mm=front)


def draw_frame(canvas: Canvas, x0: float, top: float, x1: float, bottom: float) -> None:
    """Posts, rails and corner castings (ISO 1161)."""
    with canvas.across(*SIDES):
        _draw_side_frame(canvas, x0, top, x1, bottom)


def _draw_side_frame(canvas: Canvas, x0: float, top: float, x1: float, bottom: float) -> None:
    canvas.frame("steel", x0, top, x1, top + _RAIL_MM, bar_mm=4, depth_mm=2 * _RAIL_MM)
    canvas.rectangle("steel", x0, top, x1, top + _RAIL_MM, depth_mm=6)
    canvas.rectangle("steel", x0, bottom - 160, x1, bottom, depth_mm=9)
    canvas.rectangle("steel", x0, bottom - 6, x1, bottom, depth_mm=80)
    for left in (x0, x1 - _POST_MM):
        canvas.rectangle("steel", left, top, left + _POST_MM, bottom, depth_mm=14)
        canvas.rectangle("steel", left, top, left + 8, bottom, depth_mm=110)
        canvas.rectangle("steel", left + _POST_MM - 8, top, left + _POST_MM, bottom, depth_mm=110)
        for corner in (top, bottom - 118):
            canvas.rectangle("steel", left - 4, corner, left + 174, corner + 118, depth_mm=60)
            canvas.disc("steel", left + 85, corner + 59, 75, depth_mm=40, hole_mm=34)


def draw_floor(canvas: Canvas, x0: float, x1: float, bottom: float) -> None:
    """Plywood on cross members."""
    top = bottom - _CROSS_MEMBER_MM - _FLOOR_MM
    canvas.rectangle("plywood", x0 + 60, top, x1 - 60, top + _FLOOR_MM, depth_mm=INSIDE_WIDTH_MM)
    for x in np.arange(x0 + 180, x1 - 120, 300.0):
        canvas.rectangle("steel", x, bottom - _CROSS_MEMBER_MM, x + 4, bottom, depth_mm=INSIDE_WIDTH_MM)
        canvas.rectangle("steel", x, bottom - _CROSS_MEMBER_MM, x + 45, bottom - 117, depth_mm=600)
        canvas.rectangle("steel", x, bottom - 5, x + 45, bottom, depth_mm=600)


def draw_doors(canvas: Canvas, top: float, x1: float, bottom: float) -> None:
    """Doors at the far end with their locking bars and seals."""
    canvas.rectangle("steel", x1 - 50, top + 60, x1 - 10, bottom - 100, depth_mm=INSIDE_WIDTH_MM * 2.0 / 40.0)
    canvas.column("steel", x1 + 18, top + 40, bottom - 20, 17, wall_mm=3, count=4)
    for share in (0.08, 0.3, 0.7, 0.92):
        y = top + share * (bottom - top)
        canvas.rectangle("steel", x1 - 2, y - 25, x1 + 40, y + 25, depth_mm=50)
    canvas.rectangle("rubber", x1 - 12, top + 60, x1, bottom - 60, depth_mm=60)
