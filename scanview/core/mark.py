"""What a person points at in a scan: a box, a polygon or an arrow, with a category and a short text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from scanview.core.checks import check_id, check_text
from scanview.core.errors import BadInput
from scanview.core.scan import Box, View

LEAST_CORNERS = 3
MOST_CORNERS = 64
"""How many corners a polygon may have."""

Pixel: TypeAlias = tuple[int, int]
"""(column, row) of a pixel at full resolution."""


class MarkShape(StrEnum):
    """How a mark is drawn."""

    BOX = "box"
    POLYGON = "polygon"
    ARROW = "arrow"


class MarkCategory(StrEnum):
    """What a person takes it for, in the words of the trade; one digit picks one on the screen, 0 none."""

    NONE = "none"
    WEAPON = "weapon"
    EXPLOSIVE = "explosive"
    """Explosives and ammunition."""
    DRUGS = "drugs"
    TOBACCO = "tobacco"
    UNDECLARED_GOODS = "undeclared-goods"
    HIDDEN_SPACE = "hidden-space"
    """A false wall, floor or roof, or a built-in hollow."""
    PERSON = "person"
    DENSE_SHIELD = "dense-shield"
    """Something the beam does not pass, so that nobody can say what it hides."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person points at. `answers` names the finding it answers, if any.

    `points` are pixels of the box's view: none for a box, the corners of a polygon in order, the tail and the tip of
    an arrow. `box` is what all of them lie in, and nothing more.
    """

    mark: str
    box: Box
    text: str = ""
    answers: str = ""
    shape: MarkShape = MarkShape.BOX
    points: tuple[Pixel, ...] = ()
    category: MarkCategory = MarkCategory.NONE

    def __post_init__(self) -> None:
        check_id(self.mark, "mark")
        check_text(self.text)
        check_points(self.shape, self.points)
        if self.points and self.box != box_around(self.points, self.box.view):
            raise BadInput("the box of a mark is not the one around its points", code="bad-mark-shape")

    @property
    def place(self) -> tuple[float, float]:
        """(column, row) of what is meant: the tip of an arrow, else the middle of the box."""
        if self.shape is MarkShape.ARROW:
            column, row = self.points[1]
            return column + 0.5, row + 0.5
        return (self.box.x0 + self.box.x1) / 2, (self.box.y0 + self.box.y1) / 2


def check_points(shape: MarkShape, points: tuple[Pixel, ...]) -> None:
    """Raise BadInput (code `bad-mark-shape`) unless `points` are those of a `shape`."""
    match shape:
        case MarkShape.BOX:
            fits = not points
        case MarkShape.POLYGON:
            fits = len(points) <= MOST_CORNERS and len(set(points)) >= LEAST_CORNERS
        case MarkShape.ARROW:
            fits = len(points) == 2 and points[0] != points[1]
    if not fits:
        raise BadInput(f"{len(points)} points do not make a mark of the shape {shape}", code="bad-mark-shape")


def box_around(points: tuple[Pixel, ...], view: View) -> Box:
    """The smallest box that holds these pixels of `view`, at least one; BadInput where one is outside any scan."""
    columns, rows = zip(*points, strict=True)
    return Box(x0=min(columns), y0=min(rows), x1=max(columns) + 1, y1=max(rows) + 1, view=view)
