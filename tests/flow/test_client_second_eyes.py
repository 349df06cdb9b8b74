"""Second eyes with real clients over real sockets: a blind second, an expert, a chief, a discussion, two names."""

import json
from contextlib import contextmanager

import pytest

from scanview.core.opinions import Stage
from scanview.core.review import HoldReason, Role, Verdict
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.ui.actions import Mode
from scanview.ui.discussing.discussing import Writing
from scanview.wire import messages
from tests.flow.client_room import RECOGNITION, ClientRoom, Truck
from tests.flow.hub_network import PASSWORD, HubProcess, ScriptedPort, ScriptedWorker, ScriptedWorkstation
from tests.flow.test_rules import recognise, tried

PEOPLE = {"zhang": Role.ANALYST, "li": Role.ANALYST, "ding": Role.EXPERT, "er": Role.CHIEF, "Ada": Role.SUPERVISOR}
FOUR_EYES = """[[rule]]
id = "two-names"
when = { always = true }
four_eyes = true
"""


@contextmanager
def hub_of(tmp_path, monkeypatch, **settings):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(tmp_path / "hub" / "runtime"))
    hub = HubProcess(
        tmp_path / "hub", recognition_deadline_s=0.0, lease_s=30.0, decision_grace_s=0.2, free_choice=False, **settings
    )
    for name, role in PEOPLE.items():
        hub.add_person(name, role)
    hub.start()
    yield hub
    if hub.is_running:
        hub.stop()
    assert hub.verify().problems == ()


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Every first opinion is drawn for a second one."""
    with hub_of(tmp_path, monkeypatch, second_review_share=1.0) as started:
        yield started


@pytest.fixture
def seats(qtbot, hub, tmp_path):
    """Sits people down at workstations of their own."""
    rooms = []

    def sit(name):
        room = ClientRoom(qtbot, hub, tmp_path / f"desk-{name}", workstation=f"desk-{name}")
        rooms.append(room)
        room.sign_in(name, PASSWORD)
        return room

    yield sit
    for room in rooms:
        room.stop()


@pytest.fixture
def truck(tmp_path):
    folder = tmp_path / "trucks"
    folder.mkdir()
    return Truck(folder, 1)


def opens(room, truck):
    """The scan is the next one that this person is given, and whole on their screen."""
    room.until(lambda: truck.scan in room.desk.rows)
    room.until(lambda: room.desk.rows[truck.scan].state in (WorkState.WAITING, WorkState.IN_REVIEW))
    room.give("take-next")
    room.until(lambda: room.is_whole() or room.desk.reviewing.problem is not None)
    assert room.review.scan == truck.scan


def says(room, verdict, reason="reason-1"):
    decided = room.desk.decided_here
    if verdict is Verdict.RELEASE:
        room.give("release")
        room.until(lambda: room.desk.mode is Mode.CONFIRMING or room.desk.decided_here > decided)
    else:
        room.give("hold")
        room.give(reason)
    if room.desk.mode in (Mode.CONFIRMING, Mode.HOLDING):
        room.give("confirm")
    room.until(lambda: room.desk.decided_here == decided + 1)


def orders(port):
    return [json.loads(document) for _, document in ((order, document.decode()) for order, document in port.applied)]


def told(hub, *kinds):
    return [(entry["kind"], entry["actor"]) for entry in hub.entries() if entry["kind"] in kinds]


def test_two_who_agree_release_under_both_their_names_and_the_second_cannot_know(hub, port, seats, truck):
    zhang, li = seats("zhang"), seats("li")
    truck.send(port)
    opens(zhang, truck)
    says(zhang, Verdict.RELEASE)
    zhang.until(lambda: zhang.desk.rows[truck.scan].delivery is DeliveryState.WAITING)  # as if it were on its way
    assert orders(port) == [], "one opinion of two releases nothing"
    li.until(lambda: truck.scan in li.desk.rows)
    row = li.desk.rows[truck.scan]
    assert (row.state, row.stage, row.opinions, row.remarks, row.analyst) == (
        WorkState.WAITING, Stage.FIRST, (), 0, "",
    )  # fmt: skip
    opens(li, truck)
    assert not li.window.discussion.isVisible()
    says(li, Verdict.RELEASE)
    li.until(lambda: li.desk.rows[truck.scan].delivery is DeliveryState.APPLIED)
    (order,) = orders(port)
    assert (order["verdict"], order["decided_by"]) == ("RELEASE", "zhang, li")
    hub.stop()
    assert told(hub, "opinion", "decided") == [("opinion", "zhang"), ("decided", "li")]


def test_two_who_differ_are_settled_by_the_expert_who_sees_both(hub, port, seats, truck):
    zhang, li, ding = seats("zhang"), seats("li"), seats("ding")
    truck.send(port)
    opens(zhang, truck)
    says(zhang, Verdict.RELEASE)
    opens(li, truck)
    says(li, Verdict.HOLD)
    ding.until(lambda: ding.desk.rows[truck.scan].stage is Stage.EXPERT)
    assert orders(port) == []
    opens(ding, truck)
    ding.until(lambda: ding.desk.discussing.told is not None and len(ding.desk.discussing.told.opinions) == 2)
    ding.until(ding.window.discussion.isVisible)
    given = [(one.opinion.by, one.opinion.verdict) for one in ding.desk.discussing.told.opinions]
    assert given == [("zhang", Verdict.RELEASE), ("li", Verdict.HOLD)]
    says(ding, Verdict.HOLD, "reason-2")
    ding.until(lambda: ding.desk.rows[truck.scan].delivery is DeliveryState.APPLIED)
    (order,) = orders(port)
    assert (order["verdict"], order["decided_by"], order["reason"]) == ("HOLD", "li, ding", HoldReason.GOODS_DIFFER)


def test_a_question_brings_the_scan_to_the_chief_who_chooses_it_reads_and_answers(hub, port, seats, truck):
    zhang, er = seats("zhang"), seats("er")
    truck.send(port)
    opens(zhang, truck)
    zhang.give("escalate")
    zhang.until(lambda: zhang.desk.discussing.writing is Writing.QUESTION)
    zhang.window.discussion.line.sent.emit("Is the floor <b>double</b>?")
    zhang.until(lambda: zhang.review is None)
    er.until(lambda: truck.scan in er.desk.rows and er.desk.rows[truck.scan].stage is Stage.CHIEF)
    assert er.desk.discussing.unread_of(er.desk.rows[truck.scan]) == 1
    er.desk.take(truck.scan)
    er.until(er.is_whole)
    assert er.review.lease is not None, "the chief chooses among what was put before them"
    er.until(lambda: er.desk.discussing.told is not None and bool(er.desk.discussing.told.remarks))
    assert [(one.by, one.asks_chief) for one in er.desk.discussing.told.remarks] == [("zhang", True)]
    er.give("say")
    er.window.discussion.line.sent.emit("It is. Hold.")
    er.until(lambda: er.desk.discussing.told is not None and len(er.desk.discussing.told.remarks) == 2)
    says(er, Verdict.HOLD)
    er.until(lambda: er.desk.rows[truck.scan].delivery is DeliveryState.APPLIED)
    (order,) = orders(port)
    assert (order["verdict"], order["decided_by"]) == ("HOLD", "er")
    hub.stop()
    assert told(hub, "escalated", "said") == [("escalated", "zhang"), ("said", "er")]


@pytest.fixture
def two_names(tmp_path, monkeypatch):
    """A rule demands two names for every release."""
    with hub_of(tmp_path, monkeypatch, second_review_share=0.0) as started:
        desk = ScriptedWorkstation(started, "desk-ada").online()
        desk.sign_in("Ada")
        trial = tried(desk, FOUR_EYES)
        desk.ask(messages.AdoptRules(request=0, trial=trial.trial))
        desk.close()
        yield started


def test_a_release_that_takes_two_names_is_confirmed_by_somebody_who_knows(two_names, qtbot, tmp_path, truck):
    port, worker = ScriptedPort(two_names).online(), ScriptedWorker(two_names).online()
    rooms = [ClientRoom(qtbot, two_names, tmp_path / name, workstation=f"desk-{name}") for name in ("zhang", "li")]
    try:
        for room, name in zip(rooms, ("zhang", "li"), strict=True):
            room.sign_in(name, PASSWORD)
        zhang, li = rooms
        truck.send(port)
        recognise(worker, truck.scan, truck.content_sha256, RECOGNITION)
        zhang.until(lambda: truck.scan in zhang.desk.rows and zhang.desk.rows[truck.scan].findings == 1)
        opens(zhang, truck)
        says(zhang, Verdict.RELEASE)
        assert orders(port) == []
        opens(li, truck)
        assert li.desk.rows[truck.scan].stage is Stage.CONFIRM
        li.until(lambda: li.desk.discussing.told is not None and len(li.desk.discussing.told.opinions) == 1)
        says(li, Verdict.RELEASE)
        li.until(lambda: li.desk.rows[truck.scan].delivery is DeliveryState.APPLIED)
        (order,) = orders(port)
        assert (order["verdict"], order["decided_by"]) == ("RELEASE", "zhang, li")
    finally:
        for room in rooms:
            room.stop()
        for peer in (port, worker):
            peer.close()
