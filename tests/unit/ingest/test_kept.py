"""Copies of received scans stay for a while, come back whole, and give way to scans that are nobody's copy."""

import os
import shutil
import time
from types import SimpleNamespace

import pytest

from scanview.core.errors import Unavailable
from scanview.core.scan import View
from scanview.ingest import kept
from scanview.ingest.device import Device
from scanview.ingest.kept import KeptScans
from scanview.ingest.spool import KEPT_FOLDER, SCANS_FOLDER, Spool
from scanview.settings import PortSettings
from scanview.store.port_log import PortLog, SpoolState
from tests.flow.upload_network import LANE, scan_counts, view_header


@pytest.fixture
def spool(tmp_path):
    opened = Spool(tmp_path)
    yield opened
    opened.close()


def received(spool, complete=True):
    counts = scan_counts(columns=200)
    scan = Device(spool, lane=LANE).scan(view_header())
    for column in range(200):
        scan.line(View.SIDE, counts[:, :, column])
    content = scan.end(complete=complete)
    spool.drop(scan.header.scan, "hub key")
    return scan.header.scan, content


def names(folder):
    return sorted(path.stem for path in folder.iterdir())


@pytest.mark.parametrize("complete", [True, False])
def test_a_copy_comes_back_as_the_scan_it_was(tmp_path, spool, complete):
    scan, content = received(spool, complete)
    assert (names(tmp_path / KEPT_FOLDER), spool.scans(), spool.room().used_bytes) == ([scan], (), 0)
    assert spool.take_back(scan)
    assert names(tmp_path / SCANS_FOLDER) == [scan]
    end = spool.find(scan).end
    assert (end.content_sha256, end.complete) == (content, complete)
    assert spool.log.find_scan(scan).state is SpoolState.WHOLE
    assert not spool.take_back(scan), "there is no second copy"
    assert not spool.take_back("0" * 32)


def test_a_copy_that_the_disk_does_not_take_back_stays_one(tmp_path, spool, monkeypatch):
    scan, _ = received(spool)

    def refuse(*_):
        raise Unavailable("no space left", code="disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(PortLog, "scan_whole", refuse)
        with pytest.raises(Unavailable):
            spool.take_back(scan)
    assert (names(tmp_path / KEPT_FOLDER), spool.scans()) == ([scan], ())
    assert spool.take_back(scan)


def test_copies_are_known_after_a_restart_and_go_when_they_are_old(tmp_path):
    first = Spool(tmp_path)
    old, young = received(first)[0], received(first)[0]
    first.close()
    an_hour_ago = time.time() - 3_600
    os.utime(tmp_path / KEPT_FOLDER / f"{old}.tif", (an_hour_ago, an_hour_ago))
    spool = Spool(tmp_path, PortSettings(keep_received_h=0.5, min_free_mb=0))
    spool.thin_out()
    assert names(tmp_path / KEPT_FOLDER) == [young]
    spool.close()


def test_none_is_kept_where_none_is_wanted(tmp_path):
    spool = Spool(tmp_path, PortSettings(keep_received_h=0))
    received(spool)
    assert names(tmp_path / KEPT_FOLDER) == []
    spool.close()


def test_the_oldest_copies_give_way_until_the_disk_has_room(tmp_path, monkeypatch):
    copies = KeptScans(tmp_path / "kept")
    for number in range(3):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(bytes(100))
        copies.keep(path)
    free = shutil.disk_usage(tmp_path).free
    assert copies.used_bytes == 300
    monkeypatch.setattr(
        kept.shutil, "disk_usage", lambda _: SimpleNamespace(free=free + 300 - copies.used_bytes), raising=True
    )
    copies.give_way(longest_s=60, free_bytes=free + 150)
    assert (names(tmp_path / "kept"), copies.used_bytes) == (["2"], 100)


@pytest.mark.parametrize("step_s", [-30 * 86_400.0, 3 * 86_400.0])
def test_copies_outlive_a_clock_that_is_set(tmp_path, spool, monkeypatch, step_s):
    scan, _ = received(spool)
    now = time.time()
    monkeypatch.setattr(kept, "time", SimpleNamespace(time=lambda: now + step_s))

    spool.thin_out()
    assert names(tmp_path / KEPT_FOLDER) == [scan]
    assert abs((tmp_path / KEPT_FOLDER / f"{scan}.tif").stat().st_mtime - now - step_s) < 60

    later_s = kept.steady_s() + 49 * 3_600
    monkeypatch.setattr(kept, "steady_s", lambda: later_s)
    monkeypatch.setattr(kept, "time", SimpleNamespace(time=lambda: now + step_s + 49 * 3_600))
    spool.thin_out()
    assert names(tmp_path / KEPT_FOLDER) == []
