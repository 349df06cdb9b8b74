"""How the pixels are shown: an ordered list of tool steps that can be stored and rendered again.

A recipe is stored with the decision, so that an auditor sees what the analyst saw. Each step names a tool and its
values in the order and ranges of `TOOLS`.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import BadInput


class Tool(StrEnum):
    """Every tool a recipe can name."""

    WINDOW = "window"
    GAMMA = "gamma"
    LOG = "log"
    INVERSE = "inverse"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value of a tool: its name with unit, its range and what it starts from."""

    name: str
    low: float
    high: float
    default: float


TOOLS: dict[Tool, tuple[Parameter, ...]] = {
    Tool.WINDOW: (
        Parameter(name="centre", low=0.0, high=1.0, default=0.5),
        Parameter(name="width", low=0.001, high=2.0, default=1.0),
    ),
    Tool.GAMMA: (Parameter(name="exponent", low=0.2, high=5.0, default=1.0),),
    Tool.LOG: (Parameter(name="floor", low=0.0001, high=0.1, default=0.002),),
    Tool.INVERSE: (),
    Tool.COLOUR: (),
}
"""Window centre and width are in transmission (0 opaque, 1 air); `floor` is the transmission the log starts from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One tool with its values."""

    tool: Tool
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        parameters = TOOLS[self.tool]
        if len(self.values) != len(parameters):
            raise BadInput(f"{self.tool} takes {len(parameters)} values, not {len(self.values)}", code="bad-recipe")
        for parameter, value in zip(parameters, self.values, strict=True):
            if not (math.isfinite(value) and parameter.low <= value <= parameter.high):
                raise BadInput(
                    f"{self.tool} {parameter.name} {value} is not between {parameter.low} and {parameter.high}",
                    code="bad-recipe",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The steps in the order they apply; each tool at most once."""

    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if len({step.tool for step in self.steps}) != len(self.steps):
            raise BadInput("a recipe names each tool at most once", code="bad-recipe")

    def step(self, tool: Tool) -> Step | None:
        """The step of `tool`, or None where the recipe does not use it."""
        return next((step for step in self.steps if step.tool is tool), None)

    def has(self, tool: Tool) -> bool:
        """Whether the recipe uses `tool`."""
        return self.step(tool) is not None

    def with_step(self, tool: Tool, *values: float) -> "Recipe":
        """The same recipe with `tool` set to `values`, in its old place or at the end."""
        step = Step(tool=tool, values=values)
        if self.has(tool):
            return Recipe(steps=tuple(step if old.tool is tool else old for old in self.steps))
        return Recipe(steps=(*self.steps, step))

    def without(self, tool: Tool) -> "Recipe":
        """The same recipe without `tool`."""
        return Recipe(steps=tuple(step for step in self.steps if step.tool is not tool))

    def toggled(self, tool: Tool) -> "Recipe":
        """The same recipe with `tool` switched off if it was on, and on with its defaults if it was off."""
        if self.has(tool):
            return self.without(tool)
        return self.with_step(tool, *(parameter.default for parameter in TOOLS[tool]))
