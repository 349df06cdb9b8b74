"""The last decision is taken back with one key, and the scan is there again as it was."""

import pytest
from PySide6.QtWidgets import QApplication

from scanview.core.errors import Refused
from scanview.core.review import HoldReason
from scanview.core.scan import Box
from scanview.core.work import Lease
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.session.drafts import Draft
from scanview.ui.desk import Taking
from scanview.ui.marking.outline import Outline
from scanview.ui.text import Language
from scanview.ui.undoing import Undoing
from tests.ui.ui_fakes import FakeRoom, WindowRoom, lease, open_scan, status, texts
from tests.unit.session.session_fakes import counts, header, hold, row, scan_id

NEW_LEASE = Lease(fence=9, analyst="zhang", workstation="desk-1", expires_at=2e9)


class Clock:
    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def room():
    made = FakeRoom().sit_down(row(1), row(2), row(3))
    made.clock = Clock()
    made.desk.undoing = Undoing(made.clock)
    return made


def decide(room, number=1, undo_s=3.0):
    """`number` is marked, turned and held; the hub has it."""
    open_scan(room.desk, number)
    reviewing = room.desk.reviewing
    reviewing.add_mark(Outline.around(Box(x0=10, y0=5, x1=40, y1=20)))
    reviewing.hold()
    reviewing.pick_reason(HoldReason.OTHER)
    reviewing.confirm()
    made = room.session.asked("decide")[-1][0]
    room.desk.heard(events.DecisionSettled(decision=made, seq=7, undo_s=undo_s))
    return made


def problem(room):
    return room.desk.reviewing.problem.what.id


def test_the_scan_comes_back_with_everything_that_was_said_of_it(room):
    made = decide(room)
    room.session.last("take_next").set_result((scan_id(2), lease(2)))
    room.desk.heard(events.RowsChanged(rows=(row(1),)))
    assert room.desk.undoing.left_s == 3

    room.desk.undo_decision()
    assert room.session.asked("withdraw") == [[made]]
    room.session.last("withdraw").set_result(NEW_LEASE)

    review = room.desk.reviewing.review
    assert (review.scan, review.lease, review.decision) == (made.scan, NEW_LEASE, None)
    assert review.marks == made.marks
    assert review.past, "and the marks can be undone further"
    assert room.session.asked("give_back") == [[scan_id(2)]]
    assert room.session.asked("keep_draft")[-1] == [Draft(scan=made.scan, marks=made.marks)]
    assert (room.desk.decided_here, room.desk.last_decision.id) == (0, "status.taken-back")
    assert room.desk.undoing.left_s == 0


def test_marks_on_the_scan_that_goes_back_are_kept(room):
    decide(room)
    room.session.last("take_next").set_result((scan_id(2), lease(2)))
    room.desk.reviewing.add_mark(Outline.around(Box(x0=1, y0=2, x1=30, y1=40)))
    kept = room.session.asked("keep_draft")[-1][0]
    assert kept.scan == scan_id(2)

    room.desk.undo_decision()
    room.session.last("withdraw").set_result(NEW_LEASE)

    drafts = [draft for (draft,) in room.session.asked("keep_draft") if draft.scan == scan_id(2)]
    assert drafts == [kept], "nobody takes them away"


def test_a_scan_that_is_leased_too_late_goes_back_too(room):
    decide(room)
    assert room.desk.taking is Taking.ASKING
    room.desk.undo_decision()
    room.session.last("withdraw").set_result(NEW_LEASE)
    room.session.last("take_next").set_result((scan_id(2), lease(2)))

    assert room.desk.reviewing.review.scan == scan_id(1)
    assert room.session.asked("give_back") == [[scan_id(2)]]


@pytest.mark.parametrize("answer", [(scan_id(2), lease(2)), None, Refused("no", code="not-an-analyst")])
def test_whatever_comes_of_a_scan_that_is_not_wanted_any_more_the_next_one_is(room, answer):
    decide(room)
    room.desk.undo_decision()
    room.session.last("withdraw").set_result(NEW_LEASE)
    settle = room.session.last("take_next")
    settle.set_exception(answer) if isinstance(answer, Exception) else settle.set_result(answer)
    assert room.desk.reviewing.review.scan == scan_id(1)
    assert room.desk.reviewing.problem is None

    room.desk.give_back()
    room.desk.take_next()
    room.session.last("take_next").set_result((scan_id(3), lease(3)))
    assert room.desk.reviewing.review.scan == scan_id(3)


def test_a_scan_that_was_chosen_meanwhile_goes_back(room):
    decide(room)
    room.session.last("take_next").set_result(None)
    room.desk.undo_decision()
    room.desk.take(scan_id(2))
    room.session.last("withdraw").set_result(NEW_LEASE)
    room.session.last("take").set_result(lease(2))

    assert room.desk.reviewing.review.scan == scan_id(1)
    assert room.session.asked("give_back") == [[scan_id(2)]]


@pytest.mark.parametrize("code", ["order-left", "grace-over"])
def test_what_the_hub_refuses_is_said_and_nothing_else_changes(room, code):
    decide(room)
    room.session.last("take_next").set_result((scan_id(2), lease(2)))
    room.desk.undo_decision()
    room.session.last("withdraw").set_exception(Refused("too late", code=code))

    assert problem(room) == f"error.{code}"
    assert room.desk.reviewing.review.scan == scan_id(2)
    assert room.desk.decided_here == 1
    room.desk.undo_decision()
    assert problem(room) == "error.nothing-to-undo"


def test_without_a_grace_the_key_says_that_orders_leave_at_once(room):
    decide(room, undo_s=0.0)
    room.desk.undo_decision()
    assert problem(room) == "error.no-grace"
    assert room.session.asked("withdraw") == []


def test_after_the_grace_the_key_says_that_it_is_too_late(room):
    decide(room)
    room.clock.now += 3.0
    room.desk.undo_decision()
    assert problem(room) == "error.grace-over"
    assert room.session.asked("withdraw") == []


def test_the_key_is_pressed_twice_and_asks_once(room):
    decide(room)
    room.desk.undo_decision()
    room.desk.undo_decision()
    assert len(room.session.asked("withdraw")) == 1


def test_while_the_next_verdict_is_saved_the_key_waits(room):
    decide(room)
    room.session.last("take_next").set_result((scan_id(2), lease(2)))
    open_scan(room.desk, 2)
    room.desk.reviewing.hold()
    room.desk.reviewing.pick_reason(HoldReason.OTHER)
    room.desk.reviewing.confirm()
    room.desk.undo_decision()
    assert problem(room) == "error.already-deciding"
    assert room.session.asked("withdraw") == []


def test_nobody_takes_back_what_another_person_decided(room):
    decide(room)
    room.desk.heard(events.PersonChanged(person=None))
    assert room.desk.undoing.offer is None


def test_a_decision_that_was_sent_after_a_restart_comes_back_from_itself(room):
    made = hold(1)
    room.desk.heard(events.DecisionSettled(decision=made, seq=3, undo_s=2.0))
    room.desk.undo_decision()
    room.session.last("withdraw").set_result(NEW_LEASE)
    assert (room.desk.reviewing.review.scan, room.desk.reviewing.review.lease) == (made.scan, NEW_LEASE)


@pytest.mark.parametrize("language", Language)
def test_the_lowest_line_counts_down_and_the_key_brings_the_look_back(qtbot, language):
    room = WindowRoom(qtbot, language).sit_down()
    room.clock = Clock()
    room.desk.undoing = Undoing(room.clock)
    room.open()
    canvas = room.window.canvas
    QApplication.processEvents()
    room.window.commands.give("tool-colour")
    for id in ("flip", "zoom-in", "pan-left"):
        room.window.commands.give(id)
    canvas.grab()
    before, recipe = canvas.viewport, canvas.recipe
    room.window.commands.give("release")
    ((made,),) = room.session.asked("decide")
    room.desk.heard(events.DecisionSettled(decision=made, seq=7, undo_s=3.0))
    room.window.refresh()

    def told(seconds):
        return any(f" {seconds} " in text and "U" in text.split("·")[-1] for text in texts(room) if "·" in text)

    assert told(3)
    room.clock.now += 1.5
    qtbot.waitUntil(lambda: told(2))
    room.window.commands.give("undo-decision")
    room.session.last("withdraw").set_result(NEW_LEASE)
    open_events(room)
    room.window.refresh()
    QApplication.processEvents()

    assert canvas.recipe == recipe
    after = canvas.viewport
    assert (after.width, after.height, after.mirrored_x) == (before.width, before.height, True)
    assert (after.left, after.top, after.scale) == pytest.approx((before.left, before.top, before.scale))
    assert not told(2)


def open_events(room):
    pyramid = GrowingPyramid.of(header(1).views[0], counts(256, seed=1))
    opened = events.ScanOpened(scan=scan_id(1), header=header(1), pyramids=(pyramid,), status=status())
    room.desk.heard(opened)
    room.desk.heard(events.ScanLoaded(scan=scan_id(1)))
