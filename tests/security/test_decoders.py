"""A file that takes its decoder over: it gets nothing, changes nothing, and the next file is read as ever."""

import os
import shutil
import socket
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from scanview.core.errors import BadInput
from scanview.formats import apart, read_scan, write_scan
from scanview.ingest.spool import Spool
from scanview.ingest.watch import FolderWatch
from tests.security.captured_reader import MAGIC
from tests.unit.formats.archive_scans import scan_image

pytestmark = pytest.mark.skipif({"limits", "landlock", "seccomp"} != apart.WALLS, reason="the kernel lacks a wall")

HERE = Path(__file__).parent
EPERM, EACCES = 1, 13


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """A decoding process in which the captured reader is installed like any other plug-in."""
    place = tmp_path_factory.mktemp("plug-in")
    shutil.copy(HERE / "captured_reader.py", place)
    about = place / "captured-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: captured\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[scanview.readers]\ncaptured = captured_reader\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCANVIEW_SECRET", "hunter2")
        patch.setattr(sys, "path", [*sys.path, str(place), str(HERE.parents[1])])
        decoder = apart.DecodingProcess("tests.security.hasty_decoding")
        patch.setattr(apart, "_decoder", decoder)
        yield decoder
        decoder.close()


@pytest.fixture
def told(captured, tmp_path):
    """What a captured decoder says that came of an act: the note that it leaves in its scan."""

    def tell(act, rest=""):
        path = tmp_path / f"{act}.bin"
        path.write_bytes(MAGIC + f"{act} {rest}".encode())
        image = apart.read_scan_apart(path, lane="CNSHA-03")
        return image.header.notes[0].partition(": ")[2] if image.header.notes else image

    return tell


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "sound.png"
    write_scan(scan_image((60,)), path)
    return path


def check_next_is_read(sound):
    here, there = read_scan(sound), apart.read_scan_apart(sound)
    assert here.header == there.header
    assert (here.views[0] == there.views[0]).all()


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        ("spin", {"decoder-stopped"}),
        ("sleep", {"decoder-stopped"}),
        ("crash", {"decoder-died"}),
        ("abort", {"decoder-died"}),
        ("end", {"decoder-died"}),
        ("eat", {"damaged-file", "decoder-stopped"}),
        ("flood", {"decoder-died"}),
    ],
)
def test_a_decoder_that_dies_hangs_or_eats_is_an_error_that_names_the_file(told, sound, act, codes):
    with pytest.raises(BadInput, match=rf"{act}\.bin") as refusal:
        told(act)

    assert refusal.value.code in codes, "what eats may be stopped for its time before its memory is at the end"
    check_next_is_read(sound)


def test_a_captured_decoder_reads_no_other_file(told, tmp_path, sound):
    secret = tmp_path / "keys.json"
    secret.write_text("a private key")

    assert told("steal", secret) == f"refused {EACCES}"
    assert told("steal", sound) == f"refused {EACCES}", "the scan that comes next is none of its business either"
    assert told("steal", "/etc/passwd") == f"refused {EACCES}"


def test_a_captured_decoder_changes_no_file(told, tmp_path, sound):
    before = sound.read_bytes()

    assert told("write", tmp_path / "new") in {f"refused {EACCES}", f"refused {EPERM}"}
    assert told("write", sound) in {f"refused {EACCES}", f"refused {EPERM}"}
    assert told("remove", sound) in {f"refused {EACCES}", f"refused {EPERM}"}
    assert not (tmp_path / "new").exists()
    assert sound.read_bytes() == before


def test_a_captured_decoder_speaks_to_nobody_and_starts_nothing(told):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert told("talk", server.getsockname()[1]) == f"refused {EPERM}"
    assert told("run", "/bin/true") == f"refused {EPERM}"
    assert told("fork") == f"refused {EPERM}"
    assert told("kill", os.getpid()) == f"refused {EPERM}"


def test_a_captured_decoder_was_told_nothing_and_has_nothing_open_but_its_answer(told):
    assert told("environment", "SCANVIEW_SECRET") == "False"
    assert told("open") == "['/memfd']"


def test_a_captured_decoder_cannot_pass_its_pixels_off_as_another_scan(told):
    image = told("claims")

    assert image.header.scan != "f" * 32
    assert image.header.lane == "CNSHA-03"
    assert image.header.source_name == "claims.bin"
    assert image.header.source_sha256 != "e" * 64


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SVA1",
        b"SVA1\xff\xff\xff\xff{}",
        b'SVA1\x02\0\0\0{"',
        b'SVA1\x2e\0\0\0{"document":"{}","shapes":[[3,16000,900000]]}   ',
        b'SVA1\x24\0\0\0{"document":"{}","shapes":[[1,2,3]]}   ',
    ],
    ids=["none", "short", "beyond", "broken", "huge", "without-pixels"],
)
def test_what_a_captured_decoder_answers_is_held_against_the_limits(told, sound, answer):
    with pytest.raises(BadInput, match=r"garbage\.bin"):
        told("garbage", answer.hex())

    check_next_is_read(sound)


def test_the_watch_folder_puts_such_a_file_aside_and_goes_on(captured, tmp_path, sound):
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "a.bin").write_bytes(MAGIC + b"crash ")
    shutil.copy(sound, watched / "b.png")
    errors = []
    with closing(Spool(tmp_path / "spool")) as spool:
        watch = FolderWatch(watched, spool, "CNSHA-03", errors.append)
        watch.look()
        watch.look()

    assert [path.name for path in (tmp_path / "rejected").iterdir() if path.suffix == ".bin"] == ["a.bin"]
    assert "died" in (tmp_path / "rejected" / "a.bin.txt").read_text()
    assert (tmp_path / "done" / "b.png").exists()
    assert len(errors) == 1


def test_a_decoding_process_that_was_killed_is_started_again(captured, sound):
    check_next_is_read(sound)
    captured._program.kill()
    captured._program.wait()

    check_next_is_read(sound)


class Interrupted:
    """A connection on which the wait for an answer is broken off."""

    def __init__(self, control):
        self._control = control

    def recv(self, count):
        raise KeyboardInterrupt

    def __getattr__(self, name):
        return getattr(self._control, name)


def test_whoever_asks_after_a_wait_that_was_broken_off_is_given_no_other_answer(captured, told, sound):
    check_next_is_read(sound)
    captured._control = Interrupted(captured._control)
    with pytest.raises(KeyboardInterrupt):
        told("end")

    check_next_is_read(sound)


def test_many_threads_may_ask(captured, tmp_path):
    paths = []
    for columns in range(40, 48):
        paths.append(tmp_path / f"{columns}.png")
        write_scan(scan_image((columns,)), paths[-1])
    found = {}
    threads = [
        threading.Thread(target=lambda path=path: found.update({path: apart.read_scan_apart(path)})) for path in paths
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {path: image.views[0].shape[-1] for path, image in found.items()} == {p: int(p.stem) for p in paths}
