"""The real client against a real hub: two views that grow together, and a scan compared with an earlier one."""

from dataclasses import replace

import numpy as np
import pytest

from scanview.core.related import RelatedKind
from scanview.core.review import Verdict
from scanview.core.scan import View
from scanview.imaging.scan_image import ScanImage
from scanview.ui.actions import Mode
from scanview.ui.comparing.comparing import Stage, Way
from tests.flow.client_room import Sent, header
from tests.flow.hub_network import PASSWORD
from tests.ui import two_scans
from tests.unit.formats.archive_scans import scan_image, view_header


@pytest.fixture
def hub(client_hub):
    return client_hub


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "trucks"
    made.mkdir()
    return made


def of_container(number, pixels):
    """A scan of the container that all of these tests send, with these pixels."""
    made = replace(header(number), views=(two_scans.view(pixels),))
    return ScanImage(header=made, views=(pixels,))


def test_a_scan_is_compared_with_the_one_before_of_the_same_container(room, port, folder):
    then, now = (Sent(folder, of_container(number, pixels)) for number, pixels in enumerate(two_scans.counts(), 1))
    then.send(port)
    now.send(port)
    room.sign_in("zhang", PASSWORD)
    room.until(lambda: now.scan in room.desk.rows)
    room.desk.take(now.scan)
    room.until(room.is_whole)
    comparing = room.desk.comparing
    room.until(lambda: bool(comparing.partners))
    assert [(partner.scan, partner.kind) for partner in comparing.partners] == [(then.scan, RelatedKind.EARLIER)]
    before = room.review

    room.give("compare")
    room.until(lambda: comparing.stage is Stage.SHOWN)
    (view,) = comparing.views
    (change,) = view.changes
    x0, y0, x1, y1 = two_scans.ADDED
    assert np.abs(np.subtract(change.box.corners, (x0, y0, x1, y1))).max() <= 3
    assert change.attenuation > 0
    for way in Way:
        comparing.want(way)
        room.window.refresh()
        room.window.grab()
    assert room.review == before, "comparing changes nothing of the scan"

    room.give("release")
    room.until(lambda: room.desk.mode is Mode.CONFIRMING)
    room.give("confirm")
    room.until(lambda: room.desk.decided_here == 1)
    room.until(lambda: room.desk.rows[now.scan].verdict is not None)
    room.until(lambda: not comparing.is_on)
    assert room.desk.rows[now.scan].verdict is Verdict.RELEASE
    assert room.desk.rows[then.scan].verdict is None


def test_both_views_grow_together_while_the_truck_passes(room, port, folder):
    views = (view_header(rows=48), view_header(view=View.TOP, rows=32))
    truck = Sent(folder, scan_image((512, 512), replace(header(1), views=views), seed=1))
    port.offer(truck.header)
    port.send_strips(truck.scan, truck.records[:4])
    room.sign_in("zhang", PASSWORD)
    room.until(lambda: truck.scan in room.desk.rows)
    room.desk.take(truck.scan)
    room.until(lambda: room.review is not None and room.review.view_columns == (256, 256))
    side, top = room.window.panes.shown
    assert room.window.canvas.is_following
    assert (side.pyramid.header.view, top.pyramid.header.view) == (View.SIDE, View.TOP)

    port.send_strips(truck.scan, truck.records[4:], first=4)
    truck.end(port)
    room.until(room.is_whole)
    assert room.review.view_columns == (512, 512)
    assert (top.viewport.left, top.viewport.scale) == pytest.approx((side.viewport.left, side.viewport.scale))
    for canvas, counts in zip((side, top), truck.image.views, strict=True):
        assert np.array_equal(canvas.pyramid.plane(0, 0), counts[0]), "what was sent is what is seen"
