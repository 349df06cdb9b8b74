"""Nothing in the ledger or its tables can be altered, dropped or inserted without being found."""

import random
import shutil
import sqlite3

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Integer

from scanview.core.embedding import Embedding
from scanview.core.errors import ScanViewError
from scanview.core.inspection import Found
from scanview.core.interruption import Cause, Explanation
from scanview.core.journal import Frontier, Kind
from scanview.core.order import Outcome
from scanview.core.practice import PracticeAnswer
from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Role, Verdict
from scanview.core.scan import Box
from scanview.core.virtual import Outcome as Judgement
from scanview.core.virtual import Truth
from scanview.core.worklist import DeliveryState
from scanview.review import decisions, results, shelf
from scanview.review.pretending import pretend
from scanview.store import certificates, journal, lanes, people_check, tree, verification
from scanview.store.certificates import KeptCertificate, KeptStatement
from scanview.store.machine_facts import tell_due
from scanview.store.practice import keep_answer
from scanview.store.rows import UNVOUCHED
from scanview.store.schema import metadata
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole, Signature
from tests.unit.review.room import CLEAR, OTHER, RELEASING, SUPERVISOR, Room, hold, release

FREE = {
    "scans": UNVOUCHED,
    "people": {"password_hash", *people_check.UNVOUCHED},  # of a hash its fingerprint is vouched for, see below
}
"""Columns that may differ from the ledger, by table."""


def fill(room):
    """A small day: something of every kind of entry and every table."""
    room.add_person("Wang")
    room.add_person("Ada", Role.SUPERVISOR)
    released = room.stored_scan()
    room.recognise(released, 0.7, embedding=Embedding(space="test 1", numbers=(3, -127, *[0] * 62)))
    decision = release(released, room.take(released).fence)
    room.decide(decision)
    room.receipt(decision.decision, released)
    room.inspect(released, found=Found.NOTHING, items=(), note="opened by lot")
    room.checkpoint()
    held = room.offer(container="MSCU1234566")
    decision = hold(held, room.take(held, OTHER).fence, note="see the doors")
    room.do(decisions.decide, decision=decision, person=OTHER, now=room.now, rules=room.rules, signed=SIGNED)
    room.store(held)
    room.receipt(decision.decision, held, Outcome.REFUSED, why="unknown scan")
    alone = room.stored_scan()
    for _ in range(3):
        room.do(results.attempt_failed, scan=alone, why="crash", worker="worker/w", now=room.now)
    sign_things(room)
    room.take(alone)
    room.now += 20
    room.take_next(OTHER)
    room.checkpoint()
    room.stored_scan()
    for kind, title in ((RelatedKind.LIBRARY, "a case"), (RelatedKind.REFERENCE, "")):
        shelved = room.stored_scan(container_type="22G1", plate="沪A12345")
        shelving = Shelving(kind=kind, title=title, container_type="22G1")
        room.do(shelf.shelve, scan=shelved, shelving=shelving, person=SUPERVISOR, now=room.now)
    room.do(shelf.unshelve, scan=shelved, person=SUPERVISOR, now=room.now)
    room.adopt(RELEASING)
    room.recognise(room.stored_scan(container="MSCU1234566"), **CLEAR)
    for connected in (True, False, True):
        room.do(lanes.lane_changed, "CNSHA-03", connected=connected, now=room.now)
        room.now += 60
    room.do(explain_last, Explanation(cause=Cause.POWER, note="transformer"), now=room.now)
    virtual = room.stored_scan(truth=Truth(label="weapon", places=(Box(x0=10, y0=10, x1=40, y1=40),)))
    room.decide(hold(virtual, room.take(virtual).fence))
    room.do(pretend, virtual, DeliveryState.WAITING, room.now)
    answer = PracticeAnswer(scan=virtual, verdict=Verdict.HOLD)
    card = Identity.make().card(PeerRole.PORT, "CNSHA-03")
    room.do(tell_due, [card], [], [], now=room.now)
    room.do(keep_answer, person="Wang", answer=answer, outcome=Judgement.HIT, now=room.now)
    room.do(tree.add_blocks)
    room.checkpoint()


SIGNATURE = Signature(key="00" * 8, value="11" * 64)
SIGNED = KeptStatement(document=b"statement", signature=SIGNATURE, certificate="2" * 32)


def sign_things(room):
    """A key waits for a certificate and gets it, and a supervisor delegates."""
    asked = {"public": "aa" * 32, "person": "Wang", "role": "analyst"}
    room.do(certificates.ask, **asked, workstation="desk-1", now=room.now)
    given = KeptCertificate(**asked, certificate="2" * 32, document=b"certificate", signature=SIGNATURE)
    room.do(certificates.certify, given, actor="hub", now=room.now)
    room.do(certificates.delegate, SIGNED, delegation="3" * 32, rules=1, by="Ada", now=room.now)


def explain_last(tx, explanation, now):
    lost = [spell for spell in lanes.spells_within(tx, 0, now) if not spell.connected]
    lanes.explain(tx, number=lost[-1].number, explanation=explanation, by="Ada", ports=(), now=now)


@pytest.fixture(scope="module", autouse=True)
def small_blocks():
    """So that a small day has blocks of the tree that are kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "BLOCK", 8)
        patch.setattr(verification, "BLOCK", 8)
        yield


@pytest.fixture(scope="module")
def day(tmp_path_factory, small_blocks):
    """A closed catalogue, and the card of its hub."""
    room = Room(tmp_path_factory.mktemp("day"))
    fill(room)
    report = room.verify()
    room.close()
    assert report.problems == ()
    assert report.entries == report.checkpointed
    return room


@pytest.fixture
def broken(day, tmp_path):
    """A copy to break with SQL; `check` says what is found then."""

    class Copy:
        path = tmp_path / "catalogue.sqlite"

        def do(self, sql, *values):
            with sqlite3.connect(self.path) as connection:
                connection.execute("PRAGMA foreign_keys=OFF")
                changed = connection.execute(sql, values).rowcount
            connection.close()
            return changed

        def ask(self, sql, *values):
            connection = sqlite3.connect(self.path)
            rows = connection.execute(sql, values).fetchall()
            connection.close()
            return rows

        def check(self):
            return verification.verify(self.path.parent, day.card)

    shutil.copy(day.path, Copy.path)
    return Copy()


def test_a_day_as_it_was_is_verified(broken):
    report = broken.check()
    assert report.is_verified
    assert report.checkpoints == 3


def test_every_byte_of_every_entry_counts(broken):
    generator = random.Random(1)
    for (seq,) in broken.ask("SELECT seq FROM ledger"):
        ((entry,),) = broken.ask("SELECT entry FROM ledger WHERE seq = ?", seq)
        for place in generator.sample(range(len(entry)), 4):
            altered = bytearray(entry)
            altered[place] ^= generator.randrange(1, 256)
            broken.do("UPDATE ledger SET entry = ? WHERE seq = ?", bytes(altered), seq)
            assert not broken.check().is_verified, (seq, place)
        broken.do("UPDATE ledger SET entry = ? WHERE seq = ?", entry, seq)
    assert broken.check().is_verified


def test_a_dropped_entry_is_found_wherever_it_was(broken):
    rows = broken.ask("SELECT * FROM ledger")
    for row in rows:
        broken.do("DELETE FROM ledger WHERE seq = ?", row[0])
        assert not broken.check().is_verified, row[0]
        broken.do("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", *row)


def test_a_cut_tail_is_found(broken):
    broken.do("DELETE FROM ledger WHERE seq > 5")
    assert not broken.check().is_verified


def test_inserted_exchanged_and_repeated_entries_are_found(broken):
    last = broken.ask("SELECT * FROM ledger ORDER BY seq DESC LIMIT 1")[0]
    broken.do("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", last[0] + 1, *last[1:])
    assert not broken.check().is_verified
    broken.do("DELETE FROM ledger WHERE seq = ?", last[0] + 1)
    broken.do("UPDATE ledger SET seq = -1 WHERE seq = 3")
    broken.do("UPDATE ledger SET seq = 3 WHERE seq = 4")
    broken.do("UPDATE ledger SET seq = 4 WHERE seq = -1")
    assert not broken.check().is_verified


def altered(value, kind=None):
    match value:
        case int() if isinstance(kind, Boolean):
            return 1 - value
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case str():
            return value + "x"
        case None:
            return "x"
        case _:
            return value + 1_000


def all_columns():
    tables = [table for table in metadata.sorted_tables if table.name != "ledger_head"]
    return [
        (table.name, column.name)
        for table in tables
        for column in table.columns
        if column.name not in FREE.get(table.name, ())
    ]


@pytest.mark.parametrize(("table", "column"), all_columns())
def test_every_column_of_every_row_counts(broken, table, column):
    definition = metadata.tables[table].columns[column]
    is_alone = len(metadata.tables[table].primary_key.columns) == 1
    is_rowid = definition.primary_key and is_alone and isinstance(definition.type, Integer)
    rows = broken.ask(f'SELECT rowid, "{column}" FROM "{table}"')
    assert rows
    for rowid, value in rows:
        broken.do(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', altered(value, definition.type), rowid)
        assert not broken.check().is_verified, (rowid, value)
        there = altered(rowid) if is_rowid else rowid
        assert broken.do(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', value, there) == 1
    assert broken.check().is_verified


@pytest.mark.parametrize("table", ["scans", "recognitions", "decisions", "outbox", "receipts", "people"])
def test_a_dropped_row_is_found(broken, table):
    (first,) = broken.ask(f'SELECT min(rowid) FROM "{table}"')[0]
    assert broken.do(f'DELETE FROM "{table}" WHERE rowid = ?', first) == 1
    report = broken.check()
    assert any(problem.startswith(f"{table}: ") and "missing" in problem for problem in report.problems)


def test_a_row_without_an_entry_is_found(broken):
    broken.do("INSERT INTO people (name, role, password_hash, seq) VALUES ('Mallory', 'analyst', 'x', 1)")
    assert any("Mallory" in problem for problem in broken.check().problems)


def test_an_exchanged_password_is_found(broken):
    broken.do("UPDATE people SET password_hash = (SELECT password_hash FROM people WHERE name = 'Ada')")
    assert any("Wang" in problem for problem in broken.check().problems)


def test_an_altered_head_is_found(broken):
    ((size, subtrees),) = broken.ask("SELECT size, subtrees FROM ledger_head")
    for new_size, new_subtrees in ((size + 1, subtrees), (size, altered(subtrees)), (size, b""), (0, b"")):
        broken.do("UPDATE ledger_head SET size = ?, subtrees = ?", new_size, new_subtrees)
        assert not broken.check().is_verified


def test_a_checkpoint_of_another_hub_is_refused(broken):
    stranger = Identity.make().card(PeerRole.HUB, "hub")
    report = verification.verify(broken.path.parent, stranger)
    assert len([problem for problem in report.problems if "not signed" in problem]) == 3


def test_a_ledger_rewritten_with_its_head_and_tables_is_caught_by_the_checkpoint(broken):
    """Somebody who holds the database rewrites a name everywhere and computes the tree anew, without the hub's key."""
    rows = broken.ask("SELECT seq, entry FROM ledger ORDER BY seq")
    frontier = Frontier()
    for seq, entry in rows:
        new = entry.replace("李娜".encode(), "王娜".encode())
        broken.do("UPDATE ledger SET entry = ?, actor = replace(actor, '李娜', '王娜') WHERE seq = ?", new, seq)
        frontier = frontier.appended(new)
    broken.do("UPDATE ledger_head SET subtrees = ?", b"".join(frontier.subtrees))
    for table, column in (
        ("scans", "decided_by"),
        ("scans", "analyst"),
        ("scans", "opinions"),
        ("decisions", "decided_by"),
    ):
        broken.do(f"UPDATE {table} SET {column} = replace({column}, '李娜', '王娜')")
    broken.do("UPDATE outbox SET document = cast(replace(cast(document AS TEXT), '李娜', '王娜') AS BLOB)")
    broken.do("UPDATE people_figures SET analyst = replace(analyst, '李娜', '王娜')")
    broken.do("UPDATE scan_progress SET document = cast(replace(cast(document AS TEXT), '李娜', '王娜') AS BLOB)")
    broken.do("DELETE FROM ledger_nodes")
    problems = broken.check().problems
    assert problems
    assert all("checkpoint" in problem for problem in problems)


def test_a_release_that_the_rules_forbid_cannot_be_written_into_the_ledger(day, tmp_path):
    """Even with a correct tree and tables: the fold itself refuses a release nobody was allowed to make."""
    room = Room(tmp_path)
    scan = room.stored_scan()
    decision = release(scan, room.take(scan).fence)
    fence = decision.fence
    forged = {
        "decision": {**msgspec.to_builtins(decision)},
        "lease_expires_at": 1e9,
        "version": 1,
        "order": "{}",
        "key": "",
        "signature": "",
    }
    room.do(lambda tx: journal.append(tx, at=room.now, kind=Kind.DECIDED, actor="李娜", scan=scan, body=forged))
    report = room.verify()
    room.close()
    assert fence > 0
    assert any("machine result" in problem for problem in report.problems)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_file_altered_at_random_is_not_called_verified_with_another_content(day, tmp_path_factory, data):
    """Bytes of the file itself: SQLite may not even open it, but it is never verified with other rows."""
    content = bytearray(day.path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(100, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("altered") / "catalogue.sqlite"
    path.write_bytes(content)
    try:
        report = verification.verify(path.parent, day.card)
    except ScanViewError:
        return
    if report.is_verified:
        assert dump(path) == dump(day.path)


def dump(path):
    connection = sqlite3.connect(path)
    rows = {}
    for table in metadata.sorted_tables:
        free = FREE.get(table.name, ())
        names = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in free)
        rows[table.name] = sorted(connection.execute(f'SELECT {names} FROM "{table.name}"').fetchall())
    connection.close()
    return rows
