"""Marks that are not decided yet: a client that is killed has lost none of them when it is started again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanview.core.mark import MarkCategory
from scanview.ui.marking.outline import Outline
from tests.flow.client_room import ClientRoom, Truck
from tests.flow.desk_process import BENT, CATEGORY, NOTE, OUTLINES
from tests.flow.hub_network import PASSWORD, HubProcess


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(tmp_path / "hub" / "runtime"))
    started = HubProcess(tmp_path / "hub", recognition_deadline_s=0.0, lease_s=30.0).start()
    started.add_person("zhang")
    yield started
    started.stop()


def mark_and_die(hub, folder, name="zhang"):
    """A client in its own process marks a scan and is killed; the scan's id."""
    folder.mkdir(mode=0o700)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.flow.desk_process", str(folder), hub.endpoint, name, PASSWORD],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        return json.loads(process.stdout.readline())["scan"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_client_shows_its_marks_again_until_the_scan_is_decided(qtbot, hub, port, tmp_path):
    trucks = tmp_path / "trucks"
    trucks.mkdir()
    Truck(trucks, 1).send(port)
    scan = mark_and_die(hub, tmp_path / "desk")
    kept = tmp_path / "desk" / "marks" / f"{scan}.json"
    assert kept.is_file()

    room = ClientRoom(qtbot, hub, tmp_path / "desk")
    try:
        room.sign_in("zhang", PASSWORD)
        room.until(lambda: scan in room.desk.rows)
        room.desk.take(scan)
        room.until(lambda: room.is_whole() and len(room.review.marks) == len(OUTLINES))
        assert [Outline.of(mark) for mark in room.review.marks] == [OUTLINES[0], BENT, OUTLINES[2]]
        assert [mark.category for mark in room.review.marks] == [MarkCategory.NONE, MarkCategory.NONE, CATEGORY]
        assert [mark.text for mark in room.review.marks] == ["", "", NOTE]
        overlays = room.window.canvas.overlays
        assert [overlay.label for overlay in overlays] == ["Mark 1", "Mark 2", "Mark 3 · Hidden space"]
        assert [overlay.points for overlay in overlays] == [(), BENT.points, OUTLINES[2].points]

        room.give("hold")
        room.give("confirm")
        room.until(lambda: room.desk.decided_here == 1)
        room.until(lambda: not kept.exists())
    finally:
        room.stop()
