"""Owns the line in which a month's report is wanted: which month, in which languages, how far it is, where it lies."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QProgressBar, QWidget

from scanview.core.period import month
from scanview.ui.console.statistics.month_report import MonthReport
from scanview.ui.console.statistics.periods import offset_at
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label, unmarked
from scanview.ui.surroundings import Surroundings

MONTHS = 13
LANGUAGES = {"both": ("zh", "en"), "zh": ("zh",), "en": ("en",)}
_PROGRESS_PX = 160


class ReportLine(QWidget):
    """`port` tells of which port, "" for all; `source` which hub is asked; `choose_folder` where the files go."""

    def __init__(
        self,
        words: Words,
        around: Surroundings,
        *,
        port: Callable[[], str],
        source: Callable[[], str],
        choose_folder: Callable[[QWidget], Path | None] | None = None,
    ) -> None:
        super().__init__()
        self._words, self._port, self._source = words, port, source
        self._choose_folder = choose_folder or self._asked_folder
        self.setProperty("role", "clear")
        self.report = MonthReport(around, self._show)
        self._heading, self.told = Label("small"), ElidedLabel("quiet")
        self.months, self.languages = QComboBox(), QComboBox()
        self.make, self.stop = Button("plain"), Button("plain")
        self.progress = QProgressBar()
        self.progress.setFixedWidth(_PROGRESS_PX)
        self.make.clicked.connect(self.begin)
        self.stop.clicked.connect(self.report.give_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._heading, self.months, self.languages, self.make, self.progress, self.stop):
            row.addWidget(widget)
        row.addWidget(self.told, 1)

    def retranslate(self) -> None:
        """Speak anew; what is chosen stays."""
        words = self._words
        self._heading.put(words("report.heading"))
        self._fill(self.months, {name: name for name in _months(time.time())}, "report.choose.month")
        names = {id: words(f"report.language.{id}") for id in LANGUAGES}
        self._fill(self.languages, names, "report.choose.language")
        for button, id in ((self.make, "make"), (self.stop, "stop")):
            button.setText(words(f"report.button.{id}"))
            button.setAccessibleName(words(f"report.button-name.{id}"))
            button.setToolTip(words(f"report.button-name.{id}"))
        self.progress.setAccessibleName(words("report.heading"))
        self._show()

    def begin(self) -> None:
        """Ask where the files are to lie, and make them."""
        folder = self._choose_folder(self)
        if folder is None:
            return
        now = time.time()
        offset_s, name, port = offset_at(now), str(self.months.currentData()), self._port()
        year, number = (int(part) for part in name.split("-"))
        self.report.make(
            folder,
            name="-".join(part for part in ("scanview", name, port) if part),
            period=month(year, number, offset_s),
            port=port,
            offset_s=offset_s,
            now=now,
            source=self._source(),
            languages=LANGUAGES[str(self.languages.currentData())],
        )

    def _fill(self, choice: QComboBox, said: dict[str, str], name: str) -> None:
        chosen = choice.currentData()
        choice.clear()
        for value, text in said.items():
            choice.addItem(text, value)
        choice.setCurrentIndex(max(choice.findData(chosen), 0))
        choice.setAccessibleName(self._words(name))
        choice.setToolTip(unmarked(self._words(name)))

    def _show(self) -> None:
        words, report = self._words, self.report
        self.make.setEnabled(not report.is_making)
        for part in (self.progress, self.stop):
            part.setVisible(report.is_making)
        self.progress.setRange(0, max(report.total, 1))
        self.progress.setValue(report.done)
        problem = report.problem
        if problem is not None:
            self.told.put(f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}")
        elif report.is_making:
            self.told.put(words("report.making", done=report.done, total=report.total))
        elif report.saved:
            names = ", ".join(path.name for path in report.saved)
            self.told.put(words("report.saved", folder=report.saved[0].parent, names=names))
        else:
            self.told.put("")

    def _asked_folder(self, parent: QWidget) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        wanted = QFileDialog.getExistingDirectory(parent, self._words("report.choose.folder"), folder)
        return Path(wanted) if wanted else None


def _months(now: float) -> list[str]:
    """The last months, the one before this first: its figures are whole."""
    here = datetime.fromtimestamp(now + offset_at(now), UTC)
    at = 12 * here.year + here.month - 1
    names = [f"{place // 12}-{place % 12 + 1:02}" for place in range(at, at - MONTHS, -1)]
    return [names[1], names[0], *names[2:]]
