"""Owns how one row of the worklist is painted: risk by shape, colour and word, the number in its groups, the wait."""

from collections.abc import Callable, Set

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from scanview.core.review import Risk, Verdict
from scanview.core.work import RecognitionState, WorkState
from scanview.core.worklist import Due, WorklistRow, due
from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.language import Words
from scanview.ui.style import FAINT, LARGE, SMALL
from scanview.ui.viewer.overlay import OverlayKind, paint_shape
from scanview.ui.worded import clock_text, container_text, due_phrase, risk_of_row, stage_of_row, state_of_row
from scanview.ui.worklist_model import ROW

ROW_HEIGHT = 56

_LEFT = 36
_EDGE = 12
_SHAPE_PX = 12.0

_COLOURS = {
    Risk.HIGH: tokens.RISK_HIGH,
    Risk.MEDIUM: tokens.RISK_MEDIUM,
    Risk.LOW: tokens.RISK_LOW,
    Risk.NONE: tokens.RISK_NONE,
}


class WorklistDelegate(QStyledItemDelegate):
    """Paints rows.

    `now` is the hub's clock, `ahead` the scans that are loaded, `opened` the one on the screen; `unread` counts the
    remarks that this person has not seen.
    """

    def __init__(self, words: Words, now: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._now = now
        self.ahead: Set[str] = frozenset()
        self.opened = ""
        self.unread: Callable[[WorklistRow], int] = lambda row: 0
        self._large, self._small = font(LARGE), font(SMALL)
        self._strong = font(SMALL, bold=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are equally high, so a long list needs no measuring."""
        return QSize(0, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Two lines: the number and the wait; the lane, what is known, and what is under way."""
        row = index.data(ROW)
        if not isinstance(row, WorklistRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, row)
        area = option.rect.adjusted(_LEFT, 8, -_EDGE, -8)
        upper = QRect(area.left(), area.top(), area.width(), area.height() // 2)
        lower = QRect(area.left(), upper.bottom() + 1, area.width(), area.height() - upper.height())
        paint_shape(painter, shape_of(row), QPointF(option.rect.left() + 20, upper.center().y() + 1), _SHAPE_PX)
        self._paint_upper(painter, upper, row)
        self._paint_lower(painter, lower, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: WorklistRow) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered or row.scan == self.opened:
            painter.fillRect(option.rect, QColor(tokens.RAISED))
        if row.scan == self.opened:
            painter.fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), tokens.FOCUS)
        if chosen:
            painter.setPen(QColor(tokens.LINE))
            painter.drawRoundedRect(option.rect.adjusted(4, 2, -4, -2), 4, 4)

    def _paint_upper(self, painter: QPainter, area: QRect, row: WorklistRow) -> None:
        decided, now = row.verdict is not None, self._now()
        sign, clock_colour = _CLOCKS[due(row, now)]
        right = "" if decided else sign + clock_text(now - row.arrived_at)
        used = _draw(painter, self._large, clock_colour, area, right, Qt.AlignmentFlag.AlignRight)
        left = area.adjusted(0, 0, -used - 8, 0)
        colour = tokens.QUIET if decided else tokens.TEXT
        width = _draw(painter, self._large, colour, left, container_text(row) + "  ", Qt.AlignmentFlag.AlignLeft)
        if unread := self.unread(row):
            new = self._words("worklist.unread", count=unread)
            _draw(painter, self._small, tokens.FOCUS, left.adjusted(width, 0, 0, 0), new, Qt.AlignmentFlag.AlignLeft)

    def _paint_lower(self, painter: QPainter, area: QRect, row: WorklistRow) -> None:
        left_side, right_side = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        note, note_colour = self._note(row)
        used = _draw(painter, self._small, note_colour, area, note, right_side)
        left = area.adjusted(0, 0, -used - 8, 0)
        width = _draw(painter, self._small, tokens.QUIET, left, row.lane + "  ", left_side)
        rest = left.adjusted(width, 0, 0, 0)
        if row.verdict is not None:
            state = self._words.say(state_of_row(row))
            _draw(painter, self._strong, verdict_colour(row.verdict), rest, state, left_side)
        elif row.state is WorkState.ELSEWHERE:
            where = self._words("worklist.elsewhere", hub=row.elsewhere.removeprefix("tcp://"))
            _draw(painter, self._small, tokens.WARNING, rest, where, left_side)
        else:
            self._paint_asides(painter, rest, row)

    def _paint_asides(self, painter: QPainter, area: QRect, row: WorklistRow) -> None:
        """Risk, whose word is wanted, and that the scan broke off: one behind the other."""
        asides = [(self._strong, risk_colour(row), self._words.say(risk_of_row(row)))]
        asides.append((self._small, tokens.TEXT, self._words.say(stage_of_row(row))))
        if not row.complete:
            asides.append((self._small, tokens.WARNING, self._words("state.broken-off")))
        for face, colour, text in asides:
            if text:
                width = _draw(painter, face, colour, area, text + "  ", Qt.AlignmentFlag.AlignLeft)
                area = area.adjusted(width, 0, 0, 0)

    def _note(self, row: WorklistRow) -> tuple[str, str]:
        urgency = due(row, self._now())
        if urgency is not Due.IN_TIME and row.state is not WorkState.IN_REVIEW:
            return self._words.say(due_phrase(urgency)), _CLOCKS[urgency][1]
        if row.state is WorkState.ARRIVING:
            return self._words("worklist.live"), tokens.FOCUS
        if row.state is WorkState.IN_REVIEW and row.analyst:
            return self._words("worklist.with", analyst=row.analyst), tokens.QUIET
        if row.state is WorkState.WAITING and row.scan in self.ahead:
            return self._words("worklist.ahead"), tokens.QUIET
        return "", FAINT


_CLOCKS = {
    Due.IN_TIME: ("", tokens.TEXT),
    Due.SOON: ("△ ", tokens.WARNING),
    Due.LATE: ("▲ ", tokens.RISK_HIGH),
}
"""The sign before the time a scan has waited, and its colour."""


def shape_of(row: WorklistRow) -> OverlayKind:
    """The shape of a row's risk; a ring while no machine has spoken."""
    if row.recognition is RecognitionState.PENDING:
        return OverlayKind.NONE
    return OverlayKind(row.risk.value)


def risk_colour(row: WorklistRow) -> str:
    """The colour of a row's risk."""
    return tokens.QUIET if row.recognition is RecognitionState.PENDING else _COLOURS[row.risk]


def verdict_colour(verdict: Verdict) -> str:
    """The colour of a verdict."""
    return tokens.RISK_LOW if verdict is Verdict.RELEASE else tokens.RISK_MEDIUM


def _draw(painter: QPainter, font: QFont, colour: str, area: QRect, text: str, side: Qt.AlignmentFlag) -> int:
    """Draw one line of plain text, elided where it must be; the width it took."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(area.width(), 0))
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)
