"""Owns the worklist as Qt sees it: rows in their order, held still while the pointer moves among them."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from scanview.core.worklist import Due, WorklistRow, due
from scanview.ui.language import Words
from scanview.ui.parts import unmarked
from scanview.ui.worded import clock_text, container_text, due_phrase, risk_of_row, stage_of_row, state_of_row
from scanview.ui.worklist_order import Act, Edit, Filter, WorklistOrder, named_by, shown_by

ROW = Qt.ItemDataRole.UserRole
"""The `WorklistRow` itself."""

STILL_MS = 1_500
"""So long after the pointer last moved over the list, no row changes its place."""

_MANY = 200


class WorklistModel(QAbstractListModel):
    """The rows that the filter shows. All rows are known to it, so that another filter is there at once."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._order = WorklistOrder()
        self._known: dict[str, WorklistRow] = {}
        self._older_may_come: Callable[[], bool] = lambda: False
        self._fetch_older: Callable[[], None] = lambda: None
        self.unread: Callable[[WorklistRow], int] = lambda row: 0
        self._filter = Filter.ALL
        self._analyst = ""
        self._text = ""
        self._now = 0.0
        self._held_back: dict[str, WorklistRow] = {}
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self.settle)

    @property
    def filter(self) -> Filter:
        """Which rows are shown."""
        return self._filter

    @property
    def known(self) -> int:
        """How many rows there are under any filter."""
        return len(self._known)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._order.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row for painting, or its sentence for a screen reader."""
        if not index.isValid():
            return None
        row = self._order.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return unmarked(self._spoken(row))
        return None

    def bind_older(self, may_come: Callable[[], bool], fetch: Callable[[], None]) -> None:
        """Where older rows come from when the end of the list is looked at."""
        self._older_may_come, self._fetch_older = may_come, fetch

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether older rows may come; what waits is known already."""
        return not parent.isValid() and self._filter is not Filter.WAITING and self._older_may_come()

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        """The end of the list is in sight."""
        if not parent.isValid():
            self._fetch_older()

    def row_at(self, index: int) -> WorklistRow | None:
        """The row at this place."""
        return self._order.rows[index] if 0 <= index < len(self._order.rows) else None

    def index_of(self, scan: str) -> int:
        """Where a scan stands, or -1."""
        return self._order.index_of(scan)

    def tick(self, now: float) -> None:
        """Time passes by the hub's clock: waiting times are painted anew."""
        self._now = now
        if self._order.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._order.rows) - 1))

    def show_only(self, filter: Filter, analyst: str) -> None:
        """Show what `filter` passes, for this person."""
        self._filter, self._analyst = filter, analyst
        self._held_back.clear()
        self._reset()

    def look_for(self, text: str) -> None:
        """Show only what is named like this; everything that the filter passes where it is empty."""
        if text != self._text:
            self._text = text
            self._held_back.clear()
            self._reset()

    def clear(self) -> None:
        """Know nothing."""
        self._known.clear()
        self._held_back.clear()
        self._reset()

    def take_in(self, rows: Iterable[WorklistRow]) -> None:
        """New and changed rows. Their looks change at once; their places only while the pointer is still."""
        changed = {row.scan: row for row in rows}
        self._known.update(changed)
        if self._still.isActive():
            self._held_back.update(changed)
            for row in changed.values():
                self._repaint(row)
        else:
            self._place(changed.values())

    def pointer_moved(self) -> None:
        """Hold every row in its place for a while."""
        self._still.start()

    def settle(self) -> None:
        """Put the rows that were held back into their places."""
        self._still.stop()
        held_back, self._held_back = self._held_back, {}
        self._place(held_back.values())

    def _place(self, rows: Iterable[WorklistRow]) -> None:
        rows = list(rows)
        if len(rows) > _MANY:
            self._reset()
            return
        shown = self._shown()
        for row in rows:
            for edit in self._order.edits_for(row, shown(row)):
                self._apply(edit)

    def _apply(self, edit: Edit) -> None:
        match edit.act:
            case Act.INSERT:
                self.beginInsertRows(QModelIndex(), edit.index, edit.index)
                self._order.apply(edit)
                self.endInsertRows()
            case Act.REMOVE:
                self.beginRemoveRows(QModelIndex(), edit.index, edit.index)
                self._order.apply(edit)
                self.endRemoveRows()
            case Act.CHANGE:
                self._order.apply(edit)
                self._painted(edit.index)

    def _repaint(self, row: WorklistRow) -> None:
        at = self._order.index_of(row.scan)
        if at >= 0:
            self._order.look_of(at, row)
            self._painted(at)

    def _painted(self, at: int) -> None:
        self.dataChanged.emit(self.index(at), self.index(at))

    def _reset(self) -> None:
        shown = self._shown()
        self.beginResetModel()
        self._order.analyst = self._analyst
        self._order.replace_all(row for row in self._known.values() if shown(row))
        self.endResetModel()

    def _shown(self) -> Callable[[WorklistRow], bool]:
        passes, is_named = shown_by(self._filter, self._analyst), named_by(self._text)
        return lambda row: passes(row) and is_named(row)

    def _spoken(self, row: WorklistRow) -> str:
        waited = clock_text(self._now - row.arrived_at)
        spoken = self._words(
            "worklist.row",
            container=container_text(row),
            lane=row.lane,
            risk=self._words.say(risk_of_row(row)),
            state=self._words.say(state_of_row(row)),
            time=waited,
        )
        more = [self._words.say(stage_of_row(row))]
        if unread := self.unread(row):
            more.append(self._words("worklist.unread", count=unread))
        urgency = due(row, self._now)
        if urgency is not Due.IN_TIME:
            more.append(self._words.say(due_phrase(urgency)))
        for part in (part for part in more if part):
            spoken = self._words("worklist.row-more", row=spoken, more=part)
        return spoken
