"""What the console counts, reads and writes, without a window."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.audit import StoryEntry
from scanview.core.errors import BadInput, Unavailable
from scanview.core.journal import Kind
from scanview.core.review import Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import LaneStatus
from scanview.ui.console.audit.export import csv_text, write_csv
from scanview.ui.console.audit.story_words import told
from scanview.ui.console.audit.typed_time import shown_moment, typed_moment
from scanview.ui.console.live.situation import Tally
from scanview.ui.console.replay.record import decisions_in, known_after
from scanview.ui.text import Language, speak
from tests.ui.screens.auditing import entries
from tests.unit.session.session_fakes import row

LANES = ("CNSHA-01", "CNSHA-02", "CNNGB-01")
STATES = (WorkState.ARRIVING, WorkState.WAITING, WorkState.IN_REVIEW, WorkState.DECIDED, WorkState.CLOSED)


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from(LANES), st.sampled_from(STATES), st.sampled_from(Verdict)),
        max_size=40,
    )
)
def test_the_tally_counts_what_a_count_from_the_start_would(changes):
    tally, rows = Tally(), {}
    for number, lane, state, verdict in changes:
        decided = state in (WorkState.DECIDED, WorkState.CLOSED)
        changed = row(number, lane=lane, state=state, arrived_at=number, verdict=verdict if decided else None)
        rows[number] = changed
        tally.take_in((changed,))
    counted = {lane.lane: lane for port in tally.ports(()) for lane in port.lanes}

    for lane in {one.lane for one in rows.values()}:
        there = [one for one in rows.values() if one.lane == lane]
        expected = tuple(sum(one.state is state for one in there) for state in STATES[:3])
        assert (counted[lane].arriving, counted[lane].waiting, counted[lane].in_review) == expected
        assert counted[lane].held == sum(one.verdict is Verdict.HOLD for one in there)
        undecided = [one.arrived_at for one in there if one.state in STATES[:3]]
        assert counted[lane].oldest_at == min(undecided, default=None)
    assert sum(lane.held for lane in counted.values()) == sum(one.verdict is Verdict.HOLD for one in rows.values())


def test_a_lane_is_late_by_its_own_scans_targets_and_a_lost_one_is_known():
    tally = Tally()
    tally.take_in((row(1, arrived_at=100.0, target_s=60.0), row(2, arrived_at=10.0)))
    (port,) = tally.ports((LaneStatus(lane="CNSHA-01", connected=False, since=5.0),))
    lost, busy = port.lanes

    assert (lost.connected, lost.late_s(1e6), busy.connected) == (False, 0.0, None)
    assert (busy.oldest_at, busy.late_s(159.0), busy.late_s(170.0)) == (10.0, 0.0, 10.0)
    assert (port.linked, port.oldest_at) == (0, 10.0)


@pytest.mark.parametrize("language", Language)
def test_every_kind_of_entry_is_told_whatever_is_in_it(language):
    for entry in entries():
        assert speak(language, told(entry)).strip()
    for kind in [*Kind, "of-a-newer-hub"]:
        for body in ({}, {"decision": 7, "recognition": None, "reason": "x", "why": 3}, {"earlier_s": "soon"}):
            one = StoryEntry(seq=1, at=1.0, kind=str(kind), actor="hub", body=json.dumps(body))
            assert speak(language, told(one)).strip()


def test_what_was_known_comes_from_entries_up_to_then_alone():
    story = entries()
    (seen,) = decisions_in(story)

    assert (seen.by, seen.seq, seen.leased_at) == ("zhang", 6, story[4].at)
    assert known_after(story, 2, seen).recognition is None
    assert known_after(story, 3, seen).recognition is not None
    assert known_after(story, 5, seen).decided is None
    assert known_after(story, 6, seen).decided == seen


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_no_cell_of_an_export_begins_like_a_formula(lines):
    written = csv_text(("a", "b"), lines)

    for cell in (cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))):
        assert f"'{cell[0]}" in written


def test_a_folder_that_is_not_there_gets_no_half_a_file(tmp_path):
    with pytest.raises(Unavailable, check=lambda error: error.code == "unwritable-file"):
        write_csv(tmp_path / "none" / "a.csv", ("a",), ())
    assert list(tmp_path.iterdir()) == []


def test_a_moment_is_read_as_it_is_shown():
    at = time.mktime((2026, 11, 1, 8, 30, 15, 0, 0, -1))

    assert typed_moment(shown_moment(at)) == at
    assert typed_moment("2026-11-01", is_end=True) - typed_moment("2026-11-01") == 86_400
    assert typed_moment("2026-11-01 08:30", is_end=True) == at - 15
    assert typed_moment("  ") is None
    assert shown_moment(0.0) == ""
    for wrong in ("yesterday", "2026-13-01", "9999999-01-01"):
        with pytest.raises(BadInput, check=lambda error: error.code == "bad-moment"):
            typed_moment(wrong)
