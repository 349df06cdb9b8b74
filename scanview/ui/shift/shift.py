"""Owns the end of a shift at the desk, and what those left who went before."""

from collections.abc import Callable

from scanview.core.errors import ScanViewError
from scanview.core.presence import MAX_NOTE, ShiftNote
from scanview.session.dispatching import Dispatching
from scanview.ui.surroundings import Part, Problem, Surroundings


class Shift:
    """`is_ending` while the person is asked; `notes` of the last day, the newest first.

    `unconfirmed` counts the decisions that have not reached the hub, `leave` signs out.
    """

    def __init__(self, around: Surroundings, unconfirmed: Callable[[], int], leave: Callable[[], None]) -> None:
        self._around, self._unconfirmed, self._leave = around, unconfirmed, leave
        self._hub = Dispatching(around.session)
        self._name = ""
        self.notes: tuple[ShiftNote, ...] = ()
        self.is_ending = False
        self.is_asking = False
        self.problem: Problem | None = None

    def person_changed(self, name: str) -> None:
        """Who sits here now; empty for nobody. They are told what was noted before they came."""
        if name != self._name:
            self._name, self.notes = name, ()
            self._show(is_ending=False)
            if name:
                self._around.when_done(self._hub.shift_notes(), self._told, lambda _: None)

    def ask(self) -> None:
        """Ask whether the shift is to end, or ask no more."""
        if not self.is_asking:
            self._show(is_ending=not self.is_ending)

    def cancel(self) -> None:
        """Go on working."""
        if self.is_ending and not self.is_asking:
            self._show(is_ending=False)

    def end(self, note: str) -> None:
        """Leave `note`, give back what is open and sign out, once the hub has it; not with decisions on the way."""
        if not self.is_ending or self.is_asking:
            return
        if self._unconfirmed():
            self._show(is_ending=True, problem=Problem.by_code("decisions-on-the-way"))
            return
        name, self.is_asking = self._name, True
        self._show(is_ending=True)

        def ended(_: None) -> None:
            self.is_asking = False
            if name == self._name:
                self._leave()

        def refused(error: ScanViewError) -> None:
            self.is_asking = False
            self._show(is_ending=name == self._name, problem=Problem.of(error))

        self._around.when_done(self._hub.end_shift(note.strip()[:MAX_NOTE]), ended, refused)

    def _told(self, notes: tuple[ShiftNote, ...]) -> None:
        self.notes = notes
        self._around.screen.changed(Part.SCAN)

    def _show(self, *, is_ending: bool, problem: Problem | None = None) -> None:
        self.is_ending, self.problem = is_ending, problem
        self._around.screen.changed(Part.SCAN)
