"""What the tool keys do to a recipe, without Qt."""

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import ViewHeader
from scanview.imaging.tone import default_recipe
from scanview.ui.viewer.gestures import windowed

_LIFTING_GAMMA = 0.5
_KEY_STEP = 0.05


def toggled(recipe: Recipe, tool: Tool, view: ViewHeader) -> Recipe:
    """`tool` switched off if it was on; on with the values this view is first shown with, or useful ones."""
    if recipe.has(tool):
        return recipe.without(tool)
    first = default_recipe(view).step(tool)
    if first is not None:
        return recipe.with_step(tool, *first.values)
    if tool is Tool.GAMMA:
        return recipe.with_step(tool, _LIFTING_GAMMA)
    return recipe.toggled(tool)


def window_stepped(recipe: Recipe, *, wider: int = 0, brighter: int = 0) -> Recipe:
    """The window of greys one press of a key wider or narrower (-1), its level towards lighter cargo or denser (-1)."""
    return windowed(recipe, _KEY_STEP * wider, -_KEY_STEP * brighter, fine=False)
