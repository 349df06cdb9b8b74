"""Log lines: readable by people and machines, and impossible to forge."""

import json
import logging
from collections.abc import Iterator

import pytest

from scanview import log


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    logger = logging.getLogger("scanview")
    before = (logger.handlers, logger.level, logger.propagate)
    yield
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def test_a_line_names_the_scan(capsys: pytest.CaptureFixture[str]) -> None:
    log.start()
    logging.getLogger("scanview.ingest").info("stored", extra={"scan": "ab" * 16})

    assert f"scanview.ingest: stored [{'ab' * 16}]" in capsys.readouterr().err


def test_text_from_outside_cannot_make_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    log.start()
    logging.getLogger("scanview.ingest").warning("container %s", "CSQU\n2026 INFO released\x1b[2J")

    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert "\x1b" not in written


def test_json_lines_carry_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    log.start(as_json=True)
    logging.getLogger("scanview.hub").error("disk full", extra={"scan": "cd" * 16})

    record = json.loads(capsys.readouterr().err)
    assert record["level"] == "ERROR"
    assert record["message"] == "disk full"
    assert record["scan"] == "cd" * 16


def test_the_last_lines_are_remembered() -> None:
    log.start()
    logging.getLogger("scanview.hub").info("one to remember")

    assert "one to remember" in log.recent()[-1]


FORGED = "2026-11-24 00:00:00,000 INFO    scanview.hub: released"
HOSTILE = [
    "\n",
    "\r",
    "\v",
    "\x85",
    "\u2028",
    "\u2029",
    "\x1b[1A",
    "\x9b",
    "\u202e",
    "\u2066",
    "\0",
    "\ud800",
    "\u200b",
]


@pytest.mark.parametrize("mark", HOSTILE, ids=lambda mark: mark.encode("unicode_escape").decode())
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_no_character_makes_a_line_or_turns_one(capsys: pytest.CaptureFixture[str], mark: str, as_json: bool) -> None:
    log.start(as_json=as_json)
    logging.getLogger("scanview.ingest").warning("container %s", f"CSQU{mark}{FORGED}", extra={"scan": f"x{mark}y"})

    written = capsys.readouterr().err
    assert mark not in written.removesuffix("\n")
    assert len(written.splitlines()) == 1
    assert mark not in log.recent()[-1]


@pytest.mark.parametrize("mark", HOSTILE, ids=lambda mark: mark.encode("unicode_escape").decode())
def test_the_story_of_an_error_cannot_pass_for_a_record(capsys: pytest.CaptureFixture[str], mark: str) -> None:
    log.start()
    try:
        raise ValueError(f"a file called x{mark}{FORGED}")
    except ValueError:
        logging.getLogger("scanview.ingest").exception("it cannot be read")

    first, *story = capsys.readouterr().err.splitlines()
    assert first.endswith("scanview.ingest: it cannot be read")
    assert all(line.startswith("    | ") for line in story)
    assert any(FORGED in line for line in story)


def test_the_story_of_an_error_in_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.start(as_json=True)
    try:
        raise ValueError("x\u2028y\u202e")
    except ValueError:
        logging.getLogger("scanview.hub").exception("failed")

    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert r"x\u2028y\u202e" in json.loads(written)["exception"]


def test_what_a_command_says_moves_no_terminal() -> None:
    assert log.printable("a\x1b[2J\x9b\nb\u202e钢") == "a\\x1b[2J\\x9b\nb\\u202e钢"
