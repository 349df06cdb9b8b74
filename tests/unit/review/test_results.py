"""What machines say: a risk for the queue, never a verdict, and no failure that looks like an all-clear."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from scanview.core.errors import NotAllowed
from scanview.core.review import UNKNOWN, Doubt, Risk
from scanview.core.scan import Declaration
from scanview.core.work import RecognitionState
from scanview.review import results
from scanview.review.triage import risk_of
from scanview.store import catalogue
from scanview.store.schema import recognitions
from tests.unit.review.room import CONTENT, Room, hold, make_header, make_recognition


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


def test_what_is_said_of_the_whole_scan_is_kept_too(room):
    whole = replace(
        make_recognition(0.7),
        cargo=(("tyres", 0.9),),
        cargo_sure=True,
        homogeneity=0.75,
        novelty=1.5,
        risk=0.25,
        declared_fit=0.125,
        release_doubts=("novel", "of a newer worker"),
    )
    scan = room.stored_scan()
    room.do(results.recognised, scan=scan, content_sha256=CONTENT, recognition=whole, worker="worker/w1", now=room.now)
    assert room.do(catalogue.latest_recognition, scan) == whole
    assert room.verify().is_verified


def test_a_result_of_an_older_worker_is_read_as_telling_nothing_of_the_whole_scan(room):
    scan = room.stored_scan()
    room.recognise(scan, 0.7)
    first = {"model", "empty", "findings", "cargo", "elapsed_ms"}

    def as_it_was(tx):
        document = json.loads(tx.execute(select(recognitions.c.document)).scalar())
        old = json.dumps({key: value for key, value in document.items() if key in first})
        tx.execute(update(recognitions).values(document=old.encode()))

    room.do(as_it_was)
    read = room.do(catalogue.latest_recognition, scan)
    assert read == make_recognition(0.7)
    assert (read.novelty, read.risk, read.release_doubts) == (UNKNOWN, 1.0, (Doubt.NO_BOUND,))


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


@pytest.mark.parametrize(
    ("said", "risk"),
    [
        ({"novelty": 1.0}, Risk.LOW),
        ({"novelty": 1.2}, Risk.MEDIUM),
        ({"declared_fit": 0.1, "cargo_sure": True}, Risk.MEDIUM),
        ({"declared_fit": 0.1, "cargo_sure": False}, Risk.LOW),
        ({"declared_fit": 0.9, "cargo_sure": True}, Risk.LOW),
        ({"declared_fit": UNKNOWN, "cargo_sure": True}, Risk.LOW),
    ],
)
def test_risk_of_goods_that_differ_and_of_a_machine_out_of_its_depth(said, risk):
    assert risk_of(replace(make_recognition(), **said), make_header("0" * 32)) is risk
