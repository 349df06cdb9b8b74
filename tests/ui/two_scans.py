"""Two scans of one container, the second with something more in it and driven at another speed; cheap to make."""

from dataclasses import replace
from functools import cache

import numpy as np

from scanview.core.related import RelatedKind, RelatedScan
from scanview.core.review import Verdict
from scanview.core.scan import Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.core.work import WorkState
from scanview.imaging.column_warp import at_columns
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.simulate.canvas import Canvas
from scanview.simulate.scanner import ScannerSettings, acquire
from scanview.simulate.scene import build_scene
from tests.ui.ui_fakes import lease, status
from tests.unit.session.session_fakes import row, scan_id

SCANNER = ScannerSettings(pitch_mm=12.0)
THEN = 7
NOW = 1
ADDED = (250, 90, 285, 120)
"""The box of what was added, in pixels of the scan of now, as far as the speed allows."""


@cache
def counts():
    """Counts of then and now, uint16 (2, rows, columns); a block of water was added, and the truck was slower."""
    scene = build_scene(np.random.default_rng(8), SCANNER.pitch_mm, 0)
    before = scene.structure.planes + scene.load.planes
    rows, columns = before.shape[1:]
    added = Canvas(width_mm=columns * 12.0, height_mm=rows * 12.0, pitch_mm=12.0)
    x0, y0, x1, y1 = (12.0 * side for side in ADDED)
    added.rectangle("water", x0, y0, x1, y1, depth_mm=500)
    places = np.linspace(0, columns - 1, round(columns * 1.04))
    slower = np.stack([at_columns(plane, places) for plane in before])
    then = acquire(slower, SCANNER, np.random.default_rng(1))
    now = acquire(before + added.planes, SCANNER, np.random.default_rng(2))
    return then, now


def view(pixels, **changes):
    """The side view of `pixels`."""
    levels = zip(SCANNER.air_counts, SCANNER.dark_counts, strict=True)
    calibrations = tuple(Calibration(air=air, dark=dark, source=Source.MEASURED) for air, dark in levels)
    made = ViewHeader(
        view=View.SIDE,
        rows=pixels.shape[1],
        channels=(Channel.HIGH, Channel.LOW)[: len(pixels)],
        pitch_x_mm=12.0,
        pitch_y_mm=12.0,
        pitch_source=Source.MEASURED,
        calibrations=calibrations[: len(pixels)],
        energies_mv=(6.0, 4.0)[: len(pixels)],
    )
    return replace(made, **changes)


def related(number=THEN, **changes):
    """What the hub says of a partner."""
    made = RelatedScan(
        scan=scan_id(number),
        kind=RelatedKind.EARLIER,
        title="",
        arrived_at=1_760_000_000.0,
        container="CSQU3054383",
        plate="沪A12345",
        lane="CNSHA-03",
        verdict=Verdict.RELEASE,
    )
    return replace(made, **changes)


def header(number, pixels, **changes):
    views = (view(pixels, **changes),)
    return ScanHeader(scan=scan_id(number), lane="CNSHA-03", views=views, started_at=1.76e9, container="CSQU3054383")


def hear(room, number, pixels, *, known=None, **changes):
    """The session tells of this scan and all of its pixels."""
    made = header(number, pixels, **changes)
    pyramid = GrowingPyramid.of(made.views[0], pixels)
    pyramid.complete = False
    room.desk.heard(events.ScanOpened(scan=scan_id(number), header=made, pyramids=(pyramid,), status=known or status()))
    room.desk.heard(events.ScanLoaded(scan=scan_id(number)))


def open_now(room, *partners, **changes):
    """The scan of now on the screen, with these partners in the hub."""
    taken = row(NOW, state=WorkState.IN_REVIEW, analyst="zhang")
    room.desk.heard(events.RowsChanged(rows=(taken,)))
    room.desk.reviewing.open(scan_id(NOW), taken, lease())
    hear(room, NOW, counts()[1], **changes)
    room.session.last("related").set_result(tuple(partners))
    room.window.refresh()


def then_arrives(room, qtbot, pixels=None, number=THEN, **changes):
    """The partner comes from the hub, and the work on both is done."""
    hear(room, number, counts()[0] if pixels is None else pixels, **changes)
    room.window.refresh()
    qtbot.waitUntil(lambda: room.desk.comparing.job is None, timeout=20_000)
    room.window.refresh()
