"""Owns the sheet of all keys, made from the table of commands, on which every key can be changed."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from scanview.ui.actions import COMMANDS, Group
from scanview.ui.command_set import TAKES_KEYS, key_of
from scanview.ui.key_map import DEFAULT_KEYS, KeyMap, spoken
from scanview.ui.language import Words
from scanview.ui.parts import FLOATS, Button, Label, become

_COLUMNS = (
    (Group.DECIDE, Group.QUEUE, Group.COMPARING, Group.CONSOLE),
    (Group.FINDINGS, Group.MARKS),
    (Group.LOOK, Group.MEASURING, Group.PROGRAM),
    (Group.TOOLS,),
)
_IN_ORDER = tuple(
    command.id for groups in _COLUMNS for group in groups for command in COMMANDS if command.group is group
)
_MARGIN = 16
"""So much of the window is left around the sheet, in pixels."""

_BAR = 12


class _Body(QScrollArea):
    """The keys, as large as they are; they scroll where the window is smaller."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setProperty("role", "clear")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)

    def settle(self) -> None:
        """Lay the keys out anew, so that `sizeHint` is that of the texts and fonts of the moment."""
        layout = self._inside.layout()
        if layout is not None:
            layout.activate()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for every key, and for the bar that may be needed."""
        return self._inside.sizeHint() + QSize(_BAR, 0)

    def minimumSizeHint(self) -> QSize:
        """As wide as the keys: they scroll downwards alone."""
        return QSize(self.sizeHint().width(), 0)


class CheatSheet(QFrame):
    """Lies over the window until a key or a click beside the keys takes it away. `wanted` carries changed keys.

    While it is there it takes every key: the arrows choose a command, Enter or a click on its key waits for the new
    one, Del brings the default back.
    """

    wanted = Signal(KeyMap)

    def __init__(self, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._words = words
        self._chosen = ""
        self._waits = False
        self.setProperty("role", "asked")
        self.setProperty(TAKES_KEYS, True)
        self.setProperty(FLOATS, True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self._close, self._told = Label("title"), Label("quiet"), Label("quiet")
        self._reset = Button("plain")
        self._reset.clicked.connect(lambda: self._want(DEFAULT_KEYS))
        self._groups = {group: Label("heading") for group in Group}
        self._texts = {command.id: Label() for command in COMMANDS}
        self._keys = {command.id: Label("tag") for command in COMMANDS}
        self._body = self._make_body()
        self._lay_out()
        parent.installEventFilter(self)
        words.changed.connect(self.retranslate)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Speak anew."""
        words = self._words
        self._title.setText(words("keys.title"))
        self._close.setText(words("keys.close"))
        self._reset.setText(words("keys.reset"))
        for group, label in self._groups.items():
            label.setText(words(f"group.{group}"))
        for id, label in self._texts.items():
            label.setText(words(f"command.{id}"))
            self._keys[id].setText(words.keys.keys_text(id))
        self._tell_what_to_do()
        if self.isVisible():
            self._centre()

    def toggle(self) -> None:
        """Show or hide the sheet."""
        if self.isVisible():
            self.hide()
        else:
            self._choose("")
            self.show()
            self._centre()
            self.raise_()
            self.setFocus()

    def change(self, id: str) -> None:
        """Wait for the new key of this command."""
        self._choose(id, waits=True)

    def event(self, event: QEvent) -> bool:
        """No command hears a key while the sheet is there, and Tab moves no focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A new key where one is waited for; else a move on the sheet."""
        key = key_of(event)
        if not key:
            return
        if self._waits:
            self._take(key)
        elif key in ("Up", "Down"):
            at = _IN_ORDER.index(self._chosen) + (1 if key == "Down" else -1) if self._chosen else 0
            self._choose(_IN_ORDER[at % len(_IN_ORDER)])
        elif key in ("Return", "Enter") and self._chosen:
            self.change(self._chosen)
        elif key in ("Del", "Backspace") and self._chosen:
            self._want(self._words.keys.without(self._chosen))
        elif key == "Esc" or key in self._words.keys.keys("keys") + self._words.keys.keys("cancel"):
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """The keys are commands again: no field that happens to be next in line may take them."""
        super().hideEvent(event)
        self._over.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a key changes it; one anywhere else takes the sheet away."""
        id = self._at(event.position().toPoint())
        if id:
            self.change(id)
        else:
            self.hide()

    def _take(self, key: str) -> None:
        """`key` for the chosen command, unless another one has it where both can be given."""
        if key == "Esc":
            self._choose(self._chosen)
            return
        holder = self._words.keys.holder(self._chosen, key)
        if holder:
            self._told.setText(self._words("keys.taken", key=spoken(key), command=self._words(f"command.{holder}")))
            become(self._told, "warning")
            return
        self._waits = False
        self._want(self._words.keys.with_key(self._chosen, key))

    def _want(self, keys: KeyMap) -> None:
        self.wanted.emit(keys)
        self._choose(self._chosen)

    def _choose(self, id: str, *, waits: bool = False) -> None:
        self._chosen, self._waits = id, waits
        for other, label in self._keys.items():
            become(label, "tag-live" if other == id else "tag")
        if id:
            self._body.ensureWidgetVisible(self._keys[id])
        self._tell_what_to_do()

    def _tell_what_to_do(self) -> None:
        become(self._told, "quiet")
        command = self._words(f"command.{self._chosen}") if self._chosen else ""
        self._told.setText(self._words("keys.press", command=command) if self._waits else self._words("keys.how"))
        keys = self._words.keys.keys_text(self._chosen) if self._chosen else ""
        self.setAccessibleName(self._words("keys.row", command=command, keys=keys) if command else self._title.text())

    def _at(self, place: QPoint) -> str:
        """The command whose key or text is at this place."""
        child = self.childAt(place)
        return next((id for id in _IN_ORDER if child is not None and child in (self._keys[id], self._texts[id])), "")

    def _centre(self) -> None:
        """In the middle of the window and no larger than it: where there is no room for all, the keys scroll."""
        self._body.settle()
        room = self._over.size() - QSize(2 * _MARGIN, 2 * _MARGIN)
        self.resize(self.sizeHint().boundedTo(room))
        self.move((self._over.width() - self.width()) // 2, (self._over.height() - self.height()) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of a window that is made larger or smaller."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._centre()
        return False

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(16)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._close)
        column.addLayout(head)
        column.addWidget(self._body)
        foot = QHBoxLayout()
        foot.addWidget(self._told, 1)
        foot.addWidget(self._reset)
        column.addLayout(foot)

    def _make_body(self) -> _Body:
        inside = QWidget()
        inside.setProperty("role", "clear")
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(40)
        for groups in _COLUMNS:
            row.addLayout(self._column(groups))
        return _Body(inside)

    def _column(self, groups: tuple[Group, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(16)
        for group in groups:
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(4)
            grid.addWidget(self._groups[group], 0, 0, 1, 2)
            for row, command in enumerate((c for c in COMMANDS if c.group is group), 1):
                grid.addWidget(self._keys[command.id], row, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(self._texts[command.id], row, 1)
            grid.setColumnStretch(1, 1)
            column.addLayout(grid)
        column.addStretch()
        return column
