"""Administrating people at the hub's command line: everything is in the ledger, passwords are shown once."""

import io
import json
import re

import pytest

from scanview.cli import main
from scanview.cli.people import first_administrator
from scanview.core.people import Standing
from scanview.core.review import Role
from scanview.store import people, verification
from scanview.store.database import open_catalogue
from scanview.wire.keys import Identity

PASSWORD = "correct horse"


@pytest.fixture
def users(tmp_path, capsys, monkeypatch):
    Identity.load_or_make(tmp_path / "keys")

    def call(action, *arguments, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["users", action, *arguments, "--data", str(tmp_path)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def wang(users, tmp_path):
    users("add", "Wang", "--role", "administrator", "--password-stdin", typed=PASSWORD)
    users("add", "Ada", "--password-stdin", typed=PASSWORD)
    return tmp_path


def states(data):
    with open_catalogue(data) as database:
        return {state.person.name: state for state in database.read(people.states)}


def right(data, name, password):
    with open_catalogue(data) as database:
        return people.check_password(database.read(lambda tx: people.find_credentials(tx, name)), password)


def test_a_person_is_changed_locked_and_unlocked(users, wang):
    assert users("change", "Ada", "--role", "expert", "--sees", "CNSHA", "--sees", "NLRTM", "--skill", "cars")[0] == 0
    ada = states(wang)["Ada"]
    assert (ada.person.role, ada.person.ports, ada.person.skills) == (Role.EXPERT, ("CNSHA", "NLRTM"), ("cars",))
    users("change", "Ada", "--sees", "")
    assert states(wang)["Ada"].person.ports == ()
    users("lock", "Ada", "--why", "on leave")
    assert states(wang)["Ada"].standing is Standing.LOCKED
    users("unlock", "Ada")
    assert states(wang)["Ada"].standing is Standing.ACTIVE
    assert verification.verify(wang).is_verified


def test_a_removed_person_leaves_their_history_and_their_name_is_nobodys(users, wang):
    users("remove", "Ada")
    assert not right(wang, "Ada", PASSWORD)
    assert [person.name for person in people.people(wang)] == ["Wang"]
    assert json.loads(users("list")[1].splitlines()[0]) == {"name": "Ada", "role": "analyst", "standing": "removed"}
    for name in ("Ada", "ada", "\uff21da"):
        assert users("add", name, "--password-stdin", typed=PASSWORD)[0] != 0
    assert users("unlock", "Ada")[0] != 0
    kinds = [entry["kind"] for entry in verification.export(wang)]
    assert kinds == ["person-added", "person-added", "person-removed"]


def test_a_reset_password_is_printed_once_on_standard_error_and_must_be_changed(users, wang):
    code, out, err = users("reset-password", "Ada")
    password = re.search(r"shown again: (\S+)", err)[1]
    assert (code, out) == (0, "")
    assert not right(wang, "Ada", PASSWORD)
    assert right(wang, "Ada", password)
    assert states(wang)["Ada"].must_change
    assert password not in json.dumps(list(verification.export(wang)))

    assert users("password", "Ada", "--password-stdin", typed=f"{password}\nseven brown foxes\n")[0] == 0
    assert right(wang, "Ada", "seven brown foxes")
    assert not states(wang)["Ada"].must_change
    assert users("password", "Ada", "--password-stdin", typed="wrong horse\nseven red foxes\n")[0] != 0
    assert users("password", "Ada", "--password-stdin", typed="seven brown foxes\nshort\n")[0] != 0
    assert right(wang, "Ada", "seven brown foxes")
    assert verification.verify(wang).is_verified


def test_a_second_factor_is_set_up_and_taken_away_and_the_ledger_has_no_secret(users, wang):
    code, out, err = users("factor", "Ada")
    secret = re.search(r"secret=([A-Z2-7]+)", err)[1]
    assert (code, out) == (0, "")
    assert states(wang)["Ada"].has_second_factor
    assert secret not in json.dumps(list(verification.export(wang)))
    users("reset-factor", "Ada")
    assert not states(wang)["Ada"].has_second_factor
    assert verification.verify(wang).is_verified


@pytest.mark.parametrize("action", [("lock",), ("remove",), ("change", "--role", "analyst")])
def test_the_last_administrator_stays(users, wang, action):
    name, *more = action
    assert users(name, "Wang", *more)[0] != 0
    users("add", "Zoe", "--role", "administrator", "--password-stdin", typed=PASSWORD)
    assert users(name, "Wang", *more)[0] == 0


def test_the_first_start_lets_one_administrator_in_and_later_ones_nobody(users, tmp_path, capsys):
    first_administrator(tmp_path)
    told = capsys.readouterr()
    password = re.search(r"password (\S+)", told.err)[1]
    assert told.out == ""
    assert right(tmp_path, "administrator", password)
    state = states(tmp_path)["administrator"]
    assert (state.person.role, state.must_change) == (Role.ADMINISTRATOR, True)
    first_administrator(tmp_path)
    assert capsys.readouterr().err == ""
    assert len(states(tmp_path)) == 1
