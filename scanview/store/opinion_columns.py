"""What schema 3 adds to `scans` about opinions, filled with what follows from entries of before there were any.

Every decision of then was the only opinion of its scan, at the first stage, by an analyst.
"""

import msgspec
from sqlalchemy import Connection, text

from scanview.core.opinions import Opinion, Stage
from scanview.core.review import Decision
from scanview.store.rows import opinions_text

_COLUMNS = {
    "second": "BOOLEAN NOT NULL DEFAULT 0",
    "four_eyes": "BOOLEAN NOT NULL DEFAULT 0",
    "drawn": "BOOLEAN NOT NULL DEFAULT 0",
    "stage": "VARCHAR NOT NULL DEFAULT 'first'",
    "opinions": "VARCHAR NOT NULL DEFAULT '[]'",
    "waits_until": "FLOAT NOT NULL DEFAULT 0",
    "escalated_by": "VARCHAR NOT NULL DEFAULT '[]'",
    "selected_by": "VARCHAR NOT NULL DEFAULT '[]'",
    "remarks": "INTEGER NOT NULL DEFAULT 0",
    "shown_seq": "INTEGER NOT NULL DEFAULT 0",
}

_STANDING = """
    SELECT decisions.* FROM decisions
    WHERE version = (SELECT max(version) FROM decisions AS others WHERE others.scan = decisions.scan)
    AND NOT EXISTS (
        SELECT 1 FROM ledger
        WHERE ledger.scan = decisions.scan AND ledger.seq > decisions.seq AND ledger.kind = 'withdrawn'
    )
"""


def add_opinions(tx: Connection) -> None:
    """Add the columns and fill them."""
    for name, form in _COLUMNS.items():
        tx.execute(text(f"ALTER TABLE scans ADD COLUMN {name} {form}"))
    tx.execute(
        text(
            "UPDATE scans SET shown_seq ="
            " (SELECT max(seq) FROM ledger WHERE ledger.scan = scans.scan AND ledger.kind <> 'leased')"
        )
    )
    for row in tx.execute(text(_STANDING)).all():
        decision = msgspec.json.decode(row.document, type=Decision)
        only = Opinion(
            decision=row.decision,
            by=row.decided_by,
            verdict=decision.verdict,
            stage=Stage.FIRST,
            reason=decision.reason,
            entry=row.seq,
        )
        tx.execute(
            text("UPDATE scans SET opinions = :opinions WHERE scan = :scan"),
            {"opinions": opinions_text((only,)), "scan": row.scan},
        )
