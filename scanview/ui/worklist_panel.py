"""Owns the left column: the filters, the worklist, and the button that opens the next scan."""

from collections.abc import Callable, Set

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QHBoxLayout, QListView, QVBoxLayout, QWidget

from scanview.core.worklist import WorklistRow
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, line
from scanview.ui.search_line import SearchLine
from scanview.ui.worklist_delegate import WorklistDelegate
from scanview.ui.worklist_model import WorklistModel
from scanview.ui.worklist_order import Filter

WIDTH = 300


class WorklistPanel(QWidget):
    """The worklist. It never takes the focus; `choose` moves the choice by keys."""

    taken = Signal(str)
    next_wanted = Signal()

    def __init__(self, words: Words, now: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._now = now
        self._analyst = ""
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(WIDTH)
        self.model = WorklistModel(words, self)
        self._delegate = WorklistDelegate(words, now, self)
        self._count = Label("small")
        self._title = Label("heading")
        self._empty = Label("quiet", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._filters = {filter: Button("filter", checkable=True) for filter in Filter}
        self._next = Button("plain")
        self._next.clicked.connect(self.next_wanted)
        self.search = SearchLine(words)
        self.search.typed.connect(self._search)
        self.list = self._make_list()
        self._lay_out()
        self._filters[Filter.ALL].setChecked(True)
        words.changed.connect(self.retranslate)
        for signal in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            signal.connect(self._counted)
        self.retranslate()

    def sizeHint(self) -> QSize:
        """As wide as a row needs to be read with ease."""
        return QSize(WIDTH, super().sizeHint().height())

    def retranslate(self) -> None:
        """Speak anew."""
        words = self._words
        self._title.setText(words("worklist.title"))
        self._next.setText(words("worklist.next"))
        self._next.setAccessibleName(words("worklist.next-name"))
        self._next.setToolTip(words("tool.hint", text=words("command.take-next"), key=words.keys.key_text("take-next")))
        self.list.setAccessibleName(words("worklist.title"))
        keys = f"{words.keys.key_text('choose-above')} {words.keys.key_text('choose-below')}"
        self.list.setToolTip(words("tool.hint", text=words("worklist.title"), key=keys))
        for filter, button in self._filters.items():
            button.setText(words(f"filter.{filter}"))
            button.setToolTip(words("worklist.filter", filter=words(f"filter.{filter}")))
        self.search.retranslate()
        self._counted()
        self.list.viewport().update()

    def bind_unread(self, unread: Callable[[WorklistRow], int]) -> None:
        """How many remarks of a row this person has not seen."""
        self.model.unread = self._delegate.unread = unread

    def show_for(self, analyst: str, *, settles: bool = False) -> None:
        """The list of this person; `settles` for who is asked where others differ or do not know."""
        self._filters[Filter.RAISED].setVisible(settles)
        if not settles and self.model.filter is Filter.RAISED:
            self._filters[Filter.ALL].setChecked(True)
            self.model.show_only(Filter.ALL, analyst)
        if analyst != self._analyst:
            self._analyst = analyst
            self.search.clear()
            self.model.show_only(self.model.filter, analyst)

    def show_marks(self, ahead: Set[str], opened: str) -> None:
        """Which scans are loaded ahead, and which one is on the screen."""
        if (ahead, opened) != (self._delegate.ahead, self._delegate.opened):
            self._delegate.ahead, self._delegate.opened = ahead, opened
            self.list.viewport().update()

    def tick(self) -> None:
        """Waiting times go on."""
        self.model.tick(self._now())

    def choose(self, by: int) -> None:
        """Choose another row, `by` places below."""
        rows = self.model.rowCount()
        if rows:
            at = self.list.currentIndex().row()
            to = 0 if at < 0 else min(max(at + by, 0), rows - 1)
            self.list.setCurrentIndex(self.model.index(to))

    @property
    def chosen(self) -> str:
        """The scan of the chosen row, or ""."""
        row = self.model.row_at(self.list.currentIndex().row())
        return row.scan if row is not None else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the pointer moves among the rows, they stay where they are."""
        if event.type() == QEvent.Type.MouseMove:
            self.model.pointer_moved()
        return False

    def _make_list(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.viewport().installEventFilter(self)
        view.doubleClicked.connect(self._take)
        return view

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        filters = QHBoxLayout()
        filters.setSpacing(4)
        for filter, button in self._filters.items():
            group.addButton(button)
            filters.addWidget(button)
            button.clicked.connect(lambda _, filter=filter: self.model.show_only(filter, self._analyst))
        filters.addStretch()
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._count)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 12, 8)
        top.setSpacing(8)
        top.addLayout(head)
        top.addLayout(filters)
        top.addWidget(self.search)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 12, 16, 12)
        foot.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(line())
        column.addWidget(self._empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(line())
        column.addLayout(foot)

    def _take(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if isinstance(row, WorklistRow):
            self.taken.emit(row.scan)

    def _search(self, text: str) -> None:
        """What is known and named like this, the first of it chosen."""
        self.model.look_for(text)
        if text and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def _counted(self) -> None:
        shown = self.model.rowCount()
        self._count.setText(self._words("worklist.count", shown=shown, all=self.model.known))
        empty = "search.empty" if self.search.text else f"worklist.empty.{self.model.filter}"
        self._empty.setText(self._words(empty))
        self._empty.setVisible(shown == 0)
        self.list.setVisible(shown > 0)
