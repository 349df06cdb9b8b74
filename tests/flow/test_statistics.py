"""Statistics over real sockets: who may ask, what is told after a hub was killed, and why a lane was down."""

import time

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.figures import Tally
from scanview.core.interruption import Cause, Explanation
from scanview.core.period import HOUR_S, Period, Span, start_of
from scanview.core.review import Role
from scanview.core.statistics import Grouping, Question
from scanview.session.statistics import RoomStatistics
from tests.flow.hub_network import PATIENCE_S, ScriptedPort, new_id
from tests.flow.test_related import sit
from tests.unit.review.room import make_header

__all__ = ["sit"]


def question(by=Grouping.LANE, **fields):
    until = start_of(Span.HOUR, time.time()) + HOUR_S
    return Question(period=Period(since=until - 2 * HOUR_S, until=until), by=by, **fields)


def told_of(seat, **fields):
    return RoomStatistics(seat.session).ask(question(**fields)).result(PATIENCE_S)


def eventually(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_figures_are_for_auditors_within_their_port_and_downtime_has_a_cause(hub, sit):
    hub.add_person("Ada", Role.SUPERVISOR)
    hub.add_person("Bo", Role.AUDITOR, port="CNNGB")
    port = ScriptedPort(hub, "CNSHA-03").online()
    port.offer(make_header(new_id(), lane="CNSHA-03"))
    supervisor, auditor, analyst = (sit(name, f"desk-{name}") for name in ("Ada", "Bo", "Li"))
    with pytest.raises(NotAllowed):
        told_of(analyst)
    with pytest.raises(NotAllowed):
        told_of(auditor, port="CNSHA")
    assert told_of(auditor).question.port == "CNNGB"
    assert told_of(auditor).whole.count(Tally.ARRIVED) == 0
    eventually(lambda: told_of(supervisor).whole.count(Tally.ARRIVED) == 1)
    assert told_of(supervisor).lanes[0].lane == "CNSHA-03"

    port.close()
    eventually(lambda: told_of(supervisor).interruptions)
    (lost,) = told_of(supervisor).interruptions
    assert (lost.lane, lost.cause) == ("CNSHA-03", Cause.UNEXPLAINED)
    explanation = Explanation(cause=Cause.MAINTENANCE, note="<b>new source</b>")
    with pytest.raises(NotAllowed):
        RoomStatistics(auditor.session).explain(lost.number, explanation).result(PATIENCE_S)
    RoomStatistics(supervisor.session).explain(lost.number, explanation).result(PATIENCE_S)
    (explained,) = told_of(supervisor).interruptions
    assert (explained.cause, explained.note, explained.explained_by) == (Cause.MAINTENANCE, "<b>new source</b>", "Ada")
    assert hub.verify().problems == ()


def test_a_hub_that_was_killed_has_lost_no_figure(hub):
    port = ScriptedPort(hub, "CNSHA-03").online()
    port.offer(make_header(new_id(), lane="CNSHA-03"))
    hub.kill()
    port.close()
    hub.start()
    eventually(lambda: not hub.verify().problems)
    kinds = [entry["kind"] for entry in hub.entries()]
    assert kinds.count("scan-offered") == 1
    assert kinds.count("lane-lost") == 1, "the room says that it was the room"
