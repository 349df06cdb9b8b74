"""What the models of the screen need from outside: a session to ask, a screen to tell, a way back to this thread."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from scanview.core.errors import Fault, ScanViewError
from scanview.core.look import Look
from scanview.core.recipe import Recipe
from scanview.core.related import RelatedScan, Shelving
from scanview.core.review import Decision, Person
from scanview.core.scan import Box, View
from scanview.core.work import Lease
from scanview.core.worklist import WorklistRow
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session.asking import Asks
from scanview.session.drafts import Draft
from scanview.session.joining import JoiningAs, OnWaits
from scanview.ui.text import NOTHING, Phrase, of_error, phrase, remedy_of

T = TypeVar("T")


class Part(StrEnum):
    """A part of the screen that may be out of date."""

    PERSON = "person"
    LINK = "link"
    LANES = "lanes"
    QUEUE = "queue"
    SCAN = "scan"
    FINDINGS = "findings"
    VERDICT = "verdict"
    COMPARING = "comparing"
    CONSOLE = "console"
    STATUS = "status"


class SessionCalls(Asks, Protocol):
    """What the client asks of `session.Session`."""

    def join(self, endpoint: str, code: str, on_waits: OnWaits) -> Future[JoiningAs]:
        """Join a hub by a one-time code; `on_waits` is called on the session's thread."""
        ...

    def cancel_join(self) -> None:
        """Ask no more."""
        ...

    def sign_in(self, name: str, password: str, code: str = "") -> Future[Person]:
        """Sit down, or go on after a lock; `code` is of the second factor."""
        ...

    def change_password(self, old: str, new: str) -> Future[None]:
        """Exchange the password."""
        ...

    def still_here(self) -> None:
        """Somebody touched keyboard or mouse."""
        ...

    def sign_out(self) -> None:
        """Leave."""
        ...

    def take_next(self) -> Future[tuple[str, Lease] | None]:
        """Lease the scan that is next; None where nothing waits."""
        ...

    def take(self, scan: str) -> Future[Lease]:
        """Lease this scan."""
        ...

    def give_back(self, scan: str) -> None:
        """End its lease."""
        ...

    def decide(self, decision: Decision) -> Future[int]:
        """Keep and send a verdict; done when it is durable."""
        ...

    def withdraw(self, decision: Decision) -> Future[Lease]:
        """Take a verdict back before its order leaves."""
        ...

    def draft(self, scan: str) -> Future[Draft | None]:
        """What this person said of the scan before, if it is not decided."""
        ...

    def keep_draft(self, draft: Draft) -> Future[None]:
        """Keep what is said of a scan; done when it is on disk."""
        ...

    def open_scan(self, scan: str) -> None:
        """Tell about this scan and its pixels."""
        ...

    def close_scan(self, scan: str) -> None:
        """Tell no more about it."""
        ...

    def related(self, scan: str) -> Future[tuple[RelatedScan, ...]]:
        """The scans it can be compared with, the best first."""
        ...

    def shelve(self, scan: str, shelving: Shelving) -> Future[None]:
        """Keep it for everybody to compare with; done when that is durable."""
        ...

    def unshelve(self, scan: str) -> Future[None]:
        """Take it off the shelf; done when that is durable."""
        ...

    def open_companion(self, scan: str) -> None:
        """Tell about this scan too, to compare with it."""
        ...

    def close_companion(self, scan: str) -> None:
        """Tell no more about it."""
        ...


class Screen(Protocol):
    """What the models tell the window. All of it on Qt's thread."""

    def changed(self, part: Part) -> None:
        """Speak this part anew before the next picture."""
        ...

    def rows_changed(self, rows: tuple[WorklistRow, ...], *, anew: bool = False) -> None:
        """These rows of the worklist are new or changed; `anew` where no other is known any more."""
        ...

    def show_pictures(self, pyramids: Sequence[GrowingPyramid], recipe: Recipe | None) -> None:
        """Show these views from their first look on, by `recipe` if given; nothing where there are none."""
        ...

    def picture_grew(self, view: View) -> None:
        """The pyramid of this view has more columns, or is complete."""
        ...

    def look_at(self, box: Box) -> None:
        """Bring this box to the middle of its view, which is shown from then on."""
        ...

    def look_again(self, looks: tuple[Look, ...]) -> None:
        """Bring the open scan to the screen as it was seen before."""
        ...

    def looks(self) -> tuple[Look, ...]:
        """What is on the screen of the scan that is open."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not work, and what can be done about it."""

    what: Phrase
    remedy: Phrase = NOTHING

    @classmethod
    def of(cls, error: ScanViewError) -> "Problem":
        """The problem that an error tells of."""
        return cls(of_error(error), remedy_of(error))

    @classmethod
    def by_code(cls, code: str) -> "Problem":
        """The problem that the hub would tell of by this code."""
        return cls(phrase(f"error.{code}"), phrase(f"remedy.{code}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What surrounds a model. `post` runs a callback on Qt's thread; `new_id` makes 32 hexadecimal digits."""

    session: SessionCalls
    screen: Screen
    post: Callable[[Callable[[], None]], None]
    new_id: Callable[[], str]

    def when_done(
        self, future: "Future[T]", on_value: Callable[[T], None], on_error: Callable[[ScanViewError], None]
    ) -> None:
        """Call one of both on Qt's thread when `future` is done."""

        def settle(done: "Future[Any]") -> None:
            error = done.exception()
            if error is None:
                on_value(done.result())
            elif isinstance(error, ScanViewError):
                on_error(error)
            else:
                on_error(Fault(str(error), code="session-fault"))

        future.add_done_callback(lambda done: self.post(lambda: settle(done)))
