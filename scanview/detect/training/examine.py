"""Owns what a model says of one scan beside what is true of it, as the measurement of a model wants it."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from scanview.core.errors import Refused, ScanViewError
from scanview.core.scan import Channel
from scanview.detect.pipeline import Recogniser
from scanview.detect.results import Result, result_of
from scanview.detect.training.baseline import contrast_marks
from scanview.detect.training.draws import TRAFFIC, Draw
from scanview.detect.training.sampling import Record
from scanview.formats.apart import read_scan_apart
from scanview.imaging.physics import hidden
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import SimulatedScan
from scanview.simulate.truth import TrueObject, truth_line
from scanview.wire.publishers import ANYBODY

_DARK_SHARE = 0.5

LOWEST_SCORE = 0.005
"""Score from which findings are asked for: far below what is shown, because curves need the whole range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A scan file and what is true of it, in the form of a result file."""

    path: Path
    truth: dict[str, Any]

    @property
    def name(self) -> str:
        """The file's name in its set."""
        return str(self.truth["scan"])


@lru_cache(maxsize=1)
def recogniser_of(model_path: Path | None) -> Recogniser:
    """The model of this process, loaded when it is first asked for."""
    return Recogniser(model_path, trust=ANYBODY, score_threshold=LOWEST_SCORE)


def examine_draw(model_path: Path | None, draw: Draw) -> Record:
    """Simulate a scan and recognise it.

    Returns:
        `truth` in the form of a result file, with `kind` of the draw and, in each finding, `reached`: whether the
        beam comes through where it is; `result` as `_result` says, with `contrast` in traffic: the marks of
        `baseline.contrast_marks`.
    """
    simulated = draw.simulated()
    truth = json.loads(truth_line(draw.name, "", simulated.truth)) | {"kind": draw.kind}
    for finding, thing in zip(truth["findings"], simulated.truth.objects, strict=True):
        finding["reached"] = _is_reached(simulated, thing)
    result = _result(model_path, draw.name, simulated.image)
    if draw.kind == TRAFFIC and "refused" not in result:
        result["contrast"] = contrast_marks(simulated.image, simulated.truth.inside)
    return {"truth": truth, "result": result}


def _is_reached(simulated: SimulatedScan, thing: TrueObject) -> bool:
    """Whether at least half of the object's pixels get more of the high beam than what may all be stray radiation."""
    view, counts = simulated.image.side
    cut = counts[view.channels.index(Channel.HIGH), thing.box.y0 : thing.box.y1, thing.box.x0 : thing.box.x1]
    dark = hidden(cut, view.calibration(Channel.HIGH))
    return bool((dark[thing.mask] if thing.mask is not None else dark).mean() < _DARK_SHARE)


def examine_file(model_path: Path | None, known: KnownFile) -> Record:
    """Read a scan from a file and recognise it; like `examine_draw`, without `contrast`."""
    truth = known.truth | {"kind": TRAFFIC}
    try:
        image = read_scan_apart(known.path)
    except ScanViewError as error:
        return {"truth": truth, "result": _refused(known.name, error)}
    return {"truth": truth, "result": _result(model_path, known.name, image)}


def _result(model_path: Path | None, name: str, image: ScanImage) -> Result:
    """The result of a scan with its risk and emptiness as exact as they are told; `refused` where there is none."""
    try:
        recognition = recogniser_of(model_path).recognise(image)
    except Refused as error:
        return _refused(name, error)
    _, counts = image.side
    result = result_of(name, "", recognition, rows=counts.shape[1], columns=counts.shape[2])
    return result | {"empty": recognition.empty, "risk": recognition.risk}


def _refused(name: str, error: ScanViewError) -> Result:
    return {"scan": name, "findings": [], "refused": error.code}
