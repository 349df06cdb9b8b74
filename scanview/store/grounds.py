"""What a port remembers of why it applied an order, so that nothing older, revoked or beyond the cap follows it."""

import sqlite3
from dataclasses import dataclass

GROUNDS_COLUMNS = (
    ("orders", "fence", "INTEGER NOT NULL DEFAULT -1"),
    ("orders", "delegation", "TEXT NOT NULL DEFAULT ''"),
    ("orders", "certificates", "TEXT NOT NULL DEFAULT ''"),
    ("orders", "signed_at", "REAL NOT NULL DEFAULT 0"),
    ("orders", "ends_at", "REAL NOT NULL DEFAULT 0"),
    ("orders", "judged_at", "REAL NOT NULL DEFAULT 0"),
    ("orders", "judged_own_at", "REAL NOT NULL DEFAULT 0"),
)
"""Columns of the table of orders: table, name and type."""

GROUNDS_INDEXES = (
    "CREATE INDEX IF NOT EXISTS orders_delegated ON orders (delegation) WHERE delegation != ''",
    "CREATE INDEX IF NOT EXISTS orders_signed ON orders (hub, signed_at)",
    "CREATE INDEX IF NOT EXISTS orders_refused ON orders (applied) WHERE NOT applied",
)

NO_STATEMENT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What people signed for an order.

    Attributes:
        fence: the highest lease that any of them named; -1 where nobody signed.
        delegation: the id of the delegation it rests on; empty where people decided.
        certificates: ids of the certificates it rests on.
        signed_at: when the last of them signed, and not later than it was judged; UTC seconds by the hub's clock.
        ends_at: when the first of these documents ends; 0 for never.
        judged_at: when the port judged it, UTC seconds by the hub's clock.
        judged_own_at: the same moment by the port's own clock.
    """

    fence: int = NO_STATEMENT
    delegation: str = ""
    certificates: tuple[str, ...] = ()
    signed_at: float = 0.0
    ends_at: float = 0.0
    judged_at: float = 0.0
    judged_own_at: float = 0.0

    def as_row(self) -> tuple[int, str, str, float, float, float, float]:
        """The values of `GROUNDS_COLUMNS`."""
        certificates = ",".join(self.certificates)
        times = (self.signed_at, self.ends_at, self.judged_at, self.judged_own_at)
        return (self.fence, self.delegation, certificates, *times)


NO_GROUNDS = Grounds()


def grounds_of(row: sqlite3.Row) -> Grounds:
    """What is kept in a row of the table of orders."""
    return Grounds(
        fence=row["fence"],
        delegation=row["delegation"],
        certificates=tuple(filter(None, row["certificates"].split(","))),
        signed_at=row["signed_at"],
        ends_at=row["ends_at"],
        judged_at=row["judged_at"],
        judged_own_at=row["judged_own_at"],
    )
