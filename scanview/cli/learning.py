"""Commands for those who make and judge models: measuring one, and training one."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.cli.command import Commands, add, positive, result

if TYPE_CHECKING:
    from scanview.detect.training.figure import Figure
    from scanview.detect.training.sampling import Progress

_SETS = ("plain", "train", "calibration", "test", "other")


def register(commands: Commands) -> None:
    """Add `evaluate` and `train`."""
    parser = add(commands, "evaluate", evaluate)
    parser.add_argument(
        "path", nargs="?", type=Path, metavar="PATH", help="scans of your own: a folder with truth.jsonl, or a COCO set"
    )
    parser.add_argument("--truth", type=Path, metavar="FILE", help="truth of the scans in PATH, one object per line")
    parser.add_argument(
        "--set", nargs="+", choices=_SETS, default=["test", "other"], help="sets to simulate (default: test other)"
    )
    parser.add_argument("--scans", type=positive, default=600, help="scans of daily traffic in each set (600)")
    parser.add_argument("--seed", type=int, default=1, help="what the scans are drawn from (1)")
    _add_common(parser)
    parser.add_argument("--kept", type=Path, metavar="DIR", help="where a run that is broken off is taken up again")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="another model than the one that comes with ScanView"
    )
    parser.add_argument("--workers", type=positive, default=os.cpu_count() or 1, help="processes")


def evaluate(options: argparse.Namespace) -> int:
    """Measure a model on simulated scans, or on scans whose truth is known."""
    from scanview.detect.training.evaluate import Bench, known_files

    with _progress() as progress:
        bench = Bench(model_path=options.model, workers=options.workers, kept=options.kept, progress=progress)
        if options.path:
            _print(str(options.path), bench.file_figures(known_files(options.path, options.truth)), options)
        else:
            for name in options.set:
                _print(name, bench.set_figures(name, options.scans, seed=options.seed), options)
    return 0


def _print(set_name: str, figures: "list[Figure]", options: argparse.Namespace) -> None:
    from scanview.detect.training.figure import table

    if options.json:
        for figure in figures:
            result(figure.as_json(set_name), options)
    else:
        result({}, options, table(set_name, figures))


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on standard error that starts anew when there is other work to be done."""
    from tqdm import tqdm

    with tqdm(unit="scan", disable=None) as bar:

        def show(done: int, every: int) -> None:
            if every != bar.total or done < bar.n:
                bar.reset(total=every)
                bar.initial = done
            bar.update(done - bar.n)

        yield show
