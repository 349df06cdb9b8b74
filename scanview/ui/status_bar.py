"""Owns the lowest line: the last verdict, how long it can be taken back, whether it is safe, and how the link is."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from scanview.session.events import KeyState, LinkState
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import ElidedLabel, Label, add
from scanview.ui.text import NOTHING, Phrase

HEIGHT = 32

_COUNT_MS = 100
"""How often the seconds that are left are looked at: never a whole one late."""


class StatusBar(QWidget):
    """Quiet facts. "Saved" stands there only when every decision is durable at the hub."""

    def __init__(self, words: Words, parent: QWidget | None = None, *, warning: Phrase = NOTHING) -> None:
        super().__init__(parent)
        self._words = words
        self._warning_said = warning
        self.setProperty("role", "bar")
        self.setFixedHeight(HEIGHT)
        self._last, self._warning = ElidedLabel(), Label("warning")
        self._decided, self._next = Label("quiet"), Label("quiet")
        self._link, self._saved, self._key = Label("quiet"), Label("quiet"), Label("quiet")
        self._count = QTimer(self)
        self._count.setSingleShot(True)
        self._count.setInterval(_COUNT_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(24)
        row.addWidget(self._last, 1)
        add(row, self._warning, self._decided, self._next, self._key, self._link, self._saved)

    def serve(self, desk: Desk) -> None:
        """Count down on this desk."""
        self._count.timeout.connect(lambda: self._tell_last(desk))

    def show_desk(self, desk: Desk) -> None:
        """Everything in its words of the moment."""
        words = self._words
        self._tell_last(desk)
        self._warning.put(words.say(self._warning_said))
        self._decided.put(words("status.decided", count=desk.decided_here) if desk.decided_here else "")
        self._next.put(self._about_next(desk))
        self._tell_key(desk)
        self._link.put(self._about_link(desk))
        self._saved.put(self._about_saving(desk))
        self._saved.become("quiet" if desk.unconfirmed == 0 else "warning")

    def _tell_last(self, desk: Desk) -> None:
        """The last decision and how long it can be taken back; said anew as long as it can."""
        last, left_s = self._words.say(desk.last_decision), desk.undoing.left_s
        self._last.put(f"{last}  ·  {self._words('status.undo', seconds=left_s)}" if left_s else last)
        if left_s:
            self._count.start()

    def _tell_key(self, desk: Desk) -> None:
        """Whether what this person decides is signed with a key that ports believe."""
        words, key = self._words, desk.key
        said = words.say(key.said)
        self._key.put(said)
        self._key.become("quiet" if key.state in (KeyState.CERTIFIED, KeyState.READYING) else "warning")
        self._key.setAccessibleName(f"{words('person-key.name')}: {said}")
        self._key.setToolTip(words("person-key.hint", key=key.key or "…"))

    def _about_next(self, desk: Desk) -> str:
        if not desk.waiting or desk.person is None:
            return ""
        ready = any(row.scan in desk.ahead for row in desk.waiting)
        return self._words("status.next-ready" if ready else "status.next-loading")

    def _about_link(self, desk: Desk) -> str:
        if desk.link is LinkState.ONLINE and desk.delay_ms is not None:
            return self._words("link.ms", ms=max(1, round(desk.delay_ms)))
        return self._words(f"link.{desk.link}")

    def _about_saving(self, desk: Desk) -> str:
        if desk.unconfirmed == 0:
            return self._words("status.saved") if desk.decided_here else ""
        online = desk.link is LinkState.ONLINE
        return self._words("status.unsaved" if online else "status.kept", count=desk.unconfirmed)
