"""A scripted analyst who never rests: takes, decides by a seeded rule, and after a break asks the same once more.

Some decisions are taken back at once, and the scan is decided again.
"""

import random
import threading
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from scanview.core.errors import ScanViewError, Unavailable
from scanview.core.review import Decision
from scanview.core.work import Lease
from scanview.wire import messages
from scanview.wire.hub_link import LinkState
from tests.faults.poor_link import PoorLink
from tests.flow.hub_network import HubProcess, ScriptedWorkstation
from tests.unit.review.room import hold, release

IDLE_S = 0.05
REPEATED = 0.2
HASTY = 0.1
TAKEN_BACK = 0.2
"""Shares of the decisions that are sent again though they were acknowledged, made before the scan is stored, and that
are to be taken back."""

_FORBIDDEN = frozenset({"release-incomplete", "release-before-stored"})
_ASK_AGAIN = frozenset({"release-before-recognition"})
_TOO_LATE = frozenset({"order-left", "grace-over"})


class Analyst:
    """One analyst at one workstation, on a thread of its own from `start` to `stop`."""

    def __init__(self, hub: HubProcess, seed: int) -> None:
        self.link = PoorLink(hub.endpoint)
        far_hub = SimpleNamespace(endpoint=self.link.endpoint, card=hub.card, enrolments=hub.enrolments)
        self._desk = ScriptedWorkstation(far_hub)
        self._chance = random.Random(seed)
        self._seed = seed
        self._welcome = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="analyst")
        self._growing: set[str] = set()
        self.acknowledged: dict[str, Decision] = {}
        self.withdrawn: dict[str, Decision] = {}
        self.forbidden: list[str] = []
        self.wrongs: list[str] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._desk.close()
        self.link.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._sit_down() or not self._review_one():
                    self._stopping.wait(IDLE_S)
            except ScanViewError:
                self._stopping.wait(IDLE_S)

    def _sit_down(self) -> bool:
        """Sign in, once per connection; False while there is none."""
        welcome = self._desk.link.welcome
        if self._desk.link.state is not LinkState.ONLINE or welcome is None:
            return False
        if welcome is not self._welcome:
            self._desk.heard.clear()
            self._desk.sign_in()
            self._desk.watch()
            self._welcome = welcome
        return True

    def _review_one(self) -> bool:
        scan = self._growing_scan() if self._chance.random() < HASTY else ""
        if scan:
            self._growing.add(scan)
            leased = self._desk.ask(messages.Take(request=0, scan=scan)).message
        else:
            leased = self._desk.ask(messages.TakeNext(request=0)).message
        if leased.lease is None:
            return False
        self._decide(leased.scan, leased.lease.fence, in_haste=bool(scan))
        return True

    def _growing_scan(self) -> str:
        """A scan that was still arriving when the hub last spoke of it, each once, or ""."""
        rows = {
            row.scan: row
            for message, _ in tuple(self._desk.heard)
            if isinstance(message, messages.Worklist)
            for row in message.rows
        }
        arriving = (row.scan for row in rows.values() if not row.stored and row.strips and row.verdict is None)
        return next((scan for scan in arriving if scan not in self._growing), "")

    def _decide(self, scan: str, fence: int, *, in_haste: bool) -> None:
        opened = self._desk.ask(messages.OpenScan(request=0, scan=scan)).message
        self._desk.tell(messages.CloseScan(scan=scan))
        wants_release = random.Random(f"{self._seed} {scan}").random() < 0.6
        if opened.stored and wants_release and not in_haste and self._release(scan, fence, opened.content_sha256):
            return
        self._send(hold(scan, fence, content=opened.content_sha256))

    def _release(self, scan: str, fence: int, content: str) -> bool:
        """Try to release, whatever the scan is: what may not be released, the hub must refuse."""
        decision = release(scan, fence, content=content)
        for _ in range(100):
            try:
                self._send(decision)
                return True
            except Unavailable:
                raise
            except ScanViewError as error:
                if error.code in _FORBIDDEN:
                    self.forbidden.append(scan)
                    return False
                if error.code == "release-without-recognition":
                    decision = replace(decision, without_recognition=True)
                elif error.code not in _ASK_AGAIN:
                    raise
            self._desk.tell(messages.RenewLease(request=0, scan=scan, fence=fence))
            self._stopping.wait(IDLE_S)
        return False

    def _send(self, decision: Decision) -> None:
        """Send until the hub has answered for good; then perhaps take it back, and decide anew."""
        done = self._ask_until_answered(messages.Decide(request=0, decision=decision))
        self._acknowledge(decision, done.seq)
        lease = self._take_back(decision) if self._chance.random() < TAKEN_BACK else None
        if lease is not None:
            self._decide(decision.scan, lease.fence, in_haste=False)

    def _ask_until_answered(self, question: messages.Message) -> Any:
        """The hub's answer, over as many connections as it takes; raises what it refuses the question with."""
        while True:
            try:
                while not self._sit_down() and not self._stopping.wait(IDLE_S):
                    pass
                return self._desk.ask(question).message
            except ScanViewError as error:
                is_unknown = isinstance(error, Unavailable) or error.code == "not-signed-in"
                if not is_unknown or self._stopping.is_set():
                    raise
                time.sleep(IDLE_S)

    def _take_back(self, decision: Decision) -> Lease | None:
        """The lease under which the scan is decided anew; None where the order had left."""
        question = messages.Withdraw(request=0, scan=decision.scan, decision=decision.decision)
        try:
            lease: Lease = self._ask_until_answered(question).lease
        except ScanViewError as error:
            if error.code not in _TOO_LATE:
                raise
            return None
        self.withdrawn[decision.decision] = self.acknowledged.pop(decision.decision)
        return lease

    def _acknowledge(self, decision: Decision, seq: int) -> None:
        self.acknowledged[decision.decision] = decision
        if self._chance.random() < REPEATED:
            try:
                again = self._desk.decide(decision).seq
            except ScanViewError:
                return
            if again != seq:
                self.wrongs.append(f"decision {decision.decision} is entry {seq}, and entry {again} when sent again")
