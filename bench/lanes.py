"""A hundred lanes at 40 scans an hour, decisions going back: receipts, gates and the hub's memory, for ten minutes.

Every lane sends strips at the pace of a truck. Four lanes have scans of full size (2 x 1500 x 8000), the others small
ones. All lanes and four analysts, who decide at once, live in one process; the hub is the real one, in another.
"""

import argparse
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass

from bench.intake.strips import COLUMNS, encoded, noisy_counts
from bench.intake.strips import ROWS as FULL_ROWS
from bench.network.analyst import Analyst
from bench.network.hub import RunningHub, running_hub
from bench.network.lane import Lane
from bench.processes import cpu_seconds, forget_peak, peak_memory_mb
from bench.rows import Row, lower_is_better, percentile, print_rows
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import RecordPrefix, read_prefix

LANES = 100
FULL_LANES = 4
ANALYSTS = 4
SCANS_PER_HOUR = 40
SMALL_ROWS, SMALL_COLUMNS = 200, 1_024
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What passes a lane again and again."""

    rows: int
    records: list[bytes]
    places: list[RecordPrefix]

    @classmethod
    def of(cls, columns: int, rows: int) -> "Picture":
        """Noise of this size."""
        records = encoded(noisy_counts(columns, rows))
        return cls(rows=rows, records=records, places=[read_prefix(record) for record in records])


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench lanes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    parser.add_argument("--quick", action="store_true", help="two minutes instead of ten")
    parser.add_argument("--minutes", type=float, help="how long scans come")
    parser.add_argument("--lanes", type=int, default=LANES, help=f"how many lanes ({LANES})")
    options = parser.parse_args(arguments)
    minutes = options.minutes or (2.0 if options.quick else 10.0)
    print_rows(run(minutes, options.lanes), options.json)
    return 0


def run(minutes: float, lanes: int) -> list[Row]:
    """Let scans come for so long, then wait until all is decided and carried out."""
    small, full = Picture.of(SMALL_COLUMNS, SMALL_ROWS), Picture.of(COLUMNS, FULL_ROWS)
    with ExitStack() as opened:
        hub = opened.enter_context(running_hub())
        loop = opened.enter_context(ReactorThread("bench lanes"))
        ports = [Lane(number, hub, loop) for number in range(lanes)]
        for port in ports:
            opened.callback(port.close)
            port.wait_online()
        analysts = [opened.enter_context(Analyst(f"analyst-{number}", hub)) for number in range(ANALYSTS)]
        forget_peak(hub.pid)
        started, cpu = time.perf_counter(), cpu_seconds(hub.pid)
        sent = _send(ports, small, full, minutes * 60)
        busy = (cpu_seconds(hub.pid) - cpu) / (time.perf_counter() - started)
        _wait_for_all(ports, sent)
        return _rows(hub, ports, analysts, busy)


def _send(ports: list[Lane], small: Picture, full: Picture, seconds: float) -> int:
    """Trucks come to all lanes in turns, evenly; returns how many."""
    every_s = 3_600 / SCANS_PER_HOUR / len(ports)
    started, sent = time.monotonic(), 0
    while sent * every_s < seconds:
        time.sleep(max(started + sent * every_s - time.monotonic(), 0.0))
        number = sent % len(ports)
        # The lanes with full scans are spread over the turn: trucks of neighbouring lanes do not come all at once.
        picture = full if number % max(len(ports) // FULL_LANES, 1) == 0 else small
        ports[number].pass_through(picture.records, picture.places, picture.rows)
        sent += 1
    return sent


def _wait_for_all(ports: list[Lane], sent: int) -> None:
    """Return once every scan's gate was moved."""
    deadline = time.monotonic() + PATIENCE_S
    while (moved := sum(len(port.gate_moved_at) for port in ports)) < sent:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {moved} of {sent} scans were decided and carried out")
        time.sleep(0.1)


def _rows(hub: RunningHub, ports: list[Lane], analysts: list[Analyst], busy: float) -> list[Row]:
    receipts_ms = [1e3 * (port.received_at[scan] - at) for port in ports for scan, at in port.given_at.items()]
    moved_at = {scan: at for port in ports for scan, at in port.gate_moved_at.items()}
    sent_at = {scan: at for analyst in analysts for scan, at in analyst.sent_at.items()}
    gates_ms = [1e3 * (moved_at[scan][0] - at) for scan, at in sent_at.items()]
    doubled = sum(len(at) - 1 for at in moved_at.values())
    return [
        lower_is_better("lanes", "last_strip_to_receipt", statistics.median(receipts_ms), "ms"),
        lower_is_better("lanes", "last_strip_to_receipt_p99", percentile(receipts_ms, 0.99), "ms", goal=1_000.0),
        lower_is_better("lanes", "decision_to_gate", statistics.median(gates_ms), "ms"),
        lower_is_better("lanes", "decision_to_gate_p99", percentile(gates_ms, 0.99), "ms", goal=150.0),
        lower_is_better("lanes", "hub_memory", peak_memory_mb(hub.pid), "MB", goal=600.0),
        lower_is_better("lanes", "hub_cpu", busy, "cores"),
        lower_is_better("lanes", "scans_not_received", float(len(moved_at) - len(receipts_ms)), "", goal=0.0),
        lower_is_better("lanes", "gates_moved_twice", float(doubled), "", goal=0.0),
    ]
