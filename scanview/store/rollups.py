"""The fold from entries to statistics, kept in the transaction of each entry.

`follow` adds what one entry changes; `recount` reads the whole ledger anew, for a catalogue that had no statistics and
for the check of the ledger. Both go through `core.progress`, so neither can count what the other does not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.dialects import sqlite

from scanview.core.errors import Fault
from scanview.core.figures import Figures
from scanview.core.journal import Entry, canonical_json, parse_entry
from scanview.core.period import Span, start_of
from scanview.core.progress import Cell, Progress, changes, place_of_cell, progressed
from scanview.store.lane_spells import follow_lanes, spell_rows
from scanview.store.schema import ledger
from scanview.store.schema_statistics import lane_figures, lane_spells, people_figures, scan_progress

ADD_FIGURES = "add_figures"
"""The SQL function of every connection to the catalogue that adds two stored figures."""

LANE_SPANS = (Span.HOUR, Span.DAY)
PEOPLE_SPANS = (Span.HOUR, Span.DAY, Span.MONTH)

Key = tuple[str, str, int] | tuple[str, str, int, str]
Sums = dict[Key, Figures]


def add_figures(stored: bytes, change: bytes) -> bytes:
    """The stored figures after a change."""
    total = Figures.from_bytes(stored) + Figures.from_bytes(change)
    if total.packed < 0:
        raise Fault("figures fell below nothing", code="broken-statistics")
    return total.to_bytes()


def follow(tx: Connection, entry: Entry) -> None:
    """Count what `entry` tells."""
    follow_lanes(tx, entry)
    if not entry.scan:
        return
    old = _read_progress(tx, entry.scan)
    new = progressed(old, entry)
    if new == old:
        return
    _write_progress(tx, {entry.scan: new})
    changed = changes(old, new)
    _add(tx, lane_figures, _lane_sums(changed))
    _add(tx, people_figures, _people_sums(changed))


@dataclass(slots=True)
class Recount:
    """What the tables of statistics must hold after the entries that were read."""

    progress: dict[str, Progress] = field(default_factory=dict)
    lanes: Sums = field(default_factory=dict)
    people: Sums = field(default_factory=dict)
    spells: dict[int, dict[str, Any]] = field(default_factory=dict)

    def read(self, entry: Entry) -> None:
        """One more entry, the next."""
        spell_rows(self.spells, entry)
        if not entry.scan:
            return
        old = self.progress.get(entry.scan, Progress())
        new = progressed(old, entry)
        if new == old:
            return
        self.progress[entry.scan] = new
        changed = changes(old, new)
        _add_up(self.lanes, _lane_sums(changed))
        _add_up(self.people, _people_sums(changed))

    def tables(self) -> Iterator[tuple[Table, dict[str, dict[str, Any]]]]:
        """Each table with the rows that it must have, by key in one text."""
        yield scan_progress, {scan: _progress_row(scan, progress) for scan, progress in self.progress.items()}
        yield lane_figures, {_text(key): row for key, row in _rows(lane_figures, self.lanes)}
        yield people_figures, {_text(key): row for key, row in _rows(people_figures, self.people)}
        yield lane_spells, {str(number): row for number, row in self.spells.items()}


def stored_rows(tx: Connection, table: Table) -> dict[str, dict[str, Any]]:
    """The rows of one of these tables as `Recount.tables` gives them; sums of nothing count as absent."""
    keys = [column.name for column in table.primary_key.columns]
    found = {}
    for row in tx.execute(select(table)).mappings():
        if row.get("figures") != Figures().to_bytes():
            found[_text(tuple(row[key] for key in keys))] = dict(row)
    return found


def recount(tx: Connection) -> None:
    """Fill the tables of statistics anew from the ledger."""
    counted = Recount()
    for row in tx.execute(select(ledger.c.entry).order_by(ledger.c.seq).execution_options(yield_per=1_000)):
        counted.read(parse_entry(row.entry))
    for table, rows in counted.tables():
        tx.execute(delete(table))
        if rows:
            tx.execute(insert(table), list(rows.values()))


def _lane_sums(changed: Mapping[Cell, Figures]) -> Sums:
    sums: Sums = {}
    for cell, figures in changed.items():
        if not cell.analyst:
            for span in LANE_SPANS:
                _add_up(sums, {(span.value, cell.lane, start_of(span, cell.hour)): figures})
            _add_up(sums, {(Span.HOUR.value, "", cell.hour): figures})
    return sums


def _people_sums(changed: Mapping[Cell, Figures]) -> Sums:
    sums: Sums = {}
    for cell, figures in changed.items():
        if cell.analyst:
            for span in PEOPLE_SPANS:
                key = (span.value, place_of_cell(cell), start_of(span, cell.hour), cell.analyst)
                _add_up(sums, {key: figures})
    return sums


def _add_up(sums: Sums, more: Mapping[Key, Figures]) -> None:
    for key, figures in more.items():
        total = sums.get(key, Figures()) + figures
        if total.packed:
            sums[key] = total
        else:
            sums.pop(key, None)


def _rows(table: Table, sums: Sums) -> Iterable[tuple[Key, dict[str, Any]]]:
    names = [column.name for column in table.primary_key.columns]
    for key, figures in sums.items():
        yield key, {**dict(zip(names, key, strict=True)), "figures": figures.to_bytes()}


def _text(key: tuple[Any, ...]) -> str:
    return " ".join(map(str, key))


def _add(tx: Connection, table: Table, sums: Sums) -> None:
    if sums:
        tx.execute(_ADDING[table.name], [row for _, row in _rows(table, sums)])


def _adding(table: Table) -> Any:
    statement = sqlite.insert(table)
    added = getattr(func, ADD_FIGURES)(table.c.figures, statement.excluded.figures)
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_={"figures": added})


_ADDING = {table.name: _adding(table) for table in (lane_figures, people_figures)}
_KEEPING = sqlite.insert(scan_progress).on_conflict_do_update(
    index_elements=[scan_progress.c.scan], set_={"document": sqlite.insert(scan_progress).excluded.document}
)


def _read_progress(tx: Connection, scan: str) -> Progress:
    found = tx.execute(select(scan_progress.c.document).where(scan_progress.c.scan == scan)).scalar_one_or_none()
    return Progress() if found is None else msgspec.json.decode(found, type=Progress)


def _write_progress(tx: Connection, changed: Mapping[str, Progress]) -> None:
    tx.execute(_KEEPING, [_progress_row(scan, progress) for scan, progress in changed.items()])


def _progress_row(scan: str, progress: Progress) -> dict[str, Any]:
    return {"scan": scan, "document": canonical_json(msgspec.to_builtins(progress))}
