"""Owns what is known and chosen about the scan on the screen, as a value: lease, status, marks, recipe, verdict.

Nothing here knows Qt or the network. `release_obstacle` and `hold_obstacle` foresee what the hub would refuse, under
the hub's own codes, so that a person hears it at once; the hub has the last word.
"""

from dataclasses import dataclass, field, replace

from scanview.core.recipe import Recipe
from scanview.core.review import Decision, Finding, HoldReason, Mark, Verdict
from scanview.core.scan import Box, ScanHeader, View, ViewHeader
from scanview.core.work import Lease
from scanview.core.worklist import WorklistRow
from scanview.session.events import ScanStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The scan on the screen. Without a lease it is only looked at. `chosen` is the key of a finding or mark."""

    scan: str
    row: WorklistRow | None = None
    lease: Lease | None = None
    header: ScanHeader | None = None
    status: ScanStatus = field(default_factory=ScanStatus)
    loaded: bool = False
    columns: int = 0
    marks: tuple[Mark, ...] = ()
    chosen: str = ""
    recipe: Recipe = field(default_factory=Recipe)
    decision: Decision | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the machine sees, the surest first."""
        if self.status.recognition is None:
            return ()
        return tuple(sorted(self.status.recognition.findings, key=lambda finding: -finding.score))

    @property
    def side(self) -> ViewHeader | None:
        """The view that is shown: the side view, or the first where there is none."""
        if self.header is None:
            return None
        return self.header.views[self.side_index]

    @property
    def side_index(self) -> int:
        """Its place among the views."""
        if self.header is None:
            return 0
        return next((i for i, view in enumerate(self.header.views) if view.view is View.SIDE), 0)

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


def stepped(review: Review, by: int) -> Review:
    """The next (`by` = 1) or previous (-1) finding or mark chosen, going round."""
    keys = [finding.finding for finding in review.findings] + [mark.mark for mark in review.marks]
    if not keys:
        return review
    if review.chosen in keys:
        return replace(review, chosen=keys[(keys.index(review.chosen) + by) % len(keys)])
    return replace(review, chosen=keys[0 if by > 0 else -1])


def with_mark(review: Review, box: Box, mark: str) -> Review:
    """One more mark, named by the id `mark` and chosen. It answers the chosen finding if it touches its box."""
    answered = next((f.finding for f in review.findings if f.finding == review.chosen and _touch(f.box, box)), "")
    return replace(review, marks=(*review.marks, Mark(mark=mark, box=box, answers=answered)), chosen=mark)


def without_mark(review: Review) -> Review:
    """Without the chosen mark, or without the last one where none is chosen."""
    keys = [mark.mark for mark in review.marks]
    gone = review.chosen if review.chosen in keys else next(reversed(keys), "")
    kept = tuple(mark for mark in review.marks if mark.mark != gone)
    return replace(review, marks=kept, chosen="" if review.chosen == gone else review.chosen)


def release_obstacle(review: Review) -> str:
    """The code of what forbids a release now, or "". Whether recognition is still due, only the hub knows."""
    if not review.undecided:
        return hold_obstacle(review)
    if not review.status.stored:
        return "release-before-stored"
    if not review.status.complete:
        return "release-incomplete"
    return "" if review.loaded else "release-before-seen"


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
        recipe=review.recipe,
        without_recognition=without_recognition,
    )
    return replace(review, decision=made)


def _touch(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
