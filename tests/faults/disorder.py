"""A scripted lane whose strips come in any order, twice, and damaged; it asks again until it has the receipt."""

import hashlib
import random
import threading
from collections import Counter
from itertools import pairwise
from types import SimpleNamespace

from scanview.core.order import Order, parse_order
from scanview.formats.archive_index import CONTENT_START, file_start
from scanview.formats.header_json import encode_header
from scanview.wire import messages
from tests.faults.poor_link import PoorLink
from tests.flow.hub_network import HubProcess, ScriptedPort, new_id
from tests.unit.formats.archive_scans import scan_image, strip_records
from tests.unit.review.room import make_header

ANSWER_S = 0.5
PAUSE_S = 0.5
COLUMNS = 640


class DisorderlyLane:
    """Sends one scan after the other on a thread of its own until `enough`. `given` pairs scans with their content.

    `disorder` counts what it did: strips sent again, out of order and damaged, ends and receipts said twice.
    """

    def __init__(self, name: str, hub: HubProcess, seed: int) -> None:
        self.name = name
        self.link = PoorLink(hub.endpoint)
        self.given: dict[str, str] = {}
        self.received: dict[str, list[str]] = {}
        self.disorder: Counter[str] = Counter()
        far_hub = SimpleNamespace(endpoint=self.link.endpoint, card=hub.card, enrolments=hub.enrolments)
        self._port = ScriptedPort(far_hub, name)
        self._chance = random.Random(seed)
        self._enough = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disorderly lane")

    def start(self, *, is_at_rest: bool) -> None:
        if is_at_rest:
            self._enough.set()
        self._thread.start()

    def enough(self) -> None:
        self._enough.set()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._port.close()
        self.link.stop()

    def applied(self) -> list[Order]:
        """The orders that reached this lane's gate."""
        return [parse_order(document) for _, document in tuple(self._port.applied)]

    def progress(self) -> int:
        """Grows with every receipt and every order."""
        return len(self.received) + len(self._port.applied)

    def is_drained(self) -> bool:
        """Whether every scan has its receipt."""
        return self.given.keys() == self.received.keys()

    def _run(self) -> None:
        while not self._stopping.is_set() and not self._enough.is_set():
            self._give()
            self._enough.wait(PAUSE_S)

    def _give(self) -> None:
        header = make_header(new_id(), lane=self.name)
        records = strip_records(scan_image((COLUMNS,), header, seed=self._chance.randrange(1 << 30)))
        content = hashlib.sha256(file_start(header)[CONTENT_START:] + b"".join(records)).hexdigest()
        self.given[header.scan] = content
        while not self._stopping.is_set() and header.scan not in self.received:
            self._port.heard.clear()
            self._port.tell(messages.ScanOffer(scan=header.scan), encode_header(header))
            resume = self._heard(messages.ScanResume, header.scan)
            if resume is not None:
                self._send(header.scan, records, resume.strips, content)
            receipts = [] if self._heard(messages.ScanReceipt, header.scan) is None else self._receipts(header.scan)
            if receipts:
                self.received[header.scan] = receipts

    def _send(self, scan: str, records: list[bytes], first: int, content: str) -> None:
        """Everything from `first` on and a little before, shuffled, some twice, one perhaps damaged on its way."""
        sequences = list(range(max(0, first - 1), len(records)))
        sequences += [sequence for sequence in sequences if self._chance.random() < 0.3]
        self._chance.shuffle(sequences)
        self.disorder["strips sent again"] += len(sequences) - len(records) + first
        self.disorder["strips out of order"] += sum(later < one for one, later in pairwise(sequences))
        for sequence in sequences:
            record = records[sequence]
            if self._chance.random() < 0.02:
                record = record[:-1] + bytes([record[-1] ^ 0xFF])
                self.disorder["strips damaged"] += 1
            self._port.tell(messages.Strip(scan=scan, sequence=sequence), record)
        ends = self._chance.choice((1, 1, 2))
        self.disorder["ends said twice"] += ends - 1
        for _ in range(ends):
            self._port.tell(messages.ScanEnd(scan=scan, strips=len(records), content_sha256=content, complete=True))

    def _heard(self, kind: type, scan: str) -> messages.Message | None:
        """The newest message of `kind` about `scan` that comes soon, or a receipt of it when one comes instead."""
        for _ in range(int(ANSWER_S / 0.02)):
            found = [m for m, _ in tuple(self._port.heard) if isinstance(m, kind) and m.scan == scan]
            if found:
                return found[-1]
            if self._receipts(scan) or self._stopping.wait(0.02):
                break
        return None

    def _receipts(self, scan: str) -> list[str]:
        return [
            m.content_sha256
            for m, _ in tuple(self._port.heard)
            if isinstance(m, messages.ScanReceipt) and m.scan == scan
        ]
