"""A decision tells what was seen: drawn again in another process, years later say, from the hub's folder alone."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage

from scanview.core.review import Verdict
from scanview.ui.actions import Mode
from scanview.ui.viewer import canvas as viewer
from tests.flow.client_room import ClientRoom, Truck
from tests.flow.hub_network import PASSWORD

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub(client_hub):
    return client_hub


@pytest.fixture
def room(qtbot, hub, tmp_path, monkeypatch):
    monkeypatch.setattr(viewer, "paint_scale_bar", lambda *_: None)  # what lies over the picture is no part of it
    opened = ClientRoom(qtbot, hub, tmp_path / "desk", open_next=False)
    yield opened
    opened.stop()


@pytest.fixture
def truck(tmp_path):
    folder = tmp_path / "trucks"
    folder.mkdir()
    return Truck(folder, 1)


def on_screen(room):
    """The canvas as it is painted now: blue, green, red."""
    image = room.window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., :3].copy()


def drawn_again(hub, scan, out, *options):
    """What `scanview ledger picture` leaves, in another process and with no hub there."""
    command = [sys.executable, "-m", "scanview", "ledger", "picture", scan, "--data", str(hub.data), "--json"]
    ran = subprocess.run([*command, "--out", str(out), *options], cwd=ROOT, capture_output=True, check=True, text=True)
    assert json.loads(ran.stdout) == {"picture": str(out), "as_seen": True}
    return cv2.imread(str(out))


def test_an_auditor_sees_what_the_analyst_saw(room, hub, port, truck, tmp_path):
    truck.send(port)
    room.sign_in("zhang", PASSWORD)
    room.give("take-next")
    room.until(room.is_whole)
    for id in ("tool-colour", "tool-local", "tool-denoise", "flip", "zoom-in", "zoom-in", "pan-left", "nudge-down"):
        room.give(id)
    room.give("release")
    room.until(lambda: room.desk.mode is Mode.CONFIRMING)
    seen = on_screen(room)
    room.give("confirm")
    room.until(lambda: room.desk.decided_here == 1)
    assert hub.stop() == 0

    again = drawn_again(hub, truck.scan, tmp_path / "seen.png")

    assert again.shape == seen.shape
    assert np.array_equal(again, seen)
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 100, "there is something to see"
    assert hub.verify().problems == ()


def test_of_a_scan_that_still_arrived_only_the_columns_that_were_there(room, hub, port, truck, tmp_path):
    room.sign_in("zhang", PASSWORD)
    port.offer(truck.header)
    port.send_strips(truck.scan, truck.records[:3])
    room.until(lambda: truck.scan in room.desk.rows)
    room.desk.take(truck.scan)
    room.until(lambda: room.review is not None and room.review.columns == 384)
    room.give("tool-super")
    seen = on_screen(room)
    room.give("hold")
    room.give("reason-3")
    room.give("confirm")
    room.until(lambda: room.desk.decided_here == 1)
    port.send_strips(truck.scan, truck.records[3:], first=3)
    truck.end(port)
    assert hub.stop() == 0

    (entry,) = [entry for entry in hub.entries() if entry["kind"] == "decided"]
    (look,) = entry["body"]["decision"]["looks"]
    assert (look["columns"], entry["body"]["decision"]["verdict"]) == (384, Verdict.HOLD)
    assert np.array_equal(drawn_again(hub, truck.scan, tmp_path / "seen.png"), seen)
