"""Owns what comparing two scans needs before anything can be shown: a few seconds of work, away from Qt's thread.

Each view of the scan is brought together with the same view of the other one. What cannot be done is part of the
result, with its reason, so that what can be done is still shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import BadInput, Fault, ScanViewError
from scanview.core.scan import View, ViewHeader
from scanview.imaging.compare import AlignedReference, Change, align, changes, difference
from scanview.imaging.denoise import noise_of_view
from scanview.imaging.difference_picture import difference_pyramid
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.measure import Planes
from scanview.imaging.region import Area
from scanview.imaging.registration import register
from scanview.imaging.scan_image import Counts

_BRIGHTEST = 65_535


class Step(StrEnum):
    """What is being done."""

    REGISTERING = "registering"
    ALIGNING = "aligning"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """One view of the scan and the other scan's.

    Attributes:
        view: which.
        reference: the other scan's picture as it was made.
        aligned: the same on the scan's own raster, air outside of `area`; None where they could not be brought into
            line.
        area: what of the scan's view the other scan shows.
        deviations: how they differ, for a `DifferenceCompositor`; None where that cannot be said.
        changes: the coherent parts that differ, the largest first.
        problem: why there is no `aligned`, or else no `deviations`.
    """

    view: View
    reference: GrowingPyramid
    aligned: GrowingPyramid | None = None
    area: Area | None = None
    deviations: GrowingPyramid | None = None
    changes: tuple[Change, ...] = ()
    problem: ScanViewError | None = None


def prepare(
    current: Sequence[GrowingPyramid],
    reference: Sequence[GrowingPyramid],
    told: Callable[[Step], None],
    is_given_up: Callable[[], bool],
) -> tuple[ComparedView, ...]:
    """Bring each view of `current` together with the same view of `reference`; both are whole and grow no more.

    Args:
        current: the views of the scan.
        reference: those of the other scan.
        told: what is being done, before it is.
        is_given_up: asked between steps.

    Raises:
        BadInput: no view that both have (code `no-common-view`).
        Fault: nobody wants the result any more (code `given-up`).
    """
    others = {pyramid.header.view: pyramid for pyramid in reference}
    pairs = [(pyramid, others[pyramid.header.view]) for pyramid in current if pyramid.header.view in others]
    if not pairs:
        raise BadInput("the two scans have no view in common", code="no-common-view")

    def step(name: Step) -> None:
        if is_given_up():
            raise Fault("nobody waits for this comparison any more", code="given-up")
        told(name)

    return tuple(_prepared(ours, theirs, step) for ours, theirs in pairs)


def _prepared(current: GrowingPyramid, reference: GrowingPyramid, step: Callable[[Step], None]) -> ComparedView:
    view = current.header.view
    try:
        step(Step.REGISTERING)
        registration = register(reference.header, _planes(reference), current.header, _planes(current))
        step(Step.ALIGNING)
        aligned = align(registration, reference.header, _planes(reference), current.header)
    except BadInput as error:
        return ComparedView(view=view, reference=reference, problem=error)
    step(Step.DIFFERENCE)
    deviations, found, problem = _difference(current, aligned)
    _fill_with_air(aligned.counts, aligned.area, current.header)
    return ComparedView(
        view=view,
        reference=reference,
        aligned=GrowingPyramid.of(current.header, aligned.counts),
        area=aligned.area,
        deviations=deviations,
        changes=found,
        problem=problem,
    )


def _difference(
    current: GrowingPyramid, aligned: AlignedReference
) -> tuple[GrowingPyramid | None, tuple[Change, ...], BadInput | None]:
    header = current.header
    if not header.calibrations:
        return None, (), BadInput("without calibration there is nothing to subtract", code="no-calibration-to-subtract")
    try:
        found = difference(header, _planes(current), aligned, aligned.area, noise=noise_of_view(current))
    except BadInput as error:
        return None, (), error
    return difference_pyramid(header, found, current.columns), changes(header, found), None


def _planes(pyramid: GrowingPyramid) -> Planes:
    return tuple(pyramid.plane(channel, 0) for channel in range(len(pyramid.header.channels)))


def _fill_with_air(counts: Counts, area: Area, header: ViewHeader) -> None:
    """Air where the other scan shows nothing: what stands there is laid over with ground on the screen."""
    rows, columns = counts.shape[1:]
    air = [round(calibration.air) for calibration in header.calibrations] or [_BRIGHTEST] * len(counts)
    for band in Area(x0=0, y0=0, x1=columns, y1=rows).without(area):
        for plane, level in zip(counts, air, strict=True):
            plane[band.window] = level
