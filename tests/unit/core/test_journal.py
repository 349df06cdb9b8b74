"""The ledger's tree against the definition of RFC 9162, and entries against their bytes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.journal import Entry, Frontier, Kind, canonical_json, leaf_hash, merkle_root, parse_entry


def naive_root(entries):
    """MTH of RFC 9162, section 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)
entries = st.builds(
    Entry,
    seq=st.integers(1, 2**53),
    at=st.floats(0, 4e9),
    kind=st.sampled_from(Kind),
    actor=st.text(st.characters(exclude_categories=["Cs"])),
    scan=st.text("0123456789abcdef", max_size=32),
    body=st.dictionaries(st.text("abc", max_size=3), json_values, max_size=3),
)


@pytest.mark.parametrize("size", [*range(70), 127, 128, 129, 1000])
def test_the_root_is_that_of_the_definition_at_every_size(size):
    made = [str(number).encode() for number in range(size)]
    assert merkle_root(made) == naive_root(made)


def test_the_root_of_the_known_vectors():
    """The first roots of the test vectors in Google's certificate-transparency repository (merkletree)."""
    inputs = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
    roots = [merkle_root(inputs[:size]).hex() for size in (1, 2, 3)]
    assert roots == [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    ]


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_frontier_keeps_one_root_per_full_subtree(made):
    frontier = Frontier()
    for entry in made:
        frontier = frontier.appended(entry)
    assert frontier.size == len(made)
    assert len(frontier.subtrees) == frontier.size.bit_count()
    assert frontier.root == naive_root(made)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=12), st.data())
def test_any_other_list_of_entries_has_another_root(made, data):
    other = list(made)
    place = data.draw(st.integers(0, len(made) - 1))
    match data.draw(st.sampled_from(["alter", "drop", "insert"])):
        case "alter":
            other[place] = other[place] + b"x"
        case "drop":
            del other[place]
        case "insert":
            other.insert(place, b"new entry")
    assert merkle_root(other) != merkle_root(made)


def test_a_leaf_is_never_a_node():
    assert leaf_hash(b"a" * 64) != merkle_root([b"a" * 32, b"a" * 32])


@given(entries)
def test_an_entry_is_read_back_from_its_bytes(entry):
    assert parse_entry(entry.canonical()) == entry


@given(entries, st.data())
def test_no_altered_byte_is_read_as_the_same_entry(entry, data):
    document = bytearray(entry.canonical())
    place = data.draw(st.integers(0, len(document) - 1))
    document[place] ^= data.draw(st.integers(1, 255))
    try:
        altered = parse_entry(bytes(document))
    except BadInput:
        return
    assert altered != entry


@given(st.binary(max_size=60) | json_values.map(canonical_json))
def test_what_is_no_entry_is_bad_input(document):
    with pytest.raises(BadInput):
        parse_entry(document)


def test_equal_values_have_equal_bytes_and_what_is_no_number_is_refused():
    assert canonical_json({"b": [1, None], "a": "查"}) == '{"a":"查","b":[1,null]}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))
