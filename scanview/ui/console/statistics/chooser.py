"""Owns what is chosen on the page: period, port, what rows are made by, and a chart with the form of its file."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from scanview.core.statistics import Grouping
from scanview.ui.console.statistics.chart import FORMS
from scanview.ui.console.statistics.chart_data import CHARTS
from scanview.ui.console.statistics.periods import Choice
from scanview.ui.language import Words
from scanview.ui.parts import Button, unmarked

CHOICES = ("period", "port", "by", "chart", "form")
ASKS = frozenset({"period", "port"})


class Chooser(QWidget):
    """`asks` tells that other figures are wanted, `shows` that the same are to be shown otherwise."""

    asks = Signal()
    shows = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._ports: tuple[str, ...] = ()
        self.setProperty("role", "clear")
        self.choices = {id: QComboBox() for id in CHOICES}
        self.refresh, self.export = Button("plain"), Button("plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for id in ("period", "port", "by"):
            row.addWidget(self.choices[id])
        row.addWidget(self.refresh)
        row.addStretch()
        for id in ("chart", "form"):
            row.addWidget(self.choices[id])
        row.addWidget(self.export)
        for id, choice in self.choices.items():
            choice.activated.connect(self.asks if id in ASKS else self.shows)
        self.refresh.clicked.connect(self.asks)
        self.retranslate()

    @property
    def period(self) -> Choice:
        """The period that is chosen."""
        return Choice(self.choices["period"].currentData())

    @property
    def port(self) -> str:
        """The port that is chosen, "" for all."""
        return str(self.choices["port"].currentData() or "")

    @property
    def by(self) -> Grouping:
        """What rows are made by."""
        return Grouping(self.choices["by"].currentData())

    @property
    def chart(self) -> str:
        """The chart that would be exported."""
        return str(self.choices["chart"].currentData())

    @property
    def form(self) -> str:
        """The form of its file."""
        return str(self.choices["form"].currentData())

    def know_ports(self, ports: Iterable[str]) -> None:
        """These ports can be chosen."""
        known = tuple(sorted(set(ports)))
        if known != self._ports:
            self._ports = known
            self.retranslate()

    def retranslate(self) -> None:
        """Speak anew; what is chosen stays."""
        words = self._words
        said = {
            "period": {choice.value: words(f"statistics.period.{choice}") for choice in Choice},
            "port": {"": words("statistics.all-ports"), **{port: port for port in self._ports}},
            "by": {by.value: words("statistics.by-text", what=words(f"statistics.by.{by}")) for by in Grouping},
            "chart": {chart: words(f"statistics.chart.{chart}") for chart in CHARTS},
            "form": {form: form.upper() for form in FORMS},
        }
        for id, choice in self.choices.items():
            chosen = choice.currentData()
            choice.clear()
            for value, text in said[id].items():
                choice.addItem(text, value)
            choice.setCurrentIndex(max(choice.findData(chosen), 0))
            choice.setAccessibleName(words(f"statistics.choose.{id}"))
            choice.setToolTip(unmarked(words(f"statistics.choose.{id}")))
        for button, id in ((self.refresh, "refresh"), (self.export, "export")):
            button.setText(words(f"statistics.button.{id}"))
            button.setAccessibleName(words(f"statistics.button-name.{id}"))
            button.setToolTip(words(f"statistics.button-name.{id}"))
