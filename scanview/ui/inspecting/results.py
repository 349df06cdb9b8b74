"""Owns the inspection results of the scan on the screen: what is known, photos, and writing one down, without Qt."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from scanview.core.errors import BadInput, ScanViewError
from scanview.core.inspection import MAX_PHOTO_BYTES, MAX_PHOTOS, Found, FoundItem, Inspection, InspectionRecord
from scanview.core.related import MAX_TITLE
from scanview.core.review import Person
from scanview.core.rights import HANDLES
from scanview.session.inspections import InspectionCalls
from scanview.ui.review import Review
from scanview.ui.surroundings import Part, Problem, Surroundings

_T = TypeVar("_T")


class Results:
    """`review` tells the scan on the screen."""

    def __init__(self, around: Surroundings, review: Callable[[], Review | None]) -> None:
        self._around = around
        self._calls = InspectionCalls(around.session)
        self._review = review
        self._asked = ("", 0)
        self._records: tuple[InspectionRecord, ...] = ()
        self._problem: Problem | None = None
        self.photos: dict[str, bytes] = {}
        """Photos of the newest result that have come, by their SHA-256, as nobody has decoded them."""
        self.chosen_photos: tuple[Path, ...] = ()
        """Files that go with the result that is being written."""

    @property
    def records(self) -> tuple[InspectionRecord, ...]:
        """The results about the scan on the screen, the newest first, as far as they have come."""
        return self._records if self._is_for_screen() else ()

    @property
    def problem(self) -> Problem | None:
        """Why the last thing asked was refused."""
        return self._problem if self._is_for_screen() else None

    def may_record(self, person: Person | None) -> bool:
        """Whether `person` may write down what was found in the container of the scan on the screen."""
        review = self._review()
        row = review.row if review is not None else None
        is_decided = row is not None and row.verdict is not None and row.decided_by != (person.name if person else "")
        return person is not None and person.role in HANDLES and is_decided

    def look(self) -> None:
        """Ask for the results where the scan on the screen has some that are not known."""
        review = self._review()
        row = review.row if review is not None else None
        if row is None:
            return
        if row.scan != self._asked[0]:
            self._asked, self._records, self.photos, self.chosen_photos = (row.scan, 0), (), {}, ()
            self._problem = None
        if row.inspected is None or row.seq == self._asked[1]:
            return
        scan = row.scan
        self._asked = (scan, row.seq)
        self._when_done(scan, self._calls.of(scan), lambda records: self._came(scan, records))

    def record(self, found: Found, text: str) -> bool:
        """Write down what was found, with the chosen photos; False where that is no result."""
        review = self._review()
        if review is None:
            return False
        scan = review.scan
        self._problem = None
        try:
            items = (FoundItem(text=text.strip(), answers=review.chosen),) if found is not Found.NOTHING else ()
            inspection = Inspection(
                inspection=uuid.uuid4().hex, scan=scan, found=found, opened_at=time.time(), items=items
            )
            asked = self._calls.record(inspection, [_photo(path) for path in self.chosen_photos])
        except ScanViewError as error:
            self._asked = (scan, self._asked[1])
            self._say(Problem.of(error))
            return False
        self._when_done(scan, asked, lambda _: self._recorded())
        return True

    def choose_photos(self, paths: tuple[Path, ...]) -> None:
        """These files go with the result that is being written."""
        self.chosen_photos = paths[:MAX_PHOTOS]
        self._around.screen.changed(Part.SCAN)

    def case_title(self) -> str:
        """What a library case of this scan would be called; empty where nothing is known to have been found."""
        records = self.records
        if not records or records[0].inspection.found is Found.NOTHING:
            return ""
        inspection = records[0].inspection
        said = ", ".join(" ".join(filter(None, (item.label, item.text, item.quantity))) for item in inspection.items)
        title = " ".join((said or inspection.note).split())
        return "".join(letter for letter in title if letter.isprintable())[:MAX_TITLE]

    def _came(self, scan: str, records: tuple[InspectionRecord, ...]) -> None:
        self._records = records
        self._around.screen.changed(Part.SCAN)
        if records:
            self._fetch(
                scan, [photo.sha256 for photo in records[0].inspection.photos if photo.sha256 not in self.photos]
            )

    def _fetch(self, scan: str, wanted: list[str]) -> None:
        """One photo after the other."""
        if wanted and scan == self._asked[0]:
            sha256, *rest = wanted

            def came(content: bytes) -> None:
                self.photos[sha256] = content
                self._around.screen.changed(Part.SCAN)
                self._fetch(scan, rest)

            self._when_done(scan, self._calls.photo(scan, sha256), came)

    def _recorded(self) -> None:
        self.chosen_photos = ()
        self._around.screen.changed(Part.SCAN)

    def _say(self, problem: Problem) -> None:
        self._problem = problem
        self._around.screen.changed(Part.SCAN)

    def _when_done(self, scan: str, future: Future[_T], then: Callable[[_T], None]) -> None:
        """Go on with the answer, or say why there is none, if the scan is still the one on the screen."""

        def done(result: _T) -> None:
            if scan == self._asked[0]:
                then(result)

        def failed(error: ScanViewError) -> None:
            if scan == self._asked[0]:
                self._say(Problem.of(error))

        self._around.when_done(future, done, failed)

    def _is_for_screen(self) -> bool:
        review = self._review()
        return review is not None and review.scan == self._asked[0]


def _photo(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_PHOTO_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_PHOTO_BYTES} bytes", code="photo-too-large")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}", code="photo-unreadable") from error
