"""Which of a port's hubs gets new scans: a pure rule, so that failing over and back is the same every time.

The hubs are listed in the order the port's owner prefers them. One is in use at a time. It stays in use while it takes
scans, until one that stands before it has taken them again for a while. A scan stays with the hub it was offered to for
as long as that hub is there; when it is gone, the scan is offered whole to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSeen:
    """Whether a hub takes scans, and for how many seconds that has been so."""

    takes_scans: bool
    for_s: float


def choose_hub(hubs: Sequence[HubSeen], in_use: int, *, fail_over_s: float, fail_back_s: float) -> int:
    """The place in `hubs` of the one to use from now on.

    Args:
        hubs: in the order they are preferred.
        in_use: the place of the one that is used now.
        fail_over_s: so long a hub may be gone before another is used.
        fail_back_s: so long a preferred one must be there before it is used again.
    """
    current = hubs[in_use]
    if not current.takes_scans:
        if current.for_s < fail_over_s:
            return in_use
        return next((place for place, hub in enumerate(hubs) if hub.takes_scans), in_use)
    back = (place for place, hub in enumerate(hubs[:in_use]) if hub.takes_scans and hub.for_s >= fail_back_s)
    return next(back, in_use)


def is_given_up(hubs: Sequence[HubSeen], place: int, *, fail_over_s: float) -> bool:
    """Whether what was offered to the hub at `place` is to be offered to another: it is gone, another is there."""
    hub = hubs[place]
    return (
        not hub.takes_scans
        and hub.for_s >= fail_over_s
        and any(other.takes_scans for number, other in enumerate(hubs) if number != place)
    )
