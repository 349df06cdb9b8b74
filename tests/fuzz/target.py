"""What is fuzzed: sound inputs, how others are made of them, and what reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeAlias

from tests.fuzz.mutating import mutated, mutated_json

Make: TypeAlias = Callable[[bytes, bytes, Random], bytes]


def damaged(seed: bytes, other: bytes, random: Random) -> bytes:
    """Bytes like `seed` that are damaged."""
    return mutated(seed, other, random)


def exchanged(seed: bytes, other: bytes, random: Random) -> bytes:
    """JSON like `seed`: most with another value, some damaged."""
    return mutated_json(seed, random) if random.random() < 0.7 else mutated(seed, other, random)


@dataclass(frozen=True, slots=True)
class Target:
    """One reader.

    Attributes:
        name: of the target, and of its folder of kept inputs.
        seeds: makes the sound inputs; it may write into the folder it is given.
        read: is to return or to raise a ScanViewError other than Fault, within two seconds; it may write likewise.
        make: makes an input from a sound one, another sound one, and chance.
        suffix: the ending of the file that an input is written to before it is read; None where bytes are read.
    """

    name: str
    seeds: Callable[[Path], Sequence[bytes]]
    read: Callable[..., object]
    make: Make = field(default=damaged)
    suffix: str | None = None

    def input(self, seeds: Sequence[bytes], seed: int, number: int) -> bytes:
        """Input `number` of the run `seed`: always the same bytes."""
        random = Random(f"{self.name}/{seed}/{number}")
        return self.make(random.choice(seeds), random.choice(seeds), random)
