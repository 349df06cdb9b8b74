"""Owns what was said of the scan on the screen, as far as the hub tells it, and what the person says to it."""

from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum

from scanview.core.discussion import Discussion, Remark
from scanview.core.errors import ScanViewError
from scanview.core.review import Person
from scanview.core.worklist import WorklistRow
from scanview.session.discussing import Discussing as Asked
from scanview.ui.review import Review
from scanview.ui.surroundings import Part, Problem, Surroundings


class Writing(StrEnum):
    """What the line is for."""

    NOTHING = ""
    REMARK = "remark"
    QUESTION = "question"
    """To the chief; the scan goes with it."""


class Discussing:
    """`review` tells the scan on the screen; `on_escalated` is told the scan that went to the chief."""

    def __init__(
        self, around: Surroundings, review: Callable[[], Review | None], on_escalated: Callable[[str], None]
    ) -> None:
        self._around = around
        self._review = review
        self._on_escalated = on_escalated
        self._hub = Asked(around.session)
        self._followed = ("", 0, 0)
        self._read: dict[str, float] = {}
        self._seen: dict[str, int] = {}
        self.told: Discussion | None = None
        self.writing = Writing.NOTHING
        self.problem: Problem | None = None

    def follow(self) -> None:
        """Ask what was said, where another scan is on the screen or something was said of this one."""
        review = self._review()
        row = review.row if review is not None else None
        lease = review.lease if review is not None else None
        now = (review.scan if review else "", row.seq if row else 0, lease.fence if lease else 0)
        if now == self._followed:
            return
        if now[0] != self._followed[0]:
            self.told, self.writing, self.problem = None, Writing.NOTHING, None
        self._followed = now
        if now[0]:
            self._around.when_done(self._hub.of(now[0]), self._heard, lambda _: None)

    def unread(self, person: Person) -> int:
        """How many remarks of others came since this one looked at the thread."""
        if self.told is None:
            return 0
        since = self._read.get(self.told.scan, 0.0)
        return sum(remark.by != person.name and remark.at > since for remark in self.told.remarks)

    def unread_of(self, row: WorklistRow) -> int:
        """How many remarks of an undecided scan have come since its thread was last on this screen."""
        return 0 if row.verdict is not None else max(row.remarks - self._seen.get(row.scan, 0), 0)

    def write(self, writing: Writing) -> None:
        """Begin to write; what stands there counts as read."""
        self.writing, self.problem = writing, None
        if self.told is not None:
            self._read[self.told.scan] = max((_at(remark) for remark in self.told.remarks), default=0.0)
        self._around.screen.changed(Part.SCAN)

    def send(self, text: str) -> None:
        """Say what was written."""
        review = self._review()
        if review is None or not text.strip():
            return
        scan = review.scan
        if self.writing is not Writing.QUESTION:
            self._ask(self._hub.say(scan, text.strip()), lambda: None)
        elif review.lease is not None:
            question = self._hub.escalate(scan, review.lease.fence, text.strip())
            self._ask(question, lambda: self._on_escalated(scan))

    def _ask(self, future: "Future[None]", then: Callable[[], None]) -> None:
        def done(_: None) -> None:
            self.writing, self.problem = Writing.NOTHING, None
            self._followed = ("", 0, 0)
            then()
            self.follow()
            self._around.screen.changed(Part.SCAN)

        self._around.when_done(future, done, self._refused)

    def _refused(self, error: ScanViewError) -> None:
        self.problem = Problem.of(error)
        self._around.screen.changed(Part.SCAN)

    def _heard(self, told: Discussion) -> None:
        if told.scan == self._followed[0]:
            self.told = told
            self._seen[told.scan] = len(told.remarks)
            self._around.screen.changed(Part.SCAN)
            self._around.screen.changed(Part.FINDINGS)


def _at(remark: Remark) -> float:
    return remark.at
