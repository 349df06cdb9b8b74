"""What a device is told, and what becomes of its scan, while the spool's disk refuses."""

import numpy as np
import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import View
from scanview.formats.archive_reader import ArchiveReader
from scanview.formats.archive_writer import ArchiveWriter, finished_path
from scanview.ingest import device as device_module
from scanview.ingest.device import Device
from scanview.ingest.spool import SCANS_FOLDER, Spool
from scanview.store.port_log import PortLog, SpoolState
from tests.flow.upload_network import LANE, scan_counts, view_header

COLUMNS = 300


class Disk:
    """A disk that may be full: nothing is appended to a scan, and nothing is noted in the port's log."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        for owner, name in ((ArchiveWriter, "append"), (PortLog, "end_scan"), (PortLog, "begin_scan")):
            monkeypatch.setattr(owner, name, self._refusing(getattr(owner, name)))

    def _refusing(self, function):
        def call(*args, **kwargs):
            if self.is_full:
                raise Unavailable("no space left", code="disk-full")
            return function(*args, **kwargs)

        return call


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.fixture
def spool(tmp_path):
    opened = Spool(tmp_path)
    yield opened
    opened.close()


def feed(scan, counts, columns):
    for column in columns:
        scan.line(View.SIDE, counts[:, :, column])


def test_a_disk_that_is_full_for_a_while_costs_no_column(tmp_path, spool, disk):
    counts = scan_counts(columns=COLUMNS)
    with Device(spool, lane=LANE).scan(view_header()) as scan:
        feed(scan, counts, range(100))
        disk.is_full = True
        feed(scan, counts, range(100, 260))
        disk.is_full = False
        feed(scan, counts, range(260, COLUMNS))
    logged = spool.log.find_scan(scan.header.scan)
    assert (logged.state, logged.complete) == (SpoolState.WHOLE, True)
    stored = finished_path(tmp_path / SCANS_FOLDER, scan.header.scan)
    np.testing.assert_array_equal(ArchiveReader(stored).read_level(0), counts)


def test_an_end_that_the_disk_refuses_may_be_asked_again(spool, disk):
    scan = Device(spool, lane=LANE).scan(view_header())
    feed(scan, scan_counts(columns=COLUMNS), range(COLUMNS))
    disk.is_full = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            scan.end()
    with pytest.raises(BadInput):
        scan.line(View.SIDE, scan_counts(columns=1)[:, :, 0])
    disk.is_full = False
    content = scan.end()
    logged = spool.log.find_scan(scan.header.scan)
    assert (logged.content_sha256, logged.complete) == (content, True)


def test_a_scan_whose_device_has_gone_is_ended_by_the_spool(spool, disk):
    counts = scan_counts(columns=COLUMNS)

    def pass_truck():
        with Device(spool, lane=LANE).scan(view_header()) as scan:
            names.append(scan.header.scan)
            feed(scan, counts, range(COLUMNS))
            disk.is_full = True

    names = []
    with pytest.raises(Unavailable):
        pass_truck()
    spool.end_left()
    assert spool.log.find_scan(names[0]).state is SpoolState.GROWING
    disk.is_full = False
    spool.end_left()
    logged = spool.log.find_scan(names[0])
    assert (logged.state, logged.complete) == (SpoolState.WHOLE, True)
    assert not spool.left


def test_a_scan_with_lost_columns_is_never_complete(monkeypatch, spool, disk):
    monkeypatch.setattr(device_module, "MAX_WAITING_STRIPS", 1)
    counts = scan_counts(columns=700)
    scan = Device(spool, lane=LANE).scan(view_header())
    feed(scan, counts, range(200))
    disk.is_full = True
    with pytest.raises(Unavailable, match="lost"):
        feed(scan, counts, range(200, 600))
    disk.is_full = False
    with pytest.raises(Unavailable, match="lost"):
        feed(scan, counts, range(600, 601))
    scan.end(complete=True)
    assert spool.log.find_scan(scan.header.scan).complete is False


def test_a_scan_that_cannot_be_begun_leaves_nothing(tmp_path, spool, disk):
    disk.is_full = True
    with pytest.raises(Unavailable):
        Device(spool, lane=LANE).scan(view_header())
    assert not any((tmp_path / SCANS_FOLDER).iterdir())
    assert spool.scans() == ()
