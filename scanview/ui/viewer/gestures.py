"""Owns what the mouse means: which drag a button begins, and how far a drag moves the window of greys."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from PySide6.QtCore import QPointF, Qt

from scanview.core.recipe import TOOLS, Recipe, Tool

_STILL_PX = 4.0
_FINE = 0.2


class DragKind(Enum):
    """What a drag does."""

    PAN = auto()
    WINDOW = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drag:
    """A button held down: where it began, where the pointer was last, and whether it ever left its first place."""

    kind: DragKind
    button: Qt.MouseButton
    start: QPointF
    last: QPointF
    has_moved: bool = False

    @classmethod
    def begin(cls, button: Qt.MouseButton, at: QPointF) -> "Drag | None":
        """The drag that `button` begins, or None where it begins none."""
        kinds = {
            Qt.MouseButton.LeftButton: DragKind.PAN,
            Qt.MouseButton.MiddleButton: DragKind.PAN,
            Qt.MouseButton.RightButton: DragKind.WINDOW,
        }
        kind = kinds.get(button)
        return cls(kind=kind, button=button, start=QPointF(at), last=QPointF(at)) if kind else None

    def moved(self, to: QPointF) -> "Drag":
        """The same drag with the pointer at `to`."""
        far = (to - self.start).manhattanLength() > _STILL_PX
        return replace(self, last=QPointF(to), has_moved=self.has_moved or far)


def windowed(recipe: Recipe, right: float, down: float, *, fine: bool) -> Recipe:
    """`recipe` with its window moved by a drag: to the right wider, down to denser cargo.

    Args:
        recipe: the recipe before; without a window it starts from the default one.
        right: how far the pointer went, as a fraction of the picture's width.
        down: the same of its height.
        fine: a fifth of the effect.
    """
    centre_range, width_range = TOOLS[Tool.WINDOW]
    step = recipe.step(Tool.WINDOW)
    centre, width = step.values if step else (centre_range.default, width_range.default)
    weight = _FINE if fine else 1.0
    # Both move in proportion to the width: a narrow window is set as finely as it shows.
    reach = max(width, 0.01)
    width = min(max(width + 2.0 * weight * right * reach, width_range.low), width_range.high)
    centre = min(max(centre - weight * down * reach, centre_range.low), centre_range.high)
    return recipe.with_step(Tool.WINDOW, centre, width)
