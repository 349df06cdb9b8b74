"""What is around the window: preferences, names, words for values, and what the tools do."""

import re
from dataclasses import replace

import pytest

from scanview.core.recipe import DISPLAY_PRESETS, TOOLS, Preset, Recipe, Tool
from scanview.core.review import HoldReason, Verdict
from scanview.core.scan import Channel
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.imaging.tone import default_recipe
from scanview.ui import app, preferences
from scanview.ui.fonts import font
from scanview.ui.preferences import Preferences
from scanview.ui.text import Language, speak
from scanview.ui.tools import (
    preset_toggled,
    share_of,
    stepped,
    toggled,
    tool_in_hand,
    value_at,
    window_stepped,
)
from scanview.ui.worded import clock_text, container_text, state_of_row, verdict_line
from tests.unit.session.session_fakes import header, hold, row

VIEW = header().views[0]


def test_the_language_is_remembered(tmp_path):
    preferences.save(tmp_path, Preferences(language=Language.EN))

    assert preferences.load(tmp_path) == Preferences(language=Language.EN)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"language": "tlh"}', '{"language": 3}', "null"])
def test_preferences_that_cannot_be_read_are_the_defaults(tmp_path, content):
    (tmp_path / preferences.FILE).write_text(content)

    assert preferences.load(tmp_path) == Preferences()


def test_a_folder_that_is_gone_costs_only_the_memory(tmp_path):
    preferences.save(tmp_path / "gone", Preferences(language=Language.EN))

    assert preferences.load(tmp_path / "gone") == Preferences()


@pytest.mark.parametrize("host", ["desk-7", "审像台", "a b/c", "", "-x", "x" * 99])
def test_a_workstation_has_a_name_that_can_be_enrolled(monkeypatch, host):
    monkeypatch.setattr(app.platform, "node", lambda: host)

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", app.workstation_name())


def test_the_font_falls_back_through_both_scripts(qapp):
    families = font().families()

    assert families[0] == "Noto Sans CJK SC"
    assert "Noto Sans" in families


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "00:00"), (0, "00:00"), (108.9, "01:48"), (3_599, "59:59"), (7_510, "2:05:10")]
)
def test_spans_of_time(seconds, text):
    assert clock_text(seconds) == text


def test_a_container_without_a_number_is_a_dash():
    assert container_text(row(1, container="")) == "—"
    assert container_text(row(1)) == "CSQU 305438 3"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "Waiting"),
        ({"state": WorkState.IN_REVIEW, "analyst": "li"}, "In review · li"),
        ({"complete": False}, "Broken off"),
        ({"verdict": Verdict.HOLD, "delivery": DeliveryState.SENT}, "Held"),
        ({"verdict": Verdict.RELEASE, "delivery": DeliveryState.APPLIED}, "Released · at the gate"),
        ({"verdict": Verdict.HOLD, "delivery": DeliveryState.REFUSED}, "Held · refused by the port"),
    ],
)
def test_states_in_words(changes, text):
    assert speak(Language.EN, state_of_row(row(1, **changes))) == text


def test_the_line_after_a_verdict_names_the_container_and_the_reason():
    assert hold().reason is HoldReason.TOO_DENSE
    assert speak(Language.EN, verdict_line(hold(), row(1))) == "Held CSQU 305438 3: Too dense to see through"
    assert speak(Language.ZH, verdict_line(hold(), None)) == "已布控 00000000：密度过高，无法穿透"


@pytest.mark.parametrize("tool", Tool)
def test_a_tool_switched_twice_is_off_and_on_it_does_something(tool):
    on = toggled(Recipe(), tool, VIEW)

    assert on.has(tool)
    assert not toggled(on, tool, VIEW).has(tool)
    assert toggled(toggled(on, tool, VIEW), tool, VIEW) == on
    if tool is Tool.GAMMA:
        assert on.step(tool).values != (1.0,), "an exponent of one changes nothing"


def test_colours_for_colour_blind_eyes_come_and_go_with_the_colours():
    on = toggled(Recipe(), Tool.SAFE_COLOURS, VIEW)
    assert on.has(Tool.COLOUR)

    assert toggled(on, Tool.COLOUR, VIEW) == Recipe()
    assert toggled(on, Tool.SAFE_COLOURS, VIEW) == Recipe().toggled(Tool.COLOUR)


@pytest.mark.parametrize("preset", Preset)
def test_a_preset_is_a_window_that_goes_back_to_the_first_one(preset):
    first = toggled(Recipe(), Tool.WINDOW, VIEW)
    on = preset_toggled(first, preset, VIEW)

    assert on.shows(preset)
    assert preset_toggled(on, preset, VIEW) == first


@pytest.mark.parametrize("preset", Preset)
def test_a_display_picture_has_presets_of_its_own(preset):
    """A hundredth of air means nothing in a picture that was stretched for the eye: it would be all white."""
    display = replace(VIEW, channels=(Channel.GREY,), calibrations=(), energies_mv=())
    on = preset_toggled(default_recipe(display), preset, display)

    assert on.shows(preset)
    assert on.step(Tool.WINDOW).values == DISPLAY_PRESETS[preset]
    assert preset_toggled(on, preset, display).step(Tool.WINDOW) == default_recipe(display).step(Tool.WINDOW)


PARAMETERS = [(tool, index) for tool, parameters in TOOLS.items() for index in range(len(parameters))]


@pytest.mark.parametrize(("tool", "index"), PARAMETERS)
def test_a_slider_reaches_both_ends_of_its_range_and_nothing_beyond(tool, index):
    parameter = TOOLS[tool][index]

    assert (value_at(parameter, -1), value_at(parameter, 2)) == (parameter.low, parameter.high)
    assert share_of(parameter, parameter.low) == 0
    assert share_of(parameter, parameter.high) == pytest.approx(1)
    for share in (0.1, 0.5, 0.9):
        assert share_of(parameter, value_at(parameter, share)) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("tool", [tool for tool, parameters in TOOLS.items() if parameters])
def test_keys_give_more_and_less_of_a_tool_as_far_as_it_goes(tool):
    start = Recipe().with_step(tool, *(value_at(parameter, 0.5) for parameter in TOOLS[tool]))
    more, less = stepped(start, tool, 1), stepped(start, tool, -1)
    assert less.step(tool).values[-1] < start.step(tool).values[-1] < more.step(tool).values[-1]
    for _ in range(40):
        more = stepped(more, tool, 1)

    assert more.step(tool).values[-1] == TOOLS[tool][-1].high
    assert stepped(Recipe(), tool, 1) == Recipe()


def test_the_tool_in_hand_is_the_one_switched_on_last():
    window = toggled(Recipe(), Tool.WINDOW, VIEW)
    edge = toggled(window, Tool.EDGE, VIEW)
    assert tool_in_hand(window, edge, Tool.WINDOW) is Tool.EDGE
    assert tool_in_hand(edge, toggled(edge, Tool.COLOUR, VIEW), Tool.EDGE) is Tool.EDGE, "colour has no value"
    assert tool_in_hand(edge, window, Tool.EDGE) is Tool.WINDOW


def test_the_window_goes_back_to_what_the_scan_was_first_shown_with():
    first = toggled(Recipe(), Tool.WINDOW, VIEW)

    assert toggled(toggled(first, Tool.WINDOW, VIEW), Tool.WINDOW, VIEW) == first


def test_window_keys_move_centre_and_width():
    start = Recipe().with_step(Tool.WINDOW, 0.5, 0.5)
    centre, width = window_stepped(start, wider=1).step(Tool.WINDOW).values
    assert (centre, width > 0.5) == (0.5, True)

    centre, width = window_stepped(start, brighter=1).step(Tool.WINDOW).values
    assert (centre > 0.5, width) == (True, 0.5)
