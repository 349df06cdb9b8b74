"""Owns where the parts of the window stand, from the topmost line to the lowest, before anybody moves a divider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.ui.parts import add, line
from scanview.ui.side_stack import SideStack

if TYPE_CHECKING:
    from scanview.ui.window import Window

RIGHT_WIDTH = 340
_HANDLE_PX = 3


def lay_out(window: Window) -> None:
    """Put every part in its place."""
    for place, part in enumerate((window.worklist, _centre(window), _right(window))):
        window.columns.addWidget(part)
        window.columns.setStretchFactor(place, int(place == 1))
    window.columns.setChildrenCollapsible(False)
    window.columns.setHandleWidth(_HANDLE_PX)
    for page in (window.sign_in_page, window.columns, window.console):
        window.pages.addWidget(page)
    whole = QWidget()
    outer = QVBoxLayout(whole)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(0)
    add(outer, window.top_bar, line(), window.link_bar)
    outer.addWidget(window.pages, 1)
    add(outer, line(), window.status)
    window.setCentralWidget(whole)
    window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)


def _centre(window: Window) -> QWidget:
    """The scan's line, the picture with the strip beside it, the overview and the tools."""
    window.middle.addWidget(window.empty_page)
    window.middle.addWidget(window.panes)
    centre = QWidget()
    column = QVBoxLayout(centre)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    add(column, window.scan_line, line())
    picture = QHBoxLayout()
    picture.setSpacing(0)
    add(picture, window.tool_strip, line(vertical=True))
    picture.addWidget(window.middle, 1)
    column.addLayout(picture, 1)
    add(column, line(), window.minimap, line(), window.tool_row)
    return centre


def _right(window: Window) -> QWidget:
    """What was found, the instruments, and the verdict."""
    right = QWidget()
    right.setProperty("role", "panel")
    right.setMinimumWidth(RIGHT_WIDTH)
    column = QVBoxLayout(right)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(window.findings, 1)
    instruments = (window.measured, window.compared, window.histogram)
    column.addWidget(SideStack(*instruments, window.similar, window.result, window.discussion, window.shelf))
    column.addWidget(line())
    add(column, window.taught, window.verdict)
    return right
