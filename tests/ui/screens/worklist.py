"""The states of the worklist: a search in it and beyond it."""

from scanview.core.errors import Unavailable
from scanview.core.opinions import Stage
from scanview.core.review import Person as Somebody
from scanview.core.review import Risk, Role, Verdict
from scanview.core.searching import FoundScan, SearchPlace
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.session import events
from scanview.ui.worklist_order import Filter
from scanview.wire.messages import ScansFound
from tests.ui.screens.scene import Scene
from tests.ui.walk.person import Person
from tests.unit.session.session_fakes import row


def searched(person: Person) -> None:
    """A part of a number is typed, and the hub is asked."""
    person.window.worklist.search.line.setText("u 60")
    person.window.worklist.search.line.written.emit("u 60")
    person.window.worklist.search.line.entered.emit()


def found(person: Person) -> None:
    older = [
        row(40 + at, container=f"MWCU60{at}9784", lane="CNNGB-01", state=WorkState.CLOSED, risk=Risk.LOW,
            verdict=Verdict.HOLD if at % 3 else Verdict.RELEASE, decided_by="zhang", delivery=DeliveryState.APPLIED)
        for at in range(6)
    ]  # fmt: skip
    page = ScansFound(request=1, found=tuple(FoundScan(row=one) for one in older), following=SearchPlace(seq=40))
    person.session.last("ask ScansFound").set_result(page)


def nothing_found(person: Person) -> None:
    person.window.worklist.search.line.setText("zz 9")
    person.window.worklist.search.line.written.emit("zz 9")
    person.window.worklist.search.line.entered.emit()
    person.session.last("ask ScansFound").set_result(ScansFound(request=1, found=()))


def failed(person: Person) -> None:
    person.session.last("ask ScansFound").set_exception(Unavailable("no", code="not-connected"))


def settling(person: Person) -> None:
    """An expert sees whose word is wanted, what was said since, and what another hub has."""
    person.desk.heard(events.PersonChanged(person=Somebody(name="wu", role=Role.EXPERT)))
    rows = (
        row(2, container="MWCU6059784", lane="CNNGB-01", risk=Risk.HIGH, stage=Stage.SECOND),
        row(3, container="TGHU7759933", lane="CNTAO-12", risk=Risk.MEDIUM, stage=Stage.EXPERT, remarks=3),
        row(4, container="MSKU0000000", risk=Risk.LOW, stage=Stage.CHIEF, remarks=12),
        row(7, container="CAIU2345675", lane="CNNGB-01", complete=False, risk=Risk.MEDIUM, stage=Stage.CONFIRM),
        row(8, container="TEMU6723481", state=WorkState.IN_REVIEW, analyst="li.xiaoming", risk=Risk.LOW,
            stage=Stage.EXPERT, remarks=1),
        row(12, container="OOLU8110241", state=WorkState.ELSEWHERE, elsewhere="tcp://192.168.100.200:17310"),
    )  # fmt: skip
    person.desk.heard(events.RowsChanged(rows=rows))


def raised(person: Person) -> None:
    person.window.worklist._filters[Filter.RAISED].click()


SCENES = (
    Scene(name="worklist-settling", keys=(settling,), close_up=True),
    Scene(name="worklist-raised", keys=(settling, raised)),
    Scene(name="worklist-searching", keys=("Ctrl+Shift+F", searched)),
    Scene(name="worklist-found", keys=(searched, found)),
    Scene(name="worklist-nothing-found", keys=(nothing_found,)),
    Scene(name="worklist-search-failed", keys=(searched, failed)),
)
