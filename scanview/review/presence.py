"""Serves who wants to know who is there: people at their workstations, and workers with their models."""

from collections.abc import Callable, Iterable, Mapping

from scanview.core.journal import Kind
from scanview.core.presence import KeysAlarm, Seated, WorkerSeen
from scanview.core.review import Person
from scanview.core.rights import check_audits
from scanview.review.answering import Answering
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.machine_facts import newest_of
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

_MAX_ALARMS = 3
_ALARMED_FOR_S = 86_400.0


class Presence:
    """The service of `AskRoom`.

    `seats` tells who sits at which connection, `on_break_since` when somebody went on their break (0: at work),
    `workers` which workers are connected.
    """

    serves: frozenset[type[Message]] = frozenset({messages.AskRoom})

    def __init__(
        self,
        answering: Answering,
        *,
        seats: Callable[[], Mapping[Peer, Person]],
        on_break_since: Callable[[str], float],
        workers: Callable[[], Iterable[WorkerSeen]],
    ) -> None:
        self._answering = answering
        self._seats = seats
        self._on_break_since = on_break_since
        self._workers = workers

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`. Who sees some ports only is not told which scan is whose."""
        check_audits(person)
        if isinstance(message, messages.AskRoom):
            request = message.request
            now = self._answering.surroundings.now()
            self._answering.look_up(
                peer,
                request,
                lambda tx: ({} if person.ports else _scans_in_review(tx), _alarms(tx, now)),
                lambda told: self._room(request, *told),
            )

    def _room(self, request: int, scans: Mapping[tuple[str, str], str], alarms: tuple[KeysAlarm, ...]) -> Message:
        people = sorted(
            (
                Seated(
                    name=person.name,
                    role=person.role,
                    workstation=peer.card.name,
                    port=person.port,
                    room=person.room,
                    on_break_since=self._on_break_since(person.name),
                    scan=scans.get((person.name, peer.card.name), ""),
                )
                for peer, person in self._seats().items()
            ),
            key=lambda one: (one.name, one.workstation),
        )
        workers = sorted(self._workers(), key=lambda one: one.name)
        return messages.Room(request=request, people=tuple(people), workers=tuple(workers), alarms=alarms)


def _scans_in_review(tx: Transaction) -> Mapping[tuple[str, str], str]:
    """The scan that each analyst has at each workstation."""
    return {(analyst, workstation): scan for scan, analyst, workstation in catalogue.scans_in_review(tx)}


def _alarms(tx: Transaction, now: float) -> tuple[KeysAlarm, ...]:
    """Whose keys were used at a second place within the last day, the newest first."""
    newest = newest_of(tx, Kind.KEYS_USED_TWICE, _MAX_ALARMS)
    return tuple(
        KeysAlarm(at=at, machine=machine, address=address)
        for at, machine, address in newest
        if now - at < _ALARMED_FOR_S
    )
