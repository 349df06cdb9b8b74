"""Owns the small slider of one value of a tool: its name, where it stands in its range, and the value."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from scanview.core.recipe import Parameter
from scanview.ui.parts import Label
from scanview.ui.tools import share_of, value_at

_STEPS = 200
_SAMPLES = (0.0, 0.1, 0.33, 0.5, 0.77, 1.0)
_SPARE_PX = 2
_WIDTH_PX = 64


class ValueSlider(QWidget):
    """`moved` carries the value a person wants. It never takes the focus."""

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter: Parameter | None = None
        self._name = Label("small")
        self._name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setFixedWidth(_WIDTH_PX)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.valueChanged.connect(self._moved)
        self.setProperty("role", "clear")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._slider)

    def put(self, parameter: Parameter, value: float, say: Callable[[float], str], hint: str) -> None:
        """Show `value` of `parameter`, as `say` puts it in words; `hint` names keys. Nothing moves while it changes."""
        self._parameter = parameter
        self._name.setText(say(value))
        self._slider.setAccessibleName(say(value))
        self._slider.setToolTip(hint)
        widest = max(self._name.fontMetrics().horizontalAdvance(say(value_at(parameter, at))) for at in _SAMPLES)
        self._name.setFixedWidth(max(widest, self._name.sizeHint().width()) + _SPARE_PX)
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(_STEPS * share_of(parameter, value)))

    def _moved(self, position: int) -> None:
        if self._parameter is not None:
            self.moved.emit(value_at(self._parameter, position / _STEPS))
