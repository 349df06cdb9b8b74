"""The people of a conformance run: keys made for it, and certificates by the authority that the port has pinned."""

import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.certificate import parse_certificate
from scanview.core.delegation import DAY_S, Delegation
from scanview.core.order import Order
from scanview.core.review import Role
from scanview.core.signed_decision import SignedDecision
from scanview.wire.authority import Authority, SignedCertificate
from scanview.wire.key_files import public_of
from scanview.wire.messages import Warrant
from scanview.wire.warrants import sign_decision, sign_delegation, warrant


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedPerson:
    """Somebody who signs, with a key and a certificate."""

    person: str
    signed: SignedCertificate
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def certificate(self) -> str:
        """The id of their certificate."""
        return parse_certificate(self.signed.document.encode()).certificate

    def states(self, decision: SignedDecision) -> Warrant:
        """Their warrant for a decision."""
        return warrant(decision.canonical(), sign_decision(self.key, decision), self.signed)

    def permits(self, delegation: Delegation) -> Warrant:
        """Their warrant for a delegation."""
        return warrant(delegation.canonical(), sign_delegation(self.key, delegation), self.signed)


def certified(
    authority: Authority,
    person: str,
    *,
    role: Role = Role.ANALYST,
    lanes: tuple[str, ...] = (),
    began_days_ago: float = 0.0,
) -> CertifiedPerson:
    """Somebody with a new key whom `authority` certifies for a day, which may be over already."""
    key = Ed25519PrivateKey.generate()
    signed = authority.certify(
        person=person,
        role=role,
        signing_public=public_of(key),
        workstation="conformance",
        now=time.time() - began_days_ago * DAY_S,
        days=1,
        lanes=lanes,
    )
    return CertifiedPerson(person=person, signed=signed, key=key)


def statement(order: Order, person: str = "li") -> SignedDecision:
    """What `person` signs so that `order` carries it out; its lease has the number of the order's version."""
    return SignedDecision(
        decision=order.order,
        person=person,
        lane=order.lane,
        container=order.container,
        scan=order.scan,
        content_sha256=order.content_sha256,
        verdict=order.verdict,
        fence=order.version,
        model="",
        decision_sha256="0" * 64,
        signed_at=order.issued_at,
        expires_at=order.expires_at,
    )


def delegation(order: Order, delegation_id: str) -> Delegation:
    """What a supervisor signs so that the rules of version 1 may release as `order` does: ten times a day."""
    return Delegation(
        delegation=delegation_id,
        person="chen",
        rules_version=1,
        rules_sha256="0" * 64,
        bound=0.001,
        lanes=(),
        daily_cap=10,
        issued_at=order.issued_at - 60,
        expires_at=order.issued_at + DAY_S,
    )
