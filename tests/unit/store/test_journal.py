"""The ledger in the database: in one transaction with the tables, by more than one program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanview.core.errors import Fault
from scanview.core.journal import Kind, merkle_root
from scanview.store import catalogue, journal
from scanview.store.schema import ledger
from tests.unit.review.room import Room, hold


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def entries(room):
    return room.do(lambda tx: [row.entry for row in tx.execute(ledger.select().order_by(ledger.c.seq))])


def test_the_head_is_the_tree_over_the_entries(room):
    for _ in range(5):
        room.stored_scan()
    frontier = room.do(journal.read_frontier)
    assert frontier.size == len(entries(room)) == 10
    assert frontier.root == merkle_root(entries(room))
    assert room.do(journal.next_seq) == 11


def test_what_fails_leaves_neither_entry_nor_row(room):
    scan = room.stored_scan()
    before = entries(room)

    def fails(tx):
        catalogue.record(
            tx, at=room.now, kind=Kind.LEASED, actor="Li", scan=scan, body={"workstation": "d", "expires_at": 2e9}
        )
        raise RuntimeError("the process dies here")

    with pytest.raises(RuntimeError):
        room.do(fails)
    assert entries(room) == before
    assert room.record(scan).item.lease is None
    assert room.verify().is_verified


def test_a_refused_fact_leaves_no_entry(room):
    scan = room.stored_scan()
    before = entries(room)
    with pytest.raises(Exception, match="no longer yours"):
        room.decide(hold(scan, 99))
    assert entries(room) == before


def test_a_checkpoint_is_signed_only_where_the_ledger_grew(room):
    assert room.checkpoint() is None
    room.stored_scan()
    assert room.checkpoint().size == 2
    assert room.checkpoint() is None


def test_a_head_that_does_not_fit_stops_every_write(room):
    room.stored_scan()
    room.do(lambda tx: tx.exec_driver_sql("UPDATE ledger_head SET subtrees = x''"))
    with pytest.raises(Fault, match="head of the ledger"):
        room.stored_scan()


def test_a_second_program_appends_at_the_same_time(room):
    program = """
import sys
from pathlib import Path
from scanview.core.review import Role
from scanview.store.database import Database
from scanview.store import people, journal
from scanview.core.journal import Kind

database = Database(Path(sys.argv[1]), checkpoints=False)
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    database.transact(
        lambda tx: journal.append(tx, at=1.0, kind=Kind.SIGN_IN_REFUSED, actor="other", scan="", body={"n": number})
    )
database.close()
"""
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(room.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert other.stdout.readline() == "ready\n"
    other.stdin.write("go\n")
    other.stdin.flush()
    for _ in range(40):
        room.offer()
    other.communicate(timeout=30)
    assert other.returncode == 0
    report = room.verify()
    assert (report.entries, report.problems) == (80, ())
