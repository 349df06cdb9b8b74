"""A workstation and the hub: the certificates of people's keys, and what supervisors delegate to rules."""

from typing import Annotated

from msgspec import Meta

from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message, Sha256, Signature

DocumentText = Annotated[str, Meta(max_length=8_000)]
"""A signed document (core.documents), as it was signed."""


class RequestCertificate(Message, frozen=True, kw_only=True, tag="request-certificate"):
    """Certify my key, made at this workstation; answered by CertificateTold. To be asked again while it waits."""

    senders = WORKSTATION
    request: Count
    signing_public: Sha256


class CertificateTold(Message, frozen=True, kw_only=True, tag="certificate-told"):
    """What the hub has for the key: the certificate as the authority signed it, or none yet.

    `waits` says that the authority has not answered yet, `statement_s` for how long a signed release shall hold.
    """

    senders = HUB
    request: Count
    certificate: DocumentText = ""
    signature: Signature | None = None
    waits: bool = False
    statement_s: Annotated[float, Meta(ge=0, le=31_536_000)] = 86_400.0


class Delegate(Message, frozen=True, kw_only=True, tag="delegate"):
    """The rules named in this delegation, which I signed, may release directly. For supervisors; Done when durable."""

    senders = WORKSTATION
    request: Count
    delegation: DocumentText
    signature: Signature
