"""Owns a model file on this machine: found, checked against its manifest, understood by its metadata, and run.

A model is one ONNX file that says itself what it expects and answers; beside it, `manifest.json` names its SHA-256 and
holds the signature of its publisher. A file that is missing, altered, unsigned, without metadata or in parts is
refused: nothing is recognised with it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput, Fault
from scanview.detect.features import PLANES
from scanview.detect.manifest import vouched
from scanview.detect.model_facts import model_facts
from scanview.detect.providers import ONE_THREAD, Runtime, open_session
from scanview.wire.publishers import SCANVIEW_ONLY, Trust

Plane: TypeAlias = NDArray[np.float32]

COARSE = 4
"""Cells of the other maps along one side of a cell of `cargo` and `embedding`."""

EMBEDDING = 32
"""Planes of `Maps.embedding`."""

_PLACES = (Path(__file__).parents[1] / "models", Path(__file__).parents[2] / "models")
_FILE_NAME = "detector.onnx"
_OUTPUTS = ("peaks", "boxes", "load", "cargo", "embedding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maps:
    """What the network answers: cells of `stride` pixels.

    Attributes:
        peaks: scores of the peaks of each class, 0 elsewhere, float32 (classes, h, w).
        boxes: offset in cells (x, y) and size in pixels (width, height), float32 (4, h, w).
        load: probability of a load here, and of being inside the container, float32 (2, h, w).
        cargo: logits of the cargo class of a cell of `COARSE` by `COARSE` of the others, float32
            (classes, h / 4, w / 4); None of a model of kind detector/1.
        embedding: what the network makes of such a cell, float32 (32, h / 4, w / 4); None likewise.
    """

    peaks: Plane
    boxes: Plane
    load: Plane
    cargo: Plane | None = None
    embedding: Plane | None = None


class DetectorModel:
    """A checked model, ready to run."""

    def __init__(
        self, path: Path | None = None, *, trust: Trust = SCANVIEW_ONLY, runtime: Runtime = ONE_THREAD
    ) -> None:
        """Load and check the model.

        Args:
            path: the ONNX file; None takes the one that ships with ScanView.
            trust: whose models may be used.
            runtime: what computes it.

        Raises:
            Unavailable: there is no model file (code `model-missing`), or the provider is not there or does not work
                (code `provider-...`).
            BadInput, NotAllowed: the file must not be used (code `model-...`, see `manifest.vouched`), or its
                metadata do not fit (`model-metadata`).
        """
        file = vouched(path or shipped_model(), trust)
        self._session = open_session(file.content, runtime)
        self.facts = model_facts(self._session.get_modelmeta().custom_metadata_map)
        self.publisher = file.publisher
        """Who vouches for it; empty where nobody does."""
        file.check_names(version=self.facts.version, kind=self.facts.kind)
        self._outputs = _OUTPUTS if self.facts.tells_cargo else _OUTPUTS[:3]
        self._check_answers()

    def run(self, planes: Plane) -> Maps:
        """Maps of `planes`, float32 (3, rows, columns), both a multiple of `facts.multiple`.

        Raises:
            Fault: an answer is not finite (code `model-not-finite`). It would look like a picture without a peak.
        """
        answers = self._session.run(self._outputs, {"planes": planes[np.newaxis]})
        if not all(np.isfinite(answer).all() for answer in answers):
            raise Fault("the model's answers are no numbers", code="model-not-finite")
        return Maps(**{name: answer[0] for name, answer in zip(self._outputs, answers, strict=True)})

    def _check_answers(self) -> None:
        """BadInput (code `model-metadata`) unless a small picture of air gives the maps that the metadata promise."""
        facts = self.facts
        side = facts.multiple * facts.stride * COARSE
        try:
            maps = self.run(np.zeros((len(PLANES), side, side), dtype=np.float32))
        except Exception as error:  # ONNX Runtime raises a class of its own for each way a graph can fail.
            raise BadInput(f"the model does not run as it says: {error}", code="model-metadata") from error
        size = (side // facts.stride, side // facts.stride)
        coarse = (size[0] // COARSE, size[1] // COARSE)
        wanted = {"peaks": (len(facts.classes), *size), "boxes": (4, *size), "load": (2, *size)}
        if facts.tells_cargo:
            wanted["cargo"] = (len(facts.cargo_classes), *coarse)
            wanted["embedding"] = (EMBEDDING, *coarse)
        for name, shape in wanted.items():
            if (answer := getattr(maps, name)).shape != shape:
                raise BadInput(
                    f"the model's {name} are {answer.shape} where its metadata promise {shape}", code="model-metadata"
                )


def shipped_model() -> Path:
    """Where the model that ships with ScanView lies: beside the package, or in `models/` of the source tree."""
    for folder in _PLACES:
        if (folder / _FILE_NAME).exists():
            return folder / _FILE_NAME
    return _PLACES[-1] / _FILE_NAME
