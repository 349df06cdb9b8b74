"""Owns the grey of a pixel: recipes turned into look-up tables from every possible count to 8 bits.

A table has 65,536 entries, so any chain of pointwise tools costs the same on screen as none. Within a table the value
starts as transmission (0 opaque, 1 air) and each step of the recipe maps it on, in the recipe's order. A channel
without calibration has no transmission: it starts from its own full range, 0 darkest to 1 brightest.

Tools of detail look at a pixel's surroundings, so they cannot be in a table. They stand between tables: the pointwise
steps before the first of them make one, and so do those up to the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Recipe, Step, Tool
from scanview.core.scan import ViewHeader

GreyTable: TypeAlias = NDArray[np.uint8]
ValueTable: TypeAlias = NDArray[np.uint16]
Values: TypeAlias = NDArray[np.float64]
Mapping: TypeAlias = Callable[[Values], Values]

DETAIL_TOOLS = frozenset({Tool.EDGE, Tool.LOCAL, Tool.SUPER})
"""Tools that work on a pixel together with those around it."""

_ENTRIES = 65_536
_WHITE_TRANSMISSION = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Counts shown as 0 and as 1: dark and air where they are known, else the smallest and the largest count."""

    zero: float
    one: float
    calibrated: bool


def scale_of(header: ViewHeader, channel: int, count_range: tuple[int, int]) -> Scale:
    """The scale of the channel with index `channel`; `count_range` is its smallest and largest count so far."""
    if header.calibrations:
        calibration = header.calibrations[channel]
        return Scale(zero=calibration.dark, one=calibration.air, calibrated=True)
    low, high = count_range
    return Scale(zero=float(low), one=float(max(high, low + 1)), calibrated=False)


def has_detail(recipe: Recipe) -> bool:
    """Whether the grey of a pixel depends on those around it."""
    return any(step.tool in DETAIL_TOOLS for step in recipe.steps)


def default_recipe(header: ViewHeader) -> Recipe:
    """What a view is first shown with.

    Counts: a square root, which lifts dense cargo out of the black and gives quantum noise the same contrast
    everywhere, with air at a comfortable grey of four fifths. A display picture is shown as it came.
    """
    if not header.calibrations:
        return Recipe().with_step(Tool.WINDOW, 0.5, 1.0)
    return Recipe().with_step(Tool.WINDOW, _WHITE_TRANSMISSION / 2, _WHITE_TRANSMISSION).with_step(Tool.GAMMA, 0.5)


@lru_cache(maxsize=8)
def grey_table(recipe: Recipe, scale: Scale) -> GreyTable:
    """The grey of every count by the pointwise steps of `recipe`, uint8 (65536,), read-only.

    A logarithm needs a calibrated scale and is left out without one. Window centre and width stay in transmission
    wherever the window stands in the recipe: its edges are mapped by the steps before it, as the pixels are.
    """
    values = _start(scale)
    done: list[Mapping] = []
    for step in recipe.steps:
        values = _apply(step, done, scale, values)
    table: GreyTable = np.rint(np.clip(values, 0.0, 1.0) * 255.0).astype(np.uint8)
    table.flags.writeable = False
    return table


def grey_of_air(recipe: Recipe, scale: Scale) -> int:
    """The grey of an unobstructed pixel by the pointwise steps of `recipe`, 0 to 255."""
    value = np.ones(1)
    done: list[Mapping] = []
    for step in recipe.steps:
        value = _apply(step, done, scale, value)
    return round(float(np.clip(value[0], 0.0, 1.0)) * 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What happens to the values of a picture (0 to 65535 for 0 to 1): a table, and then a tool of detail.

    Only the last stage has no tool. The table of the first one is indexed by count, later ones by value.
    """

    table: ValueTable
    detail: Step | None = None


@lru_cache(maxsize=8)
def tone_stages(recipe: Recipe, scale: Scale) -> tuple[Stage, ...]:
    """The steps of tone and of detail in the order of `recipe`; one stage where there is no tool of detail."""
    stages: list[Stage] = []
    values = _start(scale)
    done: list[Mapping] = []
    for step in recipe.steps:
        if step.tool in DETAIL_TOOLS:
            stages.append(Stage(table=_value_table(values), detail=step))
            values = np.linspace(0.0, 1.0, _ENTRIES)
        else:
            values = _apply(step, done, scale, values)
    return (*stages, Stage(table=_value_table(values)))


@lru_cache(maxsize=8)
def last_grey_table(recipe: Recipe, scale: Scale) -> GreyTable:
    """The grey of every value that the last tool of detail leaves, or of every count where there is none."""
    if not has_detail(recipe):
        return grey_table(recipe, scale)
    table: GreyTable = np.rint(tone_stages(recipe, scale)[-1].table / 257.0).astype(np.uint8)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=8)
def _start(scale: Scale) -> Values:
    values = np.arange(_ENTRIES, dtype=np.float64)
    values = np.maximum((values - scale.zero) / (scale.one - scale.zero), 0.0)
    values.flags.writeable = False
    return values


def _apply(step: Step, done: list[Mapping], scale: Scale, values: Values) -> Values:
    apply = _step_function(step, done, scale)
    done.append(apply)
    return apply(values)


def _value_table(values: Values) -> ValueTable:
    table: ValueTable = np.rint(np.clip(values, 0.0, 1.0) * 65_535.0).astype(np.uint16)
    table.flags.writeable = False
    return table


def _step_function(step: Step, before: list[Mapping], scale: Scale) -> Mapping:
    match step.tool:
        case Tool.WINDOW:
            return _window(*_mapped_edges(step, before))
        case Tool.GAMMA:
            return _gamma(*step.values)
        case Tool.LOG if scale.calibrated:
            return _log(*step.values)
        case Tool.INVERSE:
            return _inverse
        case _:
            return _unchanged


def _mapped_edges(step: Step, before: list[Mapping]) -> tuple[float, float]:
    centre, width = step.values
    edges = np.array([centre - width / 2, centre + width / 2], np.float64)
    for apply in before:
        edges = apply(edges)
    return float(edges.min()), float(edges.max())


def _window(low: float, high: float) -> Mapping:
    span = max(high - low, 1e-6)
    return lambda values: np.clip((values - low) / span, 0.0, 1.0)


def _gamma(exponent: float) -> Mapping:
    return lambda values: np.power(np.maximum(values, 0.0), exponent)


def _log(floor: float) -> Mapping:
    """0 at the floor, 1 at air: (ln v - ln floor) / (ln 1 - ln floor)."""
    return lambda values: 1.0 - np.log(np.maximum(values, floor)) / np.log(floor)


def _inverse(values: Values) -> Values:
    return 1.0 - values


def _unchanged(values: Values) -> Values:
    return values
