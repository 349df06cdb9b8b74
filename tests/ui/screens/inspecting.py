"""The states of inspection results and of scans that look alike."""

from PySide6.QtCore import Qt

from scanview.core.errors import Unavailable
from scanview.core.inspection import Found
from scanview.core.review import Verdict
from scanview.core.similar import SimilarScan
from scanview.session import events
from scanview.wire import messages
from tests.ui.screens.scene import Scene
from tests.ui.screens.shift import queue
from tests.ui.walk.inspecting import a_record, picture
from tests.ui.walk.person import Person
from tests.ui.walk.shelving import supervisor


def decided(person: Person, **changes: object) -> str:
    (first, *_) = queue()
    values = {name: getattr(first, name) for name in first.__slots__}
    changes = {"verdict": Verdict.HOLD, "decided_by": "li", **changes}
    person.desk.heard(events.RowsChanged(rows=(type(first)(**{**values, **changes}),)))
    return first.scan


def held(person: Person) -> None:
    decided(person)


def came(person: Person) -> None:
    contents = [picture(colour) for colour in (Qt.GlobalColor.darkCyan, Qt.GlobalColor.darkRed, Qt.GlobalColor.gray)]
    contents.append(b"\x89PNG\r\n\x1a\nnot a picture at all")
    scan = decided(person, inspected=Found.FOUND)
    told = messages.Inspections(request=1, scan=scan, found=(a_record(scan, *contents),))
    person.session.last("ask Inspections").set_result(told)
    person.turn()
    for content in contents:
        person.session.last("ask PhotoContent").set_result(type("Answer", (), {"raw": (content,)}))
        person.turn()


def found(person: Person) -> None:
    (first, *_) = queue()
    scans = tuple(
        SimilarScan(
            scan=f"{number:032x}",
            lane=lane,
            container="CSQU3054383",
            plate="沪A12345",
            arrived_at=1_760_000_000.0 - 86_400 * number,
            verdict=verdict,
            distance=0.05 + 0.1 * number,
            found=what,
        )
        for number, (lane, verdict, what) in enumerate(
            (
                ("CNNGB-01", Verdict.HOLD, Found.FOUND),
                ("DEHAM-12", Verdict.RELEASE, None),
                ("CNSHA-04", Verdict.HOLD, Found.NOTHING),
            )
        )
    )
    answer = messages.Similar(request=1, scan=first.scan, found=scans, searched=12_345, is_behind=False)
    person.session.last("ask Similar").set_result(answer)


def nobody(person: Person) -> None:
    person.session.last("ask Similar").set_exception(Unavailable("no", code="no-searching-worker"))


SCENES = (
    Scene(name="similar", keys=("Ctrl+S", found), close_up=True),
    Scene(name="similar-nobody", keys=("Ctrl+S", nobody)),
    Scene(name="result", keys=(came,), close_up=True),
    Scene(name="result-recording", keys=(supervisor, held)),
    Scene(name="result-supervisor", keys=(supervisor, came)),
)
