"""What entries of the ledger hold, read with care, and the rows that some of them add beside `scans`."""

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from scanview.core.embedding import Embedding
from scanview.core.errors import Fault
from scanview.core.journal import Entry, Kind

_T = TypeVar("_T")

MACHINE_KINDS = frozenset(
    {
        Kind.MACHINE_INVITED,
        Kind.MACHINE_CAME,
        Kind.INVITATION_ENDED,
        Kind.MACHINE_ENROLLED,
        Kind.MACHINE_REVOKED,
        Kind.KEYS_USED_TWICE,
    }
)
"""Entries about machines and their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """A row that an entry adds to one of the tables beside `scans`, and never changes again."""

    table: str
    key: str | int
    values: dict[str, Any]


def field_of(body: Any, name: str, form: type[_T]) -> _T:
    """A field of an entry's body, of this form; Fault (code `bad-entry`) where there is none."""
    try:
        return msgspec.convert(body[name], form)
    except (KeyError, msgspec.ValidationError) as error:
        raise Fault(f"a ledger entry has no sound {name}: {error}", code="bad-entry") from error


def inspection_row(entry: Entry) -> SideRow:
    """The result that an entry of kind `INSPECTED` tells."""
    body = entry.body
    values: dict[str, Any] = {
        "scan": entry.scan,
        "seq": entry.seq,
        "found": field_of(body, "found", str),
        "by": entry.actor,
        "document": field_of(body, "document", str).encode(),
        "key": field_of(body, "key", str),
        "signature": field_of(body, "signature", str),
    }
    return SideRow(table="inspections", key=field_of(body, "inspection", str), values=values)


def embedding_rows(entry: Entry) -> tuple[SideRow, ...]:
    """What the model says the scan looks like, where it does."""
    recognition: Any = entry.body["recognition"]
    if not recognition.get("embedding"):
        return ()
    embedding = field_of(recognition, "embedding", Embedding)
    values = {"scan": entry.scan, "space": embedding.space, "numbers": embedding.packed()}
    return (SideRow(table="embeddings", key=entry.seq, values=values),)


def machine_row(entry: Entry) -> SideRow:
    """What an entry tells of a machine's keys, or of an invitation."""
    values = {
        "at": entry.at,
        "kind": entry.kind.value,
        "subject": field_of(entry.body, "subject", str),
        "detail": field_of(entry.body, "detail", str),
    }
    return SideRow(table="machine_facts", key=entry.seq, values=values)
