"""A hub in a process of its own, and peers whose every word a test scripts, over real sockets."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import msgspec

from scanview.core.order import OrderReceipt, Outcome, parse_order
from scanview.core.review import Role
from scanview.formats.header_json import encode_header
from scanview.store import people, verification
from scanview.store.folders import KEYS_FOLDER
from scanview.wire import messages
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.keys import Identity, Purpose, verify
from scanview.wire.messages import PROTOCOL_VERSION, Hello, PeerRole
from scanview.wire.reactor import Reactor

PASSWORD = "correct horse"
PATIENCE_S = 20.0
_ROOT = Path(__file__).parents[2]

_PROGRAM = """
import json, sys
from pathlib import Path
from scanview.hub.running import run_hub
from scanview.settings import HubSettings
from tests.flow.clock import follow

follow(Path(sys.argv[3]))

def ready(endpoint):
    forbidden = sorted({"numpy", "cv2", "onnxruntime", "PySide6", "scanview.imaging"} & set(sys.modules))
    print(json.dumps({"endpoint": endpoint, "forbidden": forbidden}), flush=True)

run_hub(Path(sys.argv[1]), HubSettings(**json.loads(sys.argv[2])), ready)
forbidden = sorted({"numpy", "cv2", "onnxruntime", "PySide6", "scanview.imaging"} & set(sys.modules))
print(json.dumps({"forbidden": forbidden}), flush=True)
"""


class HubProcess:
    """A hub on `data`, started, killed and started again; its clock is off as the file `clock` says."""

    def __init__(self, data: Path, **settings):
        self.data = data
        self.settings = {"heartbeat_s": 0.5, "lease_s": 1.0, "checkpoint_every_s": 0.5, "min_free_bytes": 0}
        self.settings |= {"decision_grace_s": 0.0, "free_choice": True, **settings}
        self.endpoint = "tcp://127.0.0.1:*"
        data.mkdir(mode=0o700, exist_ok=True)
        self.card = Identity.load_or_make(data / KEYS_FOLDER).card(PeerRole.HUB, "hub")
        self.enrolments = Enrolments(data / ENROLLED_FOLDER)
        self.forbidden = None
        self.clock = data.with_name(f"{data.name}.clock")
        self._process = None

    def start(self):
        settings = msgspec.json.encode({**self.settings, "endpoint": self.endpoint}).decode()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(self.data), settings, str(self.clock)],
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "SCANVIEW_RUNTIME_DIR": str(self.data / "runtime"),
            },
        )
        ready = msgspec.json.decode(self._process.stdout.readline())
        self.endpoint, self.forbidden = ready["endpoint"], ready["forbidden"]
        return self

    def kill(self):
        """As a power cut would."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def stop(self):
        """As `systemctl stop` would; the exit status, and the last modules it had imported."""
        self._process.send_signal(signal.SIGTERM)
        rest = self._process.stdout.read()
        status = self._process.wait(timeout=PATIENCE_S)
        self._process.stdout.close()
        if rest.strip():
            self.forbidden = msgspec.json.decode(rest)["forbidden"]
        return status

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def add_person(self, name, role=Role.ANALYST, password=PASSWORD, **belonging):
        return people.add_person(self.data, name=name, role=role, password=password, **belonging)

    def entries(self):
        return list(verification.export(self.data))

    def verify(self):
        return verification.verify(self.data)


class ScriptedPeer:
    """One machine with keys of its own, on a thread with a reactor; it keeps everything it hears."""

    def __init__(self, hub: HubProcess, role: PeerRole, name: str, *, enrol: bool = True):
        self.name = name
        self.hub = hub
        self.identity = Identity.make()
        self.card = self.identity.card(role, name)
        self.heard = []
        self._news = threading.Condition()
        self._answer: dict[type, Callable] = {}
        if enrol:
            hub.enrolments.add(self.card)
        self.reactor = Reactor()
        self.link = HubLink(
            reactor=self.reactor,
            endpoint=hub.endpoint,
            identity=self.identity,
            hub=hub.card,
            hello=Hello(versions=(PROTOCOL_VERSION,), role=role, name=name, program="test"),
            on_message=self._hear,
            on_state=lambda _: self._notify(),
        )
        self._thread = threading.Thread(target=self.reactor.run, name=f"peer {name}")
        self._thread.start()
        self.reactor.post(self.link.open)

    def answer(self, kind, function):
        """Call `function(message, raw)` on the peer's thread for each message of `kind`."""
        self._answer[kind] = function
        return self

    def online(self):
        self.wait(lambda: self.link.state is LinkState.ONLINE, "the link")
        return self

    def ask(self, message, *raw):
        """The answer to a request; raises what the hub refused it with."""
        answer: Future = Future()

        def ask():
            asked = self.link.request(message, *raw)
            asked.add_done_callback(
                lambda done: (
                    answer.set_exception(done.exception()) if done.exception() else answer.set_result(done.result())
                )
            )

        self.reactor.post(ask)
        return answer.result(timeout=PATIENCE_S)

    def tell(self, message, *raw):
        self.reactor.post(lambda: self.link.send(message, *raw))

    def hears(self, kind, condition=lambda message: True):
        """The newest message of `kind` that meets `condition`, waited for: (message, raw frames)."""

        def found():
            return [(m, raw) for m, raw in self.heard if isinstance(m, kind) and condition(m)]

        self.wait(found, f"{kind.__name__} at {self.name}")
        return found()[-1]

    def wait(self, condition, what):
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while not condition():
                left_s = deadline - time.monotonic()
                assert left_s > 0, f"{what} did not come; heard {[type(m).__name__ for m, _ in self.heard]}"
                self._news.wait(min(left_s, 0.5))

    def close(self):
        self.reactor.post(self.link.close)
        self.reactor.stop()
        self._thread.join()

    def _hear(self, message, raw):
        copies = tuple(bytes(frame) for frame in raw)
        with self._news:
            self.heard.append((message, copies))
            self._news.notify_all()
        if answer := self._answer.get(type(message)):
            answer(message, copies)

    def _notify(self):
        with self._news:
            self._news.notify_all()


class ScriptedPort(ScriptedPeer):
    """A lane that uploads strips as a test says, and applies every order once."""

    def __init__(self, hub, lane="CNSHA-03", outcome=Outcome.APPLIED):
        self.applied = []
        self._outcome = outcome
        self._receipts = {}
        super().__init__(hub, PeerRole.PORT, lane)
        self.answer(messages.OrderMessage, self._order)

    def offer(self, header):
        self.tell(messages.ScanOffer(scan=header.scan), encode_header(header))
        return self.hears(messages.ScanResume, lambda m: m.scan == header.scan)[0].strips

    def send_strips(self, scan, records, first=0):
        for sequence, record in enumerate(records, first):
            self.tell(messages.Strip(scan=scan, sequence=sequence), record)

    def end(self, scan, strips, content_sha256, *, complete=True):
        self.tell(messages.ScanEnd(scan=scan, strips=strips, content_sha256=content_sha256, complete=complete))
        return self.hears(messages.ScanReceipt, lambda m: m.scan == scan)[0].content_sha256

    def _order(self, message, raw):
        verify(raw[0], Purpose.ORDER, message.signatures[0], self.hub.card)
        if message.order not in self._receipts:
            self.applied.append((message, raw[0]))
            self._receipts[message.order] = self._receipt(raw[0])
        document = self._receipts[message.order]
        signature = self.identity.sign(document, Purpose.ORDER_RECEIPT)
        self.link.send(messages.OrderReceiptMessage(order=message.order, signature=signature), document)

    def _receipt(self, document):
        order = parse_order(document)
        why = "expired" if self._outcome is Outcome.REFUSED else ""
        return OrderReceipt(
            order=order.order, lane=self.name, scan=order.scan, outcome=self._outcome, why=why, at=time.time()
        ).canonical()


class ScriptedWorkstation(ScriptedPeer):
    """A workstation; everything is asked by hand."""

    def __init__(self, hub, name="desk-1"):
        super().__init__(hub, PeerRole.WORKSTATION, name)

    def sign_in(self, name="Li", password=PASSWORD):
        return self.ask(messages.SignIn(request=0, name=name, password=password)).message.person

    def watch(self, after=0):
        answer = self.ask(messages.WatchWorklist(request=0, after=after))
        with self._news:
            self.heard.append((answer.message, ()))

    def row(self, scan, condition=lambda row: True):
        """The scan's row as last told, once it meets `condition`."""

        def rows():
            return [
                row
                for message, _ in self.heard
                if isinstance(message, messages.Worklist)
                for row in message.rows
                if row.scan == scan
            ]

        self.wait(lambda: rows() and condition(rows()[-1]), f"the row of {scan}")
        return rows()[-1]

    def take(self, scan):
        return self.ask(messages.Take(request=0, scan=scan)).message.lease

    def decide(self, decision):
        return self.ask(messages.Decide(request=0, decision=decision)).message


class ScriptedWorker(ScriptedPeer):
    """A recognition worker that says what a test tells it to."""

    def __init__(self, hub, name="worker-1"):
        super().__init__(hub, PeerRole.WORKER, name)

    def ready(self):
        self.tell(messages.WorkReady(model="test 1"))

    def report(self, scan, content_sha256, recognition):
        return self.ask(
            messages.ReportRecognition(request=0, scan=scan, content_sha256=content_sha256, recognition=recognition)
        ).message


def new_id():
    return uuid.uuid4().hex
