"""Fifty random decisions, replayed in the client by an auditor, are the pictures of then to the byte."""

import random

import numpy as np
import pytest
from PySide6.QtGui import QImage

from scanview.core.review import Role, Verdict
from scanview.ui.actions import Mode
from scanview.ui.console.replay.replay import Proof
from scanview.ui.viewer import canvas as viewer
from tests.flow.client_room import ClientRoom, Truck
from tests.flow.hub_network import PASSWORD

DECISIONS = 50
COMMANDS = (
    "tool-colour", "tool-log", "tool-gamma", "tool-edge", "tool-local", "tool-super", "tool-denoise", "tool-inverse",
    "tool-organic", "tool-metal", "preset-high-penetration", "preset-low-penetration", "window-narrower",
    "level-darker", "level-brighter", "flip", "turn", "zoom-in", "zoom-in", "zoom-out", "one-to-one", "pan-left",
    "pan-right", "nudge-down", "nudge-up",
)  # fmt: skip


@pytest.fixture
def hub(client_hub):
    client_hub.add_person("Ada", Role.AUDITOR)
    return client_hub


@pytest.fixture
def room(qtbot, hub, tmp_path, monkeypatch):
    monkeypatch.setattr(viewer, "paint_scale_bar", lambda *_: None)  # what lies over the picture is no part of it
    opened = ClientRoom(qtbot, hub, tmp_path / "desk", open_next=False)
    yield opened
    opened.stop()


def on_screen(room):
    """The canvas as it is painted now: blue, green, red."""
    image = room.window.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., :3].copy()


def judged(room, port, truck, draw):
    """A scan looked at by random commands and decided at random, some while it still arrived; what was seen of it."""
    early = draw.random() < 0.2
    if early:
        port.offer(truck.header)
        port.send_strips(truck.scan, truck.records[:2])
    else:
        truck.send(port)
    room.until(lambda: truck.scan in room.desk.rows)
    room.desk.take(truck.scan)
    room.until(lambda: room.review is not None and (room.review.columns == 256 if early else room.is_whole()))
    for id in draw.sample(COMMANDS, draw.randint(0, 6)):
        room.give(id)
    seen, verdict = on_screen(room), Verdict.HOLD if early or draw.random() < 0.5 else Verdict.RELEASE
    done = room.desk.decided_here
    if verdict is Verdict.RELEASE:
        room.give("release")
        room.until(lambda: room.desk.mode is Mode.CONFIRMING)
    else:
        room.give("hold")
        room.give(f"reason-{draw.randint(1, 5)}")
    room.give("confirm")
    room.until(lambda: room.desk.decided_here == done + 1)
    if early:
        port.send_strips(truck.scan, truck.records[2:], first=2)
        truck.end(port)
    return seen, verdict


def test_fifty_random_decisions_are_replayed_to_the_byte(room, hub, port, tmp_path):
    draw = random.Random(20_261_123)
    folder = tmp_path / "trucks"
    folder.mkdir()
    room.sign_in("zhang", PASSWORD)
    seen = {}
    for number in range(1, DECISIONS + 1):
        truck = Truck(folder, number, columns=draw.randint(300, 900))
        seen[truck.scan] = judged(room, port, truck, draw)
    room.desk.sign_out()
    room.until(lambda: room.desk.person is None)

    room.sign_in("Ada", PASSWORD)
    room.give("console")
    room.desk.console.turn_to("audit")
    room.window.refresh()
    page = room.window.console.front
    page.begin()
    room.until(lambda: page.search.is_complete)
    assert {one.row.scan for one in page.search.found} == set(seen)
    same = 0
    for scan, (pixels, verdict) in seen.items():
        page.open_story(scan)
        room.until(lambda: bool(page.story.entries))
        page.open_replay("")
        room.until(lambda: page.view.replay.shown() is not None)
        shown = page.view.replay.shown()
        assert page.view.replay.seen.decision.verdict is verdict
        assert shown.proof is Proof.SAME
        assert shown.pixels.shape[:2] == pixels.shape[:2]
        same += np.array_equal(shown.pixels[..., :3], pixels)
        assert page.cancel()

    assert same == DECISIONS
    assert len({pixels.tobytes() for pixels, _ in seen.values()}) == DECISIONS, "no two were alike"
    kinds = [entry["kind"] for entry in hub.entries()]
    assert kinds.count("decided") == DECISIONS
    assert kinds.count("leased") == DECISIONS, "a replay takes no lease"
