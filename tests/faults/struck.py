"""What a fault is to whoever makes it: which one, whom it hits, how long, and how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Heal: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A fault that was made: on which lane ("" for all), for how long at least, and how it ends."""

    kind: str
    lane: str
    hold_s: float
    heal: Heal
