"""How soon a decision is durable, and how soon the gate of its lane is moved, with nothing else to do for the hub."""

import statistics
import time

from bench.intake.strips import encoded, noisy_counts
from bench.network.analyst import Analyst
from bench.network.hub import running_hub
from bench.network.lane import Lane
from bench.rows import Row, lower_is_better, percentile
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import read_prefix

ROWS = 200
PATIENCE_S = 30.0


def run(quick: bool) -> list[Row]:
    """Measure, one scan after the other."""
    decisions = 50 if quick else 500
    records = encoded(noisy_counts(64, ROWS))
    places = [read_prefix(record) for record in records]
    with running_hub() as hub, ReactorThread("bench lane") as loop, Analyst("analyst", hub) as analyst:
        lane = Lane(0, hub, loop)
        lane.wait_online()
        for _ in range(decisions):
            _wait_for(lane, lane.pass_through(records, places, ROWS))
    durable_ms = [1e3 * (analyst.durable_at[scan] - sent) for scan, sent in analyst.sent_at.items()]
    gate_ms = [1e3 * (lane.gate_moved_at[scan][0] - sent) for scan, sent in analyst.sent_at.items()]
    return [
        lower_is_better("orders", "decision_to_durable", statistics.median(durable_ms), "ms"),
        lower_is_better("orders", "decision_to_durable_p99", percentile(durable_ms, 0.99), "ms"),
        lower_is_better("orders", "decision_to_gate", statistics.median(gate_ms), "ms"),
        lower_is_better("orders", "decision_to_gate_p99", percentile(gate_ms, 0.99), "ms", goal=150.0),
    ]


def _wait_for(lane: Lane, scan: str) -> None:
    """Return once the lane's gate was moved for the scan."""
    deadline = time.monotonic() + PATIENCE_S
    while scan not in lane.gate_moved_at:
        if time.monotonic() > deadline:
            raise RuntimeError("a decision of the bench never came to its gate")
        time.sleep(0.002)
