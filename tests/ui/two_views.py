"""A scan with a side and a top view, opened in a room of `ui_fakes`, whole or still arriving."""

from dataclasses import replace

import numpy as np

from scanview.core.review import Finding, Recognition
from scanview.core.scan import Box, View
from scanview.core.work import WorkState
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.session import events
from tests.ui.ui_fakes import FINDINGS, lease, status
from tests.unit.session.session_fakes import counts, row, scan_id
from tests.unit.session.session_fakes import header as side_header

TOP_ROWS = 32
COLUMNS = 256
IN_TOP = Finding(finding="f-top", label="organic-block", score=0.7, box=Box(x0=60, y0=4, x1=90, y1=20, view=View.TOP))


def header(number=1):
    """The side view of the session's fakes, and a top view of other rows and another pitch, listed first."""
    one = side_header(number)
    top = replace(one.views[0], view=View.TOP, rows=TOP_ROWS, pitch_x_mm=8.0, pitch_y_mm=5.0)
    return replace(one, views=(top, *one.views))


def pixels(view, columns, seed=1):
    if view is View.SIDE:
        return counts(columns, seed=seed)
    return np.random.default_rng(seed + 50).integers(100, 60_000, (2, TOP_ROWS, columns), dtype=np.uint16)


def recognition():
    return Recognition(model="test 1", empty=0.03, findings=(*FINDINGS, IN_TOP))


def open_two_views(room, number=1, *, loaded=True, **changes):
    """`number` in review by zhang with both views, all columns of the side view and half as many of the top view."""
    taken = row(number, state=WorkState.IN_REVIEW, analyst="zhang")
    room.desk.heard(events.RowsChanged(rows=(taken,)))
    room.desk.reviewing.open(scan_id(number), taken, lease())
    made = header(number)
    columns = {View.SIDE: COLUMNS if loaded else 0, View.TOP: COLUMNS // 2 if loaded else 0}
    pyramids = []
    for view in made.views:
        pyramid = GrowingPyramid(view)
        for left in range(0, columns[view.view], 128):
            pyramid.append(strip_levels(pixels(view.view, columns[view.view], number)[:, :, left : left + 128]))
        pyramids.append(pyramid)
    known = status(**{"recognition": recognition(), "stored": loaded, **changes})
    room.desk.heard(events.ScanOpened(scan=scan_id(number), header=made, pyramids=tuple(pyramids), status=known))
    if loaded:
        room.desk.heard(events.ScanLoaded(scan=scan_id(number)))
    room.window.refresh()
    return room


def strip(room, view, number=1):
    """The next full strip of a view arrives."""
    index = [view.view for view in header(number).views].index(view)
    levels = tuple(strip_levels(pixels(view, 128)))
    room.desk.heard(events.StripArrived(scan=scan_id(number), view=index, levels=levels))
