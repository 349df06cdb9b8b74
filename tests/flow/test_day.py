"""A short day of the whole room; the long one is `make day`."""

from tests.day.programme import run


def test_a_day_ends_with_everything_as_it_must_be(tmp_path):
    account = run(tmp_path, seed=7, scans=80, every_s=0.1, look_s=0.3)
    assert account.problems == []
    assert account.figures["decided"] == 80
