"""Detector lines become strips in order, whatever order they come in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.ingest.assemble import MAX_EARLY_LINES, LineAssembler
from tests.flow.upload_network import view_header

ROWS = 3
VIEW = view_header(rows=ROWS)


def line(number: int) -> np.ndarray:
    return np.full((2, ROWS), number, np.uint16)


def columns(strips: list[np.ndarray]) -> list[int]:
    """The numbers of the lines in `strips`, from left to right."""
    assert all(strip.shape[:2] == (2, ROWS) and strip.dtype == np.uint16 for strip in strips)
    return [int(number) for strip in strips for number in strip[0, 0]]


@given(total=st.integers(0, 400))
@settings(max_examples=25, deadline=None)
def test_lines_without_numbers_are_taken_as_they_come(total: int) -> None:
    assembler = LineAssembler(VIEW)
    strips = [strip for number in range(total) for strip in assembler.add(line(number))] + assembler.end()
    assert columns(strips) == list(range(total))
    assert all(strip.shape[2] == 128 for strip in strips[:-1])
    assert (assembler.missing, assembler.repeated) == (0, 0)


@given(data=st.data(), total=st.integers(1, 300))
@settings(max_examples=40, deadline=None)
def test_repeats_and_a_little_disorder_change_nothing(data: st.DataObject, total: int) -> None:
    moved = data.draw(st.lists(st.integers(0, MAX_EARLY_LINES // 2), min_size=total, max_size=total))
    order = sorted(range(total), key=lambda number: number + moved[number])
    again = data.draw(st.lists(st.sampled_from(order), max_size=10))
    assembler = LineAssembler(VIEW)
    strips: list[np.ndarray] = []
    for number in order:
        strips += assembler.add(line(number), number)
        if number in again:
            strips += assembler.add(line(9_999), number)
    assert columns(strips + assembler.end()) == list(range(total))
    assert assembler.missing == 0
    assert assembler.repeated == len(set(again))


def test_a_lost_line_is_bridged_by_the_one_before_it_and_counted() -> None:
    assembler = LineAssembler(VIEW)
    strips = [strip for number in range(200) if number not in (50, 51) for strip in assembler.add(line(number), number)]
    result = columns(strips + assembler.end())
    assert result[48:54] == [48, 49, 49, 49, 52, 53]
    assert len(result) == 200
    assert assembler.missing == 2


def test_a_lost_first_line_is_bridged_by_the_first_that_came() -> None:
    assembler = LineAssembler(VIEW)
    strips = assembler.add(line(7), 2)
    assert columns(strips + assembler.end()) == [7, 7, 7]
    assert assembler.missing == 2


def test_a_line_may_be_overwritten_by_its_detector_at_once() -> None:
    assembler = LineAssembler(VIEW)
    buffer = line(1)
    assembler.add(buffer, 1)
    buffer[:] = 9
    assembler.add(line(0), 0)
    assert columns(assembler.end()) == [0, 1]


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, ROWS), np.int16), np.zeros((1, ROWS), np.uint16), np.zeros((2, ROWS + 1), np.uint16)]
)
def test_a_line_of_another_shape_or_type_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(BadInput) as raised:
        LineAssembler(VIEW).add(wrong)
    assert raised.value.code == "bad-line"
