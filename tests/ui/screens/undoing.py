"""The states of a decision on its way out: it can be taken back, it was, it cannot be any more."""

from scanview.core.errors import NotAllowed
from scanview.session import events
from tests.ui.screens.scene import Scene
from tests.ui.ui_fakes import lease
from tests.ui.walk.person import Person


def durable(person: Person, undo_s: float = 3.0) -> None:
    (made,) = person.session.asked("decide")[-1]
    person.desk.heard(events.DecisionSettled(decision=made, seq=9, undo_s=undo_s))


def durable_without_grace(person: Person) -> None:
    durable(person, 0.0)


def given_back(person: Person) -> None:
    person.session.last("withdraw").set_result(lease())


def refused(person: Person) -> None:
    person.session.last("withdraw").set_exception(NotAllowed("left", code="order-left"))


SCENES = (
    Scene(name="undo-offered", keys=("R", durable)),
    Scene(name="undo-done", keys=("R", durable, "U", given_back)),
    Scene(name="undo-too-late", keys=("R", durable, "U", refused)),
    Scene(name="undo-without-grace", keys=("R", durable_without_grace, "U")),
)
