"""How soon a scan wants to be looked at: pure rules over what the machine says and what the shipper declared.

The order of the queue follows from the risk alone (core.worklist.queue_at), so that clients can compute it too.
"""

from scanview.core import container
from scanview.core.review import FITS, UNKNOWN, UNUSUAL, Recognition, Risk, risk_of_score
from scanview.core.scan import ScanHeader

EMPTY = 0.5
"""From this probability on the machine takes a container for empty."""

_ORDER = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


def risk_of(recognition: Recognition, header: ScanHeader) -> Risk:
    """The risk of a recognised scan: the highest that any rule gives it. Never NONE."""
    rules = (
        _by_findings(recognition),
        _by_failures(recognition),
        _by_container(header),
        _by_declaration(recognition, header),
        _by_goods(recognition),
        _by_novelty(recognition),
    )
    return max(rules, key=_ORDER.index)


def _by_findings(recognition: Recognition) -> Risk:
    return risk_of_score(max((finding.score for finding in recognition.findings), default=0.0))


def _by_failures(recognition: Recognition) -> Risk:
    """What a model that could not look would have found is not known."""
    return Risk.MEDIUM if recognition.failures else Risk.LOW


def _by_container(header: ScanHeader) -> Risk:
    """A number that was typed and cannot be right deserves a look; one that is not known says nothing."""
    return Risk.MEDIUM if header.container and not container.is_valid(header.container) else Risk.LOW


def _by_declaration(recognition: Recognition, header: ScanHeader) -> Risk:
    """Goods are declared and the container looks empty, or it is declared to hold nothing and does not look so."""
    declaration = header.declaration
    if declaration is None:
        return Risk.LOW
    declared = bool(declaration.goods or declaration.packages or declaration.gross_kg)
    return Risk.MEDIUM if declared == (recognition.empty >= EMPTY) else Risk.LOW


def _by_goods(recognition: Recognition) -> Risk:
    """Goods that surely look like others than those that were declared."""
    differ = recognition.cargo_sure and recognition.declared_fit != UNKNOWN and recognition.declared_fit < FITS
    return Risk.MEDIUM if differ else Risk.LOW


def _by_novelty(recognition: Recognition) -> Risk:
    """Where the machine is out of its depth, that it finds nothing says nothing."""
    return Risk.MEDIUM if recognition.novelty > UNUSUAL else Risk.LOW
