"""Whatever is opened, closed, compared, planned, lost and damaged in whatever order: true pixels, within the memory."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scanview.core.errors import Unavailable
from scanview.session import events
from scanview.session.reading_room import ReadingRoom
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import FakeClock, FakeHub, opened, scan_id
from tests.unit.session.test_reading_room import PIXELS, RECORDS, SCAN_BYTES

SCANS = sorted(PIXELS)
BUDGET = 2 * SCAN_BYTES
WRONG = {number: RECORDS[number % len(SCANS) + 1] for number in SCANS}
"""The strips of another scan, which the hub sends for a question that nobody waits for any more."""

scans = st.sampled_from(SCANS)


class Hub(FakeHub):
    """Knows which questions nobody waits for any more: their scan was closed since."""

    def __init__(self):
        super().__init__()
        self._asked_after = {}

    def request(self, message):
        future = super().request(message)
        self._asked_after[id(future)] = self.told.count(wire.CloseScan(scan=message.scan))
        return future

    def is_stale(self, message, future):
        return self.told.count(wire.CloseScan(scan=message.scan)) > self._asked_after[id(future)]


class Reading(RuleBasedStateMachine):
    """A person who looks, compares and waits, and a hub that answers in its own time."""

    @initialize()
    def begin(self):
        self.hub, self.clock = Hub(), FakeClock()
        self.open, self.companions, self.seen, self.loaded, self.ahead = 0, set(), {}, set(), frozenset()
        self.room = ReadingRoom(self.hub, self.clock, self.hear, scans_ahead=3, ahead_bytes=BUDGET)
        self.plan = []
        self.online = True
        self.current = {}
        self.room.came_online()

    def hear(self, event):
        """What a window would make of it."""
        if isinstance(event, events.AheadChanged):
            self.ahead = event.scans
            return
        number = int(event.scan, 16)
        if isinstance(event, events.ScanFailed) and event.error.code == "no-room-to-compare":
            self.companions.discard(number)
            self.seen.pop(number, None)
            return
        assert number == self.open or number in self.companions, f"{event} about what nobody looks at"
        if isinstance(event, events.ScanOpened):
            assert number not in self.seen, "told twice"
            (self.seen[number],) = event.pyramids
        elif isinstance(event, events.StripArrived):
            self.seen[number].append(event.levels)
        elif isinstance(event, events.ScanLoaded):
            assert self.seen[number].columns == PIXELS[number].shape[2], "loaded before it is there"
            self.loaded.add(number)

    @rule(number=scans)
    def look_at(self, number):
        if number != self.open:
            self.seen.pop(self.open, None)
            self.loaded.discard(self.open)
            self.seen.pop(number, None)
            self.loaded.discard(number)
        self.companions.discard(number)
        self.open = number
        self.room.open(scan_id(number))

    @rule()
    def look_away(self):
        gone, self.open = self.open, 0
        self.seen.pop(gone, None)
        self.loaded.discard(gone)
        self.room.close(scan_id(gone))

    @rule(number=scans)
    def compare(self, number):
        if number != self.open:
            self.companions.add(number)
        self.room.open_companion(scan_id(number))

    @rule(number=scans)
    def compare_no_more(self, number):
        if number in self.companions:
            self.companions.discard(number)
            self.seen.pop(number, None)
            self.loaded.discard(number)
        self.room.close_companion(scan_id(number))

    @rule(queue=st.lists(scans, max_size=5, unique=True))
    def queue_changes(self, queue):
        self.plan = queue
        self.room.plan_ahead([scan_id(number) for number in queue])

    @precondition(lambda self: self.online)
    @rule(damaged=st.sampled_from([False, False, False, True]))
    def hub_answers(self, damaged):
        """The oldest question gets its answer, however long ago it was asked, and whether anybody waits for it."""
        waiting = [(m, f) for m, f in self.hub.questions if not f.done()]
        if waiting:
            self.answer(*waiting[0], damaged=damaged)

    @precondition(lambda self: self.online)
    @rule(answers=st.integers(2, 12))
    def time_passes_quietly(self, answers):
        """Question by question is answered and decoded."""
        for _ in range(answers):
            self.hub_answers(damaged=False)
            self.clock.turn()
            self.the_memory_holds()

    @precondition(lambda self: self.online)
    @rule()
    def hub_is_busy(self):
        waiting = [future for _, future in self.hub.questions if not future.done()]
        if waiting:
            waiting[0].set_exception(Unavailable("busy", code="busy"))

    def answer(self, message, future, *, damaged=False):
        number, is_stale = int(message.scan, 16), self.hub.is_stale(message, future)
        if isinstance(message, wire.OpenScan):
            self.hub.answer(wire.OpenScan, *opened(number, 1 if is_stale else len(RECORDS[number])))
            return
        strips = (WRONG if is_stale else RECORDS)[number][message.first : message.first + message.count]
        if damaged:
            strips = [bytes([*record[:-1], record[-1] ^ 1]) for record in strips]
        self.hub.answer(wire.FetchStrips, wire.Strips(request=1, scan=message.scan, first=message.first), *strips)

    @rule()
    def turn(self):
        if self.clock.posted:
            self.clock.posted.pop(0)()

    @rule(seconds=st.sampled_from([0.6, 40.0]))
    def wait(self, seconds):
        self.clock.pass_s(seconds)

    @rule()
    def break_the_link(self):
        self.online = False
        self.hub.lose_link()
        self.room.went_offline()

    @rule()
    def link_is_back(self):
        if not self.online:
            self.online = True
            self.room.came_online()

    @invariant()
    def what_is_seen_is_true(self):
        for number, pyramid in getattr(self, "seen", {}).items():
            shown = np.stack([pyramid.plane(channel, 0) for channel in range(2)])
            assert np.array_equal(shown, PIXELS[number][:, :, : pyramid.columns]), "pixels of something else"

    @invariant()
    def the_memory_holds(self):
        if not hasattr(self, "room"):
            return
        beside = [reading for scan, reading in self.room._readings.items() if scan != scan_id(self.open)]
        held = sum(SCAN_BYTES for reading in beside if reading.received)
        assert held <= BUDGET, "more in memory than allowed"

    @invariant()
    def what_is_ahead_is_planned_and_not_shown(self):
        shown = {self.open, *self.companions} if hasattr(self, "open") else set()
        for scan in getattr(self, "ahead", ()):
            assert int(scan, 16) not in shown

    def teardown(self):
        """With a hub that answers, everything that is looked at is there in the end."""
        if not hasattr(self, "room"):
            return
        self.link_is_back()
        for _ in range(200):
            waiting = [(m, f) for m, f in self.hub.questions if not f.done()]
            if not waiting and not self.clock.posted and not self.clock.timers:
                break
            if waiting:
                self.answer(*waiting[0])
            self.clock.turn()
            self.clock.pass_s(31)
        assert self.loaded == {number for number in (self.open, *self.companions) if number}
        self.what_is_seen_is_true()
        assert {int(scan, 16) for scan in self.ahead} <= set(self.plan)


Reading.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_reading_survives_everything = Reading.TestCase
