"""Owns what is true of a simulated scan, and the line of the truth file that says it."""

import json
from dataclasses import dataclass

from scanview.core.scan import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueObject:
    """One object a detector should find: its class and its box in full-resolution pixels of the side view.

    `top` is its box in the top view, None where the scan has none.
    """

    label: str
    box: Box
    top: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a perfect detector would say.

    Attributes:
        objects: every object that has a class.
        empty: whether the container holds nothing at all.
        cargo: class of the cargo, empty for none.
        inside: the space inside the container.
        load_kg: mass of everything inside.
    """

    objects: tuple[TrueObject, ...]
    empty: bool
    cargo: str
    inside: Box
    load_kg: float


def truth_line(file_name: str, sha256: str, truth: Truth) -> str:
    """One line of JSON in the form that `scanview detect` writes its results in, without a line end.

    An object of a scan with two views has one key more, `top`: its box in the top view.
    """
    findings = [
        {"class": o.label, "score": 1.0, "box": list(o.box.corners)} | ({"top": list(o.top.corners)} if o.top else {})
        for o in truth.objects
    ]
    return json.dumps(
        {
            "scan": file_name,
            "sha256": sha256,
            "model": "truth",
            "empty": 1.0 if truth.empty else 0.0,
            "cargo": {truth.cargo: 1.0} if truth.cargo else {},
            "findings": findings,
            "ms": 0.0,
        }
    )
