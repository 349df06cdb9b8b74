"""Owns the page on which a person sits down: name, password, and in plain words why it did not work."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from scanview.session.events import LinkState
from scanview.ui.desk import Desk
from scanview.ui.door import Asking
from scanview.ui.joining.form import JoinForm
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add

_WIDTH = 320
_BUTTONS = {
    Asking.PASSWORD: "sign-in.button",
    Asking.UNLOCK: "door.unlock",
    Asking.NEW_PASSWORD: "door.exchange",
}


class SignInPage(QWidget):
    """`submitted` carries name, password and code, `changed` the old password and the new one twice.

    Where the workstation belongs to no hub, it is to join one first.
    """

    submitted = Signal(str, str, str)
    changed = Signal(str, str, str)
    cancelled = Signal()

    def __init__(self, words: Words, endpoint: str, user: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._endpoint = endpoint
        self._title, self._room = Label("title"), Label("quiet")
        self._title.setText(words("app.name"))
        self.name, self.password = QLineEdit(user), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.code, self.new, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self.new, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self._asking = Asking.PASSWORD
        self._note = Label("quiet", wraps=True)
        self._button, self._cancel = Button("primary"), Button("plain")
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self._link = Label("small")
        self.joining = JoinForm(words, endpoint)
        self.joining.hide()
        self._button.clicked.connect(self._submit)
        self._cancel.clicked.connect(self._give_up)
        self.name.returnPressed.connect(self.password.setFocus)
        for field in (self.password, self.code, self.new, self.again):
            field.returnPressed.connect(self._submit)
        self._lay_out()

    def serve(self, desk: Desk) -> None:
        """Give the door what is typed here."""
        self.submitted.connect(desk.door.sign_in)
        self.changed.connect(desk.door.change_password)
        self.cancelled.connect(desk.leave_door)

    def show_desk(self, desk: Desk) -> None:
        """Speak anew; open for input unless a sign-in is under way."""
        words, door, joins = self._words, desk.door, desk.joining.is_wanted
        turned = self._asking is not door.asking
        self._asking = door.asking
        changes = self._asking is Asking.NEW_PASSWORD
        self._room.put(words("sign-in.title"))
        shown = {
            "sign-in.name": (self.name, self._asking is Asking.PASSWORD),
            "door.old" if changes else "sign-in.password": (self.password, True),
            "door.code-field": (self.code, door.wants_code and not changes),
            "door.new": (self.new, changes),
            "door.again": (self.again, changes),
        }
        for id, (field, is_shown) in shown.items():
            field.setPlaceholderText(words(id))
            field.setAccessibleName(words(id))
            field.setToolTip(words(id))
            field.setEnabled(not door.is_busy)
            field.setVisible(is_shown and not joins)
        self._note.put(words.say(door.note))
        self._note.setVisible(bool(words.say(door.note)) and not joins)
        self._button.setText(words("sign-in.busy" if door.is_busy else _BUTTONS[self._asking]))
        self._button.setEnabled(not door.is_busy)
        self._button.setVisible(not joins)
        self._cancel.setText(words("door.cancel" if changes and not door.must_change else "door.sign-out"))
        self._cancel.setVisible(self._asking is not Asking.PASSWORD and not joins)
        if turned:
            self.focus()
        elif door.wants_code and self.password.text() and not self.code.text():
            self.code.setFocus()
        self.joining.show_joining(desk.joining)
        self._show_joining(is_wanted=desk.joining.is_wanted)
        self._show_link(desk)
        self._show_problem(desk)

    def focus(self) -> None:
        """Put the cursor where there is something to type."""
        if self.joining.isVisibleTo(self):
            self.joining.focus()
            return
        if self._asking is Asking.NEW_PASSWORD and self.password.text():
            self.new.setFocus()
            return
        (self.password if self.name.text() or self._asking is not Asking.PASSWORD else self.name).setFocus()

    def forget_password(self) -> None:
        """Nothing secret stays on the page."""
        for field in (self.password, self.code, self.new, self.again):
            field.clear()

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
        problem = desk.door.problem
        if problem is None and not desk.joining.is_wanted and desk.link is LinkState.OFFLINE:
            problem = desk.link_problem
        self._problem.put(f"▲  {self._words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(self._words.say(problem.remedy) if problem is not None else "")

    def _submit(self) -> None:
        if self._asking is Asking.NEW_PASSWORD:
            self._submit_change()
        elif not self.name.text().strip() and self._asking is Asking.PASSWORD:
            self.name.setFocus()
        else:
            self.submitted.emit(self.name.text(), self.password.text(), self.code.text())

    def _submit_change(self) -> None:
        """All three, or the first that is empty."""
        empty = next((field for field in (self.password, self.new, self.again) if not field.text()), None)
        if empty is not None:
            empty.setFocus()
        else:
            self.changed.emit(self.password.text(), self.new.text(), self.again.text())

    def _give_up(self) -> None:
        self.forget_password()
        self.cancelled.emit()

    def _lay_out(self) -> None:
        form = QVBoxLayout()
        form.setSpacing(12)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._room)
        form.addLayout(head)
        form.addSpacing(12)
        add(form, self.joining, self._note, self.name, self.password, self.code, self.new, self.again)
        add(form, self._button, self._cancel, self._problem, self._remedy)
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
