"""What a plug-in model is: the small interface that others implement, and what it gives back.

A Python package offers one under the entry point group `scanview.models`: a callable without arguments that returns a
`PlugIn`. It is loaded where a table of models names it, on first use, and runs in the process of the worker or batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from scanview.core.errors import BadInput
from scanview.imaging.scan_image import ScanImage

MAX_SIGHTINGS = 100
"""Most findings of one plug-in on one scan; the ones with the highest scores are kept."""

MAX_LABEL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a plug-in sees in a scan.

    Attributes:
        label: class of the object, 1 to 64 characters.
        score: 0 to 1.
        corners: x0, y0, x1, y1 in full-resolution pixels of the side view, origin at the top left corner.
    """

    label: str
    score: float
    corners: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        if not 0 < len(self.label) <= MAX_LABEL or not self.label.isprintable():
            raise BadInput(f"{self.label[:80]!r} is no class of an object", code="bad-sighting")
        x0, y0, x1, y1 = self.corners
        if not (0.0 <= self.score <= 1.0 and x0 < x1 and y0 < y1):
            raise BadInput(f"score {self.score} at {self.corners} is no sighting", code="bad-sighting")


class PlugIn(Protocol):
    """A model of somebody else, ready."""

    @property
    def name(self) -> str:
        """What findings name it by, together with `version`."""

    @property
    def version(self) -> str:
        """Changes whenever what it would find may change."""

    def find(self, image: ScanImage) -> Iterable[Sighting]:
        """What it sees in a whole scan, whose arrays it must not change.

        Whatever it raises is told as its failure on this scan; the findings of other models stay.
        """
