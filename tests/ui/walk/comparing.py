"""The walks of comparing: with whom, how, and the divider between two pictures."""

from scanview.ui.comparing.comparing import Way
from tests.ui.two_scans import THEN, counts, hear, open_now, related
from tests.ui.walk.person import Person, Walk
from tests.unit.session.session_fakes import scan_id


def known(person: Person) -> None:
    """A scan that can be compared with two others comes onto the screen."""
    person.desk.reviewing.close()
    open_now(person.room, related(), related(8))


def prepared(person: Person) -> None:
    """The partner is here and has been brought into line."""
    known(person)
    person.desk.comparing.toggle()
    hear(person.room, THEN, counts()[0])
    person.turn()
    person.room.qtbot.waitUntil(lambda: person.desk.comparing.job is None, timeout=20_000)
    person.turn()


def swiped(person: Person) -> None:
    """The divider stands in the middle."""
    prepared(person)
    person.desk.comparing.want(Way.SWIPE)


def divider(person: Person) -> int:
    """Where the divider stands on the screen."""
    return person.window.comparison._dividers[person.canvas].x()


def partner(person: Person) -> str:
    """The scan that is compared with."""
    return person.desk.comparing.partner.scan if person.desk.comparing.partner else ""


WALKS = (
    Walk(command="compare", prepare=(known,), seen=lambda p, _: partner(p) == scan_id(THEN) and p.shows("Stop  C")),
    Walk(command="compare-next", prepare=(known, "C"), seen=lambda p, _: partner(p) == scan_id(8)),
    Walk(
        command="compare-way",
        prepare=(prepared,),
        seen=lambda p, _: p.desk.comparing.way is Way.SWIPE and divider(p) > 100,
    ),
    Walk(command="blink", prepare=(swiped,), was=Person.picture, seen=lambda p, was: p.picture() != was),
    Walk(command="swipe-left", prepare=(swiped,), was=divider, seen=lambda p, was: divider(p) < was),
    Walk(command="swipe-right", prepare=(swiped,), was=divider, seen=lambda p, was: divider(p) > was),
)
