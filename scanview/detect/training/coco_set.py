"""Owns the reading of COCO data sets as scans with their truth: those that the hub exports, and plain ones.

A set is a folder with `annotations.json`, or such a file by any name. What analysts called wrong stands under
`dismissed`, which tools that know plain COCO pass over: an annotation is always something that is there.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from scanview.core.errors import BadInput, Unavailable

Truth: TypeAlias = dict[str, Any]
"""What is true of one scan, in the form of a result file: see `read_coco_set`."""

ANNOTATIONS_FILE = "annotations.json"

MAX_DATA_SET_BYTES = 256 << 20
"""The longest file of annotations that is opened: a million of them are half of that."""


def read_coco_set(path: Path) -> Iterator[tuple[Path, Truth]]:
    """The scans of a data set as (scan file, truth) pairs, in its order: the view that machines look at of each.

    A truth has the keys of a result file: `scan` (the file's name in the set), `sha256` (empty where the set has
    none), `empty` (None: nobody said), `cargo` (none), and `findings` with `class`, `score` 1 and `box`. Besides it has
    `dismissed`, the findings that an analyst called wrong, with their scores; `unanswered`, how many findings nobody
    judged; `verdict` of the decision, empty where there is none. The scan files are named, not opened.

    Raises:
        BadInput: it is no COCO data set (code `bad-data-set`).
        Unavailable: it cannot be read.
    """
    file = path / ANNOTATIONS_FILE if path.is_dir() else path
    document = _document(file)
    try:
        names = {int(each["id"]): str(each["name"]) for each in document["categories"]}
        found = _by_image(document["annotations"], names)
        dismissed = _by_image(document.get("dismissed", ()), names)
        images = [image for image in document["images"] if image.get("is_main_view", True)]
        pairs = [(_scan_file(file.parent, image["file_name"]), _truth(image, found, dismissed)) for image in images]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadInput(f"{file} is no COCO data set: {error!r}", code="bad-data-set") from error
    return iter(pairs)


def _scan_file(folder: Path, name: Any) -> Path:
    """The scan called `name` in the set's folder; ValueError for a name that leads out of it."""
    relative = PurePosixPath(str(name))
    if relative.is_absolute() or ".." in relative.parts or not relative.name.isprintable():
        raise ValueError(f"{str(name)[:80]!r} is no file of the set")
    return folder / relative


def _document(file: Path) -> Mapping[str, Any]:
    try:
        if file.stat().st_size > MAX_DATA_SET_BYTES:
            raise BadInput(f"{file} is longer than a data set can be", code="bad-data-set")
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}", code="unreadable-file") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file} is not JSON: {error}", code="bad-data-set") from error
    if not isinstance(document, dict):
        raise BadInput(f"{file} is no COCO data set: it is no object", code="bad-data-set")
    return document


def _by_image(annotations: Any, names: Mapping[int, str]) -> Mapping[int, list[Truth]]:
    found: dict[int, list[Truth]] = defaultdict(list)
    for annotation in annotations:
        x, y, width, height = map(float, annotation["bbox"])
        if width <= 0 or height <= 0:
            raise ValueError(f"annotation {annotation['id']} has an empty box")
        found[int(annotation["image_id"])].append(
            {
                "class": names[int(annotation["category_id"])],
                "score": float(annotation.get("score", 1.0)),
                "box": [x, y, x + width, y + height],
            }
        )
    return found


def _truth(image: Mapping[str, Any], found: Mapping[int, list[Truth]], dismissed: Mapping[int, list[Truth]]) -> Truth:
    number = int(image["id"])
    return {
        "scan": str(image["file_name"]),
        "sha256": str(image.get("sha256", "")),
        "model": "analysts",
        "empty": None,
        "cargo": {},
        "findings": [{**each, "score": 1.0} for each in found.get(number, ())],
        "ms": 0.0,
        "dismissed": dismissed.get(number, []),
        "unanswered": int(image.get("unanswered", 0)),
        "verdict": str(image.get("verdict", "")),
    }
