"""Certificates, statements, delegations and revocations: read back whole, and nothing else is read."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.certificate import Certificate, Revocations, covers, parse_certificate, parse_revocations
from scanview.core.delegation import Delegation, parse_delegation
from scanview.core.errors import BadInput
from scanview.core.mark import Mark
from scanview.core.order import Order, parse_order
from scanview.core.recipe import Recipe, Step, Tool
from scanview.core.review import Decision, HoldReason, Role, Verdict
from scanview.core.scan import Box, View
from scanview.core.signed_decision import SignedDecision, decision_digest, parse_signed_decision

ids = st.text("0123456789abcdef", min_size=32, max_size=32)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
people = st.text("abc 李明", min_size=1, max_size=9).filter(lambda name: name == name.strip())
lanes = st.sampled_from(["CNSHA-01", "CNSHA-02", "NLRTM-A1", "CNSHA"])
times = st.floats(0, 4e9)

certificates = st.builds(
    Certificate,
    certificate=ids,
    person=people,
    role=st.sampled_from(Role),
    lanes=st.lists(lanes, unique=True, max_size=3).map(tuple),
    signing_public=hashes,
    workstation=people,
    not_before=times,
    not_after=st.floats(5e9, 6e9),
)
statements = st.builds(
    SignedDecision,
    decision=ids,
    person=people,
    lane=st.just("CNSHA-01"),
    container=st.text("ABC 123", max_size=11),
    scan=ids,
    content_sha256=hashes,
    verdict=st.sampled_from(Verdict),
    fence=st.integers(0, 2**53),
    model=st.text("ab 1.", max_size=20),
    decision_sha256=hashes,
    signed_at=times,
    expires_at=st.floats(5e9, 6e9),
)
delegations = st.builds(
    Delegation,
    delegation=ids,
    person=people,
    rules_version=st.integers(0, 999),
    rules_sha256=hashes,
    bound=st.floats(1e-6, 0.5),
    lanes=st.lists(lanes, unique=True, max_size=3).map(tuple),
    daily_cap=st.integers(0, 10_000),
    issued_at=times,
    expires_at=st.floats(5e9, 6e9),
)
revocations = st.builds(
    Revocations,
    number=st.integers(1, 2**53),
    revoked=st.lists(ids, max_size=3, unique=True).map(tuple),
    issued_at=times,
)
documents = st.one_of(
    certificates.map(lambda one: (one, parse_certificate)),
    statements.map(lambda one: (one, parse_signed_decision)),
    delegations.map(lambda one: (one, parse_delegation)),
    revocations.map(lambda one: (one, parse_revocations)),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(documents)
def test_a_document_is_read_back_from_its_bytes(case):
    document, parse = case
    assert parse(document.canonical()) == document
    assert parse(document.canonical()).canonical() == document.canonical()


@given(documents, st.data())
def test_a_field_of_another_kind_is_bad_input_and_nothing_else(case, data):
    document, parse = case
    values = json.loads(document.canonical())
    name = data.draw(st.sampled_from(sorted(values)))
    values[name] = data.draw(json_values)
    try:
        read = parse(json.dumps(values).encode())
    except BadInput:
        return
    assert json.loads(read.canonical())[name] == values[name]


@given(documents, st.data())
def test_no_field_may_be_missing_unknown_or_there_twice(case, data):
    document, parse = case
    values = json.loads(document.canonical())
    name = data.draw(st.sampled_from(sorted(values)))
    for altered in (
        json.dumps({**values, "more": 1}),
        json.dumps({key: value for key, value in values.items() if key != name}),
        json.dumps(values)[:-1] + "," + json.dumps({name: values[name]})[1:],
    ):
        with pytest.raises(BadInput):
            parse(altered.encode())


@given(st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_document_is_bad_input(document):
    for parse in (parse_certificate, parse_signed_decision, parse_delegation, parse_revocations):
        with pytest.raises(BadInput):
            parse(document)


STATEMENT = SignedDecision(
    decision="1" * 32,
    person="li",
    lane="CNSHA-01",
    container="",
    scan="2" * 32,
    content_sha256="a" * 64,
    verdict=Verdict.RELEASE,
    fence=7,
    model="",
    decision_sha256="b" * 64,
    signed_at=1.0,
    expires_at=2.0,
)


@pytest.mark.parametrize(
    "change",
    [
        {"content_sha256": ""},
        {"expires_at": 0.0},
        {"expires_at": 1.0},
        {"fence": -1},
        {"fence": 2**53 + 1},
        {"person": ""},
        {"person": "li\n"},
        {"person": " li"},
        {"lane": "CNSHA"},
        {"decision_sha256": ""},
    ],
)
def test_a_signed_release_names_everything_and_expires(change):
    with pytest.raises(BadInput):
        replace(STATEMENT, **change)


def test_lanes_are_named_one_by_one_or_by_their_port():
    assert covers((), "CNSHA-01")
    assert covers(("CNSHA-01",), "CNSHA-01")
    assert covers(("CNSHA",), "CNSHA-01")
    assert not covers(("CNSHA-02", "NLRTM"), "CNSHA-01")


DECISION = Decision(
    decision="1" * 32,
    scan="2" * 32,
    fence=7,
    verdict=Verdict.HOLD,
    content_sha256="",
    reason=HoldReason.OTHER,
    marks=(Mark(mark="3" * 32, box=Box(x0=1, y0=2, x1=30, y1=40, view=View.SIDE), text="here"),),
    recipe=Recipe(steps=(Step(tool=Tool.GAMMA, values=(2.0,)),)),
)


def test_a_digest_is_that_of_the_whole_decision():
    digest = decision_digest(DECISION)
    assert len(digest) == 64
    for change in (
        {"verdict": Verdict.RELEASE, "content_sha256": "a" * 64},
        {"note": "x"},
        {"marks": ()},
        {"dismissed": ("f",)},
        {"recipe": Recipe()},
        {"fence": 8},
        {"without_recognition": True},
    ):
        assert decision_digest(replace(DECISION, **change)) != digest


def test_a_digest_does_not_hang_on_how_a_number_was_written_or_on_fields_at_their_default():
    whole = replace(DECISION, recipe=Recipe(steps=(Step(tool=Tool.GAMMA, values=(2,)),)))
    assert decision_digest(whole) == decision_digest(DECISION)
    known = decision_digest(
        Decision(decision="1" * 32, scan="2" * 32, fence=7, verdict=Verdict.RELEASE, content_sha256="a" * 64)
    )
    assert known == "eff983429f8c6e757997456194665404965031bc461ebb3c39718098e664f334"


def test_an_order_names_how_many_must_sign_only_where_that_is_not_one():
    order = Order(
        order="1" * 32,
        lane="CNSHA-01",
        scan="2" * 32,
        container="",
        content_sha256="a" * 64,
        verdict=Verdict.RELEASE,
        version=1,
        decided_by="li",
        reason="",
        note="",
        places=(),
        issued_at=1.0,
        expires_at=2.0,
    )
    assert b"signatures_required" not in order.canonical()
    two = replace(order, signatures_required=2)
    assert parse_order(two.canonical()) == two
    for wrong in (0, -1, 9, 2**60):
        with pytest.raises(BadInput):
            parse_order(two.canonical().replace(b'"signatures_required":2', f'"signatures_required":{wrong}'.encode()))
