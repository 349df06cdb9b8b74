"""Being told what a scan was, and practising: seen on the real window, with a session that answers when told to."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from scanview.core.errors import NotAllowed
from scanview.core.practice import PracticeProgress
from scanview.core.review import Verdict
from scanview.core.scan import Box
from scanview.core.virtual import Outcome, Revealed, Truth
from scanview.session import events
from scanview.ui.actions import Mode
from scanview.ui.text import CATALOGUES, Language
from scanview.wire.messages import Case, CaseJudged, Reveal
from tests.ui.ui_fakes import open_scan, press, texts
from tests.unit.session.session_fakes import scan_id

PLACE = Box(x0=60, y0=8, x1=90, y1=30)
MISSED = Revealed(outcome=Outcome.MISS, truth=Truth(label="weapon", places=(PLACE,)))


def decided(room, undo_s=0.0):
    """A release, durable at the hub; what the scan was is not answered yet."""
    room.session.is_real = False
    room.sit_down().open(1)
    press(room, Qt.Key.Key_R)
    (decision,) = room.session.asked("decide")[-1]
    room.desk.heard(events.DecisionSettled(decision=decision, seq=3, undo_s=undo_s))


def tell(room, revealed):
    answer = Reveal(request=0, scan=scan_id(1), revealed=revealed)
    room.session.last("ask Reveal").set_result(answer)
    room.window.refresh()


def test_a_miss_is_told_on_the_scan_itself_and_the_next_one_comes_when_the_person_goes_on(room):
    decided(room)
    assert not room.session.asked("take_next")
    tell(room, MISSED)
    window = room.window
    assert room.desk.mode is Mode.TOLD
    assert window.taught.isVisible()
    assert "outlined" in " ".join(texts(room))
    assert [overlay.key for overlay in window.canvas.overlays if overlay.key.startswith("truth")] == ["truth-0"]
    press(room, Qt.Key.Key_R)
    assert len(room.session.asked("decide")) == 1
    press(room, Qt.Key.Key_Return)
    room.window.refresh()
    assert not window.taught.isVisible()
    assert room.session.asked("take_next") == [[]]


@pytest.mark.parametrize("undo_s", [0.0, 5.0])
def test_real_scans_go_on_at_once(room, undo_s):
    decided(room, undo_s)
    if not undo_s:
        tell(room, None)
    assert room.session.asked("take_next") == [[]]
    assert len(room.session.asked("ask Reveal")) == (0 if undo_s else 1)


def test_a_hub_that_cannot_tell_keeps_nobody_waiting(room):
    decided(room)
    room.session.last("ask Reveal").set_exception(NotAllowed("no", code="bad-message"))
    assert room.session.asked("take_next") == [[]]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_words_and_a_shape(room, outcome):
    truth = Truth() if outcome in (Outcome.FALSE_ALARM, Outcome.CORRECT_REJECTION) else MISSED.truth
    decided(room)
    tell(room, Revealed(outcome=outcome, truth=truth))
    said = " ".join(texts(room))
    assert CATALOGUES[Language.EN][f"outcome.{outcome}"] in said
    assert any(sign in said for sign in "✓▲●")


CASE = scan_id(1)


def practising(room, scan=CASE):
    QTest.keyClick(room.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    room.session.last("ask Case").set_result(Case(request=0, scan=scan, progress=PracticeProgress()))
    room.window.refresh()


def test_practising_decides_nothing_and_tells_how_it_was(room):
    room.sit_down()
    practising(room)
    case = room.desk.reviewing.review
    open_scan(room.desk, 1, leased=False)
    room.desk.reviewing.review = replace(room.desk.reviewing.review, lease=case.lease)
    press(room, Qt.Key.Key_R)
    assert room.session.asked("decide") == []
    (question,) = room.session.asked("ask CaseJudged")[-1]
    assert (question.answer.scan, question.answer.verdict) == (scan_id(1), Verdict.RELEASE)
    judged = CaseJudged(request=0, revealed=MISSED, progress=PracticeProgress(threats=1))
    room.session.last("ask CaseJudged").set_result(judged)
    room.window.refresh()
    assert "0 of 1" in " ".join(texts(room))
    press(room, Qt.Key.Key_N)
    assert len(room.session.asked("ask Case")) == 2
    assert room.session.asked("take_next") == []
    assert room.session.asked("keep_draft") == []


def test_who_ends_practice_decides_for_good_again(room):
    room.sit_down()
    practising(room)
    QTest.keyClick(room.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    room.window.refresh()
    assert not room.window.taught.isVisible()
    assert room.desk.reviewing.divert is None
    assert room.desk.reviewing.review is None


def test_a_scan_in_hand_is_decided_before_anybody_practises(room):
    room.sit_down().open(1)
    QTest.keyClick(room.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert room.session.asked("ask Case") == []
    assert room.desk.reviewing.problem is not None


def test_without_cases_practice_says_so(room):
    room.sit_down()
    practising(room, scan="")
    assert CATALOGUES[Language.EN]["practice.no-case"] in " ".join(texts(room))


def test_signing_out_ends_practice(room):
    room.sit_down()
    practising(room)
    room.desk.heard(events.PersonChanged(person=None))
    assert room.desk.reviewing.divert is None
    assert not room.desk.teaching.is_practising
