"""A second window for the second picture, full screen, and a layout that is there again after a restart."""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from scanview.core.scan import View
from scanview.ui import preferences
from scanview.ui.app import Client
from scanview.ui.arranging import _screens, arrange
from scanview.ui.layout import Extent, Layout, Place, within
from scanview.ui.panes.choice import Showing
from scanview.ui.text import Language
from tests.ui.test_panes import assert_linked, both, side, top
from tests.ui.two_scans import open_now, related, then_arrives
from tests.ui.ui_fakes import press

__all__ = ["both"]

CONTROL = Qt.KeyboardModifier.ControlModifier


def apart(room):
    QTest.keyClick(room.window, Qt.Key.Key_2, CONTROL)
    QTest.qWait(0)
    room.window.refresh()


def test_the_top_view_goes_to_its_own_window_and_back(both):
    apart(both)
    assert both.window.second.isVisible()
    assert top(both).window() is both.window.second
    assert side(both).window() is both.window
    assert_linked_by_scale(both)
    press(both, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    assert_linked_by_scale(both)

    apart(both)
    assert not both.window.second.isVisible()
    assert top(both).window() is both.window
    assert top(both).isVisible()
    assert_linked(both)


def assert_linked_by_scale(room):
    """Windows of different width look at the same middle, as close."""
    one, other = side(room).viewport, top(room).viewport
    assert other.scale == one.scale
    assert (other.left + other.right) / 2 * other.pitch_x_mm == pytest.approx(
        (one.left + one.right) / 2 * one.pitch_x_mm
    )


def test_closing_the_second_window_brings_the_picture_back(both):
    apart(both)
    both.window.second.close()

    assert top(both).window() is both.window
    assert top(both).isVisible()
    assert not both.window.panes.is_apart


def test_keys_work_in_the_second_window(both, qtbot):
    apart(both)
    both.window.second.activateWindow()
    qtbot.waitUntil(both.window.second.isActiveWindow)
    scale = side(both).viewport.scale
    QTest.keyClick(both.window.second, Qt.Key.Key_Plus)
    assert side(both).viewport.scale > scale
    QTest.keyPress(both.window.second, Qt.Key.Key_Tab)
    assert side(both).overlays_hidden
    QTest.keyRelease(both.window.second, Qt.Key.Key_Tab)
    assert not side(both).overlays_hidden
    QTest.keyClick(both.window.second, Qt.Key.Key_R)
    assert len(both.session.asked("decide")) == 1


def test_one_picture_stays_in_the_first_window_and_the_second_says_so(both):
    apart(both)
    press(both, Qt.Key.Key_Y)

    assert both.window.second.isVisible()
    assert side(both).window() is both.window
    assert side(both).isVisible()
    assert not top(both).isVisible()
    assert both.window.second._empty.isVisible()


def test_the_scan_that_is_compared_with_goes_to_the_second_window(room, qtbot):
    room.sit_down()
    open_now(room, related())
    room.window.commands.give("compare")
    room.window.commands.give("second-window")
    then_arrives(room, qtbot)

    assert room.window.panes.partner.window() is room.window.second
    assert room.window.canvas.window() is room.window
    room.desk.comparing.stop()
    room.window.refresh()
    assert room.window.canvas.isVisible()
    assert room.window.second._empty.isVisible()


def test_the_first_window_takes_the_second_along_when_it_closes(both):
    apart(both)
    both.window.close()

    assert not both.window.second.isVisible()
    assert both.window.layout_now.apart, "it is there again next time"


def test_f11_takes_the_whole_screen_and_gives_it_back(room):
    room.sit_down()
    press(room, Qt.Key.Key_F11)
    assert room.window.isFullScreen()
    press(room, Qt.Key.Key_F11)
    assert not room.window.isFullScreen()


def test_f9_hides_the_worklist(room):
    room.sit_down()
    press(room, Qt.Key.Key_F9)
    assert not room.window.worklist.isVisible()
    press(room, Qt.Key.Key_F9)
    assert room.window.worklist.isVisible()


def test_the_panels_are_as_wide_as_they_always_were_and_can_be_drawn(room):
    room.sit_down()
    QTest.qWait(0)
    assert [room.window.columns.sizes()[at] for at in (0, 2)] == [300, 340]
    room.window.columns.setSizes([360, room.window.columns.width() - 766, 400])

    assert room.window.layout_now.worklist_px == 360
    assert room.window.layout_now.panel_px == 400


def test_the_layout_is_kept_and_restored(qtbot, tmp_path):
    client = make_client(tmp_path)
    client.start()
    client.window.setGeometry(40, 30, 700, 500)
    client.window.panes.want(Showing.TOP)
    client.window.worklist.hide()
    QTest.qWait(0)
    client.stop()

    kept = preferences.load(tmp_path).layout
    assert (kept.main.left, kept.main.top) == (40, 30)
    assert kept.main.width >= 700
    assert (kept.showing, kept.worklist_hidden) == (Showing.TOP, True)
    again = make_client(tmp_path)
    again.start()
    at = again.window.geometry()
    expected = within(kept.main, _screens())
    assert (at.x(), at.y()) == (expected.left, expected.top)
    assert again.window.panes.wanted is Showing.TOP
    assert again.window.worklist.isHidden()
    again.stop()


def test_the_second_window_opens_again(qtbot, tmp_path):
    preferences.save(tmp_path, preferences.Preferences(layout=Layout(apart=True, showing=Showing.BOTH)))
    client = make_client(tmp_path)
    client.start()
    assert client.window.second.isVisible()
    client.stop()
    assert not client.window.second.isVisible()

    assert preferences.load(tmp_path).layout.apart


def test_a_place_on_a_monitor_that_is_gone_is_not_used(room):
    gone = Place(left=90_000, top=0, width=800, height=600, extent=Extent.FULL)

    assert not arrange(room.window, Layout(main=gone, second=gone, apart=True))
    assert not room.window.isFullScreen()
    assert room.window.second.x() < 10_000


@pytest.mark.parametrize("text", ["{}", "[]", '{"language": "en", "layout": {"main": 7}}', '{"language": "en"}'])
def test_preferences_of_before_are_read(tmp_path, text):
    (tmp_path / preferences.FILE).write_text(text)

    assert preferences.load(tmp_path).layout == Layout()


def test_what_is_kept_is_plain_json(tmp_path):
    made = Layout(main=Place(left=1, top=2, width=700, height=500), showing=Showing.SIDE)
    preferences.save(tmp_path, preferences.Preferences(layout=made))

    assert json.loads((tmp_path / preferences.FILE).read_text())["layout"]["main"]["width"] == 700
    assert preferences.load(tmp_path).layout == made


def make_client(folder):
    return Client(endpoint="tcp://127.0.0.1:9", folder=folder, workstation="desk-1", language=Language.EN)


def test_views_of_the_panes_stay_in_order_after_coming_back(both):
    for _ in range(2):
        apart(both)
    panes = both.window.panes

    assert [panes.view_of(canvas) for canvas in panes.shown] == [View.SIDE, View.TOP]
    above, below = (canvas.mapToGlobal(QPoint()).y() for canvas in (side(both), top(both)))
    assert above < below
