"""Owns the windows of the client on the monitors there are: taken down as a layout, and put back from one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from scanview.ui.layout import Extent, Layout, Place, within

if TYPE_CHECKING:
    from scanview.ui.window import Window

SECOND_SIZE = (1200, 700)
"""Of the second window where there is one monitor only."""


def layout_of(window: Window) -> Layout:
    """How everything stands now."""
    sizes = window.columns.sizes()
    hidden = window.worklist.isHidden()
    second = window.second
    return Layout(
        main=_place_of(window),
        second=_place_of(second) if second.isVisible() else window.layout_kept.second,
        apart=window.panes.is_apart,
        worklist_px=window.layout_kept.worklist_px if hidden else sizes[0],
        panel_px=sizes[-1],
        worklist_hidden=hidden,
        showing=window.panes.wanted,
    )


def arrange(window: Window, layout: Layout) -> bool:
    """Put everything where it was; False where the first window had no place yet, or its monitor is gone."""
    window.layout_kept = layout
    window.panes.want(layout.showing)
    window.worklist.setVisible(not layout.worklist_hidden)
    place = within(layout.main, _screens()) if layout.main is not None else None
    if place is not None:
        _put(window, place)
    if layout.apart:
        show_second(window)
    return place is not None


def divide(columns: QSplitter, width: int, worklist_px: int, panel_px: int) -> None:
    """Give the outer columns these widths and the middle what is left of `width`, also before it was ever laid out."""
    columns.resize(width, columns.height())
    middle = width - worklist_px - panel_px - 2 * columns.handleWidth()
    columns.setSizes([worklist_px, max(middle, 0), panel_px])


def second_closed(window: Window) -> None:
    """The second picture is in the first window again; its own window opens where it stood."""
    window.layout_kept = replace(window.layout_kept, second=_place_of(window.second))
    window.panes.set_apart(None)


def show_second(window: Window) -> None:
    """Give the second picture its own window: where it was, else on another monitor, else over the first."""
    kept = window.layout_kept.second
    place = within(kept, _screens()) if kept is not None else None
    other = next((screen for screen in QGuiApplication.screens() if screen is not window.screen()), None)
    if place is not None:
        _put(window.second, place)
    elif other is not None:
        _put(window.second, replace(_area(other), extent=Extent.MAXIMISED))
    else:
        window.second.resize(*SECOND_SIZE)
    window.panes.set_apart(window.second)
    window.second.show()


def toggle_second(window: Window) -> None:
    """Give the second picture its own window, or bring it back."""
    if window.panes.is_apart:
        window.second.close()
    else:
        show_second(window)


def toggle_full_screen(window: Window) -> None:
    """Let the window that has the keys take its whole screen, or give back what it took."""
    active = QApplication.activeWindow()
    meant: QWidget = window.second if active is window.second else window
    meant.setWindowState(meant.windowState() ^ Qt.WindowState.WindowFullScreen)


def _put(widget: QWidget, place: Place) -> None:
    widget.setGeometry(place.left, place.top, place.width, place.height)
    states = {
        Extent.NORMAL: Qt.WindowState.WindowNoState,
        Extent.MAXIMISED: Qt.WindowState.WindowMaximized,
        Extent.FULL: Qt.WindowState.WindowFullScreen,
    }
    widget.setWindowState(states[place.extent])


def _place_of(widget: QWidget) -> Place:
    extent = Extent.MAXIMISED if widget.isMaximized() else Extent.NORMAL
    extent = Extent.FULL if widget.isFullScreen() else extent
    normal = widget.geometry() if extent is Extent.NORMAL else widget.normalGeometry()
    area = normal if normal.isValid() else widget.geometry()
    return Place(left=area.x(), top=area.y(), width=area.width(), height=area.height(), extent=extent)


def _screens() -> tuple[Place, ...]:
    return tuple(_area(screen) for screen in QGuiApplication.screens())


def _area(screen: QScreen) -> Place:
    area = screen.availableGeometry()
    return Place(left=area.x(), top=area.y(), width=area.width(), height=area.height())
