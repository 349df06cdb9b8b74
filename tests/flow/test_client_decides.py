"""The real client against a real hub: a scan is taken, decided, and the port acts on it."""

import threading

import numpy as np
import pytest

from scanview.core.review import HoldReason, Verdict
from scanview.core.scan import View
from scanview.core.worklist import DeliveryState
from scanview.ingest.port import Port
from scanview.session.events import LinkState
from scanview.ui.actions import Mode
from scanview.ui.autopilot import Autopilot
from scanview.wire import messages
from tests.flow.client_room import RECOGNITION, WAIT_MS, Truck
from tests.flow.hub_network import PASSWORD, ScriptedWorker
from tests.unit.formats.archive_scans import view_header


@pytest.fixture
def hub(client_hub):
    return client_hub


@pytest.fixture
def trucks(tmp_path):
    folder = tmp_path / "trucks"
    folder.mkdir()
    return [Truck(folder, number) for number in (1, 2, 3)]


def delivered(room, truck):
    """Whether the worklist says that the port has applied the order."""
    return lambda: room.desk.rows[truck.scan].delivery is DeliveryState.APPLIED


def test_a_scan_is_taken_released_and_the_port_says_that_it_did_so(room, port, trucks):
    truck = trucks[0]
    truck.send(port)
    room.try_to_sign_in("zhang", "a wrong password")
    room.until(lambda: room.desk.door.problem is not None)
    assert room.desk.door.problem.what.id == "error.wrong-password"
    room.sign_in("zhang", PASSWORD)
    room.until(lambda: truck.scan in room.desk.rows)
    room.give("take-next")
    room.until(room.is_whole)
    assert np.array_equal(room.pixels(), truck.image.views[0]), "what was sent is what is seen"

    room.give("release")
    room.until(lambda: room.desk.mode is Mode.CONFIRMING)
    assert room.desk.decided_here == 0
    room.give("confirm")
    room.until(lambda: room.desk.decided_here == 1)
    room.until(delivered(room, truck))

    (applied,) = port.applied
    assert truck.content_sha256 in applied[1].decode()
    assert room.desk.last_decision.id == "status.released"


def test_with_a_real_port_the_gate_opens_for_the_release(room, hub, tmp_path):
    opened = []
    lane = Port(lane="CNSHA-03", endpoint=hub.endpoint, spool=tmp_path / "spool", gate=opened.append)
    thread = threading.Thread(target=lane.run, name="port")
    thread.start()
    try:
        room.sign_in("zhang", PASSWORD)
        pixels = np.random.default_rng(5).integers(100, 60_000, (2, 37, 300), dtype=np.uint16)
        with lane.device("portal").scan(view_header(), container="CSQU3054383") as truck:
            for column in range(300):
                truck.line(View.SIDE, pixels[:, :, column])
        room.give("take-next")
        room.until(room.is_whole)
        assert np.array_equal(room.pixels(), pixels), "every detector line is seen as it was measured"

        room.give("release")
        room.until(lambda: room.desk.mode is Mode.CONFIRMING)
        room.give("confirm")
        room.until(lambda: bool(opened))
        room.until(lambda: room.desk.rows[truck.header.scan].delivery is DeliveryState.APPLIED)
    finally:
        lane.stop()
        thread.join()

    assert [(order.scan, order.verdict) for order in opened] == [(truck.header.scan, Verdict.RELEASE)]


def test_with_a_machines_result_the_findings_are_on_the_picture(room, hub, port, trucks):
    truck = trucks[0]
    worker = ScriptedWorker(hub).online()
    try:
        worker.ready()
        truck.send(port)
        worker.hears(messages.Work)
        room.sign_in("zhang", PASSWORD)
        room.give("take-next")
        room.until(room.is_whole)
        assert room.review.findings == ()
        worker.report(truck.scan, truck.content_sha256, RECOGNITION)
        room.until(lambda: room.review is not None and room.review.findings == RECOGNITION.findings)
    finally:
        worker.close()

    assert [overlay.label for overlay in room.window.canvas.overlays] == ["Weapon"]
    room.give("release")
    room.until(lambda: room.desk.decided_here == 1)
    room.until(delivered(room, truck))


def test_a_scan_that_still_arrives_is_seen_growing_and_held(room, port, trucks):
    truck = trucks[0]
    room.sign_in("zhang", PASSWORD)
    port.offer(truck.header)
    port.send_strips(truck.scan, truck.records[:2])
    room.until(lambda: truck.scan in room.desk.rows)
    room.desk.take(truck.scan)
    room.until(lambda: room.review is not None and room.review.columns == 256)
    port.send_strips(truck.scan, truck.records[2:4], first=2)
    room.until(lambda: room.review.columns == 512)

    room.give("release")
    assert room.desk.reviewing.problem.what.id == "error.release-before-stored"
    room.give("hold")
    room.give("reason-3")
    room.give("confirm")
    room.until(lambda: room.desk.decided_here == 1)
    room.until(delivered(room, truck))

    assert b'"HOLD"' in port.applied[0][1]
    port.send_strips(truck.scan, truck.records[4:], first=4)
    truck.end(port)


def test_the_next_scans_are_there_before_they_are_asked_for(room, port, trucks):
    for truck in trucks:
        truck.send(port)
    room.sign_in("zhang", PASSWORD)
    room.until(lambda: len(room.desk.ahead) == 3)
    room.give("take-next")
    room.until(room.is_whole)

    taken = next(truck for truck in trucks if truck.scan == room.review.scan)
    assert np.array_equal(room.pixels(), taken.image.views[0])
    assert room.desk.reviewing.pyramids[0].complete


def test_a_hub_that_dies_costs_no_decision(room, hub, port, trucks):
    truck = trucks[0]
    truck.send(port)
    room.sign_in("zhang", PASSWORD)
    room.until(lambda: truck.scan in room.desk.rows)
    room.give("take-next")
    room.until(room.is_whole)

    hub.kill()
    room.until(lambda: room.desk.link is not LinkState.ONLINE)
    assert room.window.link_bar.isVisible()
    room.give("hold")
    room.give("reason-1")
    room.give("confirm")
    room.until(lambda: room.desk.unconfirmed == 1)
    assert room.desk.decided_here == 0

    hub.start()
    room.until(lambda: room.desk.decided_here == 1 or room.desk.reviewing.problem is not None)
    assert room.desk.decided_here == 1, "the lease had not run out"
    room.until(delivered(room, truck))
    assert room.desk.unconfirmed == 0
    assert len(port.applied) == 1


def test_the_autopilot_decides_a_shift_and_leaves_a_picture(room, hub, port, trucks, tmp_path):
    def policy(review):
        return HoldReason.OTHER if review.scan == trucks[1].scan else None

    pilot = Autopilot(
        room.client,
        name="zhang",
        password=PASSWORD,
        scans=3,
        policy=policy,
        patience_s=0.05,
        screenshot=tmp_path / "window.png",
    )
    pilot.start()
    with room.qtbot.waitSignal(pilot.landed, timeout=2 * WAIT_MS):
        for truck in trucks:
            truck.send(port)

    assert (pilot.log.released, pilot.log.held) == (2, 1)
    assert (tmp_path / "window.png").read_bytes().startswith(b"\x89PNG")
    for truck in trucks:
        room.until(delivered(room, truck))
    assert room.desk.rows[trucks[1].scan].verdict is Verdict.HOLD
    assert hub.stop() == 0
    assert hub.verify().problems == ()
