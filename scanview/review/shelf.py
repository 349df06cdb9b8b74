"""The shelf: scans that a supervisor keeps for everybody to compare with. Runs in transactions.

Asking for what is so already changes nothing and leaves no entry, so that sending it again is harmless.
"""

import msgspec

from scanview.core.journal import Kind
from scanview.core.related import Shelving
from scanview.core.review import Person
from scanview.core.rights import check_supervises
from scanview.store import catalogue
from scanview.store.database import Transaction


def shelve(tx: Transaction, *, scan: str, shelving: Shelving, person: Person, now: float) -> int:
    """Keep the scan on the shelf, in place of how it stood there before; the entry's number, 0 where there is none.

    Raises:
        NotAllowed: not a supervisor, no such scan, or it is not stored whole.
    """
    check_supervises(person)
    if catalogue.read_record(tx, scan).shelved == shelving:
        return 0
    body = {"shelving": msgspec.to_builtins(shelving)}
    entry, _ = catalogue.record(tx, at=now, kind=Kind.SHELVED, actor=person.name, scan=scan, body=body)
    return entry.seq


def unshelve(tx: Transaction, *, scan: str, person: Person, now: float) -> int:
    """Take the scan off the shelf; the entry's number, 0 where it was not there.

    Raises:
        NotAllowed: not a supervisor, or no such scan.
    """
    check_supervises(person)
    if catalogue.read_record(tx, scan).shelved is None:
        return 0
    entry, _ = catalogue.record(tx, at=now, kind=Kind.UNSHELVED, actor=person.name, scan=scan, body={})
    return entry.seq
