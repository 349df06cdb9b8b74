"""Owns what a model file says about itself: the metadata inside, checked and given types."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from scanview.core.errors import BadInput
from scanview.core.review import MAX_MODEL
from scanview.detect.calibration import Calibration
from scanview.detect.features import PLANES

KINDS = ("detector/1", "detector/2")
"""Kinds of model this ScanView understands; the second tells cargo and gives embeddings as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What a model file says about itself.

    Attributes:
        kind: one of `KINDS`.
        version: what findings name the model by.
        classes: labels of the heat maps, in order.
        mm_per_pixel: resolution of the features.
        stride: pixels of the features per cell of the maps.
        multiple: what the input's rows and columns must be a multiple of.
        score_threshold: score below which a peak is no finding.
        empty_area_m2: loaded area at which a container is as likely empty as not.
        empty_width: natural logarithm of the area per unit of log odds.
        training_data_sha256: hash of the truth of the scans it learned from.
        cargo_classes: classes of the planes of `Maps.cargo`, in order; none where the model does not tell cargo.
        cargo_chapters: (class, HS chapters of two digits) of each cargo class.
        calibration: what calibration scans told of it; None where nobody asked them.
    """

    kind: str
    version: str
    classes: tuple[str, ...]
    mm_per_pixel: float
    stride: int
    multiple: int
    score_threshold: float
    empty_area_m2: float
    empty_width: float
    training_data_sha256: str
    cargo_classes: tuple[str, ...] = ()
    cargo_chapters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    calibration: Calibration | None = None

    @property
    def tells_cargo(self) -> bool:
        """Whether the model answers `cargo` and `embedding` too."""
        return self.kind != KINDS[0]


def model_facts(metadata: Mapping[str, str]) -> ModelFacts:
    """The facts in a model's metadata.

    Raises:
        BadInput: they are missing or of another kind of model (code `model-metadata`), or the calibration is damaged
            (code `model-calibration`).
    """
    try:
        if metadata["scanview_model"] not in KINDS or json.loads(metadata["planes"]) != list(PLANES):
            raise BadInput("the model expects another input than this ScanView makes", code="model-metadata")
        facts = _facts(metadata)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput(f"the model does not say what it is: {error!r}", code="model-metadata") from error
    if min(facts.mm_per_pixel, facts.stride, facts.multiple, facts.empty_area_m2, facts.empty_width) <= 0:
        raise BadInput("the model's metadata hold impossible numbers", code="model-metadata")
    if not 0 < len(facts.version) <= MAX_MODEL or not facts.version.isprintable():
        raise BadInput(f"{facts.version[:80]!r} is no version of a model", code="model-metadata")
    if not facts.classes or (facts.tells_cargo and not facts.cargo_classes):
        raise BadInput("the model's metadata name no classes", code="model-metadata")
    return facts


def _facts(metadata: Mapping[str, str]) -> ModelFacts:
    area, width = json.loads(metadata["emptiness"])
    tells_cargo = metadata["scanview_model"] != KINDS[0]
    cargo_classes = _names(metadata["cargo_classes"]) if tells_cargo else ()
    chapters = json.loads(metadata["cargo_chapters"]) if tells_cargo else {}
    return ModelFacts(
        kind=metadata["scanview_model"],
        version=metadata["version"],
        classes=_names(metadata["classes"]),
        mm_per_pixel=float(metadata["mm_per_pixel"]),
        stride=int(metadata["stride"]),
        multiple=int(metadata["multiple"]),
        score_threshold=float(metadata["score_threshold"]),
        empty_area_m2=float(area),
        empty_width=float(width),
        training_data_sha256=metadata["training_data_sha256"],
        cargo_classes=cargo_classes,
        cargo_chapters=tuple((name, tuple(str(chapter) for chapter in chapters[name])) for name in cargo_classes),
        calibration=Calibration.from_json(metadata["calibration"]) if "calibration" in metadata else None,
    )


def _names(text: str) -> tuple[str, ...]:
    names = json.loads(text)
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"{text[:80]!r} is no list of names")
    return tuple(names)
