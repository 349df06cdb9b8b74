"""Owns the page of audit: a search, what it found, the story of the chosen scan, and the replay of a decision."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from scanview.core import container
from scanview.core.audit import StoryEntry
from scanview.core.errors import ScanViewError
from scanview.core.searching import FoundScan
from scanview.ui.console.audit.export import write_csv
from scanview.ui.console.audit.form import SearchForm
from scanview.ui.console.audit.search import ArchiveSearch, StoryReading
from scanview.ui.console.audit.story_words import told
from scanview.ui.console.audit.typed_time import shown_moment
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.replay.record import decisions_in
from scanview.ui.console.replay.view import ReplayView
from scanview.ui.console.table import Column, Line, Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label
from scanview.ui.surroundings import Problem
from scanview.ui.worded import clock_text, reason_phrase, state_of_row

BUTTONS = ("search", "stop", "more", "export", "replay", "look")


class AuditPage(ConsolePage):
    """`choose_file` asks for the path of an export; None where nobody wants it after all."""

    def __init__(self, words: Words, desk: Desk, choose_file: Callable[[QWidget], Path | None] | None = None) -> None:
        super().__init__(words, desk)
        around = desk.console.around
        self._choose_file = choose_file or self._asked_file
        self.search = ArchiveSearch(around, self._show_found)
        self.story = StoryReading(around, self._show_story)
        self.form = SearchForm(words)
        self.found, self.told = Table(), Table()
        self.view = ReplayView(words, around)
        desk.console.listeners.append(self.view.replay.heard)
        self._state, self._story_heading = ElidedLabel("quiet"), ElidedLabel("heading")
        self._heading = Label("heading")
        self.buttons = {id: Button("plain") for id in BUTTONS}
        self._stack = QStackedWidget()
        self._stack.setProperty("role", "clear")
        self._problem: Problem | None = None
        self._exported = ""
        self._lay_out()
        self._connect()

    # -- as a page of the console ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak anew."""
        words = self.words
        self._heading.put(words("console.page.audit"))
        self.form.retranslate()
        for id, button in self.buttons.items():
            button.setText(words(f"audit.button.{id}"))
            button.setAccessibleName(words(f"audit.button-name.{id}"))
            button.setToolTip(words(f"audit.button-name.{id}"))
        self.found.setAccessibleName(words("audit.found"))
        self.found.setToolTip(words("audit.found-hint"))
        self.told.setAccessibleName(words("audit.story"))
        self.told.setToolTip(words("audit.story-hint"))
        self.view.retranslate()
        self._show_found()
        self._show_story()

    def leave(self) -> None:
        """The scan of a replay is let go; what was found stays."""
        self._leave_replay()

    def forget(self) -> None:
        """What one person found is not the next one's to see."""
        self._leave_replay()
        self.search.clear()
        self.story.clear()
        self.form.clear()
        self._problem, self._exported = None, ""
        self._show_found()
        self._show_story()

    def cancel(self) -> bool:
        """Leave the replay, or stop the search."""
        return self._leave_replay() or self.search.stop()

    def focus(self) -> None:
        """Begin with what is sought."""
        self.form.lines["text"].setFocus()

    @property
    def is_replaying(self) -> bool:
        """Whether a decision is replayed."""
        return self._stack.currentWidget() is self.view

    # -- what a person does ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Search for what is typed."""
        self._problem, self._exported = None, ""
        self.story.clear()
        self._show_story()
        try:
            self.search.begin(self.form.sought())
        except ScanViewError as error:
            self._problem = Problem.of(error)
            self._show_found()

    def open_story(self, scan: str) -> None:
        """Read everything about this scan."""
        self.story.read(scan)
        self.told.setFocus()

    def open_replay(self, seq: str) -> None:
        """Replay the decision of this entry, else the newest one of the scan."""
        seen = decisions_in(self.story.entries)
        chosen = next((one for one in seen if str(one.seq) == seq), seen[-1] if seen else None)
        if chosen is None or self._is_busy():
            return
        self.desk.reviewing.close()
        self._stack.setCurrentWidget(self.view)
        self.view.open(chosen, self.story.entries)

    def look_at(self) -> None:
        """Open the scan of the story in the review, without a lease."""
        scan = self.story.scan
        if scan and not self._is_busy():
            row = self.desk.rows.get(scan) or next((one.row for one in self.search.found if one.row.scan == scan), None)
            self.desk.console.show(False)
            self.desk.reviewing.open(scan, row, None)

    def export(self) -> None:
        """Write what was found to a file."""
        path = self._choose_file(self)
        if path is None:
            return
        try:
            write_csv(path, [column.title for column in self._found_columns()], self._found_cells())
            self._problem, self._exported = None, str(path)
        except ScanViewError as error:
            self._problem = Problem.of(error)
        self._show_found()

    def _is_busy(self) -> bool:
        """Whether a scan waits in the review for this person's verdict; then they are told."""
        review = self.desk.reviewing.review
        if review is None or not review.undecided:
            return False
        self._problem = Problem.by_code("decide-first")
        self._show_found()
        return True

    def _leave_replay(self) -> bool:
        if not self.is_replaying:
            return False
        self.view.close_replay()
        self._stack.setCurrentIndex(0)
        self.told.setFocus()
        return True

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _show_found(self) -> None:
        lines = [
            Line(one.row.scan, tuple(cells)) for one, cells in zip(self.search.found, self._found_cells(), strict=True)
        ]
        self.found.put(self._found_columns(), lines)
        self._state.put(self._told_state())
        self.buttons["stop"].setEnabled(self.search.is_asking)
        self.buttons["more"].setEnabled(self.search.following is not None and not self.search.is_asking)
        self.buttons["export"].setEnabled(bool(lines))

    def _told_state(self) -> str:
        words, search = self.words, self.search
        problem = self._problem or search.problem
        if problem is not None:
            return f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}"
        if self._exported:
            return words("audit.exported", path=self._exported)
        count = len(search.found)
        if search.is_asking and search.following is not None:
            return words("audit.searching", count=count, time=shown_moment(search.following.arrived_at))
        if search.is_asking:
            return words("audit.searching-first")
        if search.is_complete:
            return words("audit.complete", count=count)
        if search.following is not None:
            return words("audit.partly", count=count, time=shown_moment(search.following.arrived_at))
        return words("audit.how")

    def _found_columns(self) -> tuple[Column, ...]:
        words = self.words
        return (
            Column(words("audit.arrived")),
            Column(words("live.lane")),
            Column(words("audit.container")),
            Column(words("audit.plate")),
            Column(words("audit.state"), wide=True),
            Column(words("audit.reason")),
            Column(words("audit.by")),
            Column(words("audit.decided")),
            Column(words("audit.findings"), number=True),
            Column(words("audit.scan")),
        )

    def _found_cells(self) -> list[tuple[str, ...]]:
        return [self._cells(one) for one in self.search.found]

    def _cells(self, one: FoundScan) -> tuple[str, ...]:
        row, say = one.row, self.words.say
        return (
            shown_moment(row.arrived_at),
            row.lane,
            container.grouped(row.container),
            row.plate,
            say(state_of_row(row)),
            say(reason_phrase(row.reason)),
            row.decided_by,
            shown_moment(one.decided_at),
            str(row.findings),
            row.scan,
        )

    def _show_story(self) -> None:
        words, entries = self.words, self.story.entries
        heading = words("audit.story-of", scan=self.story.scan[:12]) if self.story.scan else words("audit.story")
        problem = self.story.problem
        if problem is not None:
            heading = f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}"
        self._story_heading.put(heading)
        columns = (
            Column(words("audit.number"), number=True),
            Column(words("audit.time")),
            Column(words("audit.after"), number=True),
            Column(words("audit.who")),
            Column(words("audit.what"), wide=True),
        )
        first = entries[0].at if entries else 0.0
        self.told.put(columns, [self._story_line(entry, first) for entry in entries])
        self.buttons["replay"].setEnabled(bool(decisions_in(entries)))
        self.buttons["look"].setEnabled(bool(self.story.scan) and not self.story.is_asking)

    def _story_line(self, entry: StoryEntry, first: float) -> Line:
        cells = (
            str(entry.seq),
            shown_moment(entry.at),
            clock_text(entry.at - first),
            entry.actor,
            self.words.say(told(entry)),
        )
        return Line(str(entry.seq), cells)

    # -- making ----------------------------------------------------------------------------------------------------

    def _asked_file(self, parent: QWidget) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        wanted, _ = QFileDialog.getSaveFileName(
            parent, self.words("audit.button-name.export"), str(Path(folder) / "audit.csv"), "CSV (*.csv)"
        )
        return Path(wanted) if wanted else None

    def _connect(self) -> None:
        self.form.submitted.connect(self.begin)
        self.found.opened.connect(self.open_story)
        self.told.opened.connect(self.open_replay)
        self.view.left.connect(self._leave_replay)
        pressed: dict[str, Callable[[], object]] = {
            "search": self.begin,
            "stop": self.search.stop,
            "more": self.search.go_on,
            "export": self.export,
            "replay": lambda: self.open_replay(self.told.chosen),
            "look": self.look_at,
        }
        for id, button in self.buttons.items():
            button.clicked.connect(lambda _, act=pressed[id]: act())

    def _lay_out(self) -> None:
        search = QWidget()
        search.setProperty("role", "clear")
        column = QVBoxLayout(search)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self.form)
        column.addLayout(_row(self.buttons["search"], self.buttons["stop"], self._state, self.buttons["more"],
                              self.buttons["export"]))  # fmt: skip
        lower = QWidget()
        lower.setProperty("role", "clear")
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 8, 0, 0)
        below.addLayout(_row(self._story_heading, self.buttons["look"], self.buttons["replay"]))
        below.addWidget(self.told, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.found)
        split.addWidget(lower)
        column.addWidget(split, 1)
        self._stack.addWidget(search)
        self._stack.addWidget(self.view)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 8)
        outer.addWidget(self._stack)


def _row(*widgets: QWidget) -> QHBoxLayout:
    """Side by side; a label that shortens its text takes what room there is."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, int(isinstance(widget, ElidedLabel)))
    return row
