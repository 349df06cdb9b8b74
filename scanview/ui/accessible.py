"""Owns what assistive technology is told of the widgets that paint themselves: lists with rows, and pictures.

Qt knows such a widget only as a surface with a name. `install` gives it a role of its own, and a list its rows with
their texts, their places and which of them is chosen. Where Qt expects None for nothing, its stubs do not say so.
"""

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QWidget

from scanview.ui.entry_list import EntryList
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.minimap import Minimap

_installed: list[object] = []


def install() -> None:
    """Answer Qt's questions from now on; once is enough for a program."""
    if not _installed:
        _installed.append(_interface_of)
        QAccessible.installFactory(_interface_of)


def _interface_of(_name: str, thing: QObject) -> QAccessibleInterface | None:
    if isinstance(thing, EntryList):
        return EntriesInterface(thing)
    if isinstance(thing, Canvas):
        return PictureInterface(thing)
    if isinstance(thing, Minimap):
        return PaintedInterface(thing, QAccessible.Role.Graphic)
    return None


class PaintedInterface(QAccessibleInterface):
    """A widget that paints itself: its role, and the name and description it was given."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__()
        self._widget, self._role = widget, role

    def isValid(self) -> bool:
        """As long as the widget lives, and Qt asks no longer than that."""
        return True

    def object(self) -> QObject:
        """The widget."""
        return self._widget

    def window(self) -> QWindow:
        """The window it stands in."""
        return self._widget.window().windowHandle()

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """What holds it."""
        holder = self._widget.parentWidget()
        return QAccessible.queryAccessibleInterface(holder) if holder is not None else None

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """It has none."""
        return None

    def childCount(self) -> int:
        """It has none."""
        return 0

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """It has none."""
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """It has none."""
        return -1

    def role(self) -> QAccessible.Role:
        """What it is."""
        return self._role

    def state(self) -> QAccessible.State:
        """Whether it can be seen and used."""
        state = QAccessible.State()
        state.invisible = not self._widget.isVisible()
        state.disabled = not self._widget.isEnabled()
        state.focusable = True
        state.focused = self._widget.hasFocus()
        return state

    def rect(self) -> QRect:
        """Where it is on the screen."""
        return QRect(self._widget.mapToGlobal(QPoint(0, 0)), self._widget.size())

    def text(self, kind: QAccessible.Text) -> str:
        """Its name, or its description."""
        if kind is QAccessible.Text.Name:
            return self._widget.accessibleName()
        return self._widget.accessibleDescription() if kind is QAccessible.Text.Description else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nobody outside renames it."""


class PictureInterface(PaintedInterface):
    """A picture that is put in words when they are asked for."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, QAccessible.Role.Graphic)
        self._canvas = canvas

    def text(self, kind: QAccessible.Text) -> str:
        """Its name, and what it shows now."""
        return self._canvas.describe() if kind is QAccessible.Text.Description else super().text(kind)


class EntriesInterface(PaintedInterface):
    """A list of findings or marks with one child per row."""

    def __init__(self, entries: EntryList) -> None:
        super().__init__(entries, QAccessible.Role.List)
        self._entries = entries
        self._rows: dict[int, RowInterface] = {}

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The row at this place."""
        if not 0 <= index < self.childCount():
            return None
        return self._rows.setdefault(index, RowInterface(self._entries, index))

    def childCount(self) -> int:
        """As many as entries."""
        return len(self._entries.entries)

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The row at this point of the screen."""
        place = QPoint(x, y)
        rows = (self.child(index) for index in range(self.childCount()))
        return next((row for row in rows if row is not None and row.rect().contains(place)), None)

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """The place of a row."""
        return child.index if isinstance(child, RowInterface) else -1


class RowInterface(PaintedInterface):
    """One entry of a list; its words are those of the moment."""

    def __init__(self, entries: EntryList, index: int) -> None:
        super().__init__(entries, QAccessible.Role.ListItem)
        self._entries, self.index = entries, index

    def isValid(self) -> bool:
        """As long as there are so many entries."""
        return self.index < len(self._entries.entries)

    def object(self) -> QObject:
        """A row is no object of its own."""
        return None  # type: ignore[return-value]

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The list."""
        return QAccessible.queryAccessibleInterface(self._entries)

    def state(self) -> QAccessible.State:
        """Whether it is the chosen one."""
        state = super().state()
        state.focusable = state.focused = False
        state.selectable = True
        state.selected = self.isValid() and self._entries.entries[self.index].key == self._entries.chosen
        return state

    def rect(self) -> QRect:
        """Where the row is on the screen."""
        place = self._entries.place_of(self._entries.entries[self.index].key) if self.isValid() else None
        return QRect() if place is None else QRect(self._entries.mapToGlobal(place.topLeft()), place.size())

    def text(self, kind: QAccessible.Text) -> str:
        """What the row says."""
        return self._entries.entries[self.index].spoken if kind is QAccessible.Text.Name and self.isValid() else ""
