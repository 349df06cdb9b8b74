"""What time it is at a hub, measured over its link; may be asked from any thread."""

import time
from collections.abc import Callable

from scanview.core.clock import ClockReading, better_reading, read_clock


def steady_s() -> float:
    """Seconds of a clock that no setting of the date moves and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def own_time() -> float:
    """UTC seconds by this machine's clock."""
    return time.time()


class HubTime:
    """One hub's clock. Without a reading it is this machine's own plus `offset_s`, as it was known before."""

    def __init__(self, *, steady: Callable[[], float] = steady_s, own: Callable[[], float] | None = None) -> None:
        self.reading: ClockReading | None = None
        self.offset_s = 0.0
        self._steady = steady
        self._own = own or own_time

    def steady_s(self) -> float:
        """Now, by the steady clock."""
        return self._steady()

    def heard(self, *, hub_time: float, sent_s: float) -> None:
        """The hub has answered, with its clock in UTC seconds, a ping that went out at `sent_s` of the steady clock."""
        heard = read_clock(hub_time=hub_time, sent_s=sent_s, heard_s=self._steady(), own_time=self._own())
        self.reading = better_reading(self.reading, heard)

    def now(self) -> float:
        """UTC seconds by the hub's clock."""
        reading = self.reading
        return self._own() + self.offset_s if reading is None else reading.hub_time_at(self._steady())
