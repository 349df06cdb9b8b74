"""Serves whoever audits: the whole story of a scan. It changes nothing."""

from scanview.core.audit import StoryEntry
from scanview.core.review import Person
from scanview.core.rights import check_audits
from scanview.core.searching import Search
from scanview.review.answering import Answering
from scanview.review.searching import within_port
from scanview.store import catalogue, story
from scanview.store.database import Transaction
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Auditing:
    """The service of `ReadStory`. Who belongs to a port sees that port alone."""

    serves: frozenset[type[Message]] = frozenset({messages.ReadStory})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        check_audits(person)
        match message:
            case messages.ReadStory(request=request, scan=scan, after=after):
                self._answering.look_up(
                    peer,
                    request,
                    lambda tx: _story(tx, person, scan, after),
                    lambda told: messages.Story(request=request, scan=scan, entries=told[0], more=told[1]),
                )


def _story(tx: Transaction, person: Person, scan: str, after: int) -> tuple[tuple[StoryEntry, ...], bool]:
    lane = catalogue.read_record(tx, scan).lane
    within_port(Search(lane=lane), person)
    return story.story(tx, scan, after)
