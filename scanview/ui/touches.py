"""Watches whether anybody touches keyboard, mouse or wheel, whichever widget it is meant for."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TabletMove,
        QEvent.Type.TouchBegin,
    }
)


class Touches(QObject):
    """`on_touch` is called for each of them; nothing is kept from anybody."""

    def __init__(self, on_touch: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._on_touch = on_touch
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note a touch."""
        if event.type() in _TOUCHES:
            self._on_touch()
        return False
