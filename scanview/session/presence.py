"""Who is in the room, over a session."""

from concurrent.futures import Future

from scanview.core.presence import Seated, WorkerSeen
from scanview.session.asking import Asks, read_as
from scanview.wire import messages as wire


class Presence:
    """Asks the hub; may be used from any thread. Refused to all but whoever audits."""

    def __init__(self, session: Asks) -> None:
        self._session = session

    def room(self) -> Future[tuple[tuple[Seated, ...], tuple[WorkerSeen, ...]]]:
        """Who sits where, and which workers are connected."""
        asked = self._session.ask(wire.AskRoom(request=0), wire.Room)
        return read_as(asked, lambda answer: (answer.people, answer.workers))
