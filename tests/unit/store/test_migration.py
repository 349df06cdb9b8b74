"""A catalogue of an older ScanView opens with everything that was in it, and is verified as before."""

import sqlite3

from sqlalchemy import inspect

from scanview.core.review import Person, Role
from scanview.store.database import Database
from scanview.store.folders import CATALOGUE
from scanview.store.people import add_person, people
from scanview.store.related import find_related
from scanview.store.schema import SCHEMA_VERSION, metadata
from tests.unit.review.room import Room

ADDED_IN_2 = ("container_key", "plate_key", "container_type", "shelf", "shelf_title", "shelf_type", "shelf_looks")
ADDED_IN_3 = {
    "people": ("port", "room", "skills"),
    "scans": (
        *("assigned_to", "assigned_until", "earlier_s"),
        *("elsewhere", "priority", "triage", "channel", "skills", "target_s", "virtual"),
        "inspected",
        *("second", "four_eyes", "drawn", "stage", "opinions", "waits_until"),
        *("escalated_by", "selected_by", "remarks", "shown_seq"),
    ),
}
ADDED_IN_4 = ("ports", "standing", "must_change", "failures", "totp_secret", "totp_step", "recovery")
NEW_INDEXES_IN_3 = ("scans_open", "scans_decided", "scans_decided_by", "scans_searched", "scans_by_arrival")
TABLES_OF_2 = (
    "ledger",
    "ledger_head",
    "checkpoints",
    "scans",
    "recognitions",
    "decisions",
    "outbox",
    "receipts",
    "people",
)


def made_by_schema_3(path):
    """Take away what schema 4 added."""
    connection = sqlite3.connect(path)
    for column in ADDED_IN_4:
        connection.execute(f"ALTER TABLE people DROP COLUMN {column}")
    connection.execute("PRAGMA user_version = 3")
    connection.commit()
    connection.close()


def made_by_schema_2(path):
    """Take away what schema 3 added."""
    made_by_schema_3(path)
    connection = sqlite3.connect(path)
    for table in [table.name for table in reversed(metadata.sorted_tables) if table.name not in TABLES_OF_2]:
        connection.execute(f"DROP TABLE {table}")
    for index in NEW_INDEXES_IN_3:
        connection.execute(f"DROP INDEX {index}")
    for table, columns in ADDED_IN_3.items():
        for index in (index for index in metadata.tables[table].indexes if set(columns) & set(index.columns.keys())):
            connection.execute(f"DROP INDEX {index.name}")
        for column in columns:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()


def made_by_schema_1(path):
    """Take away what schema 2 and later ones added."""
    made_by_schema_2(path)
    connection = sqlite3.connect(path)
    for index in metadata.tables["scans"].indexes:
        if {*ADDED_IN_2} & set(index.columns.keys()) or index.name == "scans_arriving_unrecognised":
            connection.execute(f"DROP INDEX IF EXISTS {index.name}")
    for column in ADDED_IN_2:
        connection.execute(f"ALTER TABLE scans DROP COLUMN {column}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()


def described(database):
    def describe(tx):
        tables = inspect(tx)
        return {
            name: (
                sorted(column["name"] for column in tables.get_columns(name)),
                sorted(index["name"] for index in tables.get_indexes(name)),
            )
            for name in tables.get_table_names()
        }

    return database.read(describe)


def test_an_old_catalogue_is_brought_up_to_date_and_knows_what_is_related(tmp_path):
    room = Room(tmp_path)
    first = room.stored_scan(container="csqu 305438-3")
    room.now += 1
    second = room.stored_scan(container="CSQU3054383", plate="沪A 12345")
    new = described(room.database)
    room.close()
    made_by_schema_1(room.path)

    room.database = Database(room.path)
    assert described(room.database) == new
    assert [related.scan for related in room.do(find_related, second)] == [first]
    assert room.verify().problems == ()
    room.close()


def test_people_of_schema_2_belong_nowhere_and_are_verified(tmp_path):
    add_person(tmp_path, name="Ada", role="supervisor", password="correct horse")
    made_by_schema_2(tmp_path / CATALOGUE)
    assert people(tmp_path) == (Person(name="Ada", role=Role.SUPERVISOR),)


def test_people_and_decided_scans_of_schema_3_stay_as_they_were_and_see_every_port(tmp_path):
    room = Room(tmp_path)
    room.add_person("Ada", role=Role.SUPERVISOR)
    decided = room.row(room.decided_scan())
    new = described(room.database)
    room.close()
    made_by_schema_3(room.path)

    room.database = Database(room.path)
    assert described(room.database) == new
    assert room.row(decided.scan) == decided
    assert people(tmp_path) == (Person(name="Ada", role=Role.SUPERVISOR, ports=()),)
    assert room.verify().problems == ()
    room.close()


def test_it_is_brought_up_to_date_once(tmp_path):
    room = Room(tmp_path)
    room.stored_scan()
    room.close()
    made_by_schema_1(room.path)
    Database(room.path).close()
    Database(room.path).close()

    connection = sqlite3.connect(room.path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()
    assert "scans" in metadata.tables
