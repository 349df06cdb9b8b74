"""A whole scan in memory: its header and the counts of every view."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import ScanHeader, ViewHeader

Counts: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanImage:
    """`views[i]` holds the counts of `header.views[i]`: uint16, shape (channels, rows, columns)."""

    header: ScanHeader
    views: tuple[Counts, ...]

    def __post_init__(self) -> None:
        if len(self.views) != len(self.header.views):
            raise BadInput("a scan image needs one array per view of its header", code="bad-views")
        for view, counts in zip(self.header.views, self.views, strict=True):
            if counts.dtype != np.uint16 or counts.shape[:2] != (len(view.channels), view.rows):
                raise BadInput(
                    f"{view.view} view: {counts.dtype} {counts.shape} does not fit {len(view.channels)} channels of "
                    f"{view.rows} rows",
                    code="bad-pixels",
                )

    @property
    def side(self) -> tuple[ViewHeader, Counts]:
        """The side view, which boxes refer to; the first view where a scan has none."""
        index = self.header.side_index
        return self.header.views[index], self.views[index]
