"""Owns one pane: a picture, and over it a line that says what it shows and whether the keys go there."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from scanview.ui import tokens
from scanview.ui.viewer.canvas import Canvas

_CAPTION_PX = 22
_LINE_PX = 2
_FONT_PX = 12
_MARGIN_PX = 12


class Caption(QWidget):
    """A title under a line that is bright, and a title led by a triangle, where the keys go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._active = False
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def sizeHint(self) -> QSize:
        """One small line."""
        return QSize(0, _CAPTION_PX)

    def put(self, text: str, *, active: bool) -> None:
        """Say what the picture is; an empty text takes no room."""
        self._text, self._active = text, active
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and the title."""
        with QPainter(self) as painter:
            line = tokens.FOCUS if self._active else tokens.LINE
            painter.fillRect(0, 0, self.width(), _LINE_PX, QColor(line))
            font = painter.font()
            font.setPixelSize(_FONT_PX)
            painter.setFont(font)
            painter.setPen(QColor(tokens.TEXT if self._active else tokens.QUIET))
            place = self.rect().adjusted(_MARGIN_PX, _LINE_PX, -_MARGIN_PX, 0)
            shown = painter.fontMetrics().elidedText(
                f"▸ {self._text}" if self._active else self._text, Qt.TextElideMode.ElideRight, place.width()
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class Pane(QWidget):
    """A canvas under its caption."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.caption = canvas, Caption()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(canvas, 1)
