"""What the room did, on the terminal and as a month's documents, from a hub's data folder; the hub may run on."""

import argparse
import csv
import json
import re
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scanview.cli.command import result, say
from scanview.core.errors import ScanViewError
from scanview.core.figures import QUANTILE_ERROR, Stage, Tally
from scanview.core.period import DAY_S, HOUR_S, MOST_YEARS_S, Period, Span, start_of
from scanview.core.period import month as month_of
from scanview.core.scan import port_of
from scanview.core.statistics import Grouping, Question, Row, Statistics

_MONTH = re.compile(r"(\d{4})-(\d{2})")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of both reports."""
    parser.add_argument("--statistics", action="store_true", help="counts and times of a period, on standard output")
    parser.add_argument(
        "--by", type=_groupings, default=(Grouping.PORT,), metavar="port,lane,hour,analyst,time", help="what makes rows"
    )
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help="form of the statistics")
    parser.add_argument("--port", default="", metavar="UNLOCODE", help="of this port alone")
    parser.add_argument("--lane", default="", metavar="UNLOCODE-LANE", help="of this lane alone")
    parser.add_argument("--analyst", default="", metavar="NAME", help="of this person alone")
    parser.add_argument("--utc-offset", type=int, default=8, metavar="HOURS", help="the report's clock; 8 for China")
    parser.add_argument("--month", type=_month, metavar="2026-11", help="a month's report, as --pdf, --xlsx or both")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write the month's report there")
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="write the month's spreadsheet there")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of the month's report")


def statistics(options: argparse.Namespace) -> int:
    """Print the figures of a period, a table for everything they are wanted by."""
    from scanview.store.database import open_catalogue
    from scanview.store.statistics import read_statistics

    now = time.time()
    with open_catalogue(options.data) as database:
        for grouping in options.by:
            question = _question(options, grouping, now)
            told = database.read(partial(read_statistics, question=question, now=now))
            _print(told, options)
    return 0


def month_report(options: argparse.Namespace) -> int:
    """Write the documents of a month."""
    from scanview.reports.gathered import gather
    from scanview.reports.pdf import write_pdf
    from scanview.reports.spreadsheet import write_spreadsheet
    from scanview.store.database import open_catalogue
    from scanview.store.journal import read_frontier
    from scanview.store.statistics import read_statistics

    if options.pdf is None and options.xlsx is None:
        options.wrong("a month's report needs --pdf or --xlsx")
    now = time.time()
    offset_s = options.utc_offset * HOUR_S
    year, number = options.month
    with open_catalogue(options.data) as database:
        gathered = gather(
            lambda question: database.read(lambda tx: read_statistics(tx, question, now)),
            period=month_of(year, number, offset_s),
            offset_s=offset_s,
            created_at=now,
            source=str(options.data),
            entries=database.read(read_frontier).size,
            port=options.port,
        )
    failures = 0
    for file, write in ((options.pdf, write_pdf), (options.xlsx, write_spreadsheet)):
        if file is None:
            continue
        try:
            write(gathered, file, options.language)
        except (ScanViewError, OSError) as error:
            say(f"{file}: {error}")
            failures += 1
        else:
            result({"file": str(file), "scans": gathered.whole.count(Tally.ARRIVED)}, options, str(file))
    return 1 if failures else 0


def _question(options: argparse.Namespace, grouping: Grouping, now: float) -> Question:
    """From 30 days ago until now where nothing else is said, widened to whole hours."""
    latest = start_of(Span.HOUR, now) + HOUR_S
    until = latest if options.until is None else -(-int(options.until) // HOUR_S) * HOUR_S
    since = until - 30 * DAY_S if options.since is None else start_of(Span.HOUR, options.since)
    port = options.port or (port_of(options.lane) if options.lane else "")
    return Question(
        period=Period(since=max(since, until - MOST_YEARS_S, 0), until=until),
        by=grouping,
        port=port,
        lane=options.lane,
        analyst=options.analyst,
        offset_s=options.utc_offset * HOUR_S,
    )


def _print(told: Statistics, options: argparse.Namespace) -> None:
    if options.format == "json" or options.json:
        for row in told.rows:
            print(json.dumps(_as_json(told, row), ensure_ascii=False), flush=True)  # noqa: T201
    elif options.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow([told.question.by.value, *_columns()])
        writer.writerows([row.key, *_values(row)] for row in told.rows)
    else:
        for line in _text(told):
            print(line, flush=True)  # noqa: T201


def _columns() -> list[str]:
    times = (f"{stage}_{name}" for stage in Stage for name in ("count", "mean_s", "p50_s", "p90_s", "p95_s", "p99_s"))
    return [*(tally.value for tally in Tally), *times]


def _values(row: Row) -> Iterator[Any]:
    for tally in Tally:
        yield row.count(tally)
    for stage in Stage:
        taken = row.stage(stage)
        for name in ("count", "mean_s", "p50_s", "p90_s", "p95_s", "p99_s"):
            yield "" if taken is None else round(getattr(taken, name), 3)


def _as_json(told: Statistics, row: Row) -> dict[str, Any]:
    period = told.question.period
    times = {stage: {name: getattr(taken, name) for name in taken.__slots__} for stage, taken in row.times.items()}
    return {
        "by": told.question.by.value,
        "key": row.key,
        "since": period.since,
        "until": period.until,
        "counts": dict(row.counts),
        "times": times,
    }


def _text(told: Statistics) -> Iterator[str]:
    from scanview.reports.wording import duration_text

    heads = ("arrived", "decided", "released", "held", "waiting 50/90 %", "deciding 50/90 %", "clearance 50/90 %")
    yield f"{told.question.by.value:<22}" + "".join(f"{head:>20}" for head in heads)
    for row in (*told.rows, told.whole):
        counts = (row.count(tally) for tally in (Tally.ARRIVED, Tally.DECIDED, Tally.RELEASED, Tally.HELD))
        cells = [f"{count:,}" for count in counts]
        for stage in (Stage.QUEUE, Stage.DECISION, Stage.CLEARANCE):
            taken = row.stage(stage)
            cells.append("-" if taken is None else f"{duration_text(taken.p50_s)} / {duration_text(taken.p90_s)}")
        yield f"{row.key or 'all':<22}" + "".join(f"{cell:>20}" for cell in cells)
    for use in told.lanes:
        shares = f"available {use.availability:.1%}, at work {use.utilisation:.1%}"
        yield f"{use.lane:<22}{shares}, down {use.lost_s / HOUR_S:.1f} h"
    yield f"quantiles are off by {QUANTILE_ERROR:.0%} of themselves at most"


def _groupings(text: str) -> tuple[Grouping, ...]:
    try:
        return tuple(Grouping(name) for name in text.split(","))
    except ValueError as error:
        names = ", ".join(Grouping)
        raise argparse.ArgumentTypeError(f"{text!r}: rows are made by {names}") from error


def _month(text: str) -> tuple[int, int]:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise argparse.ArgumentTypeError(f"{text!r} is no month like 2026-11")
    return int(found[1]), int(found[2])
