"""Owns the training run: simulate, learn, keep a checkpoint. `python -m scanview.detect.training.train --help`."""

import argparse
import logging
import time
from pathlib import Path

import numpy as np
import torch

from scanview.detect.training.dataset import TRAINING_SEEDS, Sample, cache_scan, random_crops
from scanview.detect.training.network import Detector
from scanview.detect.training.targets import loss, targets_of

log = logging.getLogger(__name__)

CROP_ROWS, CROP_COLUMNS = 320, 448
_REPORT_EVERY = 50


def train(
    paths: list[Path],
    *,
    minutes: float,
    batch: int,
    rate: float,
    seed: int,
    checkpoint: Path,
    start: Path | None = None,
) -> Detector:
    """Train a detector on the cached scans `paths` for `minutes`, writing `checkpoint` as it goes.

    It begins with the weights in `start`, or with random ones. The learning rate warms up and then falls to zero by
    a cosine over the time given, so that any time is used well.
    """
    torch.manual_seed(seed)
    detector: Detector = Detector().to(memory_format=torch.channels_last)
    if start:
        detector.load_state_dict(torch.load(start, weights_only=True))
    optimiser = torch.optim.AdamW(detector.parameters(), lr=rate, weight_decay=1e-4)
    crops = random_crops(paths, np.random.default_rng(seed), rows=CROP_ROWS, columns=CROP_COLUMNS)
    started, step, recent = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * done))
        error = _step(detector, optimiser, [next(crops) for _ in range(batch)])
        recent += error
        step += 1
        if step % _REPORT_EVERY == 0:
            log.info("step %d, %.0f %% of the time, loss %.3f", step, 100 * done, recent / _REPORT_EVERY)
            torch.save(detector.state_dict(), checkpoint)
            recent = 0.0
    torch.save(detector.state_dict(), checkpoint)
    detector.eval()
    return detector


def _step(detector: Detector, optimiser: torch.optim.Optimizer, samples: list[Sample]) -> float:
    optimiser.zero_grad(set_to_none=True)
    planes = torch.from_numpy(np.stack([sample.planes for sample in samples]))
    error = loss(detector(planes.contiguous(memory_format=torch.channels_last)), targets_of(samples))
    error.backward()
    torch.nn.utils.clip_grad_norm_(detector.parameters(), 10.0)
    optimiser.step()
    return float(error.detach())


def main() -> None:
    """Simulate what is missing of the training set, train, and export."""
    parser = argparse.ArgumentParser(description="Train the detector on simulated scans.")
    parser.add_argument("--cache", type=Path, required=True, help="folder for simulated features (7 MB a scan)")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    parser.add_argument("--start", type=Path, help="checkpoint to begin with")
    parser.add_argument("--scans", type=int, default=1_600)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    options.cache.mkdir(parents=True, exist_ok=True)
    paths = [cache_scan(TRAINING_SEEDS + index, options.cache) for index in range(options.scans)]
    train(
        paths,
        minutes=options.minutes,
        batch=options.batch,
        rate=options.rate,
        seed=options.seed,
        checkpoint=options.out,
        start=options.start,
    )


if __name__ == "__main__":
    main()
