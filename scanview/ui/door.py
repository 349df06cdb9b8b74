"""Owns whether the person who sits here may work: signing in, the second factor, a lock, a password to be exchanged."""

from enum import StrEnum

from scanview.core.errors import ScanViewError
from scanview.session import events
from scanview.ui.surroundings import Part, Problem, Surroundings
from scanview.ui.text import NOTHING, Phrase, phrase

TOUCHES_S = 60.0
"""The hub is told of a touch so often at most."""


class Asking(StrEnum):
    """What the first page asks for."""

    PASSWORD = "password"  # noqa: S105 - the name of a question
    UNLOCK = "unlock"
    """The password of whoever sits here, who goes on with what is open."""
    NEW_PASSWORD = "new-password"  # noqa: S105 - the name of a question
    """Another password, because somebody else set it, or because they want to."""


class Door:
    """`asking` is what is wanted before anybody may work, `wants_code` whether a code of the second factor is too."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._name = ""
        self._sitting = events.Sitting()
        self._touched_at = 0.0
        self._told_at = 0.0
        self.asking = Asking.PASSWORD
        self.must_change = False
        self.wants_code = False
        self.is_busy = False
        self.problem: Problem | None = None
        self.note: Phrase = NOTHING

    @property
    def is_open(self) -> bool:
        """Whether the person may work."""
        return bool(self._name) and self.asking is Asking.PASSWORD

    def person_changed(self, event: events.PersonChanged) -> None:
        """Who sits here now, and what they have to do first."""
        self.is_busy = self.wants_code = False
        self.problem = Problem.of(event.refused) if event.refused else None
        self._name = event.person.name if event.person is not None else ""
        self._sitting, self._touched_at, self.note = event.sitting, 0.0, NOTHING
        self.must_change = bool(self._name) and event.sitting.must_change
        self.asking = Asking.NEW_PASSWORD if self.must_change else Asking.PASSWORD
        if self.must_change:
            self.note = phrase("door.must-change")
        self._show()

    def lock(self) -> None:
        """Ask for the password again; what is open stays."""
        if self.is_open:
            self.asking, self.note, self.problem = Asking.UNLOCK, phrase("door.locked", name=self._name), None
            self._show()

    def touched(self, now: float) -> None:
        """Somebody touched keyboard or mouse, at `now`, UTC seconds."""
        if not self.is_open:
            return
        self._touched_at = now
        if now - self._told_at >= TOUCHES_S:
            self._told_at = now
            self._around.session.still_here()

    def tick(self, now: float) -> None:
        """Lock where nobody has touched anything for too long."""
        if not self._touched_at:
            self._touched_at = now
        if self._sitting.idle_s and now - self._touched_at > self._sitting.idle_s:
            self.lock()

    def sign_in(self, name: str, password: str, code: str = "") -> None:
        """Sit down, or go on."""
        name = self._name if self.asking is Asking.UNLOCK else name.strip()
        if self.is_busy or not name:
            return
        self._begin()
        session = self._around.session
        future = session.sign_in(name, password, code) if code else session.sign_in(name, password)
        self._around.when_done(future, lambda _: None, self._refused)

    def begin_change(self) -> None:
        """They want another password."""
        if self.is_open:
            self.asking, self.note, self.problem = Asking.NEW_PASSWORD, phrase("door.change"), None
            self._show()

    def cancel(self) -> None:
        """No other password after all."""
        if self.asking is Asking.NEW_PASSWORD and not self.must_change:
            self.asking, self.problem = Asking.PASSWORD, None
            self._show()

    def change_password(self, old: str, new: str, again: str) -> None:
        """Exchange it, where the new one was typed twice alike."""
        if self.is_busy:
            return
        if new != again:
            self.problem = Problem.by_code("passwords-differ")
            self._show()
            return
        self._begin()
        self._around.when_done(self._around.session.change_password(old, new), lambda _: None, self._refused)

    def _begin(self) -> None:
        self.is_busy, self.problem = True, None
        self._show()

    def _refused(self, error: ScanViewError) -> None:
        self.is_busy = False
        if error.code == "code-needed":
            self.wants_code, self.note = True, phrase("door.code")
        else:
            self.problem = Problem.of(error)
        self._show()

    def _show(self) -> None:
        self._around.screen.changed(Part.PERSON)
