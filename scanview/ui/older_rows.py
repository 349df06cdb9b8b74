"""Owns how decided scans of long ago come into the worklist: a page at a time, as somebody scrolls to its end."""

from collections.abc import Callable

from scanview.core.errors import ScanViewError
from scanview.core.searching import Search
from scanview.core.worklist import WorklistRow
from scanview.session.searching import Found, Searching
from scanview.ui.surroundings import Surroundings

_DECIDED = Search(decided=True)


class OlderRows:
    """Asks the hub for what was decided before all that was asked for; `came` is given each page."""

    def __init__(self, around: Surroundings, came: Callable[[tuple[WorklistRow, ...]], None]) -> None:
        self._around = around
        self._hub = Searching(around.session)
        self._came = came
        self._last: WorklistRow | None = None
        self._asks = 0
        self._is_asking = False
        self._is_all = True

    @property
    def may_come(self) -> bool:
        """Whether there may be older ones, and none are on their way."""
        return not (self._is_asking or self._is_all)

    def begin(self, *, is_signed_in: bool) -> None:
        """Nothing was asked for yet; without anybody there is nothing to ask for."""
        self._last, self._is_asking, self._is_all = None, False, not is_signed_in
        self._asks += 1

    def fetch(self) -> None:
        """Ask for one more page."""
        if not self.may_come:
            return
        self._is_asking = True
        number = self._asks
        self._around.when_done(
            self._hub.find(_DECIDED, self._last),
            lambda found: self._found(number, found),
            lambda error: self._failed(number, error),
        )

    def _found(self, number: int, found: Found) -> None:
        if number != self._asks:
            return
        self._is_asking, self._is_all = False, not found.more
        if found.rows:
            self._last = found.rows[-1]
            self._came(found.rows)

    def _failed(self, number: int, _error: ScanViewError) -> None:
        """Nothing is said: who scrolls on asks again."""
        if number == self._asks:
            self._is_asking = False
