"""Certificates for people's keys: asked for at the workstation, given by the authority, at once where it is here.

A hub that holds the authority's secret signs by itself, because whoever can read its folder could. Elsewhere the keys
wait until somebody who holds the authority has looked at them (`scanview authority certify`); workstations ask again.
"""

from scanview.core.certificate import parse_certificate
from scanview.core.errors import NotAllowed
from scanview.core.review import Person, Role
from scanview.core.rights import REVIEWS, SUPERVISES
from scanview.review.answering import Answering
from scanview.store import certificates
from scanview.store.certificates import AskedKey, KeptCertificate
from scanview.store.database import Transaction
from scanview.wire import messages
from scanview.wire.authority import Authority
from scanview.wire.hub_authority import HubAuthority
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message
from scanview.wire.warrants import check_certificate

RENEW_SHARE = 0.25
"""A certificate is given anew when less than this share of its time is left."""


class Certifying:
    """The service. `days` is how long a certificate holds that the hub signs, `statement_s` a signed release."""

    serves: frozenset[type[Message]] = frozenset({messages.RequestCertificate})

    def __init__(self, answering: Answering, authority: HubAuthority, *, days: float, statement_s: float) -> None:
        self._answering = answering
        self._authority = authority
        self._days = days
        self._statement_s = statement_s

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`: with the certificate in force, or that the key waits for one."""
        if not isinstance(message, messages.RequestCertificate):
            return
        now = self._answering.surroundings.now()
        told = messages.CertificateTold(request=message.request, statement_s=self._statement_s)
        if person.role not in REVIEWS | SUPERVISES:
            self._answering.surroundings.send(peer, told)
            return
        public, workstation = message.signing_public, peer.card.name
        holder = self._authority.own()

        def ask(tx: Transaction) -> KeptCertificate | None:
            return self._certificate(tx, person, public, workstation, now, holder)

        def answer(kept: KeptCertificate | None) -> Message:
            if kept is None:
                return messages.CertificateTold(request=message.request, waits=True, statement_s=self._statement_s)
            return messages.CertificateTold(
                request=message.request,
                certificate=kept.document.decode(),
                signature=kept.signature,
                statement_s=self._statement_s,
            )

        self._answering.write(peer, message.request, ask, answer)

    def _certificate(
        self, tx: Transaction, person: Person, public: str, workstation: str, now: float, holder: Authority | None
    ) -> KeptCertificate | None:
        known = certificates.newest_certificate(tx, public)
        if known is not None and self._is_good(known, person, now):
            return known
        asked = certificates.ask(
            tx, public=public, person=person.name, role=person.role.value, workstation=workstation, now=now
        )
        if holder is None:
            return None
        return certify(tx, asked, holder, lanes=person.ports, now=now, days=self._days, actor="hub")

    def _is_good(self, known: KeptCertificate, person: Person, now: float) -> bool:
        """Whether it is the authority's, in force for a while, and still says what the person may do."""
        try:
            certificate = check_certificate(known.document.decode(), known.signature, self._authority.card)
        except NotAllowed:
            return False
        left = (certificate.not_after - now) / (certificate.not_after - certificate.not_before)
        said = (certificate.person, certificate.role, certificate.lanes)
        return said == (person.name, person.role, person.ports) and certificate.holds_at(now) and left > RENEW_SHARE


def certify(
    tx: Transaction,
    asked: AskedKey,
    holder: Authority,
    *,
    lanes: tuple[str, ...],
    now: float,
    days: float,
    actor: str,
) -> KeptCertificate:
    """Let the authority sign a key that waits, and write that down; `actor` is who had it signed."""
    signed = holder.certify(
        person=asked.person,
        role=Role(asked.role),
        signing_public=asked.public,
        workstation=asked.workstation,
        now=now,
        days=days,
        lanes=lanes,
    )
    kept = KeptCertificate(
        certificate=parse_certificate(signed.document.encode()).certificate,
        public=asked.public,
        person=asked.person,
        role=asked.role,
        document=signed.document.encode(),
        signature=signed.signature,
    )
    certificates.certify(tx, kept, actor=actor, now=now)
    return kept
