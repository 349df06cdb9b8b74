"""A scan's story tells every entry about it, in order and in pages."""

from dataclasses import replace

import pytest

from scanview.core.journal import Kind
from scanview.core.mark import Mark
from scanview.core.scan import Box
from scanview.store import story
from tests.unit.review.room import Room, hold, new_id


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def marked(room):
    scan = room.stored_scan()
    room.recognise(scan, 0.9)
    mark = Mark(mark=new_id(), box=Box(x0=1, y0=1, x1=9, y1=9), text="a pistol?")
    room.decide(hold(scan, room.take(scan).fence, marks=(mark,)))
    return scan


def test_a_story_tells_every_entry_in_order(room, marked):
    told, more = room.do(story.story, marked, 0)

    assert not more
    assert [entry.kind for entry in told] == ["scan-offered", "scan-stored", "recognised", "leased", "decided"]
    assert [entry.seq for entry in told] == sorted(entry.seq for entry in told)
    assert told[-1].said["decision"]["marks"][0]["text"] == "a pistol?"
    assert told[-1].tells(Kind.DECIDED)
    assert not replace(told[-1], kind="of-a-newer-hub").tells(Kind.DECIDED)


@pytest.mark.parametrize("room_for", [1, 600, 10_000])
def test_a_long_story_comes_in_pages_and_what_is_too_long_is_left_out(room, marked, monkeypatch, room_for):
    monkeypatch.setattr(story, "STORY_BYTES", room_for)
    told, after = [], 0
    while True:
        entries, more = room.do(story.story, marked, after)
        assert entries
        assert sum(len(entry.body) for entry in entries) <= room_for
        told += entries
        if not more:
            break
        after = entries[-1].seq

    assert [entry.kind for entry in told] == ["scan-offered", "scan-stored", "recognised", "leased", "decided"]
    assert all(entry.body or room_for < 10_000 for entry in told)
