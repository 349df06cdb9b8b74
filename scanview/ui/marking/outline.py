"""Owns the geometry of marks: how one is drawn point by point, moved, resized and bent, in pixels of its view.

Nothing here knows Qt. An outline never leaves the view it is on, and a change that would leave no shape changes
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scanview.core.errors import BadInput
from scanview.core.mark import LEAST_CORNERS, MOST_CORNERS, Mark, MarkShape, Pixel, box_around, check_points
from scanview.core.scan import Box, View

Point = tuple[float, float]
Size = tuple[int, int]
"""(columns, rows) of a view."""

_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)
_SIDES_OF_HANDLE = (
    (_LEFT, _TOP),
    (_RIGHT, _TOP),
    (_RIGHT, _BOTTOM),
    (_LEFT, _BOTTOM),
    (_TOP,),
    (_RIGHT,),
    (_BOTTOM,),
    (_LEFT,),
)
"""The sides that each handle of a box moves: its corners round, then its sides round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole shape on one view: two opposite pixels of a box, the corners of a polygon, tail and tip of an arrow."""

    shape: MarkShape
    points: tuple[Pixel, ...]
    view: View = View.SIDE

    @classmethod
    def of(cls, mark: Mark) -> "Outline":
        """Where `mark` is."""
        return cls.around(mark.box) if mark.shape is MarkShape.BOX else cls._of_points(mark)

    @classmethod
    def around(cls, box: Box) -> "Outline":
        """The box itself."""
        x0, y0, x1, y1 = box.corners
        return cls(shape=MarkShape.BOX, points=((x0, y0), (x1 - 1, y1 - 1)), view=box.view)

    @classmethod
    def _of_points(cls, mark: Mark) -> "Outline":
        return cls(shape=mark.shape, points=mark.points, view=mark.box.view)

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        return box_around(self.points, self.view)

    def mark(self, id: str, *, answers: str = "") -> Mark:
        """A new mark here."""
        return Mark(mark=id, box=self.box, answers=answers, shape=self.shape, points=self._own_points)

    def on(self, mark: Mark) -> Mark:
        """`mark`, here."""
        return replace(mark, box=self.box, shape=self.shape, points=self._own_points)

    @property
    def _own_points(self) -> tuple[Pixel, ...]:
        return () if self.shape is MarkShape.BOX else self.points

    @property
    def handles(self) -> tuple[Point, ...]:
        """Where it can be taken hold of, in coordinates of the view: corners and sides of a box, else its points."""
        if self.shape is not MarkShape.BOX:
            return tuple((column + 0.5, row + 0.5) for column, row in self.points)
        x0, y0, x1, y1 = self.box.corners
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        return (x0, y0), (x1, y0), (x1, y1), (x0, y1), (x, y0), (x1, y), (x, y1), (x0, y)

    def moved(self, dx: int, dy: int, size: Size) -> "Outline":
        """The same shape so many pixels on, as far as a view of `size` goes."""
        box = self.box
        right = min(max(dx, -box.x0), max(size[0] - box.x1, 0))
        down = min(max(dy, -box.y0), max(size[1] - box.y1, 0))
        return self._with(tuple((column + right, row + down) for column, row in self.points))

    def bent(self, handle: int, to: Pixel, size: Size) -> "Outline":
        """With this handle at `to`, or as near as a view of `size` and the shape allow."""
        column, row = within(to, size)
        if self.shape is not MarkShape.BOX:
            return self._with((*self.points[:handle], (column, row), *self.points[handle + 1 :]))
        sides = list(_sides(self.box))
        for side in _SIDES_OF_HANDLE[handle]:
            wanted = column if side in (_LEFT, _RIGHT) else row
            opposite = sides[(side + 2) % 4]
            sides[side] = min(wanted, opposite) if side in (_LEFT, _TOP) else max(wanted, opposite)
        left, top, right, bottom = sides
        return self._with(((left, top), (right, bottom)))

    def nudged(self, handle: int, dx: int, dy: int, size: Size) -> "Outline":
        """With this handle so many pixels on."""
        if self.shape is not MarkShape.BOX:
            column, row = self.points[handle]
        else:
            left, top, right, bottom = _sides(self.box)
            moves = _SIDES_OF_HANDLE[handle]
            column, row = right if _RIGHT in moves else left, bottom if _BOTTOM in moves else top
        return self.bent(handle, (column + dx, row + dy), size)

    def stretched(self, right: int, down: int, size: Size, *, from_left: bool, from_top: bool) -> "Outline":
        """Wider and higher by so many pixels, with everything in it in proportion; less makes it smaller.

        The right and the lower side move; `from_left` and `from_top` the other ones, as on a mirrored picture.
        """
        left, top, last, bottom = _sides(self.box)
        start, end = _stretched((left, last), right, size[0], first_moves=from_left)
        upper, lower = _stretched((top, bottom), down, size[1], first_moves=from_top)
        if self.shape is MarkShape.BOX:
            return self._with(((start, upper), (end, lower)))
        across, along = _scaled((left, last), (start, end)), _scaled((top, bottom), (upper, lower))
        return self._with(tuple((across(column), along(row)) for column, row in self.points))

    def _with(self, points: tuple[Pixel, ...]) -> "Outline":
        """The same with other points, if they still make the shape."""
        try:
            check_points(self.shape, points if self.shape is not MarkShape.BOX else ())
        except BadInput:
            return self
        return replace(self, points=points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A shape in hand: the points that are set, and where the pointer or the crosshair is."""

    shape: MarkShape
    view: View = View.SIDE
    points: tuple[Pixel, ...] = ()
    pointer: Pixel | None = None

    @property
    def has_begun(self) -> bool:
        """Whether a point is set."""
        return bool(self.points)

    @property
    def trace(self) -> tuple[Pixel, ...]:
        """The points that are set, and the pointer as the next one."""
        return self.points if self.pointer is None or not self.points else (*self.points, self.pointer)

    @property
    def is_full(self) -> bool:
        """Whether no further point can be set."""
        return len(self.points) >= (MOST_CORNERS if self.shape is MarkShape.POLYGON else 2)

    def pointed(self, at: Pixel) -> "Drawing":
        """The pointer is there."""
        return replace(self, pointer=at)

    def with_point(self, at: Pixel) -> "Drawing":
        """One point more, unless it is the last one again."""
        points = self.points if self.points[-1:] == (at,) or self.is_full else (*self.points, at)
        return replace(self, points=points, pointer=at)

    def without_point(self) -> "Drawing":
        """One point less."""
        return replace(self, points=self.points[:-1])

    def closes_at(self, at: Pixel) -> bool:
        """Whether a point at one end of the polygon would close it."""
        return self.closed() is not None and at in (self.points[0], self.points[-1])

    def closed(self) -> Outline | None:
        """The shape of the points that are set, where they are enough."""
        least = LEAST_CORNERS if self.shape is MarkShape.POLYGON else 2
        if len(set(self.points)) < least:
            return None
        return Outline(shape=self.shape, points=self.points, view=self.view)


def within(point: Pixel, size: Size) -> Pixel:
    """The nearest pixel of a view of `size`."""
    return min(max(point[0], 0), max(size[0] - 1, 0)), min(max(point[1], 0), max(size[1] - 1, 0))


def _sides(box: Box) -> tuple[int, int, int, int]:
    """The first and last column and row of `box`: left, top, right, bottom."""
    return box.x0, box.y0, box.x1 - 1, box.y1 - 1


def _stretched(ends: tuple[int, int], by: int, length: int, *, first_moves: bool) -> tuple[int, int]:
    """The ends of a side that is `by` pixels longer, at least one pixel long and within a view of this length."""
    first, last = ends
    if first_moves:
        return max(min(first - by, last), 0), last
    return first, min(max(last + by, first), max(length - 1, first))


def _scaled(before: tuple[int, int], after: tuple[int, int]) -> Callable[[int], int]:
    (first, last), (start, end) = before, after
    if first == last:
        return lambda value: value
    factor = (end - start) / (last - first)
    return lambda value: start + round((value - first) * factor)
