"""What was noted at the ends of shifts, read from the ledger."""

from sqlalchemy import select

from scanview.core.journal import Kind, parse_entry
from scanview.core.presence import MAX_NOTES, ShiftNote
from scanview.store.database import Transaction
from scanview.store.schema import ledger

WINDOW = 20_000
"""Newest entries about no scan that are looked at: more than a room makes in a day."""


def shift_notes(tx: Transaction, since: float) -> tuple[ShiftNote, ...]:
    """The newest notes of shifts that ended after `since`, UTC seconds, the newest first; empty notes are none."""
    newest = select(ledger.c.seq, ledger.c.at, ledger.c.kind).where(ledger.c.scan == "")
    near = newest.order_by(ledger.c.seq.desc()).limit(WINDOW).subquery()
    asked = select(ledger.c.entry).join(near, near.c.seq == ledger.c.seq)
    asked = asked.where(near.c.kind == Kind.SHIFT_ENDED.value, near.c.at > since).order_by(near.c.seq.desc())
    notes = []
    for row in tx.execute(asked):
        entry = parse_entry(row.entry)
        if entry.body.get("note"):
            notes.append(ShiftNote(by=entry.actor, at=entry.at, note=str(entry.body["note"])))
        if len(notes) == MAX_NOTES:
            break
    return tuple(notes)
