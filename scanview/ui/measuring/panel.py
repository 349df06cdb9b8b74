"""Owns the panel of what was measured: it stands beside the picture and covers nothing of it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from scanview.core.scan import Channel
from scanview.imaging.measure import Profile
from scanview.ui.language import Words
from scanview.ui.measuring.plot import ProfilePlot, curves_of
from scanview.ui.measuring.sheet import Sheet, length_text
from scanview.ui.parts import Label, line

_ROWS = 9
_NOTES = 2
_LEAST_HEIGHT_PX = 80


class MeasuringPanel(QScrollArea):
    """Shows one `Sheet`, or nothing and takes no room. As high as what it says; where there is less room it scrolls."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.setMinimumHeight(_LEAST_HEIGHT_PX)
        self._title, self._verdict, self._hint = (
            Label("heading"),
            Label("large", wraps=True),
            Label("quiet", wraps=True),
        )
        self._names = tuple(Label("quiet") for _ in range(_ROWS))
        self._values = tuple(Label(wraps=True) for _ in range(_ROWS))
        self._notes = tuple(Label("small", wraps=True) for _ in range(_NOTES))
        self._plot = ProfilePlot()
        self._inside = self._lay_out()
        self.setWidget(self._inside)
        self.hide()

    def sizeHint(self) -> QSize:
        """High enough for everything that is shown."""
        layout = self._inside.layout()
        width = self.viewport().width()
        height = layout.totalHeightForWidth(width) if layout is not None else 0
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:
        """Room for the title and a figure."""
        return QSize(0, _LEAST_HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps the lines elsewhere."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def show_sheet(self, sheet: Sheet | None, channels: tuple[Channel, ...] = (), *, rough: bool = False) -> None:
        """Show `sheet` of a view with these channels; lengths are a guess where it is `rough`."""
        self.setVisible(sheet is not None)
        if sheet is None:
            return
        say = self._words.say
        self._title.put(say(sheet.title))
        self._verdict.become("warning" if sheet.warns else "large")
        self._verdict.put(say(sheet.verdict))
        self._hint.put(say(sheet.hint))
        told = [(say(row.name), say(row.value)) for row in sheet.rows]
        for at, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            shown = told[at] if at < len(told) else ("", "")
            name.put(shown[0])
            value.put(shown[1])
        notes = [say(note) for note in sheet.notes]
        for at, label in enumerate(self._notes):
            label.put(notes[at] if at < len(notes) else "")
        self._plot.put(sheet.profile, channels, rough=rough, name=self._plot_name(sheet.profile, rough=rough))
        self.updateGeometry()
        parts = [say(sheet.verdict), say(sheet.hint), *(f"{name} {value}" for name, value in told), *notes]
        self.setAccessibleName(say(sheet.title))
        self.setAccessibleDescription("; ".join(part for part in parts if part))

    def _plot_name(self, profile: Profile | None, *, rough: bool) -> str:
        if profile is None:
            return ""
        curves, _ = curves_of(profile)
        length = length_text(float(profile.distance_mm[-1]), rough=rough)
        low, high = float(curves[0].min()), float(curves[0].max())
        if profile.transmission is None:
            return self._words("measure.plot-counts", low=f"{low:,.0f}", high=f"{high:,.0f}", length=length)
        return self._words("measure.plot", low=f"{100 * low:.1f}", high=f"{100 * high:.1f}", length=length)

    def _lay_out(self) -> QWidget:
        inside = QWidget()
        inside.setProperty("role", "panel")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(line())
        column = QVBoxLayout()
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (self._title, self._verdict, self._hint):
            column.addWidget(widget)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for at, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            grid.addWidget(name, at, 0, top)
            grid.addWidget(value, at, 1, top)
        column.addLayout(grid)
        column.addWidget(self._plot)
        for note in self._notes:
            column.addWidget(note)
        outer.addLayout(column)
        outer.addStretch()
        return inside
