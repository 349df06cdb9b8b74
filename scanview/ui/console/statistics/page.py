"""Owns the page of statistics: key figures, charts, a table, and the interruptions that want a cause."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from scanview.core.errors import ScanViewError
from scanview.core.scan import port_of
from scanview.core.statistics import Grouping
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.statistics.chart import Chart
from scanview.ui.console.statistics.chart_data import CHARTS, charts_of
from scanview.ui.console.statistics.chooser import Chooser
from scanview.ui.console.statistics.explaining import ExplainingLine
from scanview.ui.console.statistics.figures import PeriodFigures
from scanview.ui.console.statistics.key_figures import KeyFigures
from scanview.ui.console.statistics.periods import offset_at, period_of
from scanview.ui.console.statistics.report_line import ReportLine
from scanview.ui.console.statistics.tables import columns_of, interruption_columns, interruption_lines, lines_of
from scanview.ui.console.table import Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import ElidedLabel, Label
from scanview.ui.surroundings import Problem

_TABLE_PX = 220
_CHARTS_A_ROW = 2


class StatisticsPage(ConsolePage):
    """`choose_file` asks for the path of an export with this ending; None where nobody wants it after all."""

    def __init__(
        self, words: Words, desk: Desk, choose_file: Callable[[QWidget, str], Path | None] | None = None
    ) -> None:
        super().__init__(words, desk)
        self._choose_file = choose_file or self._asked_file
        self.figures = PeriodFigures(desk.console.around, self._show)
        self.chooser, self.key, self.explaining = Chooser(words), KeyFigures(words), ExplainingLine(words)
        self.report = ReportLine(
            words, desk.console.around, port=lambda: self.chooser.port, source=lambda: words("report.source")
        )
        self.charts = {id: Chart() for id in CHARTS}
        self.rows, self.interruptions = Table(), Table()
        self._state, self._heading = ElidedLabel("quiet"), Label("heading")
        self._rows_heading, self._lost_heading = Label("heading"), Label("heading")
        self._area = QScrollArea()
        self._problem: Problem | None = None
        self._exported = ""
        self._lay_out()
        self.chooser.asks.connect(self.ask)
        self.chooser.shows.connect(self._show)
        self.chooser.export.clicked.connect(self.export)
        self.interruptions.chosen_changed.connect(lambda _: self._allow())
        self.interruptions.opened.connect(lambda _: self.explaining.note.setFocus())
        self.explaining.said.connect(self.explain)

    # -- as a page of the console ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak anew."""
        words = self.words
        self._heading.put(words("console.page.statistics"))
        self._lost_heading.put(words("statistics.table.interruptions"))
        self.chooser.retranslate()
        self.explaining.retranslate()
        self.report.retranslate()
        for table, id in ((self.rows, "rows"), (self.interruptions, "interruptions")):
            table.setAccessibleName(words(f"statistics.table.{id}"))
            table.setToolTip(words(f"statistics.table-hint.{id}"))
        self._show()

    def enter(self) -> None:
        """Ask for the chosen period, anew each time."""
        self.chooser.know_ports(port_of(lane.lane) for lane in self.desk.lanes)
        self.ask()

    def leave(self) -> None:
        """What is asked is not waited for any more."""
        self.figures.stop()

    def forget(self) -> None:
        """What one person was told is not the next one's to see."""
        self.figures.clear()
        self.explaining.clear()
        self.report.report.clear()
        self._problem, self._exported = None, ""
        self._show()

    def cancel(self) -> bool:
        """Stop asking, or making a report."""
        return self.figures.stop() or self.report.report.give_up()

    def focus(self) -> None:
        """Begin with the period."""
        self.chooser.choices["period"].setFocus()

    # -- what a person does ----------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for what is chosen."""
        now = time.time()
        offset_s = offset_at(now)
        self._problem, self._exported = None, ""
        self.figures.ask(period_of(self.chooser.period, now, offset_s), self.chooser.port, offset_s)

    def export(self) -> None:
        """Write the chosen chart to a file."""
        path = self._choose_file(self, self.chooser.form)
        if path is None:
            return
        self._problem, self._exported = None, str(path)
        try:
            self.charts[self.chooser.chart].write(path, self.words("statistics.of"))
        except ScanViewError as error:
            self._problem = Problem.of(error)
        self._show_state()

    def explain(self) -> None:
        """Say why the lane of the chosen interruption was not connected."""
        if self.interruptions.chosen:
            self.figures.explain(int(self.interruptions.chosen), self.explaining.explanation)
            self.explaining.clear()

    def scroll_to(self, part: QWidget) -> None:
        """Bring a part of the page into sight."""
        self._area.ensureWidgetVisible(part, 0, 16)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        words, by = self.words, self.figures.by
        lanes = by.get(Grouping.LANE)
        self.key.show_row(lanes.whole if lanes is not None else None)
        drawn = charts_of(by, words)
        for id, chart in self.charts.items():
            chart.setVisible(id in drawn)
            if id in drawn:
                chart.show_data(words(f"statistics.chart.{id}"), drawn[id], words("statistics.nothing"))
        told = by.get(self.chooser.by)
        self.rows.put(columns_of(self.chooser.by, words), [] if told is None else lines_of(told))
        self._rows_heading.put(words("statistics.by-text", what=words(f"statistics.by.{self.chooser.by}")))
        lines = [] if lanes is None else interruption_lines(lanes, words, time.time())
        self.interruptions.put(interruption_columns(words), lines)
        self.chooser.export.setEnabled(self.chooser.chart in drawn)
        self._allow()
        self._show_state()

    def _allow(self) -> None:
        self.explaining.allow(bool(self.interruptions.chosen))

    def _show_state(self) -> None:
        words, problem = self.words, self._problem or self.figures.problem
        if problem is not None:
            self._state.put(f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}")
        elif self._exported:
            self._state.put(words("statistics.exported", path=self._exported))
        elif self.figures.is_asking:
            self._state.put(words("statistics.asking"))
        else:
            self._state.put(words("statistics.how"))

    # -- making ----------------------------------------------------------------------------------------------------

    def _asked_file(self, parent: QWidget, form: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"{folder}/{self.chooser.chart}.{form}"
        wanted, _ = QFileDialog.getSaveFileName(parent, self.words("statistics.button-name.export"), name, f"*.{form}")
        return Path(wanted).with_suffix(f".{form}") if wanted else None

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "clear")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(self.key)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        for place, chart in enumerate(self.charts.values()):
            grid.addWidget(chart, *divmod(place, _CHARTS_A_ROW))
        for number in range(_CHARTS_A_ROW):
            grid.setColumnStretch(number, 1)
        column.addLayout(grid)
        for heading, table in ((self._rows_heading, self.rows), (self._lost_heading, self.interruptions)):
            table.setFixedHeight(_TABLE_PX)
            column.addWidget(heading)
            column.addWidget(table)
        column.addWidget(self.explaining)
        area = self._area
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        page = QVBoxLayout(self)
        page.setContentsMargins(16, 16, 12, 12)
        page.setSpacing(8)
        page.addWidget(self._heading)
        page.addWidget(self.chooser)
        page.addWidget(self.report)
        page.addWidget(self._state)
        page.addWidget(area, 1)
