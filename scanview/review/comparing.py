"""Serves what a scan can be compared with, and the shelf that some of it stands on."""

from scanview.core.review import Person
from scanview.review import shelf
from scanview.review.answering import Answering
from scanview.store.database import Transaction
from scanview.store.related import find_related
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Comparing:
    """The service of `FindRelated`, `Shelve` and `Unshelve`."""

    serves: frozenset[type[Message]] = frozenset({messages.FindRelated, messages.Shelve, messages.Unshelve})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        match message:
            case messages.FindRelated(request=request, scan=scan):
                self._answering.read(
                    peer,
                    request,
                    lambda tx: find_related(tx, scan),
                    lambda found: messages.Related(request=request, scan=scan, found=found),
                )
            case messages.Shelve() | messages.Unshelve():
                self._change(peer, person, message)

    def _change(self, peer: Peer, person: Person, message: messages.Shelve | messages.Unshelve) -> None:
        now = self._answering.surroundings.now()

        def carry_out(tx: Transaction) -> int:
            if isinstance(message, messages.Unshelve):
                return shelf.unshelve(tx, scan=message.scan, person=person, now=now)
            return shelf.shelve(tx, scan=message.scan, shelving=message.shelving, person=person, now=now)

        self._answering.write(
            peer, message.request, carry_out, lambda seq: messages.Done(request=message.request, seq=seq)
        )
