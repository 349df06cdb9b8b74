"""What people found who opened containers, written down. Runs in transactions.

Sending a result again changes nothing and gets the same answer; another result under the same id is refused.
"""

from collections.abc import Callable

from scanview.core.errors import NotAllowed
from scanview.core.inspection import Inspection, Photo
from scanview.core.journal import Kind
from scanview.core.review import Person
from scanview.core.rights import check_handles
from scanview.core.separation import check_apart
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.inspections import find_kept, newest_decided
from scanview.wire.messages import Signature

CheckPhoto = Callable[[Photo], None]
"""Raises NotAllowed unless the photo is kept."""


def report(
    tx: Transaction, *, inspection: Inspection, lane: str, signature: Signature, check_photo: CheckPhoto, now: float
) -> tuple[int, str]:
    """Write down what the port of `lane` found; the entry's number, and its scan.

    Raises:
        NotAllowed: the scan is not this lane's, nobody has decided about it, a photo is missing, or the id is taken.
    """
    known = _known(tx, inspection)
    if known is not None:
        return known
    scan = inspection.scan or newest_decided(tx, lane, inspection.container) or ""
    record = catalogue.find_record(tx, scan)
    if record is None or record.lane != lane:
        raise NotAllowed(f"{lane} has made no such scan that is decided", code="unknown-scan")
    return _write(tx, inspection, scan, f"port/{lane}", signature, check_photo, now)


def record(
    tx: Transaction, *, inspection: Inspection, person: Person, check_photo: CheckPhoto, now: float
) -> tuple[int, str]:
    """Write down what `person` says was found; the entry's number, and its scan.

    Raises:
        NotAllowed: the person may not, no such scan, nobody decided about it, a photo is missing, or the id is taken.
    """
    item = catalogue.read_record(tx, inspection.scan).item
    check_handles(person, item.decided_by)
    check_apart(person, item)
    known = _known(tx, inspection)
    if known is not None:
        return known
    return _write(tx, inspection, inspection.scan, person.name, None, check_photo, now)


def _known(tx: Transaction, inspection: Inspection) -> tuple[int, str] | None:
    kept = find_kept(tx, inspection.inspection)
    if kept is None:
        return None
    if kept.document != inspection.canonical():
        raise NotAllowed("another result with this id is here already", code="other-inspection")
    return kept.seq, kept.scan


def _write(
    tx: Transaction,
    inspection: Inspection,
    scan: str,
    actor: str,
    signature: Signature | None,
    check_photo: CheckPhoto,
    now: float,
) -> tuple[int, str]:
    for photo in inspection.photos:
        check_photo(photo)
    entry, _ = catalogue.record(
        tx,
        at=now,
        kind=Kind.INSPECTED,
        actor=actor,
        scan=scan,
        body={
            "inspection": inspection.inspection,
            "found": inspection.found.value,
            "document": inspection.canonical().decode(),
            "key": signature.key if signature else "",
            "signature": signature.value if signature else "",
        },
    )
    return entry.seq, scan
