"""Owns a comparison on the screen: it has the two scans brought together, and lays what comes out over the pictures."""

import threading
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from scanview.core.errors import ScanViewError
from scanview.core.scan import View
from scanview.ui.comparing.backdrops import Frame, Replaced, Subtracted, Swiped
from scanview.ui.comparing.comparing import Comparing, Job, Way
from scanview.ui.comparing.divider import Divider
from scanview.ui.comparing.preparing import ComparedView, Step, prepare
from scanview.ui.comparing.wording import partner_title
from scanview.ui.language import Words
from scanview.ui.measuring.worker import Worker
from scanview.ui.panes.panes import Panes
from scanview.ui.viewer.canvas import Canvas

BLINK_MS = 700
"""How long each picture stays: slow enough for eyes that flicker harms."""

SWIPE_STEP = 0.02
"""How far the divider goes with one press of its key, of the width of the picture."""


class CompareStage(QObject):
    """Shows what a `Comparing` says. All of it on Qt's thread but the work of one job."""

    _stepped = Signal(int, object)

    def __init__(self, panes: Panes, words: Words) -> None:
        super().__init__(panes)
        self._panes, self._words = panes, words
        self._worker = Worker(self)
        self._comparing: Comparing | None = None
        self._job = 0
        self._given_up = threading.Event()
        self._shown: tuple[tuple[ComparedView, ...], Way | None] = ((), None)
        self._backdrops: dict[Canvas, Replaced] = {}
        self._dividers = {canvas: Divider(canvas) for canvas in panes.canvases}
        self._share = 0.5
        self._is_held = self._is_blinked = False
        self._blink = QTimer(self)
        self._blink.setInterval(BLINK_MS)
        self._blink.timeout.connect(self._alternate)
        for divider in self._dividers.values():
            divider.moved.connect(self.swipe_to)
        self._stepped.connect(self._tell_step)
        panes.active_changed.connect(self._beside)
        words.changed.connect(self._title)

    def show_comparing(self, comparing: Comparing) -> None:
        """Show how far it has come: begin the work that is due, and lay over the pictures what there is."""
        self._comparing = comparing
        self._work_on(comparing.job)
        shown = (comparing.views, comparing.way)
        if shown != self._shown:
            self._shown = shown
            self._lay()
        self._title()

    def hold(self, on: bool) -> None:
        """Show the other scan in the place of this one as long as a key is down."""
        self._is_held = on
        self._turn()

    def swipe_to(self, share: float) -> None:
        """Put the divider so far across, 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self._swipe()

    def swipe_by(self, steps: int) -> None:
        """Move the divider by so many steps to the right."""
        self.swipe_to(self._share + steps * SWIPE_STEP)

    def close(self) -> None:
        """No thread outlives the window."""
        self._given_up.set()
        self._blink.stop()
        self._worker.close()

    # -- working -------------------------------------------------------------------------------------------------

    def _work_on(self, job: Job | None) -> None:
        number = job.number if job is not None else 0
        if number == self._job:
            return
        self._given_up.set()
        self._worker.forget()
        self._job, self._given_up = number, threading.Event()
        comparing = self._comparing
        if job is None or comparing is None:
            return

        def told(step: Step) -> None:
            self._stepped.emit(number, step)

        def done(views: tuple[ComparedView, ...]) -> None:
            comparing.prepared(number, views)

        def failed(error: ScanViewError) -> None:
            comparing.not_prepared(number, error)

        work = partial(prepare, job.current, job.reference, told, self._given_up.is_set)
        self._worker.ask(work, done, failed)

    @Slot(int, object)
    def _tell_step(self, number: int, step: Step) -> None:
        if self._comparing is not None:
            self._comparing.told(number, step)

    # -- laying over ---------------------------------------------------------------------------------------------

    def _lay(self) -> None:
        """Another comparison, or another way of it."""
        way = self._shown[1]
        self._blink.stop()
        self._is_blinked = False
        self._backdrops = {}
        for canvas in self._panes.canvases:
            view = self._of(self._panes.view_of(canvas))
            backdrop = _backdrop(canvas, view, way) if view is not None else None
            if backdrop is not None:
                self._backdrops[canvas] = backdrop
            canvas.set_backdrop(backdrop)
        self._beside()
        self._swipe()
        if way is Way.BLINK:
            self._blink.start()
        self._turn()

    def _beside(self) -> None:
        """The other scan's picture of the active view beside it, where that is the way."""
        view = self._of(self._panes.view_of(self._panes.active))
        if self._shown[1] is not Way.BESIDE or view is None:
            if self._panes.has_partner:
                self._panes.set_partner(None)
        else:
            picture = view.aligned or view.reference
            if self._panes.partner.pyramid is not picture:
                self._panes.set_partner(picture, together=view.aligned is not None)
                self._panes.partner.set_backdrop(Frame(view.area))
        self._title()

    def _swipe(self) -> None:
        for canvas, divider in self._dividers.items():
            backdrop = self._backdrops.get(canvas)
            if isinstance(backdrop, Swiped):
                backdrop.share = self._share
                canvas.update()
            divider.put(self._share, shown=isinstance(backdrop, Swiped))

    def _alternate(self) -> None:
        self._is_blinked = not self._is_blinked
        self._turn()

    def _turn(self) -> None:
        """Whether the other scan is seen in the place of this one."""
        for canvas, backdrop in self._backdrops.items():
            on = self._is_held or self._is_blinked
            if backdrop.on != on:
                backdrop.on = on
                canvas.update()
        self._title()

    def _title(self) -> None:
        """Say over the pictures whose they are."""
        comparing, way = self._comparing, self._shown[1]
        if comparing is None or comparing.partner is None or way is None:
            self._panes.set_titles("", "")
            return
        this, other = self._words("compare.this-scan"), partner_title(comparing.partner, self._words)
        title = this
        if self._backdrops and (self._is_held or self._is_blinked):
            title = other
        elif way is Way.SWIPE:
            title = self._words("compare.swiped", this=this, other=other)
        elif way is Way.DIFFERENCE:
            title = self._words("compare.subtracted", this=this, other=other)
        self._panes.set_titles(title, other)

    def _of(self, view: View | None) -> ComparedView | None:
        return next((compared for compared in self._shown[0] if compared.view is view), None)


def _backdrop(canvas: Canvas, view: ComparedView, way: Way | None) -> Replaced | None:
    """What is laid over a picture; nothing where the two could not be brought into line."""
    if view.aligned is None or canvas.pyramid is None or way is None:
        return None
    if way is Way.SWIPE:
        return Swiped(view.aligned, view.area)
    if way is Way.DIFFERENCE and view.deviations is not None:
        return Subtracted(canvas.pyramid, view.aligned, view.area, view.deviations, view.changes)
    return Replaced(view.aligned, view.area)
