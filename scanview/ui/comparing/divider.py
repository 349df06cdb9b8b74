"""Owns the line between two pictures of which one is swiped over the other: moved by the hand."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from scanview.ui import tokens
from scanview.ui.comparing.backdrops import divider_x
from scanview.ui.viewer.canvas import Canvas

_WIDTH_PX = 15
_GRIP_PX = 6.0


class Divider(QWidget):
    """Stands on a canvas. `moved` tells how far across it was drawn, 0 to 1."""

    moved = Signal(float)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._share = 0.5
        self.setProperty("role", "clear")
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        canvas.installEventFilter(self)

    def put(self, share: float, *, shown: bool) -> None:
        """Stand so far across, or not at all."""
        self._share = share
        self._place()
        self.setVisible(shown)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the place on a canvas of another size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take it."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes with the hand."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self.mapToParent(event.position().toPoint()).x()
            self.moved.emit(min(max(x / max(self._canvas.width(), 1), 0.0), 1.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, and a grip that points both ways."""
        middle, height = _WIDTH_PX // 2, self.height()
        with QPainter(self) as painter:
            painter.fillRect(middle - 1, 0, 3, height, QColor(tokens.GROUND))
            painter.fillRect(middle, 0, 1, height, QColor(tokens.FOCUS))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(tokens.GROUND))
            painter.setBrush(QColor(tokens.FOCUS))
            for way in (-1, 1):
                tip = QPointF(middle + 0.5 + way * (_WIDTH_PX / 2 - 0.5), height / 2)
                back = middle + 0.5 + way * 1.5
                corners = (tip, QPointF(back, height / 2 - _GRIP_PX), QPointF(back, height / 2 + _GRIP_PX))
                painter.drawPolygon(QPolygonF(list(corners)))

    def _place(self) -> None:
        x = divider_x(self._share, self._canvas.width())
        self.setGeometry(x - _WIDTH_PX // 2, 0, _WIDTH_PX, self._canvas.height())
