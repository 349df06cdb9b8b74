"""Recipes hold each tool once, within its ranges, in the order it was put in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.recipe import PRESETS, TOOLS, Preset, Recipe, Step, Tool

steps = st.sampled_from(Tool).flatmap(
    lambda tool: st.tuples(*(st.floats(parameter.low, parameter.high) for parameter in TOOLS[tool])).map(
        lambda values: Step(tool=tool, values=values)
    )
)
recipes = st.lists(steps, max_size=5, unique_by=lambda step: step.tool).map(lambda made: Recipe(steps=tuple(made)))


@given(recipes, steps)
def test_setting_a_tool_leaves_the_others_and_the_order(recipe, step):
    changed = recipe.with_step(step.tool, *step.values)
    assert changed.step(step.tool) == step
    assert changed.without(step.tool) == recipe.without(step.tool)
    order = [old.tool for old in recipe.steps]
    assert [new.tool for new in changed.steps] == (order if recipe.has(step.tool) else [*order, step.tool])


@given(recipes, st.sampled_from(Tool))
def test_toggling_twice_switches_nothing(recipe, tool):
    once = recipe.toggled(tool)
    assert once.has(tool) is not recipe.has(tool)
    assert once.toggled(tool).has(tool) is recipe.has(tool)
    assert once.toggled(tool).without(tool) == recipe.without(tool)


@pytest.mark.parametrize("tool", list(Tool))
def test_defaults_are_in_range_and_what_is_not_is_refused(tool):
    defaults = tuple(parameter.default for parameter in TOOLS[tool])
    assert Recipe().toggled(tool).step(tool).values == defaults
    for number, parameter in enumerate(TOOLS[tool]):
        for wrong in (parameter.low - 0.001, parameter.high + 0.001, math.nan, math.inf):
            values = (*defaults[:number], wrong, *defaults[number + 1 :])
            with pytest.raises(BadInput):
                Step(tool=tool, values=values)
    with pytest.raises(BadInput):
        Step(tool=tool, values=(*defaults, 0.5))


def test_a_tool_is_named_once():
    step = Step(tool=Tool.INVERSE)
    with pytest.raises(BadInput):
        Recipe(steps=(step, step))


@given(recipes, st.sampled_from(Preset))
def test_a_preset_is_a_window_and_nothing_else(recipe, preset):
    chosen = recipe.with_preset(preset)
    assert chosen == recipe.with_step(Tool.WINDOW, *PRESETS[preset])
    assert [other for other in Preset if chosen.shows(other)] == [preset]
    assert not chosen.without(Tool.WINDOW).shows(preset)
