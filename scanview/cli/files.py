"""Commands on files alone, without any hub: recognition in batch, simulation, conversion."""

import argparse
import os
from pathlib import Path

from scanview.cli.command import Commands, add, positive, result, say
from scanview.cli.selecting import add_selection, selection
from scanview.core.errors import ScanViewError


def register(commands: Commands) -> None:
    """Add `detect`, `simulate`, `convert` and `inspect`."""
    parser = add(commands, "detect", detect)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument("--out", type=Path, required=True, help="the result file; with dicos a folder of reports")
    parser.add_argument("--format", choices=("jsonl", "csv", "coco", "dicos"), default="jsonl")
    parser.add_argument("--workers", type=positive, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--engine", choices=("local", "dask"), default="local", help="what carries out the work")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="a running Dask scheduler, tcp://host:port")
    add_selection(parser)

    parser = add(commands, "simulate", simulate)
    parser.add_argument("--out", type=Path, required=True, help="folder for the scans and truth.jsonl")
    parser.add_argument("--scans", type=positive, required=True)
    parser.add_argument("--seed", type=int, required=True, help="equal seeds give equal bytes")
    parser.add_argument("--format", choices=("tiff", "dicos"), default="tiff")
    parser.add_argument("--views", type=int, choices=(1, 2), default=1, help="2: the view from above too (tiff)")
    parser.add_argument(
        "--set",
        choices=("plain", "train", "calibration", "test", "other"),
        default="plain",
        help="plain: what the shipped model was trained on; the others share no design with each other",
    )
    parser.add_argument("--cargo", help="one kind of goods in every scan, such as frozen (not in the plain set)")
    parser.add_argument(
        "--workers", type=positive, default=os.cpu_count() or 1, help="processes; any number, same bytes"
    )

    parser = add(commands, "convert", convert)
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("output", type=Path, metavar="OUT")

    parser = add(commands, "inspect", inspect)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")


def detect(options: argparse.Namespace) -> int:
    """Run recognition over files and folders."""
    from scanview.detect.batch import detect_files

    outcome = detect_files(
        options.paths,
        out=options.out,
        format=options.format,
        workers=options.workers,
        selection=selection(options),
        engine=options.engine,
        scheduler=options.scheduler,
    )
    for name, reason in outcome.failures:
        say(f"{name}: {reason}")
    before = f" ({outcome.known} of them before)" if outcome.known else ""
    say(f"{outcome.done} recognised{before}, {outcome.failed} failed, written to {options.out}")
    return 1 if outcome.failed else 0


def simulate(options: argparse.Namespace) -> int:
    """Write simulated scans and their truth."""
    from tqdm import tqdm

    from scanview.formats import write_scan
    from scanview.simulate.writing import Order, write_scans

    order = Order(
        seed=options.seed,
        format=options.format,
        with_top=options.views == 2,
        set_name=options.set,
        cargo=options.cargo,
    )
    with tqdm(total=options.scans, unit="scan", disable=None) as bar:
        write_scans(
            options.out,
            options.scans,
            order,
            write=write_scan,
            workers=options.workers,
            progress=lambda done, _: bar.update(done - bar.n),
        )
    return 0


def convert(options: argparse.Namespace) -> int:
    """Write a scan in another format."""
    from scanview.formats.inspection import convert as convert_file

    convert_file(options.input, options.output)
    return 0


def inspect(options: argparse.Namespace) -> int:
    """Say what a file holds."""
    from scanview.formats.apart import is_report_apart
    from scanview.formats.inspection import describe
    from scanview.formats.report_inspection import describe_report

    failed = 0
    for path in options.files:
        try:
            description = describe_report(path) if is_report_apart(path) else describe(path)
            result(description.as_json(), options, description.as_text())
        except ScanViewError as error:
            failed += 1
            result({"scan": str(path), "error": str(error)}, options, f"{path}: {error}")
    return 1 if failed else 0
