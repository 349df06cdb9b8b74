"""Owns the CSV and the COCO form of a result file, both ways: what a batch wrote, a later one takes up again."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from scanview.detect.results import Result, outward

_CORNERS = ("x0", "y0", "x1", "y1")
_LATER = (
    "cargo",
    "cargo_sure",
    "homogeneity",
    "novelty",
    "risk",
    "declared_fit",
    "doubts",
    "failures",
    "alpha",
    "found_by",
)
CSV_COLUMNS = ("scan", "sha256", "model", "empty", "class", "score", *_CORNERS, "ms", "error", *_LATER)
"""Columns of the CSV form. Text stands as it is, everything else as JSON, and nothing where there is nothing."""

_TEXTS = frozenset({"scan", "sha256", "model", "class", "error", "found_by"})
_OF_A_SCAN = tuple(key for key in CSV_COLUMNS if key not in ("class", "score", *_CORNERS, "error", "found_by"))


def csv_rows(result: Mapping[str, Any]) -> str:
    """Lines of the CSV form: one for each finding, or one without where there is none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, extrasaction="ignore", restval="", lineterminator="\n")
    for finding in result.get("findings") or [{}]:
        box = dict(zip(_CORNERS, finding.get("box", ()), strict=False))
        row = {**result, **box, **{key: finding[key] for key in ("class", "score") if key in finding}}
        row |= {"found_by": finding["model"]} if "model" in finding else {}
        writer.writerow({key: _cell(row[key]) for key in CSV_COLUMNS if key in row})
    return text.getvalue()


def results_of_csv(text: str) -> Iterator[Result]:
    """The recognised scans that a file of the CSV form tells of; nothing from where it is something else on."""
    reader = csv.DictReader(io.StringIO(text))
    try:
        if tuple(reader.fieldnames or ()) != CSV_COLUMNS:
            return
        for _, rows in groupby(reader, key=lambda row: (row["scan"], row["sha256"])):
            lines = [_line(row) for row in rows]
            if "error" not in lines[0]:
                yield _result_of_lines(lines)
    except (csv.Error, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return


def _result_of_lines(lines: list[Result]) -> Result:
    found = [
        {
            "class": line["class"],
            "score": line["score"],
            "box": [line[corner] for corner in _CORNERS],
            "model": line.get("found_by", ""),
        }
        for line in lines
        if "class" in line
    ]
    return {**{key: lines[0].get(key) for key in _OF_A_SCAN}, "findings": found}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _line(row: Mapping[str, str | None]) -> Result:
    """The cells that are not empty, as values."""
    return {key: cell if key in _TEXTS else json.loads(cell) for key, cell in row.items() if cell}


def coco(results: Iterable[Mapping[str, Any]]) -> str:
    """The COCO form of a whole batch: images, categories, and findings as annotations with a score.

    An image carries what else is said of its scan under the keys of the JSON form, an annotation what else is said of
    its finding. Scans that could not be read are listed under `errors`. COCO tools ignore both.
    """
    categories: dict[str, int] = {}
    images: list[Result] = []
    annotations: list[Result] = []
    errors = []
    for result in results:
        if "error" in result:
            errors.append(outward(result))
            continue
        images.append(_image(result, len(images) + 1))
        for finding in result["findings"]:
            category = categories.setdefault(finding["class"], len(categories) + 1)
            annotations.append(_annotation(finding, len(annotations) + 1, len(images), category))
    named = [{"id": number, "name": label} for label, number in categories.items()]
    return json.dumps({"images": images, "categories": named, "annotations": annotations, "errors": errors})


def results_of_coco(text: str) -> Iterator[Result]:
    """The recognised scans that a file of the COCO form tells of; nothing where it is something else."""
    try:
        document = json.loads(text)
        names = {each["id"]: each["name"] for each in document["categories"]}
        found: dict[int, list[Result]] = {image["id"]: [] for image in document["images"]}
        for annotation in document["annotations"]:
            found[annotation["image_id"]].append(_finding(annotation, names))
        results = [_result(image, found[image["id"]]) for image in document["images"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return
    yield from results


_OF_COCO_IMAGE = frozenset({"id", "file_name", "width", "height"})
_OF_COCO_ANNOTATION = frozenset({"id", "image_id", "category_id", "bbox", "area", "iscrowd"})


def _image(result: Mapping[str, Any], number: int) -> Result:
    width, height = result["size"]
    rest = {key: value for key, value in outward(result).items() if key not in ("scan", "findings")}
    return {"id": number, "file_name": result["scan"], "width": width, "height": height, **rest}


def _result(image: Mapping[str, Any], findings: list[Result]) -> Result:
    rest = {key: value for key, value in image.items() if key not in _OF_COCO_IMAGE}
    size = [image["width"], image["height"]]
    return {"scan": image["file_name"], **rest, "findings": findings, "size": size}


def _annotation(finding: Mapping[str, Any], number: int, image: int, category: int) -> Result:
    x0, y0, x1, y1 = finding["box"]
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": (x1 - x0) * (y1 - y0),
        "iscrowd": 0,
        **{key: value for key, value in finding.items() if key not in ("class", "box")},
    }


def _finding(annotation: Mapping[str, Any], names: Mapping[int, str]) -> Result:
    x, y, width, high = annotation["bbox"]
    rest = {key: value for key, value in annotation.items() if key not in _OF_COCO_ANNOTATION}
    return {"class": names[annotation["category_id"]], **rest, "box": [x, y, x + width, y + high]}
