"""A recognition worker to be killed: `python -m tests.faults.worker_process HUB_DATA ENDPOINT NAME SEED`.

It takes its time, and says some things twice.
"""

import random
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from scanview.core.errors import ScanViewError
from scanview.store.folders import hub_card
from scanview.wire import messages
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments
from scanview.wire.hub_link import LinkState
from tests.flow.hub_network import ScriptedWorker
from tests.unit.review.room import make_recognition

IDLE_S = 0.02
LONGEST_THOUGHT_S = 0.2


def recognise(worker: ScriptedWorker, scan: str, chance: random.Random) -> None:
    opened = worker.ask(messages.OpenScan(request=0, scan=scan)).message
    worker.tell(messages.CloseScan(scan=scan))
    time.sleep(chance.random() * LONGEST_THOUGHT_S)
    if chance.random() < 0.1:
        worker.ask(messages.ReportNotRecognised(request=0, scan=scan, why="too noisy"))
        return
    recognition = make_recognition(chance.random())
    for _ in range(chance.choice((1, 1, 2))):
        worker.report(scan, opened.content_sha256, recognition)


def work(worker: ScriptedWorker, chance: random.Random, stopping: threading.Event) -> None:
    """Say that we are ready, once per connection and once per scan, and do what comes."""
    done, welcome = 0, None
    while not stopping.wait(IDLE_S):
        if worker.link.state is not LinkState.ONLINE:
            continue
        if worker.link.welcome is not welcome:
            welcome, done = worker.link.welcome, len(worker.heard)
            worker.ready()
        offered = [message for message, _ in worker.heard[done:] if isinstance(message, messages.Work)]
        done = len(worker.heard)
        for message in offered:
            try:
                recognise(worker, message.scan, chance)
            except ScanViewError:
                continue  # cut off, or a person was faster: the hub knows what to do
            finally:
                worker.ready()


def main(data: Path, endpoint: str, name: str, seed: int) -> None:
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    hub = SimpleNamespace(endpoint=endpoint, card=hub_card(data), enrolments=Enrolments(data / ENROLLED_FOLDER))
    worker = ScriptedWorker(hub, name)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        work(worker, random.Random(seed), stopping)
    finally:
        worker.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
