"""Serves the room's figures to whoever audits, and takes the causes of interruptions from whoever knows them."""

from dataclasses import replace

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.interruption import CHOICES
from scanview.core.port_scope import sees_port
from scanview.core.review import Person
from scanview.core.rights import SUPERVISES, check_audits
from scanview.core.scan import port_of
from scanview.core.statistics import Question
from scanview.review.answering import Answering
from scanview.store import lanes
from scanview.store.statistics import read_statistics
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class RoomStatistics:
    """The service of `AskStatistics` and `ExplainInterruption`."""

    serves: frozenset[type[Message]] = frozenset({messages.AskStatistics, messages.ExplainInterruption})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        match message:
            case messages.AskStatistics():
                self._tell(peer, person, message)
            case messages.ExplainInterruption():
                self._explain(peer, person, message)

    def _tell(self, peer: Peer, person: Person, message: messages.AskStatistics) -> None:
        check_audits(person)
        question, now, request = (
            within_port(message.question, person),
            self._answering.surroundings.now(),
            message.request,
        )
        self._answering.look_up(
            peer,
            request,
            lambda tx: read_statistics(tx, question, now),
            lambda told: messages.StatisticsTold(request=request, statistics=told),
        )

    def _explain(self, peer: Peer, person: Person, message: messages.ExplainInterruption) -> None:
        ports, now, request = ports_of(person), self._answering.surroundings.now(), message.request
        if message.explanation.cause not in CHOICES:
            raise BadInput("this is no cause that a person can give", code="bad-cause", remedy="Choose another")
        self._answering.read(
            peer,
            request,
            lambda tx: lanes.explain(
                tx, number=message.number, explanation=message.explanation, by=person.name, ports=ports, now=now
            ),
            lambda seq: messages.Done(request=request, seq=seq),
        )


def within_port(question: Question, person: Person) -> Question:
    """What `person` may ask: no more than the port they belong to, or one of those that they see."""
    seen = (person.port,) if person.port else person.ports
    if not seen:
        return question
    asked = question.port or (port_of(question.lane) if question.lane else seen[0] if len(seen) == 1 else "")
    if asked not in seen or not sees_port(person, asked):
        raise NotAllowed(
            f"{person.name} sees {', '.join(seen)} alone", code="other-port", remedy="Ask for one of these ports"
        )
    return replace(question, port=asked)


def ports_of(person: Person) -> tuple[str, ...]:
    """The ports whose interruptions `person` may explain; empty for all of them."""
    if person.port:
        if not sees_port(person, person.port):
            raise NotAllowed(f"{person.name} does not see {person.port}", code="other-port", remedy="Ask for yours")
        return (person.port,)
    if person.role not in SUPERVISES:
        raise NotAllowed(
            f"{person.name} neither supervises nor belongs to a port",
            code="not-a-supervisor",
            remedy="Ask a supervisor, or somebody of the port",
        )
    return person.ports
