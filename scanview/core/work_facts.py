"""What can happen to a scan in the review room: the facts that `core.work.advance` takes."""

from dataclasses import dataclass
from typing import TypeAlias

from scanview.core.review import Decision, Risk, Role, Verdict
from scanview.core.work_item import Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Every byte of the scan is durable."""

    content_sha256: str
    complete: bool
    recognition_due_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A model's result was recorded and triage gave the scan its risk, and said what its class demands."""

    risk: Risk
    second: bool = False
    four_eyes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecognised:
    """No model will speak about this scan; a person decides from the picture alone. The class as in Recognised."""

    why: str
    second: bool = False
    four_eyes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """An analyst took the scan."""

    lease: Lease
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRenewed:
    """The analyst's workstation is still there."""

    fence: int
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseEnded:
    """The analyst gave the scan back, or the lease ran out."""

    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A person decided under a lease, and no further opinion is wanted. `entry` is the fact's number in the ledger."""

    decision: Decision
    by: str
    now: float
    role: Role = Role.ANALYST
    entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opined:
    """The same where a further opinion is wanted: it makes no order, and the scan waits for somebody else.

    `drawn` is whether a first one was drawn for a second review; until `waits_until` (UTC seconds) nobody else gets
    the scan, so that the opinion can be taken back.
    """

    decision: Decision
    by: str
    now: float
    waits_until: float
    role: Role = Role.ANALYST
    drawn: bool = False
    entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """Whoever has the scan asks the chief instead of giving an opinion."""

    fence: int
    by: str
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A person picked the scan out (assigned or prioritised it), and so may not review it."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedDirectly:
    """The rules released the scan after machine inspection; `by` names their version."""

    decision: Decision
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReversed:
    """A supervisor took a direct release back before its order left: the scan waits for a person.

    `fence` is the number of the entry that tells it. Like a lease it makes the scan one that people have touched.
    """

    decision: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The person took their decision or opinion back, and has the scan again under a new lease.

    A decision before its order left, an opinion before somebody else had the scan.
    """

    decision: str
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The port has applied the order and said so."""

    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """The port has proved that this hub gave it an order which it carried out, and which the hub had forgotten."""

    decision: str
    verdict: Verdict
    by: str
    content_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenElsewhere:
    """The hub `at` has given its receipt for the scan; the port gives it here again where that is empty."""

    at: str


Fact: TypeAlias = (
    Stored
    | Recognised
    | NotRecognised
    | Leased
    | LeaseRenewed
    | LeaseEnded
    | Decided
    | Opined
    | Escalated
    | Selected
    | ReleasedDirectly
    | ReleaseReversed
    | Withdrawn
    | Delivered
    | OrderFound
    | GivenElsewhere
)
