"""Owns the picture of a replay: the very pixels that were seen, and over them what was known at a moment."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from scanview.core.scan import ViewHeader
from scanview.ui import tokens
from scanview.ui.console.replay.replay import Shown
from scanview.ui.viewer.overlay import Overlay, OverlayLayer
from scanview.ui.viewer.viewport import Viewport

_FRAME_PX = 2


class ReplayPicture(QWidget):
    """Shows a look as large as it was where there is room, else smaller as a whole; an amber frame says: not live."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(320, 200)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._shown: Shown | None = None
        self._viewport: Viewport | None = None
        self._layer = OverlayLayer()
        self.message = ""

    def put(self, shown: Shown | None, header: ViewHeader | None, overlays: Sequence[Overlay], message: str) -> None:
        """Show this look with these overlays; `message` where there is none."""
        self._shown, self.message = shown, message
        self._viewport = None
        if shown is not None and header is not None:
            look = shown.look
            whole = Viewport.of(header, look.columns, (look.width, look.height))
            self._viewport = whole.again(look, 1.0)
        if tuple(overlays) != self._layer.overlays:
            self._layer = OverlayLayer(overlays)
        self.update()

    @property
    def scale(self) -> float:
        """How large the picture is shown, 1 for its own pixels."""
        if self._shown is None:
            return 1.0
        look, edge = self._shown.look, 2 * _FRAME_PX
        room = min((self.width() - edge) / look.width, (self.height() - edge) / look.height)
        return min(1.0, max(room, 1e-3))

    def resizeEvent(self, event: object) -> None:
        """Another room shows it at another scale."""
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pixels in the middle, what was known over them, and the frame."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.GROUND))
        if self._shown is None:
            painter.setPen(QColor(tokens.QUIET))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), int(flags), self.message)
            return
        look, scale = self._shown.look, self.scale
        size = QPointF(look.width * scale, look.height * scale)
        corner = QPointF(round((self.width() - size.x()) / 2), round((self.height() - size.y()) / 2))
        pixels = self._shown.pixels
        image = QImage(pixels.data, look.width, look.height, 4 * look.width, QImage.Format.Format_RGB32)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.translate(corner)
        painter.scale(scale, scale)
        painter.drawImage(0, 0, image)
        if self._viewport is not None:
            painter.setClipRect(QRectF(0, 0, look.width, look.height))
            self._layer.paint(painter, self._viewport)
        painter.restore()
        painter.setPen(QPen(QColor(tokens.WARNING), _FRAME_PX, Qt.PenStyle.DashLine))
        painter.drawRect(QRectF(corner.x() - 1, corner.y() - 1, size.x() + 2, size.y() + 2))
