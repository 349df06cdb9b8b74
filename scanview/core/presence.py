"""Who is in the review room now, and which machines look at scans for it."""

from dataclasses import dataclass

from scanview.core.review import Role

NOTES_FOR_S = 24 * 3_600.0
"""So long what somebody noted at the end of their shift is shown to those who come next."""

MAX_NOTES = 8
"""Notes of ended shifts that are shown, the newest ones."""

MAX_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Somebody who sits at a workstation.

    Attributes:
        name, role, port, room: as in `core.review.Person`.
        workstation: where.
        on_break_since: since when they are on a break, UTC seconds by the hub's clock; 0 where they are at work.
        scan: what they have in review; empty for nothing.
    """

    name: str
    role: Role
    workstation: str
    port: str = ""
    room: str = ""
    on_break_since: float = 0.0
    scan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """A recognition worker that is connected: the model it speaks for, and how many scans it has now.

    One that is not `usable` has no model that may be used.
    """

    name: str
    model: str
    usable: bool
    scans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNote:
    """What `by` left for whoever comes next as their shift ended `at`, UTC seconds by the hub's clock."""

    by: str
    at: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysAlarm:
    """Somebody has used the keys of a machine that was there: when (UTC seconds), which machine, from which address."""

    at: float
    machine: str
    address: str
