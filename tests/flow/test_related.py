"""Comparing over real sockets: an earlier scan of the container is found and read, and a supervisor keeps a shelf."""

import queue
import time

import numpy as np
import pytest

from scanview.core.errors import NotAllowed
from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Role
from scanview.session import events
from scanview.session.session import Session
from scanview.wire import messages
from tests.flow.client_room import Truck
from tests.flow.hub_network import PASSWORD, PATIENCE_S, ScriptedPort, ScriptedWorkstation

EMPTY = Shelving(kind=RelatedKind.REFERENCE, title="Clean 20'", container_type="22G1")


class Seat:
    """A session and what it told."""

    def __init__(self, hub, folder):
        folder.mkdir(mode=0o700)
        self._news = queue.Queue()
        self.told = []
        self.session = Session(endpoint=hub.endpoint, folder=folder, workstation=folder.name, tell=self._news.put)
        self.session.start()

    def sign_in(self, person):
        self.until(lambda: self.of(events.LinkChanged) and self.of(events.LinkChanged)[-1].link.value == "online")
        self.session.sign_in(person, PASSWORD).result(PATIENCE_S)
        return self

    def of(self, kind, scan=None):
        return [e for e in self.told if isinstance(e, kind) and (scan is None or e.scan == scan)]

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self.told.append(self._news.get(timeout=max(0.01, deadline - time.monotonic())))

    def row(self, scan):
        return [row for event in self.of(events.RowsChanged) for row in event.rows if row.scan == scan][-1]

    def pixels(self, scan):
        self.until(lambda: self.of(events.ScanLoaded, scan))
        (pyramid,) = self.of(events.ScanOpened, scan)[-1].pyramids
        for strip in self.of(events.StripArrived, scan):
            pyramid.append(strip.levels)
        return np.stack([pyramid.plane(channel, 0) for channel in range(2)])


@pytest.fixture
def sit(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(hub.data / "runtime"))
    seats = []

    def sit_down(person, workstation):
        seats.append(Seat(hub, tmp_path / workstation))
        return seats[-1].sign_in(person)

    yield sit_down
    for seat in seats:
        seat.session.stop()


@pytest.fixture
def trucks(hub, tmp_path):
    """Two scans of the same container, through a port into the hub."""
    port = ScriptedPort(hub).online()
    made = [Truck(tmp_path, number) for number in (1, 2)]
    for truck in made:
        truck.send(port)
    yield made
    port.close()


def test_the_earlier_scan_of_a_container_is_found_and_read_beside_the_open_one(sit, trucks):
    first, second = trucks
    desk = sit("Li", "desk-1")
    (related,) = desk.session.related(second.scan).result(PATIENCE_S)
    assert (related.scan, related.kind) == (first.scan, RelatedKind.EARLIER)
    assert desk.session.related(first.scan).result(PATIENCE_S) == ()

    desk.session.open_scan(second.scan)
    desk.session.open_companion(first.scan)
    for truck in trucks:
        assert np.array_equal(desk.pixels(truck.scan), truck.image.views[0])


def test_a_supervisor_shelves_a_reference_for_everybody_and_an_analyst_may_not(hub, sit, trucks):
    first, second = trucks
    hub.add_person("Ada", Role.SUPERVISOR)
    supervisor, analyst = sit("Ada", "desk-2"), sit("Li", "desk-1")
    with pytest.raises(NotAllowed) as raised:
        analyst.session.shelve(second.scan, EMPTY).result(PATIENCE_S)
    assert raised.value.code == "not-a-supervisor"

    supervisor.session.shelve(second.scan, EMPTY).result(PATIENCE_S)
    analyst.until(lambda: analyst.of(events.RowsChanged) and analyst.row(second.scan).shelved == EMPTY)
    (related,) = analyst.session.related(first.scan).result(PATIENCE_S)
    assert (related.scan, related.kind, related.title) == (second.scan, RelatedKind.REFERENCE, "Clean 20'")

    supervisor.session.unshelve(second.scan).result(PATIENCE_S)
    assert analyst.session.related(first.scan).result(PATIENCE_S) == ()
    assert hub.stop() == 0
    assert hub.verify().problems == ()
    kinds = [entry["kind"] for entry in hub.entries()]
    assert (kinds.count("shelved"), kinds.count("unshelved")) == (1, 1)


def test_nothing_is_told_to_a_workstation_where_nobody_is_signed_in(hub, trucks):
    desk = ScriptedWorkstation(hub).online()
    for question in (
        messages.FindRelated(request=0, scan=trucks[1].scan),
        messages.Shelve(request=0, scan=trucks[1].scan, shelving=EMPTY),
        messages.Unshelve(request=0, scan=trucks[1].scan),
    ):
        with pytest.raises(NotAllowed, check=lambda error: error.code == "not-signed-in"):
            desk.ask(question)
    desk.close()
