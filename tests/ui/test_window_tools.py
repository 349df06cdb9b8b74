"""Tools, findings and marks in the whole window, by keys and buttons."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider

from scanview.core.errors import Unavailable
from scanview.core.mark import Mark, MarkShape
from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import Box, Channel
from scanview.session.drafts import Draft
from scanview.ui.entry_list import EntryList
from scanview.ui.marking.outline import Outline
from scanview.ui.parts import Button
from tests.ui.ui_fakes import press, texts
from tests.unit.session.session_fakes import scan_id


def test_tools_are_switched_by_keys_and_shown_on_their_buttons(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_2, Qt.Key.Key_I)
    recipe = room.window.canvas.recipe
    assert recipe.has(Tool.COLOUR)
    assert recipe.has(Tool.INVERSE)
    assert room.desk.reviewing.review.recipe == recipe, "it goes with the decision"
    press(room, Qt.Key.Key_0)
    assert not room.window.canvas.recipe.has(Tool.INVERSE)


@pytest.mark.parametrize("tool", Tool)
def test_every_tool_has_a_button_that_shows_whether_it_is_on(room, qtbot, tool):
    room.sit_down().open(1)
    button = next(
        b for b in room.window.tool_row.findChildren(Button) if b.accessibleName() == room.words(f"command.tool-{tool}")
    )
    before = room.window.canvas.recipe.has(tool)
    assert button.isEnabled()
    assert button.isChecked() == before
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    room.window.refresh()

    assert room.window.canvas.recipe.has(tool) != before
    assert button.isChecked() != before


def test_the_tool_in_hand_is_set_by_keys_and_slider(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_5)
    before = room.window.canvas.recipe.step(Tool.EDGE).values
    assert {"size 10 mm", "gain 1.5"} <= set(texts(room))
    press(room, Qt.Key.Key_Period)
    after = room.window.canvas.recipe.step(Tool.EDGE).values
    assert (after[0], after[1] > before[1]) == (before[0], True)

    slider = room.window.tool_row.findChildren(QSlider)[0]
    slider.setValue(slider.maximum())
    room.window.refresh()
    assert room.window.canvas.recipe.step(Tool.EDGE).values[0] == 100
    assert "size 100 mm" in texts(room)
    assert room.desk.reviewing.review.recipe == room.window.canvas.recipe


def test_keys_in_quick_succession_set_the_tool_just_switched_on(room):
    room.sit_down().open(1)
    window = room.window.canvas.recipe.step(Tool.WINDOW)
    QTest.keyClick(room.window, Qt.Key.Key_9)
    QTest.keyClick(room.window, Qt.Key.Key_Period)
    assert room.window.canvas.recipe.step(Tool.PEEL).values[0] > 4
    assert room.window.canvas.recipe.step(Tool.WINDOW) == window

    room.open(2)
    assert room.window.tool_row.in_hand is Tool.WINDOW


def test_the_loupe_is_held_and_the_picture_is_flipped_by_a_key(room):
    room.sit_down().open(1)
    QTest.keyPress(room.window, Qt.Key.Key_Z)
    assert room.window.canvas.loupe_shown
    QTest.keyRelease(room.window, Qt.Key.Key_Z)
    assert not room.window.canvas.loupe_shown
    QTest.keyPress(room.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not room.window.canvas.loupe_shown, "that is undo"

    press(room, Qt.Key.Key_X)
    assert room.window.canvas.viewport.mirrored_x


def test_a_mark_is_made_listed_and_removed(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_M)
    assert room.window.marking.shape is MarkShape.BOX
    press(room, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert room.window.marking.shape is None, "one mark, and the hand is free again"
    assert [overlay.label for overlay in room.window.canvas.overlays][-1] == "Mark 1"
    press(room, Qt.Key.Key_Backspace)
    assert len(room.window.canvas.overlays) == 2


def test_findings_are_answered_by_one_key_each(room):
    room.sit_down().open(1)
    press(room, Qt.Key.Key_Space, Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_D)
    said = room.desk.reviewing.review.said
    assert [mark.answers for mark in said.marks] == ["f-high"]
    assert said.dismissed == ("f-low",)
    assert [overlay.label for overlay in room.window.canvas.overlays] == ["✓ Weapon", "✕ Cigarettes", "Mark 1"]

    QTest.keyClick(room.window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    room.window.refresh()
    assert [overlay.label for overlay in room.window.canvas.overlays] == ["✓ Weapon", "Mark 1"]
    assert "1 dismissed, hidden" in texts(room)

    for _ in range(2):
        QTest.keyClick(room.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert room.desk.reviewing.review.said.marks == ()
    QTest.keyClick(room.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(room.desk.reviewing.review.said.marks) == 1


def test_arrows_move_a_chosen_mark_and_otherwise_the_look(room):
    room.sit_down().open(1)
    room.desk.reviewing.add_mark(Outline.around(Box(x0=20, y0=10, x1=50, y1=30)))
    press(room, Qt.Key.Key_Right)
    QTest.keyClick(room.window, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert room.desk.reviewing.review.marks[0].box.corners == (28, 9, 58, 29)

    room.window.canvas.flip()
    press(room, Qt.Key.Key_Right)
    assert room.desk.reviewing.review.marks[0].box.x0 == 20, "to the right on the screen"
    press(room, Qt.Key.Key_Escape, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    before = room.window.canvas.viewport
    press(room, Qt.Key.Key_Down)
    assert room.desk.reviewing.review.marks[0].box.x0 == 20
    assert room.window.canvas.viewport != before


def test_a_note_on_a_mark_takes_every_letter_and_is_kept_with_each(room, qtbot):
    room.sit_down().open(1)
    room.desk.reviewing.add_mark(Outline.around(Box(x0=20, y0=10, x1=50, y1=30)))
    press(room, Qt.Key.Key_Escape, Qt.Key.Key_T)
    note = room.window.findings.marks.note
    assert note.isVisible()
    qtbot.keyClicks(note, "gun m3 ")
    assert room.session.asked("keep_draft")[-1][0].marks[0].text == "gun m3"
    room.window.refresh()
    assert note.text() == "gun m3 ", "what is being written stays as it is"
    qtbot.keyClick(note, Qt.Key.Key_Return)
    assert not note.hasFocus()
    assert "Mark 1 · gun m3" in room.window.findings.findChildren(EntryList)[1].accessibleName()
    assert room.session.asked("take") == [], "the key that leaves the line gives no command"

    room.desk.reviewing.undo()
    assert room.desk.reviewing.review.marks[0].text == "", "the note is one change"


def test_marks_that_cannot_be_kept_are_said(room):
    room.sit_down().open(1)
    room.desk.reviewing.add_mark(Outline.around(Box(x0=20, y0=10, x1=50, y1=30)))
    room.session.last("keep_draft").set_exception(Unavailable("full", code="marks-not-kept"))
    room.window.refresh()

    assert "▲  Marks could not be kept on this workstation" in texts(room)


def test_marks_of_a_client_that_crashed_are_there_again(room):
    room.sit_down().open(1)
    old = Mark(mark=scan_id(9), box=Box(x0=20, y0=10, x1=50, y1=30), text="old")
    room.session.last("draft").set_result(Draft(scan=scan_id(1), marks=(old,), dismissed=("f-low",)))

    assert room.desk.reviewing.review.marks == (old,)
    assert room.session.asked("keep_draft")[-1][0].dismissed == ("f-low",)


def test_what_needs_two_energies_cannot_be_used_on_a_grey_picture(room):
    room.sit_down().open(1)
    row = room.window.tool_row
    grey = replace(room.window.canvas.pyramid.header, channels=(Channel.GREY,), calibrations=(), energies_mv=())

    row.show_recipe(Recipe(), grey)

    usable = {button.accessibleName() for button in row.findChildren(Button) if button.isEnabled()}
    said = {tool: room.words(f"command.tool-{tool}") for tool in Tool}
    two_energies = (Tool.COLOUR, Tool.SAFE_COLOURS, Tool.ORGANIC, Tool.METAL)
    assert not usable & {said[tool] for tool in two_energies}
    assert {said[Tool.WINDOW], said[Tool.INVERSE], said[Tool.EDGE]} <= usable
