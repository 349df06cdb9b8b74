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
