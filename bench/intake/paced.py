"""From a scan's last strip to its receipt, when strips come at the pace of a truck that drives through."""

import statistics
import tempfile
import time
from pathlib import Path

from bench.intake.hub_process import hub
from bench.intake.senders import MemoryScan, Sender, new_header
from bench.intake.strips import encoded, noisy_counts
from bench.rows import Row, lower_is_better, percentile
from scanview.core.scan import STRIP_COLUMNS
from scanview.wire.records import read_prefix

STRIPS = 16
STRIP_EVERY_S = 0.04
"""3,200 columns a second, as in the rows of the viewer."""


def run(quick: bool) -> list[Row]:
    """The rows `last_strip_to_receipt`: median and 99 %, encrypted, one lane."""
    scans = 15 if quick else 101
    records = encoded(noisy_counts(STRIPS * STRIP_COLUMNS))
    with (
        tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder,
        hub(Path(folder), encrypted=True, connections=1) as senders,
    ):
        waits_ms = []
        for _ in range(scans):
            waits_ms.append(1e3 * _wait_of_one(senders.all[0], records))
            senders.forget()
    return [
        lower_is_better("intake", "last_strip_to_receipt", statistics.median(waits_ms), "ms", goal=15.0),
        lower_is_better("intake", "last_strip_to_receipt_p99", percentile(waits_ms, 0.99), "ms"),
    ]


def _wait_of_one(sender: Sender, records: list[bytes]) -> float:
    """Seconds from the last strip and the end of a scan to its receipt at the port."""
    whole = MemoryScan.whole(new_header(sender.lane), records, [read_prefix(record) for record in records])
    growing = MemoryScan(whole.header, records, [], None)
    sender.spool.fill([growing])
    for place in whole.places[:-1]:
        growing.places.append(place)
        sender.look()
        time.sleep(STRIP_EVERY_S)
    given_at = time.perf_counter()
    growing.places.append(whole.places[-1])
    growing.end = whole.end
    sender.look()
    sender.wait_received()
    return sender.spool.received_at[growing.header.scan] - given_at
