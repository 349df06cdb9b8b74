"""Who may sit down at a workstation: names, roles and argon2id password hashes.

Every change is an entry of the ledger, and the row is what `core.people` makes of the entries, beside the hash and the
secret themselves. Removed people keep their row, so that their name is never anybody else's.
"""

import re
import time
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.people import PersonState, Standing
from scanview.core.review import Person, Role
from scanview.store import journal
from scanview.store.database import Database, Transaction, open_catalogue
from scanview.store.folders import CATALOGUE
from scanview.store.passwords import NOBODYS_HASH, check_new_password, hash_password, matches, password_fingerprint
from scanview.store.schema import people as table
from scanview.wire.private_files import make_private_folder

MAX_NAME = 64
MAX_WORD = 32
MAX_PORTS = 64
CONSOLE = "hub/console"
"""Who changed people at the hub's own command line."""

_PORT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a password is checked against: the hash of somebody, or of nobody (`person` None) at the same cost.

    `totp_secret` is empty for whoever has no second factor.
    """

    person: Person | None
    password_hash: str
    standing: Standing = Standing.ACTIVE
    must_change: bool = False
    failures: int = 0
    totp_secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may come in, and the fingerprint of their password."""

    person: Person
    fingerprint: str


def make_person(
    *,
    name: str,
    role: str,
    port: str = "",
    room: str = "",
    skills: Iterable[str] = (),
    ports: Iterable[str] = (),
) -> Person:
    """A person with these attributes of `Person`; BadInput where one is not fit to be what it shall be."""
    return Person(
        name=_check_name(name),
        role=_check_role(role),
        port=_check_port(port) if port else "",
        room=_check_word(room) if room else "",
        skills=tuple(sorted({_check_word(skill) for skill in skills})),
        ports=_check_ports(ports),
    )


def add_person(
    data: Path,
    *,
    name: str,
    role: str,
    password: str,
    actor: str = CONSOLE,
    must_change: bool = False,
    **belonging: Any,
) -> Person:
    """Let somebody sign in at the hub with this data folder, which may run or not; with an entry in the ledger.

    `role` and `belonging` are as in `make_person`; `actor` says who adds them.

    Raises:
        BadInput: one of these or the password is not fit to be what it shall be.
        NotAllowed: the name is taken.
    """
    person = make_person(name=name, role=role, **belonging)
    password_hash = hash_password(check_new_password(password, person.name))
    make_private_folder(data)
    database = Database(data / CATALOGUE, checkpoints=False)
    try:
        database.transact(insert_person, person, password_hash, at=time.time(), actor=actor, must_change=must_change)
    finally:
        database.close()
    return person


def people(data: Path) -> tuple[Person, ...]:
    """Everybody who may sign in at the hub with this data folder, by name; BadInput where there is no such hub."""
    with open_catalogue(data) as database:
        return tuple(state.person for state in database.read(states) if state.standing is not Standing.REMOVED)


def states(tx: Transaction) -> tuple[PersonState, ...]:
    """Everybody there ever was, by name."""
    return tuple(
        PersonState(
            person=person_in(row),
            standing=Standing(row.standing),
            must_change=bool(row.must_change),
            failures=row.failures,
            has_second_factor=bool(row.totp_secret),
        )
        for row in tx.execute(select(table).order_by(table.c.name))
    )


def accounts(tx: Transaction, names: Collection[str]) -> dict[str, Account]:
    """Those of `names` who may come in."""
    active = select(table).where(table.c.name.in_(names), table.c.standing == Standing.ACTIVE.value)
    return {
        row.name: Account(person=person_in(row), fingerprint=password_fingerprint(row.password_hash))
        for row in tx.execute(active)
    }


def find_credentials(tx: Transaction, name: str) -> Credentials:
    """What to check the password of `name` against; those who were removed are nobody."""
    row = tx.execute(select(table).where(table.c.name == normalise_name(name))).one_or_none()
    if row is None or row.standing == Standing.REMOVED:
        return Credentials(person=None, password_hash=NOBODYS_HASH)
    return Credentials(
        person=person_in(row),
        password_hash=row.password_hash,
        standing=Standing(row.standing),
        must_change=bool(row.must_change),
        failures=row.failures,
        totp_secret=row.totp_secret,
    )


def find_person(tx: Transaction, name: str) -> Person | None:
    """Who may sign in as `name`, or None."""
    return find_credentials(tx, name).person


def find_known(tx: Transaction, name: str) -> Person:
    """Who is called `name`; NotAllowed where nobody is."""
    person = find_person(tx, name)
    if person is None:
        raise NotAllowed(f"there is nobody called {name}", code="unknown-person", remedy="See who there is")
    return person


def check_password(credentials: Credentials, password: str) -> bool:
    """Whether `password` is theirs. Takes as long for nobody as for somebody."""
    return matches(credentials.password_hash, password) and credentials.person is not None


def normalise_name(name: str) -> str:
    """The one spelling of a name that may be typed in several."""
    return unicodedata.normalize("NFC", name).strip()


def insert_person(
    tx: Transaction, person: Person, password_hash: str, *, at: float, actor: str, must_change: bool = False
) -> int:
    """Let `person` sign in; the entry's number. NotAllowed where the name, or one that looks like it, is taken."""
    for taken in tx.execute(select(table.c.name)).scalars():
        if _look(taken) == _look(person.name):
            raise NotAllowed(f"there is or was somebody called {taken} already", code="name-taken")
    told: dict[str, Json] = {"password_fingerprint": password_fingerprint(password_hash)}
    if must_change:
        told["must_change"] = True
    body: dict[str, Json] = {"name": person.name, **belonging_of(person), **told}
    entry = journal.append(tx, at=at, kind=Kind.PERSON_ADDED, actor=actor, scan="", body=body)
    row = {**belonging_of(person), "password_hash": password_hash, "must_change": must_change, "seq": entry.seq}
    tx.execute(insert(table).values(name=person.name, **row))
    return entry.seq


def belonging_of(person: Person) -> dict[str, str]:
    """What entry and row tell of a person alike."""
    return {
        "role": person.role.value,
        "port": person.port,
        "room": person.room,
        "skills": " ".join(person.skills),
        "ports": " ".join(person.ports),
    }


def person_in(row: Any) -> Person:
    """The person that a row of the table is about."""
    return Person(
        name=row.name,
        role=Role(row.role),
        port=row.port,
        room=row.room,
        skills=tuple(str(row.skills).split()),
        ports=tuple(str(row.ports).split()),
    )


def _look(name: str) -> str:
    """What names that are read alike share."""
    return unicodedata.normalize("NFKC", name).casefold()


def _check_name(name: str) -> str:
    normal = normalise_name(name)
    if not 1 <= len(normal) <= MAX_NAME or not normal.isprintable() or "/" in normal:
        raise BadInput(f"a name has 1 to {MAX_NAME} printable characters without a slash", code="bad-name")
    return normal


def _check_role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as error:
        raise BadInput(f"{role!r} is no role", code="bad-role", remedy=f"Roles are {', '.join(Role)}") from error


def _check_port(port: str) -> str:
    if not _PORT.fullmatch(port):
        raise BadInput(f"{port!r} is no UN/LOCODE such as CNSHA", code="bad-port")
    return port


def _check_ports(ports: Iterable[str]) -> tuple[str, ...]:
    found = tuple(sorted({_check_port(port) for port in ports}))
    if len(found) > MAX_PORTS:
        raise BadInput(f"no more than {MAX_PORTS} ports are named", code="bad-port", remedy="Name none, for all")
    return found


def _check_word(word: str) -> str:
    if not 1 <= len(word) <= MAX_WORD or not word.isprintable() or " " in word:
        raise BadInput(f"{word[:MAX_WORD]!r} is not one word of at most {MAX_WORD} characters", code="bad-word")
    return word
