"""Serves whoever audits: a search through the archive, and the whole story of a scan. It changes nothing."""

from dataclasses import replace

from scanview.core.audit import ArchivePage, Sought, StoryEntry
from scanview.core.errors import NotAllowed
from scanview.core.review import Person
from scanview.core.rights import check_audits
from scanview.core.scan import port_of
from scanview.review.answering import Answering
from scanview.store import archive_search, catalogue
from scanview.store.database import Transaction
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Auditing:
    """The service of `SearchArchive` and `ReadStory`. Who belongs to a port sees that port alone."""

    serves: frozenset[type[Message]] = frozenset({messages.SearchArchive, messages.ReadStory})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        check_audits(person)
        match message:
            case messages.SearchArchive(request=request, after=place):
                sought = within_port(message.sought, person)
                self._answering.look_up(
                    peer,
                    request,
                    lambda tx: archive_search.search(tx, sought, place),
                    lambda page: _found(request, page),
                )
            case messages.ReadStory(request=request, scan=scan, after=after):
                self._answering.look_up(
                    peer,
                    request,
                    lambda tx: _story(tx, person, scan, after),
                    lambda told: messages.Story(request=request, scan=scan, entries=told[0], more=told[1]),
                )


def within_port(sought: Sought, person: Person) -> Sought:
    """What `person` may ask: no more than their port, where they belong to one."""
    if not person.port or port_of(sought.lane) == person.port:
        return sought
    if sought.lane and not f"{person.port}-".startswith(sought.lane):
        raise NotAllowed(
            f"{person.name} belongs to {person.port} and sees no other port", code="other-port", remedy="Ask for yours"
        )
    return replace(sought, lane=f"{person.port}-")


def _found(request: int, page: ArchivePage) -> messages.ArchiveFound:
    return messages.ArchiveFound(request=request, found=page.found, following=page.following)


def _story(tx: Transaction, person: Person, scan: str, after: int) -> tuple[tuple[StoryEntry, ...], bool]:
    lane = catalogue.read_record(tx, scan).lane
    within_port(Sought(lane=lane), person)
    return archive_search.story(tx, scan, after)
