"""Owns which simulated scans a model is measured and calibrated on: daily traffic, and more of what is rare in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from scanview.core.errors import BadInput
from scanview.simulate.field_scene import Fill, Wish
from scanview.simulate.scan import SimulatedScan, simulate_scan
from scanview.simulate.sets import SETS
from scanview.simulate.threats import VEHICLE, WEAPON
from scanview.simulate.writing import scan_seed

TRAFFIC = "traffic"
"""Scans as they come; the others are drawn in addition, so that a rare case is measured on more than a few."""

EMPTIES, SMALL_LOADS, WEAPONS, VEHICLES = "empties", "small loads", "weapons", "vehicles"
HARMFUL = "harmful"
"""As the scans of traffic that hide something: one thing in two of three scans, two things in the third."""

MOST_SCANS = 10_000
"""Most scans of traffic at once."""

_NUMBERS = 16_000
"""Numbers of scans that a seed leaves to each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How scans of one kind are drawn: how many for each one of traffic, and how many things each hides in turn."""

    share: float
    wish: Wish = field(default_factory=Wish)
    hidden: tuple[int | None, ...] = (None,)


_KINDS = MappingProxyType(
    {
        TRAFFIC: _Kind(share=1.0),
        EMPTIES: _Kind(share=0.5, wish=Wish(fill=Fill.EMPTY), hidden=(0,)),
        SMALL_LOADS: _Kind(share=0.25, wish=Wish(fill=Fill.SMALL), hidden=(0,)),
        WEAPONS: _Kind(share=0.25, wish=Wish(label=WEAPON), hidden=(1,)),
        VEHICLES: _Kind(share=0.125, wish=Wish(label=VEHICLE), hidden=(1,)),
        HARMFUL: _Kind(share=1.1, hidden=(1, 1, 2)),
    }
)

MEASURING = (TRAFFIC, EMPTIES, SMALL_LOADS, WEAPONS, VEHICLES)
"""What a model is measured on."""

CALIBRATING = (TRAFFIC, EMPTIES, SMALL_LOADS, HARMFUL)
"""What a model is calibrated on; the harmful scans are for the bound of releases alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One scan to be made.

    Attributes:
        set_name: the set it is drawn from, a name in `sets.SETS`.
        kind: one of `MEASURING` or `CALIBRATING`.
        seed: names the scan. Those of traffic are the scans that `scanview simulate` makes of the same seed and set.
    """

    set_name: str
    kind: str
    seed: int

    @property
    def name(self) -> str:
        """What names this scan among all others."""
        return f"{self.set_name}/{self.kind}/{self.seed}"

    def simulated(self) -> SimulatedScan:
        """The scan."""
        kind = _KINDS[self.kind]
        hidden = kind.hidden[self.seed % len(kind.hidden)]
        return simulate_scan(self.seed, scene_set=SETS[self.set_name], hidden=hidden, wish=kind.wish)


def draws(set_name: str, scans: int, *, seed: int, kinds: tuple[str, ...] = MEASURING) -> Iterator[Draw]:
    """The scans of a set: `scans` of traffic, and of the other kinds a share of that number each.

    The plain set has traffic alone.

    Raises:
        BadInput: an unknown set, a seed below 0 or too many scans.
    """
    if set_name not in SETS:
        raise BadInput(f"set {set_name!r} is none of {', '.join(SETS)}", code="bad-set")
    if not 1 <= scans <= MOST_SCANS or seed < 0:
        raise BadInput(f"1 to {MOST_SCANS} scans of a seed from 0 up can be drawn", code="bad-number")
    wanted = (TRAFFIC,) if SETS[set_name].is_plain else kinds
    for place, (name, kind) in enumerate(_KINDS.items()):
        if name in wanted:
            first = scan_seed(seed, place * _NUMBERS)
            yield from (
                Draw(set_name=set_name, kind=name, seed=first + index) for index in range(round(kind.share * scans))
            )
