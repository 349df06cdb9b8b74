"""The spool after a crash: nothing whole is lost, nothing is doubled, nothing incomplete is called complete."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.formats.archive_files import strip_records
from scanview.formats.archive_writer import ArchiveWriter
from scanview.ingest.spool import Spool, SpoolWriter
from scanview.ingest.spool_room import SpoolLevel
from scanview.settings import PortSettings
from scanview.store.port_log import Priority, SpoolState
from tests.unit.formats.archive_scans import SCAN, scan_header, scan_image, view_header


def crash(spool: Spool, *writers: SpoolWriter) -> None:
    """What a kill leaves: files as they are, the lock free."""
    for writer in writers:
        writer.close()
    spool.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def test_a_scan_is_followed_from_its_first_strip_to_its_receipt(folder: Path) -> None:
    image = scan_image(columns=(300,))
    changes: list[int] = []
    spool = Spool(folder)
    spool.on_change = lambda: changes.append(len(spool.scans()))
    writer = spool.begin(image.header)
    for record in strip_records(image):
        writer.append(record)
    assert (spool.scans(), spool.find(SCAN).held.strips, spool.find(SCAN).end) == ((SCAN,), 3, None)
    assert not spool.knows(SCAN)
    content = writer.end(complete=True)
    assert (spool.find(SCAN).end.content_sha256, spool.find(SCAN).end.complete) == (content, True)
    assert spool.knows(SCAN)
    assert changes
    spool.drop(SCAN)
    assert (spool.scans(), spool.knows(SCAN), list((folder / "scans").iterdir())) == ((), True, [])
    spool.close()


def test_a_scan_outlives_a_power_cut_before_anybody_hears_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    spool = Spool(folder)
    writer = spool.begin(scan_header())
    spool.on_change = lambda: told.append("change")
    with monkeypatch.context() as watched:
        watched.setattr(ArchiveWriter, "sync", lambda _: told.append("durable"))
        for record in list(strip_records(scan_image(columns=(300,))))[:2]:
            writer.append(record)
    assert told == ["durable", "change", "change"]
    crash(spool, writer)


def test_a_whole_scan_is_there_again_with_all_that_was_known(folder: Path) -> None:
    for complete in (True, False):
        spool = Spool(folder)
        image = scan_image(header=replace(scan_header(), scan=str(int(complete)) * 32))
        writer = spool.begin(image.header)
        for record in strip_records(image):
            writer.append(record)
        content = writer.end(complete=complete)
        crash(spool)
        again = Spool(folder)
        end = again.find(image.header.scan).end
        assert (end.content_sha256, end.complete) == (content, complete)
        again.close()


def test_a_scan_of_a_device_that_was_growing_is_ended_as_incomplete(folder: Path) -> None:
    image = scan_image(columns=(300,))
    spool = Spool(folder)
    writer = spool.begin(image.header)
    records = list(strip_records(image))
    writer.append(records[0])
    writer.append(records[1])
    path = spool.find(SCAN).held.folder / f"{SCAN}.part"
    crash(spool, writer)
    with path.open("ab") as file:
        file.write(records[2][:100])
    again = Spool(folder)
    found = again.find(SCAN)
    assert (found.held.strips, found.end.complete) == (2, False)
    assert found.held.read(0, 5, 1 << 30) == records[:2]
    again.close()


@pytest.mark.parametrize("lost_bytes", [0, 1])
def test_a_scan_whose_end_was_noted_is_complete_only_if_every_strip_reached_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lost_bytes: int
) -> None:
    image = scan_image(columns=(300,))
    spool = Spool(folder)
    writer = spool.begin(image.header)
    for record in strip_records(image):
        writer.append(record)
    path = spool.find(SCAN).held.folder / f"{SCAN}.part"
    with monkeypatch.context() as power_cut:
        power_cut.setattr(ArchiveWriter, "finish", lambda _: pytest.fail("the power is gone"))
        with pytest.raises(pytest.fail.Exception):
            writer.end(complete=True)
    crash(spool, writer)
    os.truncate(path, path.stat().st_size - lost_bytes)
    again = Spool(folder)
    found = again.find(SCAN)
    assert (found.held.strips, found.end.complete) == ((3, True), (2, False))[lost_bytes]
    assert again.log.find_scan(SCAN).complete is found.end.complete
    again.close()


def test_a_scan_of_a_file_that_was_growing_is_forgotten_for_the_file_is_read_again(folder: Path) -> None:
    image = scan_image(header=scan_header(source_sha256="c" * 64))
    spool = Spool(folder)
    writer = spool.begin(image.header)
    writer.append(next(iter(strip_records(image))))
    crash(spool, writer)
    again = Spool(folder)
    assert (again.scans(), again.knows(SCAN)) == ((), False)
    again.begin(image.header).abandon()
    again.close()


def test_a_receipt_that_was_noted_before_the_file_went_is_enough(folder: Path) -> None:
    image = scan_image()
    spool = Spool(folder)
    writer = spool.begin(image.header)
    for record in strip_records(image):
        writer.append(record)
    writer.end(complete=True)
    spool.log.scan_received(SCAN)
    crash(spool)
    again = Spool(folder)
    assert (again.scans(), list((folder / "scans").iterdir())) == ((), [])
    again.close()


def test_a_file_whose_log_is_lost_is_sent_but_never_called_complete(folder: Path) -> None:
    image = scan_image()
    spool = Spool(folder)
    writer = spool.begin(image.header)
    for record in strip_records(image):
        writer.append(record)
    content = writer.end(complete=True)
    crash(spool)
    for file in folder.glob("port.sqlite*"):
        file.unlink()
    again = Spool(folder)
    end = again.find(SCAN).end
    assert (end.content_sha256, end.complete) == (content, False)
    again.close()


def test_damaged_files_stay_aside_and_do_not_stop_the_port(folder: Path) -> None:
    Spool(folder).close()
    (folder / "scans" / f"{SCAN}.tif").write_bytes(b"no scan file")
    spool = Spool(folder)
    assert (spool.scans(), spool.damaged()) == ((), (f"{SCAN}.tif",))
    assert "not a scan file" in (folder / "damaged" / f"{SCAN}.tif.txt").read_text(encoding="utf-8")
    spool.close()
    again = Spool(folder)
    assert again.damaged() == (f"{SCAN}.tif",)
    again.close()


def spooled(spool: Spool, number: int, columns: int = 300, **options) -> str:
    image = scan_image(columns=(columns,), header=replace(scan_header(), scan=f"{number:032x}"))
    writer = spool.begin(image.header, **options)
    for record in strip_records(image):
        writer.append(record)
    writer.end(complete=True)
    return image.header.scan


def test_a_damaged_file_is_put_aside_counts_and_may_be_given_again(folder: Path) -> None:
    spool = Spool(folder)
    scan = spooled(spool, 1)
    used_bytes = spool.room().used_bytes
    spool.put_aside(scan, "strip 2 is damaged")
    assert (spool.scans(), spool.knows(scan)) == ((), False)
    assert (folder / "damaged" / f"{scan}.tif").exists()
    assert spool.log.find_scan(scan).state is SpoolState.DAMAGED
    assert spool.room().used_bytes >= used_bytes
    assert spooled(spool, 1) == scan
    spool.put_aside(scan, "again")
    assert spool.damaged() == (f"{scan}-2.tif", f"{scan}.tif")
    spool.close()


def test_a_full_spool_names_the_scan_it_turns_away_and_lets_growing_ones_end(folder: Path) -> None:
    spool = Spool(folder, PortSettings(spool_limit_mb=1))
    image = scan_image(columns=(2_000,), header=replace(scan_header(view_header(rows=200)), scan="a" * 32))
    growing = spool.begin(image.header)
    records = list(strip_records(image))
    for record in records:
        growing.append(record)
    assert spool.room().level is SpoolLevel.FULL
    with pytest.raises(Unavailable, match="b" * 32) as raised:
        spool.begin(replace(scan_header(), scan="b" * 32))
    assert raised.value.code == "spool-full"
    growing.end(complete=True)
    spool.drop("a" * 32)
    spool.begin(replace(scan_header(), scan="b" * 32)).abandon()
    spool.close()


def test_the_order_is_that_of_beginning_whatever_the_clock_says_and_trucks_go_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(folder)
    clock = iter([4e9, 1.0, 5e9, 2.0])
    with monkeypatch.context() as jumping:
        jumping.setattr("scanview.ingest.spool.time.time", lambda: next(clock))
        scans = [
            spooled(spool, number, priority=priority)
            for number, priority in enumerate((Priority.YARD, Priority.TRUCK, Priority.YARD, Priority.TRUCK))
        ]
    for number, scan in enumerate(reversed(scans)):
        os.utime(folder / "scans" / f"{scan}.tif", (number, number))
    for _ in range(2):
        assert spool.scans() == tuple(scans)
        assert spool.next_first() == (scans[1], scans[3], scans[0], scans[2])
        spool.close()
        spool = Spool(folder)
    spool.close()


@pytest.mark.parametrize(
    ("settings", "times"),
    [
        (PortSettings(sync_every_s=3_600, sync_every_mb=4_096), 1),
        (PortSettings(sync_every_s=0, sync_every_mb=4_096), 16),
        (PortSettings(sync_every_s=3_600, sync_every_mb=1), 3),
    ],
)
def test_a_growing_scan_is_made_durable_as_often_as_is_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: PortSettings, times: int
) -> None:
    synced: list[int] = []
    sync = ArchiveWriter.sync
    spool = Spool(folder, settings)
    image = scan_image(columns=(2_000,), header=scan_header(view_header(rows=300)))
    writer = spool.begin(image.header)
    with monkeypatch.context() as watched:
        watched.setattr(ArchiveWriter, "sync", lambda self: (synced.append(self.strips), sync(self)))
        for record in strip_records(image):
            writer.append(record)
    assert len(synced) == times, synced
    writer.abandon()
    spool.close()


def test_a_start_does_not_read_what_was_durable_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(folder)
    scan = spooled(spool, 1)
    spool.close()
    monkeypatch.setattr("scanview.ingest.spool.verify", lambda _: pytest.fail("days of scans would be read"))
    again = Spool(folder)
    assert again.find(scan).end.complete
    again.close()


def test_a_refused_scan_is_kept_and_known(folder: Path) -> None:
    image = scan_image()
    spool = Spool(folder)
    writer = spool.begin(image.header)
    for record in strip_records(image):
        writer.append(record)
    writer.end(complete=True)
    spool.keep_refused(SCAN, "another header")
    assert spool.find(SCAN).is_refused
    assert spool.log.find_scan(SCAN).state is SpoolState.REFUSED
    assert spool.log.find_scan(SCAN).why == "another header"
    assert (folder / "scans" / f"{SCAN}.tif").exists()
    spool.close()


def test_one_program_at_a_time(folder: Path) -> None:
    spool = Spool(folder)
    with pytest.raises(Unavailable) as raised:
        Spool(folder)
    assert raised.value.code == "folder-in-use"
    spool.close()
    Spool(folder).close()


def test_a_scan_without_a_strip_is_none(folder: Path) -> None:
    spool = Spool(folder)
    writer = spool.begin(scan_header())
    with pytest.raises(BadInput):
        writer.end(complete=True)
    with pytest.raises(BadInput):
        spool.begin(scan_header())
    writer.abandon()
    assert (spool.scans(), list((folder / "scans").iterdir())) == ((), [])
    spool.close()


def test_a_fresh_record_is_checked_when_it_goes_out_again_and_one_from_before_at_once(folder: Path) -> None:
    spool = Spool(folder)
    scan = spooled(spool, 1)
    path = folder / "scans" / f"{scan}.tif"
    strip = spool.find(scan).held.index.places[0]
    content = bytearray(path.read_bytes())
    content[strip.offset + strip.length - 1] ^= 1
    path.write_bytes(content)
    fresh = spool.find(scan)
    assert len(fresh.read_to_send(0)) == strip.length, "the hub finds it"
    fresh.sent = 1
    with pytest.raises(BadInput):
        fresh.read_to_send(0)
    spool.close()
    again = Spool(folder)
    with pytest.raises(BadInput):
        again.find(scan).read_to_send(0)
    again.close()


def test_the_oldest_of_a_priority_are_those_that_are_asked_for(folder: Path) -> None:
    spool = Spool(folder)
    scans = [spooled(spool, number) for number in range(5)]
    spool.keep_refused(scans[1], "another header")
    assert spool.oldest(Priority.TRUCK, lambda scan, kept: not kept.is_refused, 2) == [scans[0], scans[2]]
    assert spool.oldest(Priority.YARD, lambda scan, kept: True, 2) == []
    spool.drop(scans[0])
    assert spool.oldest(Priority.TRUCK, lambda scan, kept: True, 9) == scans[1:]
    spool.close()


def test_a_scan_ends_although_its_disk_failed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(folder)
    writer = spool.begin(scan_header())
    for record in strip_records(scan_image(columns=(300,))):
        writer.append(record)
    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(Unavailable):
            writer.end(complete=True)
    content = writer.end(complete=True)
    assert (spool.find(SCAN).end.content_sha256, spool.find(SCAN).end.complete) == (content, True)
    spool.close()


@pytest.mark.parametrize("failing", ["begin_scan", "end_scan", "scan_whole"])
def test_what_the_disk_refuses_to_take_up_at_a_start_is_taken_up_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    spool = Spool(folder)
    writer = spool.begin(scan_header())
    for record in strip_records(scan_image(columns=(300,))):
        writer.append(record)
    if failing == "begin_scan":
        spool.log._database.execute("DELETE FROM scans")
    crash(spool, writer)

    def refuse(*_: object, **__: object) -> None:
        raise Unavailable("the disk refuses", code="port-log")

    with monkeypatch.context() as refusing:
        refusing.setattr(f"scanview.store.port_log.PortLog.{failing}", refuse)
        again = Spool(folder)
        again.end_left()
    assert not again.scans() or again.find(SCAN).end is None
    again.end_left()
    assert not again.find(SCAN).end.complete
    assert not again.left
    again.close()
