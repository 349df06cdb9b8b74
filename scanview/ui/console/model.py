"""Owns whether the console is open and which of its pages is in front, without Qt."""

from collections.abc import Callable

from scanview.core.review import Person
from scanview.core.rights import AUDITS
from scanview.session.events import Event
from scanview.ui.console.live.situation import Tally
from scanview.ui.surroundings import Part, Surroundings


class Console:
    """The console of whoever sits here; closed for all who have no page on it.

    `around` is what its pages ask by; `page` the id of the page in front, "" for the first that the person may see.
    `wanted` is the direct release that somebody turns to the control of the worklist for, "" for none.
    `tally` counts the rows that are known, whether it is open or not; `listeners` are told what the session tells of
    scans that are read.
    """

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.tally = Tally()
        self.listeners: list[Callable[[Event], None]] = []
        self.is_open = False
        self.page = ""
        self.wanted = ""

    def toggle(self, person: Person | None) -> None:
        """Go between the review and the console."""
        self.show(not self.is_open and person is not None and person.role in AUDITS)

    def show(self, is_open: bool) -> None:
        """Open or close it."""
        if is_open != self.is_open:
            self.is_open = is_open
            self.around.screen.changed(Part.PERSON)

    def turn_to(self, page: str) -> None:
        """Bring this page to the front."""
        if page != self.page:
            self.page = page
            self.around.screen.changed(Part.CONSOLE)

    def reverse(self, scan: str) -> None:
        """Turn to where this direct release can be taken back."""
        self.wanted = scan
        self.turn_to("control")

    def heard(self, event: Event) -> None:
        """Hand on what is told of a scan that is read."""
        for listener in self.listeners:
            listener(event)

    def person_changed(self, person: Person | None) -> None:
        """Somebody else sits here, or nobody: nothing of the one before stays open."""
        if person is None:
            self.tally.clear()
        if person is None or person.role not in AUDITS:
            self.is_open = False
            self.page = self.wanted = ""
