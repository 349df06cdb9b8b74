"""Signing in: one answer for every wrong attempt, every attempt in the ledger, and no storm fills the memory."""

import threading

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.core.people import Standing
from scanview.core.review import Role
from scanview.core.totp import STEP_S, code_at, step_at
from scanview.review import hashing, sign_in
from scanview.review.hashing import Hashing
from scanview.review.seats import SeatTerms
from scanview.review.second_factor import new_recovery_codes, new_secret, recovery_hash
from scanview.review.tickets import Sitter, Tickets
from scanview.store import people, personnel, verification
from scanview.wire.messages import SignIn
from tests.unit.review.made_surroundings import MadeSurroundings
from tests.unit.review.room import ANALYST, Room

RIGHT = "correct horse"
TERMS = SeatTerms(longest_s=1_000.0, lock_after=6, second_factor=frozenset({Role.CHIEF}))


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


class Door:
    """An entrance, and people who try it."""

    def __init__(self, room):
        self.room = room
        self.around = MadeSurroundings(room)
        self.hashing = Hashing(self.around.post)
        self.tickets = Tickets(b"s" * 32)
        self.entrance = sign_in.Entrance(self.around.transactions, self.around, self.hashing, self.tickets, TERMS)

    def attempt(self, name, password="", workstation="desk-1", **fields):
        """Who came in, or the error."""
        outcome = []
        message = SignIn(request=1, name=name, password=password, **fields)
        try:
            self.entrance.sign_in(message, workstation, outcome.append, outcome.append)
        except Unavailable as error:
            return error
        return self.outcome(outcome)

    def outcome(self, outcome):
        pause = threading.Event()
        for _ in range(2_000):
            self.around.settle()
            if outcome:
                return outcome[0]
            pause.wait(0.01)
        raise AssertionError("no answer came")

    def patiently(self, name, password="", **fields):
        """The same, waiting as long as one is told to."""
        while (found := self.attempt(name, password, **fields)).__class__ is Unavailable:
            self.room.now += 1
        return found

    def state(self, name):
        return next(state for state in self.room.do(people.states) if state.person.name == name)


@pytest.fixture
def door(room):
    made = Door(room)
    yield made
    made.hashing.close()


def test_every_attempt_is_in_the_ledger_but_no_name_that_nobody_has(room, door):
    room.add_person("Wang", Role.SUPERVISOR)
    wrong = door.attempt("Wang", "wrong horse")
    unknown = door.attempt("my secret password", RIGHT)
    assert isinstance(wrong, NotAllowed)
    assert (wrong.code, str(wrong)) == (unknown.code, str(unknown))
    assert door.attempt("Wang", RIGHT).person.role is Role.SUPERVISOR
    told = [(entry["kind"], entry["actor"], entry["body"].get("name")) for entry in verification.export(room.data)][1:]
    assert told == [
        ("sign-in-refused", "workstation/desk-1", "Wang"),
        ("sign-in-refused", "workstation/desk-1", ""),
        ("signed-in", "Wang", None),
    ]
    assert room.verify().is_verified


def test_a_storm_is_told_to_come_back(room, door, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(people, "check_password", lambda credentials, password: release.wait(20))
    told = []
    for number in range(hashing.WAITING + 1):
        message = SignIn(request=1, name=f"x{number}", password="y")
        door.entrance.sign_in(message, f"desk-{number}", print, told.append)
        door.around.settle()
    assert [error.code for error in told] == ["busy"]
    release.set()
    door.hashing.close()


def test_failures_slow_a_name_down_and_the_right_password_ends_that(room, door):
    room.add_person("Wang")
    for _ in range(sign_in.FREE_BY_NAME + 1):
        assert door.attempt("Wang", "wrong horse").code == "wrong-password"
    refused = door.attempt("Wang", RIGHT, workstation="desk-2")
    assert refused.code == "too-soon"
    assert door.attempt("Ada", "wrong horse").code == "wrong-password"
    room.now += 1
    assert door.attempt("Wang", RIGHT).failures == sign_in.FREE_BY_NAME + 1
    assert door.attempt("Wang", "wrong horse").code == "wrong-password"
    assert door.attempt("Wang", RIGHT).failures == 1
    came_in = [entry["body"] for entry in verification.export(room.data) if entry["kind"] == "signed-in"]
    assert [body.get("passed_over", 0) for body in came_in] == [0, 0]
    passed = [entry["body"].get("passed_over", 0) for entry in verification.export(room.data)]
    assert sum(passed) == 1


def test_no_second_attempt_is_made_beside_one_that_is_under_way(room, door):
    room.add_person("Wang")
    told = []
    for _ in range(sign_in.FREE_BY_NAME + 1):
        door.entrance.sign_in(SignIn(request=1, name="Wang", password="wrong horse"), "desk-1", print, told.append)
    with pytest.raises(Unavailable, check=lambda error: error.code == "too-soon"):
        door.entrance.sign_in(SignIn(request=1, name="Wang", password=RIGHT), "desk-1", print, told.append)


def test_a_workstation_that_tries_many_names_is_slowed_down_too(door):
    names = [f"name {number}" for number in range(sign_in.FREE_BY_WORKSTATION + 1)]
    assert {door.attempt(name, RIGHT).code for name in names} == {"wrong-password"}
    assert door.attempt("another", RIGHT).code == "too-soon"
    assert door.attempt("another", RIGHT, workstation="desk-2").code == "wrong-password"


def test_after_many_failures_a_person_is_locked_until_an_administrator_unlocks_them(room, door):
    room.add_person("Wang")
    for _ in range(TERMS.lock_after):
        assert door.patiently("Wang", "wrong horse").code == "wrong-password"
    assert door.state("Wang").standing is Standing.LOCKED
    assert door.patiently("Wang", RIGHT).code == "wrong-password"
    room.do(personnel.unlock, "Wang", at=room.now, actor="Zoe")
    assert door.patiently("Wang", RIGHT).person.name == "Wang"
    assert door.state("Wang").failures == 0
    assert room.verify().is_verified


def test_whether_there_is_such_a_name_nobody_learns(room, door):
    """Wrong, unknown, locked and removed: the same words, the same waits, the same work."""
    for name in ("Wang", "locked", "removed"):
        room.add_person(name)
    room.do(personnel.lock, "locked", why="", at=room.now, actor="hub/console")
    room.do(personnel.remove, "removed", at=room.now, actor="hub/console")
    told = {}
    for name in ("Wang", "locked", "removed", "nobody"):
        password = "wrong horse" if name == "Wang" else RIGHT
        told[name] = []
        for number in range(8):
            error = door.attempt(name, password, workstation=f"{name} {number}")
            told[name].append((type(error), error.code, str(error)))
    assert told["Wang"] == told["locked"] == told["removed"] == told["nobody"]


def test_a_ticket_takes_the_place_of_the_password_at_its_own_workstation(room, door):
    room.add_person("Wang")
    room.add_person("Ada")
    admitted = door.attempt("Wang", RIGHT)
    ticket = door.tickets.make(
        Sitter(name="Wang", workstation="desk-1", fingerprint=admitted.fingerprint), admitted.began_at
    )
    room.now += 500
    again = door.attempt("Wang", ticket=ticket)
    assert (again.person.name, again.began_at) == ("Wang", admitted.began_at)
    for name, workstation, wrong in (
        ("Wang", "desk-2", ticket),
        ("Ada", "desk-1", ticket),
        ("Wang", "desk-1", ticket.replace("1000.0", "9000.0")),
        ("Wang", "desk-1", "nan/" + ticket.partition("/")[2]),
        ("Wang", "desk-1", "\ud800/\ud800"),
    ):
        assert door.patiently(name, workstation=workstation, ticket=wrong).code == "wrong-password"
    room.now += 501
    assert door.patiently("Wang", ticket=ticket).code == "session-expired"


def test_a_new_password_and_a_lock_make_tickets_void(room, door):
    room.add_person("Wang")
    admitted = door.attempt("Wang", RIGHT)
    sitter = Sitter(name="Wang", workstation="desk-1", fingerprint=admitted.fingerprint)
    ticket = door.tickets.make(sitter, admitted.began_at)
    room.do(personnel.lock, "Wang", why="", at=room.now, actor="Zoe")
    assert door.attempt("Wang", ticket=ticket).code == "wrong-password"
    room.do(personnel.unlock, "Wang", at=room.now, actor="Zoe")
    assert door.patiently("Wang", ticket=ticket).person.name == "Wang"
    door.tickets.end(sitter, admitted.began_at)
    assert door.patiently("Wang", ticket=ticket).code == "wrong-password"
    other = door.tickets.make(sitter, room.now)
    room.do(personnel.set_password, "Wang", "another hash", at=room.now, actor="Wang")
    assert door.patiently("Wang", ticket=other).code == "wrong-password"


def test_a_code_of_the_second_factor_is_good_once(room, door):
    room.add_person("Wang")
    secret, (recovery, *_) = new_secret(), new_recovery_codes()
    room.do(personnel.set_second_factor, "Wang", secret, (recovery_hash(recovery),), at=room.now, actor="Wang")
    code = code_at(secret, step_at(room.now))
    assert door.attempt("Wang", RIGHT).code == "code-needed"
    assert door.attempt("Wang", "wrong horse", code=code).code == "wrong-password"
    assert door.attempt("Wang", RIGHT, code=f" {code[:3]} {code[3:]}").person.name == "Wang"
    assert door.patiently("Wang", RIGHT, code=code).code == "wrong-password"
    earlier = code_at(secret, step_at(room.now) - 1)
    assert door.patiently("Wang", RIGHT, code=earlier).code == "wrong-password"
    room.now += STEP_S
    assert door.patiently("Wang", RIGHT, code=code_at(secret, step_at(room.now))).person.name == "Wang"

    assert door.patiently("Wang", RIGHT, code=recovery.upper()).person.name == "Wang"
    assert door.patiently("Wang", RIGHT, code=recovery).code == "wrong-password"
    assert room.verify().is_verified


def test_a_role_may_be_obliged_to_a_second_factor(room, door):
    room.add_person("Wang", Role.CHIEF)
    room.add_person("Ada")
    assert door.attempt("Wang", RIGHT).must_enrol
    assert not door.attempt("Ada", RIGHT).must_enrol


def test_leaving_gives_back_only_where_the_person_means_it(room):
    first, second = room.stored_scan(), room.stored_scan()
    room.take(first)
    room.do(sign_in.record_leaving, ANALYST, "desk-1", room.now, why="connection lost", gives_back=False)
    assert room.row(first).analyst == ANALYST.name
    room.take(second)
    room.do(sign_in.record_leaving, ANALYST, "desk-1", room.now, why="signed out", gives_back=True)
    assert (room.row(first).analyst, room.row(second).analyst) == ("", "")
    assert room.verify().is_verified
