"""A port and the hub: scans on their way up, orders on their way down."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from scanview.core.certificate import MAX_REVOCATIONS
from scanview.core.documents import MAX_DOCUMENT
from scanview.core.order import MAX_SIGNATURES
from scanview.core.triage import ScanPriority
from scanview.wire.messages.message import HUB, PORT, Count, Id, Message, Name, Sha256, Signature, Text

Document: TypeAlias = Annotated[str, Meta(min_length=2, max_length=MAX_DOCUMENT)]


class ScanOffer(Message, frozen=True, kw_only=True, tag="scan-offer"):
    """A port has a scan. Raw frame: the canonical JSON of its ScanHeader.

    `clock_offset_s` is what to add to the port's clock, as it was when the scan began, to have the hub's, right to
    within `clock_error_s`; null where the port does not know. `priority` says who waits for it: a truck at the gate, or
    nobody because the container stands in the yard; empty where the port does not tell.
    """

    senders = PORT
    scan: Id
    clock_offset_s: Annotated[float, Meta(ge=-1e10, le=1e10)] | None = None
    clock_error_s: Annotated[float, Meta(ge=0, le=1e10)] = 0.0
    priority: ScanPriority = ScanPriority.UNKNOWN


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


class ScanPostponed(Message, frozen=True, kw_only=True, tag="scan-postponed"):
    """The hub cannot take this scan now, and why; the port keeps it and offers it again after `retry_after_s`."""

    senders = HUB
    since = 2
    scan: Id
    code: Name
    message: Text
    retry_after_s: Annotated[float, Meta(ge=0, le=3_600)]


class Warrant(Struct, frozen=True, kw_only=True):
    """A document that a person signed, and the authority's certificate of that person's key.

    `document` is the canonical text of a SignedDecision or a Delegation, `certificate` that of a Certificate. What is
    signed are their UTF-8 bytes as they stand here.
    """

    document: Document
    signature: Signature
    certificate: Document
    certificate_signature: Signature


class SignedRevocations(Struct, frozen=True, kw_only=True):
    """Which certificates count no more: the canonical text of Revocations, and the authority's signature on it."""

    document: Annotated[str, Meta(max_length=MAX_REVOCATIONS)]
    signature: Signature


class OrderMessage(Message, frozen=True, kw_only=True, tag="order"):
    """An order for this port. Raw frame: the signed bytes of the Order.

    A release comes with the `warrants` of the people who decided it, or, where rules released the scan, with the
    `delegation` of a supervisor; `revocations` is the newest list of the authority. A port that has an authority pinned
    opens for nothing less.
    """

    senders = HUB
    order: Id
    signatures: Annotated[tuple[Signature, ...], Meta(max_length=8)]
    warrants: Annotated[tuple[Warrant, ...], Meta(max_length=MAX_SIGNATURES)] = ()
    delegation: Warrant | None = None
    revocations: SignedRevocations | None = None


class OrderReceiptMessage(Message, frozen=True, kw_only=True, tag="order-receipt"):
    """The port's answer to an order. Raw frame: the signed bytes of the OrderReceipt."""

    senders = PORT
    order: Id
    signature: Signature
