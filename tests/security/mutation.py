"""The mutation programme: `python -m tests.security.mutation --places 10000 --seed 1` (`make mutation`).

Alters a small day of the room at random places, one after the other: a byte of a row of any table, a whole row, a byte
of a scan file, of an export or of a proof. Each must be found by the check of the ledger, or by the reader of the file.
Ends with status 1, and names the places, where one was not.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, LargeBinary, Table, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from scanview.core.errors import ScanViewError
from scanview.formats import archive_writer
from scanview.store import tree, verification
from scanview.store.database import Database, Transaction
from scanview.store.folders import KEYS_FOLDER
from scanview.store.ledger_documents import verify_document
from scanview.store.ledger_export import export_ledger, prove_scan
from scanview.store.schema import metadata
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.unit.formats.archive_scans import scan_header, scan_image, strip_records, view_header
from tests.unit.review.room import Room
from tests.unit.store.test_verification import FREE, fill

BLOCK = 8
"""Entries of a block of the tree, so that a small day has some."""

LAST_MAY_BE_MISSING = ("ledger_nodes", "checkpoints")
"""The last block of the tree is added again. A checkpoint that nobody has seen, the hub may never have signed; it is
missed by those who have seen it."""

FILE_SHARE = 0.4
ROW_SHARE = 0.15


class Undone(Exception):
    """Takes an alteration back."""


@dataclass(slots=True)
class Day:
    """What is altered: the catalogue, and files with how each is read."""

    database: Database
    room: Room
    files: dict[str, Path]
    random: random.Random
    tried: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    scratch: dict[str, Path] = field(default_factory=dict)

    def alter(self) -> None:
        """Make one alteration, look whether it is found, and take it back."""
        if self.random.random() < FILE_SHARE:
            self._file()
        else:
            self._row()

    def _file(self) -> None:
        name = self.random.choice(sorted(self.files))
        content = self.files[name].read_bytes()
        altered, how = bytes_altered(content, self.random)
        path = self.scratch[name]
        path.write_bytes(altered)
        self._settle(name, f"{name}: {how}", found=is_file_refused(name, path))

    def _row(self) -> None:
        table = self.random.choice(metadata.sorted_tables)
        what, found = "", False
        try:
            self.database.transact(self._try_row, table)
        except Undone as told:
            what, found = told.args
        if what:
            self._settle(table.name, what, found=found)

    def _try_row(self, tx: Transaction, table: Table) -> None:
        tx.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        rows = tx.execute(select(table)).mappings().all()
        if not rows:
            raise Undone("", False)
        row = dict(self.random.choice(rows))
        try:
            if self.random.random() < ROW_SHARE:
                what = self._whole_row(tx, table, row, rows)
            else:
                what = self._one_value(tx, table, row)
        except SQLAlchemyError as error:
            raise Undone("", False) from error  # the database itself does not take it
        if not what:
            raise Undone("", False)
        report = verification.check_ledger(tx, self.room.card)
        raise Undone(f"{table.name}: {what}", not report.is_verified)

    def _whole_row(self, tx: Transaction, table: Table, row: dict[str, Any], rows: Any) -> str:
        key = next(iter(table.primary_key.columns))
        if self.random.random() < 0.5:
            if table.name in LAST_MAY_BE_MISSING and row[key.name] == max(other[key.name] for other in rows):
                return ""
            tx.execute(delete(table).where(*same(table, row)))
            return f"row {row[key.name]} dropped"
        values = {**row, key.name: value_altered(row[key.name], key, self.random)}
        tx.execute(insert(table).values(values))
        return f"row {values[key.name]} inserted"

    def _one_value(self, tx: Transaction, table: Table, row: dict[str, Any]) -> str:
        columns = [column for column in table.columns if column.name not in FREE.get(table.name, ())]
        column = self.random.choice(columns)
        value = value_altered(row[column.name], column, self.random)
        if value == row[column.name]:
            return ""
        tx.execute(update(table).where(*same(table, row)).values({column.name: value}))
        return f"{column.name} of {tuple(row[key.name] for key in table.primary_key.columns)} altered"

    def _settle(self, kind: str, what: str, *, found: bool) -> None:
        self.tried[kind] += 1
        if not found:
            self.missed.append(what)


def same(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


def value_altered(value: Any, column: "Column[Any]", generator: random.Random) -> Any:
    """Another value of the column: one byte of it, where it has bytes."""
    match value:
        case bool() if isinstance(column.type, Boolean):
            return not value
        case bytes() if isinstance(column.type, LargeBinary):
            return bytes_altered(value, generator)[0]
        case str():
            return (
                bytes_altered(value.encode(), generator)[0]
                .decode(errors="surrogateescape")
                .encode(errors="replace")
                .decode()
            )
        case int() | float():
            return value + generator.choice((-1, 1)) * generator.choice((1, 7, 1_000))
        case _:
            return "x"


def bytes_altered(content: bytes, generator: random.Random) -> tuple[bytes, str]:
    """The bytes with one changed, dropped, inserted, or exchanged with the next; and in words where."""
    if not content:
        return bytes([generator.randrange(32, 127)]), "a byte inserted into nothing"
    place = generator.randrange(len(content))
    match generator.choice(("changed", "dropped", "inserted", "exchanged")):
        case "dropped":
            return content[:place] + content[place + 1 :], f"byte {place} dropped"
        case "inserted":
            return content[:place] + bytes([generator.randrange(256)]) + content[place:], f"byte inserted at {place}"
        case "exchanged" if place + 1 < len(content) and content[place] != content[place + 1]:
            pair = content[place + 1 : place + 2] + content[place : place + 1]
            return content[:place] + pair + content[place + 2 :], f"bytes {place} and the next exchanged"
        case _:
            other = content[place] ^ generator.randrange(1, 256)
            return content[:place] + bytes([other]) + content[place + 1 :], f"byte {place} changed"


def is_file_refused(name: str, path: Path) -> bool:
    """Whether its reader says that the file is not what was written."""
    try:
        if name == "scan file":
            archive_writer.verify(path)
            return False
        return not verify_document(path).is_verified
    except ScanViewError:
        return True


@contextmanager
def made_day(folder: Path, seed: int) -> Iterator[Day]:
    """A small day of the room in `folder`, with a scan file, an export and a proof."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "BLOCK", BLOCK)
        patch.setattr(verification, "BLOCK", BLOCK)
        identity = Identity.load_or_make(folder / KEYS_FOLDER)
        room = Room(folder)
        room.hub, room.card = identity, identity.card(PeerRole.HUB, "hub")
        fill(room)
        scan = room.do(lambda tx: tx.exec_driver_sql("SELECT scan FROM scans WHERE decision <> ''").scalars().first())
        writer = archive_writer.ArchiveWriter.create(folder, scan_header(view_header()))
        for record in strip_records(scan_image((140,))):
            writer.append(record)
        files = {
            "scan file": writer.finish().path,
            "export": folder / "ledger.jsonl",
            "proof": folder / "proof.json",
        }
        export_ledger(folder, files["export"])
        prove_scan(folder, files["proof"], str(scan))
        day = Day(room.database, room, files, random.Random(seed))
        day.scratch = {name: folder / f"altered-{path.name}" for name, path in files.items()}
        if not room.verify().is_verified or any(is_file_refused(name, path) for name, path in files.items()):
            raise RuntimeError("the day is not verified before anything was altered")
        try:
            yield day
        finally:
            room.close()


def main() -> int:
    """Alter so many places; 0 where all were found."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--places", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, made_day(Path(folder), options.seed) as day:
        while day.tried.total() < options.places:
            day.alter()
        for kind, count in sorted(day.tried.items()):
            print(f"{count:6d}  {kind}")  # noqa: T201
        print(f"{day.tried.total():6d}  places altered, {len(day.missed)} not found")  # noqa: T201
        for what in day.missed:
            print(f"not found: {what}")  # noqa: T201
        return 1 if day.missed else 0


if __name__ == "__main__":
    sys.exit(main())
