"""Warrants: statements and delegations that people sign, and the check of both signatures on them.

Nothing here knows the rules of an order or the time; a port does (ingest.judging).
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.certificate import Certificate, parse_certificate
from scanview.core.delegation import Delegation, parse_delegation
from scanview.core.errors import BadInput, NotAllowed
from scanview.core.signed_decision import SignedDecision, parse_signed_decision
from scanview.wire.authority import AuthorityCard, SignedCertificate
from scanview.wire.keys import Purpose, is_signed_with, sign_with
from scanview.wire.messages import Signature, Warrant


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a certified person says of a scan."""

    decision: SignedDecision
    certificate: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a certified person lets rules do."""

    delegation: Delegation
    certificate: Certificate


def warrant(document: bytes, signature: Signature, certificate: SignedCertificate) -> Warrant:
    """What travels with an order: a signed document with the certificate of its signer."""
    return Warrant(
        document=document.decode(),
        signature=signature,
        certificate=certificate.document,
        certificate_signature=certificate.signature,
    )


def sign_decision(key: Ed25519PrivateKey, decision: SignedDecision) -> Signature:
    """The signature of the person who holds `key` on their decision."""
    return sign_with(key, decision.canonical(), Purpose.DECISION)


def sign_delegation(key: Ed25519PrivateKey, delegation: Delegation) -> Signature:
    """The signature of the supervisor who holds `key` on a delegation."""
    return sign_with(key, delegation.canonical(), Purpose.DELEGATION)


def check_certificate(document: str, signature: Signature, authority: AuthorityCard) -> Certificate:
    """The certificate in `document`; NotAllowed (code `uncertified`) unless the authority signed it."""
    content = document.encode()
    if not is_signed_with(authority.signing_public, content, Purpose.PERSON_CERTIFICATE, signature):
        raise NotAllowed(f"a certificate is not signed by {authority.authority}", code="uncertified")
    try:
        return parse_certificate(content)
    except BadInput as error:
        raise NotAllowed(f"a certificate cannot be read: {error}", code="uncertified") from error


def check_statement(carried: Warrant, authority: AuthorityCard) -> Statement:
    """The statement in `carried`.

    Raises:
        NotAllowed: the authority did not certify its signer (`uncertified`), or the certified person did not sign it or
            it cannot be read (`bad-statement`).
    """
    certificate = check_certificate(carried.certificate, carried.certificate_signature, authority)
    document = _signed_by(certificate, carried, Purpose.DECISION, "bad-statement")
    try:
        decision = parse_signed_decision(document)
    except BadInput as error:
        raise NotAllowed(f"a statement cannot be read: {error}", code="bad-statement") from error
    if decision.person != certificate.person:
        raise NotAllowed(f"{certificate.person} signed as {decision.person}", code="bad-statement")
    return Statement(decision=decision, certificate=certificate)


def check_delegation(carried: Warrant, authority: AuthorityCard) -> Permission:
    """The delegation in `carried`; NotAllowed with the code `uncertified` or `bad-delegation`, as for a statement."""
    certificate = check_certificate(carried.certificate, carried.certificate_signature, authority)
    document = _signed_by(certificate, carried, Purpose.DELEGATION, "bad-delegation")
    try:
        delegation = parse_delegation(document)
    except BadInput as error:
        raise NotAllowed(f"a delegation cannot be read: {error}", code="bad-delegation") from error
    if delegation.person != certificate.person:
        raise NotAllowed(f"{certificate.person} signed as {delegation.person}", code="bad-delegation")
    return Permission(delegation=delegation, certificate=certificate)


def _signed_by(certificate: Certificate, carried: Warrant, purpose: Purpose, code: str) -> bytes:
    document = carried.document.encode()
    if not is_signed_with(certificate.signing_public, document, purpose, carried.signature):
        raise NotAllowed(f"what {certificate.person} is said to have signed, they did not", code=code)
    return document
