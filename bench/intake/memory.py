"""What a hub takes of memory while the scan of a train streams in as fast as it goes."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.intake.hub_process import hub
from bench.intake.senders import MemoryScan, new_header
from bench.intake.strips import encoded, noisy_counts
from bench.processes import forget_peak, memory_mb, peak_memory_mb
from bench.rows import Row, lower_is_better
from scanview.core.scan import STRIP_COLUMNS
from scanview.wire.records import build, parse, read_prefix

TRAIN_ROWS, TRAIN_COLUMNS = 3_000, 70_000
DIFFERENT_STRIPS = 8


class Wagons(Sequence[bytes]):
    """The records of a train, the same strips again and again, made where they are read: the port keeps a few."""

    def __init__(self, strips: int) -> None:
        self._strips = strips
        self._wagon = [parse(record) for record in encoded(noisy_counts(DIFFERENT_STRIPS * STRIP_COLUMNS, TRAIN_ROWS))]

    def __len__(self) -> int:
        return self._strips

    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self._record(number) for number in range(*place.indices(self._strips))]
        if not 0 <= place < self._strips:
            raise IndexError(place)
        return self._record(place)

    def __iter__(self) -> Iterator[bytes]:
        return map(self._record, range(self._strips))

    def _record(self, number: int) -> bytes:
        strip = self._wagon[number % DIFFERENT_STRIPS]
        return build(sequence=number, view=0, channels=strip.channels, columns=strip.columns, tiles=strip.tiles)


def run(quick: bool) -> list[Row]:
    """The row `memory_long_scan`: the most above idle, encrypted."""
    columns = TRAIN_COLUMNS // 4 if quick else TRAIN_COLUMNS
    records = Wagons(columns // STRIP_COLUMNS)
    with (
        tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder,
        hub(Path(folder), encrypted=True, connections=1) as senders,
    ):
        places = [read_prefix(record) for record in records]
        scan = MemoryScan.whole(new_header(senders.all[0].lane, rows=TRAIN_ROWS), records, places)
        time.sleep(1.0)
        forget_peak(senders.hub_pid)
        idle_mb = memory_mb(senders.hub_pid)
        senders.all[0].spool.fill([scan])
        senders.all[0].look()
        senders.all[0].wait_received()
        above_idle_mb = peak_memory_mb(senders.hub_pid) - idle_mb
    return [lower_is_better("intake", "memory_long_scan", above_idle_mb, "MB", goal=150.0)]
