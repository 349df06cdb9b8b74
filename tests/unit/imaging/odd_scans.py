"""Scans with something wrong with them, which no part of imaging may fall over."""

from collections.abc import Callable
from functools import cache

import numpy as np

from scanview.core.scan import MAX_ROWS, Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.growing_pyramid import GrowingPyramid

DUAL = (Channel.HIGH, Channel.LOW)
NOTHING = {"nothing yet"}


def header(rows: int, channels: tuple[Channel, ...], air: float = 50_000.0, dark: float = 300.0) -> ViewHeader:
    calibrated = Channel.GREY not in channels and air > 0
    return ViewHeader(
        view=View.SIDE,
        rows=rows,
        channels=channels,
        pitch_x_mm=3.0,
        pitch_y_mm=4.0,
        pitch_source=Source.ASSUMED,
        calibrations=(Calibration(air=air, dark=dark, source=Source.MEASURED),) * len(channels) if calibrated else (),
        energies_mv=(0.0,) * len(channels),
    )


def noise(rows: int = 70, columns: int = 300) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(5)).integers(0, 65_536, (2, rows, columns), dtype=np.uint16)


def damaged(at: tuple[slice, ...], count: int) -> np.ndarray:
    counts = noise()
    counts[at] = count
    return counts


def of(counts: np.ndarray, channels: tuple[Channel, ...] = DUAL, air: float = 50_000.0) -> GrowingPyramid:
    return GrowingPyramid.of(header(counts.shape[1], channels, air), counts)


ODD_SCANS: dict[str, Callable[[], GrowingPyramid]] = {
    "one pixel": lambda: of(noise(1, 1)),
    "one column": lambda: of(noise(70, 1)),
    "one row": lambda: of(noise(1, 300)),
    "constant": lambda: of(np.full((2, 70, 300), 20_000, np.uint16)),
    "zero": lambda: of(np.zeros((2, 70, 300), np.uint16)),
    "full": lambda: of(np.full((2, 70, 300), 65_535, np.uint16)),
    "dead rows": lambda: of(damaged(np.s_[:, 10:40], 0)),
    "dead columns": lambda: of(damaged(np.s_[:, :, 5:200], 65_535)),
    "dark is almost air": lambda: of(noise(), air=301.0),
    "no calibration": lambda: of(noise(), air=0.0),
    "grey": lambda: of(noise()[:1], (Channel.GREY,)),
    "one energy": lambda: of(noise()[:1], (Channel.HIGH,)),
    "low alone": lambda: of(noise()[:1], (Channel.LOW,)),
    "most rows": lambda: of(noise(MAX_ROWS, 9)),
    "nothing yet": lambda: GrowingPyramid(header(70, DUAL)),
    "noise": lambda: of(noise()),
    "unlike energies": lambda: of(np.stack([noise()[0], 65_535 - noise()[0]])),
}
"""How each of them is made."""


@cache
def scan(name: str) -> GrowingPyramid:
    return ODD_SCANS[name]()
