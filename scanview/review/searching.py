"""Serves who looks for a scan among all there ever were."""

from dataclasses import replace

from scanview.core.review import Person
from scanview.core.rights import AUDITS
from scanview.core.veil import shown_row
from scanview.core.worklist import WorklistRow
from scanview.review.answering import Answering
from scanview.store.searching import search
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Searching:
    """The service of `FindScans`."""

    serves: frozenset[type[Message]] = frozenset({messages.FindScans})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`. Who may not see everything finds what they decided themselves."""
        if not isinstance(message, messages.FindScans):
            return
        wanted, request = message.search, message.request
        if person.role not in AUDITS:
            wanted = replace(wanted, analyst=person.name)

        def found(page: tuple[tuple[WorklistRow, ...], bool]) -> Message:
            rows, more = page
            shown = tuple(shown_row(row, person) for row in rows)
            return messages.ScansFound(request=request, rows=shown, more=more)

        self._answering.look_up(
            peer, request, lambda tx: search(tx, wanted, before=message.before, limit=message.limit), found
        )
