"""Owns the panel of comparing: the partners, how far it has come, the ways, and what the colours mean."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.ui.comparing.backdrops import ADDED, GONE, sign_of
from scanview.ui.comparing.comparing import Comparing, Way
from scanview.ui.comparing.wording import partner_lines, partner_title, stage_text
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label, add, line

_ROWS = 3
_MARGIN = 16
_PADDING = 20
_SWATCH_PX = 14


class Swatch(QWidget):
    """A colour of the difference, with its sign in it."""

    def __init__(self, colour: QColor, sign: str) -> None:
        super().__init__()
        self._colour, self._sign = colour, sign
        self.setFixedSize(_SWATCH_PX, _SWATCH_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._colour)
            painter.setPen(QColor("black"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._sign)


class ComparePanel(QWidget):
    """Speaks a `Comparing`. `chosen` carries the scan of a partner, `way_wanted` a way, `wanted` the id of a command.

    Takes no room while there is nothing to compare with.
    """

    chosen = Signal(str)
    way_wanted = Signal(Way)
    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._scans: list[str] = []
        self._comparing: Comparing | None = None
        self._title, self._count, self._toggle = Label("heading"), ElidedLabel("small"), Button("plain", checkable=True)
        self._rows = [Button("partner", checkable=True) for _ in range(_ROWS)]
        self._stage, self._problem, self._remedy = (
            Label("quiet", wraps=True),
            Label("warning", wraps=True),
            Label("small", wraps=True),
        )
        self._ways = {way: Button("filter", checkable=True) for way in Way}
        self._legend, self._added, self._gone = QWidget(), ElidedLabel("small"), ElidedLabel("small")
        self._lay_out()
        words.changed.connect(self._speak)
        self.hide()

    def show_comparing(self, comparing: Comparing) -> None:
        """Speak it anew."""
        self._comparing = comparing
        self._speak()

    def _speak(self) -> None:
        comparing, words = self._comparing, self._words
        if comparing is None:
            return
        self.setVisible(bool(comparing.partners) or comparing.is_on or comparing.problem is not None)
        self._title.put(words("compare.title"))
        self._toggle.setText(words("compare.stop" if comparing.is_on else "compare.start"))
        self._toggle.setChecked(comparing.is_on)
        self._hint(self._toggle, "compare")
        self._speak_partners(comparing)
        self._stage.put(stage_text(comparing, words))
        problem = comparing.problem
        self._problem.put(words("compare.problem", what=words.say(problem.what)) if problem is not None else "")
        self._remedy.put(words.say(problem.remedy) if problem is not None else "")
        for way, button in self._ways.items():
            button.setText(words(f"compare.way.{way}"))
            button.setVisible(comparing.is_on)
            button.setEnabled(way in comparing.ways)
            button.setChecked(way is comparing.way)
            self._hint(button, "compare-way", words(f"compare.way.{way}"))
        self._legend.setVisible(comparing.way is Way.DIFFERENCE)
        self._added.put(words("compare.added"))
        self._gone.put(words("compare.gone"))

    def _speak_partners(self, comparing: Comparing) -> None:
        """The partner and those after it: as many as there is room for."""
        partners = comparing.partners
        at = partners.index(comparing.partner) if comparing.partner in partners else 0
        first = max(0, min(at, len(partners) - _ROWS)) if comparing.is_on else 0
        seen = partners[first : first + _ROWS] if comparing.is_on else ()
        self._count.put(
            self._words("compare.count", at=at + 1, count=len(partners))
            if comparing.is_on and partners
            else partner_title(partners[0], self._words)
            if partners
            else ""
        )
        self._scans = [partner.scan for partner in seen]
        for row, button in enumerate(self._rows):
            button.setVisible(row < len(seen))
            self._hint(button, "compare-next")
            if row < len(seen):
                text = partner_lines(seen[row], self._words)
                button.setText(self._elided(button, text).replace("&", "&&"))
                button.setChecked(seen[row] == comparing.partner)
                self._hint(button, "compare-next", text.replace("\n", ", "))

    def _elided(self, button: Button, text: str) -> str:
        """As much of each line as the panel has room for."""
        room, metrics = self.width() - 2 * _MARGIN - _PADDING, button.fontMetrics()
        return "\n".join(metrics.elidedText(one, Qt.TextElideMode.ElideRight, room) for one in text.split("\n"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is another room for the partners now."""
        super().resizeEvent(event)
        if self._comparing is not None and event.oldSize().width() != event.size().width():
            self._speak_partners(self._comparing)

    def _hint(self, button: Button, command: str, name: str = "") -> None:
        text = self._words(f"command.{command}")
        button.setToolTip(self._words("tool.hint", text=text, key=self._words.keys.key_text(command)))
        button.setAccessibleName(name or text)

    def _choose(self, row: int) -> None:
        if row < len(self._scans):
            self.chosen.emit(self._scans[row])
        self._speak()  # a checkable button has toggled itself; show what is so

    def _want(self, way: Way) -> None:
        self.way_wanted.emit(way)
        self._speak()

    def _lay_out(self) -> None:
        self.setProperty("role", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inside = QVBoxLayout()
        inside.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        inside.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._count, 1)
        head.addWidget(self._toggle)
        inside.addLayout(head)
        add(inside, *self._rows, self._stage, self._problem, self._remedy)
        ways = QHBoxLayout()
        ways.setSpacing(2)
        add(ways, *self._ways.values())
        ways.addStretch()
        inside.addLayout(ways)
        legend = QHBoxLayout(self._legend)
        legend.setContentsMargins(0, 4, 0, 0)
        for colour, added, label in ((ADDED, True, self._added), (GONE, False, self._gone)):
            legend.addWidget(Swatch(colour, sign_of(added=added)))
            legend.addWidget(label, 1)
        inside.addWidget(self._legend)
        column.addLayout(inside)
        self._toggle.clicked.connect(lambda: self.wanted.emit("compare"))
        for row, button in enumerate(self._rows):
            button.clicked.connect(partial(self._choose, row))
        for way, button in self._ways.items():
            button.clicked.connect(partial(self._want, way))
