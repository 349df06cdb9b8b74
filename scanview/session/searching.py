"""Finds scans among all there ever were, page by page, over a session."""

from concurrent.futures import Future
from dataclasses import dataclass

from scanview.core.searching import Search
from scanview.core.worklist import WorklistRow
from scanview.session.asking import Asks, read_as
from scanview.wire import messages as wire

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page, the scan that changed last first; `more` where others follow."""

    rows: tuple[WorklistRow, ...]
    more: bool


class Searching:
    """Asks the hub; may be used from any thread."""

    def __init__(self, session: Asks) -> None:
        self._session = session

    def find(self, search: Search, after: WorklistRow | None = None) -> Future[Found]:
        """The first page, or the one behind the row `after`."""
        question = wire.FindScans(request=0, search=search, before=after.seq if after else 0, limit=PAGE)
        return read_as(
            self._session.ask(question, wire.ScansFound), lambda found: Found(rows=found.rows, more=found.more)
        )
