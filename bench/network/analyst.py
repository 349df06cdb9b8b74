"""An analyst at a workstation who holds every scan that the hub has stored, at once."""

import threading
import time
import uuid

from bench.intake.senders import PATIENCE_S
from bench.network.hub import PASSWORD, RunningHub
from scanview.core.errors import ScanViewError
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.wire import messages
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.keys import Identity
from scanview.wire.messages import PROTOCOL_VERSION, Hello, Message, PeerRole
from scanview.wire.reactor_thread import ReactorThread

LOOK_EVERY_S = 0.5
"""At the latest; what the worklist tells of comes earlier."""


class Analyst:
    """Keeps when each decision was sent, and when the hub had it for good; by `time.perf_counter`."""

    def __init__(self, name: str, hub: RunningHub) -> None:
        hub.add_analyst(name)
        identity = Identity.make()
        hub.enrol(identity, PeerRole.WORKSTATION, name)
        self.sent_at: dict[str, float] = {}
        self.durable_at: dict[str, float] = {}
        self._name = name
        self._online, self._news, self._stopping = threading.Event(), threading.Event(), threading.Event()
        self._loop = ReactorThread(f"desk of {name}")
        self._link = HubLink(
            reactor=self._loop.reactor,
            endpoint=hub.endpoint,
            identity=identity,
            hub=hub.card,
            hello=Hello(versions=(PROTOCOL_VERSION,), role=PeerRole.WORKSTATION, name=name, program="bench"),
            on_message=lambda message, raw: self._news.set(),
            on_state=lambda state: self._online.set() if state is LinkState.ONLINE else None,
        )
        self._thread = threading.Thread(target=self._work, name=name)

    def __enter__(self) -> "Analyst":
        """Sit down and begin."""
        self._loop.start()
        self._loop.reactor.post(self._link.open)
        try:
            if not self._online.wait(PATIENCE_S):
                raise RuntimeError("the bench's hub cannot be reached")
            self._ask(messages.SignIn(request=0, name=self._name, password=PASSWORD))
            self._ask(messages.WatchWorklist(request=0, after=0))
        except BaseException:
            self._loop.stop()
            raise
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave after the decision at hand."""
        self._stopping.set()
        self._news.set()
        self._thread.join()
        self._loop.stop()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            while not self._stopping.is_set() and self._decide_one():
                pass
            self._news.wait(LOOK_EVERY_S)

    def _decide_one(self) -> bool:
        """Hold the most urgent scan; False where none waits."""
        leased = self._ask(messages.TakeNext(request=0))
        if not isinstance(leased, messages.Leased) or leased.lease is None:
            return False
        opened = self._ask(messages.OpenScan(request=0, scan=leased.scan))
        self._loop.reactor.post(lambda: self._link.send(messages.CloseScan(scan=leased.scan)))
        if not isinstance(opened, messages.ScanOpened):
            raise RuntimeError(f"the hub opens no scan but answers {opened}")
        decision = Decision(
            decision=uuid.uuid4().hex,
            scan=leased.scan,
            fence=leased.lease.fence,
            verdict=Verdict.HOLD,
            content_sha256=opened.content_sha256,
            reason=HoldReason.SUSPECT_OBJECT,
        )
        self.sent_at[leased.scan] = time.perf_counter()
        self._ask(messages.Decide(request=0, decision=decision))
        self.durable_at[leased.scan] = time.perf_counter()
        return True

    def _ask(self, message: Message) -> Message:
        """The hub's answer; raises what it refuses with."""
        answer = self._loop.call(lambda: self._link.request(message))
        try:
            return answer.result(PATIENCE_S).message
        except ScanViewError as error:
            raise RuntimeError(f"the hub refuses {type(message).__name__}: {error}") from error
