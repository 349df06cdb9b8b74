"""Scans from a port to a hub over real, encrypted sockets, onto real disks."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import tifffile

from scanview.core.errors import Refused, Unavailable
from scanview.core.scan import View
from scanview.formats.archive_reader import ArchiveReader
from scanview.formats.archive_writer import content_sha256
from scanview.ingest.port import Port
from scanview.ingest.send import send_files
from scanview.wire.enrolment import announce_hub
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole, ScanOffer
from tests.flow.relay import Relay
from tests.flow.upload_network import (
    LANE,
    HubEnd,
    eventually,
    hub_end,
    running_port,
    scan_counts,
    send_lines,
    view_header,
)


@pytest.fixture
def hub(tmp_path: Path):
    with hub_end(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def port(tmp_path: Path, hub: HubEnd):
    with running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments) as running:
        yield running


def assert_arrived(hub: HubEnd, port: Port, scan: str, content: str, counts: np.ndarray | None = None) -> None:
    eventually(lambda: scan not in port.spool.scans(), "the port drops its copy after the receipt")
    assert hub.register.contents[scan] == content == content_sha256(hub.path(scan))
    assert not hub.path(scan).with_suffix(".part").exists()
    if counts is not None:
        np.testing.assert_array_equal(ArchiveReader(hub.path(scan)).read_level(0), counts)


def test_lines_become_a_scan_that_any_tool_opens(hub: HubEnd, port: Port) -> None:
    counts = scan_counts(columns=500)
    scan, content = send_lines(port, counts, container="CSQU3054383")

    assert_arrived(hub, port, scan, content, counts)
    assert hub.register.calls == [(scan, content, 4, (500,), True)]
    with tifffile.TiffFile(hub.path(scan)) as tiff:
        assert len(tiff.pages) == 2
        assert len(tiff.series[0].levels) == 4
        np.testing.assert_array_equal(tiff.pages[1].asarray(), counts[1])


def test_a_scan_can_be_read_while_it_grows(hub: HubEnd, port: Port) -> None:
    counts = scan_counts(columns=300)
    with port.device().scan(view_header()) as scan:
        for column in range(256):
            scan.line(View.SIDE, counts[:, :, column])
        scan_id = scan.header.scan
        eventually(lambda: (scan_id, 2) in hub.growth, "two strips can be read")
        held = hub.thread.call(lambda: hub.intake.held(scan_id))
        assert (held.strips, len(held.read(0, 10, 8 << 20)), len(held.read(0, 10, 1))) == (2, 2, 1)
        for column in range(256, 300):
            scan.line(View.SIDE, counts[:, :, column])
    eventually(lambda: hub.register.calls, "it is stored")
    assert len(held.read(0, 10, 8 << 20)) == 3, "whoever reads goes on reading when the file gets its final name"
    assert hub.thread.call(lambda: hub.intake.held(scan_id)) is None


def test_a_scan_that_breaks_off_is_not_complete(hub: HubEnd, port: Port) -> None:
    scan = port.device().scan(view_header())

    def pass_and_stumble() -> None:
        with scan:
            scan.line(View.SIDE, scan_counts(columns=1)[:, :, 0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pass_and_stumble()
    eventually(lambda: hub.register.calls, "it is stored")
    assert hub.register.calls[0][0] == scan.header.scan
    assert hub.register.calls[0][4] is False


def test_several_scans_flow_at_once(hub: HubEnd, port: Port) -> None:
    sent = [send_lines(port, scan_counts(columns=700, seed=seed)) for seed in range(5)]
    for scan, content in sent:
        assert_arrived(hub, port, scan, content)
    assert len(hub.register.calls) == 5


def test_files_are_sent_and_bad_ones_named(tmp_path: Path, hub: HubEnd) -> None:
    spool = tmp_path / "send"
    announce_hub(hub.endpoint, hub.folder, hub.card)
    good, bad = tmp_path / "good.tif", tmp_path / "bad.tif"
    tifffile.imwrite(good, scan_counts(columns=200)[0])
    bad.write_bytes(b"no picture at all")

    first, second = send_files([good, bad], lane=LANE, endpoint=hub.endpoint, spool=spool)

    assert (first.error, first.content_sha256) == ("", hub.register.contents[first.scan])
    assert "bad.tif" in second.error
    (again,) = send_files([good], lane=LANE, endpoint=hub.endpoint, spool=spool)
    assert (again.scan, again.error, len(hub.register.calls)) == (first.scan, "", 1)


def test_a_watched_folder_is_emptied_whatever_lies_in_it(tmp_path: Path, hub: HubEnd) -> None:
    watch = tmp_path / "in" / "watch"
    watch.mkdir(parents=True)
    tifffile.imwrite(watch / "good.tif", scan_counts(columns=200)[0])
    (watch / "bad.dcs").write_bytes(b"no picture at all")
    (watch / "half.tif.part").write_bytes(b"still being written")
    options = {"enrolments": hub.enrolments, "watch": watch}
    with running_port(tmp_path / "spool", hub.endpoint, hub.card, **options) as port:
        eventually(lambda: hub.register.calls and len(os.listdir(watch)) == 1, "both files are taken")
        eventually(lambda: not port.spool.scans(), "the receipt is in")
        tifffile.imwrite(watch / "later.tif", scan_counts(columns=130, seed=1)[0])
        eventually(lambda: len(hub.register.calls) == 2, "the agent runs on after a bad file")
        eventually(lambda: not port.spool.scans(), "the second receipt is in")
    assert sorted(os.listdir(tmp_path / "in" / "done")) == ["good.tif", "later.tif"]
    assert sorted(os.listdir(tmp_path / "in" / "rejected")) == ["bad.dcs", "bad.dcs.txt"]
    assert "bad.dcs" in (tmp_path / "in" / "rejected" / "bad.dcs.txt").read_text(encoding="utf-8")
    status = json.loads((tmp_path / "spool" / "status.json").read_text(encoding="utf-8"))
    assert (status["default"], status["link"], status["scans_received"]) == ("HOLD", "stopped", 2)


def test_a_port_with_an_unknown_key_waits_and_says_why(tmp_path: Path, hub: HubEnd) -> None:
    with running_port(tmp_path / "spool", hub.endpoint, hub.card) as port:
        scan, content = send_lines(port, scan_counts(columns=200))
        eventually(lambda: port.problem and port.problem.code == "key-refused", "the refusal is known")
        assert hub.received == []
        hub.enrolments.add(Identity.load_or_make(tmp_path / "spool").card(PeerRole.PORT, LANE))
        assert_arrived(hub, port, scan, content)


def test_a_scan_is_offered_once_it_has_a_strip_that_outlives_a_kill(hub: HubEnd, port: Port) -> None:
    def offered() -> set[str]:
        return {message.scan for _, message in hub.received if isinstance(message, ScanOffer)}

    counts = scan_counts(columns=129)
    with port.device("slow").scan(view_header()) as slow:
        slow.line(View.SIDE, counts[:, :, 0])
        whole, _ = send_lines(port, counts)
        eventually(lambda: whole in hub.register.contents, "the other scan arrives")
        assert offered() == {whole}
        for column in range(1, 129):
            slow.line(View.SIDE, counts[:, :, column])
        eventually(lambda: slow.header.scan in offered(), "it is offered while it still passes")
        assert slow.header.scan not in hub.register.contents


def test_a_workstation_cannot_send_scans(tmp_path: Path, hub: HubEnd) -> None:
    spool = tmp_path / "spool"
    hub.enrolments.add(Identity.load_or_make(spool).card(PeerRole.WORKSTATION, "desk-1"))
    with running_port(spool, hub.endpoint, hub.card) as port:
        send_lines(port, scan_counts(columns=200))
        eventually(lambda: port.problem is not None, "the refusal is known")
        assert port.problem.code == "not-your-name"
        assert hub.received == []


def test_without_a_pinned_hub_the_port_says_what_to_do(tmp_path: Path, hub: HubEnd) -> None:
    with pytest.raises(Refused) as raised:
        Port(lane=LANE, endpoint=hub.endpoint, spool=tmp_path / "spool")
    assert raised.value.code == "no-hub-pinned"
    assert "scanview keys join" in raised.value.remedy


def test_two_agents_never_share_a_spool(tmp_path: Path, hub: HubEnd, port: Port) -> None:
    with pytest.raises(Unavailable, match="another program"):
        Port(lane=LANE, endpoint=hub.endpoint, spool=tmp_path / "spool")


def test_a_scan_is_offered_again_when_the_hub_has_room(hub: HubEnd, port: Port, monkeypatch) -> None:
    monkeypatch.setattr("scanview.ingest.intake.RETRY_AFTER_S", 0.1)
    hub.register.offers_failing.extend(Unavailable("the disk is full", code="disk-full") for _ in range(3))
    scan, content = send_lines(port, scan_counts(columns=300))
    eventually(lambda: hub.register.contents.get(scan) == content, "it is received after all")
    assert hub.register.offers_failing == []


def test_a_cut_link_resumes_where_it_broke(tmp_path: Path, hub: HubEnd) -> None:
    relay = Relay(hub.endpoint)
    relay.cut_after_bytes = 3 << 20
    try:
        options = {"enrolments": hub.enrolments}
        with running_port(tmp_path / "spool", relay.endpoint, hub.card, **options) as port:
            counts = scan_counts(columns=4_000, rows=300)
            scan, content = send_lines(port, counts)
            assert_arrived(hub, port, scan, content, counts)
        strips = 32
        in_window = 10
        assert relay.cuts == 1
        assert sum(isinstance(message, ScanOffer) for _, message in hub.received) == 2
        assert strips <= hub.strips_received <= strips + in_window, "what was held is not sent again"
    finally:
        relay.stop()


def test_days_without_a_link_are_only_a_wait(tmp_path: Path, hub: HubEnd) -> None:
    relay = Relay(hub.endpoint)
    relay.close_gate()
    try:
        options = {"enrolments": hub.enrolments}
        with running_port(tmp_path / "spool", relay.endpoint, hub.card, **options) as port:
            sent = [send_lines(port, scan_counts(columns=300, seed=seed)) for seed in range(3)]
            eventually(lambda: port.problem is not None, "the port knows that it has no link")
            assert len(port.spool.scans()) == 3
            relay.open_gate()
            for scan, content in sent:
                assert_arrived(hub, port, scan, content)
    finally:
        relay.stop()


def test_a_half_open_connection_is_found_out_by_its_silence(tmp_path: Path, hub: HubEnd) -> None:
    relay = Relay(hub.endpoint)
    try:
        options = {"enrolments": hub.enrolments}
        with running_port(tmp_path / "spool", relay.endpoint, hub.card, **options) as port:
            first = send_lines(port, scan_counts(columns=200))
            assert_arrived(hub, port, *first)
            relay.freeze()
            second = send_lines(port, scan_counts(columns=200, seed=1))
            assert_arrived(hub, port, *second)
    finally:
        relay.stop()
