"""What the ledger says of people who may sign in: a fold of entries, one record for each name.

A name is never given to somebody else, so a record stays when its person is removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from scanview.core.errors import BadInput
from scanview.core.journal import Entry, Json, Kind
from scanview.core.review import Person


class Standing(StrEnum):
    """Whether somebody may come in."""

    ACTIVE = "active"
    LOCKED = "locked"
    """By an administrator, or after too many attempts; an administrator unlocks."""
    REMOVED = "removed"
    """For good. What they did stays theirs."""


BELONGING = ("role", "port", "room", "skills", "ports")
"""What an entry tells of a person as they were added or changed; several words have a space between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Somebody as the ledger has them; `seq` is the entry that let them in, `password` and `totp` are fingerprints.

    `recovery` holds the SHA-256 of each recovery code that was not used, with a space between them.
    """

    seq: int
    belonging: Mapping[str, str]
    password: str
    standing: Standing = Standing.ACTIVE
    must_change: bool = False
    totp: str = ""
    recovery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """Somebody as an administrator sees them: `failures` are the attempts since the last that did not fail."""

    person: Person
    standing: Standing = Standing.ACTIVE
    must_change: bool = False
    failures: int = 0
    has_second_factor: bool = False


def person_of(entry: Entry) -> str:
    """Whose record `entry` changes; empty for nobody's."""
    match entry.kind:
        case (
            Kind.PERSON_ADDED
            | Kind.PERSON_CHANGED
            | Kind.PERSON_LOCKED
            | Kind.PERSON_UNLOCKED
            | Kind.PERSON_REMOVED
            | Kind.PASSWORD_SET
            | Kind.SECOND_FACTOR_SET
            | Kind.RECOVERY_CODE_USED
        ):
            return _text(entry.body, "name")
        case _:
            return ""


def following_person(known: PersonRecord | None, entry: Entry) -> PersonRecord:
    """The record after `entry`, which is about this person; BadInput where that cannot follow."""
    body = entry.body
    if entry.kind is Kind.PERSON_ADDED:
        if known is not None:
            raise BadInput("a name is given to one person only", code="bad-entry")
        belonging = {name: _text(body, name) for name in BELONGING}
        must_change = bool(body.get("must_change", False))
        password = _text(body, "password_fingerprint")
        return PersonRecord(seq=entry.seq, belonging=belonging, password=password, must_change=must_change)
    if known is None:
        raise BadInput("there is nobody of that name", code="bad-entry")
    match entry.kind:
        case Kind.PERSON_CHANGED:
            told = {name: _text(body, name) for name in BELONGING if name in body}
            return replace(known, belonging={**known.belonging, **told})
        case Kind.PERSON_LOCKED:
            return replace(known, standing=Standing.LOCKED)
        case Kind.PERSON_UNLOCKED:
            return replace(known, standing=Standing.ACTIVE)
        case Kind.PERSON_REMOVED:
            return replace(known, standing=Standing.REMOVED)
        case Kind.PASSWORD_SET:
            return replace(
                known, password=_text(body, "password_fingerprint"), must_change=bool(body.get("must_change", False))
            )
        case Kind.SECOND_FACTOR_SET:
            return replace(known, totp=_text(body, "totp_fingerprint"), recovery=_text(body, "recovery"))
        case _:
            left = [code for code in known.recovery.split() if code != _text(body, "code")]
            return replace(known, recovery=" ".join(left))


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise BadInput(f"{name} is no text", code="bad-entry")
    return value
