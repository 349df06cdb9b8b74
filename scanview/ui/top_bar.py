"""Owns the topmost line: lanes, queue, who sits here, language and clock; and the amber bar of a lost link."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from scanview.session.events import LinkState
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label, add, become, unmarked
from scanview.ui.worded import clock_text

HEIGHT = 40


class TopBar(QWidget):
    """What the whole room is doing."""

    language_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._name = Label("large")
        self._name.setText(words("app.name"))
        self._room = Label("quiet")
        self._up, self._down = Label("quiet"), Label("tag-warning")
        self._queue, self._oldest = Label(), Label("quiet")
        self._person, self._clock = Label("quiet"), Label("quiet")
        self._keys, self._language = Button("filter"), Button("filter")
        self._keys.clicked.connect(self.keys_wanted)
        self._language.clicked.connect(self.language_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(16)
        add(row, self._name, self._room, self._up, self._down)
        row.addStretch()
        add(row, self._queue, self._oldest)
        row.addStretch()
        add(row, self._person, self._keys, self._language, self._clock)

    def show_lanes(self, desk: Desk) -> None:
        """How many lanes are connected; their names in the tooltip."""
        up = sum(lane.connected for lane in desk.lanes)
        down = len(desk.lanes) - up
        self._room.put(self._words("sign-in.title"))
        self._up.put(self._words("top.lanes", up=up) if desk.lanes else self._words("top.no-lanes"))
        self._down.put(self._words("top.lanes-down", down=down) if down else "")
        told = [
            self._words("top.lane-up" if lane.connected else "top.lane-down", lane=lane.lane) for lane in desk.lanes
        ]
        for label in (self._up, self._down):
            label.setToolTip(unmarked("\n".join(told)))

    def show_queue(self, desk: Desk, now: float) -> None:
        """How many scans wait, and for how long the oldest does."""
        waiting = desk.waiting
        self._queue.put(self._words("top.queue", count=len(waiting)) if desk.person else "")
        oldest = min((row.arrived_at for row in waiting), default=now)
        text = self._words("top.oldest", time=clock_text(now - oldest))
        self._oldest.put(text if waiting and desk.person else "")
        self._clock.put(time.strftime("%H:%M", time.localtime(now)))

    def show_person(self, desk: Desk) -> None:
        """Who sits here, and the switches."""
        words = self._words
        person = desk.person
        self._person.put(
            words("top.person", name=person.name, role=words(f"role.{person.role}")) if person is not None else ""
        )
        self._keys.setText(words("top.keys"))
        self._keys.setAccessibleName(words("keys.title"))
        for button, id in ((self._keys, "keys"), (self._language, "language")):
            button.setToolTip(words("tool.hint", text=words(f"command.{id}"), key=words.keys.key_text(id)))
        self._language.setText(words("top.language"))
        self._language.setAccessibleName(words("top.language-name"))


class LinkBar(QFrame):
    """Amber while there is no link: what is wrong, and what still works."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        become(self, "link-lost")
        self._text = ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.addWidget(self._text)
        self.hide()

    def show_link(self, desk: Desk) -> None:
        """Nothing while the hub is there or nobody is signed in yet."""
        words = self._words
        if desk.person is None or desk.link is LinkState.ONLINE:
            self.hide()
            return
        problem = desk.link_problem
        lost = words("link.lost") if problem is None else words("link.lost-with", why=words.say(problem.what))
        looking = desk.reviewing.review is not None
        self._text.put(f"⚠  {lost}  {words('link.still-works' if looking else 'link.still-works-empty')}")
        self.show()
