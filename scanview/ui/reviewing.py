"""Owns the scan on the screen from its opening to its verdict: what the person chose, asked for and was told."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from scanview.core.errors import ScanViewError
from scanview.core.mark import Mark, MarkCategory
from scanview.core.recipe import Recipe
from scanview.core.review import Decision, HoldReason
from scanview.core.work import Lease
from scanview.core.worklist import WorklistRow
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.session import events
from scanview.session.drafts import Draft
from scanview.ui import review as rules
from scanview.ui import saying
from scanview.ui.actions import Mode
from scanview.ui.finding_filter import FindingFilter
from scanview.ui.marking.outline import Outline
from scanview.ui.review import Review, Said
from scanview.ui.surroundings import Part, Problem, Surroundings

REASONS: tuple[HoldReason, ...] = tuple(HoldReason)
"""In the order of their digits, from 1."""

_ASK_FOR_CONFIRMATION = "release-without-recognition"


class Reviewing:
    """One scan at a time.

    `settled` is called when the hub has made its verdict durable, `closed` before a scan leaves the screen. While
    somebody practises, verdicts go to `divert` instead of the hub, and nothing is kept.
    """

    def __init__(
        self,
        around: Surroundings,
        settled: Callable[[events.DecisionSettled], None],
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        self._around = around
        self._settled = settled
        self._closed = closed
        self._dismissed_hidden = False
        self.filter = FindingFilter()
        self.review: Review | None = None
        self.mode = Mode.REVIEW
        self.reason: HoldReason | None = None
        self.problem: Problem | None = None
        self.pyramids: tuple[GrowingPyramid, ...] = ()
        self._seen_before: Decision | None = None
        self.divert: Callable[[Decision], Future[int]] | None = None

    # -- opening and closing -------------------------------------------------------------------------------------

    def open(self, scan: str, row: WorklistRow | None, lease: Lease | None) -> None:
        """Put `scan` on the screen, ours under `lease`, or only to be looked at."""
        if self.review is not None and self.review.scan == scan:
            self._set(replace(self.review, row=row, lease=lease), Part.SCAN, Part.VERDICT)
            self._say(None)
            return
        self.close()
        opened = Review(scan=scan, row=row, lease=lease, dismissed_hidden=self._dismissed_hidden, filter=self.filter)
        self._set(opened, Part.SCAN, Part.FINDINGS, Part.VERDICT)
        self._around.session.open_scan(scan)
        self._around.when_done(
            self._around.session.draft(scan), lambda draft: self._restore(scan, draft), lambda _: None
        )

    def take_up(self, decided: Review, row: WorklistRow | None, lease: Lease) -> None:
        """Put a scan on the screen again as it was when it was decided: the decision was taken back."""
        self.close()
        again = Review(
            scan=decided.scan,
            row=row,
            lease=lease,
            said=decided.said,
            past=decided.past,
            future=decided.future,
            recipe=decided.recipe,
            dismissed_hidden=self._dismissed_hidden,
        )
        self._seen_before = decided.decision
        self._set(again, Part.SCAN, Part.FINDINGS, Part.VERDICT)
        self._keep(again)
        self._around.session.open_scan(again.scan)

    def close(self) -> None:
        """Nothing is on the screen."""
        if self.review is None:
            return
        self._closed()
        self._around.session.close_scan(self.review.scan)
        self.pyramids, self._seen_before = (), None
        self._enter(Mode.REVIEW)
        self.problem = None
        self._set(None, Part.SCAN, Part.FINDINGS, Part.VERDICT)
        self._around.screen.show_pictures((), None)

    def _restore(self, scan: str, draft: Draft | None) -> None:
        """What was said of the scan before the program ended is there again."""
        if draft is None or self.review is None or self.review.scan != scan or self.review.decision is not None:
            return
        restored = saying.restored(self.review, Said(marks=draft.marks, dismissed=draft.dismissed))
        self._set(restored, Part.FINDINGS, Part.VERDICT)
        self._keep(restored)

    def row_changed(self, row: WorklistRow) -> None:
        """The worklist knows more about the scan on the screen."""
        if self.review is not None:
            self._set(replace(self.review, row=row), Part.SCAN)

    # -- what the session tells ----------------------------------------------------------------------------------

    def heard(self, event: events.Event) -> None:
        """Take in what concerns the scan on the screen.

        A scan that was closed and opened again is told anew: until then, whatever still comes is of the old telling.
        """
        match event:
            case events.ScanOpened() if self._is_open(event.scan):
                self._opened(event)
            case events.StripArrived() if self._is_told(event.scan):
                self._strip_arrived(event)
            case events.ScanChanged() if self._is_told(event.scan):
                self._update(Part.SCAN, Part.FINDINGS, Part.VERDICT, status=event.status)
            case events.ScanLoaded() if self._is_told(event.scan):
                self._loaded()
            case events.ScanFailed() if self._is_open(event.scan):
                self._say(Problem.of(event.error))
            case events.LeaseLost() if self._is_open(event.scan):
                self._enter(Mode.REVIEW)
                self._update(Part.SCAN, Part.VERDICT, lease=None)
                self._say(Problem.of(event.error))
            case events.DecisionSettled():
                self._settled(event)
            case events.DecisionRefused():
                self._refused(event)

    def _opened(self, event: events.ScanOpened) -> None:
        self.pyramids = event.pyramids
        self._update(Part.SCAN, Part.FINDINGS, Part.VERDICT, header=event.header, status=event.status, loaded=False)
        self._count_columns()
        before, self._seen_before = self._seen_before, None
        self._around.screen.show_pictures(self.pyramids, before.recipe if before is not None else None)
        if before is not None:
            self._around.screen.look_again(before.looks)

    def _strip_arrived(self, event: events.StripArrived) -> None:
        pyramid = self.pyramids[event.view]
        pyramid.append(event.levels)
        self._count_columns()
        self._around.screen.picture_grew(pyramid.header.view)

    def _loaded(self) -> None:
        for pyramid in self.pyramids:
            pyramid.complete = True
        self._update(Part.SCAN, Part.VERDICT, loaded=True)
        for pyramid in self.pyramids:
            self._around.screen.picture_grew(pyramid.header.view)

    def _count_columns(self) -> None:
        self._update(view_columns=tuple(pyramid.columns for pyramid in self.pyramids))

    def _refused(self, event: events.DecisionRefused) -> None:
        if self.review is None or self.review.decision != event.decision:
            return
        self._update(Part.VERDICT, decision=None)
        if event.error.code == _ASK_FOR_CONFIRMATION:
            self._enter(Mode.CONFIRMING)
        else:
            if event.error.code in ("stale-lease", "already-decided"):
                self._update(Part.SCAN, lease=None)
            self._say(Problem.of(event.error))

    # -- verdict -------------------------------------------------------------------------------------------------

    def release(self) -> None:
        """Release, or say why not; without recognition only after it was confirmed."""
        if self.review is None:
            return
        obstacle = rules.release_obstacle(self.review)
        if obstacle:
            self._say(Problem.by_code(obstacle))
            if obstacle == rules.HIGH_RISK_HIDDEN:
                self._update(Part.FINDINGS, filter=FindingFilter())
        elif rules.needs_confirmation(self.review):
            self._say(None)
            self._enter(Mode.CONFIRMING)
        else:
            self._send(rules.released(self.review, self._around.new_id(), without_recognition=False))

    def hold(self) -> None:
        """Ask for the reason of a hold."""
        if self.review is None:
            return
        obstacle = rules.hold_obstacle(self.review)
        if obstacle:
            self._say(Problem.by_code(obstacle))
            return
        self.reason = None
        self._say(None)
        self._enter(Mode.HOLDING)

    def pick_reason(self, reason: HoldReason) -> None:
        """This is why; the hold still waits to be confirmed."""
        if self.mode is Mode.HOLDING:
            self.reason = reason
            self._say(None)

    def confirm(self, note: str = "") -> None:
        """Carry out what was asked about: the hold with its reason or mark, or the release without recognition."""
        if self.review is None or self.review.decision is not None:
            return
        if self.mode is Mode.CONFIRMING:
            self._send(rules.released(self.review, self._around.new_id(), without_recognition=True))
        elif self.mode is Mode.HOLDING and self.reason is None and not self.review.marks:
            self._say(Problem.by_code("hold-without-reason"))
        elif self.mode is Mode.HOLDING:
            self._send(rules.held(self.review, self._around.new_id(), self.reason, note.strip()))

    def cancel(self) -> None:
        """Neither hold nor release; nothing was sent."""
        self._say(None)
        self._enter(Mode.REVIEW)

    def _send(self, decided: Review) -> None:
        if decided.decision is None:
            return
        seen = replace(decided.decision, looks=self._around.screen.looks())
        self._say(None)
        self._enter(Mode.REVIEW)
        self._set(replace(decided, decision=seen), Part.VERDICT)
        # The answer comes as an event, also after a break; only one that could not even be kept fails right here.
        self._around.when_done((self.divert or self._around.session.decide)(seen), lambda _: None, self._not_kept)

    def _not_kept(self, error: ScanViewError) -> None:
        if error.code == "no-disk" and self.review is not None:
            self._update(Part.VERDICT, decision=None)
            self._say(Problem.of(error))

    # -- looking -------------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Choose the next or previous finding or mark and look at it."""
        if self.review is not None:
            self.choose(saying.stepped(self.review, by).chosen)

    def choose(self, key: str, *, look: bool = True) -> None:
        """Choose the finding or mark with this key."""
        if self.review is None:
            return
        self._update(Part.FINDINGS, chosen=key)
        box = self.review.box_of(key)
        if box is not None and look:
            self._around.screen.look_at(box)

    @property
    def has_choice(self) -> bool:
        """Whether a finding or mark is chosen."""
        return self.review is not None and bool(self.review.chosen)

    @property
    def changeable_mark(self) -> Mark | None:
        """The chosen mark, as long as the scan is not decided."""
        if self.review is None or self.review.decision is not None:
            return None
        return saying.chosen_mark(self.review)

    def choose_a_mark(self) -> bool:
        """Choose the last mark unless one is chosen; False where there is none, or it is decided."""
        if self.review is None or not self.review.marks or self.review.decision is not None:
            return False
        if saying.chosen_mark(self.review) is None:
            self.choose(self.review.marks[-1].mark, look=False)
        return True

    def unchoose(self) -> None:
        """Choose nothing, as after a mark is where it should be."""
        self._update(Part.FINDINGS, chosen="")

    def hide_dismissed(self) -> None:
        """Take dismissed findings off the picture and the list, or bring them back; so for every scan from now on."""
        self._dismissed_hidden = not self._dismissed_hidden
        self._update(Part.FINDINGS, dismissed_hidden=self._dismissed_hidden)

    def filter_findings(self, wanted: FindingFilter) -> None:
        """Show no other findings, in this scan and in those to come."""
        self.filter = wanted
        self._update(Part.FINDINGS, filter=wanted)

    # -- saying --------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """The chosen finding is right; where none is chosen, look at the next one first."""
        self._answer(lambda review: saying.accepted(review, self._around.new_id()))

    def dismiss(self) -> None:
        """The chosen finding is wrong; where none is chosen, look at the next one first."""
        self._answer(saying.dismissed)

    def add_mark(self, outline: Outline) -> None:
        """The person points at this."""
        self.change(lambda review: saying.with_mark(review, outline, self._around.new_id()))

    def remove_mark(self) -> None:
        """Take back the chosen mark, or the last."""
        self.change(saying.without_mark)

    def move_mark(self, dx: int, dy: int, *, handle: int | None = None) -> bool:
        """Move the chosen mark, or one handle of it, by so many pixels; False where no mark is chosen."""
        if self.review is None or saying.chosen_mark(self.review) is None:
            return False
        self.change(lambda review: saying.moved(review, dx, dy, handle=handle))
        return True

    def write_on_mark(self, text: str) -> None:
        """Give the chosen mark this note."""
        self.change(lambda review: saying.with_text(review, text.strip()))

    def categorise(self) -> None:
        """Ask for the category of the chosen mark, or of the last one; asked again, no more."""
        if self.mode is Mode.CATEGORY:
            self._enter(Mode.REVIEW)
        elif self.mode is Mode.REVIEW and self.choose_a_mark():
            self._enter(Mode.CATEGORY)

    def pick_category(self, category: MarkCategory) -> None:
        """The chosen mark is of this category."""
        self.change(lambda review: saying.with_category(review, category))
        self._enter(Mode.REVIEW)

    def undo(self) -> None:
        """Take back the last mark or answer."""
        self.change(saying.undone)

    def redo(self) -> None:
        """Make it again."""
        self.change(saying.redone)

    def _answer(self, change: Callable[[Review], Review]) -> None:
        if self.review is not None and saying.chosen_finding(self.review) is None:
            if self.review.first_unanswered:
                self.choose(self.review.first_unanswered)
        else:
            self.change(change)

    def change(self, change: Callable[[Review], Review]) -> None:
        """Say something else of the scan, if it is not decided, and keep it."""
        if self.review is None or self.review.decision is not None:
            return
        said = change(self.review)
        if said is not self.review:
            self._set(said, Part.FINDINGS, Part.VERDICT)
            self._keep(said)

    def _keep(self, review: Review) -> None:
        """On disk as it is made, so that no crash loses it; a scan that is decided needs nothing kept."""
        if not self.divert and (review.lease is not None or review.row is None or review.row.verdict is None):
            draft = Draft(scan=review.scan, marks=review.marks, dismissed=review.said.dismissed)
            self._around.when_done(
                self._around.session.keep_draft(draft), lambda _: None, lambda error: self._say(Problem.of(error))
            )

    # -- how it looks --------------------------------------------------------------------------------------------

    def set_recipe(self, recipe: Recipe) -> None:
        """The pixels are shown by this recipe."""
        self._update(recipe=recipe)

    # -- state ---------------------------------------------------------------------------------------------------

    def _is_open(self, scan: str) -> bool:
        return self.review is not None and self.review.scan == scan

    def _is_told(self, scan: str) -> bool:
        return self._is_open(scan) and self.review is not None and self.review.header is not None

    def _update(self, *parts: Part, **changes: object) -> None:
        if self.review is not None:
            self._set(replace(self.review, **changes), *parts)  # type: ignore[arg-type]

    def _set(self, review: Review | None, *parts: Part) -> None:
        self.review = review
        if self.mode is Mode.CATEGORY and self.changeable_mark is None:
            self._enter(Mode.REVIEW)
        for part in parts:
            self._around.screen.changed(part)

    def _enter(self, mode: Mode) -> None:
        if mode is not self.mode:
            self.mode = mode
            self._around.screen.changed(Part.VERDICT)
            self._around.screen.changed(Part.FINDINGS)

    def _say(self, problem: Problem | None) -> None:
        self.problem = problem
        self._around.screen.changed(Part.VERDICT)
