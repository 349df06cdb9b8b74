"""Owns the way through the controls by keys alone: from one to the next as they are read, and pressing where one is."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSlider,
    QTableView,
    QWidget,
)

_CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QListView, QTableView, QSlider)
_HOLDERS = ("panel", "bar")
_BAND_PX = 24
"""Controls whose middles lie no farther apart stand in one line."""


class ControlWalk:
    """Goes round the controls of `window` that can be seen and used; wherever it is, keys of commands stay commands."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def step(self, by: int) -> None:
        """Give the focus to the next (1) or previous (-1) control; from nowhere, to the first or the last."""
        controls = self.controls()
        if not controls:
            return
        focus = self._window.focusWidget()
        at = controls.index(focus) if focus in controls else (-1 if by > 0 else 0)
        controls[(at + by) % len(controls)].setFocus(Qt.FocusReason.TabFocusReason)

    def press(self) -> None:
        """Press the button that has the focus."""
        focus = self._window.focusWidget()
        if isinstance(focus, QAbstractButton) and focus in self.controls():
            focus.click()

    def controls(self) -> list[QWidget]:
        """Every control that can be seen and used, panel by panel, and in each line by line."""
        found = [
            widget
            for kind in _CONTROLS
            for widget in self._window.findChildren(kind)
            if widget.isVisible() and widget.isEnabled() and not widget.objectName().startswith("qt_")
        ]
        return sorted(found, key=self._place)

    def _place(self, widget: QWidget) -> tuple[int, int, int, int]:
        """Its panel from left to right and from top to bottom, and in it its line, and its place in that."""
        left, top = self._panel(widget)
        middle = widget.mapTo(self._window, widget.rect().center())
        return left, top, (middle.y() - top + _BAND_PX // 2) // _BAND_PX, middle.x()

    def _panel(self, widget: QWidget) -> tuple[int, int]:
        """The left upper corner of the panel or bar that holds a control."""
        holder = widget.parentWidget()
        while holder is not None and holder is not self._window:
            if holder.property("role") in _HOLDERS:
                corner = holder.mapTo(self._window, QPoint(0, 0))
                return corner.x(), corner.y()
            holder = holder.parentWidget()
        return 0, 0
