"""Scans go to workers one each; a worker that fails is replaced; nobody waits for a machine for ever."""

import pytest

from scanview.core.work import RecognitionState
from scanview.review.recognition import RecognitionQueue
from scanview.wire.messages import Done, Failed, PeerRole, ReportNotRecognised, ReportRecognition, Work, WorkReady
from tests.unit.review.made_surroundings import MadeSurroundings, make_peer
from tests.unit.review.room import CONTENT, Room, make_recognition

FIRST = make_peer(PeerRole.WORKER, "worker-1")
SECOND = make_peer(PeerRole.WORKER, "worker-2")
CLAIM_S = 30.0
READY = WorkReady(model="test 1")


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def around(room):
    made = MadeSurroundings(room)
    made.spoken = []
    made.queue = RecognitionQueue(made.transactions, made, claim_s=CLAIM_S, on_spoken=made.spoken.append)
    return made


def given(around, peer):
    return [message.scan for message in around.to(peer, Work)]


def ready(around, peer, **more):
    around.queue.ready(peer, WorkReady(model="test 1", **more))
    around.settle()


def report(around, peer, scan, content=CONTENT):
    around.queue.recognised(
        peer,
        ReportRecognition(request=5, scan=scan, content_sha256=content, recognition=make_recognition(0.9)),
    )
    around.settle()


def test_each_idle_worker_gets_one_scan_and_another_when_it_is_ready_again(room, around):
    scans = [room.stored_scan() for _ in range(3)]
    ready(around, FIRST)
    ready(around, SECOND)
    assert sorted(given(around, FIRST) + given(around, SECOND)) == sorted(scans)[:2]
    report(around, FIRST, given(around, FIRST)[0])
    assert around.to(FIRST, Done)[0].request == 5
    ready(around, FIRST)
    assert len({*given(around, FIRST), *given(around, SECOND)}) == 3
    report(around, FIRST, given(around, FIRST)[1])
    report(around, SECOND, given(around, SECOND)[0])
    assert sorted(around.spoken) == sorted(scans)
    assert {room.row(scan).recognition for scan in scans} == {RecognitionState.DONE}


def test_an_idle_worker_gets_a_scan_when_one_is_stored(room, around):
    ready(around, FIRST)
    scan = room.stored_scan()
    around.queue.look()
    around.settle()
    assert given(around, FIRST) == [scan]


def test_a_scan_stored_while_the_queue_is_read_is_not_missed(room, around):
    around.queue.ready(FIRST, READY)
    scan = room.stored_scan()
    around.queue.look()
    around.settle()
    assert given(around, FIRST) == [scan]


def test_no_scan_is_given_to_two_workers(room, around):
    room.stored_scan()
    around.queue.ready(FIRST, READY)
    around.queue.ready(SECOND, READY)
    around.settle()
    around.queue.look()
    around.settle()
    assert len(given(around, FIRST) + given(around, SECOND)) == 1


def test_a_scan_reported_while_the_queue_is_read_is_not_given_out_again(room, around):
    scan = room.stored_scan()
    ready(around, FIRST)
    around.queue.ready(SECOND, READY)  # the queue was read while the scan was pending, and is not dealt out yet
    report(around, FIRST, scan)
    around.settle()
    assert given(around, SECOND) == []


def test_the_scan_of_a_worker_that_is_gone_goes_to_the_next(room, around):
    scan = room.stored_scan()
    ready(around, FIRST)
    ready(around, SECOND)
    around.queue.gone(FIRST)
    around.settle()
    assert given(around, SECOND) == [scan]


def test_a_worker_that_stalls_loses_its_scan_and_its_late_result_is_taken(room, around):
    scan = room.stored_scan()
    ready(around, FIRST)
    ready(around, SECOND)
    around.pass_time(CLAIM_S + 1)
    assert given(around, SECOND) == [scan]
    report(around, FIRST, scan)
    assert room.row(scan).recognition is RecognitionState.DONE
    assert given(around, FIRST) == [scan]


def test_a_worker_that_begins_anew_failed_on_its_scan(room, around):
    scan = room.stored_scan()
    for _ in range(3):
        ready(around, FIRST)
    assert room.row(scan).recognition is RecognitionState.PENDING
    ready(around, FIRST)
    assert room.row(scan).recognition is RecognitionState.NOT_RECOGNISED
    assert around.spoken == [scan]
    assert given(around, FIRST) == [scan] * 3


def test_a_worker_without_a_usable_model_gets_a_scan_only_where_no_other_is_there(room, around):
    ready(around, FIRST)
    ready(around, SECOND, usable=False)
    scans = {room.stored_scan(), room.stored_scan()}
    around.queue.look()
    around.settle()
    (busy,) = given(around, FIRST)
    assert given(around, SECOND) == []
    report(around, FIRST, busy)
    around.queue.gone(FIRST)
    around.settle()
    assert {*given(around, SECOND)} == scans - {busy}


def test_a_worker_whose_model_may_be_used_again_is_one_like_any_other(room, around):
    ready(around, FIRST)
    ready(around, SECOND, usable=False)
    ready(around, SECOND)
    scans = {room.stored_scan(), room.stored_scan()}
    around.queue.look()
    around.settle()
    assert {*given(around, FIRST), *given(around, SECOND)} == scans


def test_a_model_that_cannot_speak_says_why(room, around):
    scan = room.stored_scan()
    ready(around, FIRST)
    around.queue.not_recognised(FIRST, ReportNotRecognised(request=5, scan=scan, why="a grey picture"))
    around.settle()
    assert room.record(scan).not_recognised == "a grey picture"
    assert around.spoken == [scan]
    around.pass_time(CLAIM_S * 2)
    assert room.verify().is_verified


def test_a_result_about_other_content_is_refused_and_the_scan_stays_pending(room, around):
    scan = room.stored_scan()
    ready(around, FIRST)
    report(around, FIRST, scan, "cd" * 32)
    assert around.to(FIRST, Failed)[0].code == "other-content"
    assert room.row(scan).recognition is RecognitionState.PENDING


def test_a_worker_that_does_not_read_is_passed_over(room, around):
    scan = room.stored_scan()
    around.full.add(FIRST)
    around.queue.ready(FIRST, READY)
    around.queue.ready(SECOND, READY)
    around.settle()
    assert given(around, SECOND) == [scan]


def test_a_worker_follows_scans_that_still_arrive_beside_the_stored_one_it_has(room, around):
    stored = room.stored_scan()
    arriving = [room.offer() for _ in range(3)]
    ready(around, FIRST, follows=2)
    assert given(around, FIRST)[0] == stored
    assert len(given(around, FIRST)) == 3
    assert set(given(around, FIRST)[1:]) < set(arriving)


def test_a_followed_scan_is_reported_once_it_is_stored(room, around):
    scan = room.offer()
    ready(around, FIRST, follows=1)
    room.store(scan)
    around.queue.look()
    around.settle()
    assert given(around, FIRST) == [scan]
    report(around, FIRST, scan)
    assert room.row(scan).recognition is RecognitionState.DONE


def test_the_clock_of_a_followed_scan_runs_once_it_is_stored(room, around):
    scan = room.offer()
    ready(around, FIRST, follows=1)
    around.pass_time(CLAIM_S * 3)
    room.store(scan)
    around.queue.look()
    around.settle()
    around.pass_time(CLAIM_S - 1)
    ready(around, SECOND)
    assert given(around, SECOND) == []
    around.pass_time(2)
    assert given(around, SECOND) == [scan]


def test_a_worker_lost_while_following_costs_no_attempt_and_the_scan_is_given_out_when_it_is_stored(room, around):
    scan = room.offer()
    for _ in range(5):
        ready(around, FIRST, follows=1)
        around.queue.gone(FIRST)
    ready(around, SECOND, follows=1)
    assert given(around, SECOND) == [], "whoever follows it may be lost again"
    room.store(scan)
    around.queue.look()
    around.settle()
    assert given(around, SECOND) == [scan]
    assert room.row(scan).recognition is RecognitionState.PENDING


def test_a_worker_names_what_it_goes_on_with(room, around):
    first, second = room.offer(), room.offer()
    ready(around, FIRST, follows=2)
    room.store(first)
    around.queue.look()
    around.settle()
    report(around, FIRST, first)
    ready(around, FIRST, follows=2, at_work=(second,))
    assert sorted(given(around, FIRST)) == sorted([first, second])
    room.store(second)
    around.queue.look()
    around.settle()
    report(around, FIRST, second)
    assert room.row(second).recognition is RecognitionState.DONE


def test_following_does_not_make_room_for_more_stored_scans(room, around):
    followed = room.offer()
    ready(around, FIRST, follows=1)
    stored = [room.stored_scan() for _ in range(2)]
    around.queue.look()
    around.settle()
    (taken,) = set(given(around, FIRST)) & set(stored)
    room.store(followed)
    around.queue.look()
    around.settle()
    report(around, FIRST, followed)
    ready(around, FIRST, follows=1, at_work=(taken,))
    assert len(set(given(around, FIRST)) & set(stored)) == 1
