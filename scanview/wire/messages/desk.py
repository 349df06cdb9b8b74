"""A workstation and the hub: who sits there, the worklist, leases and decisions."""

from typing import Annotated

from msgspec import Meta

from scanview.core.review import Decision, Person
from scanview.core.work import Lease
from scanview.core.worklist import LaneStatus, WorklistRow
from scanview.wire.messages.certifying import DocumentText
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Id, Message, Name, Signature


class SignIn(Message, frozen=True, kw_only=True, tag="sign-in"):
    """A person sits down at this workstation."""

    senders = WORKSTATION
    request: Count
    name: Name
    password: Annotated[str, Meta(max_length=1_024)]
    code: Annotated[str, Meta(max_length=64)] = ""
    """Of the second factor, or a recovery code; asked for by a refusal with `code-needed`."""
    ticket: Annotated[str, Meta(max_length=256)] = ""
    """From an earlier SignedIn at this workstation: takes the place of password and code after a break of the link."""


class SignedIn(Message, frozen=True, kw_only=True, tag="signed-in"):
    """Who that is, and what is to be done first.

    Until `must_change` the password, or enrol a second factor (`must_enrol`), everything else is refused.
    """

    senders = HUB
    request: Count
    person: Person
    ticket: str = ""
    must_change: bool = False
    must_enrol: bool = False
    idle_s: float = 0.0
    """So long without a touch, and the hub wants the password again; 0: for ever."""
    ends_at: float = 0.0
    """Then it wants the password in any case, UTC seconds by the hub's clock; 0: never."""
    failures: Count = 0
    """Attempts to sign in as this person that failed since the last that did not."""
    also_at: tuple[str, ...] = ()
    """Other workstations at which this person sits now."""


class SignOut(Message, frozen=True, kw_only=True, tag="sign-out"):
    """The person leaves; leases are given back."""

    senders = WORKSTATION
    request: Count


class WatchWorklist(Message, frozen=True, kw_only=True, tag="watch-worklist"):
    """Send all rows that changed after ledger number `after`, then every change as it happens.

    From 0, or after too long a break, what is open and was decided lately is sent instead of every scan there ever was.
    """

    senders = WORKSTATION
    request: Count
    after: Count


class Worklist(Message, frozen=True, kw_only=True, tag="worklist"):
    """Rows that are new or changed, oldest change first. `seq` is where to go on after a break."""

    senders = HUB
    request: Count
    seq: Count
    rows: tuple[WorklistRow, ...]
    more: bool = False
    anew: bool = False
    """Forget every row that was sent before."""


class Lanes(Message, frozen=True, kw_only=True, tag="lanes"):
    """Which lanes are connected; sent with the worklist and on every change."""

    senders = HUB
    lanes: tuple[LaneStatus, ...]


class TakeNext(Message, frozen=True, kw_only=True, tag="take-next"):
    """Lease me the next scan: drawn by lot among the most urgent that I may have."""

    senders = WORKSTATION
    request: Count


class Take(Message, frozen=True, kw_only=True, tag="take"):
    """Lease me this scan; refused with `no-free-choice` where scans are given out by lot alone."""

    senders = WORKSTATION
    request: Count
    scan: Id


class Leased(Message, frozen=True, kw_only=True, tag="leased"):
    """The lease; `lease` is None where nothing waits (answer to TakeNext)."""

    senders = HUB
    request: Count
    scan: str
    lease: Lease | None
    ahead: tuple[str, ...] = ()
    """Scans that this person would be given next, as things stand: worth loading."""


class RenewLease(Message, frozen=True, kw_only=True, tag="renew-lease"):
    """The analyst is still there."""

    senders = WORKSTATION
    request: Count
    scan: Id
    fence: Count


class GiveBack(Message, frozen=True, kw_only=True, tag="give-back"):
    """The analyst does not want the scan."""

    senders = WORKSTATION
    request: Count
    scan: Id
    fence: Count


class Decide(Message, frozen=True, kw_only=True, tag="decide"):
    """The analyst's verdict; Done only when it is durable. Sending it again gets the same answer.

    `document` is the SignedDecision about it, `signature` the person's; a release without them is refused.
    """

    senders = WORKSTATION
    request: Count
    decision: Decision
    document: DocumentText = ""
    signature: Signature | None = None


class Withdraw(Message, frozen=True, kw_only=True, tag="withdraw"):
    """Take my decision back before its order leaves; answered by Leased. Sending it again gets the same answer."""

    senders = WORKSTATION
    request: Count
    scan: Id
    decision: Id
