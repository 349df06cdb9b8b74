"""The states of the histogram and of finding a command."""

from PySide6.QtTest import QTest

from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start


def counted(person: Person) -> None:
    person.window.histogram.count()


def type_mark(person: Person) -> None:
    QTest.keyClicks(person.window.finder.line, "ma")


def type_nothing_known(person: Person) -> None:
    QTest.keyClicks(person.window.finder.line, "zzz")


SCENES = (
    Scene(name="histogram", keys=("Ctrl+H", counted)),
    Scene(name="histogram-near", keys=("+", "+", "+", "+", "+", "+", "J", "Ctrl+H", counted)),
    Scene(name="find", keys=("Ctrl+K",), close_up=True),
    Scene(name="find-typed", keys=("Ctrl+K", type_mark)),
    Scene(name="find-nothing", keys=("Ctrl+K", type_nothing_known)),
    Scene(name="focus-on-a-sign", keys=("Ctrl+Tab",) * 11),
    Scene(name="focus-on-the-worklist", keys=("Ctrl+Tab",) * 7),
    Scene(name="focus-on-a-verdict", keys=("Ctrl+Shift+Tab",)),
    Scene(name="find-at-empty-desk", start=Start.DESK, keys=("Ctrl+K",)),
)
