import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.formats import direct_write
from scanview.formats.archive_writer import ArchiveWriter, verify
from scanview.formats.direct_write import BLOCK_BYTES, DirectWriter
from scanview.formats.hash_thread import HashThread
from tests.unit.formats.archive_scans import scan_header, scan_image, strip_records


@pytest.fixture
def hasher():
    thread = HashThread("test hasher")
    yield thread
    thread.close()


def opened(path: Path, start: bytes) -> DirectWriter:
    path.write_bytes(start)
    writer = DirectWriter.open(path, len(start))
    if writer is None:
        pytest.skip("this disk takes no direct writes")
    return writer


def failing_half_way():
    """An os.pwrite that takes half of the first write, fails at the second, and works from then on."""
    write, calls = os.pwrite, []

    def fail(descriptor: int, content: memoryview, position: int) -> int:
        calls.append(position)
        if len(calls) == 1:
            return write(descriptor, content[: len(content) // 2 // BLOCK_BYTES * BLOCK_BYTES], position)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content, position)

    return fail


@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 9_000), lengths=st.lists(st.integers(1, 2_500_000), max_size=5))
def test_the_file_is_what_was_appended_and_less_than_a_block_of_zeros(tmp_path_factory, start, lengths):
    path = tmp_path_factory.mktemp("direct") / "file"
    content = os.urandom(start)
    writer = opened(path, content)
    for length in lengths:
        added = os.urandom(length)
        assert writer.append(len(content), added)
        content += added
        assert path.read_bytes()[: len(content)] == content
        assert path.stat().st_size < len(content) + BLOCK_BYTES
    assert not path.read_bytes()[len(content) :].strip(b"\0")
    writer.close()


def test_what_the_disk_refused_can_be_appended_again(tmp_path, monkeypatch):
    writer = opened(tmp_path / "file", b"begun")
    added = os.urandom(100_000)
    monkeypatch.setattr(os, "pwrite", failing_half_way())
    with pytest.raises(OSError, match="No space"):
        writer.append(5, added)
    assert writer.append(5, added)
    assert (tmp_path / "file").read_bytes()[:100_005] == b"begun" + added
    writer.close()


def test_a_system_without_direct_writes_is_told_apart(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"begun")
    monkeypatch.setattr(direct_write, "_DIRECT", 0)
    assert DirectWriter.open(tmp_path / "file", 5) is None


def test_a_hurried_scan_is_the_same_file(tmp_path, hasher):
    records = strip_records(scan_image((300,)))
    slow = ArchiveWriter.create(tmp_path / "slow", scan_header())
    fast = ArchiveWriter.create(tmp_path / "fast", scan_header())
    fast.hurry(hasher)
    for record in records:
        slow.append(record)
        fast.append(record)
        assert slow.content_sha256 == fast.content_sha256
    assert slow.finish().path.read_bytes() == fast.finish().path.read_bytes()


def test_a_hurried_scan_is_recovered_behind_its_last_record(tmp_path, hasher):
    records = strip_records(scan_image((300,)))
    killed = ArchiveWriter.create(tmp_path, scan_header())
    killed.hurry(hasher)
    killed.append(records[0])
    killed.close()
    writer = ArchiveWriter.recover(killed.path)
    assert writer.strips == 1
    writer.hurry(hasher)
    for record in records[1:]:
        writer.append(record)
    finished = writer.finish()
    assert verify(finished.path) == finished


def test_a_disk_that_takes_no_direct_writes_after_all_is_written_the_plain_way(tmp_path, hasher, monkeypatch):
    def refuse(*_: object) -> int:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    records = strip_records(scan_image((300,)))
    writer = ArchiveWriter.create(tmp_path, scan_header())
    writer.hurry(hasher)
    writer.append(records[0])
    monkeypatch.setattr(os, "pwrite", refuse)
    for record in records[1:]:
        writer.append(record)
    finished = writer.finish()
    assert verify(finished.path) == finished
