"""Owns the training run: crops in, weights out, a checkpoint as it goes. `python -m scanview.detect.training.train`."""

import argparse
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, IterableDataset

from scanview.detect.training.dataset import TRAINING_SEEDS, cache_scan, random_crops
from scanview.detect.training.network import Detector
from scanview.detect.training.targets import Targets, loss, targets_of

log = logging.getLogger(__name__)

CROP_ROWS, CROP_COLUMNS = 320, 448
_REPORT_EVERY = 100
_WARM_UP_STEPS = 100
_AVERAGED_OVER = 0.998


class _Batches(IterableDataset):  # type: ignore[misc]
    """Endless batches of crops with their targets, the same for the same seed."""

    def __init__(self, paths: list[Path], batch: int, seed: int) -> None:
        super().__init__()
        self._paths, self._batch, self._seed = paths, batch, seed

    def __iter__(self) -> Iterator[tuple[torch.Tensor, Targets]]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self._seed, worker.id if worker else 0])
        crops = random_crops(self._paths, rng, rows=CROP_ROWS, columns=CROP_COLUMNS)
        while True:
            samples = [next(crops) for _ in range(self._batch)]
            yield torch.from_numpy(np.stack([sample.planes for sample in samples])), targets_of(samples)


def train(
    paths: list[Path],
    *,
    minutes: float,
    batch: int,
    rate: float,
    seed: int,
    checkpoint: Path,
    start: Path | None = None,
    device: str = "cpu",
) -> Detector:
    """Train a detector on the cached scans `paths` for `minutes`, writing `checkpoint` as it goes.

    It begins with the weights in `start`, or with random ones. The learning rate warms up and then falls to zero by
    a cosine over the time given, so that any time is used well. What is kept is a running mean of the weights.
    Arithmetic is mixed, bfloat16 and float32: on processors with instructions for it that is more than twice as fast.
    """
    torch.manual_seed(seed)
    place = torch.device(device)
    detector: Detector = Detector().to(place, memory_format=torch.channels_last)
    if start:
        detector.load_state_dict(torch.load(start, weights_only=True, map_location=place))
    averaged = AveragedModel(detector, multi_avg_fn=get_ema_multi_avg_fn(_AVERAGED_OVER), use_buffers=True)
    optimiser = torch.optim.AdamW(detector.parameters(), lr=rate, weight_decay=1e-3)
    batches = iter(DataLoader(_Batches(paths, batch, seed), batch_size=None, num_workers=1, prefetch_factor=4))
    started, step, recent = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / _WARM_UP_STEPS) * (0.5 + 0.5 * np.cos(np.pi * done))
        planes, wanted = next(batches)
        recent += _step(detector, optimiser, planes.to(place), wanted.to(place))
        averaged.update_parameters(detector)
        step += 1
        if step % _REPORT_EVERY == 0:
            log.info("step %d, %.1f %% of the time, loss %.3f", step, 100 * done, recent / _REPORT_EVERY)
            torch.save(averaged.module.state_dict(), checkpoint)
            recent = 0.0
    torch.save(averaged.module.state_dict(), checkpoint)
    detector.load_state_dict(averaged.module.state_dict())
    detector.eval()
    return detector


def _step(detector: Detector, optimiser: torch.optim.Optimizer, planes: torch.Tensor, wanted: Targets) -> float:
    optimiser.zero_grad(set_to_none=True)
    with torch.autocast(planes.device.type, dtype=torch.bfloat16):
        answer = detector(planes.contiguous(memory_format=torch.channels_last))
    error = loss(answer, wanted)
    error.backward()
    torch.nn.utils.clip_grad_norm_(detector.parameters(), 10.0)
    optimiser.step()
    return float(error.detach())


def main() -> None:
    """Simulate what is missing of the training set and train."""
    parser = argparse.ArgumentParser(description="Train the detector on simulated scans.")
    parser.add_argument("--cache", type=Path, required=True, help="folder for simulated features (8 MB a scan)")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    parser.add_argument("--start", type=Path, help="checkpoint to begin with")
    parser.add_argument("--scans", type=int, default=2_400)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
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
        device=options.device,
    )


if __name__ == "__main__":
    main()
