"""Owns what a batch says of one scan, and the JSON line that says it."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from scanview.core.review import UNKNOWN, Recognition

Result: TypeAlias = dict[str, Any]
"""One object of the result file: of a scan that was recognised, or of one that could not be."""

INWARD = frozenset({"size", "about"})
"""Keys that some forms of a result file are made from, and that no reader of one sees."""


def result_of(name: str, sha256: str, recognition: Recognition, *, rows: int, columns: int) -> Result:
    """What the result file says of a recognised scan; besides, the size of its side view, which COCO wants.

    `homogeneity`, `novelty` and `declared_fit` are None where the model does not tell them.
    """
    return {
        "scan": name,
        "sha256": sha256,
        "model": recognition.model,
        "empty": round(recognition.empty, 4),
        "cargo": {label: round(probability, 4) for label, probability in recognition.cargo},
        "findings": [
            {"class": found.label, "score": found.score, "box": list(found.box.corners), "model": found.model}
            for found in recognition.findings
        ],
        "ms": round(recognition.elapsed_ms, 1),
        "cargo_sure": recognition.cargo_sure,
        "homogeneity": _known(recognition.homogeneity),
        "novelty": _known(recognition.novelty),
        "risk": round(recognition.risk, 4),
        "declared_fit": _known(recognition.declared_fit),
        "doubts": list(recognition.release_doubts),
        "failures": [{"model": failed.model, "why": failed.why} for failed in recognition.failures],
        "size": [columns, rows],
    }


def _known(value: float) -> float | None:
    return None if value == UNKNOWN else round(value, 4)


def failure_of(name: str, reason: str, about: Mapping[str, Any] | None = None) -> Result:
    """What the result file says of a scan that could not be recognised; `about` as far as the scan is known."""
    return {"scan": name, "error": reason} | ({"about": dict(about)} if about else {})


def json_line(result: Mapping[str, Any]) -> str:
    """One line of the JSON form, with its end."""
    return json.dumps(outward(result), ensure_ascii=False) + "\n"


def outward(result: Mapping[str, Any]) -> Result:
    """`result` as readers see it."""
    return {key: value for key, value in result.items() if key not in INWARD}


def is_whole(result: Mapping[str, Any]) -> bool:
    """Whether this says of a recognised scan all that is said today, so that it need not be recognised again."""
    return result.keys() >= _KEYS


def named_from(path: Path, roots: Iterable[Path]) -> str:
    """How a result names `path`: relative to the folder it was found in, else by its own name.

    Bytes that are no text, as a file system may have in its names, are replaced: a result is text.
    """
    inside = (path.relative_to(root).as_posix() for root in roots if root.is_dir() and path.is_relative_to(root))
    return os.fsencode(next(inside, path.name)).decode("utf-8", errors="replace")


_KEYS = outward(result_of("", "", Recognition(model="", empty=0.0, findings=()), rows=0, columns=0)).keys()
