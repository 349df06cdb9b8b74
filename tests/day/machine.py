"""The recognition worker of the day: it says of each scan what the plan says it would."""

import threading
from contextlib import suppress

from scanview.core.errors import ScanViewError
from scanview.wire import messages
from tests.day.plan import Truck
from tests.flow.hub_network import HubProcess, ScriptedWorker


class Machine:
    """One worker on a thread of its own, from `start` to `stop`."""

    def __init__(self, hub: HubProcess, name: str, sent: dict[str, Truck]) -> None:
        self._worker = ScriptedWorker(hub, name).online()
        self._sent = sent
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the scan at hand."""
        self._stopping.set()
        self._thread.join()
        self._worker.close()

    def _run(self) -> None:
        done = 0
        self._worker.ready()
        while not self._stopping.wait(0.01):
            asked = [message for message, _ in self._worker.heard[done:] if isinstance(message, messages.Work)]
            done = len(self._worker.heard)
            for work in asked:
                with suppress(ScanViewError):  # the scan may be another worker's by now: the hub knows what to do
                    self._speak(work.scan)
                self._worker.ready()

    def _speak(self, scan: str) -> None:
        opened = self._worker.ask(messages.OpenScan(request=0, scan=scan)).message
        self._worker.tell(messages.CloseScan(scan=scan))
        recognition = self._sent[scan].recognition
        if recognition is None:
            self._worker.ask(messages.ReportNotRecognised(request=0, scan=scan, why="too noisy"))
        else:
            self._worker.report(scan, opened.content_sha256, recognition)
