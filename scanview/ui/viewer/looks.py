"""Owns the record of what was seen: the looks of the canvases on the screen, to be stored with a decision."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanview.core.look import MAX_LOOKS, Look
from scanview.imaging.replay import fingerprint, region_of
from scanview.ui.viewer.canvas import Canvas


def looks_of(canvases: Iterable[Canvas]) -> tuple[Look, ...]:
    """The last painted look of each canvas that shows something of the scan which is decided, in this order.

    Whoever has canvases of other scans on the screen leaves those out.
    """
    seen = (_seen_on(canvas) for canvas in canvases if canvas.isVisible())
    return tuple(look for look in seen if look is not None)[:MAX_LOOKS]


def _seen_on(canvas: Canvas) -> Look | None:
    """The look with the hash of its picture, unless columns have come since that nobody has seen yet."""
    look, compositor, pyramid = canvas.seen, canvas.compositor, canvas.pyramid
    if look is None or compositor is None or pyramid is None or pyramid.columns != look.columns:
        return look
    mirrored = look.mirrored_x, look.mirrored_y
    shown = compositor.show(look.recipe, region_of(look), (look.width, look.height), mirrored)
    return replace(look, picture_sha256=fingerprint(shown.pixels))


def look_again(canvas: Canvas, looks: Sequence[Look]) -> None:
    """Look with `canvas` where its view was seen by one of `looks`; pictures that follow it go there too."""
    viewport, pyramid = canvas.viewport, canvas.pyramid
    if viewport is None or pyramid is None:
        return
    for look in looks:
        if look.view is pyramid.header.view:
            canvas.set_following(False)
            canvas.look(viewport.again(look, canvas.devicePixelRatioF()))
