"""Serves supervisors who change the queue: a scan is kept for somebody, taken back from somebody, or moved forward.

Each of these is an entry in the ledger with its reason. No assignment outdoes an exclusion: a scan is never kept for
somebody who must not see it.
"""

from dataclasses import replace
from functools import partial

from scanview.core.checks import check_text
from scanview.core.dispatching import Candidate, Terms, obstacle
from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.review import Person
from scanview.core.rights import REVIEWS, check_supervises
from scanview.review.answering import Answering
from scanview.review.dispatch import WHY_NOT, end_lease
from scanview.store import catalogue, people
from scanview.store.database import Transaction
from scanview.store.waiting import read_candidate
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Supervising:
    """The service of `Assign` and `Prioritise`. An assignment that nobody takes up ends after `assigned_for_s`."""

    serves: frozenset[type[Message]] = frozenset({messages.Assign, messages.Prioritise})

    def __init__(self, answering: Answering, *, assigned_for_s: float) -> None:
        self._answering = answering
        self._assigned_for_s = assigned_for_s

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        now = self._answering.surroundings.now()
        match message:
            case messages.Assign(scan=scan, analyst=analyst, reason=reason):
                until = now + self._assigned_for_s
                change = partial(assign, scan=scan, analyst=analyst, until=until, person=person, reason=reason, now=now)
            case messages.Prioritise(scan=scan, earlier_s=earlier_s, reason=reason):
                change = partial(prioritise, scan=scan, earlier_s=earlier_s, person=person, reason=reason, now=now)
            case _:
                return
        request = message.request
        self._answering.write(peer, request, change, lambda seq: messages.Done(request=request, seq=seq))


def assign(tx: Transaction, *, scan: str, analyst: str, until: float, person: Person, reason: str, now: float) -> int:
    """Keep `scan` for `analyst` until `until`, or for nobody where that is empty; the entry's number.

    Whoever else has it in review loses it.

    Raises:
        NotAllowed: not a supervisor, no such scan, it is decided, or `analyst` is nobody who may review it.
        BadInput: no reason is given.
    """
    check_supervises(person)
    _check_reason(reason)
    item = catalogue.read_record(tx, scan).item
    if analyst:
        analyst = _check_reviewer(tx, analyst, read_candidate(tx, scan, Terms(), now))
    if item.lease is not None and item.lease.analyst != analyst:
        end_lease(tx, scan=scan, fence=item.lease.fence, actor=person.name, why="taken-back", now=now)
    body: dict[str, Json] = {"analyst": analyst, "until": until if analyst else 0.0, "reason": reason}
    entry, _ = catalogue.record(tx, at=now, kind=Kind.ASSIGNED, actor=person.name, scan=scan, body=body)
    return entry.seq


def prioritise(tx: Transaction, *, scan: str, earlier_s: float, person: Person, reason: str, now: float) -> int:
    """Move `scan` so many seconds forward from the place that it has by itself; the entry's number.

    Raises:
        NotAllowed: not a supervisor, no such scan, it is decided, or `earlier_s` is out of its range.
        BadInput: no reason is given.
    """
    check_supervises(person)
    _check_reason(reason)
    body: dict[str, Json] = {"earlier_s": earlier_s, "reason": reason}
    entry, _ = catalogue.record(tx, at=now, kind=Kind.PRIORITISED, actor=person.name, scan=scan, body=body)
    return entry.seq


def _check_reviewer(tx: Transaction, name: str, candidate: Candidate) -> str:
    """The name as it is spelled, of somebody who may have the scan once it is kept for them."""
    found = people.find_person(tx, name)
    if found is None or found.role not in REVIEWS:
        raise NotAllowed(f"{name} is nobody who reviews scans", code="not-a-reviewer", remedy="Choose an analyst")
    code = obstacle(found, replace(candidate, assigned_to=found.name))
    if code:
        raise NotAllowed(f"{found.name} may not have it: {WHY_NOT[code]}", code=code, remedy="Choose another")
    return found.name


def _check_reason(reason: str) -> None:
    if not check_text(reason).strip():
        raise BadInput("say why", code="no-reason", remedy="A few words suffice")
