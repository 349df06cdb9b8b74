"""Owns the row under the picture: the tools of the recipe, the marking mode, and what is under the pointer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import ViewHeader
from scanview.ui.actions import keys_of
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, line
from scanview.ui.viewer.probe import Probe

HEIGHT = 44

_TOOLS = (
    ("tool-window", Tool.WINDOW),
    ("tool-colour", Tool.COLOUR),
    ("tool-log", Tool.LOG),
    ("tool-gamma", Tool.GAMMA),
    ("tool-inverse", Tool.INVERSE),
)


class ToolRow(QWidget):
    """Buttons of commands: `wanted` carries the id of the command."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._buttons: dict[str, Button] = {}
        self._tools = dict(_TOOLS)
        self._values, self._probe = ElidedLabel("small"), ElidedLabel("small")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(4)
        for id, _ in _TOOLS:
            row.addWidget(self._button(id, checkable=True))
        row.addWidget(self._button("tool-reset"))
        row.addWidget(self._divider())
        row.addWidget(self._button("fit"))
        row.addWidget(self._button("one-to-one"))
        row.addWidget(self._divider())
        row.addWidget(self._button("mark", checkable=True))
        row.addSpacing(12)
        row.addWidget(self._values, 1)
        row.addSpacing(12)
        self._probe.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._probe, 3)
        words.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak anew: short words on the buttons with their keys, whole ones in the tooltips."""
        for id, button in self._buttons.items():
            short = self._words(f"tool.{id.removeprefix('tool-')}")
            key = keys_of(id)
            button.setText(f"{key}  {short}")
            button.setToolTip(self._words("tool.hint", text=self._words(f"command.{id}"), key=key))
            button.setAccessibleName(self._words(f"command.{id}"))

    def show_recipe(self, recipe: Recipe, view: ViewHeader | None) -> None:
        """Which tools are on, and which cannot be used on this scan."""
        for id, tool in self._tools.items():
            self._buttons[id].setChecked(view is not None and recipe.has(tool))
        for button in self._buttons.values():
            button.setEnabled(view is not None)
        self._buttons["tool-colour"].setEnabled(view is not None and view.is_dual_energy)
        self._buttons["tool-log"].setEnabled(view is not None and bool(view.calibrations))
        step = recipe.step(Tool.WINDOW)
        told = ""
        if step is not None and view is not None:
            level, width = step.values
            told = self._words("tool.window-values", level=f"{level:.2f}", width=f"{width:.2f}")
        self._values.put(told)

    def show_marking(self, on: bool) -> None:
        """Whether the pointer draws boxes."""
        self._buttons["mark"].setChecked(on)
        self._probe.put(self._words("picture.marking") if on else "")

    def show_probe(self, probe: Probe | None) -> None:
        """The pixel under the pointer."""
        if self._buttons["mark"].isChecked():
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

    def _button(self, id: str, *, checkable: bool = False) -> Button:
        button = self._buttons[id] = Button("tool", checkable=checkable)
        button.clicked.connect(lambda: self.wanted.emit(id))
        return button

    def _divider(self) -> QWidget:
        frame = line(vertical=True)
        frame.setFixedHeight(20)
        return frame
