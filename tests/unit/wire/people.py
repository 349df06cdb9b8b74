"""People with keys and certificates, for tests that judge what they sign."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.certificate import Certificate
from scanview.core.review import Role
from scanview.wire.authority import Authority, AuthorityCard, SignedCertificate
from scanview.wire.key_files import public_of
from scanview.wire.keys import Purpose, sign_with
from scanview.wire.messages import Warrant
from scanview.wire.warrants import sign_decision, sign_delegation, warrant


def new_authority(name: str = "Customs") -> Authority:
    """An authority that is stored nowhere."""
    key = Ed25519PrivateKey.generate()
    return Authority(card=AuthorityCard(authority=name, signing_public=public_of(key)), folder=Path("/none"), key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody with a key, and with the certificate that an authority gave them."""

    certificate: Certificate
    signed: SignedCertificate
    key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def make(
        cls,
        authority: Authority,
        person: str = "li",
        *,
        role: Role = Role.ANALYST,
        lanes: tuple[str, ...] = (),
        not_before: float = 0.0,
        not_after: float = 1e10,
        number: int = 1,
        key: Ed25519PrivateKey | None = None,
    ) -> "Signer":
        key = key or Ed25519PrivateKey.generate()
        certificate = Certificate(
            certificate=f"{number:032x}",
            person=person,
            role=role,
            lanes=lanes,
            signing_public=public_of(key),
            workstation="desk-1",
            not_before=not_before,
            not_after=not_after,
        )
        document = certificate.canonical()
        signed = SignedCertificate(
            document=document.decode(), signature=sign_with(authority.key, document, Purpose.PERSON_CERTIFICATE)
        )
        return cls(certificate=certificate, signed=signed, key=key)

    def states(self, decision) -> Warrant:
        """Their warrant for a SignedDecision."""
        return warrant(decision.canonical(), sign_decision(self.key, decision), self.signed)

    def permits(self, delegation) -> Warrant:
        """Their warrant for a Delegation."""
        return warrant(delegation.canonical(), sign_delegation(self.key, delegation), self.signed)
