"""Owns making a virtual scan of an archived one: with a threat somewhere in its load, or as it was."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scanview.core.scan import View, ViewHeader
from scanview.core.virtual import Truth
from scanview.imaging.hiding_place import find_place, load_space
from scanview.imaging.physics import energies_mv
from scanview.imaging.projection import ThreatMap, fitted_to, project, trace_of
from scanview.imaging.scan_image import Counts, ScanImage
from scanview.ingest.virtual_lane.disguise import disguised
from scanview.simulate.threat_map import CLASSES, draw_threat_map

_TRIES = 4
_CASE_SHARE = 0.5


def can_be_copied(image: ScanImage) -> bool:
    """Whether threats can be projected into it: one calibrated dual-energy view from the side of a container.

    A second view would have to show the same thing from above, which maps of one view cannot.
    """
    if len(image.views) != 1:
        return False
    view, counts = image.side
    return view.view is View.SIDE and view.is_dual_energy and load_space(view, counts) is not None


def make_virtual(
    origin: ScanImage,
    *,
    scan: str,
    now: float,
    with_threat: bool,
    cases: Sequence[ThreatMap],
    seed: int,
) -> tuple[ScanImage, Truth]:
    """The virtual scan, and what is true of it; nothing is projected where nothing found a place.

    Args:
        origin: the archived scan, one that `can_be_copied`.
        scan: id of the copy.
        now: when it begins, UTC seconds.
        with_threat: whether something is to be projected.
        cases: things cut from library cases, which serve beside the parametric ones.
        seed: decides everything that is drawn.
    """
    header = disguised(origin.header, scan=scan, now=now, chance=random.Random(seed))  # noqa: S311 - nothing secret
    copy = replace(origin, header=header)
    if not with_threat:
        return copy, Truth()
    view, counts = origin.side
    rng = np.random.default_rng(seed)
    for _ in range(_TRIES):
        threat = fitted_to(_drawn(view, cases, rng), view)
        projected = _projected(view, counts, threat, rng)
        if projected is not None:
            return replace(copy, views=(projected[0],)), projected[1]
    return copy, Truth()


def _drawn(view: ViewHeader, cases: Sequence[ThreatMap], rng: np.random.Generator) -> ThreatMap:
    if cases and rng.random() < _CASE_SHARE:
        return cases[int(rng.integers(len(cases)))]
    label = CLASSES[int(rng.integers(len(CLASSES)))]
    return draw_threat_map(rng, label, energies_mv(view), view.pitch_x_mm)


def _projected(
    view: ViewHeader, counts: Counts, threat: ThreatMap, rng: np.random.Generator
) -> tuple[Counts, Truth] | None:
    space, trace = load_space(view, counts), trace_of(view, counts)
    place = None if space is None else find_place(space, view, threat, trace, rng)
    if place is None:
        return None
    projected = project(view, counts, threat, place, trace, rng)
    return projected.counts, Truth(label=threat.label, places=(projected.box,))
