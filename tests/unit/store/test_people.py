"""People: their names and passwords, and that nobody learns from an answer whether a name exists."""

import pytest
from argon2 import PasswordHasher

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.review import Person, Role
from scanview.store import people
from tests.unit.review.room import Room


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def test_a_person_is_found_by_any_spelling_of_the_name(room):
    room.add_person("Zoë")
    for name in ("Zoë", " Zoë ", "Zoe\u0308"):
        assert room.do(people.find_credentials, name).person == Person(name="Zoë", role=Role.ANALYST)
    assert room.do(people.find_credentials, "zoë").person is None


def test_the_right_password_and_no_other(room):
    room.add_person("Wang", password="correct horse")
    credentials = room.do(people.find_credentials, "Wang")
    assert people.check_password(credentials, "correct horse")
    for wrong in ("", "correct hors", "correct horse ", "Correct horse", credentials.password_hash):
        assert not people.check_password(credentials, wrong)


def test_an_unknown_name_costs_what_a_known_one_does(room):
    nobody = room.do(people.find_credentials, "nobody")
    assert nobody.person is None
    assert not people.check_password(nobody, "correct horse")
    assert not PasswordHasher().check_needs_rehash(nobody.password_hash)
    room.add_person("Wang")
    known = room.do(people.find_credentials, "Wang")
    assert nobody.password_hash.split("$")[1:4] == known.password_hash.split("$")[1:4]


def test_a_damaged_hash_lets_nobody_in():
    credentials = people.Credentials(person=Person(name="Wang", role=Role.ANALYST), password_hash="correct horse")
    assert not people.check_password(credentials, "correct horse")


@pytest.mark.parametrize("name", ["", "   ", "a" * 65, "two\nlines", "nul\0", "bell\a", "\u202eright to left"])
def test_what_is_no_name_is_refused(room, name):
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-name"):
        room.add_person(name)


@pytest.mark.parametrize(
    "password",
    [
        *("", "123456789", "x" * 1025),
        *("password1234", "Password1234", "1234567890", "abababababab", "ghijklmnopqr"),
        *("wang wang1", "WANG-2026!", "gnaw gnaw1"),
    ],
)
def test_what_is_no_password_is_refused(room, password):
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-password"):
        room.add_person("Wang", password=password)


def test_a_name_is_given_once(room):
    room.add_person("Wang")
    with pytest.raises(NotAllowed, check=lambda error: error.code == "name-taken"):
        room.add_person(" Wang ", "administrator")
    with pytest.raises(BadInput, check=lambda error: error.code == "bad-role"):
        room.add_person("Li", "emperor")
    assert people.people(room.data) == (Person(name="Wang", role=Role.ANALYST),)
    assert room.verify().entries == 1


def test_where_somebody_belongs_and_what_they_can_judge_is_kept_and_verified(tmp_path):
    added = people.add_person(
        tmp_path,
        name="Ada",
        role="analyst",
        password="correct horse",
        port="CNSHA",
        room="east",
        skills=["reefer", "fruit", "reefer"],
    )
    assert added == Person(name="Ada", role=Role.ANALYST, port="CNSHA", room="east", skills=("fruit", "reefer"))
    assert people.people(tmp_path) == (added,)


@pytest.mark.parametrize("wrong", [{"port": "Shanghai"}, {"room": "two words"}, {"skills": [""]}, {"skills": ["a\nb"]}])
def test_where_nobody_can_belong_is_refused(tmp_path, wrong):
    with pytest.raises(BadInput):
        people.add_person(tmp_path, name="Ada", role="analyst", password="correct horse", **wrong)
