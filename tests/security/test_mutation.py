"""Whatever is altered at random, in the catalogue or in a file, is found; `make mutation` tries ten thousand places."""

from scanview.store.schema import metadata
from tests.security import mutation

PLACES = 300


def test_whatever_is_altered_is_found(tmp_path):
    with mutation.made_day(tmp_path, seed=20) as day:
        while day.tried.total() < PLACES:
            day.alter()
        assert day.missed == []
        tables = {table.name for table in metadata.sorted_tables}
        assert {"scan file", "export", "proof"} <= day.tried.keys()
        assert len(day.tried.keys() & tables) > len(tables) / 2


def test_every_table_has_rows_to_alter(tmp_path):
    with mutation.made_day(tmp_path, seed=1) as day:
        for table in metadata.sorted_tables:
            assert day.room.do(lambda tx, table=table: tx.execute(table.select()).first()), table.name


def test_an_alteration_that_is_not_found_would_be_told(tmp_path, monkeypatch):
    with mutation.made_day(tmp_path, seed=1) as day:
        monkeypatch.setattr(mutation, "is_file_refused", lambda name, path: False)
        for _ in range(20):
            day._file()
        assert len(day.missed) == 20
        assert day.room.verify().is_verified
