"""What is wrong with how a window is laid out: texts without room, widgets on each other, parts that stick out."""

import re
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QFrame, QLabel, QLineEdit, QSplitter, QWidget

from scanview.ui.parts import FLOATS, ElidedLabel

_UNBROKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+")
"""What a wrapped line keeps together: a word, or one Chinese character."""


def faults(window: QWidget) -> list[str]:
    """Every fault of the visible parts of `window`, in words."""
    return [*_without_room(window), *_on_top_of_each_other(window), *_sticking_out(window)]


def _without_room(window: QWidget) -> Iterator[str]:
    for widget in _visible(window):
        needed = _needed(widget)
        if needed is None:
            continue
        width, height = needed
        if widget.width() < width or widget.height() < height:
            told = f"{width} × {height} needed, {widget.width()} × {widget.height()} there"
            yield f"cut off: {_name(widget)}: {told}"


def _needed(widget: QWidget) -> tuple[int, int] | None:
    """The room that the text of `widget` needs; None where it has none or may shorten it."""
    if isinstance(widget, ElidedLabel):
        return 0, widget.sizeHint().height()
    if isinstance(widget, QLabel):
        if not widget.text():
            return None
        if widget.wordWrap():
            longest = max(widget.fontMetrics().horizontalAdvance(word) for word in _UNBROKEN.findall(widget.text()))
            return longest, widget.heightForWidth(widget.width())
        return widget.sizeHint().width(), widget.sizeHint().height()
    if isinstance(widget, QAbstractButton):
        return widget.sizeHint().width(), widget.sizeHint().height()
    if isinstance(widget, QLineEdit) and not widget.text():
        room = widget.width() - widget.contentsMargins().left() - widget.contentsMargins().right()
        text = widget.fontMetrics().horizontalAdvance(widget.placeholderText()) + 24
        return (text if text > room else 0), widget.sizeHint().height()
    return None


def _on_top_of_each_other(window: QWidget) -> Iterator[str]:
    for parent in [window, *_visible(window)]:
        if isinstance(parent, QAbstractScrollArea | QSplitter):
            continue
        for one, other in combinations(_children(parent), 2):
            if one.geometry().intersects(other.geometry()):
                yield f"overlap in {_name(parent)}: {_name(one)} {_place(one)} and {_name(other)} {_place(other)}"


def _sticking_out(window: QWidget) -> Iterator[str]:
    for widget in _visible(window):
        parent = widget.parentWidget()
        if parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea):
            continue
        if not parent.rect().contains(widget.geometry()) and not widget.geometry().isEmpty():
            yield f"sticks out of {_name(parent)} {_size(parent)}: {_name(widget)} {_place(widget)}"


def _visible(window: QWidget) -> Iterator[QWidget]:
    return (widget for widget in window.findChildren(QWidget) if widget.isVisible() and not _is_inner(widget))


def _is_inner(widget: QWidget) -> bool:
    """Whether it is a part that Qt itself makes, as a scroll bar's container."""
    return widget.objectName().startswith("qt_")


def _children(parent: QWidget) -> list[QWidget]:
    found = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [child for child in found if child.isVisible() and not child.property(FLOATS) and not _is_inner(child)]


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    kind = type(widget).__name__ if type(widget) is not QFrame else f"line of {type(widget.parentWidget()).__name__}"
    return f"{kind} {text!r}" if text else kind


def _place(widget: QWidget) -> str:
    at: QRect = widget.geometry()
    return f"({at.x()}, {at.y()}, {at.width()} × {at.height()})"


def _size(widget: QWidget) -> str:
    return f"({widget.width()} × {widget.height()})"
