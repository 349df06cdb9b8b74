"""Measuring with keys and hand on the whole window: what is drawn is read, said beside the picture, and put away."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from scanview.core.errors import BadInput
from scanview.core.mark import MarkShape
from scanview.core.scan import Declaration, Source
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.mass import estimate_mass
from scanview.imaging.measure import length_mm
from scanview.imaging.selection import rectangle
from scanview.session import events
from scanview.simulate.scan import simulate_scan
from scanview.ui import tokens
from scanview.ui.measuring import measuring as measuring_module
from scanview.ui.measuring.commands import declared_kg
from scanview.ui.measuring.plot import ProfilePlot
from scanview.ui.measuring.shapes import ShapeKind
from scanview.ui.text import Language
from tests.golden.wedges import display_pyramid, wedge_pyramid
from tests.ui.ui_fakes import WindowRoom, lease
from tests.ui.viewer_hands import LEFT, MIDDLE, drag, shown
from tests.unit.session.session_fakes import header as scan_header
from tests.unit.session.session_fakes import row, scan_id

L, B, P, W, M = (Qt.Key.Key_L, Qt.Key.Key_B, Qt.Key.Key_P, Qt.Key.Key_W, Qt.Key.Key_M)


@pytest.fixture
def room(qtbot):
    made = WindowRoom(qtbot).sit_down()
    yield made
    made.window.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("measuring")] == []


@pytest.fixture(scope="module")
def truck():
    return simulate_scan(5)


def show(room, pyramid, declaration=None, number=1):
    """`pyramid` on the screen as the scan `number`."""
    known = replace(scan_header(number), views=(pyramid.header,), declaration=declaration)
    room.desk.reviewing.open(scan_id(number), row(number), lease())
    room.desk.heard(
        events.ScanOpened(
            scan=scan_id(number), header=known, pyramids=(pyramid,), status=events.ScanStatus(strips=1, stored=True)
        )
    )
    room.window.refresh()
    room.window.canvas.fit()


def press(room, *keys):
    for key in keys:
        QTest.keyClick(room.window, key)
    room.window.refresh()


def at(room, column, row):
    x, y = room.window.canvas.viewport.to_screen(column, row)
    return QPoint(round(x), round(y))


def draw(room, qtbot, start, end):
    drag(qtbot, room.window.canvas, LEFT, at(room, *start), at(room, *end))


def settle(room, qtbot):
    qtbot.waitUntil(lambda: not room.window.measuring._worker.is_busy, timeout=20_000)


def said(room):
    """The visible text of the panel, names with values."""
    panel = room.window.measured
    return (
        [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)] if panel.isVisible() else []
    )


def value(room, name):
    texts = said(room)
    return texts[texts.index(name) + 1]


def violet(room):
    """How many pixels of the canvas have the colour of measurements."""
    colour = np.array([int(tokens.MEASURE[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(shown(room.window.canvas).astype(int) - colour).max(axis=2) < 12).sum())


def test_a_length_is_dragged_and_said(room, qtbot):
    show(room, wedge_pyramid())
    assert violet(room) == 0
    press(room, L)
    assert any("Drag a line" in text for text in said(room))
    draw(room, qtbot, (20, 30), (120, 70))

    shape = room.window.measuring.shape
    expected = length_mm(room.window.canvas.pyramid.header, *shape.points)
    assert shape.kind is ShapeKind.LENGTH
    assert expected == pytest.approx(np.hypot(400, 200), abs=10)
    assert value(room, "Length") == f"{expected:.0f} mm"
    plot = room.window.measured.findChild(ProfilePlot)
    assert plot.isVisible()
    assert plot.accessibleName().startswith(f"Profile over {expected:.0f} mm: transmission from ")
    assert violet(room) > 50


def test_a_rectangle_is_what_imaging_says(room, qtbot):
    pyramid = wedge_pyramid(noise=0.004)
    show(room, pyramid)
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    settle(room, qtbot)

    points = room.window.measuring.shape.points
    planes = (pyramid.plane(0, 0), pyramid.plane(1, 0))
    mass = estimate_mass(pyramid.header, planes, rectangle(*points, (pyramid.columns, pyramid.rows)))
    assert value(room, "All in the beam") == f"{mass.mass_kg:.2f} ± {mass.margin_kg:.2f} kg"
    assert {"Size", "Transmission HIGH", "Transmission LOW", "As steel", "Opaque"} <= set(said(room))
    assert "All in the beam" in room.window.measured.accessibleDescription()


def test_a_polygon_is_clicked_and_closed_by_enter(room, qtbot):
    show(room, wedge_pyramid())
    press(room, P)
    for corner in ((50, 20), (120, 25), (100, 90)):
        qtbot.mouseClick(room.window.canvas, LEFT, pos=at(room, *corner))
    press(room, Qt.Key.Key_Return)
    settle(room, qtbot)

    assert len(room.window.measuring.shape.points) == 3
    assert value(room, "Area").endswith(" m²")
    assert room.session.asked("take") == []


def test_a_polygon_is_closed_by_a_click_on_its_first_corner(room, qtbot):
    show(room, wedge_pyramid())
    press(room, P)
    for corner in ((50, 20), (120, 25), (100, 90), (50, 20)):
        qtbot.mouseClick(room.window.canvas, LEFT, pos=at(room, *corner))
        QTest.qWait(1)

    assert len(room.window.measuring.shape.points) == 3


def test_enter_does_not_close_what_has_no_corners_yet(room, qtbot):
    show(room, wedge_pyramid())
    press(room, P)
    qtbot.mouseClick(room.window.canvas, LEFT, pos=at(room, 50, 20))
    press(room, Qt.Key.Key_Return)

    assert room.window.measuring.shape is None
    assert room.window.measuring.drawing.points


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_0, B])
def test_what_was_measured_is_put_away(room, qtbot, key):
    show(room, wedge_pyramid())
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    press(room, key)

    assert said(room) == []
    assert violet(room) == 0
    assert room.window.measuring.drawing is None


def test_escape_takes_a_polygon_back_before_it_ends_measuring(room, qtbot):
    show(room, wedge_pyramid())
    press(room, P)
    qtbot.mouseClick(room.window.canvas, LEFT, pos=at(room, 50, 20))
    press(room, Qt.Key.Key_Escape)
    assert room.window.measuring.drawing is not None
    assert not room.window.measuring.drawing.has_begun

    press(room, Qt.Key.Key_Escape)
    assert room.window.measuring.drawing is None


def test_another_scan_takes_measurements_away(room, qtbot):
    show(room, wedge_pyramid())
    press(room, L)
    draw(room, qtbot, (20, 30), (120, 70))
    show(room, wedge_pyramid(), number=2)

    assert room.window.measuring.shape is None
    assert said(room) == []


def test_measuring_and_marking_exclude_each_other(room, qtbot):
    show(room, wedge_pyramid())
    press(room, L, M)
    assert room.window.marking.shape is MarkShape.BOX
    assert room.window.measuring.drawing is None

    press(room, L)
    assert room.window.marking.shape is None
    draw(room, qtbot, (20, 30), (120, 70))
    assert room.window.measuring.shape is not None


def test_a_click_measures_nothing_and_the_middle_button_still_moves(room, qtbot):
    show(room, wedge_pyramid())
    press(room, L)
    qtbot.mouseClick(room.window.canvas, LEFT, pos=at(room, 50, 20))
    assert room.window.measuring.shape is None

    before = room.window.canvas.viewport
    drag(qtbot, room.window.canvas, MIDDLE, QPoint(300, 200), QPoint(340, 220))
    assert room.window.canvas.viewport != before


def test_keys_without_a_picture_do_nothing(room):
    press(room, L, B, P, W)

    assert room.window.measuring.drawing is None
    assert said(room) == []


def test_a_picture_without_units_says_what_cannot_be_measured(room, qtbot):
    show(room, display_pyramid())
    press(room, L)
    draw(room, qtbot, (20, 30), (120, 30))
    assert value(room, "Length").startswith("≈ ")
    assert "counts" in room.window.measured.findChild(ProfilePlot).accessibleName()

    press(room, B)
    draw(room, qtbot, (20, 10), (120, 50))
    settle(room, qtbot)
    assert any("cannot be measured" in text for text in said(room))
    assert "All in the beam" not in said(room)

    press(room, W)
    settle(room, qtbot)
    assert "This scan has no calibration" in said(room)


@pytest.mark.parametrize(("declared", "word"), [(None, "=  AGREES"), (900.0, "▲  HEAVIER"), (0.0, "–  UNDECLARED")])
def test_one_key_weighs_the_load(room, qtbot, truck, declared, word):
    header, counts = truck.image.side
    declaration = truck.image.header.declaration if declared is None else Declaration(gross_kg=declared)
    show(room, GrowingPyramid.of(header, counts), declaration)
    press(room, W)
    settle(room, qtbot)

    assert word in said(room)
    estimated = float(value(room, "Estimated").removeprefix("at least ").split(" ±")[0].replace(",", ""))
    assert estimated == pytest.approx(truck.truth.load_kg, rel=0.05)
    assert value(room, "Declared") == (f"{declaration.gross_kg:,.0f} kg" if declaration.gross_kg else "no weight")
    assert declared_kg(room.desk.reviewing.review) == declaration.gross_kg


def test_pressed_again_the_container_is_drawn_by_hand(room, qtbot, truck):
    header, counts = truck.image.side
    show(room, GrowingPyramid.of(header, counts), truck.image.header.declaration)
    press(room, W)
    settle(room, qtbot)
    press(room, W)
    assert any("inside of the container" in text for text in said(room))

    inside = truck.truth.inside
    draw(room, qtbot, (inside.x0, inside.y0), (inside.x1, inside.y1))
    settle(room, qtbot)
    assert "=  AGREES" in said(room)
    assert room.window.measuring.drawing is None


def test_where_no_container_is_found_it_is_asked_for(room, qtbot):
    pyramid = wedge_pyramid()
    pyramid.header = replace(pyramid.header, pitch_source=Source.ASSUMED)
    show(room, pyramid)
    press(room, W)
    settle(room, qtbot)

    assert room.window.measuring.drawing is not None
    assert any("inside of the container" in text for text in said(room))


def test_an_answer_that_comes_too_late_is_dropped(room, qtbot, monkeypatch):
    gate, begun = threading.Event(), threading.Event()

    def slow(*_):
        begun.set()
        assert gate.wait(20)
        raise AssertionError("nobody must hear of this")

    show(room, wedge_pyramid())
    monkeypatch.setattr(measuring_module, "read_mass", slow)
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    assert begun.wait(20)
    monkeypatch.undo()
    press(room, L)
    draw(room, qtbot, (20, 30), (120, 70))
    gate.set()
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    settle(room, qtbot)

    assert value(room, "All in the beam").endswith(" kg")


def test_large_areas_are_read_beside_qts_thread(room, qtbot, monkeypatch):
    threads = []
    read = measuring_module.read_area
    monkeypatch.setattr(measuring_module, "PIXELS_AT_ONCE", 10)
    monkeypatch.setattr(
        measuring_module, "read_area", lambda *given: (threads.append(threading.current_thread().name), read(*given))[1]
    )
    show(room, wedge_pyramid())
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    settle(room, qtbot)

    assert [name.startswith("measuring") for name in threads] == [True]
    assert value(room, "All in the beam").endswith(" kg")


def test_a_fault_in_measuring_is_said_and_not_lost(room, qtbot, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("by zero")

    show(room, wedge_pyramid())
    monkeypatch.setattr(measuring_module, "read_mass", broken)
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    settle(room, qtbot)

    assert "by zero" in said(room)


def test_a_line_that_cannot_be_read_is_said(room, qtbot, monkeypatch):
    def refused(*_):
        raise BadInput("too long", code="bad-line")

    show(room, wedge_pyramid())
    monkeypatch.setattr(measuring_module, "read_line", refused)
    press(room, L)
    draw(room, qtbot, (20, 30), (120, 70))

    assert "A profile needs a line on the scan" in said(room)


def test_with_little_room_the_panel_scrolls(room, qtbot):
    show(room, wedge_pyramid())
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    settle(room, qtbot)
    panel = room.window.measured
    qtbot.waitUntil(lambda: panel.height() >= panel.widget().sizeHint().height())

    assert panel.minimumSizeHint().height() < panel.height() / 2


def test_too_small_a_shape_is_said(room, qtbot):
    show(room, wedge_pyramid())
    for _ in range(12):
        room.window.canvas.zoom_in()
    column, line = room.window.canvas.viewport.to_scan(400, 300)
    press(room, B)
    draw(room, qtbot, (int(column) + 0.05, int(line) + 0.05), (int(column) + 0.45, int(line) + 0.45))

    assert "No pixel lies in this shape" in said(room)


def test_what_was_measured_is_said_in_the_other_language_at_once(room, qtbot):
    show(room, wedge_pyramid())
    press(room, L)
    draw(room, qtbot, (20, 30), (120, 70))
    room.words.switch(Language.ZH)

    assert "长度" in said(room)
    assert room.window.measured.accessibleName() == "线段"


def test_the_panel_covers_nothing_of_the_picture(room, qtbot):
    show(room, wedge_pyramid())
    press(room, B)
    draw(room, qtbot, (70, 60), (95, 75))
    panel, canvas = room.window.measured, room.window.canvas
    place = panel.rect().translated(panel.mapTo(room.window, QPoint(0, 0)))

    assert not place.intersects(canvas.rect().translated(canvas.mapTo(room.window, QPoint(0, 0))))
