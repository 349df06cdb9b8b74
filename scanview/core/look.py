"""How a view lay on the screen: with the scan's pixels, everything that a picture needs to be drawn again.

Local tools work on what is visible, so a recipe alone does not make the picture: place, size and the columns that had
arrived belong to it. Every number survives JSON unchanged.
"""

import math
import re
from dataclasses import dataclass, field

from scanview.core.errors import BadInput
from scanview.core.recipe import Recipe
from scanview.core.scan import MAX_COLUMNS, View

MAX_LOOKS = 4
MAX_SIDE_PX = 16_384
MAX_PIXELS = 1 << 26
"""Two screens of 8K side by side; whoever draws a look again needs a few times as many bytes."""

MAX_PLACE = 1e9
_HASH = re.compile(r"([0-9a-f]{64})?")

LEAST_STEP = 1e-4
MOST_STEP = 1e7


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One picture of a view. `columns` are those that had arrived, from the first; the others were not there to see.

    `left` and `top` are the lowest scan coordinates on screen, `columns_per_pixel` and `rows_per_pixel` the steps
    from one screen pixel to the next, `width` and `height` count the screen's own pixels. `mirrored_x` shows the last
    column on the left, `mirrored_y` the last row at the top. `picture_sha256` is the hash of what was shown, by which
    a later program knows whether it draws the very same bytes; empty where that is not known.
    """

    view: View
    columns: int
    left: float
    top: float
    columns_per_pixel: float
    rows_per_pixel: float
    width: int
    height: int
    mirrored_x: bool = False
    mirrored_y: bool = False
    recipe: Recipe = field(default_factory=Recipe)
    picture_sha256: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.columns <= MAX_COLUMNS:
            raise BadInput(f"{self.columns} columns: a view has 0 to {MAX_COLUMNS}", code="bad-look")
        if not _HASH.fullmatch(self.picture_sha256):
            raise BadInput(f"{self.picture_sha256[:80]!r} is not the hash of a picture", code="bad-look")
        if not (1 <= self.width <= MAX_SIDE_PX and 1 <= self.height <= MAX_SIDE_PX):
            raise BadInput(f"{self.width} x {self.height} pixels are no picture", code="bad-look")
        if self.width * self.height > MAX_PIXELS:
            raise BadInput(f"{self.width} x {self.height} pixels are more than {MAX_PIXELS}", code="bad-look")
        if not all(math.isfinite(place) and abs(place) <= MAX_PLACE for place in (self.left, self.top)):
            raise BadInput(f"a picture that begins at {self.left}, {self.top} shows no scan", code="bad-look")
        if not all(LEAST_STEP <= step <= MOST_STEP for step in (self.columns_per_pixel, self.rows_per_pixel)):
            raise BadInput(f"steps of {self.columns_per_pixel} columns and {self.rows_per_pixel} rows", code="bad-look")


def check_looks(looks: tuple[Look, ...]) -> None:
    """Raise BadInput where these are more pictures than a desk has room for."""
    if len(looks) > MAX_LOOKS:
        raise BadInput(f"{len(looks)} looks are more than {MAX_LOOKS}", code="bad-decision")
