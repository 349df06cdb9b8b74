"""What a decision about a virtual scan was, by its truth."""

import pytest

from scanview.core.errors import BadInput
from scanview.core.mark import Mark, MarkShape
from scanview.core.review import Verdict
from scanview.core.scan import Box, View
from scanview.core.virtual import Outcome, Truth, outcome_of

PLACE = Box(x0=100, y0=100, x1=160, y1=140)
THREAT = Truth(label="weapon", places=(PLACE,))
CLEAN = Truth()


def mark(x0: int, y0: int, x1: int, y1: int, view: View = View.SIDE) -> tuple[Mark, ...]:
    return (Mark(mark="1" * 32, box=Box(x0=x0, y0=y0, x1=x1, y1=y1, view=view)),)


def arrow(tail: tuple[int, int], tip: tuple[int, int]) -> tuple[Mark, ...]:
    (x0, x1), (y0, y1) = sorted((tail[0], tip[0])), sorted((tail[1], tip[1]))
    box = Box(x0=x0, y0=y0, x1=x1 + 1, y1=y1 + 1)
    return (Mark(mark="1" * 32, box=box, shape=MarkShape.ARROW, points=(tail, tip)),)


@pytest.mark.parametrize(
    ("verdict", "marks", "truth", "outcome"),
    [
        (Verdict.RELEASE, (), THREAT, Outcome.MISS),
        (Verdict.RELEASE, (), CLEAN, Outcome.CORRECT_REJECTION),
        (Verdict.HOLD, (), CLEAN, Outcome.FALSE_ALARM),
        (Verdict.HOLD, (), THREAT, Outcome.HIT),
        (Verdict.HOLD, mark(110, 105, 130, 120), THREAT, Outcome.HIT),
        (Verdict.HOLD, mark(130, 90, 260, 160), THREAT, Outcome.HIT),
        (Verdict.HOLD, mark(600, 100, 660, 140), THREAT, Outcome.ELSEWHERE),
        (Verdict.HOLD, mark(110, 105, 130, 120, View.TOP), THREAT, Outcome.ELSEWHERE),
        (Verdict.HOLD, mark(0, 0, 3_000, 900), THREAT, Outcome.ELSEWHERE),
        (Verdict.HOLD, mark(0, 0, 260, 240), THREAT, Outcome.ELSEWHERE),
        (Verdict.HOLD, arrow((400, 400), (130, 120)), THREAT, Outcome.HIT),
        (Verdict.HOLD, arrow((130, 120), (400, 400)), THREAT, Outcome.ELSEWHERE),
        (Verdict.HOLD, mark(600, 100, 660, 140) + mark(99, 99, 161, 141), THREAT, Outcome.HIT),
        (Verdict.RELEASE, mark(110, 105, 130, 120), THREAT, Outcome.MISS),
    ],
)
def test_outcomes(verdict: Verdict, marks: tuple[Mark, ...], truth: Truth, outcome: Outcome) -> None:
    assert outcome_of(verdict, marks, truth) is outcome


def test_a_truth_is_whole_or_nothing() -> None:
    with pytest.raises(BadInput):
        Truth(label="weapon")
    with pytest.raises(BadInput):
        Truth(places=(PLACE,))
