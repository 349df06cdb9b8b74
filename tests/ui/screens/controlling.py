"""The states of the worklist's control."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.errors import NotAllowed
from scanview.core.review import Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.session import events
from tests.ui.screens.console import room_at_work, who_is_here
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person, Start
from tests.unit.session.session_fakes import row, scan_id


def control(person: Person) -> None:
    """A supervisor turns to the page and chooses a scan that somebody has."""
    room_at_work(person)
    person.press("F2")
    person.desk.console.turn_to("control")
    person.turn()
    who_is_here(person)
    person.window.console.front.table.choose(scan_id(103))


def asked(person: Person) -> None:
    """It is to be kept for somebody, with a reason."""
    panel = person.window.console.front.panel
    panel.analyst.setCurrentText("analyst-2")
    panel.reason.setText("knows this importer's machines · 熟悉该企业设备")
    QTest.keyClick(panel.reason, Qt.Key.Key_Return)


def without_reason(person: Person) -> None:
    panel = person.window.console.front.panel
    panel.analyst.setCurrentText("analyst-2")
    QTest.keyClick(panel.reason, Qt.Key.Key_Return)


def confirmed(person: Person) -> None:
    QTest.keyClick(person.window.console.front.panel.confirm, Qt.Key.Key_Space)


def refused(person: Person) -> None:
    person.session.last("ask Done").set_exception(NotAllowed("the analyst belongs to that port", code="own-port"))


def released(person: Person) -> None:
    """Rules have released two scans a moment ago."""
    fields = {"state": WorkState.DECIDED, "verdict": Verdict.RELEASE, "decided_by": "rules/7"}
    rows = tuple(row(300 + at, lane="CNNGB-01", delivery=DeliveryState.WAITING, **fields) for at in range(2))
    person.desk.heard(events.RowsChanged(rows=rows))


def live(person: Person) -> None:
    room_at_work(person)
    released(person)
    person.press("F2")
    person.turn()
    who_is_here(person)


def reversing(person: Person) -> None:
    person.window.console.front.reverse.click()
    person.turn()
    panel = person.window.console.front.panel
    panel.reason.setText("the seal was broken · 铅封破损")
    QTest.keyClick(panel.reason, Qt.Key.Key_Return)


SCENES = (
    Scene(name="live-with-direct-releases", start=Start.DESK, keys=(live,)),
    Scene(name="control-reversing", start=Start.DESK, keys=(live, reversing)),
    Scene(name="control", start=Start.DESK, keys=(control,)),
    Scene(name="control-asked", start=Start.DESK, keys=(control, asked), close_up=True),
    Scene(name="control-without-reason", start=Start.DESK, keys=(control, without_reason)),
    Scene(name="control-refused", start=Start.DESK, keys=(control, asked, confirmed, refused)),
)
