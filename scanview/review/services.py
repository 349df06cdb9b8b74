"""What the room offers to those who sit at a workstation: each capability is a service, found by its messages."""

from collections.abc import Iterable
from typing import Protocol

from scanview.core.review import Person
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message


class Service(Protocol):
    """One capability of the room. Everything of it runs on the reactor's thread."""

    serves: frozenset[type[Message]]
    """The messages that are for it."""

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer `message` of `person` at `peer`; what is raised is sent back as a refusal."""
        ...


def by_message(services: Iterable[Service]) -> dict[type[Message], Service]:
    """Which service each message is for."""
    return {kind: service for service in services for kind in service.serves}
