"""Owns the two buttons that decide: they differ in place, shape, sign, word and key, not in colour alone."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from scanview.core.review import Verdict
from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.style import FAINT, HOLD, LARGE, RELEASE, SMALL

HEIGHT = 56

_SIGN_PX = 14.0


class VerdictButton(QAbstractButton):
    """A hold is a square-cornered plate with a solid square; a release is a round-ended one with an arrow."""

    def __init__(self, verdict: Verdict, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = verdict
        self._key = ""
        self.setProperty("role", "clear")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def put_key(self, key: str) -> None:
        """Show this key."""
        self._key = key
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key but a verdict's own ever decides."""
        event.ignore()

    def sizeHint(self) -> QSize:
        """High enough to be hit without looking."""
        return QSize(140, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate, the sign, the word and the key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor((HOLD if self._verdict is Verdict.HOLD else RELEASE) if self.isEnabled() else FAINT)
        plate = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = QColor(colour)
        ground.setAlpha(64 if self.isDown() else 38 if self.underMouse() and self.isEnabled() else 20)
        painter.setBrush(ground)
        painter.setPen(QPen(colour, 1.5))
        radius = 2.0 if self._verdict is Verdict.HOLD else plate.height() / 2
        painter.drawRoundedRect(plate, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.FOCUS_RING), 1.5))
            painter.drawRoundedRect(plate.adjusted(3, 3, -3, -3), max(radius - 3, 0.0), max(radius - 3, 0.0))
        self._paint_sign(painter, QPointF(plate.left() + 26, plate.center().y()), colour)
        self._paint_words(painter, plate)

    def _paint_sign(self, painter: QPainter, middle: QPointF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        half = _SIGN_PX / 2
        if self._verdict is Verdict.HOLD:
            painter.drawRect(QRectF(middle.x() - half, middle.y() - half, _SIGN_PX, _SIGN_PX))
        else:
            arrow = [QPointF(-half, -half), QPointF(half, 0), QPointF(-half, half)]
            painter.drawPolygon(QPolygonF([middle + corner for corner in arrow]))

    def _paint_words(self, painter: QPainter, plate: QRectF) -> None:
        painter.setPen(QColor(tokens.TEXT if self.isEnabled() else FAINT))
        painter.setFont(font(LARGE, bold=True))
        painter.drawText(plate.adjusted(46, 0, -34, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(font(SMALL))
        painter.setPen(QColor(tokens.QUIET if self.isEnabled() else FAINT))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(plate.adjusted(0, 0, -18, 0), right, self._key)
