"""A state of the screen: how to get there and the sizes it is looked at in."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.ui.walk.person import Person, Start

SMALL = (1366, 768)
ORDINARY = (1920, 1080)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`keys` are pressed, and callables called, from `start` on. `close_up` makes a picture in 4K, too."""

    name: str
    start: Start = Start.SCAN
    keys: tuple[str | Callable[[Person], None], ...] = ()
    close_up: bool = False
