"""What can be compared with what, and in which order it is offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.container import is_size_type, looks_of
from scanview.core.errors import BadInput
from scanview.core.related import (
    MAX_RELATED,
    MAX_TITLE,
    RelatedKind,
    RelatedScan,
    Shelving,
    number_key,
    ranked,
)

HERE, ELSEWHERE = "CSQU3054383", "MSKU9070323"


def related(number, kind=RelatedKind.EARLIER, at=0.0, container=HERE):
    return RelatedScan(
        scan=f"{number:032x}",
        kind=kind,
        title="",
        arrived_at=at,
        container=container,
        plate="沪A12345",
        lane="CNSHA-03",
    )


def numbers(found):
    return [int(scan.scan, 16) for scan in found]


def test_the_same_container_goes_before_the_same_lorry_then_references_then_the_library():
    found = [
        related(1, RelatedKind.LIBRARY, at=90),
        related(2, RelatedKind.REFERENCE, at=80),
        related(3, at=70, container=ELSEWHERE),
        related(4, at=10, container="csqu 305438-3"),
        related(5, at=20),
        related(6, RelatedKind.REFERENCE, at=85),
        related(7, at=75, container=""),
    ]

    assert numbers(ranked(found, HERE)) == [5, 4, 7, 3, 6, 2, 1]


def test_without_a_container_number_the_newest_scan_of_the_lorry_goes_first():
    found = [related(1, at=1, container=""), related(2, at=2, container=HERE)]
    assert numbers(ranked(found, "")) == [2, 1]


kinds = st.builds(
    related,
    st.integers(1, 30),
    st.sampled_from(RelatedKind),
    st.floats(0, 100),
    st.sampled_from([HERE, ELSEWHERE, "", "UNKNOWN"]),
)


@given(st.lists(kinds, max_size=40), st.randoms())
def test_each_scan_is_named_once_and_the_order_does_not_depend_on_how_it_was_found(found, random):
    result = ranked(found, HERE)
    assert {scan.scan for scan in result} == {scan.scan for scan in found}
    assert len(result) == len({scan.scan for scan in result}) <= MAX_RELATED
    shuffled = list(found)
    random.shuffle(shuffled)
    assert numbers(ranked(shuffled, HERE)) == numbers(result)
    assert [list(RelatedKind).index(scan.kind) for scan in result] == sorted(
        list(RelatedKind).index(scan.kind) for scan in result
    )


@pytest.mark.parametrize("typed", ["CSQU3054383", "csqu 305438-3", "CSQU 305438 3", "ＣＳＱＵ３０５４３８３"])
def test_a_container_is_the_same_however_its_number_is_typed(typed):
    assert number_key(typed) == HERE


@pytest.mark.parametrize("typed", ["沪A·12345", "沪A 12345", "沪a-12345", "沪Ａ１２３４５", "沪A•12345"])
def test_a_lorry_is_the_same_however_its_plate_is_typed(typed):
    assert number_key(typed) == "沪A12345"


@pytest.mark.parametrize("typed", ["", " ", "UNKNOWN", "n/a", "无", "---"])
def test_what_stands_for_no_number_relates_nothing(typed):
    assert number_key(typed) == ""


@given(st.text(max_size=40))
def test_anything_can_be_typed(typed):
    assert all(letter.isalnum() for letter in number_key(typed))


def test_empty_containers_that_differ_in_their_vents_look_the_same():
    assert looks_of("22G1") == looks_of("22G0") != looks_of("22R1")
    assert looks_of("45G1") != looks_of("42G1")
    assert not is_size_type("22g1")
    assert not is_size_type("22G")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"kind": RelatedKind.EARLIER}, "bad-shelving"),
        ({"kind": RelatedKind.LIBRARY}, "shelving-without-title"),
        ({"kind": RelatedKind.LIBRARY, "title": "  "}, "shelving-without-title"),
        ({"kind": RelatedKind.LIBRARY, "title": "x" * (MAX_TITLE + 1)}, "bad-title"),
        ({"kind": RelatedKind.REFERENCE, "title": "two\nlines"}, "bad-title"),
        ({"kind": RelatedKind.REFERENCE, "container_type": "big"}, "bad-container-type"),
    ],
)
def test_what_cannot_stand_on_the_shelf_is_refused(values, code):
    with pytest.raises(BadInput) as raised:
        Shelving(**values)
    assert raised.value.code == code


def test_a_reference_needs_neither_title_nor_type():
    assert Shelving(kind=RelatedKind.REFERENCE).container_type == ""
