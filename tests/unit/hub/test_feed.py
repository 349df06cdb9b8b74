"""Those who look at a scan are told of everything that is new about it, and nobody else is."""

import threading

import pytest

from scanview.formats.archive_writer import ArchiveWriter
from scanview.hub import feed as feed_module
from scanview.hub.feed import Feed
from scanview.ingest.held_scan import HeldScan
from scanview.wire.messages import Failed, FetchStrips, OpenScan, PeerRole, ScanGrew, ScanOpened, Strips
from tests.unit.formats.archive_scans import scan_image, strip_records
from tests.unit.review.made_surroundings import MadeSurroundings, make_peer
from tests.unit.review.room import CONTENT, Room, make_header, new_id

DESK = make_peer(PeerRole.WORKSTATION, "desk-1")
OTHER_DESK = make_peer(PeerRole.WORKSTATION, "desk-2")


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def around(room, tmp_path):
    made = MadeSurroundings(room)
    made.growing = {}
    made.feed = Feed(transactions=made.transactions, surroundings=made, folder=tmp_path, held=made.growing.get)
    yield made
    made.feed.close()


@pytest.fixture
def growing(room, around, tmp_path):
    """A scan of which two of three strips are here: its writer and the third record."""
    header = make_header(new_id())
    room.offer(header.scan)
    writer = ArchiveWriter.create(tmp_path, header)
    records = strip_records(scan_image((300,), header))
    for record in records[:2]:
        writer.append(record)
    around.growing[header.scan] = HeldScan(folder=tmp_path, index=writer.index)
    yield header.scan, writer, records
    writer.close()


def opened(around, peer, scan):
    around.feed.open(peer, OpenScan(request=3, scan=scan))
    around.settle()


def fetched(around, peer, scan, first, count):
    """The records that the answer to FetchStrips holds, or the code it was refused with."""
    around.sent.clear()
    around.feed.fetch(peer, FetchStrips(request=4, scan=scan, first=first, count=count))
    pause = threading.Event()
    for _ in range(1_000):
        around.settle()
        if around.sent:
            ((_, message, raw),) = around.sent
            return message.code if isinstance(message, Failed) else list(raw)
        pause.wait(0.01)
    raise AssertionError("no answer came")


def test_a_growing_scan_is_told_of_until_it_is_closed(room, around, growing):
    scan, writer, records = growing
    opened(around, DESK, scan)
    (answer,) = around.to(DESK, ScanOpened)
    assert (answer.request, answer.strips, answer.stored) == (3, 2, False)
    writer.append(records[2])
    for _ in range(5):
        around.feed.grew(scan)
    around.pass_time(1)
    assert [message.strips for message in around.to(DESK, ScanGrew)] == [3]
    room.store(scan)
    around.feed.changed(scan)
    around.settle()
    room.recognise(scan, 0.9)
    around.feed.changed(scan)
    around.settle()
    last = around.to(DESK, ScanGrew)[-1]
    assert (last.stored, last.content_sha256, len(last.recognition.findings)) == (True, CONTENT, 1)
    told = len(around.sent)
    around.feed.close_scan(DESK, scan)
    around.feed.changed(scan)
    around.feed.grew(scan)
    around.pass_time(1)
    assert len(around.sent) == told


def test_only_those_who_look_are_told_and_one_that_is_gone_is_forgotten(room, around, growing):
    scan, _, _ = growing
    opened(around, DESK, scan)
    opened(around, OTHER_DESK, scan)
    around.feed.gone(DESK)
    around.feed.grew(scan)
    around.pass_time(1)
    assert around.to(DESK, ScanGrew) == []
    assert len(around.to(OTHER_DESK, ScanGrew)) == 1
    around.feed.gone(OTHER_DESK)
    around.feed.grew(scan)
    around.pass_time(1)
    assert len(around.to(OTHER_DESK, ScanGrew)) == 1


def test_records_are_the_ports_own_bytes_growing_and_finished(around, growing):
    scan, writer, records = growing
    assert fetched(around, DESK, scan, 0, 64) == records[:2]
    writer.append(records[2])
    writer.finish()
    assert fetched(around, DESK, scan, 1, 64) == records[1:]
    del around.growing[scan]
    assert fetched(around, DESK, scan, 0, 2) == records[:2]
    assert fetched(around, DESK, scan, 3, 1) == "no-such-strip"


def test_an_answer_stays_below_its_limit_but_holds_one_record(around, growing, monkeypatch):
    scan, _, records = growing
    monkeypatch.setattr(feed_module, "MAX_ANSWER_BYTES", len(records[0]) + 1)
    assert fetched(around, DESK, scan, 0, 2) == records[:1]
    monkeypatch.setattr(feed_module, "MAX_ANSWER_BYTES", 1)
    assert fetched(around, DESK, scan, 1, 2) == records[1:2]
    assert around.to(DESK, Strips)[0].first == 1


def test_what_is_not_there_is_refused(around):
    opened(around, DESK, new_id())
    assert around.to(DESK, Failed)[0].code == "unknown-scan"
    assert fetched(around, DESK, new_id(), 0, 1) == "unreadable-file"


def test_a_scan_that_is_closed_before_it_is_open_is_told_of_no_more(around, growing):
    scan, _, _ = growing
    around.feed.open(DESK, OpenScan(request=3, scan=scan))
    around.feed.close_scan(DESK, scan)
    around.settle()
    around.feed.grew(scan)
    around.pass_time(1)

    assert around.to(DESK, ScanOpened) != []
    assert around.to(DESK, ScanGrew) == []


def test_a_scan_that_is_closed_and_opened_again_at_once_is_told_of(around, growing):
    scan, _, _ = growing
    around.feed.open(DESK, OpenScan(request=3, scan=scan))
    around.feed.close_scan(DESK, scan)
    opened(around, DESK, scan)
    around.feed.grew(scan)
    around.pass_time(1)

    assert len(around.to(DESK, ScanGrew)) == 1
