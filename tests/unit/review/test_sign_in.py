"""Signing in: one answer for every wrong attempt, every attempt in the ledger, and no storm fills the memory."""

import threading

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.review import Role
from scanview.review import sign_in
from scanview.store import people, verification
from tests.unit.review.made_surroundings import MadeSurroundings
from tests.unit.review.room import ANALYST, Room


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def entrance(room):
    around = MadeSurroundings(room)
    made = sign_in.Entrance(around.transactions, around)
    made.around = around
    yield made
    made.close()


def attempt(entrance, name, password):
    """Who came in, or the error."""
    outcome = []
    entrance.sign_in(name=name, password=password, workstation="desk-1", then=outcome.append, otherwise=outcome.append)
    pause = threading.Event()
    for _ in range(1_000):
        entrance.around.settle()
        if outcome:
            return outcome[0]
        pause.wait(0.01)
    raise AssertionError("no answer came")


def test_every_attempt_is_in_the_ledger_but_no_name_that_nobody_has(room, entrance):
    room.add_person("Wang", Role.SUPERVISOR)
    wrong = attempt(entrance, "Wang", "wrong horse")
    unknown = attempt(entrance, "my secret password", "correct horse")
    assert isinstance(wrong, NotAllowed)
    assert (wrong.code, str(wrong)) == (unknown.code, str(unknown))
    assert attempt(entrance, "Wang", "correct horse").role is Role.SUPERVISOR
    told = [(entry["kind"], entry["actor"], entry["body"].get("name")) for entry in verification.export(room.data)][1:]
    assert told == [
        ("sign-in-refused", "workstation/desk-1", "Wang"),
        ("sign-in-refused", "workstation/desk-1", ""),
        ("signed-in", "Wang", None),
    ]
    assert room.verify().is_verified


def test_a_storm_is_told_to_come_back(entrance, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(people, "check_password", lambda credentials, password: release.wait(20))
    for _ in range(sign_in.WAITING_SIGN_INS):
        entrance.sign_in(name="x", password="y", workstation="d", then=print, otherwise=lambda error: None)
        entrance.around.settle()
    with pytest.raises(Unavailable, check=lambda error: error.code == "busy"):
        entrance.sign_in(name="x", password="y", workstation="d", then=print, otherwise=print)
    release.set()
    assert isinstance(attempt_when_free(entrance), NotAllowed)


def attempt_when_free(entrance):
    pause = threading.Event()
    for _ in range(1_000):
        entrance.around.settle()
        try:
            return attempt(entrance, "x", "y")
        except Unavailable:
            pause.wait(0.01)
    raise AssertionError("the storm never ended")


def test_leaving_gives_back_only_where_the_person_means_it(room):
    first, second = room.stored_scan(), room.stored_scan()
    room.take(first)
    room.do(sign_in.record_leaving, ANALYST, "desk-1", room.now, why="connection lost", gives_back=False)
    assert room.row(first).analyst == ANALYST.name
    room.take(second)
    room.do(sign_in.record_leaving, ANALYST, "desk-1", room.now, why="signed out", gives_back=True)
    assert (room.row(first).analyst, room.row(second).analyst) == ("", "")
    assert room.verify().is_verified
