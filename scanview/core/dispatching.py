"""Who may get which scan, and which one it is: pure rules, random among equals.

The queue says how urgent a scan is. Among scans of equal urgency, those whose places lie within a band of some seconds,
lots are drawn with a key that only the hub has: neither a port, nor an importer, nor the analyst can tell who gets
which scan. A lot depends on the scan and the person alone, so what somebody will be given next stays the same while
other scans come and go, and can be loaded ahead.

Nothing starves: whoever asks is never given a scan whose place is more than the band behind the first they may have.
"""

import hashlib
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from typing import TypeAlias

from scanview.core.opinions import ROLES_AT, Stage
from scanview.core.port_scope import sees_lane
from scanview.core.review import Person
from scanview.core.rooms import Rooms
from scanview.core.scan import port_of

Draw: TypeAlias = Callable[[str], bytes]
"""The lot of a scan for one person: whichever is smallest is drawn."""


MOST_EQUALS = 100
"""Lots are drawn among no more scans than these, the first of a band: a flood must not make everybody wait."""

MAX_EARLIER_S = 7 * 86_400.0
"""How far forward a supervisor may move a scan in the queue: a week is before everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A supervisor keeps a scan for `analyst` until `until`, UTC seconds; after that anybody may have it again."""

    analyst: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A scan that waits, as far as it matters for who may get it.

    Attributes:
        queue_at: its place in the queue, UTC seconds.
        rooms: the rooms that serve its lane; none where every room may have it.
        skills: what whoever gets it must have learned.
        assigned_to: for whom a supervisor keeps it; empty for nobody.
        withheld_from: who must not get it, whatever else is true: they have judged it before, or picked it out.
        stage: whose word it waits for (core.opinions).
        is_settling: somebody may still take back what they said of it, so it is nobody's yet.
    """

    scan: str
    lane: str
    queue_at: float
    rooms: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    assigned_to: str = ""
    withheld_from: frozenset[str] = frozenset()
    stage: Stage = Stage.FIRST
    is_settling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody is given: `scan`, drawn among so many equals or kept for them; `ahead` would come after it."""

    scan: str
    among: int
    is_assigned: bool = False
    ahead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The room's own rules of dispatch.

    Attributes:
        band_s: places in the queue that differ by less count as equal.
        skills_for_s: so long after its place in the queue a scan waits for somebody with the skills it needs.
        room_for_s: so long it waits for the rooms that serve its lane; then any room may have it.
        free_choice: whether analysts may take the scan of their choice, and not only the next one.
        rooms: which room serves which lanes.
        key: what lots are drawn with; nobody but the hub knows it.
    """

    band_s: float = 0.0
    skills_for_s: float = 600.0
    room_for_s: float = 1_800.0
    free_choice: bool = True
    rooms: Rooms = field(default_factory=Rooms)
    key: bytes = b""

    def draw_for(self, person: Person) -> Draw:
        """The lots of `person`: BLAKE2b, keyed, of the scan and the name."""
        name = person.name.encode()
        return lambda scan: hashlib.blake2b(scan.encode() + b"\x00" + name, key=self.key, digest_size=16).digest()


def obstacle(person: Person, candidate: Candidate) -> str:
    """Why `person` may not get the scan: the code of a refusal; empty where they may."""
    if person.port and person.port == port_of(candidate.lane):
        return "own-port"
    if not sees_lane(person, candidate.lane):
        return "other-port"
    if person.name in candidate.withheld_from:
        return "seen-before"
    if person.role not in ROLES_AT[candidate.stage]:
        return "not-for-your-role"
    if candidate.is_settling:
        return "already-leased"
    if candidate.assigned_to:
        return "" if candidate.assigned_to == person.name else "assigned-elsewhere"
    if candidate.rooms and person.room and person.room not in candidate.rooms:
        return "other-room"
    if not candidate.skills <= frozenset(person.skills):
        return "missing-skill"
    return ""


def choose(
    candidates: Iterable[Candidate],
    person: Person,
    draw: Draw,
    *,
    band_s: float,
    assigned: Iterable[Candidate] = (),
    ahead: int = 0,
) -> Choice | None:
    """What `person` is given of the `candidates`, which come in the order of the queue; None where they may have none.

    What is `assigned` to them, in the order of the queue too, comes before all others. Of `candidates` no more is read
    than matters; `ahead` names so many of those that they would be given after it, as things stand.
    """
    kept = [candidate for candidate in assigned if not obstacle(person, candidate)]
    eligible = _first(candidates, person, band_s, {candidate.scan for candidate in kept}, ahead)
    turns = [candidate.scan for candidate in kept]
    among = 1 if kept else sum(equal.queue_at <= eligible[0].queue_at + band_s for equal in eligible)
    while eligible and len(turns) <= ahead:
        latest = eligible[0].queue_at + band_s
        drawn = min((equal for equal in eligible if equal.queue_at <= latest), key=lambda equal: draw(equal.scan))
        eligible.remove(drawn)
        turns.append(drawn.scan)
    if not turns:
        return None
    return Choice(scan=turns[0], among=among, is_assigned=bool(kept), ahead=tuple(turns[1 : ahead + 1]))


def _first(
    candidates: Iterable[Candidate], person: Person, band_s: float, without: Set[str], ahead: int
) -> list[Candidate]:
    """Every scan of the first band that `person` may have, up to `MOST_EQUALS`, and `ahead` more."""
    found: list[Candidate] = []
    beyond = 0
    for candidate in candidates:
        if candidate.scan in without or obstacle(person, candidate):
            continue
        if found and candidate.queue_at > found[0].queue_at + band_s:
            beyond += 1
            if beyond > ahead:
                break
        found.append(candidate)
        if len(found) == MOST_EQUALS:
            break
    return found
