"""The rows that entries of the ledger add to the tables of what people sign (schema_certificates)."""

from typing import Any

from scanview.core.journal import Entry, Kind
from scanview.store.entry_rows import SideRow, field_of

STATEMENT = "statement"
"""Where the entry of a decision keeps what was signed with it."""


def signed_rows(entry: Entry) -> tuple[SideRow, ...]:
    """The rows that `entry` adds to them."""
    match entry.kind:
        case Kind.CERTIFICATE_ASKED:
            asked = {"person": entry.actor, **_texts(entry.body, "public", "role", "workstation")}
            return (SideRow(table="certificate_requests", key=entry.seq, values=asked),)
        case Kind.CERTIFIED:
            given = {**_texts(entry.body, "public", "person", "role"), **_document(entry.body), "seq": entry.seq}
            return (SideRow(table="certificates", key=field_of(entry.body, "certificate", str), values=given),)
        case Kind.DELEGATED:
            signed = {"rules": field_of(entry.body, "rules", int), **_signed(entry.body), "seq": entry.seq}
            return (SideRow(table="delegations", key=field_of(entry.body, "delegation", str), values=signed),)
        case Kind.DECIDED | Kind.OPINION if STATEMENT in entry.body:
            said: Any = entry.body[STATEMENT]
            decision: Any = entry.body["decision"]
            values = {**_signed(said), "seq": entry.seq}
            return (SideRow(table="statements", key=field_of(decision, "decision", str), values=values),)
        case _:
            return ()


def _signed(body: Any) -> dict[str, Any]:
    return {**_document(body), **_texts(body, "certificate")}


def _document(body: Any) -> dict[str, Any]:
    return {"document": field_of(body, "document", str).encode(), **_texts(body, "key", "signature")}


def _texts(body: Any, *names: str) -> dict[str, Any]:
    return {name: field_of(body, name, str) for name in names}
