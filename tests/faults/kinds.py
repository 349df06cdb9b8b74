"""Every kind of fault there is, by name, and by what it breaks."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from tests.faults import file_faults, link_faults, other_faults, process_faults, small_disk
from tests.faults.room import Room
from tests.faults.struck import Struck

Strike = Callable[[Room, random.Random], Struck]


def _named(*functions: Strike) -> dict[str, Strike]:
    return {function.__name__: function for function in functions}


NEEDS_SMALL_DISKS = _named(file_faults.hub_disk_full, file_faults.port_disk_full)

FAMILIES: dict[str, dict[str, Strike]] = {
    "kills": _named(process_faults.hub_killed, process_faults.port_killed, process_faults.worker_killed),
    "programs": _named(
        process_faults.hub_killed,
        process_faults.hub_restarted,
        process_faults.port_killed,
        process_faults.port_hung,
        process_faults.port_restarted,
        process_faults.both_killed,
        process_faults.worker_killed,
        process_faults.worker_restarted,
    ),
    "links": _named(
        link_faults.link_cut,
        link_faults.link_closed,
        link_faults.link_half_open,
        link_faults.link_deaf,
        link_faults.link_late,
        link_faults.link_slow,
        link_faults.link_lossy,
        link_faults.link_noisy,
    ),
    "files": _named(file_faults.hub_file_damaged, file_faults.spool_torn, file_faults.spool_file_damaged)
    | NEEDS_SMALL_DISKS,
    "others": _named(other_faults.hub_clock_jumps, other_faults.port_clock_jumps, other_faults.port_doubled),
}

SET_BACK: dict[str, Strike] = _named(
    process_faults.hub_copied, process_faults.hub_set_back, process_faults.port_killed, link_faults.link_closed
)
"""A family of its own, `set_back`: what the lost hub alone knew is gone, and so these rooms are judged otherwise."""

FAULTS: dict[str, Strike] = {name: strike for family in FAMILIES.values() for name, strike in family.items()} | SET_BACK


def named(names: Iterable[str]) -> list[str]:
    """The kinds that families and kinds of these `names` hold, each once; those that are not possible here left out."""
    families = {**FAMILIES, "set_back": SET_BACK}
    kinds = {kind: None for name in names for kind in families.get(name, {name: None})}
    unknown = kinds.keys() - FAULTS.keys()
    assert not unknown, f"no kinds of faults: {sorted(unknown)}; there are {sorted(FAMILIES)} and {sorted(FAULTS)}"
    return [kind for kind in kinds if kind not in NEEDS_SMALL_DISKS or small_disk.is_possible()]


def every_kind(faults: int, seed: int, kinds: Sequence[str]) -> Iterator[str]:
    """So many of `kinds`, in any order, each as often as any other."""
    chance = random.Random(seed)
    left: list[str] = []
    for _ in range(faults):
        left = left or chance.sample(kinds, len(kinds))
        yield left.pop()
