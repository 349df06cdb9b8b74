"""Owns the schematic map: the room above, one plate per port below it, a line between them that says how it is linked.

It is drawn from nothing but numbers, so it is sharp at any size of screen. No meaning is in a colour alone: a lost
lane has another shape and another line, and what is late has a sign beside its time.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.style import BASE, LARGE, SMALL

_PLATE_PX, _GAP_PX, _EDGE_PX = 288, 24, 20
_HEAD_PX, _ROW_PX, _ROOM_PX, _DROP_PX = 54, 24, 44, 34
_FIGURE_PX = 34
_NAME_PX, _OLDEST_PX = 64, 76


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLine:
    """One lane on a plate: its name, whether it is linked (None: not known), four counts, the oldest wait."""

    name: str
    linked: bool | None
    counts: tuple[str, str, str, str]
    oldest: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """One port: `linked` is the share of its lanes that are, `told` the same in words."""

    port: str
    told: str
    linked: float
    lanes: tuple[LaneLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole map. `headings` stand above the four counts and the wait; `room` is what the room itself says."""

    room: str = ""
    headings: tuple[str, str, str, str, str] = ("", "", "", "", "")
    plates: tuple[Plate, ...] = ()


class RoomMap(QWidget):
    """Paints a `Drawing`; a click tells the port whose plate it hits. It stands in a scroll area, as high as it is."""

    port_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = Drawing()
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def put(self, drawing: Drawing) -> None:
        """Draw this."""
        if drawing != self.drawing:
            self.drawing = drawing
            self._take_height()
            self.update()

    def resizeEvent(self, event: object) -> None:
        """Another width holds another number of plates in a row."""
        self._take_height()

    def places(self) -> list[QRect]:
        """Where each plate stands, row by row; a row is as high as its highest plate."""
        across = max(1, (self.width() - 2 * _EDGE_PX + _GAP_PX) // (_PLATE_PX + _GAP_PX))
        found: list[QRect] = []
        top = _EDGE_PX + _ROOM_PX + _DROP_PX
        for first in range(0, len(self.drawing.plates), across):
            row = self.drawing.plates[first : first + across]
            height = max(_HEAD_PX + _ROW_PX * len(plate.lanes) + 8 for plate in row)
            lefts = (_EDGE_PX + at * (_PLATE_PX + _GAP_PX) for at in range(len(row)))
            found.extend(QRect(left, top, _PLATE_PX, height) for left in lefts)
            top += height + _DROP_PX
        return found

    def sizeHint(self) -> QSize:
        """As high as the plates are."""
        bottom = max((place.bottom() for place in self.places()), default=_EDGE_PX + _ROOM_PX)
        return QSize(_PLATE_PX + 2 * _EDGE_PX, bottom + _EDGE_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which port is meant."""
        for place, plate in zip(self.places(), self.drawing.plates, strict=True):
            if place.contains(event.position().toPoint()):
                self.port_clicked.emit(plate.port)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The room, the lines, and the plates that are in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRect(_EDGE_PX, _EDGE_PX, self.width() - 2 * _EDGE_PX, _ROOM_PX)
        places = self.places()
        for place, plate in zip(places, self.drawing.plates, strict=True):
            _paint_link(painter, place, room, plate, is_first=place.top() == places[0].top())
        _paint_plate(painter, room)
        painter.setPen(QColor(tokens.TEXT))
        painter.setFont(font(LARGE))
        painter.drawText(room.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignVCenter, self.drawing.room)
        for place, plate in zip(places, self.drawing.plates, strict=True):
            if place.intersects(event.rect()):
                self._paint_port(painter, place, plate)

    def _paint_port(self, painter: QPainter, place: QRect, plate: Plate) -> None:
        _paint_plate(painter, place)
        inner = place.adjusted(12, 8, -12, 0)
        _text(painter, QRect(inner.left(), inner.top(), inner.width(), 20), plate.port, LARGE, tokens.TEXT)
        told = tokens.QUIET if plate.linked == 1 else tokens.WARNING
        _text(painter, QRect(inner.left(), inner.top(), inner.width(), 20), plate.told, SMALL, told, right=True)
        heads = QRect(inner.left(), inner.top() + 24, inner.width(), 18)
        for cell, text in zip(_cells(heads), self.drawing.headings, strict=True):
            _text(painter, cell, text, SMALL, tokens.QUIET, right=True)
        for at, lane in enumerate(plate.lanes):
            row = QRect(inner.left(), place.top() + _HEAD_PX + at * _ROW_PX, inner.width(), _ROW_PX)
            _paint_lane(painter, row, lane)

    def _take_height(self) -> None:
        height = self.sizeHint().height()
        if height != self.minimumHeight():
            self.setMinimumHeight(height)


def _cells(row: QRect) -> list[QRect]:
    """The four counts and the wait, from the left, against the right edge."""
    left = row.right() - _OLDEST_PX - 4 * _FIGURE_PX
    counts = [QRect(left + at * _FIGURE_PX, row.top(), _FIGURE_PX, row.height()) for at in range(4)]
    return [*counts, QRect(row.right() - _OLDEST_PX, row.top(), _OLDEST_PX, row.height())]


def _paint_lane(painter: QPainter, row: QRect, lane: LaneLine) -> None:
    _paint_sign(painter, QPointF(row.left() + 6, row.center().y() + 0.5), lane.linked)
    colour = tokens.WARNING if lane.linked is False else tokens.TEXT
    _text(painter, QRect(row.left() + 18, row.top(), _NAME_PX, row.height()), lane.name, BASE, colour)
    *counts, oldest = _cells(row)
    for cell, text in zip(counts, lane.counts, strict=True):
        _text(painter, cell, text, BASE, tokens.QUIET if text == "0" else tokens.TEXT, right=True)
    told = f"▲ {lane.oldest}" if lane.late else lane.oldest
    _text(painter, oldest, told, BASE, tokens.WARNING if lane.late else tokens.QUIET, right=True)


def _paint_sign(painter: QPainter, middle: QPointF, linked: bool | None) -> None:
    """A full disc for a lane that is there, a cross for one that is not, a ring where nobody tells."""
    if linked is False:
        painter.setPen(QPen(QColor(tokens.WARNING), 2.0))
        painter.drawLine(middle + QPointF(-4, -4), middle + QPointF(4, 4))
        painter.drawLine(middle + QPointF(-4, 4), middle + QPointF(4, -4))
        return
    painter.setPen(QPen(QColor(tokens.RISK_LOW if linked else tokens.QUIET), 1.5))
    painter.setBrush(QColor(tokens.RISK_LOW) if linked else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(middle, 4.0, 4.0)


def _paint_link(painter: QPainter, place: QRect, room: QRect, plate: Plate, *, is_first: bool) -> None:
    """Full while all its lanes are linked, dashed while some are not, dotted while none is; short below others."""
    styles = {1.0: Qt.PenStyle.SolidLine, 0.0: Qt.PenStyle.DotLine}
    colour = tokens.RISK_LOW if plate.linked == 1 else tokens.WARNING
    painter.setPen(QPen(QColor(colour), 2.0, styles.get(plate.linked, Qt.PenStyle.DashLine)))
    top = room.bottom() if is_first else place.top() - _DROP_PX + 8
    painter.drawLine(QPointF(place.center().x(), top), QPointF(place.center().x(), place.top()))


def _paint_plate(painter: QPainter, place: QRect) -> None:
    painter.setPen(QPen(QColor(tokens.LINE), 1.0))
    painter.setBrush(QColor(tokens.RAISED))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def _text(painter: QPainter, place: QRect, text: str, size: int, colour: str, *, right: bool = False) -> None:
    """One line of plain text, elided where it must be."""
    painter.setFont(font(size))
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def drawn_name(lane: str, port: str) -> str:
    """The name of a lane on its port's plate, which need not repeat the port."""
    return lane.removeprefix(f"{port}-")


def spoken(drawing: Drawing) -> str:
    """The map in words, for whoever cannot see it; the table beside it has every figure."""
    return "; ".join((drawing.room, *(_spoken_plate(plate) for plate in drawing.plates)))


def _spoken_plate(plate: Plate) -> str:
    return f"{plate.port} {plate.told}"
