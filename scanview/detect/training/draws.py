"""Owns which simulated scans a model is measured and calibrated on: daily traffic, and more of what is rare in it."""

from collections.abc import Iterator
from dataclasses import dataclass
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

MOST_SCANS = 20_000
"""Most scans of one kind; a seed leaves this many numbers to each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How scans of one kind are drawn, and how many for each one of traffic."""

    share: float
    wish: Wish
    hidden: int | None


_KINDS = MappingProxyType(
    {
        TRAFFIC: _Kind(share=1.0, wish=Wish(), hidden=None),
        EMPTIES: _Kind(share=0.5, wish=Wish(fill=Fill.EMPTY), hidden=0),
        SMALL_LOADS: _Kind(share=0.25, wish=Wish(fill=Fill.SMALL), hidden=0),
        WEAPONS: _Kind(share=0.25, wish=Wish(label=WEAPON), hidden=1),
        VEHICLES: _Kind(share=0.125, wish=Wish(label=VEHICLE), hidden=1),
    }
)

KINDS = tuple(_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One scan to be made.

    Attributes:
        set_name: the set it is drawn from, a name in `sets.SETS`.
        kind: one of `KINDS`.
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
        kind, scene_set = _KINDS[self.kind], SETS[self.set_name]
        if scene_set.is_plain:
            return simulate_scan(self.seed, hidden=kind.hidden)
        return simulate_scan(self.seed, scene_set=scene_set, hidden=kind.hidden, wish=kind.wish)


def draws(set_name: str, scans: int, *, seed: int, kinds: tuple[str, ...] = KINDS) -> Iterator[Draw]:
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
            first = scan_seed(seed, place * MOST_SCANS)
            yield from (
                Draw(set_name=set_name, kind=name, seed=first + index) for index in range(round(kind.share * scans))
            )
