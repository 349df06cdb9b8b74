"""The states of a shift's end, and of the beginning of the next one."""

from scanview.core.errors import Unavailable
from scanview.core.presence import ShiftNote
from scanview.session import events
from scanview.wire.messages import ShiftNotes
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start


def noted(person: Person) -> None:
    notes = (
        ShiftNote(by="li.xiaoming", at=1_763_940_000.0, note="CNSHA-03 图像下部有条纹，已报修；遇到请按重扫处理。"),
        ShiftNote(by="Mehmet", at=1_763_911_200.0, note="Two reefers of MSKU at CNNGB-01 wait for the expert. " * 3),
    )
    person.session.last("ask ShiftNotes").set_result(ShiftNotes(request=1, notes=notes))


def wrote(person: Person) -> None:
    person.window.shift.line.setText("CNSHA-03 图像下部有条纹")


def ended(person: Person) -> None:
    person.window.shift.line.sent.emit(person.window.shift.line.text())


def refused(person: Person) -> None:
    person.session.last("ask Done").set_exception(Unavailable("gone", code="not-connected"))


def on_the_way(person: Person) -> None:
    person.desk.heard(events.UnconfirmedChanged(count=1))


SCENES = (
    Scene(name="shift-notes", start=Start.DESK, keys=(noted,)),
    Scene(name="shift-ending", keys=("Shift+F4", wrote)),
    Scene(name="shift-not-ended", keys=("Shift+F4", wrote, ended, refused)),
    Scene(name="shift-on-the-way", start=Start.DESK, keys=(on_the_way, "Shift+F4", wrote, ended)),
    Scene(name="on-a-break", start=Start.DESK, keys=("F4",)),
)
