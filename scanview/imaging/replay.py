"""Owns the picture of a stored look: the pixels that were on the screen, drawn again from the scan."""

import hashlib

import numpy as np

from scanview.core.errors import BadInput
from scanview.core.look import Look
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.region import Region
from scanview.imaging.render import Pixels, render


def region_of(look: Look) -> Region:
    """Which part of the view lies on which of the screen's own pixels, before it is mirrored."""
    return Region(
        left=look.left,
        top=look.top,
        columns_per_pixel=look.columns_per_pixel,
        rows_per_pixel=look.rows_per_pixel,
    )


def fingerprint(pixels: Pixels) -> str:
    """SHA-256 of a picture, 64 hexadecimal digits: what a look remembers of the bytes that were shown."""
    return hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()


def replayed(pyramid: GrowingPyramid, look: Look) -> Pixels:
    """The picture as it was seen, without marks and overlays: uint8 (rows, columns, 4), bytes blue, green, red, 255.

    The same look gives the same bytes, today on screen and years later.

    Raises:
        BadInput: the pyramid is of another view, or has not just the columns that were there (code `other-look`).
    """
    if (pyramid.header.view, pyramid.columns) != (look.view, look.columns):
        raise BadInput(
            f"the look shows {look.columns} columns of the {look.view} view, not {pyramid.columns} of "
            f"the {pyramid.header.view} view",
            code="other-look",
        )
    pixels = render(pyramid, look.recipe, region_of(look), (look.width, look.height)).pixels
    across, down = (-1 if mirrored else 1 for mirrored in (look.mirrored_x, look.mirrored_y))
    return np.ascontiguousarray(pixels[::down, ::across])
