"""What machines say: a risk for the queue, never a verdict, and no failure that looks like an all-clear."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.review import Risk
from scanview.core.scan import Declaration
from scanview.core.work import RecognitionState
from scanview.review import results
from scanview.review.triage import risk_of
from scanview.store import catalogue
from tests.unit.review.room import Room, hold, make_header, make_recognition


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def fail(room, scan):
    return room.do(results.attempt_failed, scan=scan, why="gone", worker="worker/w1", now=room.now)


def test_a_result_gives_the_scan_its_risk_and_is_kept_whole(room):
    scan = room.stored_scan()
    room.recognise(scan, 0.7, 0.2)
    row = room.row(scan)
    assert (row.risk, row.findings, row.recognition) == (Risk.HIGH, 2, RecognitionState.DONE)
    assert room.do(catalogue.latest_recognition, scan) == make_recognition(0.7, 0.2)


def test_a_result_about_other_content_or_a_growing_scan_is_refused(room):
    with pytest.raises(NotAllowed, check=lambda error: error.code == "other-content"):
        room.recognise(room.stored_scan(), 0.7, content="cd" * 32)
    with pytest.raises(NotAllowed):
        room.recognise(room.offer(), 0.7)
    with pytest.raises(NotAllowed, check=lambda error: error.code == "recognised-before-stored"):
        room.recognise(room.offer(), 0.7, content="")


def test_three_failures_leave_the_scan_to_people(room):
    scan = room.stored_scan()
    assert [fail(room, scan) for _ in range(4)] == [False, False, True, False]
    record = room.record(scan)
    assert record.item.recognition is RecognitionState.NOT_RECOGNISED
    assert record.item.risk is Risk.NONE
    assert "gone" in record.not_recognised
    assert room.verify().is_verified


def test_a_failure_after_the_result_changes_nothing(room):
    scan = room.stored_scan()
    room.recognise(scan, 0.7)
    assert [fail(room, scan) for _ in range(4)] == [False] * 4
    assert room.row(scan).recognition is RecognitionState.DONE


def test_a_late_result_is_kept_and_the_decision_stands(room):
    scan = room.stored_scan()
    decision = hold(scan, room.take(scan).fence)
    room.decide(decision)
    room.recognise(scan, 0.9)
    item = room.record(scan).item
    assert (item.decision, item.risk, item.recognition) == (decision.decision, Risk.HIGH, RecognitionState.DONE)
    assert room.verify().is_verified


def test_undecided_scans_are_recognised_first_each_in_queue_order(room):
    first, second, growing = room.stored_scan(), room.stored_scan(), room.offer()
    room.decide(hold(first, room.take(first).fence))
    assert room.do(catalogue.unrecognised, 5) == [second, first]
    assert growing not in room.do(catalogue.unrecognised, 5)


@pytest.mark.parametrize(
    ("scores", "empty", "container", "declaration", "risk"),
    [
        ((), 0.0, "", None, Risk.LOW),
        ((0.29,), 0.0, "CSQU3054383", None, Risk.LOW),
        ((0.3,), 0.0, "", None, Risk.MEDIUM),
        ((0.1, 0.6), 0.0, "", None, Risk.HIGH),
        ((), 0.0, "CSQU3054384", None, Risk.MEDIUM),
        ((), 0.9, "", Declaration(goods="shoes"), Risk.MEDIUM),
        ((), 0.1, "", Declaration(goods="shoes"), Risk.LOW),
        ((), 0.1, "", Declaration(), Risk.MEDIUM),
        ((), 0.9, "", Declaration(), Risk.LOW),
        ((0.99,), 0.9, "CSQU3054384", Declaration(goods="shoes"), Risk.HIGH),
    ],
)
def test_risk(scores, empty, container, declaration, risk):
    header = make_header("0" * 32, container=container, declaration=declaration)
    assert risk_of(make_recognition(*scores, empty=empty), header) is risk
