"""Owns the page of performance: how well each person found what was projected, in a table and in charts."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from scanview.core.errors import ScanViewError
from scanview.core.performance import Performance
from scanview.session.virtual_scans import VirtualScans
from scanview.ui.console.audit.export import write_csv
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.performance.told import CHARTS, charts_of, columns_of, lines_of
from scanview.ui.console.statistics.chart import FORMS, Chart
from scanview.ui.console.statistics.periods import Choice, offset_at, period_of
from scanview.ui.console.table import Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label, unmarked
from scanview.ui.surroundings import Problem

TABLE = "table"
"""What is exported beside the charts, as CSV."""

_CHOICES = ("period", "what", "form")
_TABLE_PX = 200


class PerformancePage(ConsolePage):
    """`choose_file` asks for the path of an export, by its name; None where nobody wants it after all."""

    def __init__(
        self, words: Words, desk: Desk, choose_file: Callable[[QWidget, str], Path | None] | None = None
    ) -> None:
        super().__init__(words, desk)
        self._around = desk.console.around
        self._hub = VirtualScans(self._around.session)
        self._choose_file = choose_file or self._asked_file
        self._asks = 0
        self.people: tuple[Performance, ...] = ()
        self.is_asking = False
        self.problem: Problem | None = None
        self._exported = ""
        self._heading, self.state, self._means = Label("heading"), ElidedLabel("quiet"), Label("small", wraps=True)
        self.choices = {id: QComboBox() for id in _CHOICES}
        self.refresh, self.export = Button("plain"), Button("plain")
        self.table = Table()
        self.charts = {id: Chart() for id in CHARTS}
        self.choices["period"].activated.connect(self.ask)
        self.choices["what"].activated.connect(self._show)
        self.refresh.clicked.connect(self.ask)
        self.export.clicked.connect(self.write)
        self._lay_out()

    # -- as a page of the console ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak anew; what is chosen stays."""
        words = self.words
        self._heading.put(words("console.page.performance"))
        self._means.put(words("performance.means"))
        said = {
            "period": {choice.value: words(f"statistics.period.{choice}") for choice in Choice},
            "what": {TABLE: words("performance.table"), **{id: words(f"performance.chart.{id}") for id in CHARTS}},
            "form": {form: form.upper() for form in FORMS},
        }
        for id, choice in self.choices.items():
            chosen = choice.currentData() or (Choice.THIRTY_DAYS.value if id == "period" else None)
            choice.clear()
            for value, text in said[id].items():
                choice.addItem(text, value)
            choice.setCurrentIndex(max(choice.findData(chosen), 0))
            choice.setAccessibleName(words(f"performance.choose.{id}"))
            choice.setToolTip(unmarked(words(f"performance.choose.{id}")))
        for button, id in ((self.refresh, "refresh"), (self.export, "export")):
            button.setText(words(f"statistics.button.{id}"))
            button.setAccessibleName(words(f"performance.button-name.{id}"))
            button.setToolTip(words(f"performance.button-name.{id}"))
        self.table.setAccessibleName(words("performance.table"))
        self.table.setToolTip(words("performance.table"))
        self._show()

    def enter(self) -> None:
        """Ask for the chosen period, anew each time."""
        self.ask()

    def leave(self) -> None:
        """What is asked is not waited for any more."""
        self.cancel()

    def forget(self) -> None:
        """What one person was told is not the next one's to see."""
        self._asks += 1
        self.people, self.is_asking, self.problem, self._exported = (), False, None, ""
        self._show()

    def cancel(self) -> bool:
        """Stop asking; False where nothing is asked."""
        was, self.is_asking = self.is_asking, False
        self._asks += 1
        self._show()
        return was

    def focus(self) -> None:
        """Begin with the period."""
        self.choices["period"].setFocus()

    # -- what a person does ----------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for the chosen period."""
        now = time.time()
        period = period_of(Choice(self.choices["period"].currentData()), now, offset_at(now))
        self._asks += 1
        self.is_asking, self.problem, self._exported = True, None, ""
        number = self._asks
        self._around.when_done(
            self._hub.performance(period.since, period.until),
            lambda people: self._told(number, people),
            lambda error: self._refused(number, error),
        )
        self._show()

    def write(self) -> None:
        """Write the table, or the chosen chart, to a file."""
        what = str(self.choices["what"].currentData())
        form = "csv" if what == TABLE else str(self.choices["form"].currentData())
        path = self._choose_file(self, f"{what}.{form}")
        if path is None:
            return
        self.problem, self._exported = None, str(path)
        try:
            if what == TABLE:
                columns, lines = columns_of(self.words), lines_of(self.people, self.words)
                write_csv(path, [column.title for column in columns], [line.cells for line in lines])
            else:
                self.charts[what].write(path, self.words("performance.person"))
        except ScanViewError as error:
            self.problem = Problem.of(error)
        self._show()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _told(self, number: int, people: tuple[Performance, ...]) -> None:
        if number == self._asks:
            self.people, self.is_asking = people, False
            self._show()

    def _refused(self, number: int, error: ScanViewError) -> None:
        if number == self._asks:
            self.is_asking, self.problem = False, Problem.of(error)
            self._show()

    def _show(self) -> None:
        words = self.words
        self.table.put(columns_of(words), lines_of(self.people, words))
        for id, data in charts_of(self.people, words).items():
            self.charts[id].show_data(words(f"performance.chart.{id}"), data, words("performance.nothing"))
        self.choices["form"].setEnabled(self.choices["what"].currentData() != TABLE)
        self.export.setEnabled(bool(self.people))
        self.state.put(self._told_state())

    def _told_state(self) -> str:
        words, problem = self.words, self.problem
        if problem is not None:
            return f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}"
        if self._exported:
            return words("statistics.exported", path=self._exported)
        if self.is_asking:
            return words("statistics.asking")
        return words("performance.count", count=len(self.people)) if self.people else words("performance.nothing")

    # -- making ----------------------------------------------------------------------------------------------------

    def _asked_file(self, parent: QWidget, name: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        form = Path(name).suffix
        title = self.words("performance.button-name.export")
        wanted, _ = QFileDialog.getSaveFileName(parent, title, f"{folder}/{name}", f"*{form}")
        return Path(wanted).with_suffix(form) if wanted else None

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choices["period"])
        row.addWidget(self.refresh)
        row.addStretch()
        for widget in (self.choices["what"], self.choices["form"], self.export):
            row.addWidget(widget)
        inside = QWidget()
        inside.setProperty("role", "clear")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        self.table.setFixedHeight(_TABLE_PX)
        column.addWidget(self.table)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for place, chart in enumerate(self.charts.values()):
            grid.addWidget(chart, *divmod(place, 2))
        for number in range(2):
            grid.setColumnStretch(number, 1)
        column.addLayout(grid)
        column.addWidget(self._means)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        page = QVBoxLayout(self)
        page.setContentsMargins(16, 16, 12, 12)
        page.setSpacing(8)
        page.addWidget(self._heading)
        page.addLayout(row)
        page.addWidget(self.state)
        page.addWidget(area, 1)
