"""What a canvas shows is what its look gives again: every tool, every way of looking, screens of every density."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scanview.core.recipe import Tool
from scanview.core.scan import View
from scanview.imaging.replay import fingerprint, replayed
from scanview.ui.viewer import canvas as viewer
from scanview.ui.viewer.looks import looks_of
from tests.golden.wedges import wedge_pyramid
from tests.ui.two_views import open_two_views
from tests.ui.ui_fakes import WindowRoom
from tests.ui.viewer_hands import canvas_on_screen, shown

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("ratio", ["1", "1.5", "2"])
def test_the_screen_is_what_its_look_gives_again(ratio: str):
    environment = {**os.environ, "QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ui.look_process"], env=environment, cwd=ROOT, capture_output=True, check=True
    )

    told = json.loads(ran.stdout)
    assert told["ratio"] == float(ratio)
    assert told["pictures"] > 5 * len(Tool)
    assert told["other"] == []


def test_a_look_is_what_was_painted_last(qtbot: QtBot):
    canvas = canvas_on_screen(qtbot)
    shown(canvas)
    (before,) = looks_of((canvas,))

    canvas.set_recipe(canvas.recipe.toggled(Tool.INVERSE))
    assert looks_of((canvas,)) == (before,), "nobody has seen the other picture yet"
    shown(canvas)
    (after,) = looks_of((canvas,))

    assert after.recipe == canvas.recipe
    assert after.columns == canvas.pyramid.columns


def test_a_look_of_fewer_columns_than_there_are_by_now_names_no_picture(qtbot: QtBot):
    canvas = canvas_on_screen(qtbot)
    shown(canvas)
    canvas.seen = replace(canvas.seen, columns=canvas.seen.columns - 1)
    (look,) = looks_of((canvas,))
    assert look.picture_sha256 == ""


def test_what_is_not_on_the_screen_was_not_seen(qtbot: QtBot):
    canvas = canvas_on_screen(qtbot)
    shown(canvas)
    canvas.set_scan(wedge_pyramid())
    assert looks_of((canvas,)) == ()

    shown(canvas)
    canvas.hide()
    assert looks_of((canvas,)) == ()


def test_a_decision_keeps_what_was_on_the_screen(qtbot: QtBot):
    room = WindowRoom(qtbot).sit_down().open()
    room.window.canvas.flip()
    room.window.canvas.grab()

    room.window.commands.give("release")

    ((decision,),) = room.session.asked("decide")
    (look,) = decision.looks
    assert look.mirrored_x
    assert look.columns == 256
    assert look.recipe == decision.recipe == room.window.canvas.recipe


def test_each_view_on_the_screen_has_its_look_and_one_that_is_hidden_has_none(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(viewer, "paint_scale_bar", lambda *_: None)  # what lies over the picture is no part of it
    room = open_two_views(WindowRoom(qtbot).sit_down())
    window, pyramids = room.window, {pyramid.header.view: pyramid for pyramid in room.desk.reviewing.pyramids}
    for id in ("tool-colour", "flip", "zoom-in"):
        window.commands.give(id)
    window.panes.set_overlays_hidden(True)
    QApplication.processEvents()
    pictures = {canvas.pyramid.header.view: shown(canvas) for canvas in window.panes.shown}

    looks = window.looks()

    assert [look.view for look in looks] == list(pictures) == [View.SIDE, View.TOP]
    for look in looks:
        again = replayed(pyramids[look.view], look)
        assert np.array_equal(again[..., 2::-1], pictures[look.view])
        assert fingerprint(again) == look.picture_sha256
    window.commands.give("views")
    QApplication.processEvents()
    window.panes.active.grab()
    assert [look.view for look in window.looks()] == [View.SIDE]
