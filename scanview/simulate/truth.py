"""Owns what is true of a simulated scan, and the lines of the files that say it."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scanview.core.scan import Box
from scanview.simulate.picture import Mask

DECLARED = "cargo"
"""The place of a thing that is no secret: the goods themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueObject:
    """One object a detector should find.

    Attributes:
        label: its class.
        box: in full-resolution pixels of the side view.
        top: its box in the top view, None where the scan has none.
        kind: what it is, more exactly than its class.
        place: where it was hidden.
        mask: its pixels inside `box`, bool; some may lie behind other things.
        top_mask: its pixels inside `top`.
        masses_kg: its mass by material (`materials.MATERIALS`).
    """

    label: str
    box: Box
    top: Box | None = None
    kind: str = ""
    place: str = ""
    mask: Mask | None = field(default=None, compare=False)
    top_mask: Mask | None = field(default=None, compare=False)
    masses_kg: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a perfect detector would say.

    Attributes:
        objects: every object that has a class.
        empty: whether the container holds nothing at all.
        cargo: class of the cargo, empty for none.
        inside: the space inside the container.
        load_kg: mass of everything inside.
        carriage: what it travels on.
        container: type code of the container, empty where there is none.
    """

    objects: tuple[TrueObject, ...]
    empty: bool
    cargo: str
    inside: Box
    load_kg: float
    carriage: str = ""
    container: str = ""


def truth_line(file_name: str, sha256: str, truth: Truth) -> str:
    """One line of JSON in the form that `scanview detect` writes its results in, without a line end.

    An object of a scan with two views has one key more, `top`: its box in the top view. A vehicle that is the cargo
    has `declared`: to mark it is right, and not to mark it as well.
    """
    findings = [
        {"class": o.label, "score": 1.0, "box": list(o.box.corners)}
        | ({"top": list(o.top.corners)} if o.top else {})
        | ({"declared": True} if o.place == DECLARED else {})
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


def objects_line(file_name: str, truth: Truth) -> str:
    """One line of JSON with all that is known of the scene, without a line end.

    Masks are COCO's uncompressed run lengths (`size` rows and columns of the box, `counts` of 0 and 1 in turn, down
    the columns), within the box they stand beside.
    """
    objects = [
        {
            "class": o.label,
            "kind": o.kind,
            "place": o.place,
            "box": list(o.box.corners),
            "mask": run_lengths(o.mask) if o.mask is not None else None,
            "top": list(o.top.corners) if o.top else None,
            "top_mask": run_lengths(o.top_mask) if o.top_mask is not None else None,
            "masses_kg": {material: round(mass, 3) for material, mass in o.masses_kg.items()},
        }
        for o in truth.objects
    ]
    return json.dumps(
        {
            "scan": file_name,
            "vehicle": truth.carriage,
            "container": truth.container,
            "cargo": truth.cargo,
            "load_kg": round(truth.load_kg, 1),
            "inside": list(truth.inside.corners),
            "objects": objects,
        }
    )


def run_lengths(mask: Mask) -> dict[str, Any]:
    """`mask` as COCO writes it uncompressed: runs of 0 and 1 in turn, column by column, beginning with 0."""
    flat = mask.T.reshape(-1).astype(np.int8)
    changes = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], changes, [flat.size]])).tolist()
    return {"size": list(mask.shape), "counts": [0, *counts] if flat.size and flat[0] else counts}
