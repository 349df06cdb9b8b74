"""What a scan is before anyone looks at it: its views, channels, geometry and calibration.

Axes: rows run down the picture (along the detector array), columns run along the vehicle in order of time.
Pixels are counts, uint16, and every region is in full-resolution pixels with the origin at the top left corner.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.container import is_size_type
from scanview.core.errors import BadInput

STRIP_COLUMNS = 128
"""Columns in a full strip. The last strip of a view may be narrower."""

LEVELS = 4
"""Levels of the pyramid a strip carries: level k is reduced by 2**k, so a full strip is 128, 64, 32, 16 wide."""

MAX_ROWS = 16_384
MAX_COLUMNS = 1_000_000
MAX_CHANNELS = 4
MAX_VIEWS = 4

_LANE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}-[A-Z0-9]{1,8}")
_SCAN_ID = re.compile(r"[0-9a-f]{32}")


class Channel(StrEnum):
    """What a plane of pixels holds."""

    HIGH = "HIGH"
    LOW = "LOW"
    GREY = "GREY"
    """A display picture without physical units, as an 8-bit file carries it: shown, never measured."""


class View(StrEnum):
    """From where the beam looks at the load."""

    SIDE = "side"
    TOP = "top"


class Source(StrEnum):
    """How far a number can be trusted."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Counts of an unobstructed (`air`) and of a dark pixel in one channel, with where they come from."""

    air: float
    dark: float
    source: Source

    def __post_init__(self) -> None:
        if not (math.isfinite(self.air) and math.isfinite(self.dark) and 0 <= self.dark < self.air <= 65_535):
            raise BadInput(
                f"air {self.air} and dark {self.dark} are not counts with 0 <= dark < air <= 65535",
                code="bad-calibration",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewHeader:
    """One view: a picture of `rows` lines in each of its channels.

    `pitch_x_mm` and `pitch_y_mm` are the size of a pixel at the middle of the load. `calibrations` has one entry
    per channel, or is empty where the pixels have no physical units. `energies_mv` likewise (accelerating
    potential, megavolt; 0 where unknown).
    """

    view: View
    rows: int
    channels: tuple[Channel, ...]
    pitch_x_mm: float
    pitch_y_mm: float
    pitch_source: Source
    calibrations: tuple[Calibration, ...] = ()
    energies_mv: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.rows <= MAX_ROWS:
            raise BadInput(f"{self.rows} rows: a view has 1 to {MAX_ROWS}", code="bad-rows")
        if not 1 <= len(self.channels) <= MAX_CHANNELS or len(set(self.channels)) != len(self.channels):
            raise BadInput(f"channels {self.channels} are none, too many or repeated", code="bad-channels")
        for name, pitch in (("pitch_x_mm", self.pitch_x_mm), ("pitch_y_mm", self.pitch_y_mm)):
            if not 0.05 <= pitch <= 100:
                raise BadInput(f"{name} {pitch} is not between 0.05 and 100 mm", code="bad-pitch")
        for name, values in (("calibrations", self.calibrations), ("energies_mv", self.energies_mv)):
            if values and len(values) != len(self.channels):
                raise BadInput(
                    f"{name} has {len(values)} entries for {len(self.channels)} channels", code=f"bad-{name}"
                )

    @property
    def is_dual_energy(self) -> bool:
        """Whether material can be told: both energies are there and calibrated."""
        return {Channel.HIGH, Channel.LOW} <= set(self.channels) and bool(self.calibrations)

    def calibration(self, channel: Channel) -> Calibration:
        """The calibration of `channel`; Refused where it has none."""
        if not self.calibrations or channel not in self.channels:
            raise BadInput(f"the {self.view} view has no calibration for {channel}", code="no-calibration")
        return self.calibrations[self.channels.index(channel)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the shipper says is inside. Empty fields were not declared.

    `standing` is the importer's with the customs, in the customs' word ("aeo", "aeo-advanced"). `advance` says that
    the scan was made in the flow of unloading, before the goods were declared for good (先期机检).
    """

    goods: str = ""
    hs_code: str = ""
    gross_kg: float = 0.0
    packages: int = 0
    shipper: str = ""
    origin: str = ""
    importer: str = ""
    standing: str = ""
    advance: bool = False

    @property
    def chapter(self) -> str:
        """The chapter of the Harmonized System that the code belongs to, two digits; empty where none is given."""
        digits = re.sub(r"[\s.]", "", self.hs_code)[:2]
        return digits if re.fullmatch(r"[0-9]{2}", digits) else ""

    @property
    def names_goods(self) -> bool:
        """Whether there is said to be anything inside: a code, a mass or packages. Words alone may say "empty"."""
        return bool(self.hs_code or self.gross_kg or self.packages)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanHeader:
    """All that is known of a scan when its first column arrives; the number of columns is not.

    `scan` is 32 hexadecimal digits, made at the port. `lane` is the port's UN/LOCODE and the lane in it
    (CNSHA-03). `container` and `plate` are kept as they were typed or read, right or wrong; `container_type` is the
    size-type code of ISO 6346 (45G1), empty where it is not known. `started_at` is UTC seconds by the port's clock:
    shown, never used for order. `notes` say what a reader had to assume.
    """

    scan: str
    lane: str
    views: tuple[ViewHeader, ...]
    started_at: float
    container: str = ""
    plate: str = ""
    device: str = ""
    source_name: str = ""
    source_sha256: str = ""
    declaration: Declaration | None = None
    notes: tuple[str, ...] = ()
    container_type: str = ""

    def __post_init__(self) -> None:
        if self.container_type and not is_size_type(self.container_type):
            raise BadInput(f"{self.container_type[:16]!r} is no container type", code="bad-container-type")
        if not _SCAN_ID.fullmatch(self.scan):
            raise BadInput(f"scan id {self.scan!r} is not 32 hexadecimal digits", code="bad-scan-id")
        check_lane(self.lane)
        if not 1 <= len(self.views) <= MAX_VIEWS or len({v.view for v in self.views}) != len(self.views):
            raise BadInput("a scan has one to four views, each once", code="bad-views")

    @property
    def port(self) -> str:
        """The UN/LOCODE of the port the lane belongs to."""
        return port_of(self.lane)

    @property
    def side_index(self) -> int:
        """The place among `views` of the side view, which findings refer to; of the first where there is none."""
        return next((index for index, view in enumerate(self.views) if view.view is View.SIDE), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in full-resolution pixels of one view: x0 <= x < x1, y0 <= y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int
    view: View = View.SIDE

    def __post_init__(self) -> None:
        if not (0 <= self.x0 < self.x1 <= MAX_COLUMNS and 0 <= self.y0 < self.y1 <= MAX_ROWS):
            raise BadInput(f"({self.x0}, {self.y0}, {self.x1}, {self.y1}) is not a box in a scan", code="bad-box")

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1), the form the result files use."""
        return (self.x0, self.y0, self.x1, self.y1)


def check_lane(lane: str) -> str:
    """Return `lane`, or raise BadInput unless it is a UN/LOCODE, a dash and a lane, as in CNSHA-03."""
    if not _LANE.fullmatch(lane):
        raise BadInput(
            f"lane {lane!r} is not a UN/LOCODE, a dash and a lane name",
            code="bad-lane",
            remedy="Write it like CNSHA-03",
        )
    return lane


def port_of(lane: str) -> str:
    """The UN/LOCODE in front of the dash."""
    return lane.partition("-")[0]


def level_size(full: int, level: int) -> int:
    """Pixels along one side at `level` of the pyramid, for `full` pixels at level 0."""
    return -(-full // (1 << level))


def strip_count(columns: int) -> int:
    """Strips that hold `columns` columns of one view."""
    return -(-columns // STRIP_COLUMNS)
