"""What the ledger says of one scan, a page at a time."""

from sqlalchemy import select

from scanview.core.audit import MAX_STORY, StoryEntry
from scanview.core.journal import canonical_json, parse_entry
from scanview.store.database import Transaction
from scanview.store.schema import ledger

STORY_BYTES = 400_000
"""Of the bodies that one page of a story holds; a longer one is left out, and stands in the ledger's export."""


def story(tx: Transaction, scan: str, after: int) -> tuple[tuple[StoryEntry, ...], bool]:
    """The entries about `scan` after number `after`, as many as fit a page, and whether there are more."""
    asked = select(ledger.c.entry).where(ledger.c.scan == scan, ledger.c.seq > after).order_by(ledger.c.seq)
    rows = tx.execute(asked.limit(MAX_STORY + 1)).all()
    told: list[StoryEntry] = []
    room = STORY_BYTES
    for row in rows[:MAX_STORY]:
        entry = parse_entry(row.entry)
        body = canonical_json(dict(entry.body)).decode()
        if len(body) > STORY_BYTES:
            body = ""
        if told and len(body) > room:
            break
        room -= len(body)
        told.append(StoryEntry(seq=entry.seq, at=entry.at, kind=entry.kind.value, actor=entry.actor, body=body))
    return tuple(told), len(told) < len(rows)
