"""Who may sit down at a workstation: names, roles and argon2id password hashes.

Hashing takes 64 MiB and a fifth of a second, so it never runs in a transaction: `hash_password` and `check_password`
are for a thread of the caller's choice.
"""

import hashlib
import re
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import insert, select

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.review import Person, Role
from scanview.store import journal
from scanview.store.database import Database, Transaction, open_catalogue
from scanview.store.folders import CATALOGUE
from scanview.store.schema import people as table
from scanview.wire.private_files import make_private_folder

MIN_PASSWORD = 8
MAX_PASSWORD = 1_024
MAX_NAME = 64
MAX_WORD = 32

_PORT = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")

_hasher = PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$0PlOA4DCthzPaHXQbYDuZw$xRcQ+4lPsLJ6ngeQtG8bLZ0VMUR06sETh7DhBocRMEE"
"""Checked for names that nobody has, at the cost of any other; the hash of random bytes that were thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a password is checked against: the hash of somebody, or of nobody (`person` None) at the same cost."""

    person: Person | None
    password_hash: str


def add_person(
    data: Path,
    *,
    name: str,
    role: str,
    password: str,
    port: str = "",
    room: str = "",
    skills: Iterable[str] = (),
    actor: str = "administrator",
) -> Person:
    """Let somebody sign in at the hub with this data folder, which may run or not; with an entry in the ledger.

    `role` is a value of `core.review.Role`; `port`, `room` and `skills` are as in `Person`; `actor` says who adds them.

    Raises:
        BadInput: one of these or the password is not fit to be what it shall be.
        NotAllowed: the name is taken.
    """
    person = Person(
        name=_check_name(name),
        role=_check_role(role),
        port=_check_port(port),
        room=_check_word(room) if room else "",
        skills=tuple(sorted({_check_word(skill) for skill in skills})),
    )
    password_hash = hash_password(_check_password(password))
    make_private_folder(data)
    database = Database(data / CATALOGUE, checkpoints=False)
    try:
        database.transact(_insert, person, password_hash, time.time(), actor)
    finally:
        database.close()
    return person


def people(data: Path) -> tuple[Person, ...]:
    """Everybody who may sign in at the hub with this data folder, by name; BadInput where there is no such hub."""
    with open_catalogue(data) as database:
        rows = database.read(lambda tx: tx.execute(select(table).order_by(table.c.name)).all())
    return tuple(_person(row) for row in rows)


def find_credentials(tx: Transaction, name: str) -> Credentials:
    """What to check the password of `name` against."""
    row = tx.execute(select(table).where(table.c.name == normalise_name(name))).one_or_none()
    if row is None:
        return Credentials(person=None, password_hash=_NOBODY)
    return Credentials(person=_person(row), password_hash=row.password_hash)


def find_person(tx: Transaction, name: str) -> Person | None:
    """Who may sign in as `name`, or None."""
    return find_credentials(tx, name).person


def hash_password(password: str) -> str:
    """The argon2id hash of `password`, with its salt and cost."""
    return _hasher.hash(password)


def check_password(credentials: Credentials, password: str) -> bool:
    """Whether `password` is theirs. Takes as long for nobody as for somebody."""
    try:
        matches = _hasher.verify(credentials.password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
    return matches and credentials.person is not None


def normalise_name(name: str) -> str:
    """The one spelling of a name that may be typed in several."""
    return unicodedata.normalize("NFC", name).strip()


def password_fingerprint(password_hash: str) -> str:
    """What the ledger keeps of a password hash: enough to see that it was exchanged, nothing to attack."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def _insert(tx: Transaction, person: Person, password_hash: str, at: float, actor: str) -> None:
    if tx.execute(select(table.c.name).where(table.c.name == person.name)).one_or_none() is not None:
        raise NotAllowed(f"there is somebody called {person.name} already", code="name-taken")
    entry = journal.append(
        tx,
        at=at,
        kind=Kind.PERSON_ADDED,
        actor=actor,
        scan="",
        body={
            "name": person.name,
            **_belonging(person),
            "password_fingerprint": password_fingerprint(password_hash),
        },
    )
    tx.execute(insert(table).values(name=person.name, **_belonging(person), password_hash=password_hash, seq=entry.seq))


def _belonging(person: Person) -> dict[str, Json]:
    """What entry and row tell of a person alike."""
    return {
        "role": person.role.value,
        "port": person.port,
        "room": person.room,
        "skills": " ".join(person.skills),
    }


def _person(row: Any) -> Person:
    return Person(
        name=row.name, role=Role(row.role), port=row.port, room=row.room, skills=tuple(str(row.skills).split())
    )


def _check_name(name: str) -> str:
    normal = normalise_name(name)
    if not 1 <= len(normal) <= MAX_NAME or not normal.isprintable():
        raise BadInput(f"a name has 1 to {MAX_NAME} printable characters", code="bad-name")
    return normal


def _check_role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as error:
        raise BadInput(f"{role!r} is no role", code="bad-role", remedy=f"Roles are {', '.join(Role)}") from error


def _check_port(port: str) -> str:
    if port and not _PORT.fullmatch(port):
        raise BadInput(f"{port!r} is no UN/LOCODE such as CNSHA", code="bad-port")
    return port


def _check_word(word: str) -> str:
    if not 1 <= len(word) <= MAX_WORD or not word.isprintable() or " " in word:
        raise BadInput(f"{word[:MAX_WORD]!r} is not one word of at most {MAX_WORD} characters", code="bad-word")
    return word


def _check_password(password: str) -> str:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadInput(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters", code="bad-password")
    return password
