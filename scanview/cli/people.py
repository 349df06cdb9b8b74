"""Commands for whoever administrates people at the hub itself: who may sign in, as what, and with what."""

import argparse
import sys
import time
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import Any

import msgspec

from scanview.cli.command import Commands, add, add_data, result, say
from scanview.core.people import Standing
from scanview.core.review import Role

_FIRST = "administrator"


def register(commands: Commands) -> None:
    """Add `users`."""
    actions = add(commands, "users", users).add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("add", help="let a person sign in; asks for the password")
    listed = actions.add_parser("list", help="who may sign in")
    changed = actions.add_parser("change", help="give a person another role, port, room, skills or ports")
    locked = actions.add_parser("lock", help="let a person not sign in until they are unlocked")
    unlocked = actions.add_parser("unlock", help="let a person sign in again")
    reset = actions.add_parser("reset-password", help="give a person a one-time password, which is printed once")
    enrolled = actions.add_parser("factor", help="set up a second factor for a person who is here; printed once")
    factor = actions.add_parser("reset-factor", help="take away a person's second factor, which they have lost")
    own = actions.add_parser("password", help="exchange a password by itself; asks for the present and the new one")
    removed = actions.add_parser("remove", help="let a person never sign in again; what they did stays theirs")
    for action in (new, changed, locked, unlocked, reset, enrolled, factor, own, removed):
        action.add_argument("name")
    new.add_argument("--role", default="analyst", choices=tuple(role.value for role in Role))
    changed.add_argument("--role", choices=tuple(role.value for role in Role))
    for action in (new, changed):
        action.add_argument("--port", metavar="CNSHA", help="port they belong to, whose scans they never review")
        action.add_argument("--room", help="review room they sit in")
        action.add_argument("--skill", action="append", metavar="WORD", help="what they can judge; may be repeated")
        action.add_argument(
            "--sees", action="append", metavar="CNSHA", help="the only port they see, may be repeated; none: all"
        )
    new.add_argument("--one-time", action="store_true", help="print a one-time password instead of asking for one")
    locked.add_argument("--why", default="", help="for the ledger")
    for action in (new, own):
        action.add_argument("--password-stdin", action="store_true", help="read passwords from standard input")
    for action in (new, listed, changed, locked, unlocked, reset, enrolled, factor, own, removed):
        add_data(action)


def users(options: argparse.Namespace) -> int:
    """Let people in, list, change, lock, unlock and remove them, and set passwords."""
    match options.action:
        case "add":
            _add(options)
        case "list":
            _list(options)
        case "change":
            _change(options)
        case "reset-password":
            _reset(options)
        case "factor":
            _enrol(options)
        case "password":
            _exchange(options)
        case _:
            _write(options)
    return 0


def first_administrator(data: Path) -> None:
    """Where there never was an administrator, let one in, with a one-time password that is printed once."""
    from scanview.store.folders import CATALOGUE
    from scanview.store.passwords import one_time_password
    from scanview.store.people import add_person, states

    known = _transact(data, states) if (data / CATALOGUE).exists() else ()
    if any(state.person.role is Role.ADMINISTRATOR for state in known):
        return
    password = one_time_password()
    add_person(data, name=_FIRST, role=Role.ADMINISTRATOR, password=password, actor="hub", must_change=True)
    say(f"{_FIRST} may sign in, with the one-time password {password}")
    say("It is not shown again. Sign in, choose another password, and let the others in.")


def _add(options: argparse.Namespace) -> None:
    from scanview.store.passwords import one_time_password
    from scanview.store.people import add_person

    password = one_time_password() if options.one_time else _asked("Password", options)
    person = add_person(
        options.data,
        name=options.name,
        role=options.role,
        password=password,
        must_change=options.one_time,
        port=options.port or "",
        room=options.room or "",
        skills=options.skill or (),
        ports=options.sees or (),
    )
    say(f"{person.name} may sign in as {options.role}")
    if options.one_time:
        _print_once(person.name, password, options)


def _list(options: argparse.Namespace) -> None:
    from scanview.store.people import states

    for state in _transact(options.data, states):
        row = msgspec.to_builtins(state.person)
        row["standing"] = "" if state.standing is Standing.ACTIVE else state.standing.value
        row["must_change"], row["second_factor"] = state.must_change, state.has_second_factor
        result({name: value for name, value in row.items() if value}, options)


def _change(options: argparse.Namespace) -> None:
    from scanview.store.people import CONSOLE, find_known, make_person
    from scanview.store.personnel import change_person

    def change(tx: Any) -> None:
        known = find_known(tx, options.name)
        person = make_person(
            name=known.name,
            role=options.role or known.role,
            port=known.port if options.port is None else options.port,
            room=known.room if options.room is None else options.room,
            skills=known.skills if options.skill is None else filter(None, options.skill),
            ports=known.ports if options.sees is None else filter(None, options.sees),
        )
        change_person(tx, person, at=time.time(), actor=CONSOLE)

    _transact(options.data, change)
    say(f"{options.name} is changed; it holds from their next sign-in on")


def _reset(options: argparse.Namespace) -> None:
    from scanview.store.passwords import hash_password, one_time_password
    from scanview.store.people import CONSOLE
    from scanview.store.personnel import set_password

    password = one_time_password()
    hashed = hash_password(password)
    _transact(
        options.data,
        lambda tx: set_password(tx, options.name, hashed, at=time.time(), actor=CONSOLE, must_change=True),
    )
    _print_once(options.name, password, options)


def _enrol(options: argparse.Namespace) -> None:
    """A second factor, its secret and its recovery codes on standard error, where no pipe takes them along."""
    from scanview.core.totp import provisioning_uri
    from scanview.review.second_factor import new_recovery_codes, new_secret, recovery_hash
    from scanview.store.people import CONSOLE
    from scanview.store.personnel import set_second_factor

    secret, codes = new_secret(), new_recovery_codes()
    hashes = tuple(recovery_hash(code) for code in codes)
    _transact(
        options.data,
        lambda tx: set_second_factor(tx, options.name, secret, hashes, at=time.time(), actor=CONSOLE),
    )
    say(f"Second factor of {options.name}, which is not shown again: {provisioning_uri(secret, options.name)}")
    say(f"Recovery codes, each good once: {' '.join(codes)}")


def _exchange(options: argparse.Namespace) -> None:
    from scanview.core.errors import NotAllowed
    from scanview.store.passwords import check_new_password, hash_password
    from scanview.store.people import check_password, find_credentials
    from scanview.store.personnel import set_password

    known = _transact(options.data, lambda tx: find_credentials(tx, options.name))
    if not check_password(known, _asked("Present password", options)) or known.person is None:
        raise NotAllowed("the name or the password is wrong", code="wrong-password", remedy="Check both and try again")
    name = known.person.name
    hashed = hash_password(check_new_password(_asked("New password", options), name))
    _transact(options.data, lambda tx: set_password(tx, name, hashed, at=time.time(), actor=name))
    say(f"{name} has a new password")


def _write(options: argparse.Namespace) -> None:
    from scanview.store import personnel
    from scanview.store.people import CONSOLE

    name, at = options.name, time.time()
    changes: dict[str, Callable[[Any], int]] = {
        "lock": lambda tx: personnel.lock(tx, name, why=options.why, at=at, actor=CONSOLE),
        "unlock": lambda tx: personnel.unlock(tx, name, at=at, actor=CONSOLE),
        "remove": lambda tx: personnel.remove(tx, name, at=at, actor=CONSOLE),
        "reset-factor": lambda tx: personnel.set_second_factor(tx, name, "", (), at=at, actor=CONSOLE),
    }
    _transact(options.data, changes[options.action])
    say(f"{name}: {options.action} done")


def _transact(data: Path, function: Callable[[Any], Any]) -> Any:
    from scanview.store.database import open_catalogue

    with open_catalogue(data) as database:
        return database.transact(function)


def _print_once(name: str, password: str, options: argparse.Namespace) -> None:
    """The one-time password on standard error, where no pipe takes it along."""
    say(f"One-time password of {name}, which is not shown again: {password}")


def _asked(what: str, options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    return getpass(f"{what} for {options.name}: ")
