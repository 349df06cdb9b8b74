"""Owns an ONNX model of others: checked like ours, shown what its descriptor asks for, its answers brought to boxes."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput, Refused
from scanview.core.scan import Channel
from scanview.detect.decode import Boxes, Detected, decode, without_doubles
from scanview.detect.features import extract_features
from scanview.detect.manifest import vouched
from scanview.detect.model import Maps
from scanview.detect.plug_ins.descriptor import PLUG_IN, Descriptor, parse_descriptor
from scanview.detect.plug_ins.protocol import MAX_SIGHTINGS, Sighting
from scanview.detect.plug_ins.windows import Window, windows
from scanview.detect.providers import Runtime, open_session
from scanview.imaging.scan_image import ScanImage
from scanview.wire.publishers import Trust

Plane: TypeAlias = NDArray[np.float32]

_PLANES = ("attenuation-high", "attenuation-low", "material")


class OnnxPlugIn:
    """A model of others with a descriptor, ready to run."""

    def __init__(self, path: Path, *, trust: Trust, runtime: Runtime) -> None:
        """Load and check descriptor and model.

        Args:
            path: the descriptor; the model and the manifest lie beside it.
            trust: whose models may be used.
            runtime: what computes it.

        Raises:
            Unavailable, BadInput, NotAllowed: one of the files must not be used (codes `model-...`, as
                `manifest.vouched` says), the descriptor is damaged (`bad-descriptor`), or the model does not answer
                as it says (`model-metadata`).
        """
        file = vouched(path, trust)
        self.descriptor = parse_descriptor(file.content, path.name)
        file.check_names(version=self.descriptor.signed_as, kind=PLUG_IN)
        model = vouched(path.with_name(self.descriptor.file), trust)
        model.check_names(version=self.descriptor.signed_as, kind=PLUG_IN)
        self.publisher = file.publisher
        self._session = open_session(model.content, runtime)
        self._input = self.descriptor.input.name or self._session.get_inputs()[0].name
        self._check_answers()

    @property
    def name(self) -> str:
        """The name in the descriptor."""
        return self.descriptor.name

    @property
    def version(self) -> str:
        """The version in the descriptor."""
        return self.descriptor.version

    def find(self, image: ScanImage) -> Iterable[Sighting]:
        """What the model sees in the side view; Refused where the scan has not what it wants."""
        picture, scale_x, scale_y = self._picture(image)
        found = self._look(picture)
        scale = np.array([scale_x, scale_y] * 2, dtype=np.float64)
        for label, score, box in zip(found.labels, found.scores, found.boxes * scale, strict=True):
            if box[0] < box[2] and box[1] < box[3]:
                x0, y0, x1, y1 = box.tolist()
                label_name = self.descriptor.classes[label]
                yield Sighting(label=label_name, score=round(float(score), 4), corners=(x0, y0, x1, y1))

    # -- what it is shown -----------------------------------------------------------------------------------------

    def _picture(self, image: ScanImage) -> tuple[Plane, float, float]:
        """Normalised planes, float32 (planes, rows, columns), and columns and rows of the scan per pixel of them."""
        wanted = self.descriptor.input
        if wanted.planes:
            features = extract_features(image, wanted.mm_per_pixel)
            planes = features.planes[[_PLANES.index(name) for name in wanted.planes]]
            scale_x, scale_y = features.scale_x, features.scale_y
        else:
            planes, scale_x, scale_y = _channels(image, wanted.channels, wanted.mm_per_pixel)
        count = planes.shape[0]
        mean = np.array(wanted.mean or [0.0] * count, dtype=np.float32)[:, np.newaxis, np.newaxis]
        std = np.array(wanted.std or [1.0] * count, dtype=np.float32)[:, np.newaxis, np.newaxis]
        return np.asarray((planes - mean) / std, dtype=np.float32), scale_x, scale_y

    # -- what it answers ------------------------------------------------------------------------------------------

    def _look(self, picture: Plane) -> Detected:
        """Objects in pixels of the picture, each once, by falling score."""
        wanted = self.descriptor.input
        parts = [
            _within(self._answer(picture[:, window.top : window.bottom, window.left : window.right]), window)
            for window in windows((picture.shape[1], picture.shape[2]), wanted.window, wanted.overlap)
        ]
        labels = np.concatenate([part.labels for part in parts])
        scores = np.concatenate([part.scores for part in parts])
        boxes = np.concatenate([part.boxes for part in parts])
        order = np.argsort(-scores, kind="stable")[: 4 * MAX_SIGHTINGS]
        kept = order[without_doubles(labels[order], boxes[order])][:MAX_SIGHTINGS]
        return Detected(labels=labels[kept], scores=scores[kept], boxes=boxes[kept])

    def _answer(self, part: Plane) -> Detected:
        """Objects in pixels of one window, as far as their scores reach the threshold."""
        multiple = self.descriptor.input.multiple
        rows, columns = (math.ceil(size / multiple) * multiple for size in part.shape[1:])
        filled = np.pad(part, ((0, 0), (0, rows - part.shape[1]), (0, columns - part.shape[2])), mode="edge")
        said = self.descriptor.output
        names = [name for name in (said.boxes, said.scores, said.labels) if name]
        answers = dict(zip(names, self._session.run(names, {self._input: filled[np.newaxis]}), strict=True))
        found = (
            _of_maps(self.descriptor, answers, (rows, columns), part.shape[1:])
            if said.form == "peaks"
            else _of_lists(self.descriptor, answers, (rows, columns))
        )
        if not (np.isfinite(found.boxes).all() and (found.scores <= 1).all()):
            raise BadInput(f"{self.name} answers boxes or scores that are none", code="model-metadata")
        return found

    def _check_answers(self) -> None:
        """BadInput (code `model-metadata`) unless a small picture of zeros is answered as the descriptor says."""
        wanted = self.descriptor.input
        side = math.ceil(64 / wanted.multiple) * wanted.multiple
        sides = [min(side, most) for most in wanted.window]
        try:
            self._answer(np.zeros((len(wanted.planes or wanted.channels), *sides), dtype=np.float32))
        except Exception as error:  # ONNX Runtime raises a class of its own for each way a graph can fail.
            raise BadInput(
                f"{self.name} does not answer as its descriptor says: {error}", code="model-metadata"
            ) from error


def _channels(image: ScanImage, names: Iterable[str], mm_per_pixel: float) -> tuple[Plane, float, float]:
    view, counts = image.side
    if missing := [name for name in names if Channel(name) not in view.channels]:
        raise Refused(f"the scan has no channel {', '.join(missing)}", code="not-supported")
    rows = max(1, round(view.rows * view.pitch_y_mm / mm_per_pixel))
    columns = max(1, round(counts.shape[2] * view.pitch_x_mm / mm_per_pixel))
    planes = [
        cv2.resize(counts[view.channels.index(Channel(name))], (columns, rows), interpolation=cv2.INTER_AREA)
        for name in names
    ]
    return np.stack(planes).astype(np.float32), counts.shape[2] / columns, view.rows / rows


def _of_maps(
    descriptor: Descriptor, answers: Mapping[str, Any], size: tuple[int, int], seen: tuple[int, ...]
) -> Detected:
    """Objects in maps of a window of `size`, of which only (rows, columns) `seen` are picture and not filling."""
    said = descriptor.output
    cells = tuple(side // said.stride for side in size)
    peaks, boxes = answers[said.scores][0], answers[said.boxes][0]
    if peaks.shape != (len(descriptor.classes), *cells) or boxes.shape != (4, *cells):
        raise BadInput(f"maps of {peaks.shape} and {boxes.shape} for {cells} cells", code="model-metadata")
    if not np.isfinite(peaks).all():
        raise BadInput("peaks that are no numbers", code="model-metadata")
    inside = np.zeros((2, *cells), dtype=np.float32)
    inside[:, : math.ceil(seen[0] / said.stride), : math.ceil(seen[1] / said.stride)] = 1.0
    return decode(Maps(peaks=peaks, boxes=boxes, load=inside), stride=said.stride, threshold=descriptor.score_threshold)


def _of_lists(descriptor: Descriptor, answers: Mapping[str, Any], size: tuple[int, int]) -> Detected:
    said = descriptor.output
    boxes = np.asarray(answers[said.boxes], dtype=np.float32).reshape(-1, 4)
    if said.labels:
        scores = np.asarray(answers[said.scores], dtype=np.float32).reshape(-1)
        labels = np.asarray(answers[said.labels], dtype=np.int64).reshape(-1) - said.first_label
    else:
        columns = np.asarray(answers[said.scores], dtype=np.float32).reshape(len(boxes), -1)[:, said.first_label :]
        if columns.shape[1] != len(descriptor.classes):
            raise BadInput(f"scores of {columns.shape[1]} classes", code="model-metadata")
        labels, scores = columns.argmax(axis=1), columns.max(axis=1, initial=0.0)
    if not len(boxes) == len(scores) == len(labels) or (labels >= len(descriptor.classes)).any():
        raise BadInput(f"{len(boxes)} boxes, {len(scores)} scores, labels {labels[:5]}", code="model-metadata")
    if np.isnan(scores).any():
        raise BadInput("scores that are no numbers", code="model-metadata")
    wanted = (scores >= descriptor.score_threshold) & (labels >= 0)
    corners = _corners(boxes[wanted], said.box)
    if said.relative:
        corners = corners * np.array([size[1], size[0]] * 2, dtype=np.float32)
    return Detected(labels=labels[wanted], scores=scores[wanted], boxes=corners)


def _corners(boxes: Boxes, form: str) -> Boxes:
    if form == "xyxy":
        return boxes
    first, extent = boxes[:, :2], boxes[:, 2:]
    start = first - extent / 2 if form == "cxcywh" else first
    return np.concatenate([start, start + extent], axis=1)


def _within(found: Detected, window: Window) -> Detected:
    """What is found in a window, in pixels of the picture, as far as its middle lies in the inner part."""
    boxes = found.boxes + np.array([window.left, window.top] * 2, dtype=np.float32)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    first_row, first_column, last_row, last_column = window.inner
    kept = (x >= first_column) & (x < last_column) & (y >= first_row) & (y < last_row)
    return Detected(labels=found.labels[kept], scores=found.scores[kept], boxes=boxes[kept])
