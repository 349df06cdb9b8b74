"""What the flow tests share: a hub in a process of its own, gone after the test."""

import threading

import pytest

from scanview.detect.worker import Worker
from tests.flow.client_room import ClientRoom
from tests.flow.hub_network import HubProcess, ScriptedPort


@pytest.fixture
def hub(tmp_path):
    started = HubProcess(tmp_path / "hub")
    started.add_person("Li")
    started.start()
    yield started
    if started.is_running:
        started.kill()


@pytest.fixture
def client_hub(tmp_path, monkeypatch):
    """A hub for tests of the client: zhang may sign in, and nobody has to wait for a machine."""
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(tmp_path / "hub" / "runtime"))
    started = HubProcess(tmp_path / "hub", recognition_deadline_s=0.0, lease_s=30.0).start()
    started.add_person("zhang")
    yield started
    if started.is_running:
        started.stop()


@pytest.fixture
def port(hub):
    """A lane that does what the test says."""
    lane = ScriptedPort(hub).online()
    yield lane
    lane.close()


@pytest.fixture
def worker_on(hub, tmp_path, monkeypatch):
    """Starts recognition workers on the hub, each with the recogniser that the test gives it."""
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(hub.data / "runtime"))
    running = []

    def start(recogniser, name="worker-1"):
        worker = Worker(endpoint=hub.endpoint, folder=tmp_path / name, name=name, recogniser=recogniser)
        thread = threading.Thread(target=worker.run, name="worker")
        thread.start()
        running.append((worker, thread))
        return worker

    yield start
    for worker, thread in running:
        worker.stop()
        thread.join()


@pytest.fixture
def room(qtbot, hub, tmp_path):
    """The real client on the hub."""
    opened = ClientRoom(qtbot, hub, tmp_path / "desk")
    yield opened
    opened.stop()
