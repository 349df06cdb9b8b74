"""The states of the worklist: a search in it and beyond it."""

from scanview.core.errors import Unavailable
from scanview.core.review import Risk, Verdict
from scanview.core.searching import FoundScan, SearchPlace
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
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


SCENES = (
    Scene(name="worklist-searching", keys=("Ctrl+Shift+F", searched)),
    Scene(name="worklist-found", keys=(searched, found)),
    Scene(name="worklist-nothing-found", keys=(nothing_found,)),
    Scene(name="worklist-search-failed", keys=(searched, failed)),
)
