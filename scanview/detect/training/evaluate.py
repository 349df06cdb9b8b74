"""Owns the measurement of a model: on scans simulated from a seed, or on files whose truth is known.

What is measured goes through the same recogniser that the worker uses. `figure.table` prints it for people.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.model import DetectorModel, shipped_model
from scanview.detect.training.coco_set import read_coco_set
from scanview.detect.training.draws import TRAFFIC, draws
from scanview.detect.training.examine import KnownFile, examine_draw, examine_file
from scanview.detect.training.figure import Figure
from scanview.detect.training.mark_figures import mark_figures
from scanview.detect.training.sampling import Progress, Record, worked_through
from scanview.detect.training.scan_figures import Promise, scan_figures
from scanview.simulate.sets import SETS
from scanview.simulate.writing import TRUTH_FILE
from scanview.wire.publishers import ANYBODY

MISS_RATE = 0.01
"""The alpha whose released share is one of the figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is measured, and with what.

    Attributes:
        model_path: the model file; None takes the one that ships with ScanView.
        workers: processes.
        kept: folder for what was found in each scan, so that a run that was broken off goes on; None keeps nothing.
        progress: called with (done, all) after each scan.
    """

    model_path: Path | None = None
    workers: int = 1
    kept: Path | None = None
    progress: Progress | None = None

    def set_figures(self, set_name: str, scans: int, *, seed: int) -> list[Figure]:
        """The figures of a set of the simulator: `scans` of traffic and, besides, more of what is rare in it.

        Raises:
            BadInput: an unknown set or number of scans, or a model that must not be used.
            Unavailable: the model is missing.
        """
        promise = self._promise()
        records = worked_through(
            list(draws(set_name, scans, seed=seed)),
            partial(examine_draw, self.model_path),
            workers=self.workers,
            kept=self._kept(),
            progress=self.progress,
        )
        return figures_of(records, promise, is_foreign=SETS[set_name].is_foreign)

    def file_figures(self, files: Sequence[KnownFile]) -> list[Figure]:
        """The figures of scans in files; errors as in `set_figures`."""
        promise = self._promise()
        work = partial(examine_file, self.model_path)
        return figures_of(
            worked_through(files, work, workers=self.workers, progress=self.progress), promise, is_foreign=False
        )

    def _promise(self) -> Promise:
        facts = DetectorModel(self.model_path, trust=ANYBODY).facts
        bound = facts.calibration.bound(MISS_RATE) if facts.calibration else None
        return Promise(
            release_below=bound.threshold if bound else None,
            shown_from=facts.calibration.score_threshold if facts.calibration else facts.score_threshold,
        )

    def _kept(self) -> Path | None:
        if self.kept is None:
            return None
        self.kept.mkdir(parents=True, exist_ok=True)
        return self.kept / f"examined-{model_digest(self.model_path)[:16]}.jsonl"


def model_digest(model_path: Path | None) -> str:
    """SHA-256 of the model file."""
    return hashlib.sha256((model_path or shipped_model()).read_bytes()).hexdigest()


def figures_of(records: Sequence[Record], promise: Promise, *, is_foreign: bool) -> list[Figure]:
    """The whole table of what `examine` recorded of each scan."""
    pairs = [(record["result"], record["truth"]) for record in records]
    traffic = [pair for pair in pairs if pair[1]["kind"] == TRAFFIC]
    return [
        *scan_figures(pairs, promise, is_foreign=is_foreign),
        *mark_figures(traffic, is_foreign=is_foreign),
    ]


def known_files(path: Path, truth: Path | None) -> list[KnownFile]:
    """Scan files with what is true of them.

    Args:
        path: a folder that `scanview simulate` wrote, or a COCO set as `scanview report` exports it.
        truth: the truth of the files in the folder, one JSON object per line; None takes the folder's own.

    Raises:
        BadInput: there is no truth, or it is none (codes `no-truth`, `bad-data-set`).
        Unavailable: it cannot be read.
    """
    own = path / TRUTH_FILE
    if truth is None and not own.exists():
        return [KnownFile(path=file, truth=known) for file, known in read_coco_set(path)]
    try:
        lines = (truth or own).read_text(encoding="utf-8").splitlines()
        truths = [json.loads(line) for line in lines if line.strip()]
        return [KnownFile(path=path / str(each["scan"]), truth=_checked(each)) for each in truths]
    except OSError as error:
        raise Unavailable(f"{truth or own} cannot be read: {error.strerror}", code="unreadable-file") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{truth or own} holds no truth: {error!r}", code="no-truth") from error


def _checked(truth: Record) -> Record:
    for item in truth["findings"]:
        str(item["class"]), [float(edge) for edge in item["box"]]
    return {"empty": None, "cargo": {}} | truth
