import json

import pytest

from bench.rows import higher_is_better, lower_is_better, percentile, print_rows

FORM = {"bench", "row", "value", "unit", "reference", "ratio", "goal", "met"}


def test_a_duration_is_met_at_its_goal_and_compared_by_how_many_times_it_is_shorter():
    row = lower_is_better("viewer", "pan_p95", 2.0, "ms", goal=2.0, reference=9.0)

    assert (row.met, row.ratio) == (True, 4.5)
    assert not lower_is_better("viewer", "pan_p95", 2.1, "ms", goal=2.0).met


def test_a_rate_is_met_at_its_goal_and_compared_by_how_many_times_it_is_higher():
    row = higher_is_better("intake", "plain", 900.0, "MB/s", goal=900.0, reference=300.0)

    assert (row.met, row.ratio) == (True, 3.0)
    assert not higher_is_better("intake", "plain", 899.0, "MB/s", goal=900.0).met


def test_the_percentile_is_a_measured_value():
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert percentile(range(100), 0.95) == 95
    assert percentile([7.0], 0.95) == 7.0


def test_json_is_one_object_a_line_in_the_agreed_form(capsys: pytest.CaptureFixture[str]):
    rows = [lower_is_better("viewer", name, 1.0, "ms") for name in ("a", "b")]

    print_rows(rows, json_lines=True)

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(row) for row in printed] == [FORM, FORM]
    assert printed[0]["reference"] is None


def test_the_table_names_every_row_and_what_was_missed(capsys: pytest.CaptureFixture[str]):
    print_rows([lower_is_better("viewer", "slow", 9.0, "ms", goal=1.0)], json_lines=False)

    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["bench", "row", "value"]
    assert line.split() == ["viewer", "slow", "9", "ms", "1", "NO"]
