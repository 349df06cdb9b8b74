"""Scans as fast as the hub takes them, beside the disk alone and the peers, all contenders taking turns."""

import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from bench.intake import dcmtk, orthanc
from bench.intake.dicom_files import write_dicom
from bench.intake.hub_process import hub
from bench.intake.senders import Senders, timed
from bench.intake.strips import COLUMNS, ROWS, encoded, noisy_counts
from bench.processes import cpu_seconds
from bench.rows import Row, higher_is_better, lower_is_better

WRITE_BYTES = 1 << 20
CONNECTIONS = 4
PEERS = ("dcmtk", "orthanc", "orthanc_rest")
GOALS_AGAINST = {"dcmtk": (2.0, 3.0), "orthanc": (6.0, 9.0), "orthanc_rest": (6.0, 9.0)}
"""How many times faster than each peer: with encryption, without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured: scans of `columns`, `scans` of them per connection and round."""

    rounds: int
    columns: int
    scans: int

    @property
    def scan_bytes(self) -> int:
        """Pixel bytes of one scan."""
        return 2 * 2 * ROWS * self.columns


FULL = Size(rounds=7, columns=COLUMNS, scans=4)
QUICK = Size(rounds=3, columns=3_200, scans=8)


@dataclass(slots=True)
class Contender:
    """Whoever takes scans in: `scans` of them in a turn, which `take_turn` does, returning the seconds it took."""

    scans: int
    take_turn: Callable[[], float]
    hub_pid: int = 0
    rates: list[float] = field(default_factory=list)
    """MB of pixels per second, one figure per round."""
    costs: list[float] = field(default_factory=list)
    """Seconds of the hub's CPU per GB of pixels, one figure per round."""

    def measure(self, scan_bytes: int) -> None:
        """Take one turn."""
        before = cpu_seconds(self.hub_pid) if self.hub_pid else 0.0
        self.rates.append(self.scans * scan_bytes / 1e6 / self.take_turn())
        if self.hub_pid:
            self.costs.append((cpu_seconds(self.hub_pid) - before) / (self.scans * scan_bytes / 1e9))


def run(quick: bool) -> list[Row]:
    """Measure; `quick` takes fewer rounds and smaller scans."""
    size = QUICK if quick else FULL
    counts = noisy_counts(size.columns)
    with tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder, ExitStack() as opened:
        contenders = _contenders(size, counts, Path(folder), opened)
        for contender in contenders.values():
            contender.take_turn()
        for _ in range(size.rounds):
            for contender in contenders.values():
                contender.measure(size.scan_bytes)
    return rows_of(contenders)


def rows_of(contenders: dict[str, Contender]) -> list[Row]:
    """Ours beside the disk and the peers, by the names that `_contenders` gives them."""

    def row(label: str, ours: str, peer: str, goal: float) -> Row:
        """The rate of ours, and the median of its ratios to the peer's in the same rounds."""
        rates, references = contenders[ours].rates, contenders[peer].rates
        ratio = statistics.median(rate / reference for rate, reference in zip(rates, references, strict=True))
        judged = higher_is_better(
            "intake", label, statistics.median(rates), "MB/s", reference=statistics.median(references), goal=goal
        )
        return replace(judged, ratio=round(ratio, 2), met=ratio >= goal)

    rows = [row(name, name, "disk", goal) for name, goal in (("plain", 1.0), ("curve", 0.6), ("curve4", 0.8))]
    rows += [
        lower_is_better("intake", f"{name}_hub_cpu", statistics.median(contenders[name].costs), "s/GB")
        for name in ("plain", "curve", "curve4")
    ]
    for peer in PEERS:
        if peer in contenders:
            encrypted, plain = GOALS_AGAINST[peer]
            rows.append(row(f"vs_{peer}", "curve", peer, encrypted))
            rows.append(row(f"vs_{peer}_plain", "plain", peer, plain))
    return rows


def _contenders(size: Size, counts: np.ndarray, folder: Path, opened: ExitStack) -> dict[str, Contender]:
    records = encoded(counts)
    plain = opened.enter_context(hub(folder / "plain", encrypted=False, connections=1))
    curve = opened.enter_context(hub(folder / "curve", encrypted=True, connections=CONNECTIONS))

    def ours(senders: Senders, connections: int) -> Contender:
        return Contender(
            scans=connections * size.scans,
            take_turn=lambda: senders.upload(records, size.scans, connections=connections),
            hub_pid=senders.hub_pid,
        )

    contenders = {
        "disk": Contender(
            scans=size.scans, take_turn=lambda: write_files(folder / "disk", size.scans, size.scan_bytes)
        ),
        "plain": ours(plain, 1),
        "curve": ours(curve, 1),
        "curve4": ours(curve, CONNECTIONS),
    }
    sources = write_dicom(counts, folder / "dicom", size.scans)
    peers = orthanc.receivers(sources, folder, opened)
    if (send := dcmtk.receiver(sources, folder, opened)) is not None:
        peers["dcmtk"] = send
    for name, send in peers.items():
        contenders[name] = Contender(scans=size.scans, take_turn=lambda send=send: send(size.scans))
    return contenders


def write_files(folder: Path, files: int, size_bytes: int) -> float:
    """Seconds to write `files` of `size_bytes` one after the other, each with 1 MiB writes and an fsync."""
    folder.mkdir(exist_ok=True)
    block = os.urandom(WRITE_BYTES)

    def write() -> None:
        for number in range(files):
            with (folder / str(number)).open("xb", buffering=0) as file:
                for left in range(size_bytes, 0, -WRITE_BYTES):
                    file.write(block[:left])
                os.fsync(file.fileno())

    seconds = timed(write)
    shutil.rmtree(folder)
    return seconds
