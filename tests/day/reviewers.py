"""Those who review on the day: each at a workstation, with an eye that is good but not perfect, and breaks."""

import random
import threading
import time
from dataclasses import dataclass, field

from scanview.core.errors import ScanViewError
from scanview.core.review import Decision, HoldReason, Person, Role, Verdict
from scanview.core.scan import ScanHeader
from scanview.core.worklist import WorklistRow
from scanview.formats.header_json import decode_header
from scanview.wire import messages
from tests.day.plan import Truck
from tests.flow.hub_network import HubProcess, ScriptedWorkstation, new_id

IDLE_S = 0.1
HIT, FALSE_ALARM = 0.93, 0.04
"""How often an analyst holds what is to be held, and what is not."""

BREAK, VANISHES = 0.01, 0.004
"""How often, after a scan, somebody takes a break; and before one, is gone without a word."""

BREAK_S, GONE_S = 4.0, 8.0

_TRY_AGAIN = frozenset({"release-before-recognition"})
_NOT_MINE = frozenset({"stale-lease", "already-decided", "other-content"})


class DayWorkstation(ScriptedWorkstation):
    """A workstation that keeps of the worklist what is true now, and not all it ever heard."""

    def __init__(self, hub: HubProcess, name: str) -> None:
        self.rows: dict[str, WorklistRow] = {}
        super().__init__(hub, name)

    def _hear(self, message: messages.Message, raw: tuple[memoryview, ...]) -> None:
        if isinstance(message, messages.Worklist):
            for row in message.rows:
                self.rows[row.scan] = row


@dataclass(slots=True, kw_only=True)
class Told:
    """What reviewers were told that they must not know, and what else went wrong."""

    wrongs: list[str] = field(default_factory=list)
    vanished: int = 0
    breaks: int = 0
    given: int = 0


class Reviewer:
    """One person on a thread of their own. `look_s` is about how long they look at a scan."""

    def __init__(self, hub: HubProcess, person: Person, seed: int, sent: dict[str, Truck], look_s: float) -> None:
        self.person = person
        self.told = Told()
        self._hub = hub
        self._sent = sent
        self._look_s = look_s
        self._chance = random.Random(f"{seed} {person.name}")
        self._stopping = threading.Event()
        self._desk = self._sit_down()
        self._thread = threading.Thread(target=self._run, name=person.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leave after the scan at hand."""
        self._stopping.set()
        self._thread.join()
        self._desk.close()

    def _sit_down(self) -> DayWorkstation:
        desk = DayWorkstation(self._hub, f"desk-{self.person.name}-{self.told.vanished}")
        desk.online()
        desk.sign_in(self.person.name)
        desk.watch()
        return desk

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except ScanViewError as error:
                self.told.wrongs.append(f"{self.person.name}: {error.code}: {error}")
                self._stopping.wait(IDLE_S)
            except AssertionError as error:
                self.told.wrongs.append(f"{self.person.name}: {error}")
                return

    def _turn(self) -> None:
        leased = self._desk.ask(messages.TakeNext(request=0)).message
        if leased.lease is None:
            self._stopping.wait(IDLE_S)
            return
        self.told.given += 1
        if self._chance.random() < VANISHES:
            self._vanish()
            return
        self._review(leased.scan, leased.lease.fence)
        if self._chance.random() < BREAK:
            self._take_a_break()

    def _take_a_break(self) -> None:
        self.told.breaks += 1
        self._desk.ask(messages.TakeBreak(request=0))
        self._stopping.wait(BREAK_S)
        self._desk.ask(messages.ComeBack(request=0))

    def _vanish(self) -> None:
        """The workstation is switched off with a scan on its screen; another one takes its place."""
        self.told.vanished += 1
        self._desk.close()
        self._stopping.wait(GONE_S)
        self._desk = self._sit_down()

    def _review(self, scan: str, fence: int) -> None:
        answer = self._desk.ask(messages.OpenScan(request=0, scan=scan))
        opened = answer.message
        self._check_hidden(decode_header(bytes(answer.raw[0])))
        renewed = time.monotonic() + self._look_s * self._chance.uniform(0.5, 1.5)
        while (left := renewed - time.monotonic()) > 0 and not self._stopping.is_set():
            self._stopping.wait(min(left, 1.0))
            self._tried(messages.RenewLease(request=0, scan=scan, fence=fence))
        self._desk.tell(messages.CloseScan(scan=scan))
        self._decide(scan, fence, opened.content_sha256)

    def _check_hidden(self, header: ScanHeader) -> None:
        """No analyst is told who imports or ships what they look at."""
        declaration = header.declaration
        if self.person.role is Role.ANALYST and declaration and (declaration.importer or declaration.shipper):
            self.told.wrongs.append(f"{self.person.name} was told who imports scan {header.scan}")

    def _decide(self, scan: str, fence: int, content: str) -> None:
        decision = self._decision(scan, fence, content)
        for _ in range(100):
            code = self._tried(messages.Decide(request=0, decision=decision))
            if code == "release-without-recognition":
                decision = self._decision(scan, fence, content, without_recognition=True)
            elif code not in _TRY_AGAIN:
                return
            self._stopping.wait(IDLE_S)

    def _decision(self, scan: str, fence: int, content: str, *, without_recognition: bool = False) -> Decision:
        holds = self._verdict(scan) is Verdict.HOLD
        return Decision(
            decision=new_id(),
            scan=scan,
            fence=fence,
            verdict=Verdict.HOLD if holds else Verdict.RELEASE,
            content_sha256=content,
            reason=HoldReason.SUSPECT_OBJECT if holds else None,
            without_recognition=without_recognition and not holds,
        )

    def _verdict(self, scan: str) -> Verdict:
        """The same person says the same of a scan each time; experts and the chief do not err."""
        truck = self._sent[scan]
        if self.person.role is not Role.ANALYST:
            return truck.truth
        holds = random.Random(f"{self.person.name} {scan}").random() < (HIT if truck.harmful else FALSE_ALARM)
        return Verdict.HOLD if holds else Verdict.RELEASE

    def _tried(self, message: messages.Message) -> str:
        """The code it is refused with, where that may happen to anybody; empty where it is not refused."""
        try:
            self._desk.ask(message)
        except ScanViewError as error:
            if error.code in _TRY_AGAIN | _NOT_MINE or error.code == "release-without-recognition":
                return error.code
            raise
        return ""
