"""The states of comparing: partners, side by side, swiped, their difference, and a partner that cannot be compared."""

from scanview.ui.comparing.comparing import Way
from tests.ui.screens.scene import Scene
from tests.ui.screens.states import line as line_over
from tests.ui.walk.comparing import known, prepared
from tests.ui.walk.person import Person, Start


def looked_for(person: Person) -> None:
    known(person)
    person.desk.comparing.toggle()


def swiped(person: Person) -> None:
    person.desk.comparing.want(Way.SWIPE)


def difference(person: Person) -> None:
    person.desk.comparing.want(Way.DIFFERENCE)


SCENES = (
    Scene(name="compare-known", start=Start.DESK, keys=(known,)),
    Scene(name="compare-reading", start=Start.DESK, keys=(looked_for,)),
    Scene(name="compare-side-by-side", start=Start.DESK, keys=(prepared, "2")),
    Scene(name="compare-swipe", start=Start.DESK, keys=(prepared, swiped)),
    Scene(name="right-column-full", start=Start.DESK, keys=(prepared, "L", line_over, "Ctrl+H", "H", "Return")),
    Scene(name="compare-difference", start=Start.DESK, keys=(prepared, difference)),
)
