"""A hub that comes back learns that another one took its scans meanwhile: it shows no ghosts and decides none twice."""

import threading
from contextlib import contextmanager

import pytest

from scanview.core.work import WorkState
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.port import Port
from scanview.wire.enrolment import write_pin
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole, ScanReceipt
from tests.flow.hub_network import HubProcess, ScriptedWorkstation
from tests.flow.relay import Relay
from tests.flow.upload_network import LANE, eventually, scan_counts, send_lines
from tests.unit.review.room import hold


@pytest.fixture
def second(tmp_path):
    started = HubProcess(tmp_path / "second")
    started.add_person("Li")
    started.start()
    yield started
    if started.is_running:
        started.kill()


@pytest.fixture
def relay(hub):
    """What lies between the port and its first hub."""
    running = Relay(hub.endpoint)
    yield running
    running.stop()


@contextmanager
def lane_of(first, second, endpoint, spool, **settings):
    """A port that prefers the first hub, which it reaches at `endpoint`."""
    card = Identity.load_or_make(spool).card(PeerRole.PORT, LANE)
    for hub in (first, second):
        hub.enrolments.add(card)
    write_pin(spool, first.card)
    write_pin(spool, second.card, second.endpoint)
    followed = FollowedSettings(None, {"fail_over_s": 0.3, "fail_back_s": 0.5, "unsure_s": 0.6, **settings})
    port = Port(lane=LANE, endpoint=endpoint, more_hubs=(second.endpoint,), spool=spool, settings=followed)
    thread = threading.Thread(target=port.run, name="port")
    thread.start()
    try:
        yield port
    finally:
        port.stop()
        thread.join()


@contextmanager
def desk_at(hub):
    desk = ScriptedWorkstation(hub).online()
    try:
        desk.sign_in()
        desk.watch()
        yield desk
    finally:
        desk.close()


def test_half_sent_to_a_hub_that_was_cut_off(hub, second, relay, tmp_path):
    relay.cut_after_bytes = 1 << 20
    with lane_of(hub, second, relay.endpoint, tmp_path / "spool", limit_mbit=40.0) as port, desk_at(hub) as desk:
        scan, content = send_lines(port, scan_counts(columns=2_000, rows=300))
        eventually(lambda: relay.cuts, "the link breaks in the middle")
        relay.close_gate()
        desk.row(scan, lambda row: row.state is WorkState.ARRIVING and row.strips)
        with desk_at(second) as other:
            other.row(scan, lambda row: row.stored)
            relay.open_gate()
            row = desk.row(scan, lambda row: row.state is WorkState.ELSEWHERE)
            assert (row.elsewhere, row.stored) == (second.endpoint, False)
            other.decide(hold(scan, other.take(scan).fence, content=content))
            other.row(scan, lambda row: row.state is WorkState.CLOSED)
        eventually(lambda: not port.spool.log.received_elsewhere(hub.card.key, 9), "the port knows that it is noted")
    assert hub.verify().problems == ()
    assert [entry["kind"] for entry in hub.entries() if entry["scan"] == scan] == ["scan-offered", "given-elsewhere"]


def test_stored_by_a_hub_whose_receipt_never_came(hub, second, relay, tmp_path):
    with lane_of(hub, second, relay.endpoint, tmp_path / "spool") as port, desk_at(hub) as desk:
        uploader = port._hubs[0].uploader
        handle = uploader.handle

        def cut_off_with_the_receipt_on_its_way(message):
            if isinstance(message, ScanReceipt):
                relay.close_gate()
                return True
            return handle(message)

        uploader.handle = cut_off_with_the_receipt_on_its_way
        scan, _ = send_lines(port, scan_counts(columns=300))
        desk.row(scan, lambda row: row.state is WorkState.WAITING)
        with desk_at(second) as other:
            other.row(scan, lambda row: row.stored)
        relay.open_gate()
        row = desk.row(scan, lambda row: row.state is WorkState.ELSEWHERE)
        assert (row.elsewhere, row.stored) == (second.endpoint, True)
    assert hub.verify().problems == ()
