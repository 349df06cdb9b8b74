"""Things of known material, size and thickness before the simulated scanner, whose physics the tests do not share.

The scanner sums whole spectra in energy groups of its own and adds blur, scatter, gain that has drifted, pulses that
flicker, and noise; nothing here knows of the curves that the pictures are made with.
"""

from dataclasses import replace

import numpy as np

from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts
from scanview.simulate.canvas import Canvas
from scanview.simulate.materials import MATERIALS
from scanview.simulate.scanner import ScannerSettings, acquire

PAIRS = ((6.0, 3.5), (6.0, 4.0), (9.0, 6.0))
"""Accelerating potentials of the usual scanners, high and low."""

WEDGES = {"polyethylene": "plastic", "aluminium": "aluminium", "iron": "steel", "lead": "lead"}
"""The materials that colours stand for, and what they are called where scenes are built."""

STEPS_G_CM2 = (12.0, 16.0, 20.0, 30.0, 45.0, 60.0, 80.0)
AIR_COLUMNS = 150
GAP = 24
SIDE = 48
_MARGIN = 8


def scanner(pair: tuple[float, float], **changes: float) -> ScannerSettings:
    """The usual scanner with the beams of `pair`."""
    return replace(ScannerSettings(energy_high_mv=pair[0], energy_low_mv=pair[1]), **changes)


def view_of(settings: ScannerSettings, rows: int) -> ViewHeader:
    """The header of what `settings` scans."""
    levels = zip(settings.air_counts, settings.dark_counts, strict=True)
    return ViewHeader(
        view=View.SIDE,
        rows=rows,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=settings.pitch_mm,
        pitch_y_mm=settings.pitch_mm,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=air, dark=dark, source=Source.MEASURED) for air, dark in levels),
        energies_mv=(settings.energy_high_mv, settings.energy_low_mv),
    )


def scanned(canvas: Canvas, settings: ScannerSettings, seed: int) -> tuple[ViewHeader, Counts]:
    """The view of a scene and its counts, uint16 (2, rows, columns)."""
    counts = acquire(canvas.planes, settings, np.random.default_rng(seed))
    return view_of(settings, counts.shape[1]), counts


def pyramid_of(canvas: Canvas, settings: ScannerSettings, seed: int = 1) -> GrowingPyramid:
    """The same as a complete scan."""
    return GrowingPyramid.of(*scanned(canvas, settings, seed))


def depth_mm(material: str, g_cm2: float) -> float:
    """How thick so much of a material is."""
    return g_cm2 / MATERIALS[material].density_g_cm3 * 10


def wedges(pitch_mm: float = 5.0) -> Canvas:
    """The step wedges of `WEDGES` below each other, air before them and around."""
    columns, rows = AIR_COLUMNS + len(STEPS_G_CM2) * SIDE + GAP, GAP + len(WEDGES) * (SIDE + GAP)
    canvas = Canvas(width_mm=columns * pitch_mm, height_mm=rows * pitch_mm, pitch_mm=pitch_mm)
    for row, name in enumerate(WEDGES.values()):
        for index, g_cm2 in enumerate(STEPS_G_CM2):
            left, top = (AIR_COLUMNS + index * SIDE) * pitch_mm, (GAP + row * (SIDE + GAP)) * pitch_mm
            right, bottom = left + SIDE * pitch_mm, top + SIDE * pitch_mm
            canvas.rectangle(name, left, top, right, bottom, depth_mm=depth_mm(name, g_cm2))
    return canvas


def inside_step(material: str, g_cm2: float) -> tuple[slice, slice]:
    """The rows and columns of one step, without its unsharp rim."""
    top = GAP + list(WEDGES).index(material) * (SIDE + GAP)
    left = AIR_COLUMNS + STEPS_G_CM2.index(g_cm2) * SIDE
    return slice(top + _MARGIN, top + SIDE - _MARGIN), slice(left + _MARGIN, left + SIDE - _MARGIN)
