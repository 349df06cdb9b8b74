"""Findings and marks as the panels list them and the picture draws them: the same numbers, words and shapes."""

from scanview.core.mark import Mark, MarkCategory
from scanview.core.review import Finding, risk_of_score
from scanview.core.scan import Box, View
from scanview.ui.entry_list import Entry
from scanview.ui.language import Words
from scanview.ui.review import Answer, Review
from scanview.ui.text import of_label
from scanview.ui.viewer.overlay import Overlay, OverlayKind

_SIGNS = {Answer.NONE: "", Answer.ACCEPTED: "✓ ", Answer.DISMISSED: "✕ "}


def kind_of(finding: Finding, answer: Answer = Answer.NONE) -> OverlayKind:
    """How urgent a finding looks: not at all once it is dismissed."""
    return OverlayKind.NONE if answer is Answer.DISMISSED else OverlayKind(risk_of_score(finding.score).value)


def finding_entries(review: Review, words: Words) -> tuple[Entry, ...]:
    """The findings that are shown, numbered from 1, the surest first."""
    return tuple(_finding_entry(review, finding, number, words) for number, finding in enumerate(review.listed, 1))


def _finding_entry(review: Review, finding: Finding, number: int, words: Words) -> Entry:
    answer = review.answer_to(finding.finding)
    label = _in_view(words.say(of_label(finding.label)), finding.box, review, words)
    score = f"{finding.score:.2f}"
    spoken = words("finding.row", number=number, label=label, score=score)
    if finding.model:
        spoken = words("finding.by", finding=spoken, model=finding.model)
    if answer is not Answer.NONE:
        spoken = words("finding.answered", finding=spoken, answer=words(f"answer.{answer}"))
    return Entry(
        key=finding.finding,
        kind=kind_of(finding, answer),
        text=_SIGNS[answer] + label,
        value=score,
        spoken=spoken,
        crossed=answer is Answer.DISMISSED,
    )


def mark_entries(review: Review, words: Words) -> tuple[Entry, ...]:
    """The marks in the order they were made, each with its place for somebody beside the container."""
    labels = {finding.finding: words.say(of_label(finding.label)) for finding in review.findings}
    entries = []
    for number, mark in enumerate(review.marks, 1):
        text = words("mark.row", number=number)
        if mark.answers in labels:
            text = words("mark.answers", number=number, label=labels[mark.answers])
        view = review.view(mark.box.view)
        pitch_mm = view.pitch_x_mm if view is not None else 0.0
        metres = mark.place[0] * pitch_mm / 1000
        place = words("mark.place", metres=f"{metres:.1f}")
        text = _named(mark, text, words)
        if mark.text:
            text = words("mark.noted", mark=text, text=mark.text)
        text = _in_view(text, mark.box, review, words)
        entries.append(Entry(key=mark.mark, kind=OverlayKind.MARK, text=text, value=place, spoken=f"{text}, {place}"))
    return tuple(entries)


def _in_view(text: str, box: Box, review: Review, words: Words) -> str:
    """`text`, with the view where that is not the one that stands for the scan."""
    if review.side is None or box.view is review.side.view:
        return text
    return words("finding.in-view", text=text, view=words(f"view.{box.view}"))


def _named(mark: Mark, text: str, words: Words) -> str:
    """`text`, with the category where one was given."""
    if mark.category is MarkCategory.NONE:
        return text
    return words("mark.noted", mark=text, text=words(f"category.{mark.category}"))


def overlays_of(review: Review, view: View, words: Words) -> tuple[Overlay, ...]:
    """The boxes over the picture of `view`."""
    findings = [_finding_overlay(f, review.answer_to(f.finding), words) for f in review.listed if f.box.view is view]
    marks = [
        Overlay(
            key=mark.mark,
            box=mark.box,
            label=_named(mark, words("mark.row", number=number), words),
            kind=OverlayKind.MARK,
            shape=mark.shape,
            points=mark.points,
        )
        for number, mark in enumerate(review.marks, 1)
        if mark.box.view is view
    ]
    return (*findings, *marks)


def _finding_overlay(finding: Finding, answer: Answer, words: Words) -> Overlay:
    label = _SIGNS[answer] + words.say(of_label(finding.label))
    return Overlay(
        key=finding.finding, box=finding.box, label=label, kind=kind_of(finding, answer), score=finding.score
    )
