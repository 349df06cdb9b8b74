"""Owns the panel of what was found in the container of the scan on the screen, and the line to write it down."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.inspection import MAX_PHOTOS, Found, InspectionRecord
from scanview.core.mark import MarkCategory
from scanview.core.rights import SUPERVISES
from scanview.ui.comparing.wording import when
from scanview.ui.desk import Desk
from scanview.ui.inspecting.photos import PhotoWindow, decoded
from scanview.ui.language import Words
from scanview.ui.note_line import NoteLine
from scanview.ui.parts import Button, Label, add, line

_SIGNS = {Found.FOUND: "●", Found.PARTLY: "◐", Found.NOTHING: "○"}
"""The shape that says the same as the word."""

_RECORDS = 2
_ITEMS = 4
_THUMBNAIL = QSize(64, 48)
_IN_A_ROW = 3
_RECORDING = ("record-found", "record-partly", "record-nothing", "add-photos")
BUTTONS = (*_RECORDING, "shelve-result")


class ResultPanel(QWidget):
    """Speaks `Results`. `wanted` carries the id of a command."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._shown: tuple[str, ...] = ()
        self._contents: list[bytes] = []
        self._images: list[QImage | None] = []
        self._at = -1
        self.setProperty("role", "panel")
        self._heading = Label("heading")
        self._texts = [Label(wraps=True) for _ in range(_RECORDS)]
        self._thumbnails = [Button("plain") for _ in range(MAX_PHOTOS)]
        self.text = NoteLine()
        self._buttons = {id: Button("plain") for id in BUTTONS}
        self._chosen, self._problem, self._remedy = (
            Label("small", wraps=True),
            Label("warning", wraps=True),
            Label("quiet", wraps=True),
        )
        self._lay_out()
        self.hide()

    def show_desk(self, desk: Desk) -> None:
        """What is known to have been found, and the line for whoever may write it down."""
        words, results, person = self._words, desk.results, desk.person
        records, may_record = results.records, results.may_record(person)
        self.setVisible(bool(records) or may_record)
        self._heading.put(words("inspection.title"))
        for label, record in zip(self._texts, (*records, None, None), strict=False):
            label.put(result_text(record, words) if record is not None else "")
        self._show_photos(records, desk)
        self.text.setVisible(may_record)
        self.text.setPlaceholderText(words("inspection.what"))
        self.text.setAccessibleName(words("inspection.what-name"))
        self.text.setToolTip(words("inspection.what-name"))
        is_supervisor = person is not None and person.role in SUPERVISES
        for id, button in self._buttons.items():
            button.setVisible(may_record if id in _RECORDING else is_supervisor and bool(results.case_title()))
            text = words(f"command.{id}")
            button.setText(words(f"inspection.button.{id}"))
            button.setAccessibleName(text)
            button.setToolTip(words("tool.hint", text=text, key=words.keys.key_text(id)))
        count = len(results.chosen_photos)
        self._chosen.put(words("inspection.chosen", count=count) if count and may_record else "")
        problem = results.problem
        self._problem.put(f"▲  {words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(words.say(problem.remedy) if problem is not None else "")

    def ask_files(self, title: str, kinds: str) -> tuple[Path, ...]:
        """The files that a person chooses; none where they do not."""
        chosen, _ = QFileDialog.getOpenFileNames(self, title, "", kinds)
        return tuple(Path(name) for name in chosen)

    def show_next_photo(self) -> None:
        """Show the photos large, one after the other."""
        if self._contents:
            self._show_large((self._at + 1) % len(self._contents))

    def _show_photos(self, records: tuple[InspectionRecord, ...], desk: Desk) -> None:
        photos = desk.results.photos
        wanted = [photo.sha256 for photo in records[0].inspection.photos] if records else []
        here = tuple(sha256 for sha256 in wanted if sha256 in photos)
        self._contents = [photos[sha256] for sha256 in here]
        if here != self._shown:
            self._shown, self._at = here, -1
            self._images = [decoded(content, _THUMBNAIL) for content in self._contents]
            for button, image in zip(self._thumbnails, self._images, strict=False):
                button.setIcon(QIcon(QPixmap.fromImage(image)) if image is not None else QIcon())
        key = self._words.keys.key_text("show-photo")
        for number, button in enumerate(self._thumbnails):
            button.setVisible(number < len(here))
            is_bad = number < len(here) and self._images[number] is None
            name = self._words("inspection.photo", at=number + 1, count=len(wanted))
            button.setText(self._words("inspection.bad-photo-sign") if is_bad else "")
            button.setAccessibleName(self._words("inspection.bad-photo") if is_bad else name)
            button.setToolTip(self._words("tool.hint", text=button.accessibleName(), key=key))

    def _show_large(self, number: int) -> None:
        if number < len(self._contents):
            self._at = number
            title = self._words("inspection.photo", at=number + 1, count=len(self._contents))
            PhotoWindow(self._contents[number], title, self).show()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 8, 16, 8)
        inside.setSpacing(4)
        add(inside, self._heading, *self._texts)
        for first in range(0, MAX_PHOTOS, _IN_A_ROW):
            row = QHBoxLayout()
            row.setSpacing(4)
            for number, button in enumerate(self._thumbnails[first : first + _IN_A_ROW], first):
                button.setIconSize(_THUMBNAIL)
                button.clicked.connect(partial(self._show_large, number))
                row.addWidget(button)
            row.addStretch()
            inside.addLayout(row)
        inside.addWidget(self.text)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for id in _RECORDING:
            buttons.addWidget(self._buttons[id], 1)
        inside.addLayout(buttons)
        add(inside, self._chosen, self._buttons["shelve-result"], self._problem, self._remedy)
        column.addLayout(inside)
        for id, button in self._buttons.items():
            button.clicked.connect(lambda _, id=id: self.wanted.emit(id))


def result_text(record: InspectionRecord, words: Words) -> str:
    """A result in lines: what it came to and when, by whom, what was found, what that says of marks and findings."""
    inspection = record.inspection
    lines = [
        words(
            "inspection.line",
            sign=_SIGNS[inspection.found],
            found=words(f"inspected.{inspection.found}"),
            when=when(record.at),
        ),
        " · ".join(part for part in (record.by, inspection.inspector) if part),
    ]
    for item in inspection.items[:_ITEMS]:
        where = (
            words("inspection.from-doors", metres=f"{item.from_doors_m:.1f}") if item.from_doors_m is not None else ""
        )
        lines.append(
            "– " + " · ".join(part for part in (_named(item.label, words), item.text, item.quantity, where) if part)
        )
    if len(inspection.items) > _ITEMS:
        lines.append(words("inspection.more", count=len(inspection.items) - _ITEMS))
    if inspection.note:
        lines.append(inspection.note)
    right = sum(answer.right is True for answer in record.answers)
    wrong = sum(answer.right is False for answer in record.answers)
    if right or wrong:
        lines.append(words("inspection.answers", right=right, wrong=wrong, unknown=len(record.answers) - right - wrong))
    return "\n".join(lines)


def _named(label: str, words: Words) -> str:
    return words(f"category.{label}") if label in set(MarkCategory) else label
