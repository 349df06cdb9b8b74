"""A hub restored from an old copy of its folder: nothing is decided twice, and what it lacks comes back or is named."""

import shutil
import threading
from contextlib import contextmanager

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.review import Verdict
from scanview.core.work import WorkState
from scanview.formats.archive_writer import verify
from scanview.ingest.port import Port
from scanview.store.folders import SCANS_FOLDER
from scanview.wire.enrolment import write_pin
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.flow.hub_network import ScriptedWorkstation
from tests.flow.upload_network import LANE, eventually, scan_counts, send_lines
from tests.unit.review.room import hold


@contextmanager
def running_lane(hub, spool, gates):
    hub.enrolments.add(Identity.load_or_make(spool).card(PeerRole.PORT, LANE))
    write_pin(spool, hub.card)
    port = Port(lane=LANE, endpoint=hub.endpoint, spool=spool, gate=gates.append)
    thread = threading.Thread(target=port.run, name="port")
    thread.start()
    try:
        yield port
    finally:
        port.stop()
        thread.join()


@pytest.fixture
def desk(hub):
    workstation = ScriptedWorkstation(hub).online()
    yield workstation
    workstation.close()


def sign_in(desk):
    desk.heard.clear()
    desk.sign_in()
    desk.watch()


def put_on_hold(desk, scan, content):
    desk.row(scan, lambda row: row.stored)
    decision = hold(scan, desk.take(scan).fence, content=content)
    desk.decide(decision)
    desk.row(scan, lambda row: row.state is WorkState.CLOSED)
    return decision


def restore(hub, copy):
    hub.kill()
    shutil.rmtree(hub.data)
    shutil.copytree(copy, hub.data)
    hub.start()


@pytest.mark.parametrize("keeps_copies", [True, False])
def test_what_a_restored_hub_lacks_comes_back_or_is_named(hub, desk, tmp_path, keeps_copies):
    gates = []
    with running_lane(hub, tmp_path / "spool", gates) as port:
        sign_in(desk)
        early, early_content = send_lines(port, scan_counts(columns=200))
        desk.row(early, lambda row: row.stored)
        hub.stop()
        shutil.copytree(hub.data, tmp_path / "copy")
        hub.start()
        desk.online()
        sign_in(desk)
        late, late_content = send_lines(port, scan_counts(columns=200, seed=1))
        decisions = [put_on_hold(desk, early, early_content), put_on_hold(desk, late, late_content)]
        if not keeps_copies:
            shutil.rmtree(tmp_path / "spool" / "kept")
            (tmp_path / "spool" / "kept").mkdir()

        restore(hub, tmp_path / "copy")

        desk.online()
        sign_in(desk)
        row = desk.row(early, lambda row: row.state is WorkState.CLOSED)
        assert (row.verdict, row.decided_by) == (Verdict.HOLD, "Li")
        with pytest.raises(NotAllowed):
            desk.take(early)
        if keeps_copies:
            desk.row(late, lambda row: row.state is WorkState.CLOSED and row.stored)
            assert verify(hub.data / SCANS_FOLDER / f"{late}.tif").content_sha256 == late_content
            eventually(lambda: not port.spool.scans(), "its receipt is in again")
        assert [order.order for order in gates] == [decision.decision for decision in decisions], "once each"
    hub.stop()
    report = hub.verify()
    assert report.is_verified
    gaps = [entry for entry in hub.entries() if entry["kind"] == "gap-found"]
    assert gaps[0]["body"]["scans"] == {late: late_content}
    assert [name.split()[-1] for name in report.missing] == ([] if keeps_copies else [late, late])
