"""Owns the colours of the client: every widget, painter and style sheet takes them from here.

Chosen for a dim room: text on each ground has a contrast of at least 4.5 to 1, and no meaning hangs on colour alone.
"""

GROUND = "#0f1113"
PANEL = "#16191c"
RAISED = "#1d2125"
LINE = "#2b3036"
TEXT = "#d9dde2"
QUIET = "#8d949c"
FOCUS = "#5aa9e6"

FOCUS_RING = "#f4f6f8"
"""Around what has the focus of the keyboard: brighter than any edge that says something else."""

RISK_HIGH = "#ff6b4a"
RISK_MEDIUM = "#f2b441"
RISK_LOW = "#4cc3a5"
RISK_NONE = QUIET

MARK = "#7cc4ff"
"""What a person points at, so that it never looks like a machine's finding."""

FIRST_OPINION = "#ff9ad5"
FURTHER_OPINION = "#b7e36a"
"""What other people pointed at, for whoever settles between them; each has a shape of its own too."""

MEASURE = "#c88bff"
"""What is measured, by its line, so that it looks like neither a finding nor a mark."""

WARNING = RISK_MEDIUM
"""A lost link, or a picture that could not be made as asked."""
