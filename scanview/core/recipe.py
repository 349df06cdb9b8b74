"""How the pixels are shown: an ordered list of tool steps that can be stored and rendered again.

A recipe is stored with the decision, so that an auditor sees what the analyst saw. Each step names a tool and its
values in the order and ranges of `TOOLS`.

Tools of tone and of detail work on the grey of a pixel, in the order of the recipe. The others work on what was
measured, so their place does not matter: `PEEL` and `DENOISE` come before every tone, and colour and the
strips are laid over the grey that comes out.
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
    EDGE = "edge"
    LOCAL = "local"
    SUPER = "super"
    PEEL = "peel"
    DENOISE = "denoise"
    COLOUR = "colour"
    SAFE_COLOURS = "safe-colours"
    ORGANIC = "organic"
    METAL = "metal"


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
    Tool.EDGE: (
        Parameter(name="sigma_mm", low=1.0, high=100.0, default=10.0),
        Parameter(name="gain", low=0.1, high=5.0, default=1.5),
    ),
    Tool.LOCAL: (Parameter(name="clip", low=1.0, high=16.0, default=4.0),),
    Tool.SUPER: (Parameter(name="gain", low=1.0, high=8.0, default=3.0),),
    Tool.PEEL: (Parameter(name="thickness_mm", low=0.0, high=100.0, default=4.0),),
    Tool.DENOISE: (Parameter(name="strength_sigmas", low=0.5, high=6.0, default=3.0),),
    Tool.COLOUR: (),
    Tool.SAFE_COLOURS: (),
    Tool.ORGANIC: (Parameter(name="contrast", low=0.0, high=1.0, default=0.25),),
    Tool.METAL: (Parameter(name="contrast", low=0.0, high=1.0, default=0.25),),
}
"""What every tool takes.

Window centre and width are in transmission (0 opaque, 1 air); `floor` is the transmission the log starts from. EDGE
adds `gain` times what is finer than `sigma_mm`; LOCAL equalises each part of the visible picture, no slope steeper
than `clip`; SUPER multiplies weak detail of every size by `gain`. PEEL takes `thickness_mm` of steel out of the beam's
way. DENOISE levels differences below `strength_sigmas` standard deviations of the noise. COLOUR has the palette of
the trade, or with SAFE_COLOURS one that colour-blind eyes tell apart. ORGANIC and METAL keep their material and leave
`contrast` of all the others.
"""


class Preset(StrEnum):
    """A window of greys that is set with one key."""

    HIGH_PENETRATION = "high-penetration"
    LOW_PENETRATION = "low-penetration"


PRESETS: dict[Preset, tuple[float, float]] = {
    Preset.HIGH_PENETRATION: (0.01075, 0.0185),
    Preset.LOW_PENETRATION: (0.75, 0.5),
}
"""Window centre and width: transmission 0.0015 (opaque) to 0.02 for dense cargo, 0.5 to 1 for thin things and air."""

DISPLAY_PRESETS: dict[Preset, tuple[float, float]] = {
    Preset.HIGH_PENETRATION: (0.125, 0.25),
    Preset.LOW_PENETRATION: (0.75, 0.5),
}
"""The same of a display picture, which has no transmission: its darkest quarter, and its lighter half."""


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

    def with_preset(self, preset: Preset, *, calibrated: bool = True) -> "Recipe":
        """The same recipe with the window of `preset`, that of a display picture where nothing is `calibrated`."""
        return self.with_step(Tool.WINDOW, *(PRESETS if calibrated else DISPLAY_PRESETS)[preset])

    def shows(self, preset: Preset) -> bool:
        """Whether the window is that of `preset`."""
        step = self.step(Tool.WINDOW)
        return step is not None and step.values in (PRESETS[preset], DISPLAY_PRESETS[preset])
