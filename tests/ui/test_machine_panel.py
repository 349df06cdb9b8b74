"""What the machine says of a whole scan, on the desk."""

from dataclasses import replace

import pytest

from scanview.core.review import Doubt
from scanview.ui.parts import Label
from scanview.ui.text import Language
from tests.ui.ui_fakes import RECOGNITION, WindowRoom

STRANGE = replace(
    RECOGNITION,
    cargo=(("tyres", 0.9),),
    cargo_sure=True,
    novelty=2.5,
    release_doubts=(Doubt.NOVEL, "<b>bold</b>"),
)


def shown(room):
    machine = room.window.findings.machine
    parts = (machine.warnings, machine)
    return [label.text() for part in parts for label in part.findChildren(Label) if not label.isHidden()]


@pytest.fixture
def room(qtbot):
    return WindowRoom(qtbot).sit_down()


def test_a_scan_that_is_unlike_others_is_warned_of_above_the_findings(room):
    room.open(recognition=STRANGE)
    said = shown(room)
    assert said[0].startswith("▲ Unlike the scans the model was tried on (2.5 times")
    assert "Looks like tyres 90 %" in said
    assert "<b>bold</b>" in said[-1]
    panel = room.window.findings
    assert panel.machine.warnings.y() < panel.filter.y() < panel.machine.y()


def test_it_follows_the_language(room):
    room.open(recognition=STRANGE)
    room.words.switch(Language.ZH)
    room.window.refresh()
    assert any("轮胎" in text for text in shown(room))


def test_why_a_scan_was_not_recognised_is_told(room):
    room.open(recognition=None, not_recognised="the picture stands on its head: the ground is above")
    assert shown(room) == ["Why: the picture stands on its head: the ground is above"]
