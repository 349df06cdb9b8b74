"""Owns the page on which a person sits down: name, password, and in plain words why it did not work."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from scanview.session.events import LinkState
from scanview.ui.desk import Desk
from scanview.ui.joining.form import JoinForm
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add

_WIDTH = 320


class SignInPage(QWidget):
    """`submitted` carries name and password. Where the workstation belongs to no hub, it is to join one first."""

    submitted = Signal(str, str)

    def __init__(self, words: Words, endpoint: str, user: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._endpoint = endpoint
        self._title, self._room = Label("title"), Label("quiet")
        self._title.setText(words("app.name"))
        self.name, self.password = QLineEdit(user), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._button = Button("primary")
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self._link = Label("small")
        self.joining = JoinForm(words, endpoint)
        self.joining.hide()
        self._button.clicked.connect(self._submit)
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._submit)
        self._lay_out()

    def show_desk(self, desk: Desk) -> None:
        """Speak anew; open for input unless a sign-in is under way."""
        words = self._words
        self._room.put(words("sign-in.title"))
        for field, id in ((self.name, "sign-in.name"), (self.password, "sign-in.password")):
            field.setPlaceholderText(words(id))
            field.setAccessibleName(words(id))
            field.setEnabled(not desk.signing_in)
            field.setVisible(not desk.joining.is_wanted)
        self._button.setText(words("sign-in.busy" if desk.signing_in else "sign-in.button"))
        self._button.setEnabled(not desk.signing_in)
        self._button.setVisible(not desk.joining.is_wanted)
        self.joining.show_joining(desk.joining)
        self._show_joining(is_wanted=desk.joining.is_wanted)
        self._show_link(desk)
        self._show_problem(desk)

    def focus(self) -> None:
        """Put the cursor where there is something to type."""
        if self.joining.isVisibleTo(self):
            self.joining.focus()
            return
        (self.password if self.name.text() else self.name).setFocus()

    def forget_password(self) -> None:
        """Nothing secret stays on the page."""
        self.password.clear()

    def _show_joining(self, *, is_wanted: bool) -> None:
        """Let the cursor stand in the form that is there now."""
        if is_wanted == self.joining.isVisibleTo(self):
            return
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.joining.setVisible(is_wanted)
        if had_focus or self.isVisible():
            self.focus()

    def _show_link(self, desk: Desk) -> None:
        state = self._words(f"link.{desk.link}")
        endpoint = desk.joining.endpoint or self._endpoint
        self._link.put("" if desk.joining.is_wanted else f"{self._words('sign-in.hub', endpoint=endpoint)}  ·  {state}")

    def _show_problem(self, desk: Desk) -> None:
        problem = desk.sign_in_problem
        if problem is None and not desk.joining.is_wanted and desk.link is LinkState.OFFLINE:
            problem = desk.link_problem
        self._problem.put(f"▲  {self._words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(self._words.say(problem.remedy) if problem is not None else "")

    def _submit(self) -> None:
        if not self.name.text().strip():
            self.name.setFocus()
            return
        self.submitted.emit(self.name.text(), self.password.text())

    def _lay_out(self) -> None:
        form = QVBoxLayout()
        form.setSpacing(12)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._room)
        form.addLayout(head)
        form.addSpacing(12)
        add(form, self.joining, self.name, self.password, self._button, self._problem, self._remedy)
        form.addSpacing(12)
        form.addWidget(self._link)
        box = QWidget()
        box.setFixedWidth(_WIDTH)
        box.setLayout(form)
        middle = QHBoxLayout()
        middle.addStretch()
        middle.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        middle.addStretch()
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(middle)
        column.addStretch(3)
