"""What a person says of a scan: answers, marks, and every change taken back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.mark import Mark, MarkCategory, MarkShape
from scanview.core.review import MAX_MARKS, HoldReason, Verdict
from scanview.core.scan import Box, View
from scanview.ui import review as rules
from scanview.ui import saying
from scanview.ui.language import Words
from scanview.ui.listed import finding_entries, mark_entries, overlays_of
from scanview.ui.marking.outline import Outline
from scanview.ui.review import Answer, Review, Said
from scanview.ui.text import Language
from scanview.ui.viewer.overlay import OverlayKind
from tests.ui.ui_fakes import FINDINGS, FakeRoom, lease, status
from tests.unit.session.session_fakes import ROWS, header, scan_id

BOX = Box(x0=100, y0=10, x1=120, y1=30)
COLUMNS = 256


def review(chosen="f-high"):
    return Review(
        scan=scan_id(1),
        lease=lease(),
        header=header(),
        status=status(),
        loaded=True,
        view_columns=(COLUMNS,),
        chosen=chosen,
    )


def marked(box=BOX, mark=8):
    return saying.with_mark(review(chosen=""), Outline.around(box), scan_id(mark))


def test_an_accepted_finding_is_a_mark_in_its_place_that_answers_it():
    said = saying.accepted(review(), scan_id(8))

    assert said.marks == (Mark(mark=scan_id(8), box=FINDINGS[1].box, answers="f-high"),)
    assert said.answer_to("f-high") is Answer.ACCEPTED
    assert said.chosen == "f-high", "the next one is one key away"
    assert saying.accepted(said, scan_id(9)) is said


def test_a_finding_a_drawn_mark_answers_is_accepted():
    drawn = saying.with_mark(review(), Outline.around(BOX), scan_id(8))

    assert drawn.answer_to("f-high") is Answer.ACCEPTED


def test_a_dismissed_finding_goes_with_the_decision():
    said = saying.dismissed(review())

    assert said.answer_to("f-high") is Answer.DISMISSED
    assert rules.held(said, scan_id(9), HoldReason.OTHER, "").decision.dismissed == ("f-high",)
    assert rules.released(said, scan_id(9), without_recognition=False).decision.verdict is Verdict.RELEASE
    assert saying.dismissed(said).answer_to("f-high") is Answer.NONE


def test_a_finding_has_one_answer():
    accepted = saying.accepted(review(), scan_id(8))
    dismissed = saying.dismissed(accepted)
    assert (dismissed.marks, dismissed.said.dismissed) == ((), ("f-high",))

    again = saying.accepted(dismissed, scan_id(9))
    assert (again.answer_to("f-high"), again.said.dismissed) == (Answer.ACCEPTED, ())


def test_dismissing_leaves_a_mark_that_was_drawn():
    drawn = saying.with_mark(review(), Outline.around(BOX), scan_id(8))
    kept = saying.dismissed(replace(drawn, chosen="f-high"))

    assert kept.marks == (Mark(mark=scan_id(8), box=BOX),)


def test_without_a_finding_chosen_nothing_is_answered():
    untouched = review(chosen="")

    assert saying.accepted(untouched, scan_id(8)) is untouched
    assert saying.dismissed(untouched) is untouched


def test_dismissed_findings_are_crossed_out_or_hidden():
    words = Words(Language.EN)
    said = saying.dismissed(review())
    entry = finding_entries(said, words)[0]
    assert (entry.crossed, entry.kind, entry.text) == (True, OverlayKind.NONE, "✕ Weapon")
    assert entry.spoken == "1, Weapon, score 0.91, dismissed"
    assert overlays_of(said, View.SIDE, words)[0].kind is OverlayKind.NONE

    hidden = replace(said, dismissed_hidden=True)
    assert [overlay.key for overlay in overlays_of(hidden, View.SIDE, words)] == ["f-low"]
    assert [entry.key for entry in finding_entries(hidden, words)] == ["f-low"]
    assert saying.stepped(hidden, 1).chosen == "f-low"


def test_an_accepted_finding_is_ticked():
    entry = finding_entries(saying.accepted(review(), scan_id(8)), Words(Language.EN))[0]

    assert (entry.text, entry.crossed) == ("✓ Weapon", False)
    assert entry.spoken.endswith("accepted")


def test_a_note_is_written_on_the_chosen_mark():
    words = Words(Language.EN)
    noted = saying.with_text(marked(), "behind the tyres")

    assert noted.marks[0].text == "behind the tyres"
    assert mark_entries(noted, words)[0].text == "Mark 1 · behind the tyres"
    assert saying.with_text(review(), "nothing to write on").marks == ()


@pytest.mark.parametrize(
    ("by", "corners"),
    [
        ((5, -3), (105, 7, 125, 27)),
        ((-500, 0), (0, 10, 20, 30)),
        ((500, 0), (COLUMNS - 20, 10, COLUMNS, 30)),
        ((0, 500), (100, ROWS - 20, 120, ROWS)),
        ((0, -500), (100, 0, 120, 20)),
    ],
)
def test_a_mark_moves_no_farther_than_the_scan_goes(by, corners):
    assert saying.moved(marked(), *by).marks[0].box.corners == corners


def test_a_key_held_down_is_one_change():
    there = marked()
    for _ in range(5):
        there = saying.moved(there, 1, 0)
    back = saying.undone(there)

    assert back.marks[0].box == BOX
    assert saying.redone(back).marks == there.marks


def test_a_new_change_forgets_what_was_taken_back():
    back = saying.undone(marked())
    other = saying.accepted(replace(back, chosen="f-low"), scan_id(9))

    assert saying.redone(other) is other


def test_marks_have_an_end():
    full = review(chosen="")
    for number in range(MAX_MARKS + 1):
        full = saying.with_mark(full, Outline.around(BOX), scan_id(number))

    assert len(full.marks) == MAX_MARKS
    assert len(full.past) == saying.MOST_UNDONE


def test_a_mark_drawn_elsewhere_is_one_change_for_each_drag():
    there = marked()
    moved = Outline.around(BOX).moved(5, 0, (COLUMNS, ROWS))
    once = saying.redrawn(there, scan_id(8), moved)
    twice = saying.redrawn(once, scan_id(8), moved.moved(5, 0, (COLUMNS, ROWS)))

    assert saying.undone(twice).marks == once.marks
    assert saying.undone(saying.undone(twice)).marks == there.marks
    assert saying.redrawn(there, scan_id(9), moved) is there


def test_a_category_is_given_to_the_chosen_mark_and_taken_back():
    words = Words(Language.EN)
    named = saying.with_category(marked(), MarkCategory.HIDDEN_SPACE)

    assert named.marks[0].category is MarkCategory.HIDDEN_SPACE
    assert mark_entries(named, words)[0].text == "Mark 1 · Hidden space"
    assert overlays_of(named, View.SIDE, words)[-1].tag == "Mark 1 · Hidden space"
    assert saying.undone(named).marks[0].category is MarkCategory.NONE
    assert rules.held(named, scan_id(9), None, "").decision.marks == named.marks
    assert saying.with_category(review(), MarkCategory.DRUGS).marks == ()


def test_a_finding_that_is_dismissed_leaves_a_mark_that_says_more():
    named = saying.with_category(replace(saying.accepted(review(), scan_id(8)), chosen=scan_id(8)), MarkCategory.WEAPON)

    assert [mark.answers for mark in saying.dismissed(replace(named, chosen="f-high")).marks] == [""]


CHANGES = st.sampled_from(
    ["accept", "dismiss", "mark", "polygon", "arrow", "remove", "write", "move", "step", "undo", "redo"]
)
CHANGES_OF_A_MARK = st.sampled_from(["stretch", "bend", "drag", "name"])
POLYGON = Outline(shape=MarkShape.POLYGON, points=((100, 10), (119, 10), (110, 29)))
ARROW = Outline(shape=MarkShape.ARROW, points=((119, 29), (100, 10)))


def dragged(seen, number):
    mark = saying.chosen_mark(seen)
    if mark is None:
        return seen
    return saying.redrawn(seen, mark.mark, Outline.of(mark).bent(0, (number, number % ROWS), (COLUMNS, ROWS)))


def changed(seen, change, number):
    changes = {
        "accept": lambda: saying.accepted(seen, scan_id(number)),
        "dismiss": lambda: saying.dismissed(seen),
        "mark": lambda: saying.with_mark(seen, Outline.around(BOX), scan_id(number)),
        "polygon": lambda: saying.with_mark(seen, POLYGON, scan_id(number)),
        "arrow": lambda: saying.with_mark(seen, ARROW, scan_id(number)),
        "stretch": lambda: saying.stretched(seen, number % 7 - 3, 2),
        "bend": lambda: saying.nudged(seen, number % 2, -5, 3),
        "drag": lambda: dragged(seen, number),
        "name": lambda: saying.with_category(seen, list(MarkCategory)[number % len(MarkCategory)]),
        "remove": lambda: saying.without_mark(seen),
        "write": lambda: saying.with_text(seen, str(number)),
        "move": lambda: saying.moved(seen, 1, 1),
        "step": lambda: saying.stepped(seen, 1),
        "undo": lambda: saying.undone(seen),
        "redo": lambda: saying.redone(seen),
    }
    return changes[change]()


@settings(deadline=None)
@given(st.lists(CHANGES | CHANGES_OF_A_MARK, max_size=40))
def test_whatever_is_said_can_be_decided_and_taken_back_and_made_again(made):
    seen = review(chosen="")
    for number, change in enumerate(made, 100):
        seen = changed(seen, change, number)
        assert rules.held(seen, scan_id(9), HoldReason.OTHER, "").decision.marks == seen.marks
    last, undoings = seen.said, len(seen.past)
    for _ in range(undoings):
        seen = saying.undone(seen)
    assert seen.said == Said()
    for _ in range(undoings):
        seen = saying.redone(seen)
    assert seen.said == last


def test_what_was_restored_stands_before_what_was_said_since():
    old = Said(marks=(Mark(mark=scan_id(7), box=BOX, answers="f-high"),), dismissed=("f-low",))
    since = saying.dismissed(review())
    both = saying.restored(since, old)

    assert [mark.mark for mark in both.marks] == [scan_id(7)]
    assert both.said.dismissed == ("f-low",), "what is accepted is not dismissed"


def test_the_first_press_looks_and_the_second_answers():
    room = FakeRoom().sit_down().open(1)
    reviewing = room.desk.reviewing
    reviewing.dismiss()
    assert (reviewing.review.chosen, reviewing.review.said.dismissed) == ("f-high", ())
    assert room.screen.looked_at == [FINDINGS[1].box]
    reviewing.dismiss()

    assert reviewing.review.said.dismissed == ("f-high",)


def test_the_filter_stays_for_the_next_scan():
    room = FakeRoom().sit_down().open(1)
    room.desk.reviewing.hide_dismissed()
    room.desk.give_back()

    assert room.open(2).desk.reviewing.review.dismissed_hidden


def test_nothing_is_said_after_the_verdict():
    room = FakeRoom().sit_down().open(1)
    reviewing = room.desk.reviewing
    reviewing.choose("f-high")
    reviewing.release()
    reviewing.accept()
    reviewing.add_mark(Outline.around(BOX))
    reviewing.undo()

    assert reviewing.review.said == Said()
