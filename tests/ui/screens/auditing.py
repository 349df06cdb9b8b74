"""The states of audit and replay."""

import json
from dataclasses import replace

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.audit import StoryEntry
from scanview.core.errors import NotAllowed
from scanview.core.mark import Mark, MarkCategory
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.core.scan import Box
from scanview.core.searching import FoundScan, SearchPlace
from scanview.session import events
from scanview.ui.viewer.looks import looks_of
from scanview.wire.messages import ScansFound, Story
from tests.ui.screens.scene import Scene
from tests.ui.screens.shift import queue, recognition, simulated, whole
from tests.ui.screens.states import looking
from tests.ui.ui_fakes import CONTENT
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor
from tests.unit.session.session_fakes import row, scan_id

AT = 1_793_520_000.0


def entries(looks=()) -> tuple[StoryEntry, ...]:
    """The story of a scan that was held, with everything that can be in one."""
    mark = Mark(
        mark="f" * 32, box=Box(x0=900, y0=300, x1=1_050, y1=420), category=MarkCategory.WEAPON, text="手枪 pistol?"
    )
    decision = Decision(
        decision="d" * 32,
        scan=scan_id(1),
        fence=5,
        verdict=Verdict.HOLD,
        content_sha256=CONTENT,
        reason=HoldReason.SUSPECT_OBJECT,
        note="behind the second row of cartons · 第二排纸箱后",
        marks=(mark,),
        dismissed=("f-2",),
        looks=looks,
    )
    said = [
        ("scan-offered", "port/CNSHA-03", {"lane": "CNSHA-03", "container": "CSQU3054383", "plate": "沪A12345"}),
        ("scan-stored", "port/CNSHA-03", {"strips": 20, "content_sha256": CONTENT, "complete": True}),
        ("recognised", "worker/w1", {"model": "baseline 0.1", "risk": "high",
                                     "recognition": msgspec.to_builtins(recognition())}),
        ("prioritised", "Ada", {"earlier_s": 600.0, "reason": "perishable"}),
        ("leased", "zhang", {"workstation": "desk-1", "expires_at": AT}),
        ("decided", "zhang", {"decision": msgspec.to_builtins(decision)}),
        ("order-sent", "hub", {"order": "d" * 32}),
        ("order-receipt", "port/CNSHA-03", {"order": "d" * 32, "outcome": "applied", "why": ""}),
        ("weighed", "port/CNSHA-03", {"gross_kg": 18_200, "place": "bridge 2"}),
    ]  # fmt: skip
    return tuple(
        StoryEntry(seq=number, at=AT + 7.0 * number**2, kind=kind, actor=actor, body=json.dumps(body))
        for number, (kind, actor, body) in enumerate(said, 1)
    )


def audit(person: Person) -> None:
    """A supervisor turns to the page."""
    person.looks = looks_of(person.window.panes.shown)
    supervisor(person)
    person.press("F2")
    person.desk.console.turn_to("audit")


def searched(person: Person) -> None:
    page = person.window.console.front
    page.form.lines["text"].setText("CSQU")
    QTest.keyClick(page.form.lines["text"], Qt.Key.Key_Return)
    rows = [replace(one, arrived_at=AT - 60.0 * at) for at, one in enumerate(queue())]
    rows.append(row(11, container='=HYPERLINK("x")', arrived_at=AT - 900.0))
    found = tuple(FoundScan(row=one, decided_at=AT + 300.0 if one.verdict is not None else 0.0) for one in rows)
    person.session.last("ask ScansFound").set_result(
        ScansFound(request=1, found=found, following=SearchPlace(seq=10, arrived_at=AT - 3_600.0))
    )


def all_searched(person: Person) -> None:
    person.session.last("ask ScansFound").set_result(ScansFound(request=2, found=()))


def refused(person: Person) -> None:
    person.session.last("ask ScansFound").set_exception(NotAllowed("no", code="not-an-auditor"))


def bad_moment(person: Person) -> None:
    page = person.window.console.front
    page.form.lines["since"].setText("yesterday")
    page.begin()


def story(person: Person) -> None:
    page = person.window.console.front
    page.found.choose(scan_id(1))
    page.open_story(scan_id(1))
    looks = getattr(person, "looks", ())
    person.session.last("ask Story").set_result(Story(request=3, scan=scan_id(1), entries=entries(looks)))


def replay(person: Person) -> None:
    page = person.window.console.front
    page.told.choose("6")
    QTest.keyClick(page.told, Qt.Key.Key_Return)


def read(person: Person) -> None:
    """The pixels of the scan come."""
    scan = simulated().image.header
    status = events.ScanStatus(strips=20, stored=True, content_sha256=CONTENT, recognition=recognition())
    person.desk.heard(events.ScanOpened(scan=scan_id(1), header=scan, pyramids=(whole(),), status=status))
    person.desk.heard(events.ScanLoaded(scan=scan_id(1)))


def earlier(person: Person) -> None:
    page = person.window.console.front
    QTest.keyClick(page.view.time_line, Qt.Key.Key_Left)


READ = (audit, searched, all_searched, story)
SEEN = (looking, "2", "+", "+", "+", *READ)
SCENES = (
    Scene(name="audit", start=Start.DESK, keys=(audit,)),
    Scene(name="audit-searching", start=Start.DESK, keys=(audit, searched)),
    Scene(name="audit-found", start=Start.DESK, keys=READ, close_up=True),
    Scene(name="audit-refused", start=Start.DESK, keys=(audit, searched, refused)),
    Scene(name="audit-bad-moment", start=Start.DESK, keys=(audit, bad_moment)),
    Scene(name="replay-reading", start=Start.DESK, keys=(*SEEN, replay)),
    Scene(name="replay", start=Start.DESK, keys=(*SEEN, replay, read), close_up=True),
    Scene(
        name="replay-before",
        start=Start.DESK,
        keys=(*SEEN, replay, read, earlier),
    ),
    Scene(name="replay-busy", keys=(*READ, replay)),
    Scene(name="replay-no-look", start=Start.DESK, keys=(*READ, replay, read)),
)
