"""What is found in an opened container comes from the port over the wire, with its photos, and from people."""

import hashlib
import json
from contextlib import contextmanager

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.inspection import Found, FoundItem
from scanview.core.review import Role
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.inspection_folder import INSPECTIONS_FOLDER, add_result, waiting
from scanview.wire import messages
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.flow.hub_network import ScriptedWorkstation
from tests.flow.upload_network import LANE, eventually, running_port, scan_counts, send_lines
from tests.unit.review.room import hold, make_inspection

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 3_000_000


@contextmanager
def lane(hub, spool):
    hub.enrolments.add(Identity.load_or_make(spool).card(PeerRole.PORT, LANE))
    with running_port(spool, hub.endpoint, hub.card) as port:
        yield port


@pytest.fixture
def desk(hub):
    hub.add_person("Chen", Role.CHIEF)
    peer = ScriptedWorkstation(hub).online()
    peer.sign_in()
    peer.watch()
    yield peer
    peer.close()


def held(desk, port):
    """A scan of the lane that Li holds."""
    scan, content = send_lines(port, scan_counts(columns=150))
    desk.row(scan, lambda row: row.stored)
    fence = desk.ask(messages.Take(request=0, scan=scan)).message.lease.fence
    desk.ask(messages.Decide(request=0, decision=hold(scan, fence, content=content)))
    return scan


def photo_file(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    return path


def test_a_result_waits_at_the_port_until_the_hub_has_it_and_its_photo(hub, desk, tmp_path):
    spool = tmp_path / "spool"
    with lane(hub, spool) as port:
        scan = held(desk, port)
    given = make_inspection(scan, items=(FoundItem(label="drugs", text="砖状物", from_doors_m=3.2),))
    kept = add_result(spool, given, [photo_file(tmp_path)])
    assert add_result(spool, given, [photo_file(tmp_path)]) == kept, "given twice it is one result"
    assert desk.row(scan).inspected is None

    with lane(hub, spool):
        desk.row(scan, lambda row: row.inspected is Found.FOUND)
        eventually(lambda: not waiting(spool), "the port lets go of it")
    (told,) = desk.ask(messages.FindInspections(request=0, scan=scan)).message.found
    assert told.by == f"port/{LANE}"
    assert told.inspection == kept
    sha256 = hashlib.sha256(PNG).hexdigest()
    answer = desk.ask(messages.FetchPhoto(request=0, scan=scan, sha256=sha256))
    assert bytes(answer.raw[0]) == PNG
    assert [entry["kind"] for entry in hub.entries()].count("inspected") == 1
    assert hub.verify().problems == ()


def test_what_no_hub_takes_is_put_aside_with_the_reason(hub, desk, tmp_path):
    spool = tmp_path / "spool"
    with lane(hub, spool):
        given = add_result(spool, make_inspection(container="MSCU1234566"), [])
        aside = spool / INSPECTIONS_FOLDER / "refused" / given.inspection
        eventually((aside / "why.txt").exists, "it is put aside")
    assert "no such scan" in (aside / "why.txt").read_text()


def test_a_dropped_file_is_sent_and_a_broken_one_is_rejected(hub, desk, tmp_path):
    spool, drop = tmp_path / "spool", tmp_path / "results"
    drop.mkdir()
    hub.enrolments.add(Identity.load_or_make(spool).card(PeerRole.PORT, LANE))
    settings = FollowedSettings(None, {"inspections_folder": str(drop)})
    with running_port(spool, hub.endpoint, hub.card, settings=settings) as port:
        scan = held(desk, port)
        photo_file(tmp_path).rename(drop / "a.png")
        (drop / "bad.json").write_text('{"found": "everything"}')
        (drop / "one.json").write_text(
            json.dumps({"scan": scan, "found": "partly", "note": "少量", "photos": ["a.png"]})
        )
        desk.row(scan, lambda row: row.inspected is Found.PARTLY)
        eventually((drop / "rejected" / "bad.json.txt").exists, "the broken one is rejected")
    assert not (drop / "one.json").exists()


def test_a_person_who_handles_writes_down_what_was_found(hub, desk, tmp_path):
    with lane(hub, tmp_path / "spool") as port:
        scan = held(desk, port)
    result = make_inspection(scan, found=Found.NOTHING, items=())
    with pytest.raises(NotAllowed):
        desk.ask(messages.RecordInspection(request=0, inspection=result))
    desk.ask(messages.SignOut(request=0))
    desk.sign_in("Chen")
    desk.watch()
    assert desk.ask(messages.RecordInspection(request=0, inspection=result)).message.seq > 0
    desk.row(scan, lambda row: row.inspected is Found.NOTHING)
