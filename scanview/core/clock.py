"""What time it is at the hub, as a port knows it: pure, from answers to pings and a steady clock.

A port's own clock may be days off and may jump. Between two readings the hub's time goes on by the steady clock alone,
which no setting of the date moves.
"""

from dataclasses import dataclass

KEPT_S = 60.0
"""A reading gives way to a coarser one only after this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """The hub's clock as one ping and its answer tell it, right to within `error_s`, half the round trip.

    `offset_s` is what to add to the port's clock, as it was at `at_s` of the steady clock, to have the hub's.
    """

    hub_time: float
    at_s: float
    offset_s: float
    error_s: float

    def hub_time_at(self, steady_s: float) -> float:
        """UTC seconds by the hub's clock at a moment of the steady clock."""
        return self.hub_time + (steady_s - self.at_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortClock:
    """What a port said of its clock with a scan: add `offset_s` to have the hub's, right to within `error_s`."""

    offset_s: float
    error_s: float


def read_clock(*, hub_time: float, sent_s: float, heard_s: float, own_time: float) -> ClockReading:
    """The reading from a ping sent at `sent_s` and answered at `heard_s`: the hub looked at its clock midway.

    Args:
        hub_time: UTC seconds that the answer gives.
        sent_s: when the ping went out, by the steady clock.
        heard_s: when the answer was here, by the steady clock.
        own_time: UTC seconds by the port's clock at `heard_s`.
    """
    error_s = max(heard_s - sent_s, 0.0) / 2
    return ClockReading(
        hub_time=hub_time, at_s=heard_s - error_s, offset_s=hub_time - (own_time - error_s), error_s=error_s
    )


def better_reading(old: ClockReading | None, new: ClockReading) -> ClockReading:
    """Which of two readings to go by: the finer one, but the new one where either clock was set meanwhile."""
    if old is None or new.error_s <= old.error_s or new.at_s - old.at_s >= KEPT_S:
        return new
    has_jumped = abs(new.offset_s - old.offset_s) > new.error_s + old.error_s
    is_moved = abs(old.hub_time_at(new.at_s) - new.hub_time) > new.error_s + old.error_s
    return new if has_jumped or is_moved else old
