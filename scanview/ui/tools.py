"""What the tool keys do to a recipe, without Qt."""

import math

from scanview.core.recipe import TOOLS, Parameter, Preset, Recipe, Tool
from scanview.core.scan import ViewHeader
from scanview.imaging.tone import default_recipe
from scanview.ui.viewer.gestures import windowed

_LIFTING_GAMMA = 0.5
_KEY_STEP = 0.05
_GEOMETRIC = 40.0
"""A range whose ends differ by more than so many times is gone through in equal ratios."""

_TOGETHER = {Tool.SAFE_COLOURS: Tool.COLOUR}
"""A tool that shows nothing without another one brings that along."""


def toggled(recipe: Recipe, tool: Tool, view: ViewHeader) -> Recipe:
    """`tool` switched off if it was on; on with the values this view is first shown with, or useful ones."""
    if recipe.has(tool):
        return _without_followers(recipe.without(tool), tool)
    needed = _TOGETHER.get(tool)
    if needed is not None and not recipe.has(needed):
        recipe = toggled(recipe, needed, view)
    first = default_recipe(view).step(tool)
    if first is not None:
        return recipe.with_step(tool, *first.values)
    if tool is Tool.GAMMA:
        return recipe.with_step(tool, _LIFTING_GAMMA)
    return recipe.toggled(tool)


def preset_toggled(recipe: Recipe, preset: Preset, view: ViewHeader) -> Recipe:
    """The window of `preset`, or, where it is that already, the one the view is first shown with."""
    first = default_recipe(view).step(Tool.WINDOW)
    if recipe.shows(preset) and first is not None:
        return recipe.with_step(Tool.WINDOW, *first.values)
    return recipe.with_preset(preset, calibrated=bool(view.calibrations))


def window_stepped(recipe: Recipe, *, wider: int = 0, brighter: int = 0) -> Recipe:
    """The window of greys one press of a key wider or narrower (-1), its level towards lighter cargo or denser (-1)."""
    return windowed(recipe, _KEY_STEP * wider, -_KEY_STEP * brighter, fine=False)


def tool_in_hand(before: Recipe, after: Recipe, held: Tool) -> Tool:
    """Whose values the keys and the sliders set: the tool switched on last, as long as it is on, else the window."""
    added = [step.tool for step in after.steps if TOOLS[step.tool] and not before.has(step.tool)]
    if added:
        return added[-1]
    return held if after.has(held) else Tool.WINDOW


def share_of(parameter: Parameter, value: float) -> float:
    """Where `value` lies in its range, from 0 to 1."""
    if _is_geometric(parameter):
        return math.log(value / parameter.low) / math.log(parameter.high / parameter.low)
    return (value - parameter.low) / (parameter.high - parameter.low)


def value_at(parameter: Parameter, share: float) -> float:
    """The value that lies at `share` of the range, three digits of it."""
    share = min(max(share, 0.0), 1.0)
    if _is_geometric(parameter):
        value = parameter.low * (parameter.high / parameter.low) ** share
    else:
        value = parameter.low + share * (parameter.high - parameter.low)
    return min(max(float(f"{value:.3g}"), parameter.low), parameter.high)


def with_value(recipe: Recipe, tool: Tool, index: int, value: float) -> Recipe:
    """The same recipe with one value of `tool` changed; the same where it does not use the tool."""
    step = recipe.step(tool)
    if step is None:
        return recipe
    return recipe.with_step(tool, *step.values[:index], value, *step.values[index + 1 :])


def stepped(recipe: Recipe, tool: Tool, by: int) -> Recipe:
    """The last value of `tool`, which says how much of it, one press of a key more or less (-1)."""
    step = recipe.step(tool)
    if step is None or not step.values:
        return recipe
    index = len(step.values) - 1
    parameter = TOOLS[tool][index]
    share = share_of(parameter, step.values[index]) + _KEY_STEP * by
    return with_value(recipe, tool, index, value_at(parameter, share))


def _is_geometric(parameter: Parameter) -> bool:
    return parameter.low > 0 and parameter.high / parameter.low > _GEOMETRIC


def _without_followers(recipe: Recipe, gone: Tool) -> Recipe:
    for follower, needed in _TOGETHER.items():
        if needed is gone:
            recipe = recipe.without(follower)
    return recipe
