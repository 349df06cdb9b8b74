"""Which ports somebody is told anything about: all of them, or those that an administrator named."""

from scanview.core.review import Person
from scanview.core.scan import port_of


def sees_port(person: Person, port: str) -> bool:
    """Whether `person` is told anything about this port."""
    return not person.ports or port in person.ports


def sees_lane(person: Person, lane: str) -> bool:
    """Whether `person` is told anything about this lane and its scans."""
    return sees_port(person, port_of(lane))
