"""Finds scans among all there ever were, page by page, over a session."""

from concurrent.futures import Future

from scanview.core.searching import FoundPage, Search, SearchPlace
from scanview.session.asking import Asks, read_as
from scanview.wire import messages as wire


class Searching:
    """Asks the hub; may be used from any thread. Whoever does not audit finds what they decided themselves."""

    def __init__(self, session: Asks) -> None:
        self._session = session

    def find(self, search: Search, after: SearchPlace | None = None) -> Future[FoundPage]:
        """The first scans that are like this, or those behind `after`; perhaps none yet, and where to go on."""
        asked = self._session.ask(wire.FindScans(request=0, search=search, after=after), wire.ScansFound)
        return read_as(asked, lambda answer: FoundPage(found=answer.found, following=answer.following))
