"""The order of the worklist: edits one by one lead to the same list as sorting it anew."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scanview.core.review import Risk, Verdict
from scanview.core.work import RecognitionState, WorkState
from scanview.ui.worklist_order import Act, Filter, WorklistOrder, shown_by, sort_key
from tests.unit.session.session_fakes import row

ROWS = st.builds(
    row,
    st.integers(1, 6),
    seq=st.integers(1, 50),
    state=st.sampled_from(WorkState),
    risk=st.sampled_from(Risk),
    recognition=st.sampled_from(RecognitionState),
    arrived_at=st.integers(0, 2_000).map(float),
    analyst=st.sampled_from(["", "zhang", "li"]),
    verdict=st.sampled_from([None, Verdict.HOLD, Verdict.RELEASE]),
)


@given(st.lists(ROWS, max_size=30), st.sampled_from(Filter))
def test_edit_by_edit_the_list_is_what_sorting_it_would_give(rows, filter):
    order, known, shown = WorklistOrder(), {}, shown_by(filter, "zhang")
    order.analyst = "zhang"
    for changed in rows:
        known[changed.scan] = changed
        for edit in order.edits_for(changed, shown(changed)):
            order.apply(edit)

    expected = sorted((r for r in known.values() if shown(r)), key=lambda r: sort_key(r, "zhang"))
    assert order.rows == expected
    assert [order.index_of(r.scan) for r in expected] == list(range(len(expected)))


@given(st.lists(ROWS, max_size=30))
def test_replacing_all_is_sorting(rows):
    order = WorklistOrder()
    latest = {r.scan: r for r in rows}
    order.replace_all(latest.values())

    assert order.rows == sorted(latest.values(), key=lambda r: sort_key(r, ""))


def test_a_row_that_keeps_its_place_is_only_changed():
    order = WorklistOrder()
    order.replace_all([row(1), row(2)])

    assert [edit.act for edit in order.edits_for(replace(row(1), findings=9), shown=True)] == [Act.CHANGE]


def test_ones_own_review_stands_on_top_then_what_waits_then_the_rest():
    order = WorklistOrder()
    order.analyst = "zhang"
    order.replace_all(
        [
            row(1, state=WorkState.DECIDED, verdict=Verdict.HOLD),
            row(2, state=WorkState.IN_REVIEW, analyst="li"),
            row(3, risk=Risk.LOW),
            row(4, risk=Risk.HIGH),
            row(5, state=WorkState.IN_REVIEW, analyst="zhang"),
            row(6, state=WorkState.CLOSED, verdict=Verdict.RELEASE),
        ]
    )

    assert [int(r.scan, 16) for r in order.rows] == [5, 4, 3, 2, 6, 1]


def test_filters():
    mine = row(1, state=WorkState.IN_REVIEW, analyst="zhang")
    decided = row(2, state=WorkState.CLOSED, verdict=Verdict.HOLD, decided_by="zhang")
    passed = {filter: [r.scan for r in (mine, decided, row(3)) if shown_by(filter, "zhang")(r)] for filter in Filter}

    assert passed == {
        Filter.ALL: [mine.scan, decided.scan, row(3).scan],
        Filter.WAITING: [row(3).scan],
        Filter.MINE: [mine.scan, decided.scan],
        Filter.DECIDED: [decided.scan],
        Filter.RAISED: [],
    }
    assert not shown_by(Filter.MINE, "")(row(3)), "nobody has nothing"
