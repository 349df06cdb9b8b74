"""Owns a model file on this machine: found, checked against its manifest, understood by its metadata, and run.

A model is one ONNX file that says itself what it expects and answers; beside it, `manifest.json` names its SHA-256.
A file that is missing, altered, without metadata or in parts is refused: nothing is recognised with it.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.features import PLANES
from scanview.detect.model_facts import model_facts

Plane: TypeAlias = NDArray[np.float32]

MANIFEST = "manifest.json"
MAX_MODEL_BYTES = 40 << 20
COARSE = 4
"""Cells of the other maps along one side of a cell of `cargo` and `embedding`."""

EMBEDDING = 32
"""Planes of `Maps.embedding`."""

_PLACES = (Path(__file__).parents[1] / "models", Path(__file__).parents[2] / "models")
_FILE_NAME = "detector.onnx"
_OUTPUTS = ("peaks", "boxes", "load", "cargo", "embedding")
_EXTERNAL_DATA = b"\x0a\x08location"
"""How a tensor kept in another file begins to name it: the protobuf entry with the key "location"."""


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
    """A checked model, ready to run on the CPU."""

    def __init__(self, path: Path | None = None, *, threads: int = 1) -> None:
        """Load and check the model.

        Args:
            path: the ONNX file; None takes the one that ships with ScanView.
            threads: threads that one picture is computed with.

        Raises:
            Unavailable: there is no model file (code `model-missing`).
            BadInput: it is altered, in parts, too large or without fitting metadata (code `model-...`).
        """
        content = _verified(path or shipped_model())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises a class of its own for each way a file can be wrong.
            raise BadInput(f"the model cannot be loaded: {error}", code="model-damaged") from error
        self.facts = model_facts(self._session.get_modelmeta().custom_metadata_map)
        self._outputs = _OUTPUTS if self.facts.tells_cargo else _OUTPUTS[:3]
        self._check_answers()

    def run(self, planes: Plane) -> Maps:
        """Maps of `planes`, float32 (3, rows, columns), both a multiple of `facts.multiple`."""
        answers = self._session.run(self._outputs, {"planes": planes[np.newaxis]})
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
            if (answer := getattr(maps, name)).shape != shape or not np.isfinite(answer).all():
                raise BadInput(
                    f"the model's {name} are {answer.shape} where its metadata promise {shape}", code="model-metadata"
                )


def shipped_model() -> Path:
    """Where the model that ships with ScanView lies: beside the package, or in `models/` of the source tree."""
    for folder in _PLACES:
        if (folder / _FILE_NAME).exists():
            return folder / _FILE_NAME
    return _PLACES[-1] / _FILE_NAME


def write_manifest(model: Path) -> None:
    """Name the SHA-256 and size of `model` in the manifest beside it."""
    content = model.read_bytes()
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest = model.with_name(MANIFEST)
    known = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    manifest.write_text(json.dumps({**known, model.name: entry}, indent=2) + "\n", encoding="utf-8")


def _verified(path: Path) -> bytes:
    """The bytes of the model at `path`, if they are what the manifest names and all of the model."""
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_MODEL_BYTES >> 20} MiB", code="model-too-large")
        content = path.read_bytes()
        manifest = json.loads(path.with_name(MANIFEST).read_text(encoding="utf-8"))
        expected = manifest[path.name]["sha256"]
    except OSError as error:
        raise Unavailable(
            f"the model cannot be read: {error.strerror}: {error.filename}",
            code="model-missing",
            remedy="Put the model and its manifest.json where ScanView looks for them",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{MANIFEST} does not name {path.name}", code="model-unknown") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise BadInput(f"{path.name} is not the file its manifest names: it was altered", code="model-altered")
    if _EXTERNAL_DATA in content:
        raise BadInput(f"{path.name} keeps tensors in other files, which nothing vouches for", code="model-in-parts")
    return content
