"""Owns the forms in which a batch writes what it found: JSON lines, CSV and COCO."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from scanview.core.review import UNKNOWN, Recognition

Result: TypeAlias = dict[str, Any]
"""One object of the result file: of a scan that was recognised, or of one that could not be."""

CSV_COLUMNS = ("scan", "sha256", "model", "empty", "class", "score", "x0", "y0", "x1", "y1", "ms", "error")


def result_of(name: str, sha256: str, recognition: Recognition, *, rows: int, columns: int) -> Result:
    """What the result file says of a recognised scan, and the size of its side view, which only COCO wants.

    `homogeneity`, `novelty` and `declared_fit` are None where the model does not tell them.
    """
    return {
        "scan": name,
        "sha256": sha256,
        "model": recognition.model,
        "empty": round(recognition.empty, 4),
        "cargo": {label: round(probability, 4) for label, probability in recognition.cargo},
        "findings": [
            {"class": found.label, "score": found.score, "box": list(found.box.corners)}
            for found in recognition.findings
        ],
        "ms": round(recognition.elapsed_ms, 1),
        "cargo_sure": recognition.cargo_sure,
        "homogeneity": _known(recognition.homogeneity),
        "novelty": _known(recognition.novelty),
        "risk": round(recognition.risk, 4),
        "declared_fit": _known(recognition.declared_fit),
        "doubts": list(recognition.release_doubts),
        "size": [columns, rows],
    }


def _known(value: float) -> float | None:
    return None if value == UNKNOWN else round(value, 4)


def failure_of(name: str, reason: str) -> Result:
    """What the result file says of a scan that could not be recognised."""
    return {"scan": name, "error": reason}


def json_line(result: Mapping[str, Any]) -> str:
    """One line of the JSON form, with its end."""
    said = {key: value for key, value in result.items() if key != "size"}
    return json.dumps(said, ensure_ascii=False) + "\n"


def csv_rows(result: Mapping[str, Any]) -> str:
    """Lines of the CSV form: one for each finding, or one without where there is none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, extrasaction="ignore", restval="", lineterminator="\n")
    corners = ("x0", "y0", "x1", "y1")
    for finding in result.get("findings") or [{}]:
        box = dict(zip(corners, finding.get("box", ()), strict=False))
        writer.writerow({**result, **box, "class": finding.get("class", ""), "score": finding.get("score", "")})
    return text.getvalue()


def coco(results: Iterable[Mapping[str, Any]]) -> str:
    """The COCO form of a whole batch: images, categories, and findings as annotations with a score.

    Scans that could not be read are listed under `errors`, which COCO tools ignore.
    """
    categories: dict[str, int] = {}
    images: list[Result] = []
    annotations: list[Result] = []
    errors = []
    for result in results:
        if "error" in result:
            errors.append(dict(result))
            continue
        images.append(_image(result, len(images) + 1))
        for finding in result["findings"]:
            category = categories.setdefault(finding["class"], len(categories) + 1)
            annotations.append(_annotation(finding, len(annotations) + 1, len(images), category))
    named = [{"id": number, "name": label} for label, number in categories.items()]
    return json.dumps({"images": images, "categories": named, "annotations": annotations, "errors": errors})


def _image(result: Mapping[str, Any], number: int) -> Result:
    width, height = result["size"]
    return {"id": number, "file_name": result["scan"], "width": width, "height": height, "sha256": result["sha256"]}


def _annotation(finding: Mapping[str, Any], number: int, image: int, category: int) -> Result:
    x0, y0, x1, y1 = finding["box"]
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": (x1 - x0) * (y1 - y0),
        "iscrowd": 0,
        "score": finding["score"],
    }


def named_from(path: Path, roots: Iterable[Path]) -> str:
    """How a result names `path`: relative to the folder it was found in, else by its own name."""
    for root in roots:
        if root.is_dir() and path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name
