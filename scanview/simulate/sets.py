"""Owns the sets that scans are drawn from, so that what is learned on one is never met again in another.

Everything that a model could learn by heart has a number: each design of a cargo (its sizes, textures and stowage),
each shape of a hidden thing, each scanner. A set owns a range of these numbers and no two sets share one. The set
`other` besides has kinds of things, scanners and vehicles that the rest never shows.
"""

import zlib
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

DESIGNS_PER_SET = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSet:
    """One set.

    Attributes:
        name: how it is asked for.
        first_design: the least number of the designs it owns; it has `DESIGNS_PER_SET` of each kind.
        is_plain: whether it shows only the simplest traffic: dry containers on lorries,
            fourteen cargoes, five classes of hidden objects, parallel rays and a scanner in good order.
        is_foreign: whether its scanners, and half of its hidden things, are unlike those of the other sets.
    """

    name: str
    first_design: int = 0
    is_plain: bool = False
    is_foreign: bool = False

    def design(self, kind: str, rng: np.random.Generator) -> np.random.Generator:
        """A generator for one of this set's designs of `kind`, chosen by `rng`: equal numbers give equal designs."""
        number = self.first_design + int(rng.integers(DESIGNS_PER_SET))
        return np.random.default_rng([zlib.crc32(kind.encode()), number])


PLAIN = SceneSet(name="plain", is_plain=True)
TRAIN = SceneSet(name="train", first_design=0)
CALIBRATION = SceneSet(name="calibration", first_design=DESIGNS_PER_SET)
TEST = SceneSet(name="test", first_design=2 * DESIGNS_PER_SET)
OTHER = SceneSet(name="other", first_design=3 * DESIGNS_PER_SET, is_foreign=True)

SETS: MappingProxyType[str, SceneSet] = MappingProxyType(
    {each.name: each for each in (PLAIN, TRAIN, CALIBRATION, TEST, OTHER)}
)
"""Every set by its name."""
