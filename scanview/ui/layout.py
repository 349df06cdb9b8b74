"""Owns where the windows of a workstation stand and how wide their panels are, as a value that is kept, without Qt."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from scanview.ui.panes.choice import Showing

LEAST_WIDTH, LEAST_HEIGHT = 640, 400
"""A window is restored no smaller, in pixels."""

_FAR = 100_000


class Extent(StrEnum):
    """How much of its screen a window takes."""

    NORMAL = "normal"
    MAXIMISED = "maximised"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rectangle of the desktop in pixels: its upper left corner, width and height."""

    left: int
    top: int
    width: int
    height: int
    extent: Extent = Extent.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the screen is arranged. Places are None, and widths 0, where nobody has changed them."""

    main: Place | None = None
    second: Place | None = None
    apart: bool = False
    """Whether the second picture has a window of its own."""
    worklist_px: int = 0
    panel_px: int = 0
    worklist_hidden: bool = False
    showing: Showing = Showing.BOTH


def written(layout: Layout) -> dict[str, Any]:
    """The layout as JSON has it."""
    return asdict(layout)


def read(document: object) -> Layout:
    """The layout of what `written` gave; what cannot be read is as nobody had changed it."""
    if not isinstance(document, Mapping):
        return Layout()
    showing = document.get("showing")
    return Layout(
        main=_place(document.get("main")),
        second=_place(document.get("second")),
        apart=document.get("apart") is True,
        worklist_px=_pixels(document.get("worklist_px")) or 0,
        panel_px=_pixels(document.get("panel_px")) or 0,
        worklist_hidden=document.get("worklist_hidden") is True,
        showing=Showing(showing) if showing in list(Showing) else Showing.BOTH,
    )


def within(place: Place, screens: Sequence[Place]) -> Place | None:
    """`place` on the screen that has most of it, moved and made smaller so that all of it is there.

    None where no screen has any of it, as after a monitor is gone: then it has to stand elsewhere.
    """
    screen = max(screens, key=lambda one: _common(place, one), default=None)
    if screen is None or _common(place, screen) == 0:
        return None
    width = min(max(place.width, LEAST_WIDTH), screen.width)
    height = min(max(place.height, LEAST_HEIGHT), screen.height)
    return Place(
        left=min(max(place.left, screen.left), screen.left + screen.width - width),
        top=min(max(place.top, screen.top), screen.top + screen.height - height),
        width=width,
        height=height,
        extent=place.extent,
    )


def _common(one: Place, other: Place) -> int:
    """The pixels that lie in both."""
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return max(across, 0) * max(down, 0)


def _place(document: object) -> Place | None:
    if not isinstance(document, Mapping):
        return None
    sides = [_pixels(document.get(field.name)) for field in fields(Place)[:4]]
    left, top, width, height = sides
    if left is None or top is None or not width or not height or min(width, height) <= 0:
        return None
    extent = document.get("extent")
    return Place(
        left=left,
        top=top,
        width=width,
        height=height,
        extent=Extent(extent) if extent in list(Extent) else Extent.NORMAL,
    )


def _pixels(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if abs(value) <= _FAR else None
