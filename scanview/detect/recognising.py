"""The face that every recogniser has, whether one model or several are behind it: worker and batch know no other."""

from typing import Protocol

from scanview.core.review import Recognition
from scanview.core.scan import ScanHeader
from scanview.detect.features import Counts
from scanview.imaging.scan_image import ScanImage


class Recognising(Protocol):
    """A scan on its way through the models."""

    def take(self, view: int, counts: Counts) -> None:
        """The next columns of a view of the header, uint16 (channels, rows, n)."""

    def look(self) -> None:
        """Compute what can be computed already."""

    def conclude(self) -> Recognition:
        """What there is to say now that the scan is whole; Refused where nothing can be said about it."""


class Recognises(Protocol):
    """Models that are ready."""

    @property
    def model(self) -> str:
        """Name and version, as recognitions carry it."""

    @property
    def is_usable(self) -> bool:
        """Whether it can speak about any scan at all."""

    def begin(self, header: ScanHeader) -> Recognising:
        """Begin with a scan whose columns are still to come; Refused where nothing can be said about such a one."""


def recognise(recogniser: Recognises, image: ScanImage) -> Recognition:
    """What `recogniser` says about a scan that is there as a whole; Refused where it cannot speak about it."""
    begun = recogniser.begin(image.header)
    for view, counts in enumerate(image.views):
        begun.take(view, counts)
    return begun.conclude()
