"""The filter of findings: what it hides it says, it dismisses nothing, and no release comes of what it hid."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.review import Finding, Person, Role
from scanview.core.scan import Box
from scanview.session import events
from scanview.ui import preferences
from scanview.ui import review as rules
from scanview.ui.app import Client
from scanview.ui.finding_filter import FindingFilter
from scanview.ui.preferences import Preferences
from scanview.ui.text import Language
from tests.ui.ui_fakes import ZHANG, FakeRoom, press, texts

BOX = Box(x0=0, y0=0, x1=1, y1=1)
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NO_WEAPONS = FindingFilter(hidden=frozenset({"weapon"}))

filters = st.builds(
    FindingFilter, least_score=st.floats(0, 1), hidden=st.frozensets(st.sampled_from(["weapon", "cigarettes"]))
)
findings = st.builds(
    Finding,
    finding=st.just("f"),
    label=st.sampled_from(["weapon", "cigarettes", "car"]),
    score=st.floats(0, 1),
    box=st.just(BOX),
)


@given(filters, findings)
def test_a_filter_that_is_off_hides_nothing_and_a_class_twice_switched_is_as_before(wanted, finding):
    assert FindingFilter().lets_through(finding)
    assert wanted.is_on or wanted.lets_through(finding)
    assert wanted.toggled("weapon").toggled("weapon") == wanted
    assert not wanted.toggled("car").lets_through(Finding(finding="f", label="car", score=1.0, box=BOX))


@given(filters, st.integers(-50, 50))
def test_the_least_score_is_a_score(wanted, by):
    assert 0.0 <= wanted.stepped(by).least_score <= 1.0
    assert wanted.stepped(by).hidden == wanted.hidden


def test_what_is_hidden_is_off_the_picture_and_the_list_and_is_said(room):
    room.sit_down().open(1)
    room.desk.reviewing.filter_findings(NO_WEAPONS)
    room.window.refresh()

    assert [overlay.key for overlay in room.window.canvas.overlays] == ["f-low"]
    assert room.desk.reviewing.review.said.dismissed == (), "hidden is not dismissed"
    assert "▲  The filter hides 1, 1 of them of high risk" in texts(room)
    room.desk.reviewing.filter_findings(FindingFilter(least_score=0.5))
    room.window.refresh()
    assert "✕  The filter hides 1" in texts(room)
    room.desk.reviewing.filter_findings(FindingFilter())
    room.window.refresh()
    assert not [text for text in texts(room) if "hides" in text]


def test_a_release_waits_until_what_the_filter_hid_has_been_shown(room):
    room.sit_down().open(1)
    room.desk.reviewing.filter_findings(NO_WEAPONS)
    press(room, Qt.Key.Key_R)

    assert room.session.asked("decide") == []
    assert {"▲  Your filter was hiding findings of high risk", "Now they are shown. Look at them, then decide"} <= set(
        texts(room)
    )
    assert [overlay.key for overlay in room.window.canvas.overlays] == ["f-high", "f-low"]
    press(room, Qt.Key.Key_R)
    assert len(room.session.asked("decide")) == 1


def test_it_comes_back_with_the_next_scan(room):
    room.sit_down().open(1)
    room.desk.reviewing.filter_findings(NO_WEAPONS)
    press(room, Qt.Key.Key_R)
    room.desk.give_back()
    room.open(2)

    assert room.desk.reviewing.review.filter == NO_WEAPONS


@pytest.mark.parametrize("answer", ["accept", "dismiss"])
def test_what_was_answered_before_it_was_hidden_stops_nothing(answer):
    room = FakeRoom().sit_down().open(1)
    reviewing = room.desk.reviewing
    reviewing.choose("f-high")
    getattr(reviewing, answer)()
    reviewing.filter_findings(NO_WEAPONS)

    assert rules.release_obstacle(reviewing.review) == ""


def test_low_findings_may_stay_hidden_and_a_hold_is_never_stopped():
    room = FakeRoom().sit_down().open(1)
    reviewing = room.desk.reviewing
    reviewing.filter_findings(FindingFilter(least_score=0.5))
    assert rules.release_obstacle(reviewing.review) == ""
    reviewing.filter_findings(NO_WEAPONS)
    assert rules.hold_obstacle(reviewing.review) == ""


def test_classes_and_score_by_the_mouse(room, qtbot):
    room.sit_down().open(1)
    panel = room.window.findings.filter
    assert [switch.text() for switch in panel.switches if switch.isVisible()] == ["✓ Weapon 1", "✓ Cigarettes 1"]
    qtbot.mouseClick(panel.switches[0], Qt.MouseButton.LeftButton)
    room.window.refresh()
    assert room.desk.reviewing.review.filter == NO_WEAPONS
    assert panel.switches[0].accessibleName() == "Weapon: 1, hidden"
    panel.slider.setValue(40)
    room.window.refresh()
    assert room.desk.reviewing.review.filter.least_score == 0.4
    qtbot.mouseClick(panel.all, Qt.MouseButton.LeftButton)

    assert not room.desk.reviewing.review.filter.is_on


def test_classes_and_score_by_keys_alone(room):
    room.sit_down().open(1)
    QTest.keyClick(room.window, Qt.Key.Key_F, CONTROL)
    panel = room.window.findings.filter
    assert panel.hasFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(panel, key)
    assert room.desk.reviewing.review.filter == NO_WEAPONS.from_score(0.1)
    room.window.refresh()
    assert "1 ✕ Weapon 1" in texts(room)
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    assert not room.desk.reviewing.review.filter.is_on
    QTest.keyClick(panel, Qt.Key.Key_R)
    assert room.session.asked("decide") == [], "no command hears a key meanwhile"
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.hasFocus()
    QTest.keyClick(room.window, Qt.Key.Key_S)
    QTest.keyClick(room.window, Qt.Key.Key_S)
    QTest.keyClick(room.window, Qt.Key.Key_S, SHIFT)

    assert room.desk.reviewing.review.filter == FindingFilter(least_score=0.05)


def test_looking_at_the_filter_changes_nothing(room):
    room.sit_down().open(1)
    room.desk.reviewing.filter_findings(NO_WEAPONS)
    press(room, Qt.Key.Key_R)
    panel = room.window.findings.filter
    panel.setFocus()
    panel.clearFocus()

    assert room.desk.reviewing.filter == NO_WEAPONS, "what was lifted for this scan holds for the next"


def test_each_persons_filter_is_remembered(tmp_path):
    wanted = Preferences(language=Language.EN).with_filter("张", NO_WEAPONS.from_score(0.35))
    preferences.save(tmp_path, wanted)

    assert preferences.load(tmp_path) == wanted


@pytest.mark.parametrize("broken", [[], {"张": 3}, {"张": {}}, {"张": {"least_score": "x", "hidden": []}}])
def test_a_filter_that_cannot_be_read_hides_nothing(tmp_path, broken):
    (tmp_path / preferences.FILE).write_text(json.dumps({"language": "en", "filters": broken}))

    assert preferences.load(tmp_path).filters == {}


def test_a_filter_survives_a_restart_and_belongs_to_one_person(qtbot, tmp_path):
    def sit(client, person):
        client.bridge.tell(events.PersonChanged(person=person))
        qtbot.waitUntil(lambda: client.desk.person == person)

    def client():
        made = Client(endpoint="tcp://127.0.0.1:9", folder=tmp_path, workstation="desk-1", language=Language.EN)
        made.start()
        return made

    first = client()
    sit(first, ZHANG)
    first.desk.reviewing.filter_findings(NO_WEAPONS)
    first.stop()

    second = client()
    sit(second, ZHANG)
    assert second.desk.reviewing.filter == NO_WEAPONS
    sit(second, Person(name="li", role=Role.ANALYST))
    assert second.desk.reviewing.filter == FindingFilter()
    sit(second, ZHANG)
    assert second.desk.reviewing.filter == NO_WEAPONS
    second.stop()
