"""Comparing in the real window, by keys: partners, ways, what cannot be compared, and that the scan stays itself."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from scanview.core.errors import Unavailable
from scanview.core.recipe import Tool
from scanview.core.related import RelatedKind
from scanview.core.review import Verdict
from scanview.imaging.difference_picture import ADDED_RGB
from scanview.session import events
from scanview.ui.comparing.comparing import Stage, Way
from tests.ui.two_scans import ADDED, THEN, counts, hear, open_now, related, then_arrives
from tests.ui.ui_fakes import open_scan, press, texts
from tests.ui.viewer_hands import LEFT, drag, shown
from tests.unit.session.session_fakes import scan_id

C, V = Qt.Key.Key_C, Qt.Key.Key_V
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def compared(room, qtbot):
    """The scan of now beside that of then."""
    room.sit_down()
    open_now(room, related(), related(8, kind=RelatedKind.REFERENCE, title="22G1", verdict=None))
    room.window.commands.give("compare")
    then_arrives(room, qtbot)
    return room


def want(room, way):
    room.desk.comparing.want(way)
    room.window.refresh()


def at(room, column, row):
    """The pixels of the screen around a place of the scan, as red, green, blue."""
    x, y = room.window.canvas.viewport.to_screen(column, row)
    return shown(room.window.canvas)[round(y), round(x)].astype(int)


def middle():
    return (ADDED[0] + ADDED[2]) / 2, (ADDED[1] + ADDED[3]) / 2


def test_the_partners_are_listed_with_what_when_and_where(compared):
    said = "\n".join(texts(compared))

    assert "◷ Earlier scan · 2025-10-09" in said
    assert "CNSHA-03 · Released" in said
    assert "▢ Empty reference" in said
    assert compared.session.asked("related") == [[scan_id(1)]]
    assert compared.session.asked("open_companion") == [[scan_id(THEN)]]


def test_side_by_side_both_look_at_the_same_place(compared):
    panes = compared.window.panes
    assert compared.desk.comparing.way is Way.BESIDE
    assert panes.partner.isVisible()
    press(compared, *[Qt.Key.Key_Plus] * 5, Qt.Key.Key_Left)

    one, other = panes.active.viewport, panes.partner.viewport
    assert other.scale == one.scale
    assert (other.left + other.right) / 2 == pytest.approx((one.left + one.right) / 2)
    assert (other.top + other.bottom) / 2 == pytest.approx((one.top + one.bottom) / 2)


def test_the_hand_on_the_partner_moves_both_and_marks_nothing(compared, qtbot):
    panes = compared.window.panes
    press(compared, *[Qt.Key.Key_Plus] * 6)
    before = panes.active.viewport.left
    drag(qtbot, panes.partner, LEFT, QPoint(300, 100), QPoint(360, 120))

    assert panes.active.viewport.left != before
    assert panes.partner.viewport.left == pytest.approx(panes.active.viewport.left)
    assert panes.active is panes.canvases[0]
    assert compared.desk.reviewing.review.marks == ()


def test_what_was_added_stands_in_orange_with_its_sign(compared):
    want(compared, Way.DIFFERENCE)
    column, row = middle()

    assert np.abs(at(compared, column, row) - ADDED_RGB).max() < 40
    quiet = at(compared, column - 100, row)
    assert quiet.max() - quiet.min() < 12, "what is as it was is grey"
    assert "Places that differ: 1" in texts(compared)
    assert any("denser now" in text for text in texts(compared))


def test_what_is_gone_is_told_from_what_was_added(room, qtbot):
    room.sit_down()
    then, _ = counts()
    open_now(room, related())
    more = then.copy()
    more[:, 200:230, 100:140] //= 3
    press(room, C)
    then_arrives(room, qtbot, pixels=more)
    want(room, Way.DIFFERENCE)

    signs = {change.attenuation > 0 for view in room.desk.comparing.views for change in view.changes}
    assert signs == {True, False}


def test_the_divider_goes_by_keys_and_by_hand(compared, qtbot):
    want(compared, Way.SWIPE)
    column, row = middle()
    x = compared.window.canvas.viewport.to_screen(column, row)[0] / compared.window.canvas.width()
    compared.window.comparison.swipe_to(x + 0.1)
    now = at(compared, column, row)
    while compared.window.comparison._share > x - 0.05:
        QTest.keyClick(compared.window, Qt.Key.Key_Left, ALT)
    then = at(compared, column, row)
    assert now.max() < then.min(), "the block is dark, the empty place behind it is bright"

    divider = compared.window.comparison._dividers[compared.window.canvas]
    qtbot.mousePress(divider, LEFT, pos=QPoint(7, 60))
    qtbot.mouseMove(divider, QPoint(7 + 200, 60))
    qtbot.mouseRelease(divider, LEFT, pos=QPoint(7, 60))
    assert (at(compared, column, row) == now).all()


def test_backquote_shows_the_other_scan_while_it_is_down(compared):
    want(compared, Way.SWIPE)
    compared.window.comparison.swipe_to(1.0)
    column, row = middle()
    now = at(compared, column, row)
    QTest.keyPress(compared.window, Qt.Key.Key_QuoteLeft)
    assert at(compared, column, row).min() > now.max()
    assert compared.window.panes._panes[0].caption._text.startswith("◷")
    QTest.keyRelease(compared.window, Qt.Key.Key_QuoteLeft)
    assert (at(compared, column, row) == now).all()


def test_blinking_goes_by_itself(compared, qtbot):
    want(compared, Way.BLINK)
    column, row = middle()
    now = at(compared, column, row)
    qtbot.waitUntil(lambda: at(compared, column, row).min() > now.max())
    qtbot.waitUntil(lambda: (at(compared, column, row) == now).all())


def test_v_goes_through_the_ways(compared):
    seen = [compared.desk.comparing.way]
    for _ in range(4):
        press(compared, V)
        seen.append(compared.desk.comparing.way)

    assert seen == [Way.BESIDE, Way.SWIPE, Way.BLINK, Way.DIFFERENCE, Way.BESIDE]
    assert compared.window.panes.partner.isVisible()


def test_the_next_partner_closes_the_one_before(compared):
    QTest.keyClick(compared.window, V, SHIFT)

    assert compared.session.asked("close_companion") == [[scan_id(THEN)]]
    assert compared.session.asked("open_companion") == [[scan_id(THEN)], [scan_id(8)]]
    assert compared.desk.comparing.stage is Stage.READING
    compared.window.refresh()
    assert not compared.window.panes.has_partner


def test_comparing_changes_nothing_of_the_scan_and_decisions_go_on(compared):
    review = compared.desk.reviewing.review
    for way in Way:
        want(compared, way)
    press(compared, C)
    assert compared.desk.reviewing.review == review
    press(compared, C)
    press(compared, Qt.Key.Key_R)

    assert compared.session.asked("decide")[0][0].verdict is Verdict.RELEASE


def test_the_recipe_is_one_for_both(compared):
    press(compared, Qt.Key.Key_I)
    assert compared.window.panes.partner.recipe.has(Tool.INVERSE)
    assert compared.desk.reviewing.review.recipe == compared.window.panes.partner.recipe


def test_escape_ends_it_and_all_is_as_before(compared):
    want(compared, Way.DIFFERENCE)
    press(compared, Qt.Key.Key_Escape)

    assert not compared.desk.comparing.is_on
    assert compared.session.asked("close_companion") == [[scan_id(THEN)]]
    before = shown(compared.window.canvas)
    compared.window.canvas.set_overlays(())
    compared.window.canvas.set_backdrop(None)
    assert compared.window.panes._panes[0].caption._text == ""
    assert before.shape == shown(compared.window.canvas).shape


def test_closing_the_scan_closes_its_partner(compared):
    want(compared, Way.DIFFERENCE)
    press(compared, Qt.Key.Key_G)
    open_scan(compared.desk, 2)
    compared.window.refresh()

    assert compared.session.asked("close_companion") == [[scan_id(THEN)]]
    assert compared.desk.comparing.partners == ()
    assert not compared.window.panes.has_partner
    assert not compared.window.compared.isVisible()


def test_another_energy_is_said_and_shown_side_by_side(room, qtbot):
    room.sit_down()
    open_now(room, related())
    press(room, C)
    then_arrives(room, qtbot, pixels=np.ascontiguousarray(counts()[0][:1]))

    assert "▲  The other scan lacks an energy of this one" in texts(room)
    assert room.desk.comparing.ways == (Way.BESIDE,)
    assert room.window.panes.partner.isVisible()


def test_what_cannot_be_brought_into_line_is_shown_apart_and_lined_up_by_hand(room, qtbot):
    noise = np.random.default_rng(3).integers(20_000, 60_000, counts()[0].shape, dtype=np.uint16)
    room.sit_down()
    open_now(room, related())
    press(room, C)
    then_arrives(room, qtbot, pixels=noise)
    panes = room.window.panes

    assert "▲  The two scans could not be brought into line" in texts(room)
    press(room, *[Qt.Key.Key_Plus] * 4)
    left = panes.active.viewport.left
    drag(qtbot, panes.partner, LEFT, QPoint(300, 100), QPoint(380, 100))
    assert panes.active.viewport.left == pytest.approx(left), "each is moved by itself"
    apart = panes.partner.viewport.left - panes.active.viewport.left
    press(room, Qt.Key.Key_Left)
    assert panes.active.viewport.left != pytest.approx(left)
    assert panes.partner.viewport.left - panes.active.viewport.left == pytest.approx(apart)


def test_nothing_to_compare_with_is_said(room):
    room.sit_down()
    open_now(room)
    press(room, C)

    assert "▲  There is nothing to compare this scan with" in texts(room)
    assert room.session.asked("open_companion") == []


def test_a_list_that_did_not_come_is_asked_for_again(room):
    room.sit_down().open(1)
    room.session.last("related").set_exception(Unavailable("not connected", code="not-connected"))
    press(room, C)
    assert len(room.session.asked("related")) == 2
    room.session.last("related").set_result((related(),))

    assert room.desk.comparing.partner == related(), "what was asked for begins when it can"


def test_a_partner_that_cannot_be_read_is_said(room):
    room.sit_down()
    open_now(room, related())
    press(room, C)
    error = Unavailable("too large", code="no-room-to-compare")
    room.desk.heard(events.ScanFailed(scan=scan_id(THEN), error=error))
    room.window.refresh()

    assert room.desk.comparing.stage is Stage.FAILED
    assert "▲  No memory left for another scan to compare with" in texts(room)


def test_work_that_nobody_waits_for_changes_nothing(room, qtbot):
    room.sit_down()
    open_now(room, related())
    press(room, C)
    hear(room, THEN, counts()[0])
    room.window.refresh()
    press(room, C)
    qtbot.wait(300)

    assert not room.desk.comparing.is_on
    assert room.desk.comparing.views == ()
    assert not room.window.panes.has_partner


def test_a_scan_that_still_arrives_is_compared_once_it_is_whole(room, qtbot):
    room.sit_down().open(1, loaded=False)
    room.session.last("related").set_result((related(),))
    press(room, C)
    hear(room, THEN, counts()[0])
    assert room.desk.comparing.stage is Stage.READING
    room.desk.heard(events.ScanLoaded(scan=scan_id(1)))

    assert room.desk.comparing.stage is Stage.PREPARING
    room.window.refresh()
    qtbot.waitUntil(lambda: room.desk.comparing.job is None, timeout=20_000)
