"""The second factor of a sign-in: a code of time, each once, or a recovery code, each once."""

import hashlib
import secrets

from scanview.core.totp import SECRET_BYTES, secret_of, step_of
from scanview.store import personnel
from scanview.store.database import Transaction
from scanview.store.people import Credentials

RECOVERY_CODES = 8
_RECOVERY_BYTES = 10
"""80 bits: their SHA-256 stand in the ledger, and nobody tries so many."""


def proves(tx: Transaction, known: Credentials, code: str, now: float) -> bool:
    """Whether `code` proves that it is they, and use it up; True for whoever has no second factor."""
    if not known.totp_secret or known.person is None:
        return True
    name, typed = known.person.name, "".join(code.split())
    step = step_of(known.totp_secret, typed, now)
    if step is not None:
        return personnel.use_code(tx, name, step)
    return personnel.use_recovery_code(tx, name, recovery_hash(typed), at=now)


def new_secret() -> str:
    """A secret for codes of time, in base32."""
    return secret_of(secrets.token_bytes(SECRET_BYTES))


def new_recovery_codes() -> tuple[str, ...]:
    """Codes that take the place of codes of time, each once."""
    return tuple(_grouped(secret_of(secrets.token_bytes(_RECOVERY_BYTES)).lower()) for _ in range(RECOVERY_CODES))


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code, however it is typed."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
