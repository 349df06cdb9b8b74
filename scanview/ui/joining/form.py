"""Owns the form by which a workstation joins a hub: address and code, then the fingerprint that both ends compare."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from scanview.ui.joining.joining import Joining
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add


class JoinForm(QWidget):
    """Stands on the start screen where the workstation belongs to no hub."""

    def __init__(self, words: Words, endpoint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._joining: Joining | None = None
        self._explained = Label("quiet", wraps=True)
        self.hub, self.code = QLineEdit(endpoint), QLineEdit()
        self.button, self.cancel = Button("primary"), Button("plain")
        self._waits, self.fingerprint, self._compare = Label(wraps=True), Label("large"), Label("quiet", wraps=True)
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self.button.clicked.connect(self._submit)
        self.cancel.clicked.connect(self._give_up)
        self.hub.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self._submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        add(column, self._explained, self.hub, self.code, self.button)
        add(column, self._waits, self.fingerprint, self._compare, self.cancel, self._problem, self._remedy)

    def show_joining(self, joining: Joining) -> None:
        """Speak anew: ask for the code, or say what is waited for."""
        self._joining = joining
        words, waits = self._words, joining.waits_as
        self._explained.put("" if joining.is_asking else words("join.explained"))
        for field, id, hint in ((self.hub, "join.hub", "join.hub-hint"), (self.code, "join.code", "join.code-hint")):
            field.setPlaceholderText(words(id))
            field.setAccessibleName(words(id))
            field.setToolTip(words(hint))
            field.setVisible(waits is None)
            field.setEnabled(not joining.is_asking)
        self._name(self.button, words("join.busy" if joining.is_asking else "join.button"))
        self.button.setVisible(waits is None)
        self.button.setEnabled(not joining.is_asking)
        self._name(self.cancel, words("join.cancel"))
        self.cancel.setVisible(joining.is_asking)
        self._waits.put(words("join.waits", name=waits.name) if waits else "")
        self.fingerprint.put(waits.fingerprint if waits else "")
        self._compare.put(words("join.compare") if waits else "")
        problem = joining.problem
        self._problem.put(f"▲  {words.say(problem.what)}" if problem else "")
        self._remedy.put(words.say(problem.remedy) if problem else "")
        if waits or not joining.is_wanted:
            self.code.clear()

    def focus(self) -> None:
        """Put the cursor where there is something to type."""
        (self.code if self.hub.text() else self.hub).setFocus()

    def _submit(self) -> None:
        if not self.code.text().strip():
            self.code.setFocus()
        elif self._joining is not None:
            self._joining.join(self.hub.text(), self.code.text())

    def _give_up(self) -> None:
        if self._joining is not None:
            self._joining.cancel()

    @staticmethod
    def _name(button: Button, text: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(text)
