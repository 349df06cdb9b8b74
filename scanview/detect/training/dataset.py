"""Owns the training set: simulated scans as the model will see them, cached on disk, and random crops of them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.detect.features import extract_features
from scanview.simulate.scan import simulate_scan
from scanview.simulate.threats import THREAT_CLASSES

Plane: TypeAlias = NDArray[np.float32]
Boxes: TypeAlias = NDArray[np.float32]

MM_PER_PIXEL = 8.0
TRAINING_SEEDS = 1_000_000_000
"""First seed of training; `simulate` and the tests stay far below."""

_NOTICEABLE_G_CM2 = 0.5
_HIDDEN_OBJECTS = 4
_PITCHES_MM = (5.0, 5.0, 4.0, 6.0, 8.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One crop.

    Attributes:
        planes: float32 (3, rows, columns), the features.
        load: float32 (rows, columns), 1 where the container holds anything.
        boxes: float32 (n, 5), class index and x0, y0, x1, y1 in pixels of `planes`; centres lie inside the crop.
        inside: the same four numbers for the space inside the container.
    """

    planes: Plane
    load: Plane
    boxes: Boxes
    inside: Boxes


def cache_scan(seed: int, folder: Path) -> Path:
    """Simulate the scan of `seed` and keep its features (float16) and truth under `folder`; done once."""
    target = folder / f"{seed}.npy"
    if target.exists() and target.with_suffix(".json").exists():
        return target
    simulated = simulate_scan(
        seed, pitch_mm=_PITCHES_MM[seed % len(_PITCHES_MM)], hidden=None if seed % 4 == 0 else _HIDDEN_OBJECTS
    )
    features = extract_features(simulated.image, MM_PER_PIXEL)
    scale = np.array([features.scale_x, features.scale_y] * 2)
    truth = {
        "boxes": [
            [THREAT_CLASSES.index(o.label), *(np.array(o.box.corners) / scale).round(3).tolist()]
            for o in simulated.truth.objects
        ],
        "inside": (np.array(simulated.truth.inside.corners) / scale).round(3).tolist(),
    }
    size = features.planes.shape[:0:-1]
    load = cv2.resize(simulated.load_g_cm2, size, interpolation=cv2.INTER_AREA) > _NOTICEABLE_G_CM2
    np.save(target, np.concatenate([features.planes, load[np.newaxis]]).astype(np.float16))
    target.with_suffix(".json").write_text(json.dumps(truth))
    return target


def dataset_hash(paths: list[Path]) -> str:
    """SHA-256 over the truth of every scan in order: names what a model was trained on."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.stem.encode() + path.with_suffix(".json").read_bytes())
    return digest.hexdigest()


def random_crops(paths: list[Path], rng: np.random.Generator, *, rows: int, columns: int) -> Iterator[Sample]:
    """Endless crops of `rows` by `columns` pixels: mostly around an object, some anywhere; flipped and disturbed."""
    truths = [json.loads(path.with_suffix(".json").read_text()) for path in paths]
    while True:
        index = int(rng.integers(len(paths)))
        truth = truths[index]
        whole = np.load(paths[index], mmap_mode="r")
        boxes = np.asarray(truth["boxes"], dtype=np.float32).reshape(-1, 5)
        top, left = _corner(rng, whole.shape[1:], boxes, np.asarray(truth["inside"]), rows, columns)
        planes = _cut(whole, top, left, rows, columns)
        yield _disturbed(rng, _sample(planes, boxes, np.asarray(truth["inside"]), top, left))


def _corner(
    rng: np.random.Generator, size: tuple[int, ...], boxes: Boxes, inside: Boxes, rows: int, columns: int
) -> tuple[int, int]:
    if len(boxes) and rng.random() < 0.75:
        box = boxes[int(rng.integers(len(boxes)))]
        x = float(box[1] + box[3]) / 2 + rng.uniform(-0.4, 0.4) * columns
        y = float(box[2] + box[4]) / 2 + rng.uniform(-0.25, 0.25) * rows
    elif rng.random() < 0.8:
        x, y = rng.uniform(inside[0], inside[2]), rng.uniform(inside[1], inside[3])
    else:
        x, y = rng.uniform(0, size[1]), rng.uniform(0, size[0])
    top = int(np.clip(y - rows / 2, 0, max(0, size[0] - rows)))
    return top, int(np.clip(x - columns / 2, 0, max(0, size[1] - columns)))


def _cut(whole: NDArray[np.float16], top: int, left: int, rows: int, columns: int) -> Plane:
    part = np.asarray(whole[:, top : top + rows, left : left + columns], dtype=np.float32)
    missing = ((0, 0), (0, rows - part.shape[1]), (0, columns - part.shape[2]))
    return np.pad(part, missing, mode="edge")


def _sample(planes: Plane, boxes: Boxes, inside: Boxes, top: int, left: int) -> Sample:
    shift = np.array([left, top, left, top], dtype=np.float32)
    moved = boxes.copy()
    moved[:, 1:] -= shift
    x, y = (moved[:, 1] + moved[:, 3]) / 2, (moved[:, 2] + moved[:, 4]) / 2
    kept = (x >= 0) & (y >= 0) & (x < planes.shape[2]) & (y < planes.shape[1])
    inside = (inside - shift).astype(np.float32)
    return Sample(planes=planes[:-1], load=planes[-1], boxes=moved[kept], inside=inside)


def _disturbed(rng: np.random.Generator, sample: Sample) -> Sample:
    """Mirrored half of the time, with a little more noise and a little wrong calibration."""
    planes, load, boxes, inside = sample.planes, sample.load, sample.boxes.copy(), sample.inside.copy()
    if rng.random() < 0.5:
        width = planes.shape[2]
        planes, load = planes[:, :, ::-1], load[:, ::-1]
        boxes[:, [1, 3]] = width - boxes[:, [3, 1]]
        inside[[0, 2]] = width - inside[[2, 0]]
    noise = rng.standard_normal(planes.shape, dtype=np.float32)
    strength = np.array([0.006, 0.006, 0.03], dtype=np.float32)[:, np.newaxis, np.newaxis] * rng.random()
    offset = (rng.standard_normal(3) * (0.01, 0.01, 0.04)).astype(np.float32)[:, np.newaxis, np.newaxis]
    disturbed = planes * np.float32(rng.normal(1, 0.01)) + noise * strength.astype(np.float32) + offset
    return Sample(planes=np.ascontiguousarray(disturbed), load=load, boxes=boxes, inside=inside)
