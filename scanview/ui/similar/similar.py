"""Owns the search for scans that look like the one on the screen, and what came of it, without Qt."""

from collections.abc import Callable

from scanview.core.errors import ScanViewError
from scanview.core.related import RelatedKind, RelatedScan
from scanview.core.similar import SimilarScan
from scanview.session.similar import SimilarCalls, SimilarFound
from scanview.ui.comparing.comparing import Comparing
from scanview.ui.review import Review
from scanview.ui.surroundings import Part, Problem, Surroundings


class Similar:
    """`review` tells the scan on the screen; what is chosen is compared with it by `comparing`."""

    def __init__(self, around: Surroundings, review: Callable[[], Review | None], comparing: Comparing) -> None:
        self._around = around
        self._calls = SimilarCalls(around.session)
        self._review = review
        self._comparing = comparing
        self._scan = ""
        self._found: SimilarFound | None = None
        self._problem: Problem | None = None

    @property
    def is_asking(self) -> bool:
        """Whether an answer for the scan on the screen is awaited."""
        return self._is_for_screen() and self._found is None and self._problem is None

    @property
    def found(self) -> SimilarFound | None:
        """What was found for the scan on the screen; None where nobody asked, or no answer came."""
        return self._found if self._is_for_screen() else None

    @property
    def problem(self) -> Problem | None:
        """Why there is no answer."""
        return self._problem if self._is_for_screen() else None

    def find(self) -> None:
        """Ask for scans that look like the one on the screen."""
        review = self._review()
        if review is None or self.is_asking:
            return
        scan = self._scan = review.scan
        self._found = self._problem = None

        def found(answer: SimilarFound) -> None:
            if self._scan == scan:
                self._found = answer
                self._around.screen.changed(Part.SCAN)

        def failed(error: ScanViewError) -> None:
            if self._scan == scan:
                self._problem = Problem.of(error)
                self._around.screen.changed(Part.SCAN)

        self._around.when_done(self._calls.find(scan), found, failed)
        self._around.screen.changed(Part.SCAN)

    def compare(self, scan: str) -> None:
        """Open one of the scans found beside the one on the screen."""
        found = self.found
        similar = next((each for each in found.scans if each.scan == scan), None) if found else None
        if similar is not None:
            self._comparing.compare_with(_partner(similar))

    def _is_for_screen(self) -> bool:
        review = self._review()
        return review is not None and review.scan == self._scan


def _partner(similar: SimilarScan) -> RelatedScan:
    return RelatedScan(
        scan=similar.scan,
        kind=RelatedKind.SIMILAR,
        title="",
        arrived_at=similar.arrived_at,
        container=similar.container,
        plate=similar.plate,
        lane=similar.lane,
        verdict=similar.verdict,
    )
