"""Owns a model file on this machine: found, checked against its manifest, understood by its metadata, and run.

A model is one ONNX file that says itself what it expects and answers; beside it, `manifest.json` names its SHA-256.
A file that is missing, altered, without metadata or in parts is refused: nothing is recognised with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.features import PLANES

Plane: TypeAlias = NDArray[np.float32]

MANIFEST = "manifest.json"
MAX_MODEL_BYTES = 40 << 20
KIND = "detector/1"

_PLACES = (Path(__file__).parents[1] / "models", Path(__file__).parents[2] / "models")
_FILE_NAME = "detector.onnx"
_EXTERNAL_DATA = b"\x0a\x08location"
"""How a tensor kept in another file begins to name it: the protobuf entry with the key "location"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What a model file says about itself.

    Attributes:
        version: what findings name the model by.
        classes: labels of the heat maps, in order.
        mm_per_pixel: resolution of the features.
        stride: pixels of the features per cell of the maps.
        multiple: what the input's rows and columns must be a multiple of.
        score_threshold: score below which a peak is no finding.
        empty_area_m2: loaded area at which a container is as likely empty as not.
        empty_width: natural logarithm of the area per unit of log odds.
        training_data_sha256: hash of the truth of the scans it learned from.
    """

    version: str
    classes: tuple[str, ...]
    mm_per_pixel: float
    stride: int
    multiple: int
    score_threshold: float
    empty_area_m2: float
    empty_width: float
    training_data_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maps:
    """What the network answers: cells of `stride` pixels.

    Attributes:
        peaks: scores of the peaks of each class, 0 elsewhere, float32 (classes, h, w).
        boxes: offset in cells (x, y) and size in pixels (width, height), float32 (4, h, w).
        load: probability of a load here, and of being inside the container, float32 (2, h, w).
    """

    peaks: Plane
    boxes: Plane
    load: Plane


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

    def run(self, planes: Plane) -> Maps:
        """Maps of `planes`, float32 (3, rows, columns), both a multiple of `facts.multiple`."""
        peaks, boxes, load = self._session.run(["peaks", "boxes", "load"], {"planes": planes[np.newaxis]})
        return Maps(peaks=peaks[0], boxes=boxes[0], load=load[0])


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


def model_facts(metadata: Mapping[str, str]) -> ModelFacts:
    """The facts in a model's metadata.

    Raises:
        BadInput: they are missing or of another kind of model (code `model-metadata`).
    """
    try:
        if metadata["scanview_model"] != KIND or json.loads(metadata["planes"]) != list(PLANES):
            raise BadInput("the model expects another input than this ScanView makes", code="model-metadata")
        area, width = json.loads(metadata["emptiness"])
        facts = ModelFacts(
            version=metadata["version"],
            classes=tuple(json.loads(metadata["classes"])),
            mm_per_pixel=float(metadata["mm_per_pixel"]),
            stride=int(metadata["stride"]),
            multiple=int(metadata["multiple"]),
            score_threshold=float(metadata["score_threshold"]),
            empty_area_m2=float(area),
            empty_width=float(width),
            training_data_sha256=metadata["training_data_sha256"],
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadInput(f"the model does not say what it is: {error!r}", code="model-metadata") from error
    if min(facts.mm_per_pixel, facts.stride, facts.multiple, facts.empty_area_m2, facts.empty_width) <= 0:
        raise BadInput("the model's metadata hold impossible numbers", code="model-metadata")
    return facts
