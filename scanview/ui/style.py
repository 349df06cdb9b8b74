"""Owns the look of every widget: one style sheet made from the tokens, in four sizes and one family.

A widget chooses by `role` (a dynamic property), never by colours of its own. Nothing here is a meaning by colour
alone: shape and word go with it.
"""

from scanview.ui import tokens

SMALL, BASE, LARGE, TITLE = 12, 13, 15, 20
"""The sizes of text, in pixels."""

STEP = 4
"""Spacing comes in multiples of this."""

_SHEET = """
QWidget { background: %(ground)s; color: %(text)s; font-size: %(base)dpx; }
QWidget[role="panel"], QWidget[role="bar"] { background: %(panel)s; }
QWidget[role="clear"], QLabel { background: transparent; }
QFrame[role="line"] { background: %(line)s; border: none; }

QLabel[role="quiet"] { color: %(quiet)s; }
QLabel[role="small"] { color: %(quiet)s; font-size: %(small)dpx; }
QLabel[role="heading"] { color: %(quiet)s; font-size: %(small)dpx; font-weight: 600; }
QLabel[role="large"] { font-size: %(large)dpx; }
QLabel[role="title"] { font-size: %(title)dpx; font-weight: 600; }
QLabel[role="warning"] { color: %(warning)s; }
QLabel[role="tag"] { border: 1px solid %(line)s; border-radius: 3px; padding: 0 6px; color: %(quiet)s;
    font-size: %(small)dpx; }
QLabel[role="tag-live"] { border: 1px solid %(focus)s; border-radius: 3px; padding: 0 6px; color: %(focus)s;
    font-size: %(small)dpx; }
QLabel[role="tag-warning"] { border: 1px solid %(warning)s; border-radius: 3px; padding: 0 6px; color: %(warning)s;
    font-size: %(small)dpx; }
QFrame[role="link-lost"] { background: %(warning)s; }
QFrame[role="link-lost"] QLabel { color: %(ground)s; font-weight: 600; }
QFrame[role="asked"] { background: %(raised)s; border-radius: 6px; }
QFrame[floats="true"] { border: 1px solid %(line)s; }
QFrame[role="asked"] QLabel { background: transparent; }

QPushButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 4px 8px; }
QPushButton:hover { background: %(raised)s; }
QPushButton:disabled { color: %(faint)s; }
QPushButton:checked { background: %(raised)s; border-color: %(line)s; }
QPushButton[role="plain"] { border-color: %(line)s; }
QPushButton[role="plain"]:checked { border-color: %(focus)s; color: %(text)s; }
QPushButton[role="filter"] { color: %(quiet)s; padding: 4px 6px; }
QPushButton[role="filter"]:checked { color: %(text)s; background: %(raised)s; border-color: transparent; }
QPushButton[role="filter"]:disabled { color: %(faint)s; }
QPushButton[role="partner"] { text-align: left; padding: 4px 8px; border-color: transparent; }
QPushButton[role="partner"]:checked { border-color: %(focus)s; background: %(raised)s; }
QPushButton[role="tool"] { color: %(quiet)s; padding: 4px 6px; }
QPushButton[role="tool"]:checked { color: %(text)s; background: %(raised)s; border-color: %(focus)s; }
QPushButton[role="tool"]:disabled { color: %(faint)s; }
QPushButton[role="reason"] { text-align: left; padding: 6px 8px; }
QPushButton[role="reason"]:checked { border-color: %(hold)s; background: %(ground)s; }
QPushButton[role="primary"] { background: %(focus)s; color: %(ground)s; font-weight: 600; padding: 8px 16px; }
QPushButton[role="primary"]:disabled { background: %(line)s; color: %(quiet)s; }

QPushButton:focus, QPushButton[role]:focus, QPushButton[role]:checked:focus { border: 1px solid %(ring)s;
    background: %(line)s; color: %(text)s; }
QPushButton[role="primary"]:focus { background: %(focus)s; color: %(ground)s; }
QListView:focus { border: 1px solid %(ring)s; }
QSlider:focus { border: 1px solid %(ring)s; border-radius: 4px; }

QLineEdit { background: %(ground)s; border: 1px solid %(line)s; border-radius: 4px; padding: 6px 8px;
    selection-background-color: %(focus)s; selection-color: %(ground)s; }
QLineEdit:focus { border-color: %(ring)s; }
QPlainTextEdit { background: %(ground)s; border: 1px solid %(line)s; border-radius: 4px; padding: 4px;
    selection-background-color: %(focus)s; selection-color: %(ground)s; }
QPlainTextEdit:focus { border-color: %(ring)s; }
QProgressBar { background: %(ground)s; border: 1px solid %(line)s; border-radius: 4px; text-align: center; }
QProgressBar::chunk { background: %(line)s; border-radius: 3px; }

QSlider { background: transparent; }
QSlider::groove:horizontal { height: 4px; background: %(line)s; border-radius: 2px; }
QSlider::sub-page:horizontal { background: %(focus)s; border-radius: 2px; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: %(text)s; }

QSplitter::handle { background: %(line)s; }
QSplitter::handle:hover { background: %(focus)s; }

QListView { background: %(panel)s; border: none; outline: none; }
QTableView { background: %(panel)s; border: none; outline: none; selection-background-color: %(raised)s;
    selection-color: %(text)s; alternate-background-color: %(panel)s; }
QTableView::item { border: none; padding: 0 8px; }
QTableView::item:selected { border-top: 1px solid %(line)s; border-bottom: 1px solid %(focus)s; }
QTableView:focus { border: 1px solid %(ring)s; }
QHeaderView { background: %(panel)s; }
QHeaderView::section { background: %(panel)s; color: %(quiet)s; border: none; border-bottom: 1px solid %(line)s;
    padding: 4px 8px; font-size: %(small)dpx; }
QComboBox { background: %(ground)s; border: 1px solid %(line)s; border-radius: 4px; padding: 5px 8px; }
QComboBox QLineEdit { border: none; padding: 0; background: transparent; }
QComboBox:focus { border-color: %(ring)s; }
QComboBox QAbstractItemView { background: %(raised)s; border: 1px solid %(line)s; }
QScrollArea { border: none; background: %(panel)s; }
QScrollArea[role="clear"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar::handle:vertical { background: %(line)s; border-radius: 4px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: %(faint)s; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle:horizontal { background: %(line)s; border-radius: 4px; min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; height: 0; }
QToolTip { background: %(raised)s; color: %(text)s; border: 1px solid %(line)s; padding: 4px; }
"""


def style_sheet() -> str:
    """The style sheet of the whole program."""
    return _SHEET % {
        "ground": tokens.GROUND,
        "panel": tokens.PANEL,
        "raised": tokens.RAISED,
        "line": tokens.LINE,
        "text": tokens.TEXT,
        "quiet": tokens.QUIET,
        "faint": FAINT,
        "focus": tokens.FOCUS,
        "ring": tokens.FOCUS_RING,
        "warning": tokens.WARNING,
        "hold": HOLD,
        "small": SMALL,
        "base": BASE,
        "large": LARGE,
        "title": TITLE,
    }


FAINT = "#5b636b"
"""What cannot be used now: below the contrast of text on purpose, and never the only sign."""

HOLD = tokens.RISK_MEDIUM
RELEASE = tokens.RISK_LOW
