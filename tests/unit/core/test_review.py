"""What people and machines may say, and what cannot be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.checks import MAX_TEXT, check_id
from scanview.core.errors import BadInput
from scanview.core.mark import Mark
from scanview.core.review import (
    MAX_FINDING_ID,
    MAX_FINDINGS,
    MAX_MARKS,
    UNKNOWN,
    Decision,
    Doubt,
    Finding,
    HoldReason,
    Recognition,
    Verdict,
)
from scanview.core.scan import Box

BOX = Box(x0=0, y0=0, x1=1, y1=1)
ID = "0123456789abcdef" * 2


def decision(**fields):
    values = {"decision": ID, "scan": ID, "fence": 1, "verdict": Verdict.HOLD, "content_sha256": "c" * 64}
    return Decision(**{**values, **fields})


def refused(code):
    return pytest.raises(BadInput, check=lambda error: error.code == code)


def test_a_hold_says_why():
    with refused("hold-without-reason"):
        decision()
    assert decision(reason=HoldReason.OTHER).marks == ()
    assert decision(marks=(Mark(mark=ID, box=BOX),)).reason is None


def test_a_release_names_what_was_seen():
    with refused("release-without-content"):
        decision(verdict=Verdict.RELEASE, content_sha256="")
    assert decision(verdict=Verdict.RELEASE).without_recognition is False


def test_texts_marks_and_findings_have_limits():
    with refused("text-too-long"):
        decision(reason=HoldReason.OTHER, note="x" * (MAX_TEXT + 1))
    with refused("text-too-long"):
        Mark(mark=ID, box=BOX, text="x" * (MAX_TEXT + 1))
    with refused("bad-decision"):
        decision(marks=(Mark(mark=ID, box=BOX),) * (MAX_MARKS + 1))
    finding = Finding(finding="f", label="weapon", score=1.0, box=BOX)
    with refused("bad-recognition"):
        Recognition(model="m", empty=0.0, findings=(finding,) * (MAX_FINDINGS + 1))


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan"), float("inf")])
def test_scores_and_probabilities_lie_between_0_and_1(score):
    with refused("bad-finding"):
        Finding(finding="f", label="weapon", score=score, box=BOX)
    with refused("bad-recognition"):
        Recognition(model="m", empty=score, findings=())


@pytest.mark.parametrize(
    "change",
    [
        {"risk": -0.1},
        {"risk": float("nan")},
        {"homogeneity": 1.1},
        {"declared_fit": -0.5},
        {"declared_fit": float("nan")},
        {"novelty": float("nan")},
        {"novelty": float("inf")},
        {"novelty": -0.2},
        {"release_doubts": ("x",) * 33},
        {"release_doubts": ("x" * 65,)},
    ],
)
def test_what_a_model_says_of_a_whole_scan_has_limits(change):
    with refused("bad-recognition"):
        Recognition(model="m", empty=0.5, findings=(), **change)


def test_a_recognition_that_tells_only_findings_is_no_reason_to_release():
    plain = Recognition(model="m", empty=1.0, findings=())
    assert plain.risk == 1
    assert plain.release_doubts == (Doubt.NO_BOUND,)
    assert (plain.novelty, plain.homogeneity, plain.declared_fit) == (UNKNOWN,) * 3


@given(st.text(max_size=40))
def test_an_id_is_32_hexadecimal_digits_and_nothing_else(text):
    is_id = len(text) == 32 and set(text) <= set("0123456789abcdef")
    if is_id:
        assert check_id(text, "scan") == text
    else:
        with refused("bad-scan-id"):
            check_id(text, "scan")


@pytest.mark.parametrize("text", ["A" * 32, "０" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n"])
def test_near_ids_are_none(text):
    with refused("bad-scan-id"):
        check_id(text, "scan")


def test_dismissed_findings_are_kept_with_the_decision():
    assert decision(reason=HoldReason.OTHER).dismissed == ()
    assert decision(reason=HoldReason.OTHER, dismissed=("f", "g")).dismissed == ("f", "g")


@pytest.mark.parametrize(
    "dismissed",
    [("f", "f"), ("",), ("x" * (MAX_FINDING_ID + 1),), tuple(str(number) for number in range(MAX_FINDINGS + 1))],
)
def test_findings_are_dismissed_by_their_ids_each_once_and_not_without_end(dismissed):
    with refused("bad-decision"):
        decision(reason=HoldReason.OTHER, dismissed=dismissed)


def test_a_finding_cannot_be_accepted_and_dismissed():
    mark = Mark(mark=ID, box=BOX, answers="f")
    assert decision(marks=(mark,), dismissed=("g",)).marks == (mark,)
    with refused("bad-decision"):
        decision(marks=(mark,), dismissed=("f",))
