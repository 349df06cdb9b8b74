"""Changes to people who may sign in, in a transaction: belonging, passwords, locks, removal, second factors.

Each is an entry of the ledger; `core.people` says what the row is afterwards. The last active administrator can be
neither locked, removed nor given another role: a hub that nobody can administrate is lost.
"""

import hashlib
from typing import Any

from sqlalchemy import func, select, update

from scanview.core.errors import NotAllowed
from scanview.core.journal import Json, Kind
from scanview.core.people import Standing
from scanview.core.review import Person, Role
from scanview.store import journal
from scanview.store.database import Transaction
from scanview.store.passwords import password_fingerprint
from scanview.store.people import belonging_of, normalise_name
from scanview.store.schema import people as table


def change_person(tx: Transaction, person: Person, *, at: float, actor: str) -> int:
    """Give the person of this name this role, port, room, skills and ports; the entry's number."""
    row = _row(tx, person.name)
    if person.role is not Role.ADMINISTRATOR:
        _check_not_last(tx, row)
    told = {name: value for name, value in belonging_of(person).items() if getattr(row, name) != value}
    return _write(tx, row.name, Kind.PERSON_CHANGED, {**told}, told, at=at, actor=actor)


def set_password(
    tx: Transaction, name: str, password_hash: str, *, at: float, actor: str, must_change: bool = False
) -> int:
    """Exchange the password of `name`; the entry's number. Somebody else's is to be changed at the next sign-in."""
    told: dict[str, Json] = {"password_fingerprint": password_fingerprint(password_hash), "must_change": must_change}
    values = {"password_hash": password_hash, "must_change": must_change}
    return _write(tx, _row(tx, name).name, Kind.PASSWORD_SET, told, values, at=at, actor=actor)


def lock(tx: Transaction, name: str, *, why: str, at: float, actor: str) -> int:
    """Let `name` not sign in until they are unlocked; the entry's number."""
    row = _row(tx, name)
    if actor != "hub":
        _check_not_last(tx, row)
    return _write(tx, row.name, Kind.PERSON_LOCKED, {"why": why}, {"standing": Standing.LOCKED}, at=at, actor=actor)


def unlock(tx: Transaction, name: str, *, at: float, actor: str) -> int:
    """Let `name` sign in again; the entry's number."""
    values = {"standing": Standing.ACTIVE, "failures": 0}
    return _write(tx, _row(tx, name).name, Kind.PERSON_UNLOCKED, {}, values, at=at, actor=actor)


def remove(tx: Transaction, name: str, *, at: float, actor: str) -> int:
    """Let `name` never sign in again; what they did stays theirs. The entry's number."""
    row = _row(tx, name)
    _check_not_last(tx, row)
    return _write(tx, row.name, Kind.PERSON_REMOVED, {}, {"standing": Standing.REMOVED}, at=at, actor=actor)


def set_second_factor(
    tx: Transaction, name: str, secret: str, recovery: tuple[str, ...], *, at: float, actor: str
) -> int:
    """Ask `name` for codes of `secret` from now on, or for none where it is empty; the entry's number.

    `recovery` are the SHA-256 of the recovery codes.
    """
    fingerprint = secret_fingerprint(secret)
    hashes = " ".join(recovery)
    told: dict[str, Json] = {"totp_fingerprint": fingerprint, "recovery": hashes}
    values = {"totp_secret": secret, "totp_step": 0, "recovery": hashes}
    return _write(tx, _row(tx, name).name, Kind.SECOND_FACTOR_SET, told, values, at=at, actor=actor)


def use_code(tx: Transaction, name: str, step: int) -> bool:
    """Note that the code of the time `step` was used; False where it, or a later one, was used before."""
    newer = update(table).where(table.c.name == name, table.c.totp_step < step).values(totp_step=step)
    return tx.execute(newer).rowcount == 1


def use_recovery_code(tx: Transaction, name: str, code_hash: str, *, at: float) -> bool:
    """Use up the recovery code with this SHA-256; False where there is none such."""
    row = _row(tx, name)
    codes = row.recovery.split()
    if code_hash not in codes:
        return False
    left = " ".join(code for code in codes if code != code_hash)
    _write(tx, name, Kind.RECOVERY_CODE_USED, {"code": code_hash}, {"recovery": left}, at=at, actor=name)
    return True


def password_failed(tx: Transaction, name: str, *, lock_after: int, at: float) -> None:
    """One more password or code of `name` was wrong; so many in a row lock them, 0 for never."""
    tx.execute(update(table).where(table.c.name == name).values(failures=table.c.failures + 1))
    failures = int(tx.execute(select(table.c.failures).where(table.c.name == name)).scalar_one())
    if lock_after and failures >= lock_after:
        lock(tx, name, why=f"{failures} attempts failed", at=at, actor="hub")


def forget_failures(tx: Transaction, name: str) -> None:
    """An attempt to sign in as `name` did not fail."""
    tx.execute(update(table).where(table.c.name == name, table.c.failures > 0).values(failures=0))


def secret_fingerprint(secret: str) -> str:
    """What the ledger keeps of a second factor's secret; empty for none."""
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""


def _row(tx: Transaction, name: str) -> Any:
    row = tx.execute(select(table).where(table.c.name == normalise_name(name))).one_or_none()
    if row is None or row.standing == Standing.REMOVED:
        raise NotAllowed(f"there is nobody called {name}", code="unknown-person", remedy="See who there is")
    return row


def _check_not_last(tx: Transaction, row: Any) -> None:
    if row.role != Role.ADMINISTRATOR or row.standing != Standing.ACTIVE:
        return
    others = select(func.count()).where(
        table.c.role == Role.ADMINISTRATOR.value, table.c.standing == Standing.ACTIVE.value, table.c.name != row.name
    )
    if not tx.execute(others).scalar_one():
        raise NotAllowed(
            f"{row.name} is the only administrator", code="last-administrator", remedy="Let in another one first"
        )


def _write(
    tx: Transaction, name: str, kind: Kind, told: dict[str, Json], values: dict[str, Any], *, at: float, actor: str
) -> int:
    entry = journal.append(tx, at=at, kind=kind, actor=actor, scan="", body={"name": name, **told})
    if values:
        tx.execute(update(table).where(table.c.name == name).values(**values))
    return entry.seq
