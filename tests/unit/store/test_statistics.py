"""The room's figures are those of its ledger: after any history, also one with withdrawals and restarts."""

import math
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scanview.core.errors import BadInput, NotAllowed
from scanview.core.figures import EDGES_S, IN_ORDER, QUANTILE_ERROR, Figures, Stage, Tally
from scanview.core.inspection import Found
from scanview.core.interruption import Cause, Explanation
from scanview.core.journal import Kind
from scanview.core.order import Outcome
from scanview.core.period import DAY_S, HOUR_S, Period
from scanview.core.review import Verdict
from scanview.core.scan import Box
from scanview.core.statistics import Grouping, Question, Ratio, explained_share, share
from scanview.core.triage import Clearance
from scanview.core.virtual import Truth
from scanview.review import dispatch
from scanview.store import catalogue, journal, lanes, rollups
from scanview.store.database import Database
from scanview.store.statistics import read_statistics
from tests.unit.review.room import ANALYST, LANE, OTHER, Room, hold, release

DAY = Period(since=0, until=DAY_S)


def ask(room, by=Grouping.PORT, *, period=DAY, **fields):
    question = Question(period=period, by=by, **fields)
    return room.database.read(lambda tx: read_statistics(tx, question, room.now))


def judged(room, *, lane=LANE, person=ANALYST, verdict=Verdict.RELEASE, waits_s=60, thinks_s=30):
    """One scan from its first column to the gate: 10 s of scanning, 7 s until its order is answered."""
    scan = room.offer(lane=lane)
    room.now += 10
    room.store(scan)
    room.recognise(scan, 0.1)
    room.now += waits_s
    lease = room.do(dispatch.take, scan=scan, person=person, workstation="desk-1", now=room.now, lease_s=9_000.0)
    room.now += thinks_s
    made = release(scan, lease.fence) if verdict is Verdict.RELEASE else hold(scan, lease.fence)
    room.decide(made, person)
    room.now += 7
    room.receipt(made.decision, scan, lane=lane)
    return scan


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def test_the_stages_of_a_scan_add_up_to_its_clearance(room):
    judged(room, waits_s=60, thinks_s=30)
    whole = ask(room).whole
    assert [round(whole.stage(stage).mean_s, 3) for stage in IN_ORDER if whole.stage(stage)] == [10, 60, 30, 0, 7]
    assert whole.stage(Stage.CLEARANCE).mean_s == 107
    assert whole.stage(Stage.QUEUE).p50_s == pytest.approx(60, rel=QUANTILE_ERROR)


def test_time_that_somebody_looked_in_vain_is_waiting(room):
    scan = room.stored_scan()
    lease = room.take(scan)
    room.now += 12
    room.do(dispatch.give_back, scan=scan, fence=lease.fence, person=ANALYST, now=room.now)
    room.now += 8
    lease = room.take(scan, OTHER)
    room.now += 5
    room.decide(hold(scan, lease.fence), OTHER)
    whole = ask(room).whole
    assert whole.stage(Stage.QUEUE).mean_s == 20
    assert whole.stage(Stage.DECISION).mean_s == 5


def test_a_decision_that_was_taken_back_is_counted_as_such_and_not_as_decided(tmp_path):
    room = Room(tmp_path, grace_s=10.0)
    scan = room.stored_scan()
    decision = hold(scan, room.take(scan).fence)
    room.decide(decision)
    assert ask(room).whole.count(Tally.HELD) == 1
    room.now += 3
    lease = room.withdraw(decision)
    whole = ask(room, Grouping.ANALYST).rows[0]
    assert dict(whole.counts) == {"withdrawn": 1}
    room.now += 4
    room.recognise(scan)
    room.decide(release(scan, lease.fence))
    whole = ask(room).whole
    assert (whole.count(Tally.RELEASED), whole.count(Tally.HELD), whole.count(Tally.WITHDRAWN)) == (1, 0, 1)
    assert whole.stage(Stage.DECISION).mean_s == 7, "from when the scan was opened"
    room.close()


def test_figures_by_port_lane_hour_person_and_time(room):
    judged(room)
    judged(room, lane="CNNGB-01", person=OTHER, verdict=Verdict.HOLD)
    room.now += HOUR_S
    judged(room, lane="CNSHA-01")

    def keys(by, **fields):
        return {row.key: row.count(Tally.DECIDED) for row in ask(room, by, **fields).rows}

    assert keys(Grouping.PORT) == {"CNNGB": 1, "CNSHA": 2}
    assert keys(Grouping.LANE) == {"CNNGB-01": 1, "CNSHA-01": 1, "CNSHA-03": 1}
    assert keys(Grouping.LANE, port="CNSHA") == {"CNSHA-01": 1, "CNSHA-03": 1}
    assert keys(Grouping.HOUR) == {"00": 2, "01": 1}
    assert keys(Grouping.HOUR, offset_s=8 * HOUR_S) == {"08": 2, "09": 1}
    assert keys(Grouping.TIME) == {"0": 2, str(HOUR_S): 1}
    assert keys(Grouping.ANALYST) == {ANALYST.name: 2, OTHER.name: 1}
    assert keys(Grouping.ANALYST, port="CNNGB") == {OTHER.name: 1}
    assert keys(Grouping.TIME, analyst=OTHER.name) == {"0": 1}
    assert keys(Grouping.PORT, period=Period(since=HOUR_S, until=2 * HOUR_S)) == {"CNSHA": 1}
    assert share(ask(room).whole, Ratio.HELD).hits == 1


def test_a_day_of_the_readers_zone_is_made_of_hours(room):
    room.now = 15 * HOUR_S + 1.0
    judged(room)
    room.now = 16 * HOUR_S + 1.0
    judged(room)
    month = Period(since=0, until=31 * DAY_S)
    rows = ask(room, Grouping.TIME, period=month, offset_s=8 * HOUR_S).rows
    assert [(int(row.key), row.count(Tally.DECIDED)) for row in rows] == [(-8 * HOUR_S, 1), (16 * HOUR_S, 1)]


def test_downtime_has_its_cause_and_the_room_says_when_it_was_the_room(room):
    room.do(lanes.lane_changed, LANE, connected=False, now=500.0)
    assert ask(room).lanes == (), "a lane that never came is not down"
    room.do(lanes.lane_changed, LANE, connected=True, now=1_000.0)
    room.do(lanes.lane_changed, LANE, connected=True, now=1_100.0)
    room.do(lanes.lane_changed, LANE, connected=False, now=1_600.0)
    room.do(lanes.lane_changed, LANE, connected=True, now=1_900.0)
    room.do(lanes.room_stopped, 2_000.0)
    room.do(lanes.room_started, 2_500.0)
    room.do(lanes.lane_changed, LANE, connected=True, now=2_600.0)
    room.now = 3_000.0
    before = ask(room)
    (use,) = before.lanes
    assert (use.connected_s, use.lost_s) == (600 + 100 + 400, 300 + 600)
    assert use.lost_by_cause == {Cause.UNEXPLAINED.value: 300.0, Cause.ROOM.value: 600.0}
    unexplained = next(spell for spell in before.interruptions if spell.cause is Cause.UNEXPLAINED)
    told = Explanation(cause=Cause.MAINTENANCE, note="new source")
    with pytest.raises(NotAllowed):
        room.do(lanes.explain, number=unexplained.number, explanation=told, by="Bo", ports=("CNNGB",), now=3_000.0)
    room.do(lanes.explain, number=unexplained.number, explanation=told, by="Ada", ports=("CNSHA",), now=3_000.0)
    after = ask(room)
    assert after.lanes[0].lost_by_cause == {Cause.MAINTENANCE.value: 300.0, Cause.ROOM.value: 600.0}
    assert explained_share(after.lanes) == 1
    assert after.interruptions[1].explained_by == "Ada"
    assert room.verify().problems == ()


def test_a_room_that_was_killed_ran_as_long_as_its_ledger_shows(room):
    room.do(lanes.lane_changed, LANE, connected=True, now=1_000.0)
    room.now = 1_300.0
    room.stored_scan()
    room.do(lanes.room_started, 9_000.0)
    room.now = 9_000.0
    (use,) = ask(room).lanes
    assert (use.connected_s, use.lost_by_cause) == (300.0, {Cause.ROOM.value: 7_700.0})


def test_what_cannot_be_asked_is_refused():
    for wrong in ({"since": 0, "until": 0}, {"since": 1, "until": HOUR_S}, {"since": 0, "until": 11 * 366 * DAY_S}):
        with pytest.raises(BadInput):
            Period(**wrong)
    with pytest.raises(BadInput):
        Question(period=DAY, by=Grouping.ANALYST, lane=LANE)
    with pytest.raises(BadInput):
        Question(period=DAY, by=Grouping.PORT, offset_s=1_800)


class History(RuleBasedStateMachine):
    """Whatever happens to a few scans, the figures are a recount of the ledger and of the scans themselves."""

    @initialize()
    def begin(self):
        self.room = Room(Path(tempfile.mkdtemp(dir=self.base)), grace_s=1e9)
        self.open = {}
        self.made = {}

    def lease(self, scan, person):
        return self.room.do(
            dispatch.take, scan=scan, person=person, workstation="desk-1", now=self.room.now, lease_s=1e6
        )

    @rule(wait=st.floats(0, 40_000))
    def time_passes(self, wait):
        self.room.now += wait

    @rule(lane=st.sampled_from(["CNSHA-01", "CNSHA-02", "CNNGB-01"]), person=st.sampled_from([ANALYST, OTHER]))
    def scan_comes_and_is_opened(self, lane, person):
        scan = self.room.offer(lane=lane)
        self.room.now += 3
        self.room.store(scan)
        self.room.recognise(scan)
        self.open[scan] = (self.lease(scan, person), person, lane)

    @rule(data=st.data(), holds=st.booleans())
    def decided(self, data, holds):
        if self.open:
            scan = data.draw(st.sampled_from(list(self.open)))
            lease, person, lane = self.open[scan]
            if lease.expires_at <= self.room.now:
                return
            decision = hold(scan, lease.fence) if holds else release(scan, lease.fence)
            self.room.decide(decision, person)
            del self.open[scan]
            self.made[scan] = (decision, person, lane)

    @rule(data=st.data())
    def taken_back(self, data):
        if self.made:
            scan = data.draw(st.sampled_from(list(self.made)))
            decision, person, lane = self.made.pop(scan)
            lease = self.room.withdraw(decision, person)
            self.open[scan] = (lease, person, lane)

    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def answered(self, data, outcome):
        if self.made:
            scan = data.draw(st.sampled_from(list(self.made)))
            decision, _, lane = self.made.pop(scan)
            self.room.receipt(decision.decision, scan, outcome, lane=lane)

    @rule(connected=st.booleans(), lane=st.sampled_from(["CNSHA-01", "CNNGB-01"]))
    def lane_changes(self, connected, lane):
        self.room.do(lanes.lane_changed, lane, connected=connected, now=self.room.now)

    @rule()
    def hub_restarts(self):
        self.room.database.close()
        self.room.database = Database(self.room.path)
        self.room.do(lanes.room_started, self.room.now)

    @invariant()
    def the_figures_are_those_of_the_ledger(self):
        assert self.room.verify().problems == ()
        whole = Period(since=0, until=math.ceil((self.room.now + 1) / DAY_S) * DAY_S)
        if whole.until - whole.since > 3_000 * DAY_S:
            return
        by_lane = ask(self.room, Grouping.LANE, period=whole).whole
        for by in (Grouping.TIME, Grouping.HOUR, Grouping.PORT):
            assert ask(self.room, by, period=whole).whole == by_lane
        people = ask(self.room, Grouping.ANALYST, period=whole).whole
        assert people.count(Tally.DECIDED) == by_lane.count(Tally.DECIDED)
        rows = self.room.database.read(lambda tx: rollups.stored_rows(tx, rollups.scan_progress))
        assert len(rows) == by_lane.count(Tally.ARRIVED)

    def teardown(self):
        if hasattr(self, "room"):
            self.room.close()


def test_any_history_is_counted_as_the_ledger_tells_it(tmp_path):
    class Here(History):
        base = tmp_path

    Here.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
    Here.TestCase("runTest").runTest()


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.25, 1.0, 59.9, 3_600.0, 1e6])
def test_a_quantile_is_off_by_no_more_than_it_says(seconds):
    told = Figures.of({}, [(Stage.QUEUE, seconds)] * 3).times(Stage.QUEUE)
    assert told.count == 3
    assert told.mean_s == pytest.approx(seconds, abs=0.001)
    if EDGES_S[0] <= seconds < EDGES_S[-1]:
        assert told.quantile(0.5) == pytest.approx(seconds, rel=QUANTILE_ERROR + 1e-9)
    else:
        assert told.quantile(0.5) in (EDGES_S[0] / 2, EDGES_S[-1])


def test_quantiles_of_many_are_those_of_the_sorted_list():
    seconds = [1.5**power for power in range(20)]
    told = Figures.of({}, [(Stage.GATE, value) for value in seconds]).times(Stage.GATE)
    for wanted, lower in ((0.5, seconds[9]), (0.9, seconds[17]), (0.95, seconds[18])):
        assert told.quantile(wanted) == pytest.approx(lower, rel=QUANTILE_ERROR + 1e-9)


def test_adding_and_taking_away_are_exact():
    first = Figures.of({Tally.HELD: 3, Tally.SCANNING_MS: 12_345}, [(Stage.SCAN, 3.0), (Stage.CLEARANCE, 400.0)])
    second = Figures.of({Tally.ARRIVED: 1, Tally.HELD: 4}, [(Stage.SCAN, 500.0)])
    assert (first + second) - first == second
    assert Figures.from_bytes((second - first).to_bytes()) + first == second
    assert (first + second).tally(Tally.HELD) == 7
    assert all(lower < upper for lower, upper in pairwise(EDGES_S))
    assert Counter(tally for tally in Tally if second.tally(tally)) == Counter([Tally.ARRIVED, Tally.HELD])


def test_a_second_opinion_agrees_or_not_and_its_time_is_its_readers(room):
    room.rules = replace(room.rules, second_share=1.0, draw=lambda: 0.5)
    scan = room.stored_scan()
    room.recognise(scan, 0.1)
    room.now += 10
    lease = room.take(scan)
    room.now += 4
    room.decide(release(scan, lease.fence))
    assert dict(ask(room).whole.counts) == {"arrived": 1, "stored": 1, "recognised": 1, "opined": 1}
    room.now += 20
    lease = room.take(scan, OTHER)
    room.now += 6
    room.decide(release(scan, lease.fence), OTHER)
    whole = ask(room).whole
    assert (whole.stage(Stage.QUEUE).mean_s, whole.stage(Stage.DECISION).mean_s) == (30, 10)
    assert share(whole, Ratio.AGREED).value == 1
    people = {row.key: row for row in ask(room, Grouping.ANALYST).rows}
    assert (people[ANALYST.name].count(Tally.OPINED), people[ANALYST.name].stage(Stage.DECISION).mean_s) == (1, 4)
    assert (people[OTHER.name].count(Tally.SECOND_AGREED), people[OTHER.name].stage(Stage.DECISION).mean_s) == (1, 6)
    assert room.verify().problems == ()


def test_a_virtual_scan_is_counted_nowhere(room):
    judged(room)
    before = ask(room).whole
    scan = room.stored_scan(truth=Truth(label="weapon", places=(Box(x0=10, y0=10, x1=40, y1=40),)))
    room.recognise(scan, 0.4)
    room.decide(hold(scan, room.take(scan).fence))
    assert ask(room).whole == before
    assert {row.key: row.count(Tally.DECIDED) for row in ask(room, Grouping.ANALYST).rows} == {ANALYST.name: 1}
    assert room.verify().problems == ()


@pytest.mark.parametrize(("found", "hits"), [(Found.FOUND, 1), (Found.PARTLY, 1), (Found.NOTHING, 0)])
def test_an_inspection_says_whether_a_hold_hit(room, found, hits):
    scan = room.decided_scan()
    room.now += 2 * HOUR_S
    room.inspect(scan, found=found, **({"items": ()} if found is Found.NOTHING else {}))
    (row,) = ask(room, Grouping.ANALYST).rows
    told = share(row, Ratio.HIT)
    assert (told.hits, told.trials) == (hits, 1)
    (at_decision,) = (row for row in ask(room, Grouping.HOUR).rows if row.count(Tally.INSPECTED))
    assert at_decision.key == "00", "it belongs to the hour of the decision"
    assert room.verify().problems == ()


def test_a_scan_that_the_draw_gave_to_a_person_measures_what_direct_release_would_miss(room):
    scans = [room.stored_scan() for _ in range(2)]
    for scan, make in zip(scans, (release, hold), strict=True):
        room.recognise(scan, 0.1)
        entry = room.do(lambda tx, scan=scan: next(journal.newest_about(tx, scan, Kind.RECOGNISED)))
        body = {**entry.body, "triage": {**entry.body["triage"], "clearance": Clearance.SAMPLED.value, "draw": 0.01}}
        room.do(catalogue.record, at=room.now, kind=Kind.RECOGNISED, actor="worker/w1", scan=scan, body=body)
        room.decide(make(scan, room.take(scan).fence))
    told = share(ask(room).whole, Ratio.MISSED)
    assert (told.hits, told.trials) == (1, 2)
