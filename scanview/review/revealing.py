"""What people are told of virtual scans once they have decided: each what theirs was, and how well they find things."""

from itertools import groupby

from scanview.core.performance import Performance, performance_of
from scanview.core.review import Person
from scanview.core.rights import AUDITS
from scanview.review.answering import Answering
from scanview.store.database import Transaction
from scanview.store.virtual_scans import revealed, trials_between
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Revealing:
    """The service. Nobody is told the truth of a scan before their own decision about it stands."""

    serves: frozenset[type[Message]] = frozenset({messages.AskReveal, messages.AskPerformance})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of both questions."""
        match message:
            case messages.AskReveal(request=request, scan=scan, decision=decision):
                self._answering.read(
                    peer,
                    request,
                    lambda tx: revealed(tx, scan=scan, decision=decision, person=person.name),
                    lambda found: messages.Reveal(request=request, scan=scan, revealed=found),
                )
            case messages.AskPerformance(request=request, begins_at=since, ends_at=until):
                whose = "" if person.role in AUDITS else person.name
                self._answering.read(
                    peer,
                    request,
                    lambda tx: performances(tx, since, until, whose)[: messages.MAX_PEOPLE],
                    lambda people: messages.PerformanceTold(request=request, people=people),
                )


def performances(tx: Transaction, since: float, until: float, person: str = "") -> tuple[Performance, ...]:
    """How well each person found things in that time (UTC seconds), by name; only `person` where one is named."""
    trials = sorted(trials_between(tx, since, until, person), key=lambda each: each.person)
    return tuple(
        performance_of(name, (each.trial for each in theirs))
        for name, theirs in groupby(trials, key=lambda each: each.person)
    )
