"""A decision reaches the hub once in effect, however often it has to be sent."""

import pytest

from scanview.core.errors import NotAllowed, Unavailable
from scanview.session import events
from scanview.session.deciding import Deciding
from scanview.session.undelivered import Undelivered
from scanview.wire import messages as wire
from tests.unit.session.session_fakes import FakeClock, FakeHub, hold


class Desk:
    def __init__(self, folder):
        self.hub, self.clock, self.told = FakeHub(), FakeClock(), []
        self.kept = Undelivered(folder)
        self.deciding = Deciding(self.hub, self.clock, self.told.append, self.kept)
        self.deciding.signed_in("zhang")

    def counts(self):
        return [event.count for event in self.told if isinstance(event, events.UnconfirmedChanged)]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_decision_is_on_disk_before_it_is_sent(desk):
    desk.hub.request = lambda message: pytest.fail("sent before it was kept") if not desk.kept.of("zhang") else Never()
    desk.deciding.decide(hold())

    assert desk.kept.of("zhang") == (hold(),)


class Never:
    def add_done_callback(self, _):
        pass


def test_only_the_hubs_answer_settles_it(desk):
    future = desk.deciding.decide(hold())
    assert not future.done()
    assert desk.counts()[-1] == 1

    desk.hub.answer(wire.Decide, wire.Done(request=1, seq=42))

    assert future.result(0) == 42
    assert desk.told[-1] == events.DecisionSettled(decision=hold(), seq=42)
    assert desk.counts()[-1] == 0
    assert desk.kept.of("zhang") == ()


def test_after_a_break_it_is_sent_again_under_the_same_id(desk):
    future = desk.deciding.decide(hold())
    desk.hub.lose_link()
    assert desk.kept.of("zhang") == (hold(),)

    desk.deciding.signed_in("zhang")
    assert [message.decision for message in desk.hub.asked(wire.Decide)] == [hold()]
    desk.hub.answer(wire.Decide, wire.Done(request=2, seq=7))
    assert future.result(0) == 7


def test_after_a_crash_it_is_sent_when_its_analyst_is_back(desk, tmp_path):
    desk.deciding.decide(hold())
    later = Desk(tmp_path)

    assert [message.decision for message in later.hub.asked(wire.Decide)] == [hold()]


def test_another_analyst_does_not_send_it(desk, tmp_path):
    desk.deciding.decide(hold())
    later = Desk(tmp_path / "nowhere")
    later.deciding.signed_out()
    other = Deciding(later.hub, later.clock, later.told.append, Undelivered(tmp_path))
    other.signed_in("li")

    assert later.hub.asked(wire.Decide) == []


def test_a_refusal_is_final(desk):
    future = desk.deciding.decide(hold())
    desk.hub.refuse(wire.Decide, NotAllowed("no longer yours", code="stale-lease"))

    assert future.exception(0).code == "stale-lease"
    assert isinstance(desk.told[-1], events.DecisionRefused)
    assert desk.kept.of("zhang") == ()
    desk.clock.pass_s(60)
    assert desk.hub.asked(wire.Decide) == []


@pytest.mark.parametrize("error", [Unavailable("?", code="no-answer"), NotAllowed("?", code="not-signed-in")])
def test_what_says_nothing_about_the_decision_is_tried_again(desk, error):
    future = desk.deciding.decide(hold())
    desk.hub.refuse(wire.Decide, error)
    assert not future.done()

    desk.clock.pass_s(2)
    desk.hub.answer(wire.Decide, wire.Done(request=2, seq=9))
    assert future.result(0) == 9


def test_where_the_disk_refuses_nothing_is_sent(desk, tmp_path):
    tmp_path.rename(tmp_path.with_name("moved"))
    future = desk.deciding.decide(hold())

    assert future.exception(0).code == "no-disk"
    assert desk.hub.asked(wire.Decide) == []


def test_a_decision_with_nobody_at_the_desk_is_refused_and_not_kept_for_nobody(desk, tmp_path):
    desk.deciding.signed_out()
    future = desk.deciding.decide(hold())

    assert future.exception(0).code == "not-signed-in"
    assert [event.error.code for event in desk.told if isinstance(event, events.DecisionRefused)] == ["not-signed-in"]
    assert list(tmp_path.iterdir()) == []
