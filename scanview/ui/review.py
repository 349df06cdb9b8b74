"""Owns what is known and chosen about the scan on the screen, as a value: lease, status, marks, recipe, verdict.

Nothing here knows Qt or the network. `release_obstacle` and `hold_obstacle` foresee what the hub would refuse, under
the hub's own codes, so that a person hears it at once; the hub has the last word.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from scanview.core.mark import Mark
from scanview.core.recipe import Recipe
from scanview.core.review import Decision, Finding, HoldReason, Risk, Verdict, risk_of_score
from scanview.core.scan import Box, ScanHeader, View, ViewHeader
from scanview.core.work import Lease
from scanview.core.worklist import WorklistRow
from scanview.session.events import ScanStatus
from scanview.ui.finding_filter import FindingFilter

HIGH_RISK_HIDDEN = "high-risk-hidden"
"""The obstacle that only this client knows: nobody releases what their own filter keeps from them."""


class Answer(StrEnum):
    """What a person says to a finding."""

    NONE = "none"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of a scan: their marks, and the ids of the findings they call wrong."""

    marks: tuple[Mark, ...] = ()
    dismissed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The scan on the screen. Without a lease it is only looked at. `chosen` is the key of a finding or mark.

    `past` and `future` are what was said before, and what undoing took back, the nearest last and first; `gesture`
    names the change that a further one of the same name goes on with, as a key held down does.
    """

    scan: str
    row: WorklistRow | None = None
    lease: Lease | None = None
    header: ScanHeader | None = None
    status: ScanStatus = field(default_factory=ScanStatus)
    loaded: bool = False
    view_columns: tuple[int, ...] = ()
    said: Said = field(default_factory=Said)
    past: tuple[Said, ...] = ()
    future: tuple[Said, ...] = ()
    gesture: str = ""
    chosen: str = ""
    dismissed_hidden: bool = False
    filter: FindingFilter = field(default_factory=FindingFilter)
    recipe: Recipe = field(default_factory=Recipe)
    decision: Decision | None = None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks in the order they were made."""
        return self.said.marks

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the machine sees, the surest first."""
        if self.status.recognition is None:
            return ()
        return tuple(sorted(self.status.recognition.findings, key=lambda finding: -finding.score))

    @property
    def listed(self) -> tuple[Finding, ...]:
        """The findings that are shown: those the filter lets through, with or without those that were dismissed."""
        return tuple(
            f
            for f in self.findings
            if self.filter.lets_through(f) and not (self.dismissed_hidden and f.finding in self.said.dismissed)
        )

    @property
    def filtered_out(self) -> tuple[Finding, ...]:
        """The findings that the filter hides."""
        return tuple(f for f in self.findings if not self.filter.lets_through(f))

    @property
    def hidden_high_risk(self) -> tuple[Finding, ...]:
        """Those of them that are of high risk and have no answer yet."""
        return tuple(
            f
            for f in self.filtered_out
            if risk_of_score(f.score) is Risk.HIGH and self.answer_to(f.finding) is Answer.NONE
        )

    @property
    def first_unanswered(self) -> str:
        """The id of the surest finding that is shown and has no answer; "" where there is none."""
        return next((f.finding for f in self.listed if self.answer_to(f.finding) is Answer.NONE), "")

    def answer_to(self, finding: str) -> Answer:
        """What the person says to the finding with this id."""
        if finding in self.said.dismissed:
            return Answer.DISMISSED
        return Answer.ACCEPTED if any(mark.answers == finding for mark in self.marks) else Answer.NONE

    @property
    def side(self) -> ViewHeader | None:
        """The view that stands for the scan: the side view, or the first where there is none."""
        if self.header is None:
            return None
        return self.header.views[self.side_index]

    @property
    def side_index(self) -> int:
        """Its place among the views."""
        return self.header.side_index if self.header is not None else 0

    @property
    def columns(self) -> int:
        """The columns of the side view that have arrived."""
        return self.columns_of(self.side.view) if self.side is not None else 0

    def view(self, view: View) -> ViewHeader | None:
        """What the header says of a view; None where the scan has no such view."""
        views = self.header.views if self.header is not None else ()
        return next((header for header in views if header.view is view), None)

    def columns_of(self, view: View) -> int:
        """The columns of a view that have arrived."""
        views = self.header.views if self.header is not None else ()
        there = (columns for header, columns in zip(views, self.view_columns, strict=False) if header.view is view)
        return next(there, 0)

    @property
    def undecided(self) -> bool:
        """Whether it is ours to decide and nothing is decided yet."""
        return self.lease is not None and self.decision is None

    def box_of(self, key: str) -> Box | None:
        """The box of the finding or mark with this key."""
        boxes = {finding.finding: finding.box for finding in self.findings} | {
            mark.mark: mark.box for mark in self.marks
        }
        return boxes.get(key)


def release_obstacle(review: Review) -> str:
    """The code of what forbids a release now, or "". Whether recognition is still due, only the hub knows."""
    if not review.undecided:
        return hold_obstacle(review)
    if not review.status.stored:
        return "release-before-stored"
    if not review.status.complete:
        return "release-incomplete"
    if not review.loaded:
        return "release-before-seen"
    return HIGH_RISK_HIDDEN if review.hidden_high_risk else ""


def hold_obstacle(review: Review) -> str:
    """The code of what forbids a hold now, or ""."""
    if review.decision is not None:
        return "already-deciding"
    return "" if review.lease is not None else "not-leased"


def needs_confirmation(review: Review) -> bool:
    """Whether a release is one without recognition, which the person has to confirm."""
    return review.status.recognition is None and bool(review.status.not_recognised)


def released(review: Review, decision: str, *, without_recognition: bool) -> Review:
    """The review with a release decided under the id `decision`."""
    return _decided(review, decision, Verdict.RELEASE, without_recognition=without_recognition)


def held(review: Review, decision: str, reason: HoldReason | None, note: str) -> Review:
    """The review with a hold decided under the id `decision`; BadInput without a reason and without a mark."""
    return _decided(review, decision, Verdict.HOLD, reason=reason, note=note)


def _decided(
    review: Review,
    decision: str,
    verdict: Verdict,
    *,
    reason: HoldReason | None = None,
    note: str = "",
    without_recognition: bool = False,
) -> Review:
    if review.lease is None:
        return review
    made = Decision(
        decision=decision,
        scan=review.scan,
        fence=review.lease.fence,
        verdict=verdict,
        content_sha256=review.status.content_sha256,
        reason=reason,
        note=note,
        marks=review.marks,
        dismissed=review.said.dismissed,
        recipe=review.recipe,
        without_recognition=without_recognition,
    )
    return replace(review, decision=made)
