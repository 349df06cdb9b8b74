"""Owns a search through the archive and the story that is read from it, without widgets: asked step by step."""

from collections.abc import Callable

from scanview.core.audit import StoryEntry
from scanview.core.errors import ScanViewError
from scanview.core.searching import MAX_FOUND, FoundPage, FoundScan, Search, SearchPlace
from scanview.session.auditing import Auditing
from scanview.session.searching import Searching
from scanview.ui.surroundings import Problem, Surroundings


class ArchiveSearch:
    """Asks on until a page is full, everything is searched, or somebody stops it. `changed` is told of every step."""

    def __init__(self, around: Surroundings, changed: Callable[[], None]) -> None:
        self._around, self._changed = around, changed
        self._asks = Searching(around.session)
        self._number = 0
        self._sought = Search()
        self._goal = 0
        self.found: tuple[FoundScan, ...] = ()
        self.following: SearchPlace | None = None
        self.is_asking = False
        self.was_asked = False
        self.problem: Problem | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the whole archive was searched."""
        return self.was_asked and not self.is_asking and self.following is None and self.problem is None

    def begin(self, sought: Search) -> None:
        """Search anew, from the newest scan on."""
        self.clear()
        self._sought, self.was_asked = sought, True
        self.go_on(begins=True)

    def go_on(self, *, begins: bool = False) -> None:
        """Find a further page of scans."""
        if self.is_asking or not (begins or self.following is not None):
            return
        self._goal = len(self.found) + MAX_FOUND
        self._ask()

    def stop(self) -> bool:
        """Ask no further; what was found stays. False where nothing is asked."""
        was, self.is_asking = self.is_asking, False
        self._number += 1
        if was:
            self._changed()
        return was

    def clear(self) -> None:
        """Forget everything."""
        self._number += 1
        self.found, self.following, self.problem = (), None, None
        self.is_asking = self.was_asked = False

    def _ask(self) -> None:
        self.is_asking, self.problem = True, None
        number = self._number
        self._around.when_done(
            self._asks.find(self._sought, self.following),
            lambda page: self._answered(number, page),
            lambda error: self._refused(number, error),
        )
        self._changed()

    def _answered(self, number: int, page: FoundPage) -> None:
        if number != self._number:
            return
        self.found += page.found
        self.following = page.following
        self.is_asking = False
        if page.following is not None and len(self.found) < self._goal:
            self._ask()
        else:
            self._changed()

    def _refused(self, number: int, error: ScanViewError) -> None:
        if number == self._number:
            self.is_asking, self.problem = False, Problem.of(error)
            self._changed()


class StoryReading:
    """The entries of the ledger about one scan, "" for none."""

    def __init__(self, around: Surroundings, changed: Callable[[], None]) -> None:
        self._around, self._changed = around, changed
        self._asks = Auditing(around.session)
        self.scan = ""
        self.entries: tuple[StoryEntry, ...] = ()
        self.is_asking = False
        self.problem: Problem | None = None

    def read(self, scan: str) -> None:
        """Read about this scan, as far as the ledger goes now."""
        self.scan, self.entries, self.problem, self.is_asking = scan, (), None, True

        def told(entries: tuple[StoryEntry, ...]) -> None:
            if self.scan == scan:
                self.entries, self.is_asking = entries, False
                self._changed()

        def refused(error: ScanViewError) -> None:
            if self.scan == scan:
                self.problem, self.is_asking = Problem.of(error), False
                self._changed()

        self._around.when_done(self._asks.story(scan), told, refused)
        self._changed()

    def clear(self) -> None:
        """Forget it."""
        self.scan, self.entries, self.problem, self.is_asking = "", (), None, False
