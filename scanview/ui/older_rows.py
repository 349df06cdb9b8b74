"""Owns how scans of long ago come into the worklist: page by page as somebody scrolls to its end or searches."""

from collections.abc import Callable
from dataclasses import dataclass

from scanview.core.errors import ScanViewError
from scanview.core.searching import FoundPage, Search, SearchPlace
from scanview.core.worklist import WorklistRow
from scanview.session.searching import Searching
from scanview.ui.surroundings import Part, Problem, Surroundings


@dataclass(slots=True)
class _Pages:
    """How far one search has come."""

    search: Search
    following: SearchPlace | None = None
    is_all: bool = False


class OlderRows:
    """Asks the hub for pages of what is searched for, else of what is decided; `came` is given each page."""

    def __init__(self, around: Surroundings, came: Callable[[tuple[WorklistRow, ...]], None]) -> None:
        self._around = around
        self._hub = Searching(around.session)
        self._came = came
        self._decided = self._pages = _Pages(Search(decided=True), is_all=True)
        self._asks = 0
        self.is_asking = False
        self.problem: Problem | None = None

    @property
    def text(self) -> str:
        """What is searched for; empty where nothing is."""
        return self._pages.search.text

    @property
    def may_come(self) -> bool:
        """Whether there may be older ones, and none are on their way."""
        return not (self.is_asking or self._pages.is_all or self.problem is not None)

    def begin(self, *, is_signed_in: bool) -> None:
        """Nothing was asked for yet; without anybody there is nothing to ask for. A search begins again."""
        text = self.text
        self._decided = _Pages(Search(decided=True), is_all=not is_signed_in)
        self._turn_to(self._decided)
        if is_signed_in:
            self.look_for(text)

    def look_for(self, text: str) -> None:
        """Find what is named like this among all scans; an empty text ends it. What failed is asked for again."""
        if text == self.text and self.problem is None:
            return
        self._turn_to(_Pages(Search(text=text)) if text else self._decided)
        if text:
            self.fetch()

    def fetch(self) -> None:
        """Ask for one more page."""
        if not self.may_come:
            return
        self.is_asking, self.problem = True, None
        number = self._asks
        self._around.when_done(
            self._hub.find(self._pages.search, self._pages.following),
            lambda page: self._found(number, page),
            lambda error: self._failed(number, error),
        )
        self._around.screen.changed(Part.QUEUE)

    def _turn_to(self, pages: _Pages) -> None:
        self._pages, self.is_asking, self.problem = pages, False, None
        self._asks += 1
        self._around.screen.changed(Part.QUEUE)

    def _found(self, number: int, page: FoundPage) -> None:
        if number != self._asks:
            return
        self.is_asking = False
        self._pages.following, self._pages.is_all = page.following, page.following is None
        if page.found:
            self._came(tuple(one.row for one in page.found))
        self._around.screen.changed(Part.QUEUE)

    def _failed(self, number: int, error: ScanViewError) -> None:
        """Who searches is told, and asks again; otherwise scrolling on does."""
        if number == self._asks:
            self.is_asking = False
            self.problem = Problem.of(error) if self.text else None
            self._around.screen.changed(Part.QUEUE)
