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
from scanview.simulate.cargo import CARGO
from scanview.simulate.scan import simulate_scan
from scanview.simulate.sets import PLAIN, TRAIN
from scanview.simulate.threat_catalogue import OBJECT_CLASSES

Plane: TypeAlias = NDArray[np.float32]
Boxes: TypeAlias = NDArray[np.float32]

MM_PER_PIXEL = 8.0
TRAINING_SEEDS = 1_000_000_000
"""First seed of training; `simulate` and the tests stay far below."""

CARGO_CLASSES = tuple(CARGO)
"""What the planes of the cargo map are, in order."""

_NOTICEABLE_G_CM2 = 0.5
_HIDDEN_OBJECTS = 6
_PLAIN_EVERY = 6
_AROUND_AN_OBJECT = 0.65
_ANYWHERE = 0.4
_EMPHASIS = {"weapon": 2.0}
_BLURRED = 0.3
_PITCHES_MM = (5.0, 5.0, 4.0, 6.0, 8.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One crop.

    Attributes:
        planes: float32 (3, rows, columns), the features.
        load: float32 (rows, columns), 1 where the container holds anything.
        boxes: float32 (n, 5), class index and x0, y0, x1, y1 in pixels of `planes`; centres lie inside the crop.
        inside: the same four numbers for the space inside the container.
        cargo: index of the class of the goods, -1 for none.
    """

    planes: Plane
    load: Plane
    boxes: Boxes
    inside: Boxes
    cargo: int


def cache_scan(seed: int, folder: Path) -> Path:
    """Simulate the scan of `seed` and keep its features (float16) and truth under `folder`; done once.

    Every sixth is of the simplest traffic, set `plain`: a model that saw only the varied one does worse on it.
    """
    target = folder / f"{seed}.npy"
    if target.exists() and target.with_suffix(".json").exists():
        return target
    simulated = simulate_scan(
        seed,
        pitch_mm=_PITCHES_MM[seed % len(_PITCHES_MM)],
        hidden=None if seed % 4 == 0 else _HIDDEN_OBJECTS,
        scene_set=PLAIN if seed % _PLAIN_EVERY == _PLAIN_EVERY - 1 else TRAIN,
    )
    features = extract_features(simulated.image, MM_PER_PIXEL)
    scale = np.array([features.scale_x, features.scale_y] * 2)
    truth = {
        "boxes": [
            [OBJECT_CLASSES.index(o.label), *(np.array(o.box.corners) / scale).round(3).tolist()]
            for o in simulated.truth.objects
        ],
        "inside": (np.array(simulated.truth.inside.corners) / scale).round(3).tolist(),
        "cargo": simulated.truth.cargo,
        "empty": simulated.truth.empty,
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
    """Endless crops of `rows` by `columns` pixels: mostly around an object, some anywhere; flipped and disturbed.

    Rare classes of objects come more often than they are, with the root of their frequency, and weapons, which are
    the hardest, twice as often as that. Crops from anywhere show the ground, the wheels and the driver's cab, where a
    model that had seen too little of them took their parts for loads.
    """
    truths = [json.loads(path.with_suffix(".json").read_text()) for path in paths]
    objects = [(index, box) for index, truth in enumerate(truths) for box in truth["boxes"]]
    labels = np.array([int(box[0]) for _, box in objects])
    weights = np.bincount(labels, minlength=len(OBJECT_CLASSES)).clip(1)[labels] ** -0.5
    weights *= np.array([_EMPHASIS.get(name, 1.0) for name in OBJECT_CLASSES])[labels]
    weights /= weights.sum()
    while True:
        index, box = int(rng.integers(len(paths))), None
        if rng.random() < _AROUND_AN_OBJECT:
            index, box = objects[int(rng.choice(len(objects), p=weights))]
        truth = truths[index]
        whole = np.load(paths[index], mmap_mode="r")
        boxes = np.asarray(truth["boxes"], dtype=np.float32).reshape(-1, 5)
        inside = np.asarray(truth["inside"], dtype=np.float32)
        top, left = _corner(rng, whole.shape[1:], box, inside, rows, columns)
        cargo = CARGO_CLASSES.index(truth["cargo"]) if truth["cargo"] else -1
        planes = _cut(whole, top, left, rows, columns)
        yield _disturbed(rng, _sample(planes, boxes, inside, (top, left), cargo))


def _corner(
    rng: np.random.Generator, size: tuple[int, ...], box: list[float] | None, inside: Boxes, rows: int, columns: int
) -> tuple[int, int]:
    if box is not None:
        x = float(box[1] + box[3]) / 2 + rng.uniform(-0.4, 0.4) * columns
        y = float(box[2] + box[4]) / 2 + rng.uniform(-0.25, 0.25) * rows
    elif rng.random() >= _ANYWHERE:
        x, y = rng.uniform(inside[0], inside[2]), rng.uniform(inside[1], inside[3])
    else:
        x, y = rng.uniform(0, size[1]), rng.uniform(0, size[0])
    top = int(np.clip(y - rows / 2, 0, max(0, size[0] - rows)))
    return top, int(np.clip(x - columns / 2, 0, max(0, size[1] - columns)))


def _cut(whole: NDArray[np.float16], top: int, left: int, rows: int, columns: int) -> Plane:
    part = np.asarray(whole[:, top : top + rows, left : left + columns], dtype=np.float32)
    missing = ((0, 0), (0, rows - part.shape[1]), (0, columns - part.shape[2]))
    return np.pad(part, missing, mode="edge")


def _sample(planes: Plane, boxes: Boxes, inside: Boxes, corner: tuple[int, int], cargo: int) -> Sample:
    top, left = corner
    shift = np.array([left, top, left, top], dtype=np.float32)
    moved = boxes.copy()
    moved[:, 1:] -= shift
    x, y = (moved[:, 1] + moved[:, 3]) / 2, (moved[:, 2] + moved[:, 4]) / 2
    kept = (x >= 0) & (y >= 0) & (x < planes.shape[2]) & (y < planes.shape[1])
    inside = (inside - shift).astype(np.float32)
    return Sample(planes=planes[:-1], load=planes[-1], boxes=moved[kept], inside=inside, cargo=cargo)


def _disturbed(rng: np.random.Generator, sample: Sample) -> Sample:
    """Mirrored half of the time; with a little more noise, wrong calibration and unsharpness than it has."""
    planes, load, boxes, inside = sample.planes, sample.load, sample.boxes.copy(), sample.inside.copy()
    if rng.random() < 0.5:
        width = planes.shape[2]
        planes, load = planes[:, :, ::-1], np.ascontiguousarray(load[:, ::-1])
        boxes[:, [1, 3]] = width - boxes[:, [3, 1]]
        inside[[0, 2]] = width - inside[[2, 0]]
    if rng.random() < _BLURRED:
        sigma = float(rng.uniform(0.3, 0.8))
        planes = np.stack([cv2.GaussianBlur(plane, (3, 3), sigma) for plane in np.ascontiguousarray(planes)])
    noise = rng.standard_normal(planes.shape, dtype=np.float32)
    strength = np.array([0.008, 0.008, 0.04], dtype=np.float32)[:, np.newaxis, np.newaxis] * rng.random() ** 2
    offset = (rng.standard_normal(3) * (0.01, 0.01, 0.04)).astype(np.float32)[:, np.newaxis, np.newaxis]
    disturbed = planes * np.float32(rng.normal(1, 0.015)) + noise * strength.astype(np.float32) + offset
    planes = np.ascontiguousarray(disturbed, dtype=np.float32)
    return Sample(planes=planes, load=load, boxes=boxes, inside=inside, cargo=sample.cargo)
