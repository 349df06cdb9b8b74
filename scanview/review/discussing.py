"""Serves what people say to each other about a scan: opinions, remarks, and asking for the chief."""

import msgspec

from scanview.core.discussion import MAX_REMARKS, Discussion, GivenOpinion, Remark, check_remark
from scanview.core.errors import NotAllowed
from scanview.core.journal import Entry, Json, Kind
from scanview.core.opinions import Opinion
from scanview.core.review import Decision, Person, Role
from scanview.core.rights import check_discusses, check_reviews
from scanview.core.veil import may_see_opinions, took_part
from scanview.review.answering import Answering
from scanview.store import catalogue, journal
from scanview.store.database import Transaction
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Discussing:
    """The service of `AskDiscussion`, `Say` and `Escalate`."""

    serves: frozenset[type[Message]] = frozenset({messages.AskDiscussion, messages.Say, messages.Escalate})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        now = self._answering.surroundings.now()
        match message:
            case messages.AskDiscussion(request=request, scan=scan):
                self._answering.read(
                    peer,
                    request,
                    lambda tx: discussion_of(tx, scan, person),
                    lambda told: messages.Discussed(request=request, discussion=told),
                )
            case messages.Say(request=request):
                self._answering.write(
                    peer,
                    request,
                    lambda tx: say(
                        tx, scan=message.scan, remark=message.remark, text=message.text, person=person, now=now
                    ),
                    lambda seq: messages.Done(request=request, seq=seq),
                )
            case messages.Escalate(request=request):
                self._answering.write(
                    peer,
                    request,
                    lambda tx: escalate(
                        tx,
                        scan=message.scan,
                        fence=message.fence,
                        remark=message.remark,
                        question=message.question,
                        person=person,
                        now=now,
                    ),
                    lambda seq: messages.Done(request=request, seq=seq),
                )


def discussion_of(tx: Transaction, scan: str, person: Person) -> Discussion:
    """What `person` may know of what was said; of what others said nothing, where they may yet be asked blind."""
    record = catalogue.read_record(tx, scan)
    item = record.item
    remarks = tuple(_remark(entry) for entry in _entries(tx, scan))
    if not may_see_opinions(person, item, record.delivery):
        return Discussion(scan=scan, remarks=tuple(remark for remark in remarks if remark.by == person.name))
    opinions = tuple(_given(tx, opinion) for opinion in item.opinions)
    return Discussion(scan=scan, stage=item.stage, opinions=opinions, remarks=remarks)


def say(tx: Transaction, *, scan: str, remark: str, text: str, person: Person, now: float) -> int:
    """Write a remark down; its entry's number, the same where it is sent again.

    Raises:
        NotAllowed: not of somebody who discusses, nor about a scan of theirs; the thread is full; the id is another's.
        BadInput: no text, or too much.
    """
    check_discusses(person)
    kept = check_remark(remark, text)
    record = catalogue.read_record(tx, scan)
    if person.role is Role.ANALYST and not took_part(person, record.item):
        raise NotAllowed("you have no part in this scan", code="not-your-scan", remedy="Take it first")
    return _write(tx, Kind.SAID, scan, {"remark": remark, "text": kept}, person, now)


def escalate(tx: Transaction, *, scan: str, fence: int, remark: str, question: str, person: Person, now: float) -> int:
    """Let the scan wait for the chief, with a question; the entry's number, the same where it is sent again.

    Raises:
        NotAllowed: not under their own running lease, the chief was asked already, or they are the chief.
        BadInput: no question, or too long.
    """
    check_reviews(person)
    kept = check_remark(remark, question)
    if person.role is Role.CHIEF:
        raise NotAllowed("you are the chief yourself", code="already-escalated", remedy="Decide, or give it back")
    lease = catalogue.read_record(tx, scan).item.lease
    body: dict[str, Json] = {
        "fence": fence,
        "lease_expires_at": lease.expires_at if lease else 0.0,
        "remark": remark,
        "text": kept,
    }
    return _write(tx, Kind.ESCALATED, scan, body, person, now)


def _write(tx: Transaction, kind: Kind, scan: str, body: dict[str, Json], person: Person, now: float) -> int:
    earlier = _entries(tx, scan)
    known = next((entry for entry in earlier if entry.body["remark"] == body["remark"]), None)
    if known is not None:
        if (known.actor, known.body["text"], known.kind) != (person.name, body["text"], kind):
            raise NotAllowed("another remark has this id", code="remark-id-reused", remedy="Say it again")
        return known.seq
    if len(earlier) >= MAX_REMARKS:
        raise NotAllowed("nothing more fits beside this scan", code="thread-full", remedy="Speak to each other")
    entry, _ = catalogue.record(tx, at=now, kind=kind, actor=person.name, scan=scan, body=body)
    return entry.seq


def _entries(tx: Transaction, scan: str) -> list[Entry]:
    """The entries of the thread, the oldest first."""
    found = [entry for kind in (Kind.SAID, Kind.ESCALATED) for entry in journal.newest_about(tx, scan, kind)]
    return sorted(found, key=lambda entry: entry.seq)


def _remark(entry: Entry) -> Remark:
    return Remark(
        remark=str(entry.body["remark"]),
        by=entry.actor,
        at=entry.at,
        text=str(entry.body["text"]),
        asks_chief=entry.kind is Kind.ESCALATED,
    )


def _given(tx: Transaction, opinion: Opinion) -> GivenOpinion:
    at = journal.read_entry(tx, opinion.entry).at
    found = catalogue.find_decision(tx, opinion.decision)
    if found is None:
        return GivenOpinion(opinion=opinion, at=at)
    decision = msgspec.json.decode(found[2], type=Decision)
    return GivenOpinion(opinion=opinion, at=at, note=decision.note, marks=decision.marks)
