"""Container numbers by ISO 6346."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core import container

numbers = st.builds(
    lambda owner, category, serial: f"{owner}{category}{serial:06d}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.sampled_from("UJZ"),
    st.integers(0, 999_999),
).map(lambda body: body + str(container.check_digit(body)))


@pytest.mark.parametrize(
    "number", ["CSQU3054383", "MSKU9070323", "TGHU7599330", "HLXU2008419", "csqu 305438-3", " CSQU 305438 3 "]
)
def test_real_numbers_are_valid(number):
    assert container.is_valid(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "CSQU3054384",
        "CSQU305438",
        "CSQU30543830",
        "CSQX3054383",
        "沪A12345",
        "CSQU305438３",
        "CSQU305438٣",
        "C" * 5_000,
    ],
)
def test_what_cannot_be_a_number_is_not_valid(typed):
    assert not container.is_valid(typed)


@given(numbers, st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_of_the_serial_is_found(number, place, digit):
    place = 4 + place % 6
    altered = f"{number[:place]}{digit}{number[place + 1 :]}"
    if altered != number:  # the remainders differ; only 0 and 10 share a check digit
        share_zero = container.check_digit(number) == container.check_digit(altered) == 0
        assert container.is_valid(altered) is share_zero


@given(numbers)
def test_a_number_is_shown_in_its_groups(number):
    assert container.grouped(number) == f"{number[:4]} {number[4:10]} {number[10]}"
    assert container.grouped("no number") == "no number"


@given(st.text(max_size=30))
def test_anything_can_be_typed(typed):
    assert container.is_valid(typed) in (True, False)
    container.grouped(typed)
