"""Uploads by a port that does not behave: repeats, disorder, damage, another's lane, another's content."""

from pathlib import Path

import pytest

from scanview.core.errors import Unavailable
from scanview.core.scan import ScanHeader
from scanview.formats.archive_files import strip_records
from scanview.formats.archive_writer import content_sha256
from scanview.formats.header_json import encode_header
from scanview.imaging.scan_image import ScanImage
from scanview.wire.keys import Identity
from scanview.wire.messages import (
    PeerRole,
    ScanEnd,
    ScanOffer,
    ScanPostponed,
    ScanReceipt,
    ScanRefused,
    ScanResume,
    Strip,
    StripsHeld,
)
from tests.flow.upload_network import LANE, HubEnd, eventually, hub_end, scan_counts, view_header
from tests.unit.wire.machines import LinkedPeer, linked_peer

SCAN = "0123456789abcdef" * 2


def image(scan: str = SCAN, lane: str = LANE, seed: int = 0, **fields) -> ScanImage:
    header = ScanHeader(scan=scan, lane=lane, views=(view_header(),), started_at=1.75e9, **fields)
    return ScanImage(header=header, views=(scan_counts(columns=900, seed=seed),))


class RawPort:
    """A port that sends what a test tells it to, in any order."""

    def __init__(self, hub: HubEnd, peer: LinkedPeer) -> None:
        self.hub = hub
        self.peer = peer

    def send(self, message, *raw: bytes) -> None:
        assert self.peer.send(message, *raw)

    def hears(self, kind, count: int = 1):
        eventually(lambda: len(self.heard(kind)) >= count, f"{kind.__name__} number {count}")
        return self.heard(kind)[count - 1]

    def heard(self, kind) -> list:
        return [message for message, _ in self.peer.received if isinstance(message, kind)]

    def offer(self, picture: ScanImage) -> list[bytes]:
        self.send(ScanOffer(scan=picture.header.scan), encode_header(picture.header))
        return list(strip_records(picture))

    def strip(self, sequence: int, record: bytes, scan: str = SCAN) -> None:
        self.send(Strip(scan=scan, sequence=sequence), record)

    def end(self, picture: ScanImage, strips: int, content: str) -> None:
        self.send(ScanEnd(scan=picture.header.scan, strips=strips, content_sha256=content, complete=True))


@pytest.fixture
def hub(tmp_path: Path):
    with hub_end(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def port(hub: HubEnd):
    identity = Identity.make()
    hub.enrolments.add(identity.card(PeerRole.PORT, LANE))
    with linked_peer(hub.endpoint, hub.card, identity, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        yield RawPort(hub, peer)


def content_of(tmp_path: Path, picture: ScanImage) -> str:
    from scanview.formats.archive_files import write_archive

    return write_archive(picture, tmp_path / "expected.tif").content_sha256


def test_repeats_and_disorder_change_nothing(tmp_path: Path, hub: HubEnd, port: RawPort) -> None:
    picture = image()
    records = port.offer(picture)
    port.offer(picture)
    assert port.hears(ScanResume).strips == 0
    for sequence in (3, 0, 0, 2, 3, 1, 1, 7, 6, 5, 4, 4):
        port.strip(sequence, records[sequence])
    content = content_of(tmp_path, picture)
    port.end(picture, len(records), content)
    port.end(picture, len(records), content)
    assert port.hears(ScanReceipt).content_sha256 == content
    assert content_sha256(hub.path(SCAN)) == content
    assert len(hub.register.calls) == 1
    port.offer(picture)
    assert port.hears(ScanReceipt, 2).content_sha256 == content, "a stored scan is acknowledged again at once"
    assert len(hub.register.calls) == 1


def test_an_end_before_all_strips_asks_for_the_rest(tmp_path: Path, hub: HubEnd, port: RawPort) -> None:
    picture = image()
    records = port.offer(picture)
    port.hears(ScanResume)
    for sequence in (0, 1, 4, 5):
        port.strip(sequence, records[sequence])
    content = content_of(tmp_path, picture)
    port.end(picture, len(records), content)
    assert port.hears(ScanResume, 2).strips == 2
    for sequence in range(2, len(records)):
        port.strip(sequence, records[sequence])
    port.end(picture, len(records), content)
    assert port.hears(ScanReceipt).content_sha256 == content


def test_a_damaged_strip_is_asked_for_again_and_then_refused(hub: HubEnd, port: RawPort) -> None:
    records = port.offer(image())
    port.hears(ScanResume)
    damaged = bytearray(records[1])
    damaged[-1] ^= 1
    port.strip(0, records[0])
    for attempt in range(3):
        port.strip(1, bytes(damaged))
        if attempt < 2:
            assert port.hears(ScanResume, attempt + 2).strips == 1
    assert port.hears(ScanRefused).code == "bad-checksum"
    assert hub.register.calls == []


def test_another_hash_than_that_of_the_strips_never_gets_a_receipt(hub: HubEnd, port: RawPort) -> None:
    picture = image()
    records = port.offer(picture)
    for attempt in range(3):
        assert port.hears(ScanResume, attempt + 1).strips == 0, "it starts again from the first strip"
        for sequence, record in enumerate(records):
            port.strip(sequence, record)
        port.end(picture, len(records), "f" * 64)
    assert port.hears(ScanRefused).code == "other-content"
    assert hub.register.calls == []
    assert not hub.path(SCAN).exists()


def test_a_scan_of_another_lane_is_refused(hub: HubEnd, port: RawPort) -> None:
    port.offer(image(lane="CNSHA-04"))
    assert port.hears(ScanRefused).code == "not-your-lane"
    assert hub.register.scans == {}


def test_an_id_that_is_in_use_for_another_scan_is_refused(hub: HubEnd, port: RawPort) -> None:
    port.offer(image(container="CSQU3054383"))
    port.hears(ScanResume)
    port.offer(image(container="MSCU6639870"))
    assert port.hears(ScanRefused).code == "other-header"


@pytest.mark.parametrize("header", [b"no header", b"{}", b'{"scan":' * 5_000])
def test_an_offer_without_a_header_is_refused(hub: HubEnd, port: RawPort, header: bytes) -> None:
    port.send(ScanOffer(scan=SCAN), header)
    assert port.hears(ScanRefused).code == "bad-header"


def test_a_header_that_others_would_write_otherwise_is_refused_at_once(hub: HubEnd, port: RawPort) -> None:
    """Both ends hash the header's bytes, so there must be one way of writing it."""
    written = encode_header(image().header)
    assert b'"pitch_x_mm":4.0' in written
    port.send(ScanOffer(scan=SCAN), written.replace(b'"pitch_x_mm":4.0', b'"pitch_x_mm":4'))
    assert port.hears(ScanRefused).code == "not-canonical"


def test_a_scan_the_hub_cannot_take_now_is_postponed(hub: HubEnd, port: RawPort) -> None:
    hub.register.offers_failing.append(Unavailable("the disk is full", code="disk-full"))
    picture = image()
    port.offer(picture)
    postponed = port.hears(ScanPostponed)
    assert (postponed.scan, postponed.code) == (SCAN, "disk-full")
    assert postponed.retry_after_s > 0
    port.offer(picture)
    assert port.hears(ScanResume).strips == 0


def test_strips_that_nobody_offered_are_left_alone(tmp_path: Path, hub: HubEnd, port: RawPort) -> None:
    records = list(strip_records(image()))
    port.strip(0, records[0])
    port.strip(0, records[0], scan="f" * 32)
    picture = image()
    port.offer(picture)
    assert port.hears(ScanResume).strips == 0
    assert hub.register.calls == []


def test_more_than_the_window_is_refused_not_hoarded(hub: HubEnd, port: RawPort) -> None:
    port.offer(image())
    port.hears(ScanResume)
    for sequence in range(1, 12):
        port.strip(sequence, bytes(1 << 19))
    assert port.hears(ScanRefused).code == "window-exceeded"


def test_a_scan_that_could_not_be_recorded_is_recorded_when_it_ends_again(
    tmp_path: Path, hub: HubEnd, port: RawPort
) -> None:
    picture = image()
    content = content_of(tmp_path, picture)
    hub.register.failing.append(OSError("the database is full"))
    records = port.offer(picture)
    port.hears(ScanResume)
    for sequence, record in enumerate(records):
        port.strip(sequence, record)
    port.end(picture, len(records), content)
    eventually(lambda: not hub.register.failing, "the failure")
    port.offer(picture)
    assert port.hears(ScanResume, 2).strips == len(records)
    port.end(picture, len(records), content)
    assert port.hears(ScanReceipt).content_sha256 == content
    assert len(hub.register.calls) == 1


def test_acknowledgements_never_run_ahead_of_the_disk(hub: HubEnd, port: RawPort) -> None:
    records = port.offer(image())
    port.hears(ScanResume)
    for sequence, record in enumerate(records):
        port.strip(sequence, record)
    eventually(lambda: port.heard(StripsHeld) and port.heard(StripsHeld)[-1].strips == len(records), "all are held")
    acknowledged = [message.strips for message in port.heard(StripsHeld)]
    assert acknowledged == sorted(acknowledged)
    held = hub.thread.call(lambda: hub.intake.held(SCAN))
    assert b"".join(held.read(0, 64, 8 << 20)) == b"".join(records)
