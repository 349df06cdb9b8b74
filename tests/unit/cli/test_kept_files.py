"""No byte of a kept file changes, goes or comes without `scanview ledger verify --files` naming the file."""

import hashlib
import json
import random

import pytest

from scanview.cli import main
from scanview.cli.kept_files import KeptFiles
from scanview.formats.archive_files import write_archive
from scanview.formats.header_json import encode_header
from scanview.simulate.scan import simulate_scan
from scanview.store import catalogue
from scanview.store.folders import KEYS_FOLDER, PHOTOS_FOLDER, SCANS_FOLDER
from scanview.wire.keys import Identity
from tests.unit.review.room import Room


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A hub's folder with two stored scans and a photo."""
    data = tmp_path_factory.mktemp("hub")
    room = Room(data)
    (data / SCANS_FOLDER).mkdir()
    for seed in (1, 2):
        finished = write_archive(simulate_scan(seed, pitch_mm=40.0).image, data / SCANS_FOLDER / "new.tif")
        header = finished.header
        room.do(catalogue.offer, header=header, document=encode_header(header), at=room.now, actor="port/CNSHA-03")
        room.store(header.scan, content=finished.content_sha256)
        finished.path.rename(finished.path.with_name(f"{header.scan}.tif"))
    room.close()
    photo = b"\xff\xd8\xff photo"
    path = data / PHOTOS_FOLDER / hashlib.sha256(photo).hexdigest()[:2] / hashlib.sha256(photo).hexdigest()
    path.parent.mkdir(parents=True)
    path.write_bytes(photo)
    return data


def problems(data):
    return [problem for problem in KeptFiles.of(data).check() if problem is not None]


def files_of(data):
    return [*sorted((data / SCANS_FOLDER).glob("*.tif")), *(data / PHOTOS_FOLDER).glob("??/*")]


def test_what_was_stored_is_sound(kept):
    assert problems(kept) == []
    assert len(KeptFiles.of(kept)) == 3


def test_every_byte_of_every_file_counts(kept):
    chance = random.Random(5)
    for path in files_of(kept):
        whole = path.read_bytes()
        for _ in range(60):
            place, content = chance.randrange(len(whole)), bytearray(whole)
            match chance.randrange(4):
                case 0:
                    content[place] ^= chance.randrange(1, 256)
                case 1:
                    del content[place]
                case 2:
                    content.insert(place, chance.randrange(256))
                case 3:
                    del content[place:]
            path.write_bytes(content)
            (problem,) = problems(kept)
            assert path.name in problem
        path.write_bytes(whole + b"\0")
        assert len(problems(kept)) == 1
        path.write_bytes(whole)
    assert problems(kept) == []


def test_files_that_are_missing_exchanged_or_of_no_scan_are_named(kept):
    first, second, _ = files_of(kept)
    aside, unknown = first.with_suffix(".aside"), first.with_name("ab" * 16 + ".tif")
    first.rename(aside)
    assert problems(kept) == [f"{first.name} is missing"]
    first.write_bytes(second.read_bytes())
    assert problems(kept) == [f"{first.name} is another scan than the one that was stored"]
    aside.rename(first)
    unknown.write_bytes(first.read_bytes())
    assert problems(kept) == [f"{unknown.name}: the ledger knows no such scan"]
    unknown.unlink()


def test_the_command_reads_the_files_only_where_it_is_asked_to(kept, capsys):
    Identity.load_or_make(kept / KEYS_FOLDER)
    first, *_ = files_of(kept)
    whole = first.read_bytes()
    first.write_bytes(whole[:-1])
    assert main(["ledger", "verify", "--data", str(kept)]) == 0
    assert main(["ledger", "verify", "--data", str(kept), "--files"]) == 1
    told = capsys.readouterr()
    plain, thorough = map(json.loads, told.out.splitlines())
    assert (plain["ledger"], thorough["ledger"], thorough["files"]) == ("verified", "verified", 3)
    assert first.name in thorough["file_problems"][0]
    assert first.name in told.err
    first.write_bytes(whole)
    assert main(["ledger", "verify", "--data", str(kept), "--files"]) == 0
