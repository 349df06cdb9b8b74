"""The console: whose it is, that nothing is decided in it, and what its pages ask the hub for, by keyboard alone."""

import csv
import io
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableView

from scanview.core.errors import NotAllowed
from scanview.core.review import HoldReason, Role, Verdict
from scanview.core.review import Person as Somebody
from scanview.core.searching import FoundScan, SearchPlace
from scanview.core.worklist import DeliveryState
from scanview.session import events
from scanview.ui.console.control.change import Change, Wanted
from scanview.ui.console.replay.replay import Proof
from scanview.ui.text import Language
from scanview.wire.messages import Assign, Done, Prioritise, ReverseRelease, ScansFound
from tests.ui.screens import auditing, controlling
from tests.ui.screens.shift import begin
from tests.ui.screens.states import looking
from tests.ui.ui_fakes import WindowRoom, texts
from tests.ui.walk.person import Person, Start
from tests.ui.walk.shelving import supervisor
from tests.unit.session.session_fakes import row, scan_id


def at_desk(room, role=Role.SUPERVISOR):
    person = Person(room, Start.DESK)
    begin(person)
    person.desk.heard(events.PersonChanged(person=Somebody(name="Ada", role=role)))
    person.turn()
    return person


@pytest.fixture
def person(room):
    return at_desk(room)


@pytest.mark.parametrize(
    ("role", "pages"),
    [(Role.SUPERVISOR, {"live", "control", "audit"}), (Role.AUDITOR, {"live", "audit"})],
)
def test_who_runs_or_audits_the_room_has_these_pages(room, role, pages):
    person = at_desk(room, role)
    person.press("F2")
    shown = {id for id, button in room.window.console._titles.items() if button.isVisible()}

    assert pages <= shown
    assert ("control" in shown) is (role is Role.SUPERVISOR)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.EXPERT, Role.CHIEF, Role.ADMINISTRATOR])
def test_nobody_else_has_a_console(room, role):
    person = at_desk(room, role)
    person.press("F2")

    assert not room.window.console.isVisible()


def test_nothing_of_the_review_can_be_given_in_the_console(person):
    person.press("F2")
    before = len(person.session.calls)
    for key in ("R", "H", "N", "G", "U", "M", "A", "D", "1", "Space", "Tab"):
        person.press(key)

    assert {"release", "hold", "take-next", "give-back", "undo-decision"}.isdisjoint(
        person.window.commands.can_be_given()
    )
    assert [call for call in person.session.calls[before:] if call[0] != "ask Room"] == []


def test_whoever_comes_next_sees_nothing_of_the_one_before(person):
    auditing.audit(person)
    person.turn()
    auditing.searched(person)
    auditing.all_searched(person)
    auditing.story(person)
    page = person.window.console.page("audit")
    assert page.search.found
    assert page.story.entries
    person.desk.heard(events.PersonChanged(person=None))
    person.turn()
    person.desk.heard(events.PersonChanged(person=Somebody(name="Grace", role=Role.AUDITOR)))
    person.turn()

    assert (page.search.found, page.story.entries, page.form.lines["text"].text()) == ((), (), "")
    assert not person.window.console.isVisible()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("scene", ["live", "control", "audit", "replay"])
def test_every_control_is_named_and_says_what_it_does(qtbot, language, scene):
    room = WindowRoom(qtbot, language)
    person = at_desk(room)
    if scene == "replay":
        looking(person)
        person.turn()
    person.press("F2")
    person.desk.console.turn_to("audit" if scene == "replay" else scene)
    person.turn()
    if scene == "replay":
        for step in (auditing.searched, auditing.all_searched, auditing.story, auditing.replay, auditing.read):
            step(person)
            person.turn()
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTableView)
    found = [w for kind in kinds for w in room.window.console.front.findChildren(kind) if w.isVisible()]
    nameless = [type(w).__name__ for w in found if not w.accessibleName().strip()]
    silent = [w.accessibleName() for w in found if not w.toolTip()]
    names = {w: w.accessibleName() for w in found}
    room.words.switch(language.other)
    room.window.refresh()
    same = [name for w, name in names.items() if w.accessibleName() == name]
    room.window.close()

    assert found
    assert (nameless, silent, same) == ([], [], [])


def test_a_change_of_the_queue_is_asked_twice_and_made_once(person):
    controlling.control(person)
    page = person.window.console.front
    controlling.asked(person)
    assert page.panel.is_asking
    assert person.session.asked("ask Done") == []
    QTest.keyClick(page.panel.confirm, Qt.Key.Key_Space)
    reason = "knows this importer's machines · 熟悉该企业设备"
    assert person.session.asked("ask Done") == [
        [Assign(request=0, scan=scan_id(103), analyst="analyst-2", reason=reason)]
    ]
    person.session.last("ask Done").set_result(Done(request=1, seq=9))
    assert page.panel.reason.text() == ""
    assert not page.panel.is_asking


@pytest.mark.parametrize("step", ["other row", "typed", "Esc"])
def test_a_question_is_not_answered_for_what_has_changed_since(person, step):
    controlling.control(person)
    page = person.window.console.front
    controlling.asked(person)
    if step == "other row":
        page.table.choose(scan_id(108))
    elif step == "typed":
        page.panel.reason.setText("another reason")
    else:
        person.press("Esc")

    assert not page.panel.is_asking
    assert person.session.asked("ask Done") == []


def test_moving_forward_and_taking_back(person):
    controlling.control(person)
    page = person.window.console.front
    for button, expected in (
        ("prioritise", Prioritise(request=0, scan=scan_id(103), earlier_s=600.0, reason="fresh goods")),
        ("take-back", Assign(request=0, scan=scan_id(103), analyst="", reason="fresh goods")),
    ):
        page.panel.changes[button].click()
        page.panel.reason.setText("fresh goods")
        QTest.keyClick(page.panel.reason, Qt.Key.Key_Return)
        QTest.keyClick(page.panel.confirm, Qt.Key.Key_Space)
        assert person.session.asked("ask Done")[-1] == [expected]


def answer(person, found=(), following=None):
    page = ScansFound(request=1, found=found, following=following)
    person.session.last("ask ScansFound").set_result(page)


def test_a_search_says_what_is_typed_and_goes_on_until_a_page_is_full(person):
    auditing.audit(person)
    person.turn()
    page = person.window.console.front
    page.form.lines["lane"].setText("cnsha")
    page.form.lines["note"].setText(" wall ")
    page.form.choices["verdict"].setCurrentIndex(page.form.choices["verdict"].findData(Verdict.HOLD.value))
    page.form.choices["reason"].setCurrentIndex(page.form.choices["reason"].findData(HoldReason.OTHER.value))
    QTest.keyClick(page.form.lines["lane"], Qt.Key.Key_Return)
    (question,) = person.session.asked("ask ScansFound")[-1]
    asked = len(person.session.asked("ask ScansFound"))
    sought = question.search
    assert (sought.lane, sought.note, sought.verdict, sought.reason) == (
        "CNSHA", "wall", Verdict.HOLD, HoldReason.OTHER
    )  # fmt: skip
    place = SearchPlace(seq=5, arrived_at=5.0)
    answer(person, following=place)
    assert person.session.asked("ask ScansFound")[-1][0].after == place
    answer(person, found=tuple(FoundScan(row=row(number)) for number in range(100)), following=place)
    assert len(person.session.asked("ask ScansFound")) == asked + 1
    assert len(page.search.found) == 100
    page.buttons["more"].click()
    assert page.search.is_asking
    person.press("Esc")
    assert not page.search.is_asking
    answer(person, found=(FoundScan(row=row(200)),))
    assert len(page.search.found) == 100, "what comes after it was stopped is not wanted any more"


def test_the_list_is_exported_and_no_cell_of_it_acts(person, tmp_path):
    auditing.audit(person)
    person.turn()
    auditing.searched(person)
    auditing.all_searched(person)
    page = person.window.console.front
    page._choose_file = lambda _: tmp_path / "audit.csv"
    page.export()
    raw = (tmp_path / "audit.csv").read_bytes()
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert [line[-1] for line in lines[1:]] == [one.row.scan for one in page.search.found]
    assert [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))] == []
    assert '\'=HYPERLINK("x")' in lines[-1]


def test_a_replay_shows_what_was_known_at_each_moment_and_asks_for_nothing_but_the_scan(person):
    looking(person)
    person.turn()
    auditing.audit(person)
    person.turn()
    for step in (auditing.searched, auditing.all_searched, auditing.story):
        step(person)
    before = len(person.session.calls)
    auditing.replay(person)
    page = person.window.console.front
    assert page.is_replaying
    auditing.read(person)
    view = page.view
    assert view.replay.shown().proof is Proof.SAME
    assert (len(view.findings.entries), len(view.marks.entries)) == (2, 1)
    QTest.keyClick(view.time_line, Qt.Key.Key_Left)
    assert (len(view.findings.entries), len(view.marks.entries)) == (2, 0), "before the decision nothing was marked"
    for _ in range(3):
        QTest.keyClick(view.time_line, Qt.Key.Key_Left)
    assert (len(view.findings.entries), len(view.marks.entries)) == (0, 0), "before the machine spoke"
    QTest.keyClick(view.time_line, Qt.Key.Key_End)
    assert len(view.marks.entries) == 1
    person.press("Esc")
    assert not page.is_replaying
    asked = [call[0] for call in person.session.calls[before:]]
    assert set(asked) <= {"close_scan", "open_scan", "ask Room"}
    assert asked.count("open_scan") == asked.count("close_scan") - 1 == 1, "the scan that was looked at is let go too"


def test_nobody_who_has_a_scan_to_decide_loses_it_to_a_replay(room):
    person = Person(room, Start.SCAN)
    supervisor(person)
    auditing.audit(person)
    person.turn()
    for step in (auditing.searched, auditing.all_searched, auditing.story, auditing.replay):
        step(person)

    assert not person.window.console.front.is_replaying
    assert person.desk.reviewing.review.undecided


def test_a_direct_release_is_reversed_from_the_first_page_with_a_reason_and_a_second_key(person):
    controlling.live(person)
    person.turn()
    front = person.window.console.front
    assert front.reverse.isVisible()
    front.reverse.click()
    person.turn()
    page = person.window.console.front
    assert page.table.chosen == scan_id(301), "the newest one"
    QTest.keyClick(page.panel.reason, Qt.Key.Key_Return)
    assert not page.panel.is_asking, "not without a reason"
    page.panel.reason.setText("seal broken")
    QTest.keyClick(page.panel.reason, Qt.Key.Key_Return)
    assert page.panel.is_asking
    assert person.session.asked("ask Done") == []
    QTest.keyClick(page.panel.confirm, Qt.Key.Key_Space)
    assert person.session.asked("ask Done") == [[ReverseRelease(request=0, scan=scan_id(301), reason="seal broken")]]
    person.session.last("ask Done").set_exception(NotAllowed("gone", code="order-left"))
    person.turn()
    assert any("▲" in text and "left" in text for text in texts(person.room))


def test_only_direct_releases_are_reversed_and_nothing_else_is_done_to_them(person):
    controlling.live(person)
    person.desk.console.turn_to("control")
    person.turn()
    panel = person.window.console.front.panel
    released = next(row for row in person.desk.rows.values() if row.scan == scan_id(300))
    waiting = person.desk.rows[scan_id(100)]
    wanted = {change: Wanted(change=change, row=released, analyst="x", reason="y") for change in Change}
    assert [change for change, one in wanted.items() if not one.obstacle] == [Change.REVERSE]
    assert Wanted(change=Change.REVERSE, row=waiting, reason="y").obstacle == "control.not-released"
    sent = replace(released, delivery=DeliveryState.SENT)
    assert Wanted(change=Change.REVERSE, row=sent, reason="y").obstacle == "control.not-released"
    person.desk.heard(events.RowsChanged(rows=(replace(sent, seq=10_000),)))
    person.turn()
    assert not person.window.console.front.table.choose(scan_id(300)), "its order has left"
    assert panel is person.window.console.front.panel
