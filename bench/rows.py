"""Owns what a benchmark reports: rows, and how they are printed."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure.

    `reference` is the same figure for a peer measured in the same run, in the same unit; `ratio` is how many times
    better than the peer we are; both are None where there is no peer. `goal` is the figure asked for.
    """

    bench: str
    row: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    goal: float | None
    met: bool


def lower_is_better(
    bench: str, row: str, value: float, unit: str, *, goal: float | None = None, reference: float | None = None
) -> Row:
    """A row such as a duration: met where `value` is at most `goal`; the ratio says how many times less it is."""
    ratio = None if reference is None else reference / value
    return _row(bench, row, value, unit, reference, ratio, goal, met=goal is None or value <= goal)


def higher_is_better(
    bench: str, row: str, value: float, unit: str, *, goal: float | None = None, reference: float | None = None
) -> Row:
    """A row such as a rate: met where `value` is at least `goal`; the ratio says how many times more it is."""
    ratio = None if reference is None else value / reference
    return _row(bench, row, value, unit, reference, ratio, goal, met=goal is None or value >= goal)


def _row(
    bench: str,
    row: str,
    value: float,
    unit: str,
    reference: float | None,
    ratio: float | None,
    goal: float | None,
    *,
    met: bool,
) -> Row:
    return Row(
        bench=bench,
        row=row,
        value=round(value, 3),
        unit=unit,
        reference=None if reference is None else round(reference, 3),
        ratio=None if ratio is None else round(ratio, 2),
        goal=goal,
        met=met,
    )


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie: the nearest rank, no interpolation."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def print_rows(rows: Iterable[Row], json_lines: bool) -> None:
    """Print a table, or one JSON object per line."""
    if json_lines:
        for row in rows:
            print(json.dumps(asdict(row)))
        return
    print(f"{'bench':<10}{'row':<26}{'value':>10} {'unit':<7}{'peer':>10}{'ratio':>8}{'goal':>10}  met")
    for row in rows:
        peer, ratio, goal = (_cell(figure) for figure in (row.reference, row.ratio, row.goal))
        met = "yes" if row.met else "NO"
        print(f"{row.bench:<10}{row.row:<26}{row.value:>10g} {row.unit:<7}{peer:>10}{ratio:>8}{goal:>10}  {met}")


def _cell(figure: float | None) -> str:
    return "" if figure is None else f"{figure:g}"
