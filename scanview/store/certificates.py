"""Keys that wait for the authority, the certificates it gave, and what was signed with them.

Whoever certifies, the hub or `scanview authority certify` beside it, reads `waiting` and writes `certify`. Documents
are kept as they were signed; whether they are true is for those who believe them (wire.authority).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from scanview.core.journal import Json, Kind
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.schema_certificates import certificate_requests, certificates, delegations, statements
from scanview.wire.messages import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedKey:
    """A key somebody asked a certificate for: its public half, in which role they asked, and where it was made."""

    seq: int
    public: str
    person: str
    role: str
    workstation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCertificate:
    """A certificate as the authority signed it. `public` is the key it is about."""

    certificate: str
    public: str
    person: str
    role: str
    document: bytes
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """A document that a person signed, and the id of the certificate they signed it under."""

    document: bytes
    signature: Signature
    certificate: str


def ask(tx: Transaction, *, public: str, person: str, role: str, workstation: str, now: float) -> AskedKey:
    """Write down that the key waits for a certificate; what waits in the same role already goes on waiting."""
    waits = next((asked for asked in waiting(tx) if asked.public == public and asked.role == role), None)
    if waits is not None:
        return waits
    body: dict[str, Json] = {"public": public, "role": role, "workstation": workstation}
    entry = catalogue.record_fact(tx, at=now, kind=Kind.CERTIFICATE_ASKED, actor=person, body=body)
    return AskedKey(seq=entry.seq, public=public, person=person, role=role, workstation=workstation)


def waiting(tx: Transaction) -> Sequence[AskedKey]:
    """The keys that have no certificate since they were asked for last, the oldest first."""
    given = (
        select(certificates.c.public, func.max(certificates.c.seq).label("seq"))
        .group_by(certificates.c.public)
        .subquery()
    )
    newest = select(func.max(certificate_requests.c.seq)).group_by(certificate_requests.c.public)
    asked = (
        select(certificate_requests)
        .outerjoin(given, given.c.public == certificate_requests.c.public)
        .where(
            certificate_requests.c.seq.in_(newest),
            certificate_requests.c.seq > func.coalesce(given.c.seq, 0),
        )
        .order_by(certificate_requests.c.seq)
    )
    return [AskedKey(**row._mapping) for row in tx.execute(asked)]


def certify(tx: Transaction, given: KeptCertificate, *, actor: str, now: float) -> int:
    """Write down the certificate that the authority gave; the entry's number. `actor` is who had it signed."""
    body: dict[str, Json] = {
        "certificate": given.certificate,
        "public": given.public,
        "person": given.person,
        "role": given.role,
        **document_body(given.document, given.signature),
    }
    return catalogue.record_fact(tx, at=now, kind=Kind.CERTIFIED, actor=actor, body=body).seq


def newest_certificate(tx: Transaction, public: str) -> KeptCertificate | None:
    """The certificate that the key was given last, or None."""
    given = select(certificates).where(certificates.c.public == public).order_by(certificates.c.seq.desc()).limit(1)
    return _kept(tx.execute(given).one_or_none())


def certificates_of(tx: Transaction, person: str) -> Sequence[KeptCertificate]:
    """The newest certificate of every key of the person."""
    newest = select(func.max(certificates.c.seq)).group_by(certificates.c.public)
    given = select(certificates).where(certificates.c.person == person, certificates.c.seq.in_(newest))
    return [kept for row in tx.execute(given) if (kept := _kept(row)) is not None]


def find_certificate(tx: Transaction, certificate: str) -> KeptCertificate | None:
    """The certificate with this id, or None."""
    return _kept(tx.execute(select(certificates).where(certificates.c.certificate == certificate)).one_or_none())


def statement_of(tx: Transaction, decision: str) -> KeptStatement | None:
    """What was signed with the decision of this id, or None."""
    row = tx.execute(select(statements).where(statements.c.decision == decision)).one_or_none()
    return None if row is None else _statement(row)


def delegation_for(tx: Transaction, rules: int) -> KeptStatement | None:
    """The newest delegation for the rules of this version, or None."""
    signed = select(delegations).where(delegations.c.rules == rules).order_by(delegations.c.seq.desc()).limit(1)
    row = tx.execute(signed).one_or_none()
    return None if row is None else _statement(row)


def find_delegation(tx: Transaction, delegation: str) -> KeptStatement | None:
    """The delegation with this id, or None."""
    row = tx.execute(select(delegations).where(delegations.c.delegation == delegation)).one_or_none()
    return None if row is None else _statement(row)


def delegate(tx: Transaction, signed: KeptStatement, *, delegation: str, rules: int, by: str, now: float) -> int:
    """Write down what a supervisor signed for the rules of this version; the entry's number."""
    body: dict[str, Json] = {"delegation": delegation, "rules": rules, **statement_body(signed)}
    return catalogue.record_fact(tx, at=now, kind=Kind.DELEGATED, actor=by, body=body).seq


def statement_body(signed: KeptStatement) -> dict[str, Json]:
    """How an entry of the ledger keeps what was signed."""
    return {**document_body(signed.document, signed.signature), "certificate": signed.certificate}


def document_body(document: bytes, signature: Signature) -> dict[str, Json]:
    """How an entry of the ledger keeps a document and its signature."""
    return {"document": document.decode(), "key": signature.key, "signature": signature.value}


def _kept(row: Any) -> KeptCertificate | None:
    if row is None:
        return None
    return KeptCertificate(
        certificate=row.certificate,
        public=row.public,
        person=row.person,
        role=row.role,
        document=row.document,
        signature=Signature(key=row.key, value=row.signature),
    )


def _statement(row: Any) -> KeptStatement:
    return KeptStatement(
        document=row.document,
        signature=Signature(key=row.key, value=row.signature),
        certificate=row.certificate,
    )
