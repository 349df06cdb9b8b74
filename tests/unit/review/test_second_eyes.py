"""Further opinions on a real database: what makes an order and what does not, and what the others are sent of it."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from scanview.core.errors import NotAllowed
from scanview.core.journal import Kind
from scanview.core.mark import MarkShape
from scanview.core.opinions import ROLES_AT, Stage
from scanview.core.review import Person, Role, Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.review.watchers import Watchers
from scanview.store import catalogue, journal
from scanview.store.schema import outbox
from scanview.wire.codec import encode
from scanview.wire.messages import PeerRole, Worklist
from tests.unit.core.marks import shaped
from tests.unit.review.made_surroundings import MadeSurroundings, make_peer
from tests.unit.review.room import ANALYST, OTHER, SUPERVISOR, Room, hold, release

THIRD = Person(name="Okoye", role=Role.ANALYST)
EXPERT = Person(name="周敏", role=Role.EXPERT)
CHIEF = Person(name="Ines", role=Role.CHIEF)
PEOPLE = (ANALYST, OTHER, THIRD, EXPERT, CHIEF)


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def drawing(room, share=1.0):
    room.rules = replace(room.rules, second_share=share, draw=lambda: 0.5)


def ready(room, **demands):
    """A whole scan that a model has spoken about; `demands` are what triage says of its class."""
    scan = room.stored_scan()
    room.recognise(scan, 0.1)
    if demands:
        entry = room.do(lambda tx: next(journal.newest_about(tx, scan, Kind.RECOGNISED)))
        body = {**entry.body, "triage": {**entry.body["triage"], **demands}}
        room.do(catalogue.record, at=room.now, kind=Kind.RECOGNISED, actor="worker/w1", scan=scan, body=body)
    return scan


def says(room, scan, person, make=release, **fields):
    lease = room.take(scan, person, f"desk of {person.name}")
    decision = make(scan, lease.fence, **fields)
    room.decide(decision, person)
    return decision


def box(mark):
    return shaped(MarkShape.BOX, ((10, 10), (40, 40)), mark)


def orders(room):
    return room.do(lambda tx: tx.execute(select(outbox.c.order)).scalars().all())


def code(call, *arguments, **named):
    with pytest.raises(NotAllowed) as refused:
        call(*arguments, **named)
    return refused.value.code


def test_a_drawn_scan_makes_no_order_before_another_analyst_agrees_and_both_marks_go_with_it(room):
    drawing(room)
    scan = ready(room)
    first = says(room, scan, ANALYST, hold, marks=(box("1" * 32),))
    assert orders(room) == []
    assert room.record(scan).item.state is WorkState.WAITING
    assert code(room.take, scan, ANALYST) == "seen-before"
    second = says(room, scan, OTHER, hold, marks=(box("2" * 32),))
    assert orders(room) == [second.decision]
    item = room.record(scan).item
    assert (item.state, item.verdict, item.decided_by) == (WorkState.DECIDED, Verdict.HOLD, OTHER.name)
    assert [opinion.decision for opinion in item.opinions] == [first.decision, second.decision]
    decided = room.do(catalogue.find_decided, scan, second.decision)
    assert decided.body["agrees"] is True
    assert decided.body["order"].count('"corners"') == 2
    assert room.verify().problems == ()


def test_a_difference_goes_to_an_expert_whose_word_is_the_order(room):
    drawing(room)
    scan = ready(room)
    says(room, scan, ANALYST, release)
    says(room, scan, OTHER, hold)
    assert room.record(scan).item.stage is Stage.EXPERT
    assert code(room.take, scan, THIRD) == "not-for-your-role"
    assert room.take_next(THIRD) is None
    last = says(room, scan, EXPERT, release)
    assert orders(room) == [last.decision]
    assert room.record(scan).item.verdict is Verdict.RELEASE
    assert room.verify().problems == ()


@pytest.mark.parametrize("demands", [{"second": True}, {"second": True, "four_eyes": True}, {"four_eyes": True}])
def test_no_single_person_releases_what_demands_two(room, demands):
    scan = ready(room, **demands)
    says(room, scan, ANALYST)
    assert (orders(room), room.record(scan).item.verdict) == ([], None)
    says(room, scan, OTHER)
    if len(demands) == 2:
        assert room.record(scan).item.stage is Stage.CONFIRM
        says(room, scan, THIRD)
    assert len(orders(room)) == 1
    assert room.record(scan).item.verdict is Verdict.RELEASE


def test_four_eyes_are_not_asked_for_a_hold(room):
    scan = ready(room, four_eyes=True)
    says(room, scan, ANALYST, hold)
    assert room.record(scan).item.verdict is Verdict.HOLD


def test_a_share_of_first_opinions_is_drawn_and_the_entry_says_so(room):
    room.rules = replace(room.rules, second_share=0.5, draw=iter([0.49, 0.5]).__next__)
    drawn, plain = ready(room), ready(room)
    says(room, drawn, ANALYST)
    says(room, plain, ANALYST)
    assert [room.record(scan).item.verdict for scan in (drawn, plain)] == [None, Verdict.RELEASE]
    entry = room.do(lambda tx: next(journal.newest_about(tx, drawn, Kind.OPINION)))
    assert entry.body["drawn"] is True


def test_a_first_opinion_is_taken_back_within_the_grace_and_nobody_else_gets_the_scan_meanwhile(room):
    drawing(room)
    room.rules = replace(room.rules, grace_s=5.0)
    scan = ready(room)
    decision = says(room, scan, ANALYST)
    assert room.take_next(OTHER) is None
    assert code(room.take, scan, OTHER) == "already-leased"
    lease = room.withdraw(decision, workstation=f"desk of {ANALYST.name}")
    assert room.withdraw(decision, workstation=f"desk of {ANALYST.name}") == lease
    item = room.record(scan).item
    assert (item.opinions, item.stage, item.lease) == ((), Stage.FIRST, lease)
    again = hold(scan, lease.fence)
    room.decide(again)
    room.now += 6
    assert code(room.withdraw, again, workstation=f"desk of {ANALYST.name}") == "grace-over"
    assert room.take_next(OTHER)[0] == scan
    assert room.verify().problems == ()


def test_the_same_first_opinion_sent_again_gets_the_same_answer(room):
    drawing(room)
    scan = ready(room)
    decision = says(room, scan, ANALYST)
    assert room.decide(decision) == room.decide(decision)
    assert len(room.record(scan).item.opinions) == 1


def test_a_withdrawn_second_decision_leaves_the_first_opinion(room):
    drawing(room)
    room.rules = replace(room.rules, grace_s=5.0)
    scan = ready(room)
    says(room, scan, ANALYST)
    room.now += 6
    decision = says(room, scan, OTHER)
    assert room.record(scan).item.verdict is Verdict.RELEASE
    lease = room.withdraw(decision, OTHER, f"desk of {OTHER.name}")
    item = room.record(scan).item
    assert (item.stage, item.verdict, len(item.opinions), item.lease) == (Stage.SECOND, None, 1, lease)
    assert room.verify().problems == ()


# -- what the others are sent ---------------------------------------------------------------------------------------


class Watched:
    """Everything that an analyst, blind, and a supervisor are sent while a scan goes through the room."""

    def __init__(self, room):
        self.room = room
        self.around = MadeSurroundings(room)
        self.watchers = Watchers(self.around.transactions, self.around, lambda scan: 0)
        self.desks = {}
        for number, person in enumerate((OTHER, SUPERVISOR)):
            self.desks[person] = make_peer(PeerRole.WORKSTATION, f"desk-{number}")
            self.watchers.watch(self.desks[person], person, request=1, after=0)
        self.told()

    def told(self):
        self.watchers.changed()
        self.around.settle()

    def bytes_to(self, person):
        return [bytes(encode(message)[0]) for message in self.around.to(self.desks[person], Worklist)]


def a_day(folder, *, is_second):
    """What OTHER is sent of a scan that ANALYST had before (or had another one just as long), until they decide."""
    folder.mkdir()
    room = Room(folder)
    try:
        drawing(room)
        scan = room.stored_scan(scan="a" * 32)
        other = room.stored_scan(scan="b" * 32)
        for one in (scan, other):
            room.recognise(one, 0.1)
        watched = Watched(room)
        first = room.take(scan if is_second else other, ANALYST)
        watched.told()
        decision = release(scan if is_second else other, first.fence)
        room.decide(replace(decision, decision="c" * 32))
        watched.told()
        room.now += 10
        lease = room.take(scan, OTHER, "desk-2")
        watched.told()
        late = make_peer(PeerRole.WORKSTATION, "late-desk")
        watched.watchers.watch(late, THIRD, request=2, after=0)
        watched.around.settle()
        answers = [room.record(scan).item.lease, lease]
        return watched.bytes_to(OTHER), watched.bytes_to(SUPERVISOR), answers, watched.around.to(late, Worklist)
    finally:
        room.close()


def test_a_blind_second_is_sent_byte_for_byte_what_a_first_would_be(tmp_path):
    second, seen, second_lease, _ = a_day(tmp_path / "second", is_second=True)
    first, _, first_lease, _ = a_day(tmp_path / "first", is_second=False)
    about = [[message for message in sent if b"a" * 32 in message] for sent in (second, first)]
    assert second == first
    assert about[0] == about[1]
    assert second_lease == first_lease
    assert any(ANALYST.name.encode() in message for message in seen)
    assert not any(ANALYST.name.encode() in message for message in second)


def test_who_comes_later_cannot_tell_which_scan_was_looked_at(tmp_path):
    told = [a_day(tmp_path / name, is_second=is_second)[3] for name, is_second in (("1", True), ("2", False))]
    rows = [{row.scan: row for message in messages for row in message.rows} for messages in told]
    assert rows[0] == rows[1]


def test_whoever_gave_the_first_opinion_sees_it_as_their_decision(room):
    drawing(room)
    scan = ready(room)
    watched = Watched(room)
    desk = make_peer(PeerRole.WORKSTATION, "desk-1")
    watched.watchers.watch(desk, ANALYST, request=1, after=0)
    says(room, scan, ANALYST)
    watched.told()
    row = watched.around.to(desk, Worklist)[-1].rows[-1]
    assert (row.state, row.verdict, row.decided_by) == (WorkState.DECIDED, Verdict.RELEASE, ANALYST.name)
    assert (row.delivery, row.opinions, row.stage) == (DeliveryState.WAITING, (), Stage.FIRST)


def test_a_row_is_not_lost_to_an_analyst_who_catches_up_over_many_pages(room, monkeypatch):
    monkeypatch.setattr(catalogue, "PAGE_ROWS", 2)
    monkeypatch.setattr(catalogue, "_SELECT_PAGE", catalogue._SELECT_PAGE.limit(3))
    drawing(room)
    scans = [ready(room) for _ in range(7)]
    says(room, scans[0], ANALYST)
    watched = Watched(room)
    sent = watched.around.to(watched.desks[OTHER], Worklist)
    assert {row.scan for message in sent for row in message.rows} == set(scans)
    assert [message.seq for message in sent if message.more] == [0] * (len(sent) - 1)


# -- every order of facts -------------------------------------------------------------------------------------------


class RoomOfOpinions(RuleBasedStateMachine):
    """People of every role take, say, take back and escalate, on the real store; a model of plain sets beside it."""

    @initialize(second=st.booleans(), four_eyes=st.booleans(), share=st.sampled_from([0.0, 1.0]))
    def begin(self, second, four_eyes, share):
        self.folder = tempfile.TemporaryDirectory()
        self.room = Room(Path(self.folder.name))
        self.room.rules = replace(self.room.rules, second_share=share, draw=lambda: 0.5, grace_s=2.0)
        self.scan = ready(self.room, second=second, four_eyes=four_eyes)
        self.second, self.four_eyes, self.share = second, four_eyes, share
        self.said = {}
        self.leases = {}
        self.last = None

    @rule(person=st.sampled_from(PEOPLE))
    def takes(self, person):
        before = self.room.record(self.scan).item
        try:
            self.leases[person] = self.room.take(self.scan, person, f"desk of {person.name}")
        except NotAllowed:
            return
        assert person.name not in {opinion.by for opinion in before.opinions}
        assert person.role in ROLES_AT[before.stage]

    @rule(person=st.sampled_from(PEOPLE), verdict=st.sampled_from(Verdict))
    def says(self, person, verdict):
        lease = self.leases.get(person)
        if lease is None:
            return
        make = release if verdict is Verdict.RELEASE else hold
        decision = make(self.scan, lease.fence)
        try:
            self.room.decide(decision, person)
        except NotAllowed:
            return
        self.said[person.name] = verdict
        self.last = (person, decision)

    @rule(person=st.sampled_from(PEOPLE))
    def takes_back(self, person):
        if self.last is None or self.last[0] != person:
            return
        try:
            self.leases[person] = self.room.withdraw(self.last[1], person, f"desk of {person.name}")
        except NotAllowed:
            return
        self.said.pop(person.name, None)  # taken back again: the same answer

    @rule(seconds=st.sampled_from([1.0, 3.0, 20.0]))
    def time_passes(self, seconds):
        self.room.now += seconds

    @invariant()
    def a_release_has_every_opinion_that_its_class_demands(self):
        if not hasattr(self, "room"):
            return
        item = self.room.record(self.scan).item
        assert {opinion.by: opinion.verdict for opinion in item.opinions} == self.said
        if item.verdict is None:
            return
        releasing = {name for name, verdict in self.said.items() if verdict is Verdict.RELEASE}
        if item.verdict is Verdict.RELEASE:
            needs_two = self.second or self.four_eyes or self.share == 1.0
            assert len(self.said) >= (2 if needs_two else 1)
            assert len(releasing) >= (2 if self.four_eyes else 1)
            if len(releasing) < len(self.said):
                assert {opinion.stage for opinion in item.opinions} & {Stage.EXPERT, Stage.CHIEF}
        assert len(orders(self.room)) >= 1

    def teardown(self):
        if hasattr(self, "room"):
            assert self.room.verify().problems == ()
            self.room.close()
            self.folder.cleanup()


TestRoomOfOpinions = RoomOfOpinions.TestCase
TestRoomOfOpinions.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
