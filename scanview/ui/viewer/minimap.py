"""Owns the overview of the whole scan: where the analyst looks, and where the findings are."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, SignalInstance, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.render import Compositor
from scanview.ui import tokens
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.overlay import paint_shape
from scanview.ui.viewer.painting import paint_picture
from scanview.ui.viewer.viewport import Viewport

_HEIGHT_PX = 64
_SHAPE_PX = 7.0


class Minimap(QWidget):
    """The whole view of a canvas in true proportions. Press or drag to look there."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._compositor: Compositor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._listen_to(canvas)

    def follow(self, canvas: Canvas) -> None:
        """Show the view of another canvas."""
        if canvas is not self._canvas:
            for signal, slot in self._heard(self._canvas):
                signal.disconnect(slot)
            self._canvas = canvas
            self._listen_to(canvas)
            self._scan_changed()

    def _listen_to(self, canvas: Canvas) -> None:
        for signal, slot in self._heard(canvas):
            signal.connect(slot)

    def _heard(self, canvas: Canvas) -> tuple[tuple[SignalInstance, Callable[..., None]], ...]:
        return (
            (canvas.scan_changed, self._scan_changed),
            (canvas.viewport_changed, self.update),
            (canvas.recipe_changed, self.update),
            (canvas.overlays_changed, self.update),
        )

    def sizeHint(self) -> QSize:
        """As wide as there is room, a fixed height."""
        return QSize(4 * _HEIGHT_PX, _HEIGHT_PX)

    @Slot()
    def _scan_changed(self) -> None:
        pyramid = self._canvas.pyramid
        self._compositor = Compositor(pyramid) if pyramid else None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the whole scan, dim what is not on the canvas, and outline what is."""
        pyramid, seen = self._canvas.pyramid, self._canvas.viewport
        with QPainter(self) as painter:
            if self._compositor is None or pyramid is None or seen is None:
                painter.fillRect(event.rect(), QColor(tokens.GROUND))
                return
            whole = self._whole(pyramid, seen)
            paint_picture(painter, self._compositor, self._canvas.recipe, whole)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_seen(painter, whole, seen)
            if not self._canvas.overlays_hidden:
                self._paint_overlays(painter, whole)

    def _paint_seen(self, painter: QPainter, whole: Viewport, seen: Viewport) -> None:
        picture = _part(whole, (0, 0), (whole.columns, whole.rows))
        frame = _part(whole, (seen.left, seen.top), (seen.right, seen.bottom)).intersected(picture)
        if frame.contains(picture.adjusted(1, 1, -1, -1)):
            return
        dim = QColor(tokens.GROUND)
        dim.setAlpha(140)
        for part in _around(picture, frame):
            painter.fillRect(part, dim)
        painter.setPen(QPen(QColor(tokens.FOCUS), 1.5))
        painter.drawRect(frame.adjusted(0.75, 0.75, -0.75, -0.75))

    def _paint_overlays(self, painter: QPainter, whole: Viewport) -> None:
        for overlay in self._canvas.overlays:
            box = overlay.box
            middle = QPointF(*whole.to_screen((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
            paint_shape(painter, overlay.kind, middle, _SHAPE_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Keep looking where the pointer is."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def _look_at(self, position: QPointF) -> None:
        pyramid, seen = self._canvas.pyramid, self._canvas.viewport
        if pyramid and seen:
            self._canvas.centre_on(*self._whole(pyramid, seen).to_scan(position.x(), position.y()))

    def _whole(self, pyramid: GrowingPyramid, seen: Viewport) -> Viewport:
        """The whole scan, mirrored as it is on the canvas."""
        whole = Viewport.of(pyramid.header, pyramid.columns, (self.width(), self.height()))
        return replace(whole, mirrored_x=seen.mirrored_x, mirrored_y=seen.mirrored_y)


def _part(whole: Viewport, start: tuple[float, float], end: tuple[float, float]) -> QRectF:
    """Where the rectangle between two points of the scan lies."""
    return QRectF(QPointF(*whole.to_screen(*start)), QPointF(*whole.to_screen(*end))).normalized()


def _around(outer: QRectF, inner: QRectF) -> tuple[QRectF, ...]:
    """`outer` without `inner`, in four parts."""
    return (
        QRectF(outer.topLeft(), QPointF(inner.left(), outer.bottom())),
        QRectF(QPointF(inner.right(), outer.top()), outer.bottomRight()),
        QRectF(QPointF(inner.left(), outer.top()), inner.topRight()),
        QRectF(inner.bottomLeft(), QPointF(inner.right(), outer.bottom())),
    )
