"""Owns what a scan shows to a model before any calibration, kept so that fitting need not look again."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from scanview.core.errors import Refused
from scanview.core.review import UNKNOWN
from scanview.core.scan import Box
from scanview.detect.calibration import EXCUSED
from scanview.detect.conclusion import Examination, RawMark, chapter_of
from scanview.detect.pipeline import Recogniser
from scanview.detect.scan_head import Evidence
from scanview.detect.scoring import Result
from scanview.detect.training.draws import Draw
from scanview.detect.training.sampling import Record
from scanview.simulate.truth import truth_line
from scanview.wire.publishers import ANYBODY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """One calibration scan.

    Attributes:
        kind: of the draw.
        truth: what is true of it, in the form of a result file.
        chapter: declared HS chapter, two digits; empty for none.
        examination: what it shows; None where it was refused.
    """

    kind: str
    truth: Result
    chapter: str
    examination: Examination | None

    @property
    def harms(self) -> frozenset[str]:
        """Classes of what is hidden in it, but for what its papers excuse."""
        hidden = {str(item["class"]) for item in self.truth["findings"] if not item.get("declared")}
        return frozenset(label for label in hidden if (label, self.chapter) not in EXCUSED)


@lru_cache(maxsize=1)
def _recogniser(model_path: Path) -> Recogniser:
    return Recogniser(model_path, trust=ANYBODY)


def measure_draw(model_path: Path, draw: Draw) -> Record:
    """Simulate a scan and look at it: a record that `measured` reads."""
    simulated = draw.simulated()
    record: Record = {
        "kind": draw.kind,
        "truth": json.loads(truth_line(draw.name, "", simulated.truth)),
        "chapter": chapter_of(simulated.image.header),
        "examination": None,
    }
    try:
        record["examination"] = _written(_recogniser(model_path).examine(simulated.image))
    except Refused as error:
        record["refused"] = error.code
    return record


def _written(examination: Examination) -> dict[str, Any]:
    evidence = examination.evidence
    return {
        "marks": [[mark.label, mark.score, list(mark.box.corners)] for mark in examination.marks],
        "predictors": list(evidence.predictors),
        "cargo": None if evidence.cargo is None else evidence.cargo.tolist(),
        "pooled": None if evidence.pooled is None else evidence.pooled.tolist(),
        "loaded_m2": evidence.loaded_m2,
        "dense_m2": evidence.dense_m2,
        "bare": examination.bare,
        "highest": examination.highest,
    }


def measured(record: Record) -> Measured:
    """The scan of a record that `measure_draw` made."""
    examination = record["examination"]
    return Measured(
        kind=record["kind"],
        truth=record["truth"],
        chapter=record["chapter"],
        examination=_read(examination) if examination else None,
    )


def _read(record: dict[str, Any]) -> Examination:
    return Examination(
        marks=tuple(RawMark(label=label, score=score, box=_box(box)) for label, score, box in record["marks"]),
        evidence=Evidence(
            predictors=tuple(record["predictors"]),
            cargo=None if record["cargo"] is None else np.array(record["cargo"], dtype=np.float64),
            pooled=None if record["pooled"] is None else np.array(record["pooled"], dtype=np.float32),
            homogeneity=UNKNOWN,
            loaded_m2=record["loaded_m2"],
            dense_m2=record["dense_m2"],
            inside_mm=None,
        ),
        bare=record["bare"],
        highest=record["highest"],
        doubts=(),
    )


def _box(corners: list[int]) -> Box:
    x0, y0, x1, y1 = corners
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)
