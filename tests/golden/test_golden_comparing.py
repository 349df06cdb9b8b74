"""How two scans look together, byte for byte: what was added and what is gone, and one swiped over the other."""

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from scanview.imaging.compare import AlignedReference, changes, difference
from scanview.imaging.difference_picture import ADDED_RGB, GONE_RGB, DifferenceCompositor, difference_pyramid
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.region import Area, Region
from scanview.imaging.ring import unrolled
from scanview.ui.comparing.backdrops import Swiped
from scanview.ui.viewer.viewport import Viewport
from tests.golden.test_golden_pictures import DEFAULT, MAGNIFIED, ONE_TO_ONE, SHRUNK, SIZE, check
from tests.golden.wedges import AIR, WEDGE_VIEW, band, step, wedge_counts

NOISE = 0.004


def now_and_then():
    """The wedges of now; then, one step of aluminium was not there and one of iron was twice as thick."""
    now = wedge_counts(noise=NOISE)
    then = wedge_counts(noise=NOISE)
    then[:, band("aluminium"), step(2)] = round(AIR)
    then[:, band("iron"), step(1)] = wedge_counts(noise=NOISE)[:, band("iron"), step(3)]
    return now, then


@pytest.fixture(scope="module")
def compared():
    now, then = now_and_then()
    area = Area(x0=12, y0=0, x1=now.shape[2], y1=now.shape[1] - 4)
    found = difference(WEDGE_VIEW, now, AlignedReference(counts=then, area=area), area, noise=NOISE)
    deviations = difference_pyramid(WEDGE_VIEW, found, now.shape[2])
    return GrowingPyramid.of(WEDGE_VIEW, now), GrowingPyramid.of(WEDGE_VIEW, then), deviations, area, found


@pytest.mark.parametrize(
    ("name", "region"), [("difference", ONE_TO_ONE), ("difference-shrunk", SHRUNK), ("difference-magnified", MAGNIFIED)]
)
def test_a_difference_looks_as_it_did(name, region, compared):
    check(name, picture(compared, region))


def test_its_colours_say_what_the_signs_say(compared):
    found = compared[-1]
    rgb = picture(compared, Region(left=0.0, top=0.0, columns_per_pixel=1.0, rows_per_pixel=1.0))
    signs = {}
    for change in changes(WEDGE_VIEW, found, least_mm2=100):
        x, y = (change.box.x0 + change.box.x1) // 2, (change.box.y0 + change.box.y1) // 2
        colour = ADDED_RGB if change.attenuation > 0 else GONE_RGB
        signs[change.attenuation > 0] = np.abs(rgb[y, x].astype(int) - colour).max()

    assert set(signs) == {True, False}
    assert max(signs.values()) < 60
    still = rgb[band("lead").start + 4, step(0).start + 4]
    assert int(still.max()) - int(still.min()) == 0, "what is as it was is grey"


@pytest.mark.parametrize("mirrored", [(True, False), (False, True), (True, True)])
def test_a_mirrored_difference_is_the_difference_mirrored(mirrored, compared):
    plain, turned = picture(compared, ONE_TO_ONE), picture(compared, ONE_TO_ONE, mirrored)
    across, down = mirrored

    assert (turned == cv2.flip(plain, -1 if across and down else int(across))).mean() > 0.97


def test_a_panned_difference_is_the_one_made_anew(compared):
    now, _, deviations, _, _ = compared
    compositor = DifferenceCompositor(now, deviations)
    compositor.show(DEFAULT, ONE_TO_ONE, SIZE)
    moved = ONE_TO_ONE.moved(17, 5)

    assert (shown(compositor.show(DEFAULT, moved, SIZE)) == picture(compared, moved)).all()


def test_one_swiped_over_the_other_looks_as_it_did(qapp, compared):
    now, then, _, area, _ = compared
    backdrop = Swiped(then, area)
    backdrop.share = 0.45
    viewport = Viewport.of(WEDGE_VIEW, now.columns, SIZE)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        backdrop.paint(painter, DEFAULT, viewport)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE[1], SIZE[0], 4)

    assert not pixels[:, : round(0.45 * SIZE[0]), :3].any(), "left of the divider stands this scan alone"
    check("swipe", pixels[..., 2::-1])


def picture(compared, region, mirrored=(False, False)):
    now, _, deviations, _, _ = compared
    return shown(DifferenceCompositor(now, deviations).show(DEFAULT, region, SIZE, mirrored))


def shown(made):
    return unrolled(made.ring, made.frame, made.frame.whole)[..., 2::-1].copy()
