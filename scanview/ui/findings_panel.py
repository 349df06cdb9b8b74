"""Owns the right column above the verdict: what was declared, what the machine sees, what the person marked."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from scanview.core.scan import Declaration
from scanview.ui.actions import Mode
from scanview.ui.desk import Desk
from scanview.ui.entry_list import Entry, EntryList
from scanview.ui.filter_panel import FilterPanel
from scanview.ui.language import Words
from scanview.ui.listed import finding_entries
from scanview.ui.machine_panel import MachinePanel
from scanview.ui.marking.panel import MarksPanel
from scanview.ui.parts import Label, line
from scanview.ui.review import Review
from scanview.ui.worded import recognition_phrase

_FIELDS = ("goods", "hs", "weight", "packages", "shipper", "origin")


class FindingsPanel(QScrollArea):
    """`chosen` carries the key of a finding or mark that was clicked."""

    chosen = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._declaration_title = Label("heading")
        self._no_declaration = Label("quiet", wraps=True)
        self._names = {field: Label("quiet") for field in _FIELDS}
        self._values = {field: Label(wraps=True) for field in _FIELDS}
        self._findings_title, self._model = Label("heading"), Label("small", wraps=True)
        self._empty_share = Label("small")
        self._about = Label("quiet", wraps=True)
        self._findings = EntryList()
        self.filter = FilterPanel(words)
        self.machine = MachinePanel(words)
        self.marks = MarksPanel(words)
        self._rules = (line(), line())
        self._shown_chosen, self._was_picking = "", False
        self._findings.clicked.connect(self.chosen)
        self.marks.chosen.connect(self.chosen)
        self._inside = self._lay_out()
        self.setWidget(self._inside)

    def show_desk(self, desk: Desk) -> None:
        """Everything that is known of the scan on the screen."""
        review, picking = desk.reviewing.review, desk.reviewing.mode is Mode.CATEGORY
        for rule in self._rules:
            rule.setVisible(review is not None)
        self._show_declaration(review)
        self._show_findings(review)
        self.filter.show_review(review)
        self.machine.show_review(review)
        self.marks.show_review(review, picking=picking)
        chosen = review.chosen if review is not None else ""
        if (chosen, picking) != (self._shown_chosen, self._was_picking):
            self._shown_chosen, self._was_picking = chosen, picking
            QTimer.singleShot(0, self, self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        """Scroll as little as it takes to show the chosen entry, once the layout has found its place."""
        for entries in (self._findings, self.marks.entries):
            place = entries.place_of(self._shown_chosen)
            if place is not None:
                middle = entries.mapTo(self._inside, place.center())
                self.ensureVisible(middle.x(), middle.y(), 0, place.height())
        if self.marks.picker.isVisible():
            self.ensureWidgetVisible(self.marks.picker)

    def _show_declaration(self, review: Review | None) -> None:
        words = self._words
        self._declaration_title.put(words("panel.declaration") if review is not None else "")
        declaration = review.header.declaration if review is not None and review.header is not None else None
        values = _declared(declaration, words)
        for field in _FIELDS:
            self._names[field].put(words(f"declaration.{field}") if values.get(field) else "")
            self._values[field].put(values.get(field, ""))
        missing = review is not None and review.header is not None and not values
        self._no_declaration.put(words("declaration.none") if missing else "")

    def _show_findings(self, review: Review | None) -> None:
        words = self._words
        findings = review.findings if review is not None else ()
        title = words("panel.findings-count", count=len(findings)) if findings else words("panel.findings")
        self._findings_title.put(title if review is not None else "")
        recognition = review.status.recognition if review is not None else None
        self._model.put(words("findings.model", model=recognition.model) if recognition is not None else "")
        share = "" if recognition is None else words("findings.empty", percent=f"{100 * recognition.empty:.0f}")
        self._empty_share.put(share)
        about = ""
        if review is not None and not findings:
            about = words.say(
                recognition_phrase(review.row, review.status.not_recognised, recognised=recognition is not None)
            )
        elif review is not None and review.dismissed_hidden and review.said.dismissed:
            about = words("findings.dismissed-hidden", count=len(review.said.dismissed))
        self._about.put(about)
        entries: tuple[Entry, ...] = finding_entries(review, words) if review is not None else ()
        self._findings.put(entries, review.chosen if review is not None else "")

    def _lay_out(self) -> QWidget:
        inside = QWidget()
        inside.setProperty("role", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._declaration_title)
        column.addWidget(self._no_declaration)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for field in _FIELDS:
            form.addRow(self._names[field], self._values[field])
        column.addLayout(form)
        column.addWidget(self._rules[0])
        column.addLayout(_head(self._findings_title, self._empty_share))
        column.addWidget(self.machine.warnings)
        column.addWidget(self._about)
        column.addWidget(self.filter)
        column.addWidget(self._findings)
        column.addWidget(self.machine)
        column.addWidget(self._model)
        column.addWidget(self._rules[1])
        column.addWidget(self.marks)
        column.addStretch()
        return inside


def _declared(declaration: Declaration | None, words: Words) -> dict[str, str]:
    """What was declared, by field; fields that were not are left out."""
    if declaration is None:
        return {}
    kg = words("declaration.kg", kg=f"{declaration.gross_kg:,.0f}") if declaration.gross_kg else ""
    values = {
        "goods": declaration.goods,
        "hs": declaration.hs_code,
        "weight": kg,
        "packages": f"{declaration.packages:,}" if declaration.packages else "",
        "shipper": declaration.shipper,
        "origin": declaration.origin,
    }
    return {field: value for field, value in values.items() if value}


def _head(title: Label, note: Label) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(title)
    row.addStretch()
    row.addWidget(note)
    return row
