import errno
import hashlib
import os
import subprocess
import sys
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import View
from scanview.formats.archive_index import CONTENT_START, ArchiveIndex, open_archive, read_record
from scanview.formats.archive_writer import ArchiveWriter, content_sha256, growing_path, verify
from scanview.formats.write_back import start_write_back
from tests.unit.formats.archive_scans import SCAN, scan_header, scan_image, strip_records, view_header

TWO_VIEWS = scan_header(view_header(), view_header(View.TOP, rows=20))


def written(folder, records, header=None):
    writer = ArchiveWriter.create(folder, header or scan_header())
    for record in records:
        writer.append(record)
    return writer


def test_a_scan_grows_and_is_finished(tmp_path):
    records = strip_records(scan_image((300,)))
    writer = written(tmp_path, records)
    assert (writer.strips, writer.columns) == (3, (300,))
    assert [path.name for path in tmp_path.iterdir()] == [f"{SCAN}.part"]
    finished = writer.finish()
    assert [path.name for path in tmp_path.iterdir()] == [f"{SCAN}.tif"]
    assert finished.columns == (300,)
    assert finished.size_bytes == finished.path.stat().st_size
    content = finished.path.read_bytes()[CONTENT_START : writer.index.end]
    assert content.endswith(b"".join(records))
    assert finished.content_sha256 == hashlib.sha256(content).hexdigest() == content_sha256(finished.path)
    assert verify(finished.path) == finished


def test_the_same_scan_gives_the_same_file_anywhere(tmp_path):
    image = scan_image((200, 90), TWO_VIEWS)
    port = written(tmp_path / "port", strip_records(image), TWO_VIEWS).finish()
    hub = written(tmp_path / "hub", strip_records(image), TWO_VIEWS).finish()
    assert port.path.read_bytes() == hub.path.read_bytes()


def test_records_are_served_while_the_scan_grows(tmp_path):
    records = strip_records(scan_image((300, 140), TWO_VIEWS))
    writer = written(tmp_path, records[:4], TWO_VIEWS)
    assert [read_record(writer.path, place) for place in writer.index.places] == records[:4]
    assert [place.columns for place in writer.index.of_view(1)] == [128, 12]
    looked_at = open_archive(writer.path)
    assert looked_at.index == writer.index
    assert looked_at.directory == 0
    writer.close()


@pytest.mark.parametrize("what", ["repeated", "skipped", "damaged", "cut", "other view", "other scan"])
def test_a_strip_that_is_not_the_next_one_changes_nothing(tmp_path, what):
    records = strip_records(scan_image((500,)))
    other = strip_records(scan_image((300, 140), TWO_VIEWS))
    single = strip_records(scan_image((128, 500), scan_header(view_header(rows=99), view_header(View.TOP))))
    wrong = {
        "repeated": records[0],
        "skipped": records[2],
        "damaged": records[1][:-1] + bytes([records[1][-1] ^ 1]),
        "cut": records[1][:-1],
        "other view": other[1],
        "other scan": single[1],
    }[what]
    writer = written(tmp_path, records[:1])
    before = writer.path.read_bytes()
    with pytest.raises(BadInput):
        writer.append(wrong)
    assert writer.path.read_bytes() == before
    for record in records[1:]:
        writer.append(record)
    verify(writer.finish().path)


def test_nothing_follows_the_narrow_last_strip_of_a_view(tmp_path):
    writer = written(tmp_path, strip_records(scan_image((140,))))
    late = strip_records(scan_image((300,)))[2]
    with pytest.raises(BadInput, match="last one"):
        writer.append(late)
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_a_scan_without_columns_cannot_be_finished(tmp_path):
    writer = written(tmp_path, [])
    with pytest.raises(BadInput):
        writer.finish()
    writer.append(strip_records(scan_image((1,)))[0])
    verify(writer.finish().path)


def test_a_scan_is_begun_once(tmp_path):
    writer = written(tmp_path, strip_records(scan_image((1,))))
    with pytest.raises(BadInput):
        ArchiveWriter.create(tmp_path, scan_header())
    writer.finish()
    with pytest.raises(BadInput):
        ArchiveWriter.create(tmp_path, scan_header())


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_writer_killed_anywhere_goes_on_where_whole_records_end(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("killed")
    records = strip_records(scan_image((200, 140), TWO_VIEWS))
    writer = written(folder, records, TWO_VIEWS)
    ends = [place.offset for place in writer.index.places] + [writer.index.end]
    expected = writer.finish()
    whole = expected.path.read_bytes()
    expected.path.unlink()
    cut = data.draw(st.integers(ends[0], len(whole)))
    garbage = bytes([(whole + b"\0")[cut] ^ 0xFF]) + data.draw(st.binary(max_size=40))
    path = growing_path(folder, SCAN)
    path.write_bytes(whole[:cut] + garbage)

    recovered = ArchiveWriter.recover(path)
    assert recovered.strips == sum(end <= cut for end in ends[1:])
    assert path.stat().st_size == ends[recovered.strips]
    for record in records[recovered.strips :]:
        recovered.append(record)
    assert recovered.finish() == expected
    assert expected.path.read_bytes() == whole


def test_recovery_cuts_at_the_first_damaged_record(tmp_path):
    writer = written(tmp_path, strip_records(scan_image((500,))))
    writer.sync()
    place = writer.index.places[2]
    writer.close()
    content = bytearray(writer.path.read_bytes())
    content[place.offset + 100] ^= 4
    writer.path.write_bytes(content)
    recovered = ArchiveWriter.recover(writer.path)
    assert recovered.strips == 2
    recovered.abandon()


def test_a_file_without_a_whole_header_cannot_be_recovered(tmp_path):
    writer = written(tmp_path, [])
    writer.close()
    start = writer.path.read_bytes()
    for cut in (0, 10, 20, len(start) - 1):
        writer.path.write_bytes(start[:cut])
        with pytest.raises(BadInput):
            ArchiveWriter.recover(writer.path)
    with pytest.raises(Unavailable):
        ArchiveWriter.recover(tmp_path / "missing.part")


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_verification_finds_any_changed_byte(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("changed")
    path = written(folder, strip_records(scan_image((140,)))).finish().path
    whole = bytearray(path.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    with pytest.raises(BadInput):
        verify(path)


def test_verification_refuses_a_growing_a_cut_and_a_longer_file(tmp_path):
    writer = written(tmp_path, strip_records(scan_image((140,))))
    with pytest.raises(BadInput):
        verify(writer.path)
    path = writer.finish().path
    whole = path.read_bytes()
    for other in (whole[:-1], whole + b"\0"):
        path.write_bytes(other)
        with pytest.raises(BadInput):
            verify(path)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is a Linux device")
def test_a_full_disk_is_unavailable_and_says_so(tmp_path):
    full = tmp_path / f"{SCAN}.part"
    full.symlink_to("/dev/full")
    with FileIO(full, "rb+") as file, pytest.raises(Unavailable) as failure:
        ArchiveWriter(full, file, ArchiveIndex(scan_header(), 0)).append(strip_records(scan_image((1,)))[0])
    assert failure.value.code == "disk-full"


def test_a_failed_flush_is_never_taken_back(tmp_path, monkeypatch):
    writer = written(tmp_path, strip_records(scan_image((1,))))

    def fail(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable) as failure:
        writer.finish()
    assert failure.value.code == "disk-failed"
    monkeypatch.undo()
    with pytest.raises(Unavailable) as failure:
        writer.finish()
    assert failure.value.code == "writes-lost"
    assert writer.path.suffix == ".part"
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_has_lost_is_written_once_more(tmp_path, monkeypatch):
    writer = written(tmp_path, strip_records(scan_image((1,))))
    content = writer.content_sha256
    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", lambda descriptor: _refuse())
        with pytest.raises(Unavailable):
            writer.finish()
        with pytest.raises(Unavailable):
            writer.rewrite()
    writer.rewrite()
    finished = writer.finish()
    assert (verify(finished.path), finished.content_sha256) == (finished, content)
    assert [path.name for path in tmp_path.iterdir()] == [finished.path.name]


def test_what_comes_back_spoilt_is_not_passed_off_as_what_was_written(tmp_path):
    writer = written(tmp_path, strip_records(scan_image((1,))))
    content = bytearray(writer.path.read_bytes())
    content[-1] ^= 1
    writer.path.write_bytes(content)
    with pytest.raises(BadInput, match="spoilt"):
        writer.rewrite()
    writer.close()


def _refuse():
    raise OSError(errno.EIO, "Input/output error")


def test_finishing_goes_on_after_a_failed_rename(tmp_path, monkeypatch):
    writer = written(tmp_path, strip_records(scan_image((1,))))

    def fail(self, target):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(Unavailable):
        writer.finish()
    monkeypatch.undo()
    finished = writer.finish()
    assert verify(finished.path) == finished == writer.finish()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such call")
def test_early_write_back_is_taken_up(tmp_path):
    with (tmp_path / "file").open("wb", buffering=0) as file:
        file.write(bytes(10_000))
        assert start_write_back(file.fileno(), 0, 10_000)


def test_the_writer_needs_no_numpy():
    program = "import sys, scanview.formats.archive_writer; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
