"""Commands for those who make and judge models: measuring one, and training one."""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.cli.command import Commands, add, home, positive, result, say

if TYPE_CHECKING:
    from scanview.detect.training.figure import Figure
    from scanview.detect.training.sampling import Progress

_SETS = ("plain", "train", "calibration", "test", "other")
_STEPS = ("cache", "learn", "export", "calibrate", "evaluate")


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
    parser.add_argument("--kept", type=Path, metavar="DIR", help="where a run that is broken off is taken up again")
    _add_common(parser)
    _register_train(add(commands, "train", train))


def _register_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, default=home("training"), help="where all of it is kept; 8 MB a training scan"
    )
    parser.add_argument("--only", nargs="+", choices=_STEPS, default=_STEPS, metavar="STEP", help=", ".join(_STEPS))
    parser.add_argument("--version", default="untitled", help="what findings will name the model by")
    parser.add_argument("--training-scans", type=positive, default=2_400, metavar="N", help="(2400)")
    parser.add_argument("--minutes", type=float, default=90.0, help="how long it learns (90)")
    parser.add_argument("--batch", type=positive, default=8, help="crops in one step of learning (8)")
    parser.add_argument("--rate", type=float, default=2e-3, help="greatest learning rate (0.002)")
    parser.add_argument("--seed", type=int, default=1, help="of the weights, the order of crops and the sets measured")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="what it learns on")
    parser.add_argument("--start", type=Path, metavar="FILE", help="weights to begin with")
    parser.add_argument("--scans", type=positive, default=1_000, help="scans of traffic for the calibration (1000)")
    parser.add_argument("--measured-scans", type=positive, default=600, metavar="N", help="for the evaluation (600)")
    parser.add_argument(
        "--each-class", action="store_true", help="bound releases for each class of hidden things, not only over all"
    )
    _add_common(parser)


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
            known = known_files(options.path, options.truth)
            if any(each.truth.get("model") == "analysts" for each in known):
                say("people chose and judged these scans: the figures are not those of a random draw")
            _print(str(options.path), bench.file_figures(known), options)
        else:
            for name in options.set:
                _print(name, bench.set_figures(name, options.scans, seed=options.seed), options)
    return 0


def train(options: argparse.Namespace) -> int:
    """Train a model on simulated scans, calibrate it and measure it."""
    from scanview.detect.training.course import Course

    course = Course(
        folder=options.folder,
        version=options.version,
        scans=options.training_scans,
        minutes=options.minutes,
        batch=options.batch,
        rate=options.rate,
        seed=options.seed,
        device=options.device,
        start=options.start,
        model=options.model,
        calibration_scans=options.scans,
        each_class=options.each_class,
        measured_scans=options.measured_scans,
        workers=options.workers,
    )
    with _progress() as progress:
        course.run(options.only, progress=progress, say=say, show=lambda name, figures: _print(name, figures, options))
    return 0


def _print(set_name: str, figures: "Sequence[Figure]", options: argparse.Namespace) -> None:
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
