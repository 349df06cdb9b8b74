"""Owns the shapes that are measured and how a hand draws them, in full-resolution pixels of the view, without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from scanview.core.errors import Fault
from scanview.imaging.region import Area
from scanview.imaging.selection import Point, Selection, polygon, rectangle


class ShapeKind(StrEnum):
    """What is drawn."""

    LENGTH = "length"
    RECTANGLE = "rectangle"
    POLYGON = "polygon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A finished shape: two ends of a line, two opposite corners, or the corners of a polygon."""

    kind: ShapeKind
    points: tuple[Point, ...]

    @classmethod
    def around(cls, area: Area) -> "Shape":
        """The rectangle around whole pixels."""
        return cls(kind=ShapeKind.RECTANGLE, points=((area.x0, area.y0), (area.x1, area.y1)))

    @property
    def extent(self) -> tuple[float, float]:
        """Columns and rows from end to end."""
        x, y = zip(*self.points, strict=True)
        return max(x) - min(x), max(y) - min(y)

    def selection(self, size: tuple[int, int]) -> Selection:
        """The pixels in it, of a view of `size` (columns, rows).

        Raises:
            BadInput: no pixel lies in it (code `empty-selection`).
            Fault: a line has no inside (code `no-inside`).
        """
        match self.kind:
            case ShapeKind.RECTANGLE:
                return rectangle(self.points[0], self.points[1], size)
            case ShapeKind.POLYGON:
                return polygon(self.points, size)
            case ShapeKind.LENGTH:
                raise Fault("a line has no inside", code="no-inside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A shape that a hand is drawing: the points that are set, and where the pointer is."""

    kind: ShapeKind
    points: tuple[Point, ...] = ()
    pointer: Point | None = None

    @property
    def has_begun(self) -> bool:
        """Whether a point is set."""
        return bool(self.points)

    @property
    def outline(self) -> tuple[Point, ...]:
        """The points that are set, and the pointer as the next one."""
        return self.points if self.pointer is None or not self.points else (*self.points, self.pointer)

    @property
    def can_close(self) -> bool:
        """Whether it is a polygon with enough corners."""
        return self.kind is ShapeKind.POLYGON and len(self.points) >= 3

    def pressed(self, at: Point) -> "Drawing":
        """A line or rectangle begins anew; a polygon has one corner more."""
        before = self.points if self.kind is ShapeKind.POLYGON else ()
        return replace(self, points=(*before, at), pointer=at)

    def moved(self, to: Point) -> "Drawing":
        """The pointer is elsewhere."""
        return replace(self, pointer=to)

    def released(self) -> Shape | None:
        """The line or rectangle from where the drag began to the pointer; a polygon goes on."""
        if self.kind is ShapeKind.POLYGON or not self.points or self.pointer is None:
            return None
        return Shape(kind=self.kind, points=(self.points[0], self.pointer))

    def closed(self) -> Shape | None:
        """The polygon of the corners that are set, if they are enough."""
        return Shape(kind=self.kind, points=self.points) if self.can_close else None


def within(point: Point, size: tuple[int, int]) -> Point:
    """The nearest point of a view of `size` (columns, rows)."""
    return min(max(point[0], 0.0), float(size[0])), min(max(point[1], 0.0), float(size[1]))


def corners(kind: ShapeKind, points: Sequence[Point]) -> tuple[Point, ...]:
    """The points of the outline of a shape, all four of a rectangle."""
    if kind is not ShapeKind.RECTANGLE or len(points) != 2:
        return tuple(points)
    (x0, y0), (x1, y1) = points
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)
