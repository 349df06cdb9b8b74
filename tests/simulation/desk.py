"""A workstation with a real session, and a person who signs in, takes scans, decides, and at times takes that back."""

from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from scanview.core.errors import Refused, ScanViewError
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.core.work import Lease
from scanview.core.worklist import WorklistRow
from scanview.session.events import (
    DecisionRefused,
    DecisionSettled,
    Event,
    LeaseLost,
    PersonChanged,
    RowsChanged,
    UnconfirmedChanged,
)
from scanview.session.queue_order import waits
from scanview.session.session import Session
from tests.simulation.book import Book, Intent
from tests.simulation.network import Network
from tests.simulation.programs import Program
from tests.simulation.template import DESKS, HUBS, PASSWORD
from tests.simulation.world import World

_SIGN_IN_AGAIN = frozenset({"session-expired", "not-signed-in"})


class DeskProgram(Program):
    """One desk. What the session tells is what the person sees."""

    session: Session | None = None

    def __init__(self, world: World, network: Network, book: Book, name: str) -> None:
        super().__init__(world, network, book, name)
        self.hub, self.person = DESKS[name]
        self._is_seated = False
        self._is_asking = False
        self._rows: dict[str, WorklistRow] = {}
        self._scan: tuple[str, Lease] | None = None
        self._said = ""

    def begin(self) -> None:
        """Start the client."""
        for intent in self._unsettled():
            if not self._path(intent.decision).exists():
                self.world.wrong(f"decision {intent.decision.decision} was kept at {self.name} and has vanished")
        self._is_seated = self._is_asking = False
        self._said = ""
        self._rows.clear()
        self._scan = None
        self.session = Session(
            endpoint=HUBS[self.hub],
            folder=self.machine.disk.folder / "desk",
            workstation=self.name,
            tell=self._heard,
            scans_ahead=0,
        )
        self.session.start()
        self.machine.later(0.5, self._turn)

    def forget(self) -> None:
        """It is gone; what it had deleted before, it had an answer to, which nobody may have seen."""
        self.session = None
        for intent in self._unsettled():
            intent.is_kept = self._path(intent.decision).exists()

    def is_busy(self) -> bool:
        """A decision is on its way."""
        return bool(self._unsettled())

    def kept(self) -> int:
        """Decisions that wait on this desk's disk."""
        return sum(self._path(intent.decision).exists() for intent in self._unsettled())

    def _unsettled(self) -> list[Intent]:
        """What was kept here, and nobody was told what became of it."""
        return [
            intent
            for intent in self.book.intents.values()
            if intent.desk == self.name and intent.is_kept and not (intent.is_confirmed or intent.is_refused)
        ]

    def _path(self, decision: Decision) -> Path:
        return self.machine.disk.folder / "desk" / "decisions" / f"{decision.decision}.json"

    def _settled(self, decision: Decision) -> None:
        intent = self.book.intents.get(decision.decision)
        if intent is None:
            self.world.wrong(f"decision {decision.decision} is confirmed, and nobody at {self.name} made it")
            return
        intent.is_confirmed = True
        if intent.is_refused:
            self.world.wrong(f"decision {decision.decision} counts, and {self.person} was told that it does not")

    def _refused(self, decision: Decision) -> None:
        intent = self.book.intents.get(decision.decision)
        if intent is None:
            self.world.wrong(f"decision {decision.decision} is refused, and nobody at {self.name} made it")
        else:
            intent.is_refused = True

    def _heard(self, event: Event) -> None:
        match event:
            case DecisionSettled(decision=decision):
                self._settled(decision)
                self.world.note(self.machine, f"settled {decision.decision[:6]}")
            case DecisionRefused(decision=decision, error=error):
                self._refused(decision)
                self.world.note(self.machine, f"refused {decision.decision[:6]} {error.code}")
            case UnconfirmedChanged(count=count):
                if count and self._said:
                    self.book.intents[self._said].is_kept = True
                self._said = ""
            case LeaseLost(scan=scan):
                if self._scan is not None and self._scan[0] == scan:
                    self._scan = None
            case PersonChanged(person=person):
                self._is_seated = person is not None
            case RowsChanged(rows=rows):
                self._rows.update((row.scan, row) for row in rows)

    # -- the person -----------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Now and then, do the next thing."""
        chance = self.machine.chance
        self.machine.later(chance.uniform(0.3, 1.5), self._turn)
        if self.session is None or self._is_asking:
            return
        if not self._is_seated:
            self._ask(self.session.sign_in(self.person, PASSWORD), lambda person: None)
        elif self._scan is None:
            if self._has_waited(chance.random()):
                self._ask(self.session.take_next(), self._took)
        elif chance.random() < 0.05:
            self.session.give_back(self._scan[0])
            self._scan = None
        elif chance.random() < 0.6:
            self._decide(*self._scan)

    def _has_waited(self, lot: float) -> bool:
        """Whether to ask for the next scan: at once where the list shows one, else now and then."""
        return lot < 0.25 or any(waits(row) for row in self._rows.values())

    def _ask(self, future: "Future[Any]", then: Any) -> None:
        self._is_asking = True
        start = self.machine.starts

        def answered(done: "Future[Any]") -> None:
            if start != self.machine.starts:
                return
            self._is_asking = False
            error = done.exception()
            if error is None:
                then(done.result())
            elif isinstance(error, Refused) and error.code in _SIGN_IN_AGAIN:
                self._is_seated = False

        future.add_done_callback(answered)

    def _took(self, taken: tuple[str, Lease] | None) -> None:
        self._scan = taken

    def _decide(self, scan: str, lease: Lease) -> None:
        chance, row = self.machine.chance, self._rows.get(scan)
        given = self.book.given.get(scan)
        releases = row is not None and row.stored and row.complete and given is not None and chance.random() < 0.6
        decision = Decision(
            decision=self.machine.ids.randbytes(16).hex(),
            scan=scan,
            fence=lease.fence,
            verdict=Verdict.RELEASE if releases else Verdict.HOLD,
            content_sha256=given.content_sha256 if given and row and row.stored else "",
            reason=None if releases else HoldReason.OTHER,
            without_recognition=True,
        )
        assert self.session is not None
        self._scan = None
        self.book.intents[decision.decision] = Intent(decision=decision, desk=self.name, hub=self.hub)
        self.world.note(self.machine, f"decides {decision.verdict} {scan[:6]} as {decision.decision[:6]}")
        self._said = decision.decision
        self.session.decide(decision).add_done_callback(partial(self._decided, decision, self.machine.starts))

    def _decided(self, decision: Decision, start: int, done: "Future[int]") -> None:
        if start != self.machine.starts:
            return
        error = done.exception()
        if error is not None:
            if not isinstance(error, Refused):  # the disk refused: the person was told, nothing is kept or sent
                self.book.intents[decision.decision].is_refused = True
            return
        if self.machine.chance.random() < 0.25:
            self.machine.later(self.machine.chance.uniform(0.1, 4.0), partial(self._withdraw, decision))

    def _withdraw(self, decision: Decision) -> None:
        if self.session is None:
            return
        self.book.intents[decision.decision].was_withdrawal_asked = True
        self.session.withdraw(decision).add_done_callback(partial(self._withdrew, decision, self.machine.starts))

    def _withdrew(self, decision: Decision, start: int, done: "Future[Lease]") -> None:
        if start != self.machine.starts:
            return
        error = done.exception()
        if isinstance(error, ScanViewError):
            self.world.note(self.machine, f"not withdrawn {decision.decision[:6]} {error.code}")
            return
        self.book.intents[decision.decision].is_withdrawn = True
        self.world.note(self.machine, f"withdrawn {decision.decision[:6]}")
        self._scan = (decision.scan, done.result())
