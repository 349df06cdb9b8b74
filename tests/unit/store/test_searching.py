"""Scans are found by anything, newest change first, a bounded part of the archive at a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.mark import Mark
from scanview.core.review import HoldReason, Verdict
from scanview.core.scan import Box
from scanview.core.searching import Search
from scanview.store import searching
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
    page = room.do(searching.search, Search(**sought), None)
    by_id = {scan: name for name, scan in archive.items()}
    return [by_id[found.row.scan] for found in page.found]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ({}, ["marked", "noted", "released", "waits"]),
        ({"text": "mwcu6059784"}, ["noted"]),
        ({"text": "605978-4"}, ["noted"]),
        ({"text": "沪a 12345"}, ["marked", "noted", "released", "waits"]),
        ({"text": "CNNGB"}, ["marked", "waits"]),
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
    assert room.do(searching.search, Search(), None).found[0].decided_at == room.now
    room.withdraw(made)

    page = room.do(searching.search, Search(person=ANALYST.name), None)
    room.close()

    assert [(found.row.scan, found.row.verdict, found.decided_at) for found in page.found] == [(scan, None, 0.0)]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Sixty scans, several of which came at the same moment; in every third a machine claims to see a weapon."""
    room = Room(tmp_path_factory.mktemp("crowd"))
    for number in range(60):
        room.now = 1_000.0 + number // 4
        scan = room.stored_scan(lane=f"CNSHA-{number % 3:02}")
        if number % 3 == 0:
            room.recognise(scan, 0.9)
    yield room
    room.close()


@settings(max_examples=40, deadline=None)
@given(
    window=st.integers(1, 70),
    most=st.integers(1, 70),
    wanted=st.sampled_from([Search(), Search(lane="CNSHA-00"), Search(lane="XX"), Search(label=LABEL)]),
)
def test_step_by_step_everything_is_found_once_in_order(crowd, window, most, wanted):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "WINDOW", window)
        found, after, steps = [], None, 0
        while True:
            page = crowd.do(searching.search, wanted, after, limit=most)
            assert len(page.found) <= most
            found += [one.row.seq for one in page.found]
            steps += 1
            if page.following is None:
                break
            assert after is None or page.following.seq < after.seq
            after = page.following

    assert found == sorted(set(found), reverse=True)
    assert len(found) == {Search(): 60, Search(lane="XX"): 0}.get(wanted, 20)
    assert steps <= 60 // min(window, most) + 2


def test_who_may_not_see_everything_finds_what_they_decided(room, archive):
    page = room.do(searching.search, Search(), None, decided_by=OTHER.name)
    assert [one.row.scan for one in page.found] == [archive["marked"]]


def test_a_step_reads_its_part_of_the_archive_by_an_index(room, archive):
    told = plans(room, lambda tx: searching.search(tx, Search(note="x", label="y"), None))

    assert any("COVERING INDEX" in step for step in told)
    assert not any(step.startswith("SCAN scans") and "USING" not in step for step in told)
