"""Owns where the analyst looks: pure geometry between a view in true millimetres and the screen, without Qt."""

import math
from dataclasses import dataclass, replace

from scanview.core.look import Look
from scanview.core.recipe import Recipe
from scanview.core.scan import Box, View, ViewHeader
from scanview.imaging.region import Region

MAX_MAGNIFICATION = 32.0
"""Screen pixels along the finer side of a scan pixel at the closest zoom."""

_CONTEXT = 3.0
_LEAST_OF_FIT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """`width` by `height` screen pixels looking at a view of `columns` by `rows` scan pixels.

    `left` and `top` are the lowest scan coordinates on screen: those of its upper left corner, unless the picture is
    mirrored. `scale` is screen pixels per millimetre. Both directions share it, so what is round in the load is round
    on screen. `mirrored_x` shows the last column on the left, `mirrored_y` the last row at the top.
    """

    width: int
    height: int
    columns: int
    rows: int
    pitch_x_mm: float
    pitch_y_mm: float
    left: float = 0.0
    top: float = 0.0
    scale: float = 1.0
    mirrored_x: bool = False
    mirrored_y: bool = False

    @classmethod
    def of(cls, header: ViewHeader, columns: int, size: tuple[int, int]) -> "Viewport":
        """A screen of `size` (width, height) that shows the whole of a view with `columns` columns."""
        viewport = cls(
            width=max(size[0], 1),
            height=max(size[1], 1),
            columns=columns,
            rows=header.rows,
            pitch_x_mm=header.pitch_x_mm,
            pitch_y_mm=header.pitch_y_mm,
        )
        return viewport.fitted()

    @property
    def scale_x(self) -> float:
        """Screen pixels per column."""
        return self.scale * self.pitch_x_mm

    @property
    def scale_y(self) -> float:
        """Screen pixels per row."""
        return self.scale * self.pitch_y_mm

    @property
    def region(self) -> Region:
        """What the renderer is asked for; mirroring is up to whoever puts it on screen."""
        return Region(
            left=self.left, top=self.top, columns_per_pixel=1.0 / self.scale_x, rows_per_pixel=1.0 / self.scale_y
        )

    def look(self, view: View, recipe: Recipe, ratio: float) -> Look:
        """What is on a screen with `ratio` pixels of its own to each of ours, by `recipe`."""
        region = self.region.on_denser_screen(ratio)
        return Look(
            view=view,
            columns=self.columns,
            left=region.left,
            top=region.top,
            columns_per_pixel=region.columns_per_pixel,
            rows_per_pixel=region.rows_per_pixel,
            width=round(self.width * ratio),
            height=round(self.height * ratio),
            mirrored_x=self.mirrored_x,
            mirrored_y=self.mirrored_y,
            recipe=recipe,
        )

    def again(self, look: Look, ratio: float) -> "Viewport":
        """What `look` showed, on this screen; about the same middle where this one has another size."""
        scale = 1.0 / (look.columns_per_pixel * ratio * self.pitch_x_mm)
        mirrored = replace(self, scale=scale, mirrored_x=look.mirrored_x, mirrored_y=look.mirrored_y)
        if (round(self.width * ratio), round(self.height * ratio)) == (look.width, look.height):
            return replace(mirrored, left=look.left, top=look.top)
        middle = look.left + look.columns_per_pixel * look.width / 2, look.top + look.rows_per_pixel * look.height / 2
        return mirrored.centred_on(*middle)

    @property
    def right(self) -> float:
        """The highest column coordinate on screen."""
        return self.left + self.width / self.scale_x

    @property
    def bottom(self) -> float:
        """The highest row coordinate on screen."""
        return self.top + self.height / self.scale_y

    def to_scan(self, x: float, y: float) -> tuple[float, float]:
        """The scan coordinates (column, row) of a point of the screen."""
        x, y = self._unmirrored(x, y)
        return self.left + x / self.scale_x, self.top + y / self.scale_y

    def to_screen(self, column: float, row: float) -> tuple[float, float]:
        """The point of the screen where scan coordinates (column, row) lie."""
        return self._unmirrored((column - self.left) * self.scale_x, (row - self.top) * self.scale_y)

    def _unmirrored(self, x: float, y: float) -> tuple[float, float]:
        """From a point of the screen to that of the picture before it was mirrored, and back: it is the same step."""
        return (self.width - x if self.mirrored_x else x), (self.height - y if self.mirrored_y else y)

    def box_between(self, start: tuple[float, float], end: tuple[float, float]) -> Box | None:
        """The box of whole scan pixels between two points of the screen; None where they hold no pixel of the view."""
        (x0, y0), (x1, y1) = self.to_scan(*start), self.to_scan(*end)
        left, right = max(math.floor(min(x0, x1)), 0), min(math.ceil(max(x0, x1)), self.columns)
        top, bottom = max(math.floor(min(y0, y1)), 0), min(math.ceil(max(y0, y1)), self.rows)
        if left >= right or top >= bottom:
            return None
        return Box(x0=left, y0=top, x1=right, y1=bottom)

    def fitted(self) -> "Viewport":
        """The whole view, in the middle of the screen."""
        return replace(self, scale=self._fit_scale()).centred_on(self.columns / 2, self.rows / 2)

    def filled(self) -> "Viewport":
        """All rows from top to bottom, with the newest column at the edge: how a truck passes."""
        scale = self.height / (self.rows * self.pitch_y_mm)
        return replace(self, scale=scale, top=0.0).following()

    def one_to_one(self) -> "Viewport":
        """One screen pixel per scan pixel along the finer side, about the same middle."""
        return self.zoomed(1.0 / (min(self.pitch_x_mm, self.pitch_y_mm) * self.scale))

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> "Viewport":
        """Closer by `factor`, with the scan point under `at` (the middle by default) staying where it is."""
        x, y = at if at is not None else (self.width / 2, self.height / 2)
        column, row = self.to_scan(x, y)
        x, y = self._unmirrored(x, y)
        closer = replace(self, scale=self._allowed(self.scale * factor))
        return replace(closer, left=column - x / closer.scale_x, top=row - y / closer.scale_y)._held()

    def panned(self, dx: int, dy: int) -> "Viewport":
        """The picture moved by whole screen pixels: `dx` to the right, `dy` down."""
        dx, dy = (-dx if self.mirrored_x else dx), (-dy if self.mirrored_y else dy)
        return replace(self, left=self.left - dx / self.scale_x, top=self.top - dy / self.scale_y)._held()

    def flipped(self) -> "Viewport":
        """The same part of the view, left and right exchanged: so that doors are on the side they always are."""
        return replace(self, mirrored_x=not self.mirrored_x)

    def turned(self) -> "Viewport":
        """The same part of the view, turned by 180 degrees."""
        return replace(self, mirrored_x=not self.mirrored_x, mirrored_y=not self.mirrored_y)

    def magnified(self, magnification: float, at: tuple[float, float], side: int) -> "Viewport":
        """A square screen of `side` pixels that shows what is around a point of this one, so many times larger."""
        small = replace(self, width=side, height=side, scale=self._allowed(self.scale * magnification))
        column, row = self.to_scan(*at)
        return replace(small, left=column - side / small.scale_x / 2, top=row - side / small.scale_y / 2)

    def centred_on(self, column: float, row: float) -> "Viewport":
        """The same scale about another middle."""
        left = column - self.width / self.scale_x / 2
        return replace(self, left=left, top=row - self.height / self.scale_y / 2)._held()

    def showing(self, box: Box) -> "Viewport":
        """`box` in the middle with as much around it again on every side."""
        width_mm, height_mm = (box.x1 - box.x0) * self.pitch_x_mm, (box.y1 - box.y0) * self.pitch_y_mm
        scale = min(self.width / (_CONTEXT * width_mm), self.height / (_CONTEXT * height_mm))
        sharpest = 2.0 / min(self.pitch_x_mm, self.pitch_y_mm)
        closer = replace(self, scale=self._allowed(min(max(scale, self._fit_scale()), sharpest)))
        return closer.centred_on((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)

    def resized(self, width: int, height: int) -> "Viewport":
        """The same middle and scale on a screen of another size; a view that was fitted stays fitted."""
        other = replace(self, width=max(width, 1), height=max(height, 1))
        if math.isclose(self.scale, self._fit_scale(), rel_tol=1e-9):
            return other.fitted()
        return other.centred_on((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def grown(self, columns: int) -> "Viewport":
        """The same place in a view that now has `columns` columns."""
        return replace(self, columns=columns)

    def following(self) -> "Viewport":
        """Moved by whole pixels so that the newest column stands at the edge of the screen: right, mirrored left."""
        pixels = round((self.columns - self.right) * self.scale_x)
        return replace(self, left=self.left + pixels / self.scale_x)

    def shows_columns(self, start: int, stop: int) -> bool:
        """Whether any of the columns `start` to `stop` is on screen."""
        return start < self.right and stop > self.left

    def _fit_scale(self) -> float:
        across = self.width / (max(self.columns, 1) * self.pitch_x_mm)
        return min(across, self.height / (self.rows * self.pitch_y_mm))

    def _allowed(self, scale: float) -> float:
        """Not farther than half the size that fits, unless one to one is: a short scan is looked at so, too."""
        finer_mm = min(self.pitch_x_mm, self.pitch_y_mm)
        farthest = min(_LEAST_OF_FIT * self._fit_scale(), 1.0 / finer_mm)
        return min(max(scale, farthest), MAX_MAGNIFICATION / finer_mm)

    def _held(self) -> "Viewport":
        """Never out of sight: the middle of the screen stays on the view."""
        half_columns, half_rows = self.width / self.scale_x / 2, self.height / self.scale_y / 2
        left = _held_line(self.left, half_columns, self.columns)
        return replace(self, left=left, top=_held_line(self.top, half_rows, self.rows))


def _held_line(start: float, half: float, length: float) -> float:
    return min(max(start, -half), length - half)
