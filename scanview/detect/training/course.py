"""Owns the course of a training from nothing to a measured model: each step leaves its work in one folder.

A course that was broken off goes on where it was: scans are simulated once, weights are taken up from their last
checkpoint, and what calibration and measuring saw of each scan is kept. Only learning and exporting need PyTorch.
"""

import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.training.calibrate import calibrate
from scanview.detect.training.dataset import TRAINING_SEEDS, cache_scan, dataset_hash
from scanview.detect.training.evaluate import Bench
from scanview.detect.training.figure import Figure
from scanview.detect.training.sampling import Progress, Record, worked_through
from scanview.simulate.sets import OTHER, TEST

STEPS = ("cache", "learn", "export", "calibrate", "evaluate")
"""In their order: training scans, weights, an ONNX file, its calibration, its figures."""

Say = Callable[[str], None]

_NEEDS_TORCH = {"learn", "export"}
_EMPTINESS = (0.02, 0.35)
_SCORE_THRESHOLD = 0.2
"""What a model has before it is calibrated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is to be trained, and how.

    Attributes:
        folder: where everything is kept: 8 MB for each training scan, and the model.
        version: what findings will name the model by.
        scans: training scans.
        minutes: how long it learns.
        batch: crops in one step of learning.
        rate: greatest learning rate.
        seed: of the weights and the order of crops.
        device: `auto`, `cpu` or `cuda`.
        start: weights to begin with; None begins at random, or with what an earlier run left in the folder.
        model: the model file that is calibrated and measured; None takes the one in the folder.
        calibration_scans: scans of traffic for the calibration.
        each_class: whether the bound of releases shall hold for each class of hidden things.
        measured_scans: scans of traffic in each set that is measured.
        workers: processes that simulate.
    """

    folder: Path
    version: str = "untitled"
    scans: int = 2_400
    minutes: float = 90.0
    batch: int = 8
    rate: float = 2e-3
    seed: int = 1
    device: str = "auto"
    start: Path | None = None
    model: Path | None = None
    calibration_scans: int = 1_000
    each_class: bool = False
    measured_scans: int = 600
    workers: int = 1

    def run(
        self, steps: Sequence[str], *, progress: Progress, say: Say, show: Callable[[str, Sequence[Figure]], None]
    ) -> None:
        """Go through `steps`.

        Args:
            steps: some of `STEPS`.
            progress: called with (done, all) while scans are worked on.
            say: told in words what happens.
            show: given the figures of each set that was measured, with its name.

        Raises:
            Unavailable: PyTorch is not installed (code `extra-missing`), or there is no CUDA (`no-device`).
            BadInput: an earlier step has to be done first (code `step-missing`), or the model must not be used.
        """
        if _NEEDS_TORCH & set(steps):
            require_torch()
        self.folder.mkdir(parents=True, exist_ok=True)
        if "cache" in steps:
            say(f"{self.scans} training scans")
            self._cache(progress)
        if "learn" in steps:
            self._learn(say)
        if "export" in steps:
            self._export(say)
        if "calibrate" in steps:
            self._calibrate(progress, say, show)
        if "evaluate" in steps:
            self._evaluate(progress, show)

    @property
    def model_file(self) -> Path:
        """The model that is calibrated and measured."""
        return self.model or self.folder / "detector.onnx"

    @property
    def _weights(self) -> Path:
        return self.folder / "weights.pt"

    @property
    def _learned(self) -> Path:
        """There once the weights are those of a whole run; says how they were made."""
        return self.folder / "learned.json"

    def _scans(self) -> list["_TrainingScan"]:
        return [_TrainingScan(seed=TRAINING_SEEDS + index) for index in range(self.scans)]

    def _paths(self) -> list[Path]:
        paths = [self.folder / "cache" / f"{scan.seed}.npy" for scan in self._scans()]
        missing = sum(not path.exists() for path in paths)
        if missing:
            raise BadInput(
                f"{missing} of {len(paths)} training scans are missing in {self.folder / 'cache'}",
                code="step-missing",
                remedy="Make them first: --only cache",
            )
        return paths

    def _cache(self, progress: Progress) -> None:
        cache = self.folder / "cache"
        cache.mkdir(exist_ok=True)
        worked_through(self._scans(), partial(_cached, cache), workers=self.workers, progress=progress)

    def _learn(self, say: Say) -> None:
        if self._learned.exists() and self._weights.exists():
            say(f"{self._weights} is learned already; remove {self._learned.name} to go on learning")
            return
        from scanview.detect.training.train import train

        start = self.start or (self._weights if self._weights.exists() else None)
        device = _device(self.device)
        say(f"learning for {self.minutes:g} minutes on {device}" + (f", from {start}" if start else ""))
        train(
            self._paths(),
            minutes=self.minutes,
            batch=self.batch,
            rate=self.rate,
            seed=self.seed,
            checkpoint=self._weights,
            start=start,
            device=device,
        )
        made = {"scans": self.scans, "minutes": self.minutes, "seed": self.seed, "start": str(start or "")}
        self._learned.write_text(json.dumps(made) + "\n", encoding="utf-8")

    def _export(self, say: Say) -> None:
        if not self._weights.exists():
            raise BadInput(
                f"there are no weights in {self.folder}", code="step-missing", remedy="Learn first: --only learn"
            )
        from scanview.detect.training.export import export

        target = self.folder / "detector.onnx"
        export(
            self._weights,
            target,
            version=self.version,
            training_hash=dataset_hash(self._paths()),
            score_threshold=_SCORE_THRESHOLD,
            emptiness=_EMPTINESS,
        )
        say(f"{target} written; sign it before a worker may use it: scanview models sign")

    def _calibrate(self, progress: Progress, say: Say, show: Callable[[str, Sequence[Figure]], None]) -> None:
        fitted = calibrate(
            self.model_file,
            self.model_file,
            scans=self.calibration_scans,
            workers=self.workers,
            kept=self.folder,
            each_class=self.each_class,
            progress=progress,
        )
        show("calibration", fitted.figures)
        say(f"{self.model_file} is calibrated; sign it before a worker may use it: scanview models sign")

    def _evaluate(self, progress: Progress, show: Callable[[str, Sequence[Figure]], None]) -> None:
        bench = Bench(model_path=self.model_file, workers=self.workers, kept=self.folder, progress=progress)
        for name in (TEST.name, OTHER.name):
            show(name, bench.set_figures(name, self.measured_scans, seed=self.seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrainingScan:
    """One scan of the training set."""

    seed: int

    @property
    def name(self) -> str:
        """What names it."""
        return str(self.seed)


def _cached(folder: Path, scan: _TrainingScan) -> Record:
    return {"path": str(cache_scan(scan.seed, folder))}


def require_torch() -> None:
    """Unavailable (code `extra-missing`) unless what learning needs is installed."""
    missing = [name for name in ("torch", "onnx") if importlib.util.find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"training needs {' and '.join(missing)}, which ScanView itself does not",
            code="extra-missing",
            remedy="Install them: pip install 'scanview[train]'",
        )


def _device(wanted: str) -> str:
    """What to learn on; Unavailable (code `no-device`) where CUDA is asked for and not there."""
    import torch

    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise Unavailable(
            "there is no CUDA device that PyTorch can use", code="no-device", remedy="Use --device cpu, or auto"
        )
    return "cuda" if there and wanted != "cpu" else "cpu"
