"""Owns the way of one scan from its pixels to what the machine says about it, while it arrives or when it is there.

The network is fully convolutional, and no cell of its maps depends on anything further away than `HALO_COLUMNS`. So
the maps of a scan that still arrives are computed behind its newest column, and come out as they would in one piece.
"""

import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from scanview.core.review import Recognition
from scanview.core.scan import ScanHeader
from scanview.detect.calibration import DEFAULT_ALPHA, RISK_FLOOR
from scanview.detect.conclusion import Examination, RawMark, conclude
from scanview.detect.decode import clipped, decode, highest_score
from scanview.detect.features import Counts, Features, FeatureStream, Plane
from scanview.detect.inside import without_slips
from scanview.detect.model import COARSE, DetectorModel, Maps
from scanview.detect.plausibility import Plausibility, container_doubts
from scanview.detect.providers import ONE_THREAD, Runtime
from scanview.detect.scan_head import gather
from scanview.imaging.scan_image import ScanImage
from scanview.wire.publishers import SCANVIEW_ONLY, Trust

LIVE_COLUMNS = 1_024
"""Columns of features that must have come before the network looks at them, so that it is not asked for crumbs."""

WINDOW_COLUMNS = 6_144
"""Most columns of features that go through the network in one piece."""

HALO_COLUMNS = 256
"""How far around a window the network looks as well. Farther than its field of view, so windows leave no seam.

A multiple of what the network's input must be a multiple of, so that windows share the grid of cells."""

_AIR = (0.0, 0.0, 0.5)
_NO_AREA_M2 = 1e-4


class Recogniser:
    """Says what is in a scan. One per process or thread: a model runs one picture at a time."""

    is_usable = True

    def __init__(
        self,
        model_path: Path | None = None,
        *,
        runtime: Runtime = ONE_THREAD,
        trust: Trust = SCANVIEW_ONLY,
        score_threshold: float | None = None,
        alpha: float = DEFAULT_ALPHA,
    ) -> None:
        """Load the model.

        Args:
            model_path: the ONNX file; None takes the one that ships with ScanView.
            runtime: what computes it, and with how many threads.
            trust: whose models may be used.
            score_threshold: calibrated score below which nothing is reported; None takes the model's own.
            alpha: share of harmful scans that may at most be released on the machine's word.

        Raises:
            Unavailable, BadInput, NotAllowed: the model is missing or must not be used (see `model.DetectorModel`).
        """
        self._model = DetectorModel(model_path, runtime=runtime, trust=trust)
        self._threshold = score_threshold
        self._alpha = alpha

    @property
    def model(self) -> str:
        """The version that recognitions name."""
        return self._model.facts.version

    def begin(self, header: ScanHeader) -> "Recognising":
        """Begin with a scan whose columns are still to come; Refused as `Recognising` says."""
        return Recognising(self._model, header, threshold=self._threshold, alpha=self._alpha)

    def recognise(self, image: ScanImage) -> Recognition:
        """What there is to say about a scan that is there as a whole; Refused as `Recognising.conclude` says."""
        return self._taken_in(image).conclude()

    def examine(self, image: ScanImage) -> Examination:
        """What such a scan shows, as models are calibrated on it; Refused as `Recognising.conclude` says."""
        return self._taken_in(image).examine()

    def _taken_in(self, image: ScanImage) -> "Recognising":
        begun = self.begin(image.header)
        begun.take(image.header.side_index, image.side[1])
        return begun


class Recognising:
    """One scan on its way through the model."""

    def __init__(
        self, model: DetectorModel, header: ScanHeader, *, threshold: float | None = None, alpha: float = DEFAULT_ALPHA
    ) -> None:
        """Begin without a column; `threshold` and `alpha` as for `Recogniser`.

        Raises:
            Refused: the side view has no two calibrated energies (code `not-supported`).
        """
        self._model = model
        self._header = header
        self._threshold = threshold
        self._alpha = alpha
        self._view_index = header.side_index
        self._view = header.views[self._view_index]
        self._features = FeatureStream(self._view, model.facts.mm_per_pixel)
        self._plausibility = Plausibility(self._view, container_type=header.container_type)
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
        multiple = math.lcm(self._model.facts.multiple, self._model.facts.stride * COARSE)
        final = (self._features.columns - HALO_COLUMNS) // multiple * multiple
        while final - self._looked_at >= LIVE_COLUMNS:
            self._look_at(self._features.planes, min(final, self._looked_at + WINDOW_COLUMNS))
        self._busy_s += time.perf_counter() - started

    def conclude(self) -> Recognition:
        """What is said of the scan, with boxes in full-resolution pixels of its side view.

        Raises:
            Refused: there was no column (code `not-supported`), or the pixels contradict the header (codes
                `implausible-...`, as `plausibility.Plausibility.check` says).
        """
        examination = self.examine()
        said = conclude(self._header, self._model.facts, examination, threshold=self._threshold, alpha=self._alpha)
        return replace(said, elapsed_ms=self._busy_s * 1_000)

    def examine(self) -> Examination:
        """What the scan shows, now that it is whole; Refused as `conclude` says."""
        started = time.perf_counter()
        facts = self._model.facts
        features = self._features.finish()
        doubts = self._plausibility.check(features.planes)
        while self._looked_at < features.planes.shape[2]:
            self._look_at(features.planes, min(features.planes.shape[2], self._looked_at + WINDOW_COLUMNS))
        maps = without_slips(_joined(self._maps), cell_mm=facts.mm_per_pixel * facts.stride)
        evidence = gather(maps, features.planes[0], stride=facts.stride, mm_per_pixel=facts.mm_per_pixel)
        if facts.tells_cargo:
            doubts += container_doubts(self._header, evidence.inside_mm)
        examination = Examination(
            marks=self._marks(features, maps),
            evidence=evidence,
            bare=_probability_bare(evidence.loaded_m2, facts.empty_area_m2, facts.empty_width),
            highest=highest_score(maps),
            doubts=doubts,
        )
        self._busy_s += time.perf_counter() - started
        return examination

    def _look_at(self, planes: Plane, stop: int) -> None:
        """The maps from where the last look ended to column `stop` of the features."""
        stride, start = self._model.facts.stride, self._looked_at
        left = max(0, start - HALO_COLUMNS)
        whole = self._model.run(self._padded(planes[:, :, left : stop + HALO_COLUMNS]))
        fine = slice((start - left) // stride, math.ceil((stop - left) / stride))
        coarse = slice((start - left) // (stride * COARSE), math.ceil((stop - left) / (stride * COARSE)))
        self._maps.append(
            Maps(
                peaks=whole.peaks[..., fine],
                boxes=whole.boxes[..., fine],
                load=whole.load[..., fine],
                cargo=None if whole.cargo is None else whole.cargo[..., coarse],
                embedding=None if whole.embedding is None else whole.embedding[..., coarse],
            )
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

    def _marks(self, features: Features, maps: Maps) -> tuple[RawMark, ...]:
        facts = self._model.facts
        detected = decode(maps, stride=facts.stride, threshold=RISK_FLOOR)
        scale = np.array([features.scale_x, features.scale_y] * 2, dtype=np.float64)
        marks: list[RawMark] = []
        for label, score, box in zip(detected.labels, detected.scores, detected.boxes * scale, strict=True):
            placed = clipped(box.tolist(), self._columns, self._view.rows, self._view.view)
            if placed is not None:
                marks.append(RawMark(label=facts.classes[label], score=float(score), box=placed))
        return tuple(marks)


def _joined(parts: list[Maps]) -> Maps:
    return Maps(
        peaks=np.concatenate([part.peaks for part in parts], axis=2),
        boxes=np.concatenate([part.boxes for part in parts], axis=2),
        load=np.concatenate([part.load for part in parts], axis=2),
        cargo=_joined_planes([part.cargo for part in parts]),
        embedding=_joined_planes([part.embedding for part in parts]),
    )


def _joined_planes(parts: list[Plane | None]) -> Plane | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there, axis=2) if there else None


def _probability_bare(area_m2: float, even_m2: float, width: float) -> float:
    """Logistic in the logarithm of the loaded area: a half at `even_m2`."""
    odds = (math.log(even_m2) - math.log(max(area_m2, _NO_AREA_M2))) / width
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, odds))))
