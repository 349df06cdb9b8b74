"""Owns one measured figure: its value, how sure it is, what was to be reached and what others have published."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scanview.core.interval import UNKNOWN, Interval, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a figure should reach.

    `at_most` turns it round: the figure should stay at or below `value`. `published` is what others have reached, in
    words; empty where nobody has said.
    """

    value: float
    at_most: bool = False
    published: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    Attributes:
        row: its name; scripts rely on it.
        value: what was measured; nan where it could not be.
        interval: where the true value lies, with 95 % confidence.
        goal: what it should reach; None where nothing was asked.
        scans: how many scans it was measured on.
        objects: how many objects, marks or scans of the kind in question.
        note: what else one has to know to read it.
    """

    row: str
    value: float
    interval: Interval = UNKNOWN
    goal: Goal | None = None
    scans: int
    objects: int
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached by the value itself; None without a goal or a value."""
        if self.goal is None or math.isnan(self.value):
            return None
        return self.value <= self.goal.value if self.goal.at_most else self.value >= self.goal.value

    def as_json(self, set_name: str) -> dict[str, Any]:
        """The line as one object; what is not known is null."""
        return {
            "set": set_name,
            "row": self.row,
            "value": _known(self.value),
            "low": _known(self.interval.low),
            "high": _known(self.interval.high),
            "goal": self.goal.value if self.goal else None,
            "at_most": self.goal.at_most if self.goal else None,
            "met": self.met,
            "published": self.goal.published if self.goal else "",
            "scans": self.scans,
            "objects": self.objects,
            "note": self.note,
        }


def share(
    row: str, hits: int, trials: int, *, scans: int | None = None, goal: Goal | None = None, note: str = ""
) -> Figure:
    """A figure that is a share of equal trials, with Wilson's interval."""
    return Figure(
        row=row,
        value=hits / trials if trials else math.nan,
        interval=wilson(hits, trials),
        goal=goal,
        scans=trials if scans is None else scans,
        objects=trials,
        note=note,
    )


def table(set_name: str, figures: Iterable[Figure]) -> str:
    """The figures of a set for people to read."""
    lines = [
        f"set {set_name}",
        f"{'figure':<44}{'value':>8} {'95 % interval':>15}{'goal':>9} {'met':<4}{'scans':>6}{'objects':>8}  published",
    ]
    lines += [_line(each) for each in figures]
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    goal = figure.goal
    wanted = f"{'<=' if goal.at_most else '>='}{goal.value:g}" if goal else ""
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    between = "" if math.isnan(figure.interval.low) else f"{figure.interval.low:.3f}..{figure.interval.high:.3f}"
    words = "; ".join(filter(None, (goal.published if goal else "", figure.note)))
    value = "-" if math.isnan(figure.value) else f"{figure.value:.3f}"
    counted = f"{figure.scans:>6}{figure.objects:>8}"
    return f"{figure.row:<44}{value:>8} {between:>15}{wanted:>9} {met:<4}{counted}  {words}".rstrip()


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)
