"""Taking a decision, or an opinion that others must follow, back in the moments before its order leaves.

The decision is durable and in the ledger from its first moment; only its order waits. Whoever decided may have the
scan back within the grace, at the workstation where they decided. Nothing is deleted: the withdrawal is one more
entry, the withdrawn order can never be sent, and the next one about the scan has a higher version. An opinion has no
order: it is taken back within the same moments, in which nobody else gets the scan, and whoever gave it cannot tell.
"""

from scanview.core.errors import NotAllowed
from scanview.core.journal import Entry, Kind
from scanview.core.review import Person
from scanview.core.rights import check_reviews
from scanview.core.work import Lease
from scanview.core.worklist import DeliveryState
from scanview.store import catalogue, journal
from scanview.store.database import Transaction
from scanview.store.projection import decision_of, lease_of


def withdraw(
    tx: Transaction,
    *,
    scan: str,
    decision: str,
    person: Person,
    workstation: str,
    now: float,
    grace_s: float,
    lease_s: float,
) -> Lease:
    """The lease under which `person` reviews `scan` again as if they had not decided; the same where asked again.

    Raises:
        NotAllowed: no such decision of theirs at this workstation, the grace is over, or the order has left.
    """
    check_reviews(person)
    made = catalogue.find_decided(tx, scan, decision)
    if made is None:
        raise NotAllowed("there is no such decision about this scan", code="unknown-decision")
    _check_own(tx, made, person, workstation)
    earlier = catalogue.find_withdrawal(tx, scan, decision)
    if earlier is not None:
        return _same_lease(tx, earlier)
    record = catalogue.read_record(tx, scan)
    if record.virtual or (record.delivery is not DeliveryState.WAITING and not record.item.waits_until):
        raise NotAllowed("the order has left for the lane", code="order-left")
    if now >= made.at + grace_s:
        raise NotAllowed("the time for taking this decision back is over", code="grace-over")
    lease = Lease(fence=journal.next_seq(tx), analyst=person.name, workstation=workstation, expires_at=now + lease_s)
    catalogue.record(
        tx,
        at=now,
        kind=Kind.WITHDRAWN,
        actor=person.name,
        scan=scan,
        body={"decision": decision, "workstation": workstation, "expires_at": lease.expires_at},
    )
    return lease


def _check_own(tx: Transaction, made: Entry, person: Person, workstation: str) -> None:
    """The decision names its lease by a fence, which is the number of the entry that gave it, and where."""
    lease = journal.read_entry(tx, decision_of(made).fence)
    if made.actor != person.name or lease.body["workstation"] != workstation:
        raise NotAllowed("the decision was made by somebody else, or at another workstation", code="not-your-decision")


def _same_lease(tx: Transaction, withdrawal: Entry) -> Lease:
    """What was answered the first time, as far as it still runs: an ended lease is found out when it is renewed."""
    held = catalogue.read_record(tx, withdrawal.scan).item.lease
    if held is not None and held.fence == withdrawal.seq:
        return held
    return lease_of(withdrawal)
