"""What the machine says of a whole scan, on the desk."""

from dataclasses import replace

import pytest

from scanview.core.review import Doubt, ModelFailure
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


def test_a_model_that_could_not_look_is_warned_of_by_name_as_plain_text(room):
    failed = ModelFailure(model="weld 1.2", why="<b>nobody</b> has signed it")
    room.open(recognition=replace(RECOGNITION, failures=(failed,), release_doubts=(Doubt.MODEL_FAILED,)))
    said = shown(room)
    assert said[0] == "▲ weld 1.2 could not look at this scan: <b>nobody</b> has signed it"
    assert "a model could not look" in said[-1]


def test_a_finding_names_its_model(room):
    findings = tuple(replace(finding, model="weld 1.2") for finding in RECOGNITION.findings)
    room.open(recognition=replace(RECOGNITION, findings=findings))
    assert "seen by weld 1.2" in room.window.findings._findings.accessibleName()


def test_the_names_of_many_models_do_not_make_the_column_wider_than_it_is(room):
    together = "scanview-detector-0.3.0 + weld 1.2 + darkest-square 1 (3fa9c1d2)"
    room.open(recognition=replace(RECOGNITION, model=together))
    panel = room.window.findings
    assert panel.widget().minimumSizeHint().width() <= panel.viewport().width()
