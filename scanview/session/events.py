"""Everything a session tells its listener: one value per thing that happened, made on the session's own thread.

The listener hands an event on and returns at once; it never calls back into the session from there. Values may be
kept: nobody changes them afterwards. The pixels in `ScanOpened` and `StripArrived` belong to the receiver.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from scanview.core.errors import ScanViewError
from scanview.core.review import Decision, Person, Recognition
from scanview.core.scan import ScanHeader
from scanview.core.worklist import LaneStatus, WorklistRow
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts
from scanview.wire.hub_link import LinkState as LinkState


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged:
    """The link came up or went away. `problem` is why the hub cannot be reached, as far as that is known."""

    link: LinkState
    problem: ScanViewError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMeasured:
    """How long the hub took to answer, and its clock less ours, in seconds."""

    delay_ms: float
    clock_offset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What the hub said of a sign-in beside who it is.

    Attributes:
        must_change: another password is to be chosen before anything else.
        idle_s: without a touch for so long the password is wanted again; 0: never.
        failures: attempts to sign in as this person that failed since the last that did not.
        also_at: other workstations at which they sit.
    """

    must_change: bool = False
    idle_s: float = 0.0
    failures: int = 0
    also_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged:
    """Who is signed in; None after signing out, or when the hub no longer accepts the sign-in (`refused`)."""

    person: Person | None
    refused: ScanViewError | None = None
    sitting: Sitting = Sitting()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLocked:
    """The hub wants the password again, for the reason of `code`; whoever gives it goes on with what is open."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsChanged:
    """Rows of the worklist that are new or changed; `anew` where everything told before is to be forgotten."""

    rows: tuple[WorklistRow, ...]
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesChanged:
    """All lanes and whether they are connected."""

    lanes: tuple[LaneStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanStatus:
    """How far a scan is: strips at the hub, stored whole, complete, its content's hash, what the machine says."""

    strips: int = 0
    stored: bool = False
    complete: bool = True
    content_sha256: str = ""
    recognition: Recognition | None = None
    not_recognised: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOpened:
    """An asked-for scan is here. `pyramids` has one per view of the header, with what was loaded ahead, if anything."""

    scan: str
    header: ScanHeader
    pyramids: tuple[GrowingPyramid, ...]
    status: ScanStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StripArrived:
    """The next strip of an open scan: `levels` are uint16, shape (channels, rows, columns), level 0 first."""

    scan: str
    view: int
    levels: tuple[Counts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanChanged:
    """An open scan grew at the hub, is stored or was recognised."""

    scan: str
    status: ScanStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanLoaded:
    """Every strip of an open scan that the hub holds for good has been handed over."""

    scan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFailed:
    """An asked-for scan cannot be shown now; the session goes on trying where that can help."""

    scan: str
    error: ScanViewError


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseLost:
    """A scan is no longer ours: its lease ran out or was taken back."""

    scan: str
    error: ScanViewError


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconfirmedChanged:
    """How many decisions of this person are safe on this workstation and not yet durable at the hub."""

    count: int


class KeyState(StrEnum):
    """Whether the person at this workstation can sign what they decide."""

    NONE = "none"
    """Nobody is there, or they sign nothing in their role."""
    READYING = "readying"
    """It is unlocked, or its certificate is asked for."""
    CERTIFIED = "certified"
    WAITING = "waiting"
    """Whoever keeps the authority has not certified it yet."""
    UNUSABLE = "unusable"
    """It cannot be read or written on this workstation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChanged:
    """How the key of the person here stands; `key` is its id, to be compared with what the authority is shown."""

    state: KeyState
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSettled:
    """A decision is durable at the hub, under number `seq` of its ledger; it may be taken back for `undo_s`."""

    decision: Decision
    seq: int
    undo_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRefused:
    """The hub did not accept a decision; it has no effect."""

    decision: Decision
    error: ScanViewError


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadChanged:
    """Which scans are loaded ahead, whole as far as they have arrived."""

    scans: frozenset[str]


Event: TypeAlias = (
    LinkChanged
    | LinkMeasured
    | PersonChanged
    | SeatLocked
    | RowsChanged
    | LanesChanged
    | ScanOpened
    | StripArrived
    | ScanChanged
    | ScanLoaded
    | ScanFailed
    | LeaseLost
    | UnconfirmedChanged
    | KeyChanged
    | DecisionSettled
    | DecisionRefused
    | AheadChanged
)

Listener: TypeAlias = Callable[[Event], None]
