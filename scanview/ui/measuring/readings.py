"""Owns what is read off a shape: the figures of `imaging` for it, as values, without Qt and without words."""

import math
from dataclasses import dataclass, replace

from scanview.core.errors import BadInput
from scanview.core.scan import Source, ViewHeader
from scanview.imaging.background import Background, beside, walls
from scanview.imaging.load_space import inside_of_container
from scanview.imaging.mass import MassEstimate, estimate_mass
from scanview.imaging.measure import Planes, Profile, length_mm, profile
from scanview.imaging.physics import STEEL_G_CM3
from scanview.imaging.selection import Selection
from scanview.imaging.statistics import RegionStatistics, SteelThickness, region_statistics, steel_thickness
from scanview.imaging.trust import MaterialReading, material_in
from scanview.imaging.weight import WeightComparison, compare_with_declared
from scanview.ui.measuring.shapes import Shape

WALLS_MM = 3.4
"""Steel that the beam crosses in the two corrugated walls of a container."""

WALLS_UNCERTAINTY_MM = 0.4
"""One standard deviation of the same: containers are built and mended differently."""

_NOT_CALIBRATED = "no-calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReading:
    """A line: its length, and what lies along it; no profile where the line has no length."""

    length_mm: float
    profile: Profile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaReading:
    """A rectangle or polygon: its extent, the spread of each channel, and steel where the view is calibrated."""

    width_mm: float
    height_mm: float
    statistics: RegionStatistics
    steel: SteelThickness | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MassReading:
    """What takes longest to read.

    Attributes:
        in_beam: the mass of all that is in the beam.
        standing_out: that of what stands out from its sides; None where there are none.
        material: of one thing, or why none is told; None where there are not two energies.
    """

    in_beam: MassEstimate
    standing_out: MassEstimate | None
    material: MaterialReading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReading:
    """The mass of a load without the container's walls, beside the declared one."""

    mass: MassEstimate
    comparison: WeightComparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far the figures of a view can be trusted."""

    pitch: Source
    calibration: Source | None

    @classmethod
    def of(cls, header: ViewHeader) -> "Trust":
        """The least trusted source of each kind in `header`."""
        sources = {calibration.source for calibration in header.calibrations}
        order = (Source.ASSUMED, Source.ESTIMATED, Source.MEASURED)
        return cls(pitch=header.pitch_source, calibration=next((s for s in order if s in sources), None))

    @property
    def is_rough(self) -> bool:
        """Whether lengths are only as good as a guess."""
        return self.pitch is not Source.MEASURED


def read_line(header: ViewHeader, planes: Planes, shape: Shape) -> LineReading:
    """The length of a line and the profile along it."""
    start, end = shape.points[0], shape.points[-1]
    length = length_mm(header, start, end)
    return LineReading(length_mm=length, profile=profile(header, planes, start, end) if length > 0 else None)


def read_area(header: ViewHeader, planes: Planes, shape: Shape) -> AreaReading:
    """Extent, statistics and steel of a rectangle or polygon.

    Raises:
        BadInput: no pixel lies in it (code `empty-selection`).
    """
    selection = _selection(planes, shape)
    columns, rows = shape.extent
    return AreaReading(
        width_mm=columns * header.pitch_x_mm,
        height_mm=rows * header.pitch_y_mm,
        statistics=region_statistics(header, planes, selection),
        steel=_steel(header, planes, selection),
    )


def read_mass(header: ViewHeader, planes: Planes, shape: Shape) -> MassReading:
    """The mass and the material in a rectangle or polygon.

    Raises:
        BadInput: no pixel lies in it, or the view is not calibrated (code `no-calibration`).
    """
    selection = _selection(planes, shape)
    behind = _beside(header, planes, selection)
    standing_out = None if behind is None else estimate_mass(header, planes, selection, background=behind)
    return MassReading(
        in_beam=estimate_mass(header, planes, selection),
        standing_out=standing_out,
        material=material_in(header, planes, selection) if header.is_dual_energy else None,
    )


def read_load(header: ViewHeader, planes: Planes, shape: Shape, declared_kg: float) -> LoadReading:
    """The mass of the load in the inside of a container that `shape` is, against `declared_kg` (0 for none).

    Raises:
        BadInput: as in `read_mass`.
    """
    selection = _selection(planes, shape)
    behind = walls(header, selection.area, steel_mm=WALLS_MM)
    mass = estimate_mass(header, planes, selection, background=behind)
    walls_kg = mass.area_mm2 / 100 * WALLS_UNCERTAINTY_MM / 10 * STEEL_G_CM3 / 1_000
    mass = replace(mass, uncertainty_kg=math.hypot(mass.uncertainty_kg, walls_kg))
    return LoadReading(mass=mass, comparison=compare_with_declared(mass, declared_kg))


def found_load(header: ViewHeader, planes: Planes) -> Shape | None:
    """The inside of the container in the picture, or None where none can be told from the rest.

    Raises:
        BadInput: the view is not calibrated (code `no-calibration`).
    """
    inside = inside_of_container(header, planes)
    return None if inside is None else Shape.around(inside)


def bounding_pixels(shape: Shape) -> float:
    """How many pixels at most a reading of `shape` has to look at."""
    columns, rows = shape.extent
    return columns * rows


def _selection(planes: Planes, shape: Shape) -> Selection:
    rows, columns = planes[0].shape
    return shape.selection((columns, rows))


def _steel(header: ViewHeader, planes: Planes, selection: Selection) -> SteelThickness | None:
    try:
        return steel_thickness(header, planes, selection)
    except BadInput as error:
        if error.code != _NOT_CALIBRATED:
            raise
        return None


def _beside(header: ViewHeader, planes: Planes, selection: Selection) -> Background | None:
    try:
        return beside(header, planes, selection)
    except BadInput as error:
        if error.code != "no-room-beside":
            raise
        return None
