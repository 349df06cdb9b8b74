"""The notes of ended shifts: the newest first, none without words, none that is a day old."""

import pytest

from scanview.core.journal import Kind
from scanview.core.presence import MAX_NOTES
from scanview.store import journal, shift_notes
from tests.unit.review.room import Room


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def end(room, at, note, who="Li"):
    room.do(journal.append, at=at, kind=Kind.SHIFT_ENDED, actor=who, scan="", body={"note": note})


def test_the_newest_come_first_and_empty_and_old_ones_not(room):
    end(room, 10.0, "old")
    end(room, 100.0, "first", "Mehmet")
    room.do(journal.append, at=110.0, kind=Kind.ON_BREAK, actor="Li", scan="", body={"since": 1.0})
    end(room, 120.0, "")
    end(room, 130.0, "second")
    told = room.do(shift_notes.shift_notes, 50.0)
    assert [(one.by, one.at, one.note) for one in told] == [("Li", 130.0, "second"), ("Mehmet", 100.0, "first")]


def test_there_are_never_more_than_fit_and_only_the_newest_entries_are_looked_at(room, monkeypatch):
    for number in range(MAX_NOTES + 3):
        end(room, 100.0 + number, str(number))
    assert len(room.do(shift_notes.shift_notes, 0.0)) == MAX_NOTES
    monkeypatch.setattr(shift_notes, "WINDOW", 2)
    assert [one.note for one in room.do(shift_notes.shift_notes, 0.0)] == ["10", "9"]
