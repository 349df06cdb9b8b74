"""Serves who looks for a scan among all there ever were."""

from dataclasses import replace

from scanview.core.errors import NotAllowed
from scanview.core.review import Person
from scanview.core.rights import AUDITS
from scanview.core.scan import port_of
from scanview.core.searching import FoundPage, FoundScan, Search
from scanview.core.veil import shown_row
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
        audits = person.role in AUDITS
        wanted = within_port(message.search, person) if audits else message.search
        decided_by = "" if audits else person.name

        def found(page: FoundPage) -> Message:
            shown = tuple(FoundScan(row=shown_row(one.row, person), decided_at=one.decided_at) for one in page.found)
            return messages.ScansFound(request=message.request, found=shown, following=page.following)

        self._answering.look_up(
            peer,
            message.request,
            lambda tx: search(
                tx, wanted, message.after, limit=message.limit, decided_by=decided_by, ports=person.ports
            ),
            found,
        )


def within_port(search: Search, person: Person) -> Search:
    """What `person` may ask who audits: no more than their port, where they belong to one."""
    if not person.port or port_of(search.lane) == person.port:
        return search
    if search.lane and not f"{person.port}-".startswith(search.lane):
        raise NotAllowed(
            f"{person.name} belongs to {person.port} and sees no other port", code="other-port", remedy="Ask for yours"
        )
    return replace(search, lane=f"{person.port}-")
