"""Owns what a supervisor asks of the shelf for the scan on the screen, and why it was refused."""

from collections.abc import Callable
from concurrent.futures import Future

from scanview.core.errors import BadInput, ScanViewError
from scanview.core.related import RelatedKind, Shelving
from scanview.ui.review import Review
from scanview.ui.surroundings import Part, Problem, Surroundings
from scanview.ui.text import NOTHING, Phrase, phrase, verbatim


class Shelf:
    """`review` tells the scan on the screen."""

    def __init__(self, around: Surroundings, review: Callable[[], Review | None]) -> None:
        self._around = around
        self._review = review
        self._asked = ""
        self._problem: Problem | None = None

    @property
    def problem(self) -> Problem | None:
        """Why the last thing asked for the scan on the screen was refused."""
        review = self._review()
        return self._problem if review is not None and review.scan == self._asked else None

    def shelve(self, kind: RelatedKind, title: str, container_type: str) -> bool:
        """Keep the scan on the screen as typed; False where that cannot stand on the shelf."""
        try:
            type_code = container_type.strip().upper() if kind is RelatedKind.REFERENCE else ""
            shelving = Shelving(kind=kind, title=title.strip(), container_type=type_code)
        except BadInput as error:
            review = self._review()
            self._say(review.scan if review is not None else "", Problem.of(error))
            return False
        self._ask(lambda scan: self._around.session.shelve(scan, shelving))
        return True

    def unshelve(self) -> None:
        """Take the scan on the screen off."""
        self._ask(self._around.session.unshelve)

    def _ask(self, question: Callable[[str], Future[None]]) -> None:
        review = self._review()
        if review is None:
            return
        scan = review.scan
        self._say(scan, None)

        def refused(error: ScanViewError) -> None:
            if self._asked == scan:
                self._say(scan, Problem.of(error))

        self._around.when_done(question(scan), lambda _: None, refused)

    def _say(self, scan: str, problem: Problem | None) -> None:
        self._asked, self._problem = scan, problem
        self._around.screen.changed(Part.SCAN)


def place_line(shelved: Shelving | None) -> Phrase:
    """How a scan stands on the shelf; nothing where it does not."""
    if shelved is None:
        return NOTHING
    told = " · ".join(part for part in (shelved.container_type, shelved.title) if part)
    return phrase(f"shelf.as-{shelved.kind}", title=verbatim(told)) if told else phrase("shelf.as-reference-untitled")
