"""What may be decided about the scan on the screen, as the client foresees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.review import HoldReason, Verdict
from scanview.core.scan import Box
from scanview.core.work import Decided, RecognitionState, WorkItem, WorkState, advance
from scanview.ui import review as rules
from scanview.ui import saying
from scanview.ui.marking.outline import Outline
from scanview.ui.review import Review, Said
from tests.ui.ui_fakes import CONTENT, RECOGNITION, lease, status
from tests.unit.session.session_fakes import header, scan_id

BOX = Box(x0=100, y0=10, x1=120, y1=30)


def review(*, leased=True, loaded=True, **changes):
    return Review(
        scan=scan_id(1),
        lease=lease() if leased else None,
        header=header(),
        status=status(**changes),
        loaded=loaded,
    )


def test_a_whole_recognised_scan_may_be_released():
    assert rules.release_obstacle(review()) == ""
    assert not rules.needs_confirmation(review())


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"leased": False}, "not-leased"),
        ({"stored": False}, "release-before-stored"),
        ({"complete": False}, "release-incomplete"),
        ({"loaded": False}, "release-before-seen"),
    ],
)
def test_a_release_is_held_up_with_the_reason(changes, obstacle):
    assert rules.release_obstacle(review(**changes)) == obstacle


@given(stored=st.booleans(), complete=st.booleans(), loaded=st.booleans())
def test_whatever_arrives_a_hold_is_possible(stored, complete, loaded):
    assert rules.hold_obstacle(review(stored=stored, complete=complete, loaded=loaded)) == ""


@given(stored=st.booleans(), complete=st.booleans(), confirmed=st.booleans())
def test_the_client_never_lets_through_what_the_state_machine_would_refuse(stored, complete, confirmed):
    seen = review(stored=stored, complete=complete)
    if rules.release_obstacle(seen):
        return
    decided = rules.released(seen, scan_id(9), without_recognition=confirmed)
    item = WorkItem(
        scan=seen.scan,
        state=WorkState.IN_REVIEW,
        stored=stored,
        complete=complete,
        content_sha256=CONTENT,
        recognition=RecognitionState.DONE,
        lease=lease(),
        last_fence=5,
    )

    assert advance(item, Decided(decision=decided.decision, by="zhang", now=0.0)).verdict is Verdict.RELEASE


def test_no_machine_result_asks_for_a_confirmation_which_the_decision_then_says():
    unseen = review(recognition=None, not_recognised="no model")
    assert rules.needs_confirmation(unseen)

    decided = rules.released(unseen, scan_id(9), without_recognition=True)
    assert decided.decision.without_recognition


def test_nothing_can_be_decided_twice():
    decided = rules.released(review(), scan_id(9), without_recognition=False)

    assert rules.release_obstacle(decided) == "already-deciding"
    assert rules.hold_obstacle(decided) == "already-deciding"


def test_a_hold_needs_a_reason_or_a_mark():
    with pytest.raises(BadInput):
        rules.held(review(), scan_id(9), None, "")
    marked = saying.with_mark(review(), Outline.around(BOX), scan_id(8))

    assert rules.held(marked, scan_id(9), None, "look").decision.marks == marked.marks
    assert rules.held(review(), scan_id(9), HoldReason.OTHER, "look").decision.note == "look"


def test_a_decision_names_the_lease_and_the_content_that_was_seen():
    decision = rules.released(review(), scan_id(9), without_recognition=False).decision

    assert (decision.fence, decision.content_sha256, decision.scan) == (5, CONTENT, scan_id(1))


def test_stepping_goes_round_findings_then_marks_the_surest_first():
    seen = saying.with_mark(review(), Outline.around(BOX), scan_id(8))
    chosen = []
    for _ in range(4):
        seen = saying.stepped(seen, 1)
        chosen.append(seen.chosen)

    assert chosen == ["f-high", "f-low", scan_id(8), "f-high"]
    assert saying.stepped(seen, -1).chosen == scan_id(8)


def test_stepping_without_findings_changes_nothing():
    empty = review(recognition=None)

    assert saying.stepped(empty, 1) is empty


def test_a_mark_answers_the_chosen_finding_that_it_touches():
    chosen = saying.stepped(review(), 1)

    assert saying.with_mark(chosen, Outline.around(BOX), scan_id(8)).marks[0].answers == "f-high"
    far = Box(x0=0, y0=0, x1=5, y1=5)
    assert saying.with_mark(chosen, Outline.around(far), scan_id(8)).marks[0].answers == ""


def test_removing_takes_the_chosen_mark_else_the_last():
    seen = saying.with_mark(
        saying.with_mark(review(), Outline.around(BOX), scan_id(7)), Outline.around(BOX), scan_id(8)
    )
    chosen_first = saying.without_mark(Review(scan=seen.scan, said=Said(marks=seen.marks), chosen=scan_id(7)))
    assert [mark.mark for mark in chosen_first.marks] == [scan_id(8)]

    last = saying.without_mark(Review(scan=seen.scan, said=Said(marks=seen.marks), chosen=""))
    assert [mark.mark for mark in last.marks] == [scan_id(7)]
    assert saying.without_mark(review()).marks == ()


def test_findings_are_listed_the_surest_first():
    assert [finding.score for finding in review().findings] == sorted(
        (finding.score for finding in RECOGNITION.findings), reverse=True
    )
