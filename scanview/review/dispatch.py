"""Who looks at which scan: leases with fencing numbers, one analyst per scan, given back or run out.

Every function runs in a transaction. A lease's fence is the number of its own entry in the ledger: it grows with
every lease there ever is, so whoever names an old one is refused.
"""

from scanview.core.errors import NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.review import Person
from scanview.core.rights import check_reviews
from scanview.core.work import Lease, LeaseRenewed, WorkItem
from scanview.store import catalogue, journal
from scanview.store.database import Transaction


def take_next(
    tx: Transaction, *, person: Person, workstation: str, now: float, lease_s: float
) -> tuple[str, Lease] | None:
    """The scan at the front of the queue, leased to `person`; None where nothing waits."""
    check_reviews(person)
    scan = catalogue.next_waiting(tx)
    if scan is None:
        return None
    return scan, take(tx, scan=scan, person=person, workstation=workstation, now=now, lease_s=lease_s)


def take(tx: Transaction, *, scan: str, person: Person, workstation: str, now: float, lease_s: float) -> Lease:
    """`scan` leased to `person` until `now + lease_s`, UTC seconds.

    Somebody who has it already, at this same workstation, gets a new lease and the old one ends: so a client that
    was started again need not wait for its own past.

    Raises:
        NotAllowed: not an analyst, no such scan, in review by somebody else, or decided already.
    """
    check_reviews(person)
    held = catalogue.read_record(tx, scan).item.lease
    if held is not None and held.expires_at <= now:
        _end(tx, scan=scan, fence=held.fence, actor="hub", why="expired", now=now)
    elif held is not None and (held.analyst, held.workstation) == (person.name, workstation):
        _end(tx, scan=scan, fence=held.fence, actor=person.name, why="taken-again", now=now)
    lease = Lease(fence=journal.next_seq(tx), analyst=person.name, workstation=workstation, expires_at=now + lease_s)
    catalogue.record(
        tx,
        at=now,
        kind=Kind.LEASED,
        actor=person.name,
        scan=scan,
        body={"workstation": workstation, "expires_at": lease.expires_at},
    )
    return lease


def renew(tx: Transaction, *, scan: str, fence: int, person: Person, now: float, lease_s: float) -> None:
    """The analyst is still there; NotAllowed where the lease is no longer theirs."""
    _check_own(catalogue.read_record(tx, scan).item, fence, person)
    catalogue.renew_lease(tx, scan, LeaseRenewed(fence=fence, expires_at=now + lease_s))


def give_back(tx: Transaction, *, scan: str, fence: int, person: Person, now: float) -> int:
    """The lease ends and the scan waits again; the entry's number. NotAllowed where the lease is no longer theirs."""
    _check_own(catalogue.read_record(tx, scan).item, fence, person)
    return _end(tx, scan=scan, fence=fence, actor=person.name, why="given-back", now=now)


def give_back_all(tx: Transaction, *, person: Person, workstation: str, now: float) -> None:
    """Everything that `person` holds at `workstation` waits again."""
    for scan, fence in catalogue.leases_of(tx, person.name, workstation):
        _end(tx, scan=scan, fence=fence, actor=person.name, why="given-back", now=now)


def expire(tx: Transaction, *, now: float, lease_s: float) -> int:
    """End every lease that has run out; how many there were. None lasts longer than `lease_s` from now.

    A clock that was set back must not leave a scan for hours with a workstation that is gone.
    """
    catalogue.shorten_leases(tx, now + lease_s)
    ended = catalogue.leases_ended_by(tx, now)
    for scan, fence in ended:
        _end(tx, scan=scan, fence=fence, actor="hub", why="expired", now=now)
    return len(ended)


def _check_own(item: WorkItem, fence: int, person: Person) -> None:
    lease = item.lease
    if lease is None or lease.fence != fence or lease.analyst != person.name:
        raise NotAllowed(
            "the scan is no longer yours: its lease ended or went to somebody else",
            code="stale-lease",
            remedy="Open the scan again if it is still waiting",
        )


def _end(tx: Transaction, *, scan: str, fence: int, actor: str, why: str, now: float) -> int:
    body: dict[str, Json] = {"fence": fence, "why": why}
    entry, _ = catalogue.record(tx, at=now, kind=Kind.LEASE_ENDED, actor=actor, scan=scan, body=body)
    return entry.seq
