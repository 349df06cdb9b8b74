"""Who looks at which scan: drawn by lot among equals, under leases with fencing numbers, given back or run out.

Every function runs in a transaction. A lease's fence is the number of its own entry in the ledger: it grows with
every lease there ever is, so whoever names an old one is refused.
"""

from dataclasses import dataclass
from functools import partial

from scanview.core.dispatching import Terms, choose, obstacle
from scanview.core.errors import NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.opinions import Stage
from scanview.core.review import Person
from scanview.core.rights import check_reviews
from scanview.core.work import Lease, LeaseRenewed, WorkItem
from scanview.store import catalogue, journal
from scanview.store.database import Transaction
from scanview.store.waiting import assigned_to, read_candidate, waiting

SCANS_AHEAD = 3
"""So many of those that somebody would be given next they are told of, so that these can be loaded ahead."""

_ANYTHING = Terms()

WHY_NOT = {
    "own-port": "nobody reviews scans of the port they belong to",
    "other-port": "the scan is of a port that you do not see",
    "seen-before": "you have judged this scan before, or picked it out",
    "not-for-your-role": "the scan waits for the word of somebody in another role",
    "already-leased": "the scan is in review by somebody else",
    "assigned-elsewhere": "a supervisor keeps this scan for somebody else",
    "other-room": "the scan belongs to another review room",
    "missing-skill": "the scan wants somebody who has learned to judge such goods",
}
"""What an obstacle of core.dispatching means in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A scan that somebody was given, and those that they would be given after it, as things stand."""

    scan: str
    lease: Lease
    ahead: tuple[str, ...] = ()


def take_next(
    tx: Transaction, *, person: Person, workstation: str, now: float, lease_s: float, terms: Terms = _ANYTHING
) -> Given | None:
    """The scan that `person` is given, leased to them; None where nothing waits that they may have.

    Without free choice whoever has a scan in review is given that one again: nobody collects scans to choose among.

    Raises:
        NotAllowed: they do not review scans, or have one in review at another workstation.
    """
    check_reviews(person)
    lease = partial(_lease, tx, person=person, workstation=workstation, now=now, lease_s=lease_s)
    held = None if terms.free_choice else _held(tx, person, workstation, now)
    if held is not None:
        return Given(scan=held, lease=lease(held, {"chosen": "held"}))
    choice = choose(
        waiting(tx, terms, now),
        person,
        terms.draw_for(person),
        band_s=terms.band_s,
        assigned=assigned_to(tx, person.name, terms, now),
        ahead=SCANS_AHEAD,
    )
    if choice is None:
        return None
    chosen: dict[str, Json] = {"chosen": "assigned" if choice.is_assigned else "drawn", "among": choice.among}
    return Given(scan=choice.scan, lease=lease(choice.scan, chosen), ahead=choice.ahead)


def take(
    tx: Transaction,
    *,
    scan: str,
    person: Person,
    workstation: str,
    now: float,
    lease_s: float,
    terms: Terms = _ANYTHING,
) -> Lease:
    """`scan`, which they chose, leased to `person` until `now + lease_s`, UTC seconds.

    Somebody who has it already, at this same workstation, gets a new lease and the old one ends: so a client that
    was started again need not wait for its own past. The chief chooses among what was put before them.

    Raises:
        NotAllowed: not an analyst, no such scan, in review by somebody else, decided already, one that they must not
            get, or choosing is not for them.
    """
    check_reviews(person)
    record = catalogue.read_record(tx, scan)
    candidate = read_candidate(tx, scan, terms, now)
    code = obstacle(person, candidate)
    if code:
        raise NotAllowed(WHY_NOT[code], code=code, remedy="Take the next one")
    may_choose = terms.free_choice or candidate.assigned_to or candidate.stage is Stage.CHIEF
    if not (may_choose or _had_it_last(tx, record.item, person)):
        raise NotAllowed("scans are given out by lot here", code="no-free-choice", remedy="Take the next one")
    return _lease(tx, scan, {"chosen": "picked"}, person=person, workstation=workstation, now=now, lease_s=lease_s)


def renew(tx: Transaction, *, scan: str, fence: int, person: Person, now: float, lease_s: float) -> None:
    """The analyst is still there; NotAllowed where the lease is no longer theirs."""
    _check_own(catalogue.read_record(tx, scan).item, fence, person)
    catalogue.renew_lease(tx, scan, LeaseRenewed(fence=fence, expires_at=now + lease_s))


def give_back(tx: Transaction, *, scan: str, fence: int, person: Person, now: float) -> int:
    """The lease ends and the scan waits again; the entry's number. NotAllowed where the lease is no longer theirs."""
    _check_own(catalogue.read_record(tx, scan).item, fence, person)
    return end_lease(tx, scan=scan, fence=fence, actor=person.name, why="given-back", now=now)


def give_back_all(tx: Transaction, *, person: Person, workstation: str, now: float) -> None:
    """Everything that `person` holds at `workstation` waits again."""
    for scan, fence in catalogue.leases_of(tx, person.name, workstation):
        end_lease(tx, scan=scan, fence=fence, actor=person.name, why="given-back", now=now)


def expire(tx: Transaction, *, now: float, lease_s: float) -> int:
    """End every lease that has run out; how many there were. None lasts longer than `lease_s` from now.

    A clock that was set back must not leave a scan for hours with a workstation that is gone.
    """
    catalogue.shorten_leases(tx, now + lease_s)
    ended = catalogue.leases_ended_by(tx, now)
    for scan, fence in ended:
        end_lease(tx, scan=scan, fence=fence, actor="hub", why="expired", now=now)
    return len(ended)


def _lease(
    tx: Transaction,
    scan: str,
    chosen: dict[str, Json],
    *,
    person: Person,
    workstation: str,
    now: float,
    lease_s: float,
) -> Lease:
    """A new lease; one of the same person here, or one that ran out, ends first. `chosen` says how it came to them."""
    held = catalogue.read_record(tx, scan).item.lease
    if held is not None and held.expires_at <= now:
        end_lease(tx, scan=scan, fence=held.fence, actor="hub", why="expired", now=now)
    elif held is not None and (held.analyst, held.workstation) == (person.name, workstation):
        end_lease(tx, scan=scan, fence=held.fence, actor=person.name, why="taken-again", now=now)
    lease = Lease(fence=journal.next_seq(tx), analyst=person.name, workstation=workstation, expires_at=now + lease_s)
    body: dict[str, Json] = {"workstation": workstation, "expires_at": lease.expires_at, **chosen}
    catalogue.record(tx, at=now, kind=Kind.LEASED, actor=person.name, scan=scan, body=body)
    return lease


def _held(tx: Transaction, person: Person, workstation: str, now: float) -> str | None:
    """The scan that `person` has in review here; NotAllowed where they have one elsewhere."""
    leases = catalogue.current_leases_of(tx, person.name, now)
    here = next((scan for scan, where in leases if where == workstation), None)
    if here is None and leases:
        raise NotAllowed(
            f"you have a scan in review at {leases[0][1]}",
            code="in-review-elsewhere",
            remedy="Decide it or give it back there, or wait until its lease ends",
        )
    return here


def _had_it_last(tx: Transaction, item: WorkItem, person: Person) -> bool:
    return item.last_fence > 0 and journal.read_entry(tx, item.last_fence).actor == person.name


def _check_own(item: WorkItem, fence: int, person: Person) -> None:
    lease = item.lease
    if lease is None or lease.fence != fence or lease.analyst != person.name:
        raise NotAllowed(
            "the scan is no longer yours: its lease ended or went to somebody else",
            code="stale-lease",
            remedy="Open the scan again if it is still waiting",
        )


def end_lease(tx: Transaction, *, scan: str, fence: int, actor: str, why: str, now: float) -> int:
    """The lease ends, for the reason that `why` names in a word; the entry's number."""
    body: dict[str, Json] = {"fence": fence, "why": why}
    entry, _ = catalogue.record(tx, at=now, kind=Kind.LEASE_ENDED, actor=actor, scan=scan, body=body)
    return entry.seq
