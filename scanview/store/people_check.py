"""What the ledger and the table of people say of the same person, in one form, so that they can be compared."""

from typing import Any

from sqlalchemy import select

from scanview.core.people import PersonRecord
from scanview.store.database import Transaction
from scanview.store.passwords import password_fingerprint
from scanview.store.personnel import secret_fingerprint
from scanview.store.schema import people

UNVOUCHED = frozenset({"failures", "totp_step"})
"""Columns of `people` that change without an entry in the ledger: they slow guessing down and let nobody in."""


def told(record: PersonRecord) -> dict[str, Any]:
    """What the ledger says."""
    return {
        **record.belonging,
        "standing": record.standing.value,
        "must_change": record.must_change,
        "password": record.password,
        "totp": record.totp,
        "recovery": record.recovery,
        "seq": record.seq,
    }


def stored(tx: Transaction) -> dict[str, dict[str, Any]]:
    """What the table says, by name."""
    return {
        row["name"]: {
            **row,
            "password": password_fingerprint(row["password_hash"]),
            "totp": secret_fingerprint(row["totp_secret"]),
        }
        for row in tx.execute(select(people)).mappings()
    }
