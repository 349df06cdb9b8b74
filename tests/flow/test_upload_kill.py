"""Hub and port killed with SIGKILL in the middle of uploads: every scan arrives once, whole, equal by SHA-256."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import tifffile

from scanview.formats.archive_reader import ArchiveReader
from scanview.formats.archive_writer import content_sha256
from scanview.wire.enrolment import Enrolments, write_pin
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.flow.upload_network import LANE, HubEnd, eventually, hub_end, running_port, scan_counts, send_lines

ROOT = Path(__file__).parents[2]


@contextmanager
def child(module: str, *arguments: object) -> Iterator[tuple[subprocess.Popen, dict]]:
    """A process of ours, and the first line it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.flow.{module}", *map(str, arguments)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=dict(os.environ),
    )
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def registered(folder: Path) -> list[dict]:
    path = folder / "register.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_a_hub_killed_in_the_middle_of_an_upload_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder, spool = tmp_path / "hub", tmp_path / "spool"
    card = Identity.load_or_make(folder / "keys").card(PeerRole.HUB, "hub")
    counts = scan_counts(columns=6_000, rows=300)
    with child("intake_process", folder, "tcp://127.0.0.1:*") as (hub, first):
        endpoint = first["endpoint"]
        with running_port(spool, endpoint, card, enrolments=Enrolments(folder / "enrolled")) as port:
            scan, content = send_lines(port, counts)
            growing = folder / "scans" / f"{scan}.part"
            for _ in range(3):
                size = growing.stat().st_size if growing.exists() else 0
                eventually(lambda size=size: growing.exists() and growing.stat().st_size > size, "the scan grows")
                hub.kill()
                hub.wait()
                assert registered(folder) == [], "the kill fell into the upload"
                hub.stdout.close()
                hub = subprocess.Popen(
                    [sys.executable, "-m", "tests.flow.intake_process", str(folder), endpoint],
                    stdout=subprocess.PIPE,
                    cwd=ROOT,
                )
                hub.stdout.readline()
            try:
                eventually(lambda: scan not in port.spool.scans(), "the receipt")
            finally:
                hub.kill()
                hub.wait()
                hub.stdout.close()
    stored = folder / "scans" / f"{scan}.tif"
    assert registered(folder) == [{"scan": scan, "content": content, "columns": [6_000]}]
    assert content_sha256(stored) == content
    assert os.listdir(folder / "scans") == [stored.name]
    np.testing.assert_array_equal(ArchiveReader(stored).read_level(0), counts)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubEnd]:
    with hub_end(tmp_path / "hub") as running:
        running.enrolments.add(Identity.load_or_make(tmp_path / "spool").card(PeerRole.PORT, LANE))
        write_pin(tmp_path / "spool", running.card)
        yield running


def test_a_port_killed_while_a_truck_passes_sends_what_it_had_as_incomplete(tmp_path: Path, hub: HubEnd) -> None:
    with child("port_process", tmp_path / "spool", hub.endpoint) as (port, first):
        scan = first["scan"]
        eventually(lambda: (scan, 3) in hub.growth or (scan, 4) in hub.growth, "the hub has some strips")
        port.kill()
        port.wait()
    assert hub.register.calls == []
    with running_port(tmp_path / "spool", hub.endpoint, hub.card):
        eventually(lambda: hub.register.calls, "the rest is sent")
    (call,) = hub.register.calls
    assert (call[0], call[4]) == (scan, False)
    assert call[1] == content_sha256(hub.path(scan))
    assert call[2] >= 3


def test_a_port_killed_while_it_reads_a_file_sends_it_once_and_whole(tmp_path: Path, hub: HubEnd) -> None:
    watch = tmp_path / "in" / "watch"
    watch.mkdir(parents=True)
    counts = scan_counts(columns=12_000, rows=600)
    tifffile.imwrite(watch / "truck.tif", counts[0])
    spool_scans = tmp_path / "spool" / "scans"
    with child("port_process", tmp_path / "spool", hub.endpoint, watch) as (port, _):
        eventually(lambda: spool_scans.exists() and any(spool_scans.iterdir()), "the file is being read")
        time.sleep(0.02)
        port.kill()
        port.wait()
    with running_port(tmp_path / "spool", hub.endpoint, hub.card, watch=watch) as port:
        eventually(lambda: hub.register.calls and not port.spool.scans(), "it is received")
        eventually(lambda: not any(watch.iterdir()), "the file is put away")
    (call,) = hub.register.calls
    assert call[1] == content_sha256(hub.path(call[0]))
    assert (call[3], call[4]) == ((12_000,), True)
    np.testing.assert_array_equal(ArchiveReader(hub.path(call[0])).read_level(0)[0], counts[0])
