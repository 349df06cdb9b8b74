"""The database: what a commit promises, who may open it, and what a bad file gets."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from scanview.core.errors import BadInput, Unavailable
from scanview.core.journal import Kind
from scanview.store import journal
from scanview.store.database import Database, DatabaseThread, ReadingThread, open_catalogue
from scanview.store.folders import CATALOGUE
from scanview.store.schema import SCHEMA_VERSION


def test_the_file_is_its_owners_alone_and_every_commit_is_synchronous(tmp_path):
    database = Database(tmp_path / "c.sqlite")

    def pragmas(tx):
        return [tx.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert database.transact(pragmas) == ["wal", 2, 1]
    database.close()
    assert stat.S_IMODE((tmp_path / "c.sqlite").stat().st_mode) == 0o600


def test_a_newer_schema_is_refused(tmp_path):
    path = tmp_path / "c.sqlite"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(BadInput, check=lambda error: error.code == "newer-database"):
        Database(path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"this is a text file, not a database, and long enough to be sure of it" * 20)
    with pytest.raises(BadInput, check=lambda error: error.code == "not-a-catalogue"):
        Database(path)


def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "c.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE music (title)")
    connection.close()
    with pytest.raises(BadInput, check=lambda error: error.code == "not-a-catalogue"):
        Database(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("music",)]
    connection.close()


def test_a_reader_keeps_nobody_from_writing_and_sees_one_moment(tmp_path):
    path = tmp_path / "c.sqlite"
    hub, beside = Database(path), Database(path, checkpoints=False)
    count = text("SELECT count(*) FROM people")

    def read(tx):
        before = tx.execute(count).scalar()
        hub.transact(
            lambda writing: writing.execute(
                text("INSERT INTO people (name, role, password_hash, seq) VALUES ('Li', 'analyst', 'x', 1)")
            )
        )
        return before, tx.execute(count).scalar()

    assert beside.read(read) == (0, 0)
    assert beside.read(lambda tx: tx.execute(count).scalar()) == 1
    hub.close()
    beside.close()


def test_a_folder_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(Unavailable):
        Database(tmp_path / "nowhere" / "c.sqlite")


def test_transactions_run_one_after_the_other_in_order(tmp_path):
    thread = DatabaseThread(tmp_path / "c.sqlite")
    seen = []
    futures = [thread.submit(lambda tx, n=number: seen.append(n) or n) for number in range(50)]
    assert [future.result() for future in futures] == seen == list(range(50))
    thread.close()


def test_a_failed_transaction_does_not_stop_the_next(tmp_path):
    thread = DatabaseThread(tmp_path / "c.sqlite")
    failed = thread.submit(lambda tx: 1 // 0)
    after = thread.submit(lambda tx: tx.execute(text("SELECT 7")).scalar())
    assert isinstance(failed.exception(), ZeroDivisionError)
    assert after.result() == 7
    thread.close()


def test_a_commit_that_returned_survives_kill_9(tmp_path):
    program = """
import os, sys
from pathlib import Path
from scanview.store.database import Database
from scanview.store.journal import append
from scanview.core.journal import Kind
database = Database(Path(sys.argv[1]))
while True:
    entry = database.transact(lambda tx: append(tx, at=1.0, kind=Kind.SIGNED_IN, actor="x", scan="", body={}))
    os.write(1, f"{entry.seq}\\n".encode())
"""
    path = tmp_path / "c.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    for _ in range(20):
        process.stdout.readline()
    process.kill()
    acknowledged = 20 + len(process.stdout.read().splitlines())
    process.wait()
    process.stdout.close()
    connection = sqlite3.connect(path)
    (there,) = connection.execute("SELECT count(*) FROM ledger").fetchone()
    (head,) = connection.execute("SELECT size FROM ledger_head").fetchone()
    connection.close()
    assert there == head
    assert acknowledged <= there <= acknowledged + 1


def test_other_programs_come_and_go_while_the_hub_has_two_connections(tmp_path):
    """With its locks gone, the first of them to leave would take the hub's write-ahead log away."""
    path = tmp_path / CATALOGUE
    hub, reading = DatabaseThread(path), ReadingThread(path)
    add = "import sys; from pathlib import Path; from scanview.store.people import add_person; "
    add += "add_person(Path(sys.argv[1]), name=sys.argv[2], role='analyst', password='correct horse')"
    for number, name in enumerate(("zhang", "Ada", "Li")):
        subprocess.run([sys.executable, "-c", add, str(tmp_path), name], check=True)
        fact = {"at": 1.0, "kind": Kind.SIGNED_IN, "actor": name, "scan": "", "body": {}}
        entry = hub.submit(lambda tx, fact=fact: journal.append(tx, **fact)).result()
        assert entry.seq == 2 * number + 2
        assert reading.submit(journal.next_seq).result() == entry.seq + 1
    reading.close()
    hub.close()

    with open_catalogue(tmp_path) as opened:
        assert opened.read(journal.next_seq) == 7
