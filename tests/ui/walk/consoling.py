"""The walks of the console: there and back, and from page to page."""

from tests.ui.walk.person import Person, Start, Walk
from tests.ui.walk.shelving import supervisor


def front(person: Person) -> str:
    """The page that is seen."""
    return person.desk.console.page if person.desk.console.is_open else ""


WALKS = (
    Walk(
        command="console",
        start=Start.DESK,
        prepare=(supervisor,),
        seen=lambda p, _: p.window.console.isVisible() and not p.window.columns.isVisible(),
    ),
    Walk(
        command="console",
        start=Start.DESK,
        prepare=(supervisor, "F2"),
        seen=lambda p, _: p.window.columns.isVisible() and not p.window.console.isVisible(),
    ),
    Walk(
        command="console-below",
        start=Start.DESK,
        prepare=(supervisor, "F2"),
        was=front,
        seen=lambda p, was: front(p) != was,
    ),
    Walk(
        command="console-above",
        start=Start.DESK,
        prepare=(supervisor, "F2"),
        was=front,
        seen=lambda p, was: front(p) != was,
    ),
)
