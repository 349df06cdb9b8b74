"""Owns the commands as the window gives them: one QAction each, alive only in the modes where it means something."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from scanview.core.errors import Fault
from scanview.core.review import Role
from scanview.ui.actions import COMMANDS, Command, Mode
from scanview.ui.language import Words

_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_unknown,
    }
)

TAKES_KEYS = "takes-keys"
"""The property of a widget that wants every key for itself while it has the focus."""


class CommandSet(QObject):
    """Calls the handler of a command when its key is pressed or a button asks for it.

    Shortcuts belong to the window, so no widget that has the focus can swallow them; only a text field keeps the
    letters that are typed into it. `handlers` has one entry per command; `held` is told down and up.
    """

    def __init__(
        self,
        window: QWidget,
        words: Words,
        handlers: Mapping[str, Callable[[], None]],
        held: Mapping[str, Callable[[bool], None]],
    ) -> None:
        super().__init__(window)
        self._windows = [window]
        self._words = words
        self._held = held
        self._mode: Mode | None = None
        self._role: Role | None = None
        self._down = ""
        self._down_key = 0
        known = {command.id for command in COMMANDS}
        if known != set(handlers) | set(held):
            raise Fault(f"commands without handlers: {known ^ (set(handlers) | set(held))}", code="no-handler")
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            if not command.held:
                action = self._actions[command.id] = QAction(window)
                action.setAutoRepeat(command.repeats)
                action.triggered.connect(handlers[command.id])
                window.addAction(action)
        self._held_keys: dict[str, Command] = {}
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        words.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak anew, and listen to the keys of whoever sits here."""
        keys = self._words.keys
        for id, action in self._actions.items():
            action.setText(self._words(f"command.{id}"))
            action.setShortcuts([QKeySequence(key) for key in keys.keys(id)])
        self._release_held()
        self._held_keys = {key: command for command in COMMANDS if command.held for key in keys.keys(command.id)}

    def enter(self, mode: Mode, role: Role | None) -> None:
        """Only the commands of `mode` can be given from now on, by a person of this role."""
        if (mode, role) == (self._mode, self._role):
            return
        self._mode, self._role = mode, role
        for command in COMMANDS:
            if not command.held:
                allowed = role is None or role in command.roles
                self._actions[command.id].setEnabled(allowed and mode in command.modes)
        self._release_held()

    def serve_too(self, window: QWidget) -> None:
        """Take the same keys in another window."""
        self._windows.append(window)
        for action in self._actions.values():
            window.addAction(action)

    def action(self, id: str) -> QAction:
        """The action behind a command, for menus and for tests."""
        return self._actions[id]

    def can_be_given(self) -> tuple[str, ...]:
        """The commands that mean something now, in the order of the table."""
        return tuple(
            command.id
            for command in COMMANDS
            if (self._mode in command.modes if command.held else self._actions[command.id].isEnabled())
        )

    def give(self, id: str) -> bool:
        """Give a command as its key would; False where it means nothing now."""
        action = self._actions[id]
        if not action.isEnabled():
            return False
        action.trigger()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the keys that act as long as they are down."""
        if event.type() == QEvent.Type.WindowDeactivate and watched in self._windows:
            self._release_held()
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._released(event)
        command = self._held_keys.get(key_of(event))
        if command is None or self._mode not in command.modes or self._types():
            return False
        if event.type() == QEvent.Type.KeyPress:
            if not event.isAutoRepeat() and not self._down:
                self._down, self._down_key = command.id, event.key()
                self._held[command.id](True)
            return True
        return event.type() == QEvent.Type.ShortcutOverride

    def _released(self, event: QKeyEvent) -> bool:
        """The key itself ends it, whatever else is down by then."""
        if not self._down or event.key() != self._down_key:
            return False
        if not event.isAutoRepeat():
            self._release_held()
        return True

    def _types(self) -> bool:
        focus = QApplication.focusWidget()
        return isinstance(focus, QLineEdit) or (focus is not None and bool(focus.property(TAKES_KEYS)))

    def _release_held(self) -> None:
        if self._down:
            down, self._down = self._down, ""
            self._held[down](False)


def key_of(event: QKeyEvent) -> str:
    """The key that was pressed, as the table of commands writes it; "" for a modifier alone.

    A sign that needs Shift on this keyboard is the sign alone, and the number pad has no keys of its own.
    """
    key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _MODIFIERS:
        return ""
    if event.text().isprintable() and not event.text().isalnum() and event.text().strip():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(modifiers.value | key).toString(QKeySequence.SequenceFormat.PortableText)
