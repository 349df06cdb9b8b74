"""The hub as a process: a scan in, a decision out, and nothing lost when it is killed in between."""

import hashlib

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.order import Outcome
from scanview.core.review import Risk, Role, Verdict
from scanview.core.work import RecognitionState, WorkState
from scanview.core.worklist import DeliveryState
from scanview.formats.archive_index import CONTENT_START, file_start
from scanview.formats.archive_writer import finished_path
from scanview.store.folders import SCANS_FOLDER
from scanview.wire import messages
from tests.flow.hub_network import ScriptedPort, ScriptedWorker, ScriptedWorkstation, new_id
from tests.unit.formats.archive_scans import scan_image, strip_records
from tests.unit.review.room import hold, make_header, make_recognition, release


@pytest.fixture
def peers():
    made = []
    yield lambda peer: made.append(peer) or peer.online()
    for peer in made:
        peer.close()


def make_scan(lane="CNSHA-03", **fields):
    """A header, its strips' records and its content hash."""
    header = make_header(new_id(), lane=lane, **fields)
    records = strip_records(scan_image((300,), header))
    content = hashlib.sha256(file_start(header)[CONTENT_START:] + b"".join(records)).hexdigest()
    return header, records, content


def upload(port, lane="CNSHA-03"):
    header, records, content = make_scan(lane)
    assert port.offer(header) == 0
    port.send_strips(header.scan, records)
    assert port.end(header.scan, len(records), content) == content
    return header.scan, content


def refused(code):
    return pytest.raises(NotAllowed, check=lambda error: error.code == code)


def test_a_scan_goes_in_and_its_release_comes_back_to_the_gate(hub, peers):
    port, desk, worker = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub)), peers(ScriptedWorker(hub))
    assert desk.sign_in().role is Role.ANALYST
    desk.watch()
    desk.hears(messages.Lanes, lambda m: any(lane.lane == "CNSHA-03" and lane.connected for lane in m.lanes))
    scan, content = upload(port)
    row = desk.row(scan, lambda row: row.stored)
    assert (row.state, row.strips, row.recognition) == (WorkState.WAITING, 3, RecognitionState.PENDING)
    taken = desk.ask(messages.TakeNext(request=0)).message
    assert taken.scan == scan
    decision = release(scan, taken.lease.fence, content=content)
    with refused("release-before-recognition"):
        desk.decide(decision)
    worker.ready()
    worker.hears(messages.Work, lambda m: m.scan == scan)
    worker.report(scan, content, make_recognition(0.9))
    assert desk.row(scan, lambda row: row.findings == 1).risk is Risk.HIGH
    done = desk.decide(decision)
    assert done.seq > 0
    assert desk.row(scan, lambda row: row.delivery is DeliveryState.APPLIED).state is WorkState.CLOSED
    assert [message.order for message, _ in port.applied] == [decision.decision]
    with refused("already-decided"):
        desk.decide(hold(scan, taken.lease.fence))
    assert desk.decide(decision).seq == done.seq
    assert finished_path(hub.data / SCANS_FOLDER, scan).is_file()
    assert hub.stop() == 0
    report = hub.verify()
    assert report.problems == ()
    assert report.checkpointed == report.entries


def test_a_hub_killed_between_decision_and_delivery_delivers_once(hub, peers):
    port = ScriptedPort(hub)
    port.online()
    scan, content = upload(port)
    port.close()
    desk = peers(ScriptedWorkstation(hub))
    desk.sign_in()
    decision = hold(scan, desk.take(scan).fence, content=content)
    done = desk.decide(decision)
    hub.kill()
    hub.start()
    desk.online()
    desk.sign_in()
    assert desk.decide(decision).seq == done.seq
    desk.watch()
    assert desk.row(scan).delivery is DeliveryState.WAITING
    hub.enrolments.remove(port.card.role, port.card.name)
    back = peers(ScriptedPort(hub))
    desk.row(scan, lambda row: row.delivery is DeliveryState.APPLIED)
    assert [(message.order, b"HOLD" in document) for message, document in back.applied] == [(decision.decision, True)]
    hub.stop()
    assert hub.verify().problems == ()


def test_a_hub_killed_in_an_upload_goes_on_where_it_was(hub, peers):
    port = peers(ScriptedPort(hub))
    header, records, content = make_scan()
    port.offer(header)
    port.send_strips(header.scan, records[:2])
    port.hears(messages.StripsHeld, lambda m: m.strips == 2)
    hub.kill()
    hub.start()
    port.heard.clear()
    port.online()
    held = port.offer(header)
    assert held == 2
    port.send_strips(header.scan, records[held:], held)
    assert port.end(header.scan, len(records), content) == content
    hub.stop()
    assert hub.verify().problems == ()


def test_an_order_the_port_refuses_is_shown(hub, peers):
    port = peers(ScriptedPort(hub, outcome=Outcome.REFUSED))
    desk = peers(ScriptedWorkstation(hub))
    desk.sign_in()
    desk.watch()
    scan, content = upload(port)
    desk.decide(hold(scan, desk.take(scan).fence, content=content))
    row = desk.row(scan, lambda row: row.delivery is DeliveryState.REFUSED)
    assert (row.state, row.verdict) == (WorkState.DECIDED, Verdict.HOLD)


def test_a_hold_may_be_decided_while_columns_arrive(hub, peers):
    port, desk = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub))
    desk.sign_in()
    header, records, content = make_scan()
    port.offer(header)
    port.send_strips(header.scan, records[:1])
    port.hears(messages.StripsHeld, lambda m: m.strips == 1)
    opened = desk.ask(messages.OpenScan(request=0, scan=header.scan))
    assert (opened.message.strips, opened.message.stored) == (1, False)
    fetched = desk.ask(messages.FetchStrips(request=0, scan=header.scan, first=0, count=64))
    assert [bytes(record) for record in fetched.raw] == records[:1]
    desk.decide(hold(header.scan, desk.take(header.scan).fence))
    port.send_strips(header.scan, records[1:], 1)
    desk.hears(messages.ScanGrew, lambda m: m.strips == len(records))
    port.end(header.scan, len(records), content)
    grown = desk.hears(messages.ScanGrew, lambda m: m.stored)[0]
    assert (grown.content_sha256, grown.complete) == (content, True)
    fetched = desk.ask(messages.FetchStrips(request=0, scan=header.scan, first=1, count=64))
    assert [bytes(record) for record in fetched.raw] == records[1:]
    with refused("no-such-strip"):
        desk.ask(messages.FetchStrips(request=0, scan=header.scan, first=99, count=1))


def test_a_worker_that_dies_three_times_leaves_the_scan_to_people(hub, peers):
    port, desk = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub))
    desk.sign_in()
    desk.watch()
    scan, content = upload(port)
    for number in range(3):
        worker = ScriptedWorker(hub, f"worker-{number}").online()
        worker.ready()
        worker.hears(messages.Work, lambda m: m.scan == scan)
        worker.close()
    row = desk.row(scan, lambda row: row.recognition is RecognitionState.NOT_RECOGNISED)
    assert (row.risk, row.state) == (Risk.NONE, WorkState.WAITING)
    fence = desk.take(scan).fence
    with refused("release-without-recognition"):
        desk.decide(release(scan, fence, content=content))
    desk.decide(release(scan, fence, content=content, without_recognition=True))
    late = peers(ScriptedWorker(hub, "late"))
    late.report(scan, content, make_recognition(0.9))
    row = desk.row(scan, lambda row: row.findings == 1)
    assert (row.verdict, row.risk) == (Verdict.RELEASE, Risk.HIGH)
    hub.stop()
    assert hub.verify().problems == ()


def test_a_dead_workstations_scan_waits_again(hub, peers):
    port = peers(ScriptedPort(hub))
    scan, _ = upload(port)
    first = ScriptedWorkstation(hub, "desk-1").online()
    first.sign_in()
    hub.add_person("Mehmet")
    second = peers(ScriptedWorkstation(hub, "desk-2"))
    second.sign_in("Mehmet")
    second.watch()
    lease = first.take(scan)
    with refused("already-leased"):
        second.take(scan)
    first.close()
    second.row(scan, lambda row: row.seq > lease.fence)
    assert second.ask(messages.TakeNext(request=0)).message.scan == scan
    assert second.ask(messages.SignOut(request=0)).message.seq > 0
    with refused("not-signed-in"):
        second.take(scan)


def test_nothing_is_open_to_a_workstation_where_nobody_is_signed_in(hub, peers):
    port, desk = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub))
    scan, content = upload(port)
    for message in (
        messages.WatchWorklist(request=0, after=0),
        messages.TakeNext(request=0),
        messages.Take(request=0, scan=scan),
        messages.RenewLease(request=0, scan=scan, fence=1),
        messages.GiveBack(request=0, scan=scan, fence=1),
        messages.Decide(request=0, decision=hold(scan, 1, content=content)),
        messages.OpenScan(request=0, scan=scan),
        messages.FetchStrips(request=0, scan=scan, first=0, count=1),
        messages.SignOut(request=0),
    ):
        with refused("not-signed-in"):
            desk.ask(message)
    for name, password in (("Li", "wrong"), ("nobody", "correct horse"), ("", "correct horse"), ("Li", "")):
        if name:
            with refused("wrong-password"):
                desk.sign_in(name, password)
    hub.add_person("Ada", Role.SUPERVISOR)
    desk.sign_in("Ada")
    with refused("not-an-analyst"):
        desk.take(scan)


def test_a_message_of_another_role_is_refused_and_changes_nothing(hub, peers):
    port = peers(ScriptedPort(hub))
    scan, content = upload(port)
    desk, worker = peers(ScriptedWorkstation(hub)), peers(ScriptedWorker(hub))
    desk.sign_in()
    desk.watch()
    fence = desk.take(scan).fence
    recognition = make_recognition(0.9)
    for peer, message in (
        (port, messages.Decide(request=7, decision=hold(scan, fence, content=content))),
        (worker, messages.Decide(request=7, decision=hold(scan, fence, content=content))),
        (worker, messages.SignIn(request=7, name="Li", password="correct horse")),
        (
            desk,
            messages.ReportRecognition(request=7, scan=scan, content_sha256=content, recognition=recognition),
        ),
        (port, messages.ReportNotRecognised(request=7, scan=scan, why="because")),
        (desk, messages.ScanEnd(scan=scan, strips=3, content_sha256=content, complete=False)),
    ):
        peer.tell(message)
    last, _ = upload(port)
    row = desk.row(last, lambda row: row.stored) and desk.row(scan)
    assert (row.verdict, row.recognition, row.complete) == (None, RecognitionState.PENDING, True)
    hub.stop()
    told = [entry["kind"] for entry in hub.entries() if entry["scan"] == scan]
    assert told == ["scan-offered", "scan-stored", "leased"]


def test_the_hub_process_imports_nothing_that_decodes_pixels(hub, peers):
    port, desk, worker = peers(ScriptedPort(hub)), peers(ScriptedWorkstation(hub)), peers(ScriptedWorker(hub))
    assert hub.forbidden == []
    desk.sign_in()
    scan, content = upload(port)
    worker.report(scan, content, make_recognition())
    desk.ask(messages.OpenScan(request=0, scan=scan))
    desk.ask(messages.FetchStrips(request=0, scan=scan, first=0, count=3))
    hub.forbidden = None
    assert hub.stop() == 0
    assert hub.forbidden == []
