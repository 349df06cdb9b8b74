"""Who is in the room, over a session."""

from concurrent.futures import Future
from typing import NamedTuple

from scanview.core.presence import KeysAlarm, Seated, WorkerSeen
from scanview.session.asking import Asks, read_as
from scanview.wire import messages as wire


class RoomNow(NamedTuple):
    """What the hub told of the room."""

    people: tuple[Seated, ...] = ()
    workers: tuple[WorkerSeen, ...] = ()
    alarms: tuple[KeysAlarm, ...] = ()


class Presence:
    """Asks the hub; may be used from any thread. Refused to all but whoever audits."""

    def __init__(self, session: Asks) -> None:
        self._session = session

    def room(self) -> Future[RoomNow]:
        """Who sits where, which workers are connected, and whose keys were used at a second place."""
        asked = self._session.ask(wire.AskRoom(request=0), wire.Room)
        return read_as(asked, lambda answer: RoomNow(answer.people, answer.workers, answer.alarms))
