"""Decisions that the hub has not confirmed survive the end of the program."""

import errno
import os
import stat

import pytest

from scanview.core.errors import Unavailable
from scanview.session.undelivered import Undelivered
from tests.unit.session.session_fakes import hold


def test_what_was_kept_is_there_after_a_start_in_the_order_it_was_made(tmp_path):
    before = Undelivered(tmp_path / "decisions")
    made = [hold(number=number, decision=9 - number) for number in range(1, 4)]
    for decision in made:
        before.keep("zhang", decision)

    assert Undelivered(tmp_path / "decisions").of("zhang") == tuple(made)


def test_only_whoever_decided_sends_again(tmp_path):
    kept = Undelivered(tmp_path)
    kept.keep("zhang", hold())

    assert kept.of("li") == ()


def test_what_is_dropped_never_comes_back(tmp_path):
    kept = Undelivered(tmp_path)
    kept.keep("zhang", hold())
    kept.drop(hold().decision)
    kept.drop(hold().decision)

    assert kept.of("zhang") == ()
    assert Undelivered(tmp_path).of("zhang") == ()


def test_keeping_twice_is_keeping_once(tmp_path):
    kept = Undelivered(tmp_path)
    kept.keep("zhang", hold())
    kept.keep("zhang", hold())

    assert kept.of("zhang") == (hold(),)


def test_a_later_decision_is_numbered_after_those_of_the_last_run(tmp_path):
    Undelivered(tmp_path).keep("zhang", hold(decision=9))
    again = Undelivered(tmp_path)
    again.keep("zhang", hold(number=2, decision=1))

    assert [decision.scan for decision in again.of("zhang")] == [hold(1).scan, hold(2).scan]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"number":1}', b"\xff\xfe"])
def test_a_file_that_holds_no_decision_is_put_aside_for_a_person(tmp_path, content):
    (tmp_path / "broken.json").write_bytes(content)

    assert Undelivered(tmp_path).of("zhang") == ()
    assert (tmp_path / "broken.unreadable").read_bytes() == content


def test_a_file_that_breaks_a_rule_of_decisions_is_put_aside_too(tmp_path):
    kept = Undelivered(tmp_path)
    kept.keep("zhang", hold())
    path = next(tmp_path.glob("*.json"))
    path.write_bytes(path.read_bytes().replace(b'"reason":"too-dense"', b'"reason":null'))

    assert Undelivered(tmp_path).of("zhang") == ()


def test_a_disk_that_refuses_is_said_and_nothing_counts_as_kept(tmp_path):
    kept = Undelivered(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(Unavailable) as refused:
        kept.keep("zhang", hold())

    assert refused.value.code == "no-disk"
    assert kept.of("zhang") == ()


def test_nobody_else_on_the_machine_can_read_what_was_decided(tmp_path):
    kept = Undelivered(tmp_path / "decisions")
    kept.keep("zhang", hold())
    file = next((tmp_path / "decisions").glob("*.json"))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "decisions").stat().st_mode) == 0o700


def test_what_could_not_be_made_durable_does_not_come_back_with_the_next_start(tmp_path, monkeypatch):
    kept = Undelivered(tmp_path)
    real = os.fsync

    def fail_for_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    with pytest.raises(Unavailable):
        kept.keep("zhang", hold())

    assert Undelivered(tmp_path).of("zhang") == ()


def test_what_was_answered_is_forgotten_for_good(tmp_path, monkeypatch):
    kept = Undelivered(tmp_path)
    decision = hold()
    kept.keep("zhang", decision)
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.listdir(tmp_path)))

    kept.drop(decision.decision)

    assert synced == [[]]
