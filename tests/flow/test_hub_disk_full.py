"""A hub whose disk is really full: its port is told, shows it, keeps everything, and goes on by itself later."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanview.core.errors import Unavailable
from scanview.formats.archive_writer import ArchiveWriter, content_sha256
from tests.flow.upload_network import eventually, hub_end, running_port, scan_counts, send_lines

DISK_BYTES = 12 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MiB that only the hub uses."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def hub_of(tmp_path: Path) -> dict:
    (hub,) = json.loads((tmp_path / "spool" / "status.json").read_bytes())["hubs"]
    return hub


def test_a_full_disk_at_the_hub_is_told_shown_and_survived(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanview.ingest.uploader.STALLED_AFTER_S", 1.0)
    monkeypatch.setattr("scanview.ingest.intake.RETRY_AFTER_S", 0.5)
    with (
        hub_end(small_disk / "hub") as hub,
        running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments) as port,
    ):
        eventually(lambda: hub.server.peers, "the port is there")
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(DISK_BYTES - (3 << 20)))
        scan, content = send_lines(port, scan_counts(columns=4_000, rows=300))
        eventually(
            lambda: "the hub's disk is full" in hub_of(tmp_path)["postponed"], "the port shows why it waits", 60.0
        )
        assert hub_of(tmp_path)["link"] == "online"
        assert port.spool.scans() == (scan,)
        later, _ = send_lines(port, scan_counts(columns=300, seed=1))
        ballast.unlink()
        eventually(lambda: hub.register.contents.get(scan) == content, "it goes on by itself", 60.0)
        eventually(lambda: later in hub.register.contents, "and with what came meanwhile", 60.0)
        eventually(lambda: not hub_of(tmp_path)["postponed"], "and says no more of it")
        assert not port.spool.log.find_scan(scan).why


def test_what_the_hubs_disk_has_lost_is_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[str] = []
    finish = ArchiveWriter.finish

    def lose_once(writer: ArchiveWriter) -> object:
        if not failures and "hub" in writer.path.parts:
            failures.append(writer.path.name)
            raise Unavailable("the disk has lost what was written", code="writes-lost")
        return finish(writer)

    monkeypatch.setattr(ArchiveWriter, "finish", lose_once)
    with (
        hub_end(tmp_path / "hub") as hub,
        running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments) as port,
    ):
        scan, content = send_lines(port, scan_counts(columns=300))
        eventually(lambda: not port.spool.scans(), "the receipt comes all the same")
        assert hub.register.contents == {scan: content}
        assert content_sha256(hub.path(scan)) == content
    assert len(failures) == 1
