"""Owns the instruments in the right column: as high as what they show, scrolled where the verdict needs the room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_LEAST_HEIGHT_PX = 80


class SideStack(QScrollArea):
    """The given panels one below the other; without a visible one it takes no room."""

    def __init__(self, *panels: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._panels = panels
        self._inside = QWidget()
        self._inside.setProperty("role", "panel")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for panel in panels:
            self._column.addWidget(panel)
        self._column.addStretch()
        self.setWidget(self._inside)

    def sizeHint(self) -> QSize:
        """High enough for everything that is shown."""
        width = self.viewport().width()
        shown = (panel for panel in self._panels if not panel.isHidden())
        return QSize(width, sum(_height_of(panel, width) for panel in shown))

    def minimumSizeHint(self) -> QSize:
        """Room for a title and a figure, where there are any."""
        return QSize(0, min(self.sizeHint().height(), _LEAST_HEIGHT_PX))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever shows more or less needs another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def _height_of(panel: QWidget, width: int) -> int:
    return panel.heightForWidth(width) if panel.hasHeightForWidth() else panel.sizeHint().height()
