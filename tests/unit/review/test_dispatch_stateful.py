"""Dispatch in any order of events, on a real database: no scan with two people, no exclusion broken, none starves."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scanview.core.dispatching import Terms
from scanview.core.errors import NotAllowed
from scanview.core.review import Person, Role
from scanview.core.rooms import Room as ReviewRoom
from scanview.core.rooms import Rooms
from scanview.review import dispatch, supervising
from scanview.store import people
from tests.unit.review.room import SUPERVISOR, Room, hold

LEASE_S = 15.0
ASSIGNED_S = 60.0
LANES = ("CNSHA-03", "CNNGB-01", "DEHAM-02")
TERMS = Terms(
    key=b"a key",
    band_s=30.0,
    room_for_s=100.0,
    free_choice=False,
    rooms=Rooms((ReviewRoom(name="South", serves=("CNSHA-*",)), ReviewRoom(name="East", serves=("CNNGB-*",)))),
)
SHANGHAI = Person(name="Shanghai", role=Role.ANALYST, port="CNSHA", room="South")
EAST = Person(name="East", role=Role.ANALYST, room="East")
ANYWHERE = Person(name="Anywhere", role=Role.ANALYST)
PEOPLE = (SHANGHAI, EAST, ANYWHERE)


class Dispatching(RuleBasedStateMachine):
    """`held` is who has which scan until when, `kept` for whom a supervisor keeps one until when, as they must be."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.room = Room(Path(self.folder.name))
        self.room.database.transact(self._add_people)
        self.lanes, self.held, self.kept, self.decided = {}, {}, {}, set()

    @staticmethod
    def _add_people(tx):
        for person in PEOPLE:
            people.insert_person(tx, person, "no hash", at=0.0, actor="administrator")

    @rule(lane=st.sampled_from(LANES), score=st.sampled_from([None, 0.1, 0.9]))
    def a_scan_comes(self, lane, score):
        scan = self.room.stored_scan(lane=lane)
        self.lanes[scan] = lane
        if score is not None:
            self.room.recognise(scan, score)

    @rule(seconds=st.sampled_from([1.0, 10.0, 14.9, 15.0, 61.0, 200.0]))
    def time_passes(self, seconds):
        self.room.now += seconds
        ended = self.room.do(dispatch.expire, now=self.room.now, lease_s=LEASE_S)
        over = [scan for scan, (_, _, until) in self.held.items() if until <= self.room.now]
        assert ended == len(over)
        for scan in over:
            del self.held[scan]

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_asks_for_the_next(self, person):
        own = [scan for scan, (name, _, _) in self.held.items() if name == person.name]
        taken = self.room.take_next(person, f"desk of {person.name}", terms=TERMS)
        free = [scan for scan in self.lanes if scan not in self.decided and scan not in self.held]
        allowed = [scan for scan in free if self._may(person, scan)]
        if taken is None:
            assert own == allowed == []
            return
        scan, lease = taken
        if own:
            assert [scan] == own
        else:
            assert scan in allowed
            kept = [other for other in allowed if self._keeper(other) == person.name]
            among = kept or allowed
            assert scan in among
            first = min(self._place(other) for other in among)
            assert self._place(scan) <= first + (0.0 if kept else TERMS.band_s)
        self.held[scan] = (person.name, lease.fence, self.room.now + LEASE_S)

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 20))
    def somebody_tries_to_choose(self, person, pick):
        if not self.lanes:
            return
        scan = list(self.lanes)[pick % len(self.lanes)]
        before = self.held.get(scan)
        try:
            lease = self.room.do(
                dispatch.take,
                scan=scan,
                person=person,
                workstation=f"desk of {person.name}",
                now=self.room.now,
                lease_s=LEASE_S,
                terms=TERMS,
            )
        except NotAllowed:
            return
        assert scan not in self.decided
        assert self._may(person, scan)
        assert before is None or before[0] == person.name
        self.held[scan] = (person.name, lease.fence, self.room.now + LEASE_S)

    @rule(pick=st.integers(0, 20), decides=st.booleans())
    def somebody_decides_or_gives_back(self, pick, decides):
        if not self.held:
            return
        scan = list(self.held)[pick % len(self.held)]
        name, fence, _ = self.held.pop(scan)
        person = next(person for person in PEOPLE if person.name == name)
        if decides:
            self.room.decide(hold(scan, fence), person)
            self.decided.add(scan)
        else:
            self.room.do(dispatch.give_back, scan=scan, fence=fence, person=person, now=self.room.now)

    @rule(pick=st.integers(0, 20), name=st.sampled_from([*(person.name for person in PEOPLE), ""]))
    def a_supervisor_assigns(self, pick, name):
        undecided = [scan for scan in self.lanes if scan not in self.decided]
        if not undecided:
            return
        scan = undecided[pick % len(undecided)]
        until = self.room.now + ASSIGNED_S
        about = {"scan": scan, "analyst": name, "until": until, "person": SUPERVISOR, "reason": "so"}
        if name == "Shanghai" and self.lanes[scan].startswith("CNSHA"):
            with pytest.raises(NotAllowed, check=lambda refusal: refusal.code == "own-port"):
                self.room.do(supervising.assign, now=self.room.now, **about)
            return
        self.room.do(supervising.assign, now=self.room.now, **about)
        self.kept[scan] = (name, until)
        if scan in self.held and self.held[scan][0] != name:
            del self.held[scan]

    @rule(pick=st.integers(0, 20), earlier_s=st.sampled_from([0.0, 20.0, 3_600.0]))
    def a_supervisor_moves_a_scan_forward(self, pick, earlier_s):
        undecided = [scan for scan in self.lanes if scan not in self.decided]
        if undecided:
            scan = undecided[pick % len(undecided)]
            self.room.do(
                supervising.prioritise,
                scan=scan,
                earlier_s=earlier_s,
                person=SUPERVISOR,
                reason="so",
                now=self.room.now,
            )

    @invariant()
    def every_scan_is_with_whom_it_must_be(self):
        if hasattr(self, "lanes"):
            for scan in self.lanes:
                lease = self.room.record(scan).item.lease
                held = self.held.get(scan)
                assert (lease and (lease.analyst, lease.fence)) == (held and held[:2])

    def teardown(self):
        """Whoever may have every scan is given all of them, once nothing else keeps them back."""
        if not hasattr(self, "lanes"):
            return
        self.time_passes(10_000.0)
        left = [scan for scan in self.lanes if scan not in self.decided]
        for _ in left:
            scan, lease = self.room.take_next(ANYWHERE, "desk", terms=TERMS)
            self.room.decide(hold(scan, lease.fence), ANYWHERE)
            self.decided.add(scan)
        assert self.decided == set(self.lanes)
        assert self.room.take_next(ANYWHERE, "desk", terms=TERMS) is None
        assert self.room.verify().problems == ()
        self.room.close()
        self.folder.cleanup()

    def _place(self, scan):
        return self.room.row(scan).queue_at

    def _keeper(self, scan):
        name, until = self.kept.get(scan, ("", 0.0))
        return name if self.room.now < until else ""

    def _may(self, person, scan):
        """The rules in words of their own."""
        lane = self.lanes[scan]
        if person is SHANGHAI and lane.startswith("CNSHA"):
            return False
        keeper = self._keeper(scan)
        if keeper:
            return keeper == person.name
        if not person.room or self.room.now >= self._place(scan) + TERMS.room_for_s:
            return True
        return {"CNSHA-03": "South", "CNNGB-01": "East", "DEHAM-02": person.room}[lane] == person.room


TestDispatching = Dispatching.TestCase
TestDispatching.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
