"""What goes with an order: the statements of everybody who said the same, each with the certificate of its signer."""

from scanview.core.order import MAX_SIGNATURES, parse_order
from scanview.store import catalogue
from scanview.store.certificates import find_certificate, statement_of
from scanview.store.database import Transaction
from scanview.store.orders import Outgoing
from scanview.wire.messages import Warrant


def warrants_of(tx: Transaction, outgoing: Outgoing) -> tuple[Warrant, ...]:
    """The statements for the order, that of the decision it carries out first; none where nobody has signed."""
    verdict = parse_order(outgoing.document).verdict
    opinions = catalogue.read_record(tx, outgoing.scan).item.opinions
    agreeing = [opinion.decision for opinion in opinions if opinion.verdict is verdict]
    decisions = list(dict.fromkeys((outgoing.order, *agreeing)))[:MAX_SIGNATURES]
    carried = (_warrant(tx, decision) for decision in decisions)
    return tuple(warrant for warrant in carried if warrant is not None)


def _warrant(tx: Transaction, decision: str) -> Warrant | None:
    signed = statement_of(tx, decision)
    certificate = None if signed is None else find_certificate(tx, signed.certificate)
    if signed is None or certificate is None:
        return None
    return Warrant(
        document=signed.document.decode(),
        signature=signed.signature,
        certificate=certificate.document.decode(),
        certificate_signature=certificate.signature,
    )
