"""How well people find things, on the command line: a line for each, or JSON."""

import json

import pytest

from scanview.cli import main
from scanview.core.review import Verdict
from scanview.core.scan import Box
from scanview.core.virtual import Truth
from tests.unit.review.room import ANALYST, Room, hold, release

THREAT = Truth(label="weapon", places=(Box(x0=20, y0=20, x1=60, y1=50),))


@pytest.fixture
def data(tmp_path):
    room = Room(tmp_path)
    for truth, verdict in ((THREAT, Verdict.HOLD), (THREAT, Verdict.RELEASE), (Truth(), Verdict.RELEASE)):
        scan = room.stored_scan(truth=truth)
        room.recognise(scan)
        fence = room.take(scan).fence
        room.decide(hold(scan, fence) if verdict is Verdict.HOLD else release(scan, fence))
    room.close()
    return tmp_path


def test_each_person_has_a_line_with_intervals(data, capsys):
    assert main(["report", "--performance", "--data", str(data)]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"{ANALYST.name}: d_a ")
    assert "found 0.50 (0.09 to 0.91) of 2" in line


def test_as_json_every_figure_has_its_interval(data, capsys):
    assert main(["report", "--performance", "--json", "--data", str(data)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["person"], told["threats"], told["clean"]) == (ANALYST.name, 2, 1)
    assert told["hits"]["low"] < told["hits"]["value"] < told["hits"]["high"]


def test_a_time_without_any_says_so(data, capsys):
    assert main(["report", "--performance", "--data", str(data), "--since", "2026-01-01"]) == 0
    assert "nobody" in capsys.readouterr().err
