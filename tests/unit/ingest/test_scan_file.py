"""The file of one scan at the hub when its disk fails."""

import errno
import os
import threading

import pytest

from scanview.formats.archive_writer import ArchiveWriter
from scanview.formats.hash_thread import HashThread
from scanview.ingest import scan_file
from scanview.ingest.scan_file import OtherContent, ScanFile
from tests.unit.formats.archive_scans import scan_header, scan_image, strip_records


@pytest.fixture
def hasher():
    hasher = HashThread("hasher")
    yield hasher
    hasher.close()


def test_a_scan_that_its_disk_has_lost_is_begun_anew_and_keeps_no_other_waiting(tmp_path, monkeypatch, hasher):
    monkeypatch.setattr(scan_file, "RETRY_S", 0.0)
    file = ScanFile(tmp_path, scan_header(), hasher, threading.Event())
    file.open()
    records = strip_records(scan_image((1,)))
    for record in records:
        file.append(memoryview(record))
    content = _content_of(tmp_path, records)

    def fail(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", fail)
        with pytest.raises(OtherContent):
            file.end(content)
    assert file.trouble is not None
    assert file.start_again() == 0
    assert file.trouble is None
    for record in records:
        file.append(memoryview(record))
    assert file.end(content).content_sha256 == content


def _content_of(folder, records):
    writer = ArchiveWriter.create(folder / "other", scan_header())
    for record in records:
        writer.append(record)
    content = writer.content_sha256
    writer.abandon()
    return content
