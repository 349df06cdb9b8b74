"""A plug-in model in Python: points at the square of half a metre that lets least through."""

from collections.abc import Iterator

import numpy as np

from scanview.detect.plug_ins.protocol import Sighting
from scanview.imaging.scan_image import ScanImage

SIDE_MM = 500


class DarkestSquare:
    """See `scanview.detect.plug_ins.protocol.PlugIn`."""

    name = "darkest-square"
    version = "1.0"

    def find(self, image: ScanImage) -> Iterator[Sighting]:
        """The one square with the lowest mean counts; its score is the share of the air's counts that is missing."""
        view, counts = image.side
        rows, columns = round(SIDE_MM / view.pitch_y_mm), round(SIDE_MM / view.pitch_x_mm)
        if counts.shape[1] < rows or counts.shape[2] < columns:
            return
        sums = np.pad(counts[0].astype(np.float64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
        squares = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
        y, x = np.unravel_index(int(squares.argmin()), squares.shape)
        mean = float(squares[y, x]) / (rows * columns)
        score = float(np.clip(1 - mean / float(counts[0].max()), 0, 1))
        yield Sighting(label="darkest-square", score=score, corners=(x, y, x + columns, y + rows))
