"""The forms of a result file: what they say can be taken up again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.detect.result_forms import CSV_COLUMNS, coco, csv_rows, results_of_coco, results_of_csv
from scanview.detect.results import is_whole, outward

HEAD = ",".join(CSV_COLUMNS) + "\n"
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
SHARES = st.floats(0, 1)
FINDINGS = st.builds(
    lambda label, score, model, x, y, w, h: {
        "class": label,
        "score": score,
        "box": [x, y, x + w, y + h],
        "model": model,
    },
    NAMES,
    SHARES,
    st.just("") | NAMES,
    *(st.integers(0, 9_000),) * 2,
    *(st.integers(1, 900),) * 2,
)
RESULTS = st.fixed_dictionaries(
    {
        "scan": NAMES,
        "sha256": st.text("0123456789abcdef", min_size=1, max_size=64),
        "model": NAMES,
        "empty": SHARES,
        "cargo": st.dictionaries(NAMES, SHARES, max_size=3),
        "findings": st.lists(FINDINGS, max_size=4),
        "ms": st.floats(0, 1e5),
        "cargo_sure": st.booleans(),
        "homogeneity": st.none() | SHARES,
        "novelty": st.none() | SHARES,
        "risk": SHARES,
        "declared_fit": st.none() | SHARES,
        "doubts": st.lists(NAMES, max_size=3),
        "failures": st.lists(st.fixed_dictionaries({"model": NAMES, "why": NAMES}), max_size=2),
        "alpha": st.floats(0.001, 0.5),
        "size": st.just([9_900, 9_900]),
    }
)
BATCHES = st.lists(RESULTS, max_size=4, unique_by=lambda result: result["scan"])


@settings(deadline=None)
@given(BATCHES)
def test_a_csv_can_be_taken_up(results):
    failed = {"scan": "torn", "error": 'it is "torn",\nsaid the reader'}
    text = HEAD + "".join(map(csv_rows, [*results, failed]))
    again = list(results_of_csv(text))
    assert again == [outward(result) for result in results]
    assert all(map(is_whole, again))
    assert HEAD + "".join(map(csv_rows, [*again, failed])) == text


@settings(deadline=None)
@given(BATCHES)
def test_a_coco_set_can_be_taken_up(results):
    text = coco([*results, {"scan": "torn", "error": "it is torn"}])
    again = list(results_of_coco(text))
    assert again == results
    assert all(map(is_whole, again))
    assert coco([*again, {"scan": "torn", "error": "it is torn"}]) == text


def test_what_is_no_such_form_gives_nothing():
    for text in ("", "{", "[]", "{}", '{"images": [{}], "categories": [], "annotations": []}', "scan,sha256\na,b\n"):
        assert list(results_of_csv(text)) == []
        assert list(results_of_coco(text)) == []
    assert list(results_of_csv(HEAD + "a,ab,m,not a number\n")) == []
