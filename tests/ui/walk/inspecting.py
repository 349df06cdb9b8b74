"""The walks of inspection results and of scans that look alike."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QImage

from scanview.core.inspection import (
    Answer,
    Found,
    FoundItem,
    Inspection,
    InspectionRecord,
    Photo,
    PhotoForm,
)
from scanview.core.review import Verdict
from scanview.session import events
from scanview.ui.inspecting.photos import PhotoWindow
from scanview.wire import messages
from tests.ui.walk.person import Person, Walk
from tests.ui.walk.shelving import supervisor
from tests.unit.session.session_fakes import row, scan_id


def picture(colour=Qt.GlobalColor.darkCyan) -> bytes:
    """A real PNG file."""
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(colour)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content)


def photo_of(content: bytes) -> Photo:
    return Photo(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content), form=PhotoForm.PNG)


def a_record(scan: str, *contents: bytes, found: Found = Found.FOUND) -> InspectionRecord:
    item = FoundItem(label="drugs", text="砖状物 <b>white</b> bricks", quantity="14, 12.5 kg", from_doors_m=3.2)
    return InspectionRecord(
        inspection=Inspection(
            inspection="ab" * 16,
            scan=scan,
            found=found,
            opened_at=1.0,
            inspector="老王 Wang",
            items=(item,),
            photos=tuple(photo_of(content) for content in contents),
        ),
        by="port/CNSHA-03",
        at=1_760_000_000.0,
        answers=(
            Answer(claim="m1", said="drugs", is_mark=True, right=True),
            Answer(claim="f1", said="weapon", is_mark=False, right=None),
        ),
    )


def decided(person: Person, **changes: object) -> None:
    """Somebody else has held the scan."""
    changes = {"verdict": Verdict.HOLD, "decided_by": "li", **changes}
    person.desk.heard(events.RowsChanged(rows=(row(1, **changes),)))


def result_came(person: Person, *contents: bytes) -> None:
    """The hub tells what the port found, with a photo."""
    contents = contents or (picture(),)
    decided(person, inspected=Found.FOUND)
    told = messages.Inspections(request=1, scan=scan_id(1), found=(a_record(scan_id(1), *contents),))
    person.session.last("ask Inspections").set_result(told)
    person.turn()
    for content in contents:
        answer = type("Answer", (), {"raw": (content,)})
        person.session.last("ask PhotoContent").set_result(answer)
        person.turn()


def written(person: Person) -> None:
    """What was found is written, and the line left."""
    person.window.result.text.setText(" 14 boxes of cigarettes ")


def files(person: Person) -> None:
    """Whoever is asked for files names one."""
    person.window.result.ask_files = lambda title, kinds: (Path("photo.png"),)


def recorded(person: Person, found: Found, text: str = "") -> bool:
    """Whether the hub was asked to keep just this."""
    asked = [arguments[0].inspection for arguments in person.session.asked("ask Done")]
    items = (FoundItem(text=text),) if text else ()
    return [(told.scan, told.found, told.items) for told in asked] == [(scan_id(1), found, items)]


def large(person: Person) -> bool:
    """Whether a photo is shown large."""
    return any(window.isVisible() for window in person.window.result.findChildren(PhotoWindow))


WALKS = (
    Walk(
        command="find-similar",
        seen=lambda p, _: [asked[0].scan for asked in p.session.asked("ask Similar")] == [scan_id(1)],
    ),
    Walk(
        command="record-found",
        prepare=(supervisor, decided, written),
        seen=lambda p, _: recorded(p, Found.FOUND, "14 boxes of cigarettes"),
    ),
    Walk(
        command="record-found",
        prepare=(supervisor, decided),
        seen=lambda p, _: p.shows("▲  What was found is not said") or p.window.result.text.hasFocus(),
    ),
    Walk(
        command="record-partly",
        prepare=(supervisor, decided, written),
        seen=lambda p, _: recorded(p, Found.PARTLY, "14 boxes of cigarettes"),
    ),
    Walk(
        command="record-nothing",
        prepare=(supervisor, decided),
        seen=lambda p, _: recorded(p, Found.NOTHING),
    ),
    Walk(
        command="add-photos",
        prepare=(supervisor, decided, files),
        seen=lambda p, _: p.shows("Photos that go with it: 1"),
    ),
    Walk(command="show-photo", prepare=(result_came,), seen=lambda p, _: large(p)),
    Walk(
        command="shelve-result",
        prepare=(supervisor, result_came),
        seen=lambda p, _: (
            [asked[1].title for asked in p.session.asked("shelve")] == ["drugs 砖状物 <b>white</b> bricks 14, 12.5 kg"]
        ),
    ),
)
