"""Who signs out holds nothing, whatever was on its way to them."""

import queue

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.work import WorkState
from scanview.session import events
from scanview.session.session import Session
from tests.flow.client_room import Truck
from tests.flow.hub_network import PASSWORD, PATIENCE_S, ScriptedWorkstation


@pytest.fixture
def session(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(hub.data / "runtime"))
    folder, told = tmp_path / "desk", queue.Queue()
    folder.mkdir(mode=0o700)
    with Session(endpoint=hub.endpoint, folder=folder, workstation="desk", tell=told.put) as opened:
        while True:
            event = told.get(timeout=PATIENCE_S)
            if isinstance(event, events.LinkChanged) and event.link is events.LinkState.ONLINE:
                break
        yield opened


def test_a_scan_that_comes_after_the_sign_out_is_nobodys(hub, session, port, tmp_path):
    truck = Truck(tmp_path, 1)
    truck.send(port)
    watching = ScriptedWorkstation(hub, "other").online()
    hub.add_person("zhang")
    watching.sign_in("zhang")
    watching.watch()
    session.sign_in("Li", PASSWORD).result(PATIENCE_S)

    asked = session.take_next()
    session.sign_out()

    with pytest.raises(NotAllowed) as refused:
        asked.result(PATIENCE_S)
    assert refused.value.code == "not-signed-in"
    assert session._leases.held == {}
    watching.row(truck.scan, lambda row: row.state is WorkState.WAITING and not row.analyst)
    watching.close()
