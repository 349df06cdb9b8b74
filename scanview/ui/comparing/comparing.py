"""Owns comparing the scan on the screen with another one, from the list of partners to what was found, without Qt.

The scan itself is never touched: its recipe, marks and decision are the review's alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.errors import ScanViewError
from scanview.core.related import RelatedScan
from scanview.core.scan import strip_count
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.ui.comparing.preparing import ComparedView, Step
from scanview.ui.reviewing import Reviewing
from scanview.ui.surroundings import Part, Problem, Surroundings


class Way(StrEnum):
    """How two pictures are compared."""

    BESIDE = "beside"
    SWIPE = "swipe"
    BLINK = "blink"
    DIFFERENCE = "difference"


class Stage(StrEnum):
    """How far a comparison has come."""

    OFF = "off"
    READING = "reading"
    PREPARING = "preparing"
    SHOWN = "shown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What has to be brought together, away from Qt's thread; `number` names it in the answer."""

    number: int
    current: tuple[GrowingPyramid, ...]
    reference: tuple[GrowingPyramid, ...]


class Comparing:
    """At most one partner at a time. `job` is what the window has to work on while preparing."""

    def __init__(self, around: Surroundings, reviewing: Reviewing) -> None:
        self._around = around
        self._reviewing = reviewing
        self._scan = ""
        self._jobs = 0
        self._pyramids: tuple[GrowingPyramid, ...] = ()
        self._whole = False
        self._is_listed = self._starts_when_listed = False
        self.partners: tuple[RelatedScan, ...] = ()
        self.partner: RelatedScan | None = None
        self.stage = Stage.OFF
        self.wanted_way = Way.BESIDE
        self.step: Step | None = None
        self.strips = (0, 0)
        self.job: Job | None = None
        self.views: tuple[ComparedView, ...] = ()
        self.problem: Problem | None = None

    # -- what can be seen ----------------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether another scan is being compared with."""
        return self.stage is not Stage.OFF

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways there are for what was prepared."""
        if self.stage is not Stage.SHOWN:
            return ()
        aligned = any(view.aligned is not None for view in self.views)
        subtracted = any(view.deviations is not None for view in self.views)
        there = {Way.BESIDE: True, Way.SWIPE: aligned, Way.BLINK: aligned, Way.DIFFERENCE: subtracted}
        return tuple(way for way in Way if there[way])

    @property
    def way(self) -> Way | None:
        """How they are compared: as it is wanted, or where that cannot be, side by side."""
        ways = self.ways
        return self.wanted_way if self.wanted_way in ways else next(iter(ways), None)

    # -- what a person does --------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Compare with the best partner, or no more."""
        if self.is_on:
            self.stop()
        elif self._reviewing.review is not None:
            self._start_or_say()

    def choose(self, scan: str) -> None:
        """Compare with this partner."""
        partner = next((partner for partner in self.partners if partner.scan == scan), None)
        if partner is not None and (partner != self.partner or self.stage is Stage.FAILED):
            self._start(partner)

    def compare_with(self, partner: RelatedScan) -> None:
        """Compare with a scan that somebody found elsewhere; it joins the partners."""
        if all(known.scan != partner.scan for known in self.partners):
            self.partners = (partner, *self.partners)
        self.choose(partner.scan)

    def next_partner(self) -> None:
        """Compare with the next partner, going round; with the best one where none was."""
        if not self.partners or self.partner not in self.partners:
            self.toggle()
            return
        at = self.partners.index(self.partner)
        self.choose(self.partners[(at + 1) % len(self.partners)].scan)

    def want(self, way: Way) -> None:
        """Compare this way, now and with the partners to come."""
        self.wanted_way = way
        self._changed()

    def next_way(self) -> None:
        """Compare the next way that there is."""
        ways, way = self.ways, self.way
        if way is not None:
            self.want(ways[(ways.index(way) + 1) % len(ways)])

    def stop(self) -> None:
        """Compare no more."""
        self._drop()
        self.problem = None
        self._changed()

    def leave(self) -> None:
        """The scan is not on the screen any more."""
        self._drop()
        self._scan, self.partners, self.problem = "", (), None
        self._is_listed = self._starts_when_listed = False
        self._changed()

    # -- what the session tells ----------------------------------------------------------------------------------

    def heard(self, event: events.Event) -> None:
        """Take in what concerns the scan on the screen or its partner."""
        review = self._reviewing.review
        if review is None:
            return
        match event:
            case events.ScanOpened(scan=scan) if scan == review.scan and scan != self._scan:
                self._list(scan)
            case events.ScanLoaded(scan=scan) if scan == review.scan:
                self._prepare_if_whole()
            case events.ScanOpened() if self._is_partner(event.scan):
                self._partner_opened(event)
            case events.StripArrived() if self._is_partner(event.scan) and self._pyramids:
                self._pyramids[event.view].append(event.levels)
                self.strips = (self.strips[0] + 1, self.strips[1])
                self._changed()
            case events.ScanLoaded() if self._is_partner(event.scan):
                self._whole = True
                self._prepare_if_whole()
            case events.ScanFailed() if self._is_partner(event.scan):
                self._fail(event.error)

    # -- what the window tells -----------------------------------------------------------------------------------

    def told(self, number: int, step: Step) -> None:
        """So far the job has come."""
        if self.job is not None and self.job.number == number:
            self.step = step
            self._changed()

    def prepared(self, number: int, views: tuple[ComparedView, ...]) -> None:
        """The job is done."""
        if self.job is None or self.job.number != number:
            return
        self.job, self._pyramids = None, ()
        self.views, self.stage = views, Stage.SHOWN
        problem = next((view.problem for view in views if view.problem is not None), None)
        self.problem = Problem.of(problem) if problem is not None else None
        self._changed()

    def not_prepared(self, number: int, error: ScanViewError) -> None:
        """The job cannot be done."""
        if self.job is not None and self.job.number == number:
            self._fail(error)

    # -- inside --------------------------------------------------------------------------------------------------

    def _list(self, scan: str) -> None:
        self._scan, self._is_listed = scan, False

        def listed(partners: Sequence[RelatedScan]) -> None:
            if self._scan == scan:
                self.partners = tuple(partner for partner in partners if partner.scan != scan)
                self._is_listed = True
                self._go_on()

        def not_listed(error: ScanViewError) -> None:
            if self._scan == scan:
                self._scan = ""
                if self._starts_when_listed:
                    self.problem = Problem.of(error)
                self._go_on()

        self._around.when_done(self._around.session.related(scan), listed, not_listed)

    def _go_on(self) -> None:
        """The list is here, or will not come: do what was asked for meanwhile."""
        starts, self._starts_when_listed = self._starts_when_listed, False
        if starts and self._is_listed:
            self._start_or_say()
        self._changed()

    def _start_or_say(self) -> None:
        review = self._reviewing.review
        if self.partners:
            self._start(self.partners[0])
        elif self._is_listed:
            self.problem = Problem.by_code("nothing-to-compare")
        elif review is not None:
            self._starts_when_listed = True
            if self._scan != review.scan:
                self._list(review.scan)
        self._changed()

    def _start(self, partner: RelatedScan) -> None:
        self._drop()
        self.problem = None
        self.partner, self.stage = partner, Stage.READING
        self._around.session.open_companion(partner.scan)
        self._changed()

    def _partner_opened(self, event: events.ScanOpened) -> None:
        self._pyramids = event.pyramids
        here = sum(strip_count(pyramid.columns) for pyramid in event.pyramids)
        self.strips = (here, event.status.strips)
        self.stage, self.problem = Stage.READING, None
        self._changed()

    def _prepare_if_whole(self) -> None:
        """Both scans have to be there with every column."""
        review = self._reviewing.review
        if self.stage is not Stage.READING or not self._whole or review is None or not review.loaded:
            return
        self._jobs += 1
        self.job = Job(number=self._jobs, current=self._reviewing.pyramids, reference=self._pyramids)
        self.stage, self.step = Stage.PREPARING, None
        self._changed()

    def _fail(self, error: ScanViewError) -> None:
        self.job, self.step = None, None
        self.stage, self.problem = Stage.FAILED, Problem.of(error)
        self._changed()

    def _drop(self) -> None:
        """No partner, and nothing of it in memory."""
        if self.partner is not None:
            self._around.session.close_companion(self.partner.scan)
        self.partner, self.stage, self.job, self.step = None, Stage.OFF, None, None
        self._pyramids, self.views, self._whole, self.strips = (), (), False, (0, 0)

    def _is_partner(self, scan: str) -> bool:
        return self.partner is not None and self.partner.scan == scan

    def _changed(self) -> None:
        self._around.screen.changed(Part.COMPARING)
