"""What a person says of the scan on the screen, as pure changes of its review: marks, answers, undo and redo.

A finding is answered with one word: accepted, which is a mark that answers it, or dismissed. Every change can be
taken back; a key held down is one change.
"""

from collections.abc import Callable
from dataclasses import replace

from scanview.core.mark import Mark, MarkCategory
from scanview.core.review import MAX_MARKS, Finding
from scanview.core.scan import Box, View
from scanview.ui.marking.outline import Outline, Size
from scanview.ui.review import Answer, Review, Said

MOST_UNDONE = 200
"""So many changes can be taken back."""


def stepped(review: Review, by: int) -> Review:
    """The next (`by` = 1) or previous (-1) finding or mark chosen, going round."""
    keys = [finding.finding for finding in review.listed] + [mark.mark for mark in review.marks]
    if not keys:
        return review
    if review.chosen in keys:
        return replace(review, chosen=keys[(keys.index(review.chosen) + by) % len(keys)])
    return replace(review, chosen=keys[0 if by > 0 else -1])


def chosen_finding(review: Review) -> Finding | None:
    """The finding that is chosen, if one is."""
    return next((finding for finding in review.listed if finding.finding == review.chosen), None)


def chosen_mark(review: Review) -> Mark | None:
    """The mark that is chosen, if one is."""
    return next((mark for mark in review.marks if mark.mark == review.chosen), None)


def with_mark(review: Review, outline: Outline, mark: str) -> Review:
    """One more mark, named by the id `mark` and chosen. It answers the chosen finding if it touches its box."""
    finding = chosen_finding(review)
    answers = finding.finding if finding is not None and _touch(finding.box, outline.box) else ""
    return _marked(review, outline.mark(mark, answers=answers), chosen=mark)


def accepted(review: Review, mark: str) -> Review:
    """The chosen finding accepted: a mark with the id `mark` in its place answers it, unless one does already."""
    finding = chosen_finding(review)
    if finding is None or review.answer_to(finding.finding) is Answer.ACCEPTED:
        return review
    return _marked(review, Mark(mark=mark, box=finding.box, answers=finding.finding), chosen=review.chosen)


def dismissed(review: Review) -> Review:
    """The chosen finding dismissed, and no mark answers it any more; or, if it was dismissed, open again."""
    finding = chosen_finding(review)
    if finding is None:
        return review
    id = finding.finding
    if review.answer_to(id) is Answer.DISMISSED:
        return _changed(review, dismissed=_without(review.said.dismissed, id))
    kept = [
        replace(mark, answers="") if mark.answers == id else mark
        for mark in review.marks
        if not _repeats(mark, finding)
    ]
    return _changed(review, marks=tuple(kept), dismissed=(*review.said.dismissed, id))


def without_mark(review: Review) -> Review:
    """Without the chosen mark, the mark that answers the chosen finding, or the last one where nothing is chosen."""
    named = [mark.mark for mark in review.marks if review.chosen in (mark.mark, mark.answers)]
    if not named and not review.chosen:
        named = [mark.mark for mark in review.marks]
    gone = next(reversed(named), "")
    kept = tuple(mark for mark in review.marks if mark.mark != gone)
    return _changed(review, marks=kept, chosen="" if review.chosen == gone else review.chosen)


def with_text(review: Review, text: str) -> Review:
    """The chosen mark with this note."""
    mark = chosen_mark(review)
    return review if mark is None else _with(review, replace(mark, text=text), gesture=f"write {mark.mark}")


def with_category(review: Review, category: MarkCategory) -> Review:
    """The chosen mark of this category."""
    mark = chosen_mark(review)
    return review if mark is None else _with(review, replace(mark, category=category), gesture="")


def moved(review: Review, dx: int, dy: int, *, handle: int | None = None) -> Review:
    """The chosen mark, or one handle of it, moved by so many pixels, as far as the scan goes."""
    if handle is not None:
        return nudged(review, handle, dx, dy)
    return _redrawn(review, "move", lambda outline, size: outline.moved(dx, dy, size))


def stretched(review: Review, right: int, down: int, *, from_left: bool = False, from_top: bool = False) -> Review:
    """The chosen mark wider and higher by so many pixels, as far as the scan goes; see `Outline.stretched`."""
    return _redrawn(
        review,
        "stretch",
        lambda outline, size: outline.stretched(right, down, size, from_left=from_left, from_top=from_top),
    )


def nudged(review: Review, handle: int, dx: int, dy: int) -> Review:
    """One handle of the chosen mark moved by so many pixels, as far as the scan and the shape allow."""
    return _redrawn(review, f"bend {handle}", lambda outline, size: outline.nudged(handle, dx, dy, size))


def redrawn(review: Review, mark: str, outline: Outline) -> Review:
    """The mark with the id `mark` where a hand has drawn it: a change of its own."""
    drawn = next((old for old in review.marks if old.mark == mark), None)
    return review if drawn is None else _with(review, outline.on(drawn), gesture="")


def undone(review: Review) -> Review:
    """The last change taken back."""
    if not review.past:
        return review
    return _back_to(review, review.past[-1], review.past[:-1], (review.said, *review.future))


def redone(review: Review) -> Review:
    """The change that was taken back last, made again."""
    if not review.future:
        return review
    return _back_to(review, review.future[0], (*review.past, review.said), review.future[1:])


def restored(review: Review, said: Said) -> Review:
    """What was said before the program ended, and then what was said since."""
    known = {mark.mark for mark in said.marks}
    marks = (*said.marks, *(mark for mark in review.marks if mark.mark not in known))[:MAX_MARKS]
    answered = {mark.answers for mark in marks}
    wrong = dict.fromkeys((*said.dismissed, *review.said.dismissed))
    return replace(review, said=Said(marks=marks, dismissed=tuple(id for id in wrong if id not in answered)))


def _marked(review: Review, mark: Mark, *, chosen: str) -> Review:
    if len(review.marks) >= MAX_MARKS:
        return review
    wrong = _without(review.said.dismissed, mark.answers)
    return _changed(review, marks=(*review.marks, mark), dismissed=wrong, chosen=chosen)


def _redrawn(review: Review, way: str, change: Callable[[Outline, Size], Outline]) -> Review:
    mark = chosen_mark(review)
    size = _size_of(review, mark.box.view) if mark is not None else None
    if mark is None or size is None:
        return review
    return _with(review, change(Outline.of(mark), size).on(mark), gesture=f"{way} {mark.mark}")


def _size_of(review: Review, view: View) -> Size | None:
    """(columns, rows) of a view as far as it has arrived; None where the scan has no such view."""
    header = review.view(view)
    return None if header is None else (review.columns_of(view), header.rows)


def _with(review: Review, mark: Mark, *, gesture: str) -> Review:
    marks = tuple(mark if old.mark == mark.mark else old for old in review.marks)
    return _changed(review, marks=marks, gesture=gesture)


def _changed(
    review: Review,
    *,
    marks: tuple[Mark, ...] | None = None,
    dismissed: tuple[str, ...] | None = None,
    chosen: str | None = None,
    gesture: str = "",
) -> Review:
    said = Said(
        marks=review.marks if marks is None else marks,
        dismissed=review.said.dismissed if dismissed is None else dismissed,
    )
    if said == review.said:
        return review
    goes_on = gesture and gesture == review.gesture
    return replace(
        review,
        said=said,
        past=review.past if goes_on else (*review.past, review.said)[-MOST_UNDONE:],
        future=(),
        gesture=gesture,
        chosen=review.chosen if chosen is None else chosen,
    )


def _back_to(review: Review, said: Said, past: tuple[Said, ...], future: tuple[Said, ...]) -> Review:
    keys = {mark.mark for mark in said.marks} | {finding.finding for finding in review.findings}
    chosen = review.chosen if review.chosen in keys else ""
    return replace(review, said=said, past=past, future=future, gesture="", chosen=chosen)


def _repeats(mark: Mark, finding: Finding) -> bool:
    """Whether a mark only says yes to a finding, with nothing of its own."""
    return mark == Mark(mark=mark.mark, box=finding.box, answers=finding.finding)


def _without(ids: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(id for id in ids if id != gone)


def _touch(one: Box, other: Box) -> bool:
    beside = one.x0 >= other.x1 or other.x0 >= one.x1 or one.y0 >= other.y1 or other.y0 >= one.y1
    return one.view is other.view and not beside
