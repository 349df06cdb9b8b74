"""A slow disk makes ports wait and loses nothing; a viewer who does not read holds up nobody."""

import hashlib
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanview.formats.archive_index import CONTENT_START, file_start
from scanview.formats.archive_writer import ArchiveWriter, content_sha256
from scanview.wire import messages
from scanview.wire.untaken import MAX_UNTAKEN_BYTES
from tests.flow.hub_network import ScriptedPort, ScriptedWorkstation, new_id
from tests.flow.relay import Relay
from tests.flow.upload_network import WINDOW_BYTES, eventually, hub_end, running_port, scan_counts, send_lines
from tests.unit.formats.archive_scans import scan_image, strip_records
from tests.unit.review.room import make_header


class HangingDisk:
    """A disk that takes nothing until `go_on` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.go_on = threading.Event()
        self.is_waited_for = threading.Event()
        append = ArchiveWriter.append

        def wait_and_append(writer: ArchiveWriter, record: bytes):
            if folder in writer.path.parents:
                self.is_waited_for.set()
                self.go_on.wait()
            return append(writer, record)

        monkeypatch.setattr(ArchiveWriter, "append", wait_and_append)


def test_a_slow_disk_at_the_hub_makes_the_port_wait_and_loses_nothing(tmp_path, monkeypatch):
    disk = HangingDisk(monkeypatch, tmp_path / "hub")
    taken_bytes = [0]

    def count(message, raw):
        if isinstance(message, messages.Strip):
            taken_bytes[0] += len(raw[0])
        return [(message, raw)]

    with (
        hub_end(tmp_path / "hub") as hub,
        running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments) as port,
    ):
        hub.tampering = count
        try:
            sent = [send_lines(port, scan_counts(columns=10_000, seed=seed)) for seed in range(2)]
            assert disk.is_waited_for.wait(20.0)
            eventually(lambda: taken_bytes[0] > WINDOW_BYTES * 0.9, "the window is full")
            assert not disk.go_on.wait(1.0)
            assert taken_bytes[0] <= WINDOW_BYTES, "what is under way stays within the window"
            assert not hub.register.contents
        finally:
            disk.go_on.set()
        eventually(lambda: not port.spool.scans(), "both scans are received")
        assert taken_bytes[0] > 2 * WINDOW_BYTES
        for scan, content in sent:
            assert hub.register.contents[scan] == content == content_sha256(hub.path(scan))


def upload(port, columns):
    header = make_header(new_id())
    records = strip_records(scan_image((columns,), header))
    content = hashlib.sha256(file_start(header)[CONTENT_START:] + b"".join(records)).hexdigest()
    port.offer(header)
    port.send_strips(header.scan, records)
    assert port.end(header.scan, len(records), content) == content
    return header.scan, sum(map(len, records))


def test_a_viewer_whose_line_is_stuck_holds_up_no_scan(hub):
    line = Relay(hub.endpoint)
    far_hub = SimpleNamespace(endpoint=line.endpoint, card=hub.card, enrolments=hub.enrolments)
    port, desk = ScriptedPort(hub).online(), ScriptedWorkstation(far_hub).online()
    try:
        desk.sign_in()
        scan, size_bytes = upload(port, columns=8_000)
        line.freeze(up=False)
        for number in range(2 * MAX_UNTAKEN_BYTES // size_bytes):
            desk.tell(messages.FetchStrips(request=number + 100, scan=scan, first=0, count=64))
        for _ in range(3):
            upload(port, columns=1_000)
        assert not any(isinstance(message, messages.Strips) for message, _ in desk.heard)
    finally:
        port.close()
        desk.close()
        line.stop()
