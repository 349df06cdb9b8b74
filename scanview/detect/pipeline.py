"""Owns the way of one scan from its pixels to what the machine says about it, while it arrives or when it is there.

The network is fully convolutional, and no cell of its maps depends on anything further away than `HALO_COLUMNS`. So
the maps of a scan that still arrives are computed behind its newest column, and come out as they would in one piece.
"""

import hashlib
import math
import time
from pathlib import Path

import numpy as np

from scanview.core.review import Finding, Recognition
from scanview.core.scan import Box, ScanHeader, View
from scanview.detect.decode import Detected, decode, highest_score, loaded_area_m2
from scanview.detect.features import Counts, Features, FeatureStream, Plane
from scanview.detect.model import DetectorModel, Maps
from scanview.detect.plausibility import Plausibility
from scanview.imaging.scan_image import ScanImage

LIVE_COLUMNS = 1_024
"""Columns of features that must have come before the network looks at them, so that it is not asked for crumbs."""

WINDOW_COLUMNS = 6_144
"""Most columns of features that go through the network in one piece."""

HALO_COLUMNS = 256
"""How far around a window the network looks as well. Farther than its field of view, so windows leave no seam."""

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

    def begin(self, header: ScanHeader) -> "Recognising":
        """Begin with a scan whose columns are still to come; Refused as `Recognising` says."""
        return Recognising(self._model, header, self._threshold)

    def recognise(self, image: ScanImage) -> Recognition:
        """What there is to say about a scan that is there as a whole; Refused as `Recognising.conclude` says."""
        begun = self.begin(image.header)
        begun.take(image.header.side_index, image.side[1])
        return begun.conclude()


class Recognising:
    """One scan on its way through the model."""

    def __init__(self, model: DetectorModel, header: ScanHeader, threshold: float) -> None:
        """Begin without a column.

        Raises:
            Refused: the side view has no two calibrated energies (code `not-supported`).
        """
        self._model = model
        self._header = header
        self._threshold = threshold
        self._view_index = header.side_index
        self._view = header.views[self._view_index]
        self._features = FeatureStream(self._view, model.facts.mm_per_pixel)
        self._plausibility = Plausibility(self._view)
        self._columns = 0
        self._looked_at = 0
        self._maps: list[Maps] = []
        self._busy_s = 0.0

    def take(self, view: int, counts: Counts) -> None:
        """The next columns of a view of the header, uint16 (channels, rows, n). Those of the side view count."""
        if view != self._view_index or not counts.shape[2]:
            return
        started = time.perf_counter()
        self._columns += counts.shape[2]
        self._plausibility.add(counts)
        self._features.add(counts)
        self._busy_s += time.perf_counter() - started

    def look(self) -> None:
        """Run the network over what has come, where that is enough to be worth it."""
        started = time.perf_counter()
        multiple = self._model.facts.multiple
        final = (self._features.columns - HALO_COLUMNS) // multiple * multiple
        while final - self._looked_at >= LIVE_COLUMNS:
            self._look_at(self._features.planes, min(final, self._looked_at + WINDOW_COLUMNS))
        self._busy_s += time.perf_counter() - started

    def conclude(self) -> Recognition:
        """Findings and emptiness of the scan, with boxes in full-resolution pixels of its side view.

        A container is empty as far as little of it seems loaded, and as far as no object is likely in it: a pistol
        on the floor is too small to count as a load.

        Raises:
            Refused: there was no column (code `not-supported`), or the pixels contradict the header (codes
                `implausible-energies`, `implausible-calibration`).
        """
        started = time.perf_counter()
        facts = self._model.facts
        features = self._features.finish()
        self._plausibility.check(features.planes)
        while self._looked_at < features.planes.shape[2]:
            self._look_at(features.planes, min(features.planes.shape[2], self._looked_at + WINDOW_COLUMNS))
        maps = _joined(self._maps)
        detected = decode(maps, stride=facts.stride, threshold=self._threshold)
        bare = _probability_bare(
            loaded_area_m2(maps, cell_mm=facts.mm_per_pixel * facts.stride), facts.empty_area_m2, facts.empty_width
        )
        self._busy_s += time.perf_counter() - started
        return Recognition(
            model=facts.version,
            empty=bare * (1.0 - highest_score(maps)),
            findings=self._findings(features, detected),
            elapsed_ms=self._busy_s * 1_000,
        )

    def _look_at(self, planes: Plane, stop: int) -> None:
        """The maps from where the last look ended to column `stop` of the features."""
        stride, start = self._model.facts.stride, self._looked_at
        left = max(0, start - HALO_COLUMNS)
        whole = self._model.run(self._padded(planes[:, :, left : stop + HALO_COLUMNS]))
        wanted = slice((start - left) // stride, math.ceil((stop - left) / stride))
        self._maps.append(
            Maps(peaks=whole.peaks[..., wanted], boxes=whole.boxes[..., wanted], load=whole.load[..., wanted])
        )
        self._looked_at = stop

    def _padded(self, planes: Plane) -> Plane:
        """`planes` with air added below and to the right, up to the multiple the network needs."""
        multiple = self._model.facts.multiple
        rows, columns = (math.ceil(size / multiple) * multiple for size in planes.shape[1:])
        padded = np.empty((3, rows, columns), dtype=np.float32)
        padded[:] = np.asarray(_AIR, dtype=np.float32)[:, np.newaxis, np.newaxis]
        padded[:, : planes.shape[1], : planes.shape[2]] = planes
        return padded

    def _findings(self, features: Features, detected: Detected) -> tuple[Finding, ...]:
        facts = self._model.facts
        scale = np.array([features.scale_x, features.scale_y] * 2, dtype=np.float64)
        findings: list[Finding] = []
        for label, score, box in zip(detected.labels, detected.scores, detected.boxes * scale, strict=True):
            placed = _clipped(box.tolist(), self._columns, self._view.rows, self._view.view)
            if placed is None:
                continue
            name = f"{self._header.scan}/{facts.version}/{len(findings)}"
            findings.append(
                Finding(
                    finding=hashlib.sha256(name.encode()).hexdigest()[:32],
                    label=facts.classes[label],
                    score=round(float(score), 4),
                    box=placed,
                )
            )
        return tuple(findings)


def _joined(parts: list[Maps]) -> Maps:
    peaks, boxes, load = (
        np.concatenate(kind, axis=2) for kind in zip(*((p.peaks, p.boxes, p.load) for p in parts), strict=True)
    )
    return Maps(peaks=peaks, boxes=boxes, load=load)


def _clipped(box: list[float], columns: int, rows: int, view: View) -> Box | None:
    """The box in whole pixels inside the picture; None where nothing of it lies there."""
    x0, y0 = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    x1, y1 = min(columns, math.ceil(box[2])), min(rows, math.ceil(box[3]))
    return Box(x0=x0, y0=y0, x1=x1, y1=y1, view=view) if x0 < x1 and y0 < y1 else None


def _probability_bare(area_m2: float, even_m2: float, width: float) -> float:
    """Logistic in the logarithm of the loaded area: a half at `even_m2`."""
    odds = (math.log(even_m2) - math.log(max(area_m2, _NO_AREA_M2))) / width
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, odds))))
