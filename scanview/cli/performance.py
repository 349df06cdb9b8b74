"""What `scanview report --performance` prints: how well each person finds things, every figure with its interval."""

import argparse
import math
from dataclasses import asdict
from pathlib import Path

from scanview.cli.command import result, say
from scanview.core.performance import Figure, Performance


def report_performance(options: argparse.Namespace, since: float | None, until: float | None) -> int:
    """One line per person who decided about virtual scans in that time, UTC seconds."""
    people = _people(options.data, -math.inf if since is None else since, math.inf if until is None else until)
    for person in people:
        result(asdict(person), options, _line(person))
    if not people:
        say("nobody decided about a virtual scan in that time (scanview project sends some)")
    return 0


def _people(data: Path, since: float, until: float) -> tuple[Performance, ...]:
    from scanview.review.revealing import performances
    from scanview.store.database import open_catalogue

    with open_catalogue(data) as database:
        return database.read(lambda tx: performances(tx, since, until))


def _line(person: Performance) -> str:
    return (
        f"{person.person}: d_a {_said(person.sensitivity)}, found {_said(person.hits)} of {person.threats}, "
        f"held for nothing {_said(person.false_alarms)} of {person.clean}, median search {_said(person.search_s)} s"
    )


def _said(figure: Figure) -> str:
    """The figure with its 95 % interval, as far as there is one."""
    if figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})"
