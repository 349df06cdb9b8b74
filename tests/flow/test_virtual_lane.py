"""A virtual lane over real sockets: its scans look like the ones they are copies of, and no port ever hears of them."""

import threading
import time

import msgspec
import numpy as np
import pytest
from sqlalchemy import text

from scanview.core.errors import NotAllowed
from scanview.core.review import Decision, Verdict
from scanview.core.scan import ScanHeader
from scanview.core.virtual import Outcome
from scanview.core.work import WorkState
from scanview.formats import read_scan
from scanview.formats.archive_writer import finished_path
from scanview.formats.header_json import decode_header, encode_header
from scanview.ingest.port import Port
from scanview.ingest.virtual_lane.lane import VirtualLane, VirtualTraffic
from scanview.simulate.scan import simulate_scan
from scanview.store.database import open_catalogue
from scanview.store.virtual_lanes import VirtualLanes
from scanview.wire import messages
from tests.flow.client_room import RECOGNITION, Sent
from tests.flow.hub_network import (
    PATIENCE_S,
    HubProcess,
    ScriptedPort,
    ScriptedWorker,
    ScriptedWorkstation,
    new_id,
)

REAL_LANE, VIRTUAL_LANE = "CNSHA-03", "CNSHA-91"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    made = HubProcess(tmp_path / "hub", lease_s=120.0)
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(made.data / "runtime"))
    made.add_person("Li")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def room(hub):
    """A lane, a worker and a workstation with somebody at it."""
    peers = [ScriptedPort(hub, REAL_LANE).online(), ScriptedWorker(hub).online(), ScriptedWorkstation(hub).online()]
    peers[2].sign_in()
    peers[2].watch()
    yield peers
    for peer in peers:
        peer.close()


def real_scan(tmp_path, port, seed):
    image = simulate_scan(seed, hidden=0, lane=REAL_LANE).image
    sent = Sent(tmp_path, image)
    sent.send(port)
    return sent


def judge(desk, worker, scan, verdict=Verdict.RELEASE):
    """Recognised, looked at and decided; everything that the workstation was told about it, and the decision."""
    content = desk.row(scan, lambda row: row.stored)
    opened = desk.ask(messages.OpenScan(request=0, scan=scan))
    worker.report(scan, opened.message.content_sha256, RECOGNITION)
    lease = desk.take(scan)
    decision = Decision(
        decision=new_id(),
        scan=scan,
        fence=lease.fence,
        verdict=verdict,
        content_sha256=opened.message.content_sha256,
        **({"reason": "suspect-object"} if verdict is Verdict.HOLD else {}),
    )
    done = desk.decide(msgspec.convert(msgspec.to_builtins(decision), Decision))
    told = desk.ask(messages.AskReveal(request=0, scan=scan, decision=decision.decision)).message
    row = desk.row(scan, lambda row: row.state is WorkState.CLOSED)
    return {"first row": content, "opened": opened.message, "header": opened.raw[0], "done": done, "row": row}, told


def shape(value):
    """The names and kinds of everything in it, without the values."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value).__name__


def send_virtual(hub, tmp_path, scans, threat_share):
    VirtualLanes(hub.data).mark(VIRTUAL_LANE)
    port = Port(lane=VIRTUAL_LANE, endpoint=hub.endpoint, spool=tmp_path / "virtual spool")
    traffic = VirtualTraffic(per_analyst_hour=10_000, threat_share=threat_share, older_than_s=0.0, scans=scans)
    lane = VirtualLane(data=hub.data, port=port, traffic=traffic)
    sent = []
    thread = threading.Thread(target=lane.run, args=(sent.append,))
    thread.start()
    thread.join(4 * PATIENCE_S)
    lane.stop()
    thread.join()
    assert len(sent) == scans
    return sent


def test_virtual_scans_come_among_the_real_ones_and_never_leave(hub, room, tmp_path):
    port, worker, desk = room
    origin = real_scan(tmp_path, port, 104)
    real, nothing = judge(desk, worker, origin.scan)
    assert nothing.revealed is None
    open_one = real_scan(tmp_path, port, 105)
    desk.take(open_one.scan)

    (scan,) = send_virtual(hub, tmp_path, 1, threat_share=1.0)
    virtual, told = judge(desk, worker, scan)

    for name in ("first row", "opened", "done", "row"):
        assert shape(msgspec.to_builtins(virtual[name])) == shape(msgspec.to_builtins(real[name])), name
    headers = [msgspec.json.decode(each["header"]) for each in (real, virtual)]
    assert shape(headers[0]) == shape(headers[1])
    copied, first = decode_header(virtual["header"]), origin.header
    assert isinstance(copied, ScanHeader)
    assert (copied.lane, copied.device, copied.views) == (first.lane, first.device, first.views)
    assert not {copied.container, copied.plate} & {first.container, first.plate}
    assert virtual["row"].container_valid == real["row"].container_valid
    assert virtual["row"].delivery == real["row"].delivery
    lanes = {
        status.lane for message, _ in desk.heard if isinstance(message, messages.Lanes) for status in message.lanes
    }
    assert lanes == {REAL_LANE}

    assert told.revealed.outcome is Outcome.MISS
    (place,) = told.revealed.truth.places
    image = read_scan(finished_path(hub.data / "scans", scan))
    changed = np.argwhere((image.views[0] != origin.image.views[0]).any(axis=0))
    assert changed.size
    assert changed[:, 0].min() >= place.y0 - 8
    assert changed[:, 1].max() <= place.x1 + 8

    assert [message.order for message, _ in port.applied] == [entry_of_order(hub, origin.scan)]
    with open_catalogue(hub.data) as database:
        outbox = database.read(lambda tx: tx.execute(text("SELECT scan FROM outbox")).scalars().all())
    assert outbox == [origin.scan]
    people = desk.ask(messages.AskPerformance(request=0, begins_at=0.0, ends_at=time.time() + 60)).message.people
    assert [(each.person, each.threats) for each in people] == [("Li", 1)]
    assert hub.verify().is_verified


def entry_of_order(hub, scan):
    with open_catalogue(hub.data) as database:
        return database.read(
            lambda tx: tx.execute(text("SELECT decision FROM scans WHERE scan = :scan"), {"scan": scan}).scalar_one()
        )


def test_a_virtual_lane_is_taken_for_nothing_else(hub, room):
    """No real lane can become one, and what it offers without a truth is refused."""
    with pytest.raises(NotAllowed, check=lambda error: error.code == "real-lane"):
        VirtualLanes(hub.data).mark(REAL_LANE)
    VirtualLanes(hub.data).mark(VIRTUAL_LANE)
    virtual = ScriptedPort(hub, VIRTUAL_LANE).online()
    header = simulate_scan(104, lane=REAL_LANE).image.header
    virtual.tell(messages.ScanOffer(scan=header.scan), encode_header(header))
    assert virtual.hears(messages.ScanRefused)[0].code == "no-truth"
    virtual.close()


def test_another_lane_still_may_not_speak_for_a_lane(hub, room):
    other = ScriptedPort(hub, "CNNGB-01").online()
    header = simulate_scan(104, lane=REAL_LANE).image.header
    other.tell(messages.ScanOffer(scan=header.scan), encode_header(header))
    assert other.hears(messages.ScanRefused)[0].code == "not-your-lane"
    other.close()
