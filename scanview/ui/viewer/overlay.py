"""Owns how findings and marks look over the picture: thin outlines, and small tags beside them, never on them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLine, QMarginsF, QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF, QStaticText
from PySide6.QtWidgets import QApplication

from scanview.core.mark import MarkShape, Pixel
from scanview.core.scan import Box
from scanview.ui import tokens
from scanview.ui.viewer.mark_shapes import on_screen, paint_outline
from scanview.ui.viewer.painting import saved
from scanview.ui.viewer.viewport import Viewport

Places: TypeAlias = NDArray[np.int32]
"""Boxes in whole pixels of the screen, int32 (boxes, 4): left, top, width, height."""

TAG_LIMIT = 60
"""Outlines on screen up to which all have tags; among more, only the selected one has."""

_SHADED_LIMIT = 300
_SHADE = 220
_LEAST_PX = 6
_NO_BOX = -1
_FAR_PX = 100_000
_GAP_PX = 4.0
_SHAPE_PX = 9.0
_TAG_FONT_PX = 12
_ROOM = QPointF(1.0, 1.0)
"""Around a tag, for half of its frame's line."""


class OverlayKind(StrEnum):
    """Whose statement a box is: a finding by its risk (the values of `core.review.Risk`), or a person's mark.

    Of other people's marks, those of the first opinion are told apart from those of later ones.
    """

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    MARK = "mark"
    FIRST_OPINION = "first-opinion"
    FURTHER_OPINION = "further-opinion"


_COLOURS = {
    OverlayKind.HIGH: tokens.RISK_HIGH,
    OverlayKind.MEDIUM: tokens.RISK_MEDIUM,
    OverlayKind.LOW: tokens.RISK_LOW,
    OverlayKind.NONE: tokens.RISK_NONE,
    OverlayKind.MARK: tokens.MARK,
    OverlayKind.FIRST_OPINION: tokens.FIRST_OPINION,
    OverlayKind.FURTHER_OPINION: tokens.FURTHER_OPINION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """One box to draw. `key` names it to the caller, `label` is already in the reader's language, plain text.

    A person's polygon or arrow has its `points`, pixels of the view, and `box` around them.
    """

    key: str
    box: Box
    label: str
    kind: OverlayKind
    score: float | None = None
    shape: MarkShape = MarkShape.BOX
    points: tuple[Pixel, ...] = ()

    @property
    def tag(self) -> str:
        """What the tag says beside its shape."""
        return self.label if self.score is None else f"{self.label} {self.score:.2f}".lstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tag:
    overlay: Overlay
    place: QRectF
    text: QStaticText


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlines:
    """Boxes of one kind, and what is filled to draw them: `sides`, and a pixel further in `inner`, if anything.

    A raster fills thin rectangles ten times as fast as a pen draws them, to the same pixels.
    """

    kind: OverlayKind
    rects: list[QRect]
    sides: list[QRect]
    inner: list[QRect]

    @classmethod
    def of(cls, kind: OverlayKind, places: Places, *, shaded: bool) -> "_Outlines":
        rects = _rects(places) if shaded else []
        inner = _sides(_grown(places, -1)) if shaded else []
        return cls(kind=kind, rects=rects, sides=_sides(places), inner=inner)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where everything lies on one screen: found once, painted as often as the picture under it changes."""

    viewport: Viewport
    selected: str
    lifted: str
    outlines: tuple[_Outlines, ...]
    chosen: tuple[tuple[OverlayKind, QRect], ...]
    drawn: tuple[tuple[Overlay, list[QPointF]], ...]
    tags: tuple[_Tag, ...]


class OverlayLayer:
    """The overlays of one view, ready to be drawn and hit quickly."""

    def __init__(self, overlays: Sequence[Overlay] = ()) -> None:
        self.overlays = tuple(overlays)
        corners = [overlay.box.corners for overlay in self.overlays]
        self._corners = np.array(corners, np.float64).reshape(-1, 4)
        kinds = {kind: number for number, kind in enumerate(OverlayKind)}
        drawn = [kinds[one.kind] if one.shape is MarkShape.BOX else _NO_BOX for one in self.overlays]
        self._kinds = np.array(drawn, np.int8)
        self._layout: _Layout | None = None
        self._texts: dict[str, QStaticText] = {}
        self._pictures: dict[tuple[str, OverlayKind, bool, float], QPixmap] = {}

    def visible(self, viewport: Viewport) -> list[tuple[Overlay, QRect]]:
        """The overlays on screen and where, in whole screen pixels."""
        seen, places = self._on_screen(viewport)
        return list(zip([self.overlays[i] for i in seen.tolist()], _rects(places), strict=True))

    def _on_screen(self, viewport: Viewport) -> tuple[NDArray[np.intp], Places]:
        """Which overlays are on screen, by their numbers, and where."""
        x0, y0, x1, y1 = self._corners.T
        across, down = (x1 > viewport.left) & (x0 < viewport.right), (y1 > viewport.top) & (y0 < viewport.bottom)
        seen = np.flatnonzero(across & down)
        scale = np.array((viewport.scale_x, viewport.scale_y))
        start, end = self._corners[seen, :2], self._corners[seen, 2:]
        size = np.maximum(np.rint((end - start) * scale), _LEAST_PX)
        corner = np.rint((start - (viewport.left, viewport.top)) * scale)
        mirrored = np.array((viewport.mirrored_x, viewport.mirrored_y))
        corner = np.where(mirrored, (viewport.width, viewport.height) - corner - size, corner)
        return seen, np.concatenate([corner, size], axis=1).clip(-_FAR_PX, _FAR_PX).astype(np.int32)

    def at(self, column: float, row: float) -> Overlay | None:
        """The smallest overlay around a point of the scan."""
        x0, y0, x1, y1 = self._corners.T
        around = np.flatnonzero((x0 <= column) & (column < x1) & (y0 <= row) & (row < y1))
        if not around.size:
            return None
        areas = (x1 - x0)[around] * (y1 - y0)[around]
        return self.overlays[int(around[np.argmin(areas)])]

    def paint(self, painter: QPainter, viewport: Viewport, selected: str = "", *, lifted: str = "") -> None:
        """Draw outlines and tags, with the overlay whose key is `selected` on top; not the one that is `lifted`."""
        layout = self._layout
        if layout is None or (layout.viewport, layout.selected, layout.lifted) != (viewport, selected, lifted):
            self._layout = layout = self._laid_out(viewport, selected, lifted)
        with saved(painter):
            painter.setFont(_tag_font())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for outlines in layout.outlines:
                _paint_outlines(painter, outlines)
            for kind, rect in layout.chosen:
                _paint_chosen(painter, rect, kind)
            for overlay, points in layout.drawn:
                colour = QColor(_COLOURS[overlay.kind])
                wide = overlay.key == selected
                paint_outline(painter, overlay.shape, points, colour, ground=colour.darker(_SHADE), wide=wide)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for tag in layout.tags:
                painter.drawPixmap(tag.place.topLeft() - _ROOM, self._picture(tag, painter, selected))

    def _laid_out(self, viewport: Viewport, selected: str, lifted: str) -> _Layout:
        seen, places = self._on_screen(viewport)
        if lifted:
            stays = np.array([self.overlays[number].key != lifted for number in seen.tolist()], bool)
            seen, places = seen[stays], places[stays]
        visible = [(self.overlays[number], index) for index, number in enumerate(seen.tolist())]
        chosen = [(overlay, index) for overlay, index in visible if overlay.key == selected]
        others = [(overlay, index) for overlay, index in visible if overlay.key != selected]
        tagged = [
            (overlay, QRect(*places[index].tolist()))
            for overlay, index in (chosen + others if len(visible) <= TAG_LIMIT else chosen)
        ]
        kinds = self._kinds[seen]
        return _Layout(
            viewport=viewport,
            selected=selected,
            lifted=lifted,
            outlines=tuple(
                _Outlines.of(kind, places[kinds == index], shaded=len(visible) <= _SHADED_LIMIT)
                for index, kind in enumerate(OverlayKind)
                if index in kinds
            ),
            chosen=tuple(
                (overlay.kind, rect) for overlay, rect in tagged[: len(chosen)] if overlay.shape is MarkShape.BOX
            ),
            drawn=tuple(
                (overlay, on_screen(overlay.points, viewport))
                for overlay, _ in visible
                if overlay.shape is not MarkShape.BOX
            ),
            tags=self._placed_tags(tagged, viewport),
        )

    def _placed_tags(self, tagged: list[tuple[Overlay, QRect]], viewport: Viewport) -> tuple[_Tag, ...]:
        placed: list[_Tag] = []
        boxes = [QRectF(rect) for _, rect in tagged]
        for (overlay, _), box in zip(tagged, boxes, strict=True):
            text = self._text(overlay.tag)
            width, height = text.size().width() + _SHAPE_PX + 3 * _GAP_PX, text.size().height() + _GAP_PX
            size = QSizeF(math.ceil(width), math.ceil(height))
            place = _place(box, size, viewport, [tag.place for tag in placed], boxes)
            if place is not None:
                placed.append(_Tag(overlay=overlay, place=place, text=text))
        return tuple(placed)

    def _picture(self, tag: _Tag, painter: QPainter, selected: str) -> QPixmap:
        """What a tag looks like, with room for its frame: made once, painted a hundred times."""
        ratio, chosen = painter.device().devicePixelRatioF(), tag.overlay.key == selected
        known = self._pictures.get((tag.overlay.tag, tag.overlay.kind, chosen, ratio))
        if known is None:
            size = tag.place.size().grownBy(QMarginsF(_ROOM.x(), _ROOM.y(), _ROOM.x(), _ROOM.y()))
            known = QPixmap((size * ratio).toSize())
            known.setDevicePixelRatio(ratio)
            known.fill(Qt.GlobalColor.transparent)
            with QPainter(known) as brush:
                brush.setRenderHint(QPainter.RenderHint.Antialiasing)
                brush.setFont(_tag_font())
                _paint_tag(brush, replace(tag, place=tag.place.translated(_ROOM - tag.place.topLeft())), chosen=chosen)
            self._pictures[tag.overlay.tag, tag.overlay.kind, chosen, ratio] = known
        return known

    def _text(self, tag: str) -> QStaticText:
        if tag not in self._texts:
            self._texts[tag] = _plain(tag)
        return self._texts[tag]


def _paint_outlines(painter: QPainter, outlines: _Outlines) -> None:
    """A bright line with a dark one inside it, one and a half pixels to the eye, clear on any grey.

    Where boxes are many they are plain.
    """
    colour = QColor(_COLOURS[outlines.kind])
    if outlines.kind is OverlayKind.MARK and outlines.inner:
        _draw_corners(painter, outlines.rects, colour)
        _draw_corners(painter, [rect.adjusted(1, 1, -1, -1) for rect in outlines.rects], colour.darker(_SHADE))
        return
    _fill(painter, outlines.sides, colour)
    _fill(painter, outlines.inner, colour.darker(_SHADE))


def _paint_chosen(painter: QPainter, rect: QRect, kind: OverlayKind) -> None:
    place = np.array([rect.getRect()], np.int32)
    _paint_outlines(painter, _Outlines.of(kind, place, shaded=True))
    for distance, colour in ((2, tokens.TEXT), (3, tokens.TEXT), (4, tokens.GROUND)):
        _fill(painter, _sides(_grown(place, distance)), QColor(colour))


def _grown(places: Places, by: int) -> Places:
    return np.asarray(np.add(places, (-by, -by, 2 * by, 2 * by)), np.int32)


def _rects(places: Places) -> list[QRect]:
    return list(map(QRect, *places.T.tolist())) if len(places) else []


def _sides(places: Places) -> list[QRect]:
    """What a pen one pixel wide draws of boxes, as rectangles to be filled."""
    x, y, width, height = places.T
    one = np.ones_like(x)
    sides = (
        (x, y, width + 1, one),
        (x, y + height, width + 1, one),
        (x, y + 1, one, height - 1),
        (x + width, y + 1, one, height - 1),
    )
    return _rects(np.concatenate([np.stack(side, axis=1) for side in sides]))


def _fill(painter: QPainter, rects: list[QRect], colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRects(rects)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_corners(painter: QPainter, rects: list[QRect], colour: QColor) -> None:
    """Only the corners: a person's mark is no closed box."""
    painter.setPen(QPen(colour, 1))
    lines = []
    for rect in rects:
        arm_x, arm_y = max(rect.width() // 4, 3), max(rect.height() // 4, 3)
        for corner, right, down in (
            (rect.topLeft(), arm_x, arm_y),
            (rect.topRight(), -arm_x, arm_y),
            (rect.bottomLeft(), arm_x, -arm_y),
            (rect.bottomRight(), -arm_x, -arm_y),
        ):
            lines += [QLine(corner, corner + QPoint(right, 0)), QLine(corner, corner + QPoint(0, down))]
    painter.drawLines(lines)


def _tag_font() -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(_TAG_FONT_PX)
    return font


def _plain(text: str) -> QStaticText:
    laid_out = QStaticText(text)
    laid_out.setTextFormat(Qt.TextFormat.PlainText)
    laid_out.prepare(font=_tag_font())
    return laid_out


def _place(box: QRectF, size: QSizeF, viewport: Viewport, taken: list[QRectF], boxes: list[QRectF]) -> QRectF | None:
    """A free place beside `box`: the first that covers no other tag and no box, else one that covers no tag."""
    width, height = size.width(), size.height()
    screen = QRectF(0, 0, viewport.width, viewport.height)
    left = min(max(box.left(), 0.0), max(viewport.width - width, 0.0))
    spots = [
        QRectF(left, box.top() - height - _GAP_PX, width, height),
        QRectF(left, box.bottom() + _GAP_PX, width, height),
        QRectF(box.right() - width, box.top() - height - _GAP_PX, width, height),
        QRectF(box.right() + _GAP_PX, box.top(), width, height),
        QRectF(box.left() - _GAP_PX - width, box.top(), width, height),
    ]
    free = [spot for spot in spots if screen.contains(spot) and not any(spot.intersects(tag) for tag in taken)]
    clear = [spot for spot in free if not any(spot.intersects(other) for other in boxes)]
    return next(iter(clear or free), None)


def _paint_tag(painter: QPainter, tag: _Tag, *, chosen: bool) -> None:
    ground = QColor(tokens.RAISED)
    ground.setAlpha(235)
    painter.setPen(QPen(QColor(tokens.TEXT), 1.0) if chosen else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(tag.place, 3, 3)
    middle = QPointF(tag.place.left() + _GAP_PX + _SHAPE_PX / 2, tag.place.center().y())
    paint_shape(painter, tag.overlay.kind, middle, _SHAPE_PX)
    painter.setPen(QColor(tokens.TEXT))
    top = tag.place.center().y() - tag.text.size().height() / 2
    painter.drawStaticText(QPointF(tag.place.left() + 2 * _GAP_PX + _SHAPE_PX, top), tag.text)


def paint_shape(painter: QPainter, kind: OverlayKind, middle: QPointF, size: float) -> None:
    """The shape that says the same as the colour: triangle, diamond, disc, ring, and a square for a mark.

    A first opinion's marks have a triangle that stands on its tip, those of later ones a cross.
    """
    half, arm = size / 2, size / 6
    colour = QColor(_COLOURS[kind])
    ring = kind is OverlayKind.NONE
    painter.setPen(QPen(colour, 1.5) if ring else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if ring else colour)
    corners = {
        OverlayKind.HIGH: ((0, -half), (half, half), (-half, half)),
        OverlayKind.MEDIUM: ((0, -half), (half, 0), (0, half), (-half, 0)),
        OverlayKind.MARK: ((-half, -half), (half, -half), (half, half), (-half, half)),
        OverlayKind.FIRST_OPINION: ((-half, -half), (half, -half), (0, half)),
        OverlayKind.FURTHER_OPINION: (
            *((-arm, -half), (arm, -half), (arm, -arm), (half, -arm), (half, arm), (arm, arm)),
            *((arm, half), (-arm, half), (-arm, arm), (-half, arm), (-half, -arm), (-arm, -arm)),
        ),
    }.get(kind)
    if corners is None:
        painter.drawEllipse(middle, half - 0.5, half - 0.5)
    else:
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
