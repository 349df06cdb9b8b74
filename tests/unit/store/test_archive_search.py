"""The archive is searched by anything, a bounded part at a time, and tells all that happened to a scan."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.audit import Sought
from scanview.core.journal import Kind
from scanview.core.mark import Mark
from scanview.core.review import HoldReason, Verdict
from scanview.core.scan import Box
from scanview.store import archive_search
from tests.unit.review.room import ANALYST, OTHER, Room, hold, new_id, release
from tests.unit.store.test_catalogue import plans

LABEL = "weapon"


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def archive(room):
    """A released scan, one held with a note, one held with a written mark, one that waits, one that was withdrawn."""
    found = {}
    for name, lane, container in (
        ("released", "CNSHA-01", "CSQU3054383"),
        ("noted", "CNSHA-02", "MWCU 605978-4"),
        ("marked", "CNNGB-01", "TGHU7759933"),
        ("waits", "CNNGB-01", "100%_real"),
    ):
        room.now += 100
        found[name] = room.stored_scan(lane=lane, container=container, plate="沪A12345")
        room.recognise(found[name], *((0.9,) if name == "marked" else ()))
    decide(room, found["released"], lambda scan, fence: release(scan, fence))
    decide(room, found["noted"], lambda scan, fence: hold(scan, fence, note="false wall 夹层", reason=HoldReason.OTHER))
    mark = Mark(mark=new_id(), box=Box(x0=1, y0=1, x1=9, y1=9), text="a pistol?")
    decide(room, found["marked"], lambda scan, fence: hold(scan, fence, marks=(mark,)), person=OTHER)
    return found


def decide(room, scan, make, person=ANALYST):
    made = make(scan, room.take(scan, person).fence)
    room.decide(made, person)
    return made


def names(room, archive, **sought):
    page = room.do(archive_search.search, Sought(**sought), None)
    by_id = {scan: name for name, scan in archive.items()}
    return [by_id[found.row.scan] for found in page.found]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ({}, ["waits", "marked", "noted", "released"]),
        ({"text": "mwcu6059784"}, ["noted"]),
        ({"text": "605978-4"}, ["noted"]),
        ({"text": "沪a 12345"}, ["waits", "marked", "noted", "released"]),
        ({"text": "CNNGB"}, ["waits", "marked"]),
        ({"text": "0%_r"}, ["waits"]),
        ({"text": "_______"}, []),
        ({"person": "Mehmet"}, ["marked"]),
        ({"verdict": Verdict.HOLD}, ["marked", "noted"]),
        ({"verdict": Verdict.RELEASE}, ["released"]),
        ({"reason": HoldReason.OTHER}, ["noted"]),
        ({"lane": "CNSHA-0"}, ["noted", "released"]),
        ({"since": 1_200.0, "until": 1_400.0}, ["marked", "noted"]),
        ({"note": "夹层"}, ["noted"]),
        ({"note": "PISTOL"}, ["marked"]),
        ({"note": "box"}, []),
        ({"label": LABEL}, ["marked"]),
        ({"label": "weap"}, []),
        ({"verdict": Verdict.HOLD, "lane": "CNSHA"}, ["noted"]),
    ],
)
def test_scans_are_found_by_anything(room, archive, sought, expected):
    assert names(room, archive, **sought) == expected


def test_the_beginning_of_an_id_is_enough(room, archive):
    assert names(room, archive, text=archive["noted"][:12].upper()) == ["noted"]


def test_who_decided_is_found_even_where_it_was_taken_back(tmp_path):
    room = Room(tmp_path, grace_s=60.0)
    scan = room.stored_scan()
    room.recognise(scan)
    made = decide(room, scan, release)
    assert room.do(archive_search.search, Sought(), None).found[0].decided_at == room.now
    room.withdraw(made)

    page = room.do(archive_search.search, Sought(person=ANALYST.name), None)
    room.close()

    assert [(found.row.scan, found.row.verdict, found.decided_at) for found in page.found] == [(scan, None, 0.0)]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Sixty scans, several of which came at the same moment; every third has an even lane."""
    room = Room(tmp_path_factory.mktemp("crowd"))
    for number in range(60):
        room.now = 1_000.0 + number // 4
        room.offer(lane=f"CNSHA-{number % 3:02}")
    yield room
    room.close()


@settings(max_examples=40, deadline=None)
@given(window=st.integers(1, 70), most=st.integers(1, 70), lane=st.sampled_from(["", "CNSHA-00", "CNSHA-01", "XX"]))
def test_step_by_step_everything_is_found_once_in_order(crowd, window, most, lane):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive_search, "WINDOW", window)
        patch.setattr(archive_search, "MAX_FOUND", most)
        found, after, steps = [], None, 0
        while True:
            page = crowd.do(archive_search.search, Sought(lane=lane), after)
            assert len(page.found) <= most
            found += [one.row for one in page.found]
            steps += 1
            if page.following is None:
                break
            assert after is None or (page.following.arrived_at, page.following.scan) < (after.arrived_at, after.scan)
            after = page.following
    keys = [(row.arrived_at, row.scan) for row in found]

    assert keys == sorted(set(keys), reverse=True)
    assert len(found) == {"": 60, "XX": 0}.get(lane, 20)
    assert steps <= 60 // min(window, most) + 2


def test_a_step_reads_its_part_of_the_archive_by_the_index_of_arrival(room, archive):
    told = plans(room, archive_search.search, Sought(note="x", label="y"), None)

    assert any("scans_by_arrival" in step for step in told)
    assert not any(step.startswith("SCAN scans") and "USING" not in step for step in told)


def test_a_story_tells_every_entry_in_order(room, archive):
    told, more = room.do(archive_search.story, archive["marked"], 0)

    assert not more
    assert [entry.kind for entry in told] == ["scan-offered", "scan-stored", "recognised", "leased", "decided"]
    assert [entry.seq for entry in told] == sorted(entry.seq for entry in told)
    assert told[-1].said["decision"]["marks"][0]["text"] == "a pistol?"
    assert told[-1].tells(Kind.DECIDED)
    assert not replace(told[-1], kind="of-a-newer-hub").tells(Kind.DECIDED)


@pytest.mark.parametrize("room_for", [1, 600, 10_000])
def test_a_long_story_comes_in_pages_and_what_is_too_long_is_left_out(room, archive, monkeypatch, room_for):
    monkeypatch.setattr(archive_search, "STORY_BYTES", room_for)
    told, after = [], 0
    while True:
        entries, more = room.do(archive_search.story, archive["marked"], after)
        assert entries
        assert sum(len(entry.body) for entry in entries) <= room_for
        told += entries
        if not more:
            break
        after = entries[-1].seq

    assert [entry.kind for entry in told] == ["scan-offered", "scan-stored", "recognised", "leased", "decided"]
    assert all(entry.body or room_for < 10_000 for entry in told)
