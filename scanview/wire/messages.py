"""Every message between a hub and its peers: its kind, its fields, and who may send it.

A message travels as one JSON header frame followed by raw frames (see codec.py). `request` numbers a question; its
answer carries the same number, and 0 marks what nobody asked for. Fields that a newer program adds are ignored by an
older one. docs/protocol.md tells the conversations these messages make.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta, Struct

from scanview.core.review import Decision, Person, Recognition
from scanview.core.work import Lease
from scanview.core.worklist import LaneStatus, WorklistRow

PROTOCOL_VERSION = 1

Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Id: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Sha256: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]
Text: TypeAlias = Annotated[str, Meta(max_length=2_000)]


class PeerRole(StrEnum):
    """What a machine is enrolled as; it can do nothing but that part."""

    HUB = "hub"
    PORT = "port"
    WORKSTATION = "workstation"
    WORKER = "worker"


HUB = frozenset({PeerRole.HUB})
PORT = frozenset({PeerRole.PORT})
WORKSTATION = frozenset({PeerRole.WORKSTATION})
WORKER = frozenset({PeerRole.WORKER})
READERS = WORKSTATION | WORKER
PEERS = PORT | WORKSTATION | WORKER


class Message(Struct, frozen=True, kw_only=True, tag_field="kind", tag=True):
    """Base of all messages; `senders` says whose it is."""

    senders: ClassVar[frozenset[PeerRole]] = frozenset()


# -- everybody ---------------------------------------------------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first message on a connection. `name` is the lane of a port, the name of a workstation or worker."""

    senders = PEERS
    versions: tuple[int, ...]
    role: PeerRole
    name: Name
    program: Text


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The hub's answer to Hello: the version both speak, how much may be under way, and its clock (UTC seconds)."""

    senders = HUB
    version: int
    hub: Name
    hub_time: float
    window_bytes: Count
    heartbeat_s: float


class Ping(Message, frozen=True, kw_only=True, tag="ping"):
    """I am here; sent every `heartbeat_s` when there is nothing else to say."""

    senders = PEERS


class Pong(Message, frozen=True, kw_only=True, tag="pong"):
    """The hub's answer to Ping."""

    senders = HUB
    hub_time: float


class Failed(Message, frozen=True, kw_only=True, tag="failed"):
    """A request was refused or could not be done; `temporary` where the same request may succeed later."""

    senders = HUB
    request: Count
    code: Name
    message: Text
    remedy: Text = ""
    temporary: bool = False


class Done(Message, frozen=True, kw_only=True, tag="done"):
    """A request was carried out and is durable; `seq` is its number in the ledger, 0 where it left no entry."""

    senders = HUB
    request: Count
    seq: Count = 0


# -- port: a scan on its way to the hub ---------------------------------------------------------------------------


class ScanOffer(Message, frozen=True, kw_only=True, tag="scan-offer"):
    """A port has a scan. Raw frame: the canonical JSON of its ScanHeader."""

    senders = PORT
    scan: Id


class ScanResume(Message, frozen=True, kw_only=True, tag="scan-resume"):
    """The hub holds the first `strips` strips; go on from there."""

    senders = HUB
    scan: Id
    strips: Count


class Strip(Message, frozen=True, kw_only=True, tag="strip"):
    """One strip. Raw frame: its record."""

    senders = PORT
    scan: Id
    sequence: Count


class StripsHeld(Message, frozen=True, kw_only=True, tag="strips-held"):
    """All strips below `strips` are written; their bytes are free in the window again."""

    senders = HUB
    scan: Id
    strips: Count


class ScanEnd(Message, frozen=True, kw_only=True, tag="scan-end"):
    """There are no more strips. `complete` is False where the scanner broke off."""

    senders = PORT
    scan: Id
    strips: Count
    content_sha256: Sha256
    complete: bool


class ScanReceipt(Message, frozen=True, kw_only=True, tag="scan-receipt"):
    """The scan is durable at the hub under this content hash; the port may drop its copy."""

    senders = HUB
    scan: Id
    content_sha256: Sha256


class ScanRefused(Message, frozen=True, kw_only=True, tag="scan-refused"):
    """The hub will not take this scan as it is; the port keeps it and shows the reason."""

    senders = HUB
    scan: Id
    code: Name
    message: Text


class Signature(Struct, frozen=True, kw_only=True):
    """An Ed25519 signature (128 hexadecimal digits) and the id of the key that made it."""

    key: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    value: Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]


class OrderMessage(Message, frozen=True, kw_only=True, tag="order"):
    """An order for this port. Raw frame: the signed bytes of the Order."""

    senders = HUB
    order: Id
    signatures: Annotated[tuple[Signature, ...], Meta(max_length=8)]


class OrderReceiptMessage(Message, frozen=True, kw_only=True, tag="order-receipt"):
    """The port's answer to an order. Raw frame: the signed bytes of the OrderReceipt."""

    senders = PORT
    order: Id
    signature: Signature


# -- workstation: the desk ----------------------------------------------------------------------------------------


class SignIn(Message, frozen=True, kw_only=True, tag="sign-in"):
    """A person sits down at this workstation."""

    senders = WORKSTATION
    request: Count
    name: Name
    password: Annotated[str, Meta(max_length=1_024)]


class SignedIn(Message, frozen=True, kw_only=True, tag="signed-in"):
    """Who that is."""

    senders = HUB
    request: Count
    person: Person


class SignOut(Message, frozen=True, kw_only=True, tag="sign-out"):
    """The person leaves; leases are given back."""

    senders = WORKSTATION
    request: Count


class WatchWorklist(Message, frozen=True, kw_only=True, tag="watch-worklist"):
    """Send all rows that changed after ledger number `after`, then every change as it happens."""

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


class Lanes(Message, frozen=True, kw_only=True, tag="lanes"):
    """Which lanes are connected; sent with the worklist and on every change."""

    senders = HUB
    lanes: tuple[LaneStatus, ...]


class TakeNext(Message, frozen=True, kw_only=True, tag="take-next"):
    """Lease me the most urgent scan that waits."""

    senders = WORKSTATION
    request: Count


class Take(Message, frozen=True, kw_only=True, tag="take"):
    """Lease me this scan."""

    senders = WORKSTATION
    request: Count
    scan: Id


class Leased(Message, frozen=True, kw_only=True, tag="leased"):
    """The lease; `lease` is None where nothing waits (answer to TakeNext)."""

    senders = HUB
    request: Count
    scan: str
    lease: Lease | None


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
    """The analyst's verdict; Done only when it is durable. Sending it again gets the same answer."""

    senders = WORKSTATION
    request: Count
    decision: Decision


# -- workstation and worker: reading a scan -----------------------------------------------------------------------


class OpenScan(Message, frozen=True, kw_only=True, tag="open-scan"):
    """Tell me about this scan, and go on telling while it grows (until CloseScan)."""

    senders = READERS
    request: Count
    scan: Id


class ScanOpened(Message, frozen=True, kw_only=True, tag="scan-opened"):
    """What is known now. Raw frame: the canonical JSON of its ScanHeader."""

    senders = HUB
    request: Count
    scan: Id
    strips: Count
    stored: bool
    complete: bool
    content_sha256: str
    recognition: Recognition | None
    not_recognised: str


class ScanGrew(Message, frozen=True, kw_only=True, tag="scan-grew"):
    """An open scan has more strips, is stored, or was recognised since the last such message."""

    senders = HUB
    scan: Id
    strips: Count
    stored: bool
    complete: bool
    content_sha256: str
    recognition: Recognition | None
    not_recognised: str


class CloseScan(Message, frozen=True, kw_only=True, tag="close-scan"):
    """Stop telling me about this scan."""

    senders = READERS
    scan: Id


class FetchStrips(Message, frozen=True, kw_only=True, tag="fetch-strips"):
    """Send the records of strips `first` to `first + count - 1`, as many as fit one answer."""

    senders = READERS
    request: Count
    scan: Id
    first: Count
    count: Annotated[int, Meta(ge=1, le=64)]


class Strips(Message, frozen=True, kw_only=True, tag="strips"):
    """Records from `first` on, one raw frame each; fewer than asked where the answer would grow too large."""

    senders = HUB
    request: Count
    scan: Id
    first: Count


# -- worker: recognition ------------------------------------------------------------------------------------------


class WorkReady(Message, frozen=True, kw_only=True, tag="work-ready"):
    """The worker is idle; `model` is what it will speak for."""

    senders = WORKER
    model: Name


class Work(Message, frozen=True, kw_only=True, tag="work"):
    """Recognise this scan; open it and read it as it grows."""

    senders = HUB
    scan: Id


class ReportRecognition(Message, frozen=True, kw_only=True, tag="report-recognition"):
    """What the model says."""

    senders = WORKER
    request: Count
    scan: Id
    content_sha256: Sha256
    recognition: Recognition


class ReportNotRecognised(Message, frozen=True, kw_only=True, tag="report-not-recognised"):
    """The model cannot speak about this scan, and why. The scan stays in the human queue."""

    senders = WORKER
    request: Count
    scan: Id
    why: Text


MESSAGES: dict[str, type[Message]] = {str(kind.__struct_config__.tag): kind for kind in Message.__subclasses__()}
"""Every message by its kind."""
