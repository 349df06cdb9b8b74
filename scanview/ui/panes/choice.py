"""Owns which views of a scan are shown, without Qt."""

from collections.abc import Sequence
from enum import StrEnum

from scanview.core.scan import View


class Showing(StrEnum):
    """What a person wants to see of a scan with two views."""

    SIDE = "side"
    TOP = "top"
    BOTH = "both"

    @property
    def next(self) -> "Showing":
        """What one more press of the key shows."""
        every = tuple(Showing)
        return every[(every.index(self) + 1) % len(every)]

    def of(self, views: Sequence[View]) -> tuple[View, ...]:
        """The views of a scan that are shown, from top to bottom; a view that is not there never leaves a gap."""
        wanted = tuple(view for view in View if self is Showing.BOTH or view.value == self.value)
        there = tuple(view for view in wanted if view in views)
        return there or tuple(view for view in View if view in views)[:1]
