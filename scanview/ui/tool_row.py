"""Owns the rows under the picture: every tool of the recipe, the values of the one in hand, and marking.

The upper row has the greys, marking and what is under the pointer; the lower one materials, detail and values.
"""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from scanview.core.mark import MarkShape
from scanview.core.recipe import TOOLS, Preset, Recipe, Tool
from scanview.core.scan import ViewHeader
from scanview.imaging.render import problems_of
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, line
from scanview.ui.tools import toggled, tool_in_hand, with_value
from scanview.ui.value_slider import ValueSlider
from scanview.ui.viewer.probe import Probe

HEIGHT = 36

_GREYS = (Tool.WINDOW, Tool.LOG, Tool.GAMMA, Tool.INVERSE)
_MATERIALS = (Tool.COLOUR, Tool.SAFE_COLOURS, Tool.ORGANIC, Tool.METAL, Tool.PEEL)
_DETAIL = (Tool.EDGE, Tool.LOCAL, Tool.SUPER, Tool.DENOISE)
_MOST_VALUES = max(map(len, TOOLS.values()))
_LEFT, _RIGHT, _SPACING = 8, 8, 8


class ToolRow(QWidget):
    """Buttons of commands: `wanted` carries the id of the command, `recipe_wanted` a recipe with another value."""

    wanted = Signal(str)
    recipe_wanted = Signal(Recipe)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(2 * HEIGHT)
        self.in_hand = Tool.WINDOW
        self._recipe = self._last = Recipe()
        self._view: ViewHeader | None = None
        self._marking: MarkShape | None = None
        self._buttons: dict[str, Button] = {}
        self._sliders = [ValueSlider() for _ in range(_MOST_VALUES)]
        self._values = QWidget()
        self._shown_values = 0
        self._in_hand_name, self._probe = ElidedLabel("small"), ElidedLabel("small")
        for index, slider in enumerate(self._sliders):
            slider.moved.connect(lambda value, index=index: self._want_value(index, value))
        column = QVBoxLayout(self)
        column.setContentsMargins(_LEFT, 0, _RIGHT, 0)
        column.setSpacing(0)
        column.addLayout(self._upper_row())
        column.addLayout(self._lower_row())
        words.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak anew: short words on the buttons with their keys, whole ones in the tooltips."""
        for id, button in self._buttons.items():
            key = self._words.keys.key_text(id)
            button.setText(f"{key} {self._words(f'tool.{_short(id)}')}")
            button.setToolTip(self._words("tool.hint", text=self._words(f"command.{id}"), key=key))
            button.setAccessibleName(self._words(f"command.{id}"))
        self._show_values()

    def take_in_hand(self, recipe: Recipe) -> None:
        """The tool that was just switched on is the one whose values keys and sliders set from now on."""
        self.in_hand = tool_in_hand(self._last, recipe, self.in_hand)
        self._last = recipe

    def take_window_in_hand(self) -> None:
        """Another scan begins with the window."""
        self.in_hand = Tool.WINDOW

    def show_recipe(self, recipe: Recipe, view: ViewHeader | None) -> None:
        """Which tools are on, which cannot be used on this scan, and the values of the one in hand."""
        self._recipe, self._view = recipe, view
        for button in self._buttons.values():
            button.setEnabled(view is not None)
        for tool in Tool:
            button = self._buttons[f"tool-{tool}"]
            button.setChecked(view is not None and recipe.has(tool))
            button.setEnabled(view is not None and not problems_of(view, toggled(Recipe(), tool, view)))
        for preset in Preset:
            button = self._buttons[f"preset-{preset}"]
            button.setChecked(view is not None and recipe.shows(preset))
            button.setEnabled(view is not None and bool(view.calibrations))
        self._show_values()

    def show_marking(self, shape: MarkShape | None) -> None:
        """Which mark the pointer draws, and how."""
        self._marking = shape
        self._buttons["mark"].setChecked(shape is MarkShape.BOX)
        self._probe.put(self._words(f"marking.hint.{shape}") if shape is not None else "")

    def show_probe(self, probe: Probe | None) -> None:
        """The pixel under the pointer."""
        if self._marking is not None:
            return
        if probe is None:
            self._probe.put("")
            return
        transmissions = probe.transmissions or (None,) * len(probe.counts)
        values = "  ".join(
            f"{channel} {count}" + ("" if share is None else f" ({100 * share:.1f} %)")
            for channel, count, share in zip(probe.channels, probe.counts, transmissions, strict=True)
        )
        self._probe.put(self._words("picture.probe", column=probe.column, row=probe.row, values=values))

    def _show_values(self) -> None:
        step = self._recipe.step(self.in_hand) if self._view is not None else None
        parameters = TOOLS[self.in_hand] if step is not None else ()
        self._in_hand_name.put(self._words(f"tool.{self.in_hand}") if parameters else "")
        self._shown_values = len(parameters)
        for index, slider in enumerate(self._sliders):
            slider.setVisible(index < len(parameters))
            if step is not None and index < len(parameters):
                name = f"value.{self.in_hand}-{parameters[index].name}".replace("_", "-")
                slider.put(
                    parameters[index], step.values[index], partial(self._say_value, name), self._hint_of_values()
                )

        self._fit_values()

    def resizeEvent(self, event: object) -> None:
        """There is another room for the sliders now."""
        self._fit_values()

    def _fit_values(self) -> None:
        """A slider that has no room is not shown; the keys set its value all the same."""
        left = self.width() - _LEFT - _RIGHT - self._lower_row_layout.minimumSize().width()
        for slider in self._sliders[: self._shown_values]:
            left -= slider.sizeHint().width() + _SPACING
            slider.setVisible(left >= 0)

    def _say_value(self, name: str, value: float) -> str:
        return self._words(name, value=f"{value:.3g}")

    def _hint_of_values(self) -> str:
        keys = f"{self._words.keys.key_text('tool-less')} {self._words.keys.key_text('tool-more')}"
        return self._words("tool.hint", text=self._words(f"command.tool-{self.in_hand}"), key=keys)

    def _want_value(self, index: int, value: float) -> None:
        self.recipe_wanted.emit(with_value(self._recipe, self.in_hand, index, value))

    def _upper_row(self) -> QHBoxLayout:
        row = _row()
        self._add(row, *(f"tool-{tool}" for tool in _GREYS), *(f"preset-{preset}" for preset in Preset), checkable=True)
        self._add(row, "tool-reset")
        row.addWidget(_divider())
        self._add(row, "mark", checkable=True)
        row.addSpacing(4)
        self._probe.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._probe, 1)
        return row

    def _lower_row(self) -> QHBoxLayout:
        row = _row()
        self._add(row, *(f"tool-{tool}" for tool in _MATERIALS), checkable=True)
        row.addWidget(_divider())
        self._add(row, *(f"tool-{tool}" for tool in _DETAIL), checkable=True)
        self._in_hand_name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        values = _row()
        values.setSpacing(_SPACING)
        values.addWidget(self._in_hand_name, 1)
        for slider in self._sliders:
            values.addWidget(slider)
        self._values.setLayout(values)
        self._values.setProperty("role", "clear")
        self._values.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._values, 1)
        self._lower_row_layout = row
        return row

    def _add(self, row: QHBoxLayout, *ids: str, checkable: bool = False) -> None:
        for id in ids:
            button = self._buttons[id] = Button("tool", checkable=checkable)
            button.clicked.connect(lambda _=False, id=id: self.wanted.emit(id))
            row.addWidget(button)


def _row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    return row


def _divider() -> QWidget:
    frame = line(vertical=True)
    frame.setFixedHeight(20)
    return frame


def _short(id: str) -> str:
    return id.removeprefix("tool-").removeprefix("preset-")
