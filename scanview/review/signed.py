"""What a person signed with their decision: held against the decision itself before anything is written down.

The hub does not have to be believed for it: the port checks the same signatures. What is checked here is that the
person gets no order that every port would refuse.
"""

import logging

from scanview.core.errors import NotAllowed
from scanview.core.review import Decision, Person
from scanview.core.signed_decision import decision_digest
from scanview.store import catalogue
from scanview.store.certificates import KeptStatement, certificates_of
from scanview.store.database import Transaction
from scanview.wire.authority import AuthorityCard
from scanview.wire.keys import key_id
from scanview.wire.messages import Decide, Warrant
from scanview.wire.warrants import Statement, check_statement

_log = logging.getLogger(__name__)


def signed_with(
    tx: Transaction, message: Decide, *, person: Person, authority: AuthorityCard, now: float
) -> KeptStatement | None:
    """The statement that came with a decision, as it is kept; None where none counts, or the decision is known.

    Raises:
        NotAllowed: it is not the person's (`uncertified`, `bad-statement`), or it says something else than the decision
            (`other-statement`).
    """
    is_known = catalogue.find_decision(tx, message.decision.decision) is not None
    if message.signature is None or not message.document or is_known:
        return None
    key = message.signature.key
    kept = next((one for one in certificates_of(tx, person.name) if key_id(bytes.fromhex(one.public)) == key), None)
    if kept is None:
        # A hub that was set back knows of none; the decision itself must not be lost for that.
        _log.warning(
            "%s has no certificate for the key that signed", person.name, extra={"scan": message.decision.scan}
        )
        return None
    carried = Warrant(
        document=message.document,
        signature=message.signature,
        certificate=kept.document.decode(),
        certificate_signature=kept.signature,
    )
    statement = check_statement(carried, authority)
    if not statement.certificate.holds_at(now) or statement.certificate.role is not person.role:
        _log.warning("the certificate of %s is not in force", person.name, extra={"scan": message.decision.scan})
        return None
    _check_same(tx, message.decision, statement)
    return KeptStatement(document=message.document.encode(), signature=message.signature, certificate=kept.certificate)


def _check_same(tx: Transaction, decision: Decision, statement: Statement) -> None:
    record, said = catalogue.read_record(tx, decision.scan), statement.decision
    signed = (said.decision, said.scan, said.fence, said.verdict, said.content_sha256, said.decision_sha256)
    made = (
        decision.decision,
        decision.scan,
        decision.fence,
        decision.verdict,
        decision.content_sha256,
        decision_digest(decision),
    )
    if signed != made or (said.lane, said.container) != (record.lane, record.container):
        raise NotAllowed("what was signed is not this decision", code="other-statement", remedy="Decide again")
