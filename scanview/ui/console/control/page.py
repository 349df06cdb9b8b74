"""Owns the page of the worklist's control: what is not decided, in the order of the queue, and a change of one scan."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from scanview.core import container
from scanview.core.errors import ScanViewError
from scanview.core.rights import REVIEWS
from scanview.core.worklist import Due, WorklistRow, due, is_reversible
from scanview.session.dispatching import Dispatching
from scanview.session.rules import RuleDesk
from scanview.ui.console.control.change import Change, Wanted
from scanview.ui.console.control.panel import ChangePanel
from scanview.ui.console.live.presence import RoomPresence
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.table import Column, Line, Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Label, line
from scanview.ui.text import of_error, remedy_of
from scanview.ui.worded import clock_text, risk_of_row, state_of_row

_MOST_SHOWN = 2_000
"""Rows of the queue that the table holds; what is farther behind is found by audit."""

REFUSALS = ("own-port", "seen-before", "other-room", "missing-skill")
"""Codes that are said of somebody else here, and to the person themselves elsewhere."""


class ControlPage(ConsolePage):
    """A supervisor changes the queue, one scan at a time, with a reason, after a question."""

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__(words, desk)
        around = desk.console.around
        self._asks, self._rules = Dispatching(around.session), RuleDesk(around.session)
        self._presence = RoomPresence(around, self._show_people)
        self._heading, self._count = Label("heading"), Label("small")
        self.table, self.panel = Table(), ChangePanel(words)
        self._rows: dict[str, WorklistRow] = {}
        self.table.chosen_changed.connect(lambda _: self._show_chosen())
        self.table.opened.connect(lambda _: self.panel.reason.setFocus())
        self.panel.confirmed.connect(self._make)
        self._lay_out()

    def retranslate(self) -> None:
        """Speak anew."""
        self._heading.put(self.words("control.queue"))
        self.table.setAccessibleName(self.words("control.queue"))
        self.table.setToolTip(self.words("control.queue-hint"))
        self.panel.retranslate()

    def enter(self) -> None:
        """Know who is there as long as somebody looks."""
        self._presence.start()

    def leave(self) -> None:
        """Ask no more."""
        self._presence.stop()
        self.panel.take_back_question()

    def forget(self) -> None:
        """Nothing typed is left for the next person."""
        self._presence.clear()
        self.panel.reason.clear()
        self.panel.analyst.setCurrentText("")
        self.panel.tell("")

    def cancel(self) -> bool:
        """Take the question back."""
        return self.panel.take_back_question()

    def focus(self) -> None:
        """Begin with the queue."""
        self.table.setFocus()

    def show_desk(self, now: float) -> None:
        """What rules have just released, then the queue as it is now, the most urgent first."""
        tally = self.desk.console.tally
        released = sorted(tally.reversible_rows(), key=lambda row: row.seq)
        rows = [*released, *sorted(tally.open_rows(), key=lambda row: row.queue_key)]
        self._rows = {row.scan: row for row in rows[:_MOST_SHOWN]}
        self._count.put(self.words("worklist.count", shown=len(self._rows), all=len(rows)))
        lines = [self._line(at - len(released), row, now) for at, row in enumerate(self._rows.values(), 1)]
        self.table.put(self._columns(), lines)
        wanted, self.desk.console.wanted = self.desk.console.wanted, ""
        if wanted and self.table.choose(wanted):
            self.panel.choose(Change.REVERSE)
            self.panel.reason.setFocus()
        self._show_chosen()

    def _show_chosen(self) -> None:
        self.panel.show_row(self._rows.get(self.table.chosen))

    def _show_people(self) -> None:
        self.panel.show_people(one.name for one in self._presence.people if one.role in REVIEWS)

    def _columns(self) -> tuple[Column, ...]:
        words = self.words
        return (
            Column(words("control.place"), number=True),
            Column(words("audit.container")),
            Column(words("live.lane")),
            Column(words("control.risk")),
            Column(words("control.waited"), number=True),
            Column(words("live.target")),
            Column(words("control.kept")),
            Column(words("audit.state"), wide=True),
        )

    def _line(self, place: int, row: WorklistRow, now: float) -> Line:
        words = self.words
        stands = due(row, now)
        target = words("live.in-time") if row.target_s else ""
        if stands is Due.LATE:
            target = words("live.late", time=clock_text(now - row.arrived_at - row.target_s))
        elif stands is Due.SOON:
            target = words("live.soon", time=clock_text(row.arrived_at + row.target_s - now))
        cells = (
            str(place) if place > 0 else "—",
            container.grouped(row.container) or "—",
            row.lane,
            words.say(risk_of_row(row)),
            clock_text(now - row.arrived_at),
            target,
            row.assigned_to,
            words("control.direct") if is_reversible(row) else words.say(state_of_row(row)),
        )
        return Line(row.scan, cells, warns=stands is Due.LATE or is_reversible(row))

    def _make(self, wanted: Wanted) -> None:
        """Ask the hub for it."""
        if wanted.row is None:
            return
        scan, reason = wanted.row.scan, wanted.reason
        match wanted.change:
            case Change.ASSIGN:
                asked = self._asks.assign(scan, wanted.analyst, reason)
            case Change.TAKE_BACK:
                asked = self._asks.assign(scan, "", reason)
            case Change.REVERSE:
                asked = self._rules.reverse_release(scan, reason)
            case Change.PRIORITISE:
                asked = self._asks.prioritise(scan, 60.0 * wanted.minutes, reason)
        self.panel.tell(self.words("control.asking"))
        effect = wanted.effect
        self.desk.console.around.when_done(
            asked,
            lambda _: self.panel.done(self.words("control.done", effect=effect)),
            self._refused,
        )

    def _refused(self, error: ScanViewError) -> None:
        if error.code in REFUSALS:
            self.panel.tell(f"▲  {self.words(f'control.refused.{error.code}')}")
        else:
            self.panel.tell(f"▲  {self.words.say(of_error(error))}  {self.words.say(remedy_of(error))}")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addStretch()
        head.addWidget(self._count)
        left.addLayout(head)
        left.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 8, 8)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(line(vertical=True))
        row.addWidget(self.panel)
