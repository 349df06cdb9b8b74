"""What the commands of marking do, by their ids."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from scanview.core.mark import MarkShape
from scanview.ui import saying
from scanview.ui.desk import Desk
from scanview.ui.marking.category_picker import CATEGORIES

if TYPE_CHECKING:
    from scanview.ui.window import Window

_SIZES = {"wider": (1, 0), "narrower": (-1, 0), "higher": (0, 1), "lower": (0, -1)}
_COARSE, _FINE = 8, 1
"""How far one press of a key stretches a mark, in pixels of the scan."""


def marking_handlers(window: Window, desk: Desk) -> dict[str, Callable[[], None]]:
    """Take a shape in hand; change, name and take back marks."""
    marking, reviewing = window.marking, desk.reviewing
    return {
        "mark": lambda: marking.draw(MarkShape.BOX),
        "mark-polygon": lambda: marking.draw(MarkShape.POLYGON),
        "mark-arrow": lambda: marking.draw(MarkShape.ARROW),
        "categorise": reviewing.categorise,
        **{f"category-{n}": partial(reviewing.pick_category, category) for n, category in enumerate(CATEGORIES)},
        "next-handle": lambda: _next_handle(window, desk, 1),
        "previous-handle": lambda: _next_handle(window, desk, -1),
        **{f"mark-{size}": partial(_stretch, window, desk, *by, _COARSE) for size, by in _SIZES.items()},
        **{f"mark-{size}-finely": partial(_stretch, window, desk, *by, _FINE) for size, by in _SIZES.items()},
        "remove-mark": lambda: _unless(marking.take_back_point, reviewing.remove_mark),
        "write-on-mark": lambda: _write(window, desk),
        "undo": lambda: _unless(marking.take_back_point, reviewing.undo),
        "redo": reviewing.redo,
    }


def _unless(done: Callable[[], bool], otherwise: Callable[[], None]) -> None:
    if not done():
        otherwise()


def _next_handle(window: Window, desk: Desk, by: int) -> None:
    """Of the chosen mark, or else of the last one."""
    if desk.reviewing.choose_a_mark():
        window.refresh()
        window.marking.next_handle(by)


def _stretch(window: Window, desk: Desk, right: int, down: int, step: int) -> None:
    """The sides that are on the right and below on the screen move."""
    viewport = window.canvas.viewport
    if viewport is not None and desk.reviewing.choose_a_mark():
        across, along = viewport.mirrored_x, viewport.mirrored_y
        desk.reviewing.change(
            lambda review: saying.stretched(review, right * step, down * step, from_left=across, from_top=along)
        )


def _write(window: Window, desk: Desk) -> None:
    """On the chosen mark, or else on the last one."""
    if desk.reviewing.choose_a_mark():
        window.refresh()
        window.findings.marks.note.setFocus()
