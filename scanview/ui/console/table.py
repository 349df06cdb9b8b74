"""Owns the tables of the console: rows of plain text by a key, read and walked by keyboard and screen reader alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from scanview.ui import tokens
from scanview.ui.parts import unmarked

_ROW_PX = 26
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand on the right, and `wide` columns share the room that is left."""

    title: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `key` names it to the caller. A `warns` row is bright, and says in a cell of it why."""

    key: str
    cells: tuple[str, ...]
    warns: bool = False


class TableModel(QAbstractTableModel):
    """Lines under headings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.lines: tuple[Line, ...] = ()

    def put(self, columns: Sequence[Column], lines: Sequence[Line]) -> None:
        """Show these; what is the same keys in the same order is only painted anew."""
        new_columns, new_lines = tuple(columns), tuple(lines)
        if new_columns == self.columns and [one.key for one in new_lines] == [one.key for one in self.lines]:
            changed = new_lines != self.lines
            self.lines = new_lines
            if changed and new_lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(new_lines) - 1, len(new_columns) - 1))
            return
        self.beginResetModel()
        self.columns, self.lines = new_columns, new_lines
        self.endResetModel()

    def append(self, lines: Sequence[Line]) -> None:
        """Further lines at the end."""
        if lines:
            at = len(self.lines)
            self.beginInsertRows(QModelIndex(), at, at + len(lines) - 1)
            self.lines += tuple(lines)
            self.endInsertRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """As many as headings."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, and how it stands; a screen reader is told the heading with it."""
        if not index.isValid():
            return None
        line, column = self.lines[index.row()], self.columns[index.column()]
        text = line.cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return unmarked(text)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.title}: {text or '—'}"
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ForegroundRole if line.warns:
                return QColor(tokens.WARNING)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings; their place is that of their cells."""
        if orientation is Qt.Orientation.Vertical or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class Table(QTableView):
    """A table in which whole rows are chosen by arrow keys; Enter, or a double click, opens one (`opened`: its key)."""

    opened = Signal(str)
    chosen_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = TableModel(self)
        self.setModel(self.lines)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.doubleClicked.connect(lambda _: self.opened.emit(self.chosen))
        self.selectionModel().currentRowChanged.connect(lambda *_: self.chosen_changed.emit(self.chosen))

    def put(self, columns: Sequence[Column], lines: Sequence[Line]) -> None:
        """Show these lines; what was chosen stays so where it is still there."""
        chosen, before = self.chosen, self.lines.columns
        self.lines.put(columns, lines)
        if before != self.lines.columns:
            self._share_room()
        if self.chosen != chosen:
            self.choose(chosen)

    def choose(self, key: str) -> bool:
        """Choose the line with this key; False where there is none."""
        at = next((at for at, line in enumerate(self.lines.lines) if line.key == key), None)
        if at is not None:
            self.setCurrentIndex(self.lines.index(at, 0))
        return at is not None

    @property
    def chosen(self) -> str:
        """The key of the chosen line, or ""."""
        at = self.currentIndex().row()
        return self.lines.lines[at].key if 0 <= at < len(self.lines.lines) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; letters search nothing, so that they stay free."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen:
            self.opened.emit(self.chosen)
        elif event.text().isprintable() and event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _share_room(self) -> None:
        header = self.horizontalHeader()
        for at, column in enumerate(self.lines.columns):
            fits, stretches = QHeaderView.ResizeMode.ResizeToContents, QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(at, stretches if column.wide else fits)
