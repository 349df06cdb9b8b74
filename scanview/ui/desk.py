"""Owns what the client knows and does apart from pixels and widgets: who sits here, the link, the queue, what is next.

Commands come in from the window, events from the session; both on Qt's thread. Everything that the screen shows is
read from here, so that switching the language is only speaking it anew.
"""

from enum import StrEnum

from scanview.core.errors import ScanViewError
from scanview.core.review import Person
from scanview.core.rights import REVIEWS
from scanview.core.work import Lease, WorkState
from scanview.core.worklist import LaneStatus, WorklistRow
from scanview.session import events
from scanview.session.queue_order import waits
from scanview.ui.actions import Mode
from scanview.ui.breaks import Breaks
from scanview.ui.comparing.comparing import Comparing
from scanview.ui.console.model import Console
from scanview.ui.discussing.discussing import Discussing
from scanview.ui.door import Door
from scanview.ui.inspecting.results import Results
from scanview.ui.joining.joining import Joining
from scanview.ui.older_rows import OlderRows
from scanview.ui.person_key import PersonKeyStanding
from scanview.ui.reviewing import Reviewing
from scanview.ui.shelf.shelf import Shelf
from scanview.ui.shift.shift import Shift
from scanview.ui.similar.similar import Similar
from scanview.ui.surroundings import Part, Problem, Surroundings
from scanview.ui.teaching.teaching import Teaching
from scanview.ui.text import NOTHING, Phrase
from scanview.ui.undoing import Offer, Undoing
from scanview.ui.worded import refusal_line, taken_back_line, verdict_line


class Taking(StrEnum):
    """What the desk is waiting for when no scan is on the screen."""

    IDLE = "idle"
    ASKING = "asking"
    FOR_NEXT = "for-next"
    """Nothing waits; the next scan that comes is opened by itself."""


class Desk:
    """The model of the window."""

    def __init__(self, around: Surroundings, *, open_next: bool = True) -> None:
        self._around = around
        self._open_next = open_next
        self.undoing = Undoing()
        self._taken_too_late = False
        self.shelf = Shelf(around, lambda: self.reviewing.review)
        self.reviewing = Reviewing(around, self._decision_settled, lambda: self.comparing.leave())
        self.comparing = Comparing(around, self.reviewing)
        self.discussing = Discussing(around, lambda: self.reviewing.review, self._escalated)
        self.similar = Similar(around, lambda: self.reviewing.review, self.comparing)
        self.joining = Joining(around)
        self.results = Results(around, lambda: self.reviewing.review)
        self.breaks = Breaks(around, self._step_back)
        self.shift = Shift(around, lambda: self.unconfirmed, self.sign_out)
        self.older = OlderRows(around, self._older_came)
        self.console = Console(around)
        self.teaching = Teaching(around, self.reviewing)
        self.person: Person | None = None
        self.door = Door(around)
        self.key = PersonKeyStanding(around, self.reviewing)
        self.link = events.LinkState.CONNECTING
        self.link_problem: Problem | None = None
        self.delay_ms: float | None = None
        self.clock_offset_s = 0.0
        self.rows: dict[str, WorklistRow] = {}
        self._waiting: dict[str, WorklistRow] = {}
        self.lanes: tuple[LaneStatus, ...] = ()
        self.ahead: frozenset[str] = frozenset()
        self.taking = Taking.IDLE
        self.last_decision: Phrase = NOTHING
        self.unconfirmed = 0
        self.decided_here = 0

    @property
    def mode(self) -> Mode:
        """What the person is in the middle of."""
        if not self.door.is_open:
            return Mode.SIGN_IN
        if self.console.is_open:
            return Mode.CONSOLE
        return Mode.TOLD if self.teaching.revealed is not None else self.reviewing.mode

    @property
    def waiting(self) -> tuple[WorklistRow, ...]:
        """The rows that can be taken."""
        return tuple(self._waiting.values())

    # -- what the session tells ----------------------------------------------------------------------------------

    def heard(self, event: events.Event) -> None:
        """Take in one event."""
        match event:
            case events.LinkChanged():
                self._link_changed(event)
            case events.LinkMeasured():
                self.delay_ms, self.clock_offset_s = event.delay_ms, event.clock_offset_s
                self._around.screen.changed(Part.STATUS)
            case events.PersonChanged():
                self._person_changed(event)
            case events.SeatLocked():
                self.door.lock()
            case events.RowsChanged():
                self._rows_changed(event.rows, anew=event.anew)
            case events.LanesChanged():
                self.lanes = event.lanes
                self._around.screen.changed(Part.LANES)
            case events.AheadChanged():
                self.ahead = event.scans
                self._around.screen.changed(Part.STATUS)
            case events.UnconfirmedChanged():
                self.unconfirmed = event.count
                self._around.screen.changed(Part.STATUS)
            case events.DecisionRefused():
                self._decision_refused(event)
            case _:
                self.reviewing.heard(event)
                self.comparing.heard(event)
                self.results.look()
                self.console.heard(event)
                self.key.heard(event)
        self.discussing.follow()

    def _link_changed(self, event: events.LinkChanged) -> None:
        self.link = event.link
        self.link_problem = Problem.of(event.problem) if event.problem else None
        self.joining.link_changed(event)
        if event.link is not events.LinkState.ONLINE:
            self.delay_ms = None
        for part in (Part.LINK, Part.STATUS, Part.PERSON):
            self._around.screen.changed(part)

    def _person_changed(self, event: events.PersonChanged) -> None:
        self.person = event.person
        self.door.person_changed(event)
        self.console.person_changed(event.person)
        if event.person is None:
            self.taking = Taking.IDLE
            self.undoing.forget()
            self.teaching.leave()
            self.reviewing.close()
            self.rows.clear()
            self._waiting.clear()
        self.breaks.person_changed(event.person.name if event.person is not None else "")
        self.shift.person_changed(event.person.name if event.person is not None else "")
        self.older.begin(is_signed_in=event.person is not None)
        self._around.screen.changed(Part.PERSON)
        self._take_if_waited_for()

    def _older_came(self, rows: tuple[WorklistRow, ...]) -> None:
        """Of what is known already the newer is right."""
        new = tuple(row for row in rows if row.scan not in self.rows or self.rows[row.scan].seq < row.seq)
        self.rows.update({row.scan: row for row in new})
        self._around.screen.rows_changed(new)

    def _rows_changed(self, rows: tuple[WorklistRow, ...], *, anew: bool) -> None:
        if anew:
            self.rows.clear()
            self._waiting.clear()
        for row in rows:
            self.rows[row.scan] = row
            self._waiting.pop(row.scan, None)
            if waits(row):
                self._waiting[row.scan] = row
            review = self.reviewing.review
            if review is not None and review.scan == row.scan:
                self.reviewing.row_changed(row)
                self.results.look()
        self.console.tally.take_in(rows)
        self._around.screen.rows_changed(rows, anew=anew)
        self._around.screen.changed(Part.QUEUE)
        self._around.screen.changed(Part.STATUS)
        self._take_if_waited_for()

    # -- who sits here -------------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str) -> None:
        """Sit down."""
        self.door.sign_in(name, password)

    def leave_door(self) -> None:
        """Keep the password after all, or leave where it has to be exchanged, or the seat is another's."""
        self.door.cancel()
        if not self.door.is_open:
            self.sign_out()

    def sign_out(self) -> None:
        """Leave; what is open goes back to the queue."""
        self.reviewing.close()
        self._around.session.sign_out()

    # -- the queue -----------------------------------------------------------------------------------------------

    def take_next(self) -> None:
        """Open the scan that is next, now or when there is one."""
        if self.person is None or self.taking is Taking.ASKING or self.breaks.on_break:
            return
        if self._busy_with_another(""):
            self.reviewing.problem = Problem.by_code("decide-first")
            self._around.screen.changed(Part.VERDICT)
            return
        self._ask(Taking.ASKING)
        self._around.when_done(self._around.session.take_next(), self._took_next, self._next_not_taken)

    def take_chosen(self, chosen: str) -> None:
        """Open the chosen row; but a scan on the screen that is no longer ours and waits is taken again first."""
        review = self.reviewing.review
        lost = review is not None and review.lease is None and review.row is not None and waits(review.row)
        self.take(review.scan if review is not None and lost else chosen)

    def take(self, scan: str) -> None:
        """Open this scan: to decide it if it waits and the person may, else to look at it."""
        row = self.rows.get(scan)
        if row is None or self.taking is Taking.ASKING:
            return
        if self._busy_with_another(scan):
            self.reviewing.problem = Problem.by_code("decide-first")
            self._around.screen.changed(Part.VERDICT)
        elif self._may_decide(row):
            self._ask(Taking.ASKING)
            self._around.when_done(
                self._around.session.take(scan), lambda lease: self._took_next((scan, lease)), self._take_refused
            )
        else:
            self._ask(Taking.IDLE)
            self.reviewing.open(scan, row, None)

    def give_back(self) -> None:
        """The scan on the screen goes back to the queue, or is no longer looked at."""
        review = self.reviewing.review
        if self.teaching.is_practising:
            self.teaching.leave()
            return
        if review is None or review.decision is not None:
            return
        if review.lease is not None:
            self._around.session.give_back(review.scan)
        self._ask(Taking.IDLE)
        self.reviewing.close()

    def _escalated(self, scan: str) -> None:
        """The scan has gone to the chief: it is no longer ours."""
        self._around.session.give_back(scan)
        review = self.reviewing.review
        if review is not None and review.scan == scan:
            self._ask(Taking.IDLE)
            self.reviewing.close()

    def _step_back(self) -> None:
        self.give_back()
        self._ask(Taking.IDLE)

    def cancel(self) -> None:
        """Give up what is being asked, or waiting for the next scan."""
        if self.mode in (Mode.HOLDING, Mode.CONFIRMING):
            self.reviewing.cancel()
        elif self.mode is Mode.CATEGORY:
            self.reviewing.categorise()
        elif self.taking is Taking.FOR_NEXT:
            self._ask(Taking.IDLE)

    def _busy_with_another(self, scan: str) -> bool:
        review = self.reviewing.review
        return review is not None and review.lease is not None and review.scan != scan

    def _may_decide(self, row: WorklistRow) -> bool:
        if self.person is None or self.person.role not in REVIEWS:
            return False
        is_mine = row.state is WorkState.IN_REVIEW and row.analyst == self.person.name
        return waits(row) or is_mine or row.state is WorkState.ELSEWHERE

    def _took_next(self, taken: tuple[str, Lease] | None) -> None:
        if self._is_too_late():
            if taken is not None:
                self._around.session.give_back(taken[0])
            return
        if taken is None:
            self._ask(Taking.FOR_NEXT)
            self.reviewing.close()
            return
        self._took(*taken)

    def _took(self, scan: str, lease: Lease) -> None:
        self._ask(Taking.IDLE)
        self.reviewing.open(scan, self.rows.get(scan), lease)

    def _next_not_taken(self, error: ScanViewError) -> None:
        if error.code != "not-connected":
            self._take_refused(error)
        elif not self._is_too_late():
            self._ask(Taking.FOR_NEXT)

    def _take_refused(self, error: ScanViewError) -> None:
        if not self._is_too_late():
            self._not_taken(error)

    def _is_too_late(self) -> bool:
        """Whether a decision was taken back since the scan was asked for, so that it is not wanted any more."""
        was, self._taken_too_late = self._taken_too_late, False
        return was

    def _not_taken(self, error: ScanViewError) -> None:
        self._ask(Taking.IDLE)
        self.reviewing.problem = Problem.of(error)
        self._around.screen.changed(Part.VERDICT)

    def _ask(self, taking: Taking) -> None:
        self.taking = taking
        self._around.screen.changed(Part.SCAN)

    def look_again(self) -> None:
        """Ask again for the next scan: nothing is told of one that another person has just finished with."""
        self._take_if_waited_for()

    def _take_if_waited_for(self) -> None:
        ready = any(row.state is WorkState.WAITING for row in self._waiting.values())
        if self.taking is Taking.FOR_NEXT and ready and self.link is events.LinkState.ONLINE:
            self.take_next()

    # -- after the verdict ---------------------------------------------------------------------------------------

    def _decision_settled(self, event: events.DecisionSettled) -> None:
        self.decided_here += 1
        self.last_decision = verdict_line(event.decision, self.rows.get(event.decision.scan))
        review = self.reviewing.review
        self.undoing.settled(event, review)
        self._around.screen.changed(Part.STATUS)
        if review is not None and review.scan == event.decision.scan:
            self.teaching.settled(event, lambda: self._next(event.decision.scan))

    def _next(self, decided: str) -> None:
        """Leave the scan that was decided, unless something else is on the screen by now, and go on."""
        review = self.reviewing.review
        if review is None or review.scan != decided or review.decision is None:
            return
        self.reviewing.close()
        if self._open_next:
            self.take_next()

    def practise(self) -> None:
        """Begin to practise, or end it; nothing is waited for meanwhile."""
        if self.taking is not Taking.ASKING:
            self._ask(Taking.IDLE)
            self.teaching.practise()

    def undo_decision(self) -> None:
        """Take the last decision back, if its order has not left."""
        obstacle, offer = self.undoing.obstacle, self.undoing.offer
        review = self.reviewing.review
        if review is not None and review.decision is not None:
            obstacle = "already-deciding"
        if obstacle or offer is None:
            self._not_undone(Problem.by_code(obstacle))
            return
        self.undoing.is_asking = True
        self._around.screen.changed(Part.STATUS)
        self._around.when_done(
            self._around.session.withdraw(offer.decision), lambda lease: self._undone(offer, lease), self._undo_refused
        )

    def _undone(self, offer: Offer, lease: Lease) -> None:
        """The scan is ours again; what was opened since goes back to the queue, with what was said of it kept."""
        self.undoing.forget()
        self.decided_here -= 1
        self.last_decision = taken_back_line(offer.decision, self.rows.get(offer.decision.scan))
        self._around.screen.changed(Part.STATUS)
        review = self.reviewing.review
        if review is not None and review.undecided:
            self._around.session.give_back(review.scan)
        self._taken_too_late = self.taking is Taking.ASKING
        self._ask(Taking.IDLE)
        self.reviewing.take_up(offer.review, self.rows.get(offer.decision.scan), lease)

    def _undo_refused(self, error: ScanViewError) -> None:
        self.undoing.forget()
        self._not_undone(Problem.of(error))

    def _not_undone(self, problem: Problem) -> None:
        self.reviewing.problem = problem
        self._around.screen.changed(Part.VERDICT)
        self._around.screen.changed(Part.STATUS)

    def _decision_refused(self, event: events.DecisionRefused) -> None:
        """Where the scan is not on the screen any more, the lowest line says so."""
        review = self.reviewing.review
        if review is None or review.decision != event.decision:
            row = self.rows.get(event.decision.scan)
            self.last_decision = refusal_line(event.decision, row, event.error)
            self._around.screen.changed(Part.STATUS)
        self.reviewing.heard(event)
