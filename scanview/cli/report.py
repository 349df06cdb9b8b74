"""The command that makes something of what was decided: the set of judged scans that models learn from, and reports."""

import argparse
import math
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scanview.cli import room_report
from scanview.cli.command import Commands, add, add_data, result, say
from scanview.cli.performance import report_performance


def register(commands: Commands) -> None:
    """Add `report`."""
    parser = add(commands, "report", report)
    add_data(parser)
    parser.set_defaults(wrong=parser.error)
    parser.add_argument(
        "--training-set", action="store_true", help="accepted, dismissed and added marks with their scans, as COCO"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for annotations.json and scans")
    parser.add_argument("--since", type=_moment, metavar="TIME", help="decisions from then on: 2026-11-01, UTC")
    parser.add_argument("--until", type=_end, metavar="TIME", help="decisions up to then; a day counts as a whole")
    parser.add_argument("--performance", action="store_true", help="how well each person finds what was projected")
    parser.add_argument("--files", choices=("copy", "link"), default="copy", help="how scans come into the folder")
    room_report.add_options(parser)


def report(options: argparse.Namespace) -> int:
    """Write a report of what was decided."""
    if options.performance:
        return report_performance(options, options.since, options.until)
    if options.statistics:
        return room_report.statistics(options)
    if options.month is not None:
        return room_report.month_report(options)
    if not options.training_set:
        options.wrong("say which report: --training-set, --statistics, --month or --performance")
    if options.out is None:
        options.wrong("a training set needs --out")
    return _training_set(options)


def _training_set(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from scanview.review.training_set import Files, export_training_set

    with tqdm(unit="scan", disable=None) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        exported = export_training_set(
            options.data,
            options.out,
            created_at=time.time(),
            since=-math.inf if options.since is None else options.since,
            until=math.inf if options.until is None else options.until,
            files=Files(options.files),
            progress=progress,
        )
    for scan, why in exported.left_out:
        say(f"{scan} is left out: {why}")
    counts = {name: getattr(exported, name) for name in ("scans", "annotations", "dismissed", "points")}
    words = f"{exported.scans} scans, {exported.annotations} objects, {exported.dismissed} dismissed findings"
    result({**counts, "left_out": len(exported.left_out), "out": str(options.out)}, options, words)
    say("not a random draw: read `warning` in annotations.json before figures are made of it")
    return 1 if exported.left_out else 0


def _moment(text: str) -> float:
    return _read(text).timestamp()


def _end(text: str) -> float:
    """The end of the day that `text` names, or the moment."""
    moment = _read(text)
    is_day = "T" not in text and " " not in text
    return (moment + timedelta(days=1) if is_day else moment).timestamp()


def _read(text: str) -> datetime:
    """`text` in ISO 8601, in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date or time like 2026-11-01T08:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
