"""Findings and marks as the panels list them and the picture draws them: the same numbers, words and shapes."""

from scanview.core.review import Finding, risk_of_score
from scanview.ui.entry_list import Entry
from scanview.ui.language import Words
from scanview.ui.review import Review
from scanview.ui.text import of_label
from scanview.ui.viewer.overlay import Overlay, OverlayKind


def kind_of(finding: Finding) -> OverlayKind:
    """How urgent a finding looks."""
    return OverlayKind(risk_of_score(finding.score).value)


def finding_entries(review: Review, words: Words) -> tuple[Entry, ...]:
    """The findings, numbered from 1, the surest first."""
    return tuple(
        Entry(
            key=finding.finding,
            kind=kind_of(finding),
            text=words.say(of_label(finding.label)),
            value=f"{finding.score:.2f}",
            spoken=words(
                "finding.row", number=number, label=words.say(of_label(finding.label)), score=f"{finding.score:.2f}"
            ),
        )
        for number, finding in enumerate(review.findings, 1)
    )


def mark_entries(review: Review, words: Words) -> tuple[Entry, ...]:
    """The marks in the order they were made, each with its place for somebody beside the container."""
    labels = {finding.finding: words.say(of_label(finding.label)) for finding in review.findings}
    pitch_mm = review.side.pitch_x_mm if review.side is not None else 0.0
    entries = []
    for number, mark in enumerate(review.marks, 1):
        text = words("mark.row", number=number)
        if mark.answers in labels:
            text = words("mark.answers", number=number, label=labels[mark.answers])
        metres = (mark.box.x0 + mark.box.x1) / 2 * pitch_mm / 1000
        place = words("mark.place", metres=f"{metres:.1f}")
        entries.append(Entry(key=mark.mark, kind=OverlayKind.MARK, text=text, value=place, spoken=f"{text}, {place}"))
    return tuple(entries)


def overlays_of(review: Review, words: Words) -> tuple[Overlay, ...]:
    """The boxes over the picture, of the view that is shown."""
    view = review.side.view if review.side is not None else None
    labels = {finding.finding: words.say(of_label(finding.label)) for finding in review.findings}
    findings = [
        Overlay(key=f.finding, box=f.box, label=labels[f.finding], kind=kind_of(f), score=f.score)
        for f in review.findings
        if f.box.view is view
    ]
    marks = [
        Overlay(key=mark.mark, box=mark.box, label=words("mark.row", number=number), kind=OverlayKind.MARK)
        for number, mark in enumerate(review.marks, 1)
        if mark.box.view is view
    ]
    return (*findings, *marks)
