"""Owns the window: where every part of the screen stands, and which of them to speak anew when something changed.

The window decides nothing. Commands go to the desk; what is shown is read from it. Several changes within one turn of
the event loop are painted once.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget

from scanview.core import container
from scanview.core.look import Look
from scanview.core.recipe import Recipe
from scanview.core.rights import SETTLES
from scanview.core.scan import Box, View
from scanview.core.worklist import WorklistRow
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.ui import saying
from scanview.ui.announcing import Announcer
from scanview.ui.arranging import divide, layout_of, second_closed
from scanview.ui.cheat_sheet import CheatSheet
from scanview.ui.command_set import CommandSet
from scanview.ui.commands import handlers, held_handlers
from scanview.ui.comparing.panel import ComparePanel
from scanview.ui.comparing.stage import CompareStage
from scanview.ui.console.console_view import ConsoleView
from scanview.ui.control_walk import ControlWalk
from scanview.ui.desk import Desk
from scanview.ui.discussing.panel import DiscussionPanel
from scanview.ui.empty_page import EmptyPage
from scanview.ui.finder.panel import Finder
from scanview.ui.findings_panel import FindingsPanel
from scanview.ui.histogram_panel import HistogramPanel
from scanview.ui.inspecting.panel import ResultPanel
from scanview.ui.language import Words
from scanview.ui.layout import Layout
from scanview.ui.listed import overlays_of
from scanview.ui.marking.marking import Marking
from scanview.ui.measuring.measuring import Measuring
from scanview.ui.measuring.panel import MeasuringPanel
from scanview.ui.panes.panes import Panes
from scanview.ui.panes.second_window import SecondWindow
from scanview.ui.picture_words import described
from scanview.ui.scan_line import ScanLine
from scanview.ui.shelf.panel import ShelfPanel
from scanview.ui.shift.panel import ShiftPanel
from scanview.ui.sign_in_page import SignInPage
from scanview.ui.similar.panel import SimilarPanel
from scanview.ui.standing import RIGHT_WIDTH, lay_out
from scanview.ui.status_bar import StatusBar
from scanview.ui.surroundings import Part
from scanview.ui.teaching.panel import TeachingPanel, truth_overlays
from scanview.ui.text import NOTHING, Phrase
from scanview.ui.tool_row import ToolRow
from scanview.ui.tool_strip import ToolStrip, under_way
from scanview.ui.top_bar import LinkBar, TopBar
from scanview.ui.touches import Touches
from scanview.ui.verdict_panel import VerdictPanel
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.looks import look_again, looks_of
from scanview.ui.viewer.minimap import Minimap
from scanview.ui.viewer.overlay import Overlay
from scanview.ui.worklist_panel import WIDTH as WORKLIST_WIDTH
from scanview.ui.worklist_panel import WorklistPanel

_TICK_MS = 1_000
_LOOK_AGAIN_S = 3


class Window(QMainWindow):
    """The client's one window. `serve` gives it its desk; from then on it is a `Screen`.

    `clock` tells UTC seconds; `warning` is a sentence that stays in the lowest line.
    """

    def __init__(
        self,
        words: Words,
        endpoint: str,
        *,
        user: str = "",
        warning: Phrase = NOTHING,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._clock = clock
        self.words = words
        self.desk: Desk | None = None
        self._due: set[Part] = set()
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.timeout.connect(self.refresh)
        self._tick_timer = QTimer(self)
        self._tick_timer.setInterval(_TICK_MS)
        self._tick_timer.timeout.connect(self._tick)
        self.top_bar, self.link_bar = TopBar(words), LinkBar(words)
        self.sign_in_page = SignInPage(words, endpoint, user)
        self.worklist = WorklistPanel(words, self.now)
        self.scan_line, self.empty_page = ScanLine(words), EmptyPage(words)
        self.panes = Panes(words)
        self.minimap = Minimap(self.canvas)
        self.tool_row = ToolRow(words)
        self.findings, self.verdict = FindingsPanel(words), VerdictPanel(words)
        self.measured = MeasuringPanel(words)
        self.measuring = Measuring(self.canvas, self.measured, words)
        self.marking = Marking(self.canvas)
        self.tool_strip, self.histogram = ToolStrip(words), HistogramPanel(self.canvas, words)
        self.discussion = DiscussionPanel(words)
        self.shelf, self.taught = ShelfPanel(words), TeachingPanel(words)
        self.result, self.similar = ResultPanel(words), SimilarPanel(words)
        self.compared, self.comparison = ComparePanel(words), CompareStage(self.panes, words)
        self.status = StatusBar(words, warning=warning)
        self.second, self.layout_kept = SecondWindow(words), Layout()
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.console = ConsoleView(words)
        self.pages, self.middle = QStackedWidget(), QStackedWidget()
        lay_out(self)
        self.cheat_sheet = CheatSheet(words, self)
        self.control_walk, self.announcer = ControlWalk(self), Announcer(self, words)
        self.finder = Finder(words, self._commands_now, self)
        self.shift = ShiftPanel(words, self)
        self.commands: CommandSet | None = None

    # -- the desk ------------------------------------------------------------------------------------------------

    def serve(self, desk: Desk) -> None:
        """Show `desk` and give it the commands."""
        self.desk = desk
        self.commands = CommandSet(self, self.words, handlers(self, desk), held_handlers(self))
        self._connect(desk, self.commands)
        self.status.serve(desk)
        self.console.serve(desk)
        self._all_changed()
        self._tick_timer.start()

    @property
    def canvas(self) -> Canvas:
        """The picture that has the keys."""
        return self.panes.active

    @property
    def layout_now(self) -> Layout:
        """Where the windows stand, or stood when this one was closed."""
        return layout_of(self) if self.isVisible() else self.layout_kept

    def now(self) -> float:
        """The hub's clock, UTC seconds."""
        return self._clock() + (self.desk.clock_offset_s if self.desk is not None else 0.0)

    def changed(self, part: Part) -> None:
        """Speak this part anew in the next turn of the event loop. What keys mean changes at once."""
        if self.commands is not None and self.desk is not None:
            person = self.desk.person
            self.commands.enter(self.desk.mode, person.role if person is not None else None)
        self._due.add(part)
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def rows_changed(self, rows: tuple[WorklistRow, ...], *, anew: bool = False) -> None:
        """These rows are new or changed."""
        if anew:
            self.worklist.model.clear()
        self.worklist.model.take_in(rows)

    def show_pictures(self, pyramids: Sequence[GrowingPyramid], recipe: Recipe | None) -> None:
        """Show these views, or none."""
        self.middle.setCurrentIndex(1 if pyramids else 0)
        self.panes.set_views(pyramids, recipe)
        if self.desk is not None and pyramids:
            self.desk.reviewing.set_recipe(self.panes.recipe)
        self.changed(Part.FINDINGS)

    def picture_grew(self, view: View) -> None:
        """This view has more columns, or is whole."""
        self.panes.grew(view)

    def look_at(self, box: Box) -> None:
        """Bring this box to the middle of its view."""
        self.panes.look_at(box)

    def looks(self) -> tuple[Look, ...]:
        """What is on the screen of the scan that is open."""
        return looks_of(self.panes.shown)

    def look_again(self, looks: tuple[Look, ...]) -> None:
        """Bring the open scan to the screen as it was seen before."""
        look_again(self.canvas, looks)

    # -- painting what changed -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Speak every part anew that has changed."""
        desk = self.desk
        due, self._due = self._due, set()
        if desk is None or not due:
            return
        now = self.now()
        shows: dict[Part, Callable[[], None]] = {
            Part.PERSON: self._show_person,
            Part.LINK: lambda: self.link_bar.show_link(desk),
            Part.LANES: lambda: self.top_bar.show_lanes(desk),
            Part.QUEUE: lambda: self._show_queue(desk, now),
            Part.SCAN: lambda: self._show_scan(desk, now),
            Part.FINDINGS: lambda: self._show_findings(desk),
            Part.VERDICT: lambda: self._show_verdict(desk),
            Part.COMPARING: lambda: self._show_comparing(desk),
            Part.STATUS: lambda: self.status.show_desk(desk),
            Part.CONSOLE: lambda: None,
        }
        for part in due:
            shows[part]()
        self.announcer.show_desk(desk)
        self.console.show_desk(desk, now)
        if due & {Part.SCAN, Part.VERDICT}:
            self.empty_page.show_desk(desk)
            self.link_bar.show_link(desk)
        if due & {Part.SCAN, Part.STATUS}:
            review = desk.reviewing.review
            self.worklist.show_marks(desk.ahead, review.scan if review is not None else "")

    def _described(self, canvas: Canvas) -> str:
        """Only asked for by a screen reader: it costs nothing while the window is dragged."""
        review = self.desk.reviewing.review if self.desk is not None else None
        return described(review, self.panes.view_of(canvas), canvas.recipe, self.words)

    def _show_person(self) -> None:
        desk = self.desk
        if desk is None:
            return
        signed_in = desk.door.is_open
        was_on = self.pages.currentWidget()
        was_at_desk = was_on is not self.sign_in_page
        here = self.console if desk.console.is_open else self.columns
        self.pages.setCurrentWidget(here if signed_in else self.sign_in_page)
        self.top_bar.show_person(desk)
        self.sign_in_page.show_desk(desk)
        settles = desk.person is not None and desk.person.role in SETTLES
        self.worklist.show_for(desk.person.name if desk.person is not None else "", settles=settles)
        if signed_in:
            self.sign_in_page.forget_password()
            if was_on is not here:
                self.setFocus()
        elif was_at_desk:
            self.sign_in_page.focus()
        if desk.person is None and was_at_desk:
            self.worklist.model.clear()
        self.changed(Part.QUEUE)
        self.changed(Part.SCAN)

    def _show_queue(self, desk: Desk, now: float) -> None:
        self.top_bar.show_queue(desk, now)
        self.worklist.search.show_older(desk.older)

    def _show_scan(self, desk: Desk, now: float) -> None:
        review = desk.reviewing.review
        self.scan_line.show_review(review, now)
        self._show_strip()
        for panel in (self.shelf, self.discussion, self.result, self.similar, self.shift):
            panel.show_desk(desk)
        self.tool_row.show_recipe(self.canvas.recipe, review.side if review is not None else None)
        number = ""
        if review is not None and review.row is not None:
            number = container.grouped(review.row.container)
        title = self.words("app.title", container=number) if number else self.words("app.name")
        self.setWindowTitle(title)

    def _show_strip(self) -> None:
        comparing = self.desk.comparing if self.desk is not None else None
        histogram = not self.histogram.isHidden()
        down, idle = under_way(self.measuring.command, self.panes, comparing, histogram=histogram)
        self.tool_strip.show_state(usable=self.canvas.pyramid is not None, down=down, idle=idle)

    def _show_verdict(self, desk: Desk) -> None:
        self.verdict.show_desk(desk)
        self.taught.show_desk(desk)

    def _show_findings(self, desk: Desk) -> None:
        review = desk.reviewing.review
        self.findings.show_desk(desk)
        self.panes.set_overlays(partial(self._overlays, desk))
        self.panes.set_selected(review.chosen if review is not None else "")
        self.marking.show_chosen(desk.reviewing.changeable_mark)

    def _overlays(self, desk: Desk, view: View) -> tuple[Overlay, ...]:
        review = desk.reviewing.review
        told = truth_overlays(desk.teaching.revealed, view, self.words)
        told += self.discussion.overlays(desk, view)
        return (*overlays_of(review, view, self.words), *told) if review is not None else ()

    def _show_comparing(self, desk: Desk) -> None:
        self.comparison.show_comparing(desk.comparing)
        self.compared.show_comparing(desk.comparing)
        self._show_strip()

    def _all_changed(self) -> None:
        self.minimap.setAccessibleName(self.words("picture.overview"))
        for part in Part:
            self.changed(part)

    def _tick(self) -> None:
        if self.desk is None or not self.isVisible():
            return
        self.desk.door.tick(self.now())
        self.top_bar.show_queue(self.desk, self.now())
        self.worklist.tick()
        if int(self.now()) % _LOOK_AGAIN_S == 0:
            self.desk.look_again()
        self.console.show_desk(self.desk, self.now())
        self.scan_line.tick(self.desk.reviewing.review, self.now())

    # -- making --------------------------------------------------------------------------------------------------

    def _connect(self, desk: Desk, commands: CommandSet) -> None:
        reviewing = desk.reviewing
        self.words.changed.connect(self._all_changed)
        self.cheat_sheet.wanted.connect(self.words.use_keys)
        self.sign_in_page.serve(desk)
        self.touches = Touches(lambda: desk.door.touched(self.now()), self)
        self.top_bar.language_wanted.connect(lambda: commands.give("language"))
        self.top_bar.keys_wanted.connect(lambda: commands.give("keys"))
        self.worklist.taken.connect(desk.take)
        self.worklist.model.bind_older(lambda: desk.older.may_come, desk.older.fetch)
        self.worklist.search.wanted.connect(desk.older.look_for)
        self.worklist.bind_unread(desk.discussing.unread_of)
        self.worklist.next_wanted.connect(lambda: commands.give("take-next"))
        self.tool_row.wanted.connect(self._tool_wanted)
        self.tool_row.recipe_wanted.connect(self.panes.set_recipe)
        self.tool_strip.wanted.connect(self._tool_wanted)
        self.measuring.changed.connect(self._show_strip)
        self.panes.loupe_changed.connect(self._show_strip)
        self.histogram.toggled.connect(self._show_strip)
        self.finder.wanted.connect(self._tool_wanted)
        self.verdict.wanted.connect(commands.give)
        self.shift.ended.connect(desk.shift.end)
        self.shift.given_up.connect(desk.shift.cancel)
        self.empty_page.wanted.connect(commands.give)
        self.discussion.line.sent.connect(desk.discussing.send)
        for panel in (self.shelf, self.discussion, self.taught, self.result, self.similar):
            panel.wanted.connect(commands.give)
        self.findings.chosen.connect(reviewing.choose)
        self.findings.marks.noted.connect(reviewing.write_on_mark)
        self.panes.overlay_clicked.connect(lambda key: reviewing.choose(key, look=False))
        self.panes.recipe_changed.connect(self.tool_row.take_in_hand)
        self.panes.scan_changed.connect(self.tool_row.take_window_in_hand)
        self.panes.recipe_changed.connect(reviewing.set_recipe)
        self.panes.recipe_changed.connect(lambda _: self.changed(Part.SCAN))
        self.panes.pointer_moved.connect(self.tool_row.show_probe)
        for canvas in self.panes.canvases:
            canvas.describe = partial(self._described, canvas)
        self.compared.chosen.connect(desk.comparing.choose)
        self.similar.chosen.connect(desk.similar.compare)
        self.compared.way_wanted.connect(desk.comparing.want)
        self.compared.wanted.connect(commands.give)
        self.second.closed.connect(lambda: second_closed(self))
        commands.serve_too(self.second)
        self.panes.active_changed.connect(self._active_changed)
        self.marking.drawn.connect(reviewing.add_mark)
        self.marking.redrawn.connect(lambda mark, at: reviewing.change(lambda now: saying.redrawn(now, mark, at)))
        self.marking.shape_changed.connect(self.tool_row.show_marking)
        self.marking.shape_changed.connect(self.findings.marks.show_shape)
        self.findings.marks.wanted.connect(commands.give)
        self.findings.filter.wanted.connect(reviewing.filter_findings)

    def _active_changed(self) -> None:
        self.minimap.follow(self.canvas)
        self.measuring.move_to(self.canvas)
        self.marking.move_to(self.canvas)
        self.histogram.follow(self.canvas)

    def _commands_now(self) -> tuple[str, ...]:
        return () if self.commands is None else tuple(id for id in self.commands.can_be_given() if id != "find")

    def _tool_wanted(self, id: str) -> None:
        if id == "loupe":
            self.panes.set_loupe_shown(not self.panes.loupe_shown)
        elif self.commands is not None:
            self.commands.give(id)
        self.changed(Part.SCAN)  # a checkable button has toggled itself; show what is so

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where there is something to type, with the panels as wide as they were."""
        super().showEvent(event)
        kept = self.layout_kept
        divide(self.columns, self.width(), kept.worklist_px or WORKLIST_WIDTH, kept.panel_px or RIGHT_WIDTH)
        self.sign_in_page.focus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """No timer outlives the window."""
        self._tick_timer.stop()
        self._refresh_timer.stop()
        self.measuring.close()
        self.comparison.close()
        self.layout_kept = self.layout_now
        self.second.close()
        super().closeEvent(event)
