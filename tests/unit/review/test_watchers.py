"""Every watcher gets every change once, in order, however slow it reads and whenever it began."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from scanview.core.review import Person, Role
from scanview.core.work import WorkState
from scanview.review import watchers as watching
from scanview.review.watchers import Watchers
from scanview.store import catalogue
from scanview.wire.messages import Lanes, PeerRole, Worklist
from tests.unit.review.made_surroundings import MadeSurroundings, make_peer
from tests.unit.review.room import SUPERVISOR, Room, hold


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def around(room):
    made = MadeSurroundings(room)
    made.strips = {}
    made.watchers = Watchers(made.transactions, made, lambda scan: made.strips.get(scan, 0))
    made.on_written = made.watchers.changed
    return made


NOBODY = Person(name="nobody who decided", role=Role.ANALYST)
DESK = make_peer(PeerRole.WORKSTATION, "desk-1")
OTHER_DESK = make_peer(PeerRole.WORKSTATION, "desk-2")


def rows(around, peer):
    return [row for message in around.to(peer, Worklist) for row in message.rows]


def test_a_watcher_gets_what_there_is_then_what_changes(room, around):
    first = room.stored_scan()
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=0)
    around.settle()
    (answer,) = around.to(DESK, Worklist)
    assert (answer.request, answer.more, [row.scan for row in answer.rows]) == (7, False, [first])
    second = room.stored_scan()
    around.watchers.changed()
    around.settle()
    push = around.to(DESK, Worklist)[-1]
    assert (push.request, [row.scan for row in push.rows]) == (0, [second])
    assert push.seq == push.rows[-1].seq


def test_an_empty_worklist_is_an_answer_too(around):
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=0)
    around.settle()
    (answer,) = around.to(DESK, Worklist)
    assert (answer.request, answer.rows, answer.more) == (7, (), False)


def test_a_long_worklist_comes_in_pages(room, around, monkeypatch):
    monkeypatch.setattr(catalogue, "PAGE_ROWS", 3)
    monkeypatch.setattr(catalogue, "_SELECT_OPEN", catalogue._SELECT_OPEN.limit(4))
    scans = [room.offer() for _ in range(8)]
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=0)
    around.settle()
    pages = around.to(DESK, Worklist)
    assert [(page.request, len(page.rows), page.more) for page in pages] == [(7, 3, True), (0, 3, True), (0, 2, False)]
    assert [row.scan for row in rows(around, DESK)] == scans


def test_after_a_break_only_what_changed_since_comes(room, around):
    scans = [room.offer() for _ in range(4)]
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=3)
    around.settle()
    assert [row.scan for row in rows(around, DESK)] == scans[3:]


def test_a_client_that_knew_another_hub_begins_anew(room, around):
    scan = room.offer()
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=10_000)
    around.settle()
    assert [row.scan for row in rows(around, DESK)] == [scan]
    room.store(scan)
    around.watchers.changed()
    around.settle()
    assert [row.stored for row in rows(around, DESK)] == [False, True]


def test_one_that_does_not_read_holds_nobody_up_and_loses_nothing(room, around):
    for peer in (DESK, OTHER_DESK):
        around.watchers.watch(peer, SUPERVISOR, request=1, after=0)
    around.settle()
    around.full.add(DESK)
    scans = [room.offer() for _ in range(3)]
    around.watchers.changed()
    around.settle()
    assert [row.scan for row in rows(around, OTHER_DESK)] == scans
    assert rows(around, DESK) == []
    around.pass_time(5)
    scans.append(room.offer())
    around.watchers.changed()
    around.settle()
    around.full.clear()
    around.pass_time(1)
    assert [row.scan for row in rows(around, DESK)] == [row.scan for row in rows(around, OTHER_DESK)] == scans


def test_a_change_while_a_page_is_read_is_not_missed(room, around):
    around.watchers.watch(DESK, SUPERVISOR, request=1, after=0)
    scan = room.offer()  # the page was read before, and is not sent yet
    around.watchers.changed()
    around.settle()
    assert [row.scan for row in rows(around, DESK)] == [scan]


def test_growing_scans_show_how_far_they_are(room, around):
    scan = room.offer()
    around.watchers.watch(DESK, SUPERVISOR, request=1, after=0)
    around.settle()
    around.strips[scan] = 17
    for _ in range(10):
        around.watchers.grew(scan)
    around.pass_time(1)
    assert [(row.strips, row.state) for row in rows(around, DESK)] == [
        (0, WorkState.ARRIVING),
        (17, WorkState.ARRIVING),
    ]
    room.store(scan)
    around.watchers.grew(scan)
    around.pass_time(1)
    assert len(rows(around, DESK)) == 2


def test_lanes_are_told_at_first_and_when_they_change(around):
    around.watchers.lane_changed("NLRTM-01", connected=False)
    around.watchers.lane_changed("CNSHA-03", connected=True)
    around.watchers.watch(DESK, SUPERVISOR, request=1, after=0)
    around.watchers.lane_changed("CNSHA-03", connected=False)
    told = [[(lane.lane, lane.connected) for lane in message.lanes] for message in around.to(DESK, Lanes)]
    assert told == [[("CNSHA-03", True), ("NLRTM-01", False)], [("CNSHA-03", False)]]
    around.watchers.gone(DESK)
    around.watchers.lane_changed("CNSHA-03", connected=True)
    assert len(around.to(DESK, Lanes)) == 2


def closed_scan(room):
    scan = room.stored_scan()
    decision = hold(scan, room.take(scan).fence)
    room.decide(decision)
    room.receipt(decision.decision, scan)
    return scan


def test_who_comes_anew_is_told_what_is_open_and_what_was_decided_lately(room, around, monkeypatch):
    monkeypatch.setattr(watching, "LATELY", 2)
    _, *lately = (closed_scan(room) for _ in range(3))
    waiting = room.stored_scan()
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=0)
    around.watchers.watch(OTHER_DESK, NOBODY, request=8, after=0)
    around.settle()
    assert [row.scan for row in rows(around, DESK)] == [*lately, waiting]
    assert [row.scan for row in rows(around, OTHER_DESK)] == [waiting]
    assert [message.anew for message in around.to(DESK, Worklist)] == [True]


def test_who_was_away_for_too_long_begins_anew(room, around, monkeypatch):
    monkeypatch.setattr(watching, "TOO_MANY_ENTRIES", 3)
    scan = room.offer()
    for after, anew in ((1, True), (0, True)):
        for _ in range(4):
            closed_scan(room)
        around.watchers.watch(DESK, SUPERVISOR, request=7, after=after)
        around.settle()
        message = around.to(DESK, Worklist)[-1]
        assert message.anew == anew
        assert scan in [row.scan for row in message.rows]
    around.watchers.watch(DESK, SUPERVISOR, request=7, after=message.seq - 1)
    around.settle()
    assert not around.to(DESK, Worklist)[-1].anew


class Feeding(RuleBasedStateMachine):
    """Whatever happens in whatever order: in the end every watcher's rows are those of the catalogue."""

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.room = Room(Path(self.folder.name))
        self.around = MadeSurroundings(self.room)
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(catalogue, "PAGE_ROWS", 2)
        self.patch.setattr(catalogue, "_SELECT_OPEN", catalogue._SELECT_OPEN.limit(3))
        self.patch.setattr(catalogue, "_SELECT_PAGE", catalogue._SELECT_PAGE.limit(3))
        self.patch.setattr(watching, "TOO_MANY_ENTRIES", 5)
        self.watchers = Watchers(self.around.transactions, self.around, lambda scan: 0)
        self.scans = []

    @rule()
    def a_scan_is_offered(self):
        self.scans.append(self.room.offer())
        self.watchers.changed()

    @rule(number=st.integers(0, 9))
    def a_scan_is_stored(self, number):
        if self.scans:
            self.room.store(self.scans[number % len(self.scans)])
            self.watchers.changed()

    @rule(number=st.integers(0, 9))
    def a_scan_is_decided_and_closed(self, number):
        waiting = [scan for scan in self.scans if self.room.row(scan).state is WorkState.WAITING]
        if waiting:
            scan = waiting[number % len(waiting)]
            decision = hold(scan, self.room.take(scan).fence)
            self.room.decide(decision)
            self.room.receipt(decision.decision, scan)
            self.watchers.changed()

    @rule(peer=st.sampled_from([DESK, OTHER_DESK]), missed=st.sampled_from([None, 0, 1, 7]))
    def somebody_watches(self, peer, missed):
        """Anew, or again as after a break in which they missed some."""
        told = [message.seq for message in self.around.to(peer, Worklist)]
        after = 0 if missed is None or not told else max(0, told[-1] - missed)
        self.watchers.watch(peer, SUPERVISOR, request=1, after=after)

    @rule(peer=st.sampled_from([DESK, OTHER_DESK]))
    def somebody_stops_reading(self, peer):
        self.around.full.add(peer)

    @rule(peer=st.sampled_from([DESK, OTHER_DESK]))
    def somebody_reads_again(self, peer):
        self.around.full.discard(peer)

    @rule()
    def the_reactor_turns_once(self):
        if self.around._posted:
            self.around._posted.popleft()()

    @rule(seconds=st.floats(0, 1))
    def time_passes(self, seconds):
        self.around.pass_time(seconds)

    def teardown(self):
        self.around.full.clear()
        self.around.pass_time(2)
        self.patch.undo()
        expected = {row.scan: row for row in self.room.do(catalogue.rows_after, 0)[0]}
        for peer in self.watchers._watchers:
            told = {}
            for message in self.around.to(peer, Worklist):
                if message.anew:
                    told.clear()
                told |= {row.scan: row for row in message.rows}
            assert told == {scan: expected[scan] for scan in told}
            assert {scan for scan, row in expected.items() if row.state is not WorkState.CLOSED} <= told.keys()
            sequence = [message.seq for message in self.around.to(peer, Worklist)]
            assert not sequence or sequence[-1] >= max((row.seq for row in expected.values()), default=0)
        self.room.close()
        self.folder.cleanup()


TestFeeding = Feeding.TestCase
TestFeeding.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_many_watchers_are_told_everything_a_few_at_a_time(room, around):
    desks = [make_peer(PeerRole.WORKSTATION, f"desk-{number}") for number in range(3 * watching.AT_ONCE)]
    for desk in desks:
        around.watchers.watch(desk, NOBODY, request=1, after=0)
    around.settle()
    scans = [room.offer()]
    around.watchers.changed()
    for _ in range(3):
        if around._posted:
            around._posted.popleft()()
    scans.append(room.offer())  # while the page is on its way to some of them
    around.watchers.changed()
    around.watchers.gone(desks[-1])
    around.pass_time(5)
    for desk in desks[:-1]:
        assert [row.scan for row in rows(around, desk)] == scans
    assert rows(around, desks[-1]) == []
