"""Owns the way of one scan from its pixels to what the machine says about it."""

import hashlib
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scanview.core.review import Finding, Recognition
from scanview.core.scan import Box, View
from scanview.detect.decode import Detected, decode, highest_score, loaded_area_m2
from scanview.detect.features import Features, Plane, extract_features
from scanview.detect.model import DetectorModel, Maps
from scanview.detect.plausibility import check_plausible
from scanview.imaging.scan_image import ScanImage

WINDOW_COLUMNS = 6_144
"""Columns of features that go through the network in one piece; a longer scan goes in overlapping windows."""

_HALO_COLUMNS = 512
_AIR = (0.0, 0.0, 0.5)
_NO_AREA_M2 = 1e-4


class Recogniser:
    """Says what is in a scan. One per process or thread: a model runs one picture at a time."""

    def __init__(
        self, model_path: Path | None = None, *, threads: int = 1, score_threshold: float | None = None
    ) -> None:
        """Load the model.

        Args:
            model_path: the ONNX file; None takes the one that ships with ScanView.
            threads: threads that one picture is computed with.
            score_threshold: score below which nothing is reported; None takes the model's own.

        Raises:
            Unavailable, BadInput: the model is missing or must not be used (see `model.DetectorModel`).
        """
        self._model = DetectorModel(model_path, threads=threads)
        self._threshold = self._model.facts.score_threshold if score_threshold is None else score_threshold

    @property
    def model(self) -> str:
        """The version that recognitions name."""
        return self._model.facts.version

    def recognise(self, image: ScanImage) -> Recognition:
        """Findings and emptiness of `image`, with boxes in full-resolution pixels of its side view.

        A container is empty as far as little of it seems loaded, and as far as no object is likely in it: a pistol
        on the floor is too small to count as a load.

        Raises:
            Refused: the scan has no two calibrated energies (code `not-supported`), or its pixels contradict its
                header (codes `implausible-energies`, `implausible-calibration`).
        """
        started = time.perf_counter()
        facts = self._model.facts
        features = extract_features(image, facts.mm_per_pixel)
        check_plausible(image, features.planes)
        maps = self._maps(features.planes)
        detected = decode(maps, stride=facts.stride, threshold=self._threshold)
        bare = _probability_bare(
            loaded_area_m2(maps, cell_mm=facts.mm_per_pixel * facts.stride), facts.empty_area_m2, facts.empty_width
        )
        return Recognition(
            model=facts.version,
            empty=bare * (1.0 - highest_score(maps)),
            findings=self._findings(image, features, detected),
            elapsed_ms=(time.perf_counter() - started) * 1_000,
        )

    def _maps(self, planes: Plane) -> Maps:
        """Maps of the whole scan, put together from windows whose borders were computed twice."""
        stride = self._model.facts.stride
        parts = []
        for start, stop in _windows(planes.shape[2]):
            left = max(0, start - _HALO_COLUMNS)
            whole = self._model.run(self._padded(planes[:, :, left : stop + _HALO_COLUMNS]))
            wanted = slice((start - left) // stride, math.ceil((stop - left) / stride))
            parts.append((whole.peaks[..., wanted], whole.boxes[..., wanted], whole.load[..., wanted]))
        peaks, boxes, load = (np.concatenate(kind, axis=2) for kind in zip(*parts, strict=True))
        return Maps(peaks=peaks, boxes=boxes, load=load)

    def _padded(self, planes: Plane) -> Plane:
        """`planes` with air added below and to the right, up to the multiple the network needs."""
        multiple = self._model.facts.multiple
        rows, columns = (math.ceil(size / multiple) * multiple for size in planes.shape[1:])
        padded = np.empty((3, rows, columns), dtype=np.float32)
        padded[:] = np.asarray(_AIR, dtype=np.float32)[:, np.newaxis, np.newaxis]
        padded[:, : planes.shape[1], : planes.shape[2]] = planes
        return padded

    def _findings(self, image: ScanImage, features: Features, detected: Detected) -> tuple[Finding, ...]:
        view, counts = image.side
        scale = np.array([features.scale_x, features.scale_y] * 2, dtype=np.float64)
        findings: list[Finding] = []
        for label, score, box in zip(detected.labels, detected.scores, detected.boxes * scale, strict=True):
            placed = _clipped(box.tolist(), counts.shape[2], counts.shape[1], view.view)
            if placed is None:
                continue
            name = f"{image.header.scan}/{self.model}/{len(findings)}"
            findings.append(
                Finding(
                    finding=hashlib.sha256(name.encode()).hexdigest()[:32],
                    label=self._model.facts.classes[label],
                    score=round(float(score), 4),
                    box=placed,
                )
            )
        return tuple(findings)


def _windows(columns: int) -> Iterator[tuple[int, int]]:
    for start in range(0, columns, WINDOW_COLUMNS):
        yield start, min(start + WINDOW_COLUMNS, columns)


def _clipped(box: list[float], columns: int, rows: int, view: View) -> Box | None:
    """The box in whole pixels inside the picture; None where nothing of it lies there."""
    x0, y0 = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    x1, y1 = min(columns, math.ceil(box[2])), min(rows, math.ceil(box[3]))
    return Box(x0=x0, y0=y0, x1=x1, y1=y1, view=view) if x0 < x1 and y0 < y1 else None


def _probability_bare(area_m2: float, even_m2: float, width: float) -> float:
    """Logistic in the logarithm of the loaded area: a half at `even_m2`."""
    odds = (math.log(even_m2) - math.log(max(area_m2, _NO_AREA_M2))) / width
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, odds))))
