"""How full a spool is: a pure rule from bytes to a level, so that people are warned before a truck is turned away."""

from dataclasses import dataclass
from enum import StrEnum


class SpoolLevel(StrEnum):
    """How full the spool is. At `FULL` no new scan is begun; those that grow go on to their end."""

    ROOM = "room"
    FILLING = "filling"
    HIGH = "high"
    CRITICAL = "critical"
    FULL = "full"


_FROM_SHARE = (
    (1.0, SpoolLevel.FULL),
    (0.95, SpoolLevel.CRITICAL),
    (0.85, SpoolLevel.HIGH),
    (0.70, SpoolLevel.FILLING),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRoom:
    """`used_bytes` of scans without a receipt, of `capacity_bytes` the spool may hold."""

    used_bytes: int
    capacity_bytes: int

    @property
    def share(self) -> float:
        """How much of the capacity is used; 1 where there is none."""
        return min(self.used_bytes / self.capacity_bytes, 1.0) if self.capacity_bytes > 0 else 1.0

    @property
    def level(self) -> SpoolLevel:
        """The share in words: from 70 %, 85 %, 95 %, and full."""
        return next((level for share, level in _FROM_SHARE if self.share >= share), SpoolLevel.ROOM)


def measure_room(*, used_bytes: int, free_bytes: int, limit_bytes: int, min_free_bytes: int) -> SpoolRoom:
    """The room of a spool.

    Args:
        used_bytes: what its scans take.
        free_bytes: what its disk has left.
        limit_bytes: what it may take; 0 for as much as the disk has.
        min_free_bytes: what of the disk it leaves for scans that grow, and for other programs.
    """
    on_disk = used_bytes + max(free_bytes - min_free_bytes, 0)
    return SpoolRoom(used_bytes=used_bytes, capacity_bytes=min(limit_bytes, on_disk) if limit_bytes else on_disk)
