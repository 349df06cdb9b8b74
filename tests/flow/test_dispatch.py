"""Who gets which scan, over real sockets: by lot alone, breaks, assignments, and what an analyst is not told."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.review import HoldReason, Role
from scanview.core.scan import Declaration
from scanview.core.searching import Search
from scanview.core.work import WorkState
from scanview.formats.header_json import decode_header
from scanview.hub.service import EXPIRY_CHECK_S
from scanview.settings import HubSettings
from scanview.wire import messages
from tests.flow.client_room import Truck
from tests.flow.hub_network import HubProcess, ScriptedPort, ScriptedWorkstation
from tests.flow.test_client_marks import mark_and_die
from tests.flow.test_hub import make_scan, upload
from tests.unit.review.room import hold


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(tmp_path / "hub" / "runtime"))
    process = HubProcess(tmp_path / "hub", free_choice=False, lease_s=5.0)
    process.add_person("Li")
    process.add_person("Mehmet")
    process.add_person("Ada", Role.SUPERVISOR)
    process.start()
    yield process
    if process.is_running:
        process.kill()


@pytest.fixture
def peers():
    made = []

    def keep(peer):
        made.append(peer)
        return peer.online()

    yield keep
    for peer in made:
        peer.close()


def refused(code):
    return pytest.raises(NotAllowed, check=lambda error: error.code == code)


def seat(hub, peers, name):
    desk = peers(ScriptedWorkstation(hub, f"desk-{name.lower()}"))
    desk.sign_in(name)
    desk.watch()
    return desk


def test_scans_are_given_out_by_lot_and_supervisors_decide_where_not(hub, peers):
    port = peers(ScriptedPort(hub))
    scans = [upload(port)[0] for _ in range(2)]
    li, mehmet, ada = (seat(hub, peers, name) for name in ("Li", "Mehmet", "Ada"))
    with refused("no-free-choice"):
        li.take(scans[0])
    given = li.ask(messages.TakeNext(request=0)).message
    other = next(scan for scan in scans if scan != given.scan)
    assert given.ahead == (other,)
    ada.ask(messages.Assign(request=0, scan=other, analyst="Mehmet", reason="he asked for it"))
    with refused("not-a-supervisor"):
        li.ask(messages.Assign(request=0, scan=other, analyst="Li", reason="mine"))
    assert mehmet.take(other) is not None
    ada.ask(messages.Assign(request=0, scan=given.scan, analyst="", reason="he is gone"))
    mehmet.row(given.scan, lambda row: row.state is WorkState.WAITING and not row.analyst)
    hub.stop()
    told = [(entry["kind"], entry["body"].get("chosen")) for entry in hub.entries() if entry["kind"] == "leased"]
    assert told == [("leased", "drawn"), ("leased", "picked")]
    assert hub.verify().problems == ()


def test_who_is_on_a_break_is_given_nothing_and_what_they_had_waits_again(hub, peers):
    port = peers(ScriptedPort(hub))
    scan, _ = upload(port)
    li, mehmet = seat(hub, peers, "Li"), seat(hub, peers, "Mehmet")
    li.ask(messages.TakeNext(request=0))
    li.ask(messages.TakeBreak(request=0))
    mehmet.row(scan, lambda row: row.state is WorkState.WAITING)
    with refused("on-break"):
        li.ask(messages.TakeNext(request=0))
    li.ask(messages.ComeBack(request=0))
    assert li.ask(messages.TakeNext(request=0)).message.scan == scan
    li.ask(messages.EndShift(request=0, note="the scanner at CNSHA-03 shows stripes"))
    mehmet.row(scan, lambda row: row.state is WorkState.WAITING)
    (left,) = mehmet.ask(messages.AskShiftNotes(request=0)).message.notes
    assert (left.by, left.note) == ("Li", "the scanner at CNSHA-03 shows stripes")
    hub.stop()
    said = [(entry["kind"], entry["actor"], entry["body"].get("note", "")) for entry in hub.entries()]
    assert ("on-break", "Li", "") in said
    assert ("back", "Li", "") in said
    assert ("shift-ended", "Li", "the scanner at CNSHA-03 shows stripes") in said
    assert hub.verify().problems == ()


def test_an_analyst_learns_whose_goods_these_are_only_when_the_scan_is_decided(hub, peers):
    port = peers(ScriptedPort(hub))
    declaration = Declaration(goods="tea", hs_code="0902", shipper="Secret Trading Co")
    header, records, content = make_scan(declaration=declaration)
    port.offer(header)
    port.send_strips(header.scan, records)
    port.end(header.scan, len(records), content)
    li, ada = seat(hub, peers, "Li"), seat(hub, peers, "Ada")

    def shown(desk):
        answer = desk.ask(messages.OpenScan(request=0, scan=header.scan))
        desk.tell(messages.CloseScan(scan=header.scan))
        return decode_header(answer.raw[0])

    assert shown(ada) == header
    assert shown(li).declaration == Declaration(goods="tea", hs_code="0902")
    fence = li.ask(messages.TakeNext(request=0)).message.lease.fence
    assert not any(b"Secret" in bytes(frame) for _, raw in li.heard for frame in raw)
    li.decide(hold(header.scan, fence, content=content, reason=HoldReason.GOODS_DIFFER))
    assert shown(li) == header


def test_older_scans_are_found_page_by_page_and_analysts_find_their_own(hub, peers):
    port = peers(ScriptedPort(hub))
    li, mehmet, ada = (seat(hub, peers, name) for name in ("Li", "Mehmet", "Ada"))
    decided = []
    for desk in (li, li, mehmet):
        upload(port)
        given = desk.ask(messages.TakeNext(request=0)).message
        desk.decide(hold(given.scan, given.lease.fence))
        decided.append(given.scan)
    waiting, _ = upload(port)

    def found(desk, search, **fields):
        return desk.ask(messages.FindScans(request=0, search=search, **fields)).message

    everything = found(ada, Search())
    assert {one.row.scan for one in everything.found} == {*decided, waiting}
    assert {one.row.scan for one in found(ada, Search(decided=True, lane="CNSHA")).found} == set(decided)
    first = found(li, Search(), limit=1)
    rest = found(li, Search(), after=first.following)
    assert rest.following is None
    assert {one.row.scan for one in (*first.found, *rest.found)} == set(decided[:2])
    assert found(li, Search(text="csqu 305")).found == found(li, Search()).found
    assert found(li, Search(person="Mehmet")).found == ()
    assert found(ada, Search(text="no such")).found == ()


def test_the_scan_of_a_client_that_is_killed_goes_to_somebody_else(hub, peers, tmp_path):
    trucks = tmp_path / "trucks"
    trucks.mkdir()
    Truck(trucks, 1).send(peers(ScriptedPort(hub)))
    scan = mark_and_die(hub, tmp_path / "desk", "Li")
    mehmet = seat(hub, peers, "Mehmet")
    mehmet.row(scan, lambda row: row.state is WorkState.WAITING)  # an analyst is told of no lease but their own
    mehmet.wait(lambda: mehmet.ask(messages.TakeNext(request=0)).message.scan == scan, "the scan of who is gone")
    hub.stop()
    told = [entry for entry in hub.entries() if entry["scan"] == scan and entry["kind"] in ("leased", "lease-ended")]
    assert [(entry["kind"], entry["body"].get("why")) for entry in told] == [
        ("leased", None),
        ("lease-ended", "expired"),
        ("leased", None),
    ]
    assert hub.verify().problems == ()


def test_a_scan_waits_again_within_fifteen_seconds_by_default():
    assert HubSettings().lease_s + EXPIRY_CHECK_S < 15.0
