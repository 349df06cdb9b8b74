"""Tiny scans with known truth: step wedges of four materials, from the attenuation curves, with fixed noise."""

import numpy as np

from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts

MATERIALS = ("polyethylene", "aluminium", "iron", "lead")
STEPS_G_CM2 = (3.0, 12.0, 20.0, 40.0, 80.0, 120.0)
STEP_COLUMNS = 24
BAND_ROWS = 18
AIR_ROWS = 6
AIR_COLUMNS = 40
ENERGIES_MV = (9.0, 6.0)
AIR, DARK = 56_000.0, 300.0

_CALIBRATION = Calibration(air=AIR, dark=DARK, source=Source.MEASURED)

WEDGE_VIEW = ViewHeader(
    view=View.SIDE,
    rows=AIR_ROWS + len(MATERIALS) * (BAND_ROWS + AIR_ROWS),
    channels=(Channel.HIGH, Channel.LOW),
    pitch_x_mm=4.0,
    pitch_y_mm=5.0,
    pitch_source=Source.MEASURED,
    calibrations=(_CALIBRATION, _CALIBRATION),
    energies_mv=ENERGIES_MV,
)


def band(material: str) -> slice:
    """The rows of one material's wedge."""
    top = AIR_ROWS + MATERIALS.index(material) * (BAND_ROWS + AIR_ROWS)
    return slice(top, top + BAND_ROWS)


def step(index: int) -> slice:
    """The columns of one step."""
    left = AIR_COLUMNS + index * STEP_COLUMNS
    return slice(left, left + STEP_COLUMNS)


def wedge_counts(noise: float = 0.0, repeats: int = 1) -> Counts:
    """Counts of the wedges, uint16 (2, rows, columns): quantum noise of `noise` at air, the same on every machine."""
    columns = AIR_COLUMNS + len(STEPS_G_CM2) * STEP_COLUMNS + AIR_COLUMNS // 2
    transmission = np.ones((2, WEDGE_VIEW.rows, columns))
    for material in MATERIALS:
        for channel, energy in enumerate(ENERGIES_MV):
            alphas = attenuation_curve(material, energy, STEPS_G_CM2)
            for index, alpha in enumerate(alphas):
                transmission[channel, band(material), step(index)] = np.exp(-alpha)
    transmission = np.tile(transmission, (1, 1, repeats))
    scatter = np.random.Generator(np.random.PCG64(7)).standard_normal(transmission.shape)
    noisy = transmission + noise * np.sqrt(transmission + 0.01) * scatter
    return np.rint(np.clip(DARK + (AIR - DARK) * noisy, 0, 65_535)).astype(np.uint16)


def wedge_pyramid(noise: float = 0.0, repeats: int = 1) -> GrowingPyramid:
    """The wedges as a complete scan."""
    return GrowingPyramid.of(WEDGE_VIEW, wedge_counts(noise, repeats))


def display_pyramid() -> GrowingPyramid:
    """A picture without units: one GREY channel of 8-bit values from 20 to 220."""
    rows, columns = 60, 200
    ramp = np.linspace(20, 220, columns).round().astype(np.uint16)
    header = ViewHeader(
        view=View.SIDE,
        rows=rows,
        channels=(Channel.GREY,),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.ASSUMED,
    )
    return GrowingPyramid.of(header, np.tile(ramp, (1, rows, 1)))
