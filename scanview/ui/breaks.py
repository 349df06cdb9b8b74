"""Owns whether the person at the desk is on a break: said to the hub, and said again after the link was lost."""

from collections.abc import Callable
from concurrent.futures import Future

from scanview.core.errors import ScanViewError
from scanview.session.dispatching import Dispatching
from scanview.ui.surroundings import Part, Problem, Surroundings


class Breaks:
    """`on_break` is true from the moment it is asked for, until the hub has heard that they are back."""

    def __init__(self, around: Surroundings, step_back: Callable[[], None]) -> None:
        """`step_back` gives back what is on the screen and waits for nothing."""
        self._around = around
        self._step_back = step_back
        self._hub = Dispatching(around.session)
        self._name = ""
        self.on_break = False
        self.problem: Problem | None = None

    def person_changed(self, name: str) -> None:
        """Who sits here now; empty for nobody. A hub that was started again is told of the break anew."""
        if name != self._name:
            self._name, self.on_break = name, False
        elif self.on_break:
            self._ask(self._hub.take_break())
        self.problem = None
        self._around.screen.changed(Part.SCAN)

    def toggle(self) -> None:
        """Go on a break, with what is undecided given back; or come back from it, once the hub knows."""
        if self.on_break:
            self._ask(self._hub.come_back(), ends=True)
            return
        self._step_back()
        self.on_break = True
        self._ask(self._hub.take_break())

    def _ask(self, future: "Future[None]", *, ends: bool = False) -> None:
        self.problem = None
        self._around.screen.changed(Part.SCAN)
        self._around.when_done(future, lambda _: self._heard(ends), self._refused)

    def _heard(self, ends: bool) -> None:
        self.on_break = self.on_break and not ends
        self._around.screen.changed(Part.SCAN)

    def _refused(self, error: ScanViewError) -> None:
        self.problem = Problem.of(error)
        self._around.screen.changed(Part.SCAN)
