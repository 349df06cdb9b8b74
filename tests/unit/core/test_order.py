"""Orders and receipts: their bytes are read back whole, and nothing else is."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.mark import Mark, MarkCategory, MarkShape, box_around
from scanview.core.order import MarkedPlace, Order, OrderReceipt, Outcome, parse_order, parse_receipt, place_of
from scanview.core.review import Verdict
from scanview.core.scan import Box, Channel, ScanHeader, Source, View, ViewHeader

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.floats(1, 4e9)
places = st.builds(
    MarkedPlace,
    corners=st.tuples(*[st.integers(0, 2**20)] * 4),
    from_front_m=st.floats(0, 100),
    text=texts,
)
orders = st.builds(
    Order,
    order=texts,
    lane=texts,
    scan=texts,
    container=texts,
    content_sha256=st.text("ab", min_size=1, max_size=4),
    verdict=st.sampled_from(Verdict),
    version=st.integers(1, 9),
    decided_by=texts,
    reason=texts,
    note=texts,
    places=st.lists(places, max_size=3).map(tuple),
    issued_at=moments,
    expires_at=moments,
)
receipts = st.builds(
    OrderReceipt, order=texts, lane=texts, scan=texts, outcome=st.sampled_from(Outcome), why=texts, at=moments
)


@given(orders)
def test_an_order_is_read_back_from_its_bytes(order):
    assert parse_order(order.canonical()) == order


@given(receipts)
def test_a_receipt_is_read_back_from_its_bytes(receipt):
    assert parse_receipt(receipt.canonical()) == receipt


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@given(orders, st.data())
def test_a_field_of_another_kind_is_bad_input_and_nothing_else(order, data):
    values = json.loads(order.canonical())
    name = data.draw(st.sampled_from(sorted(values)))
    values[name] = data.draw(json_values)
    try:
        read = parse_order(json.dumps(values).encode())
    except BadInput:
        return
    assert json.loads(read.canonical())[name] == values[name]


@given(st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_order_or_receipt_is_bad_input(document):
    for parse in (parse_order, parse_receipt):
        with pytest.raises(BadInput):
            parse(document)


def release(**changes):
    values = {
        "order": "o",
        "lane": "CNSHA-03",
        "scan": "s",
        "container": "",
        "content_sha256": "c",
        "verdict": Verdict.RELEASE,
        "version": 1,
        "decided_by": "Li",
        "reason": "",
        "note": "",
        "places": (),
        "issued_at": 1.0,
        "expires_at": 2.0,
    }
    return Order(**{**values, **changes})


@pytest.mark.parametrize("number", ["Infinity", "1e999", "NaN", "-Infinity", "1" + "0" * 400, "true", "null", '"9"'])
def test_a_release_that_never_expires_cannot_be_written(number):
    document = release().canonical().replace(b'"expires_at":2.0', f'"expires_at":{number}'.encode())
    with pytest.raises(BadInput):
        parse_order(document)


@pytest.mark.parametrize("changes", [{"expires_at": 0.0}, {"expires_at": -1.0}, {"content_sha256": ""}])
def test_a_release_names_its_content_and_expires(changes):
    with pytest.raises(BadInput):
        release(**changes)
    assert release(**changes, verdict=Verdict.HOLD).verdict is Verdict.HOLD


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_another_encoding_is_refused(encoding):
    with pytest.raises(BadInput):
        parse_order(release().canonical().decode().encode(encoding))


def test_half_a_character_is_refused():
    with pytest.raises(BadInput):
        parse_order(release(note="x").canonical().replace(b'"note":"x"', b'"note":"\\ud800"'))


def test_missing_and_unknown_fields_are_refused():
    values = json.loads(release().canonical())
    with pytest.raises(BadInput):
        parse_order(json.dumps({**values, "more": 1}).encode())
    del values["note"]
    with pytest.raises(BadInput):
        parse_order(json.dumps(values).encode())


def test_a_place_is_told_in_metres_from_the_front_of_its_own_view():
    views = tuple(
        ViewHeader(
            view=view,
            rows=100,
            channels=(Channel.GREY,),
            pitch_x_mm=pitch,
            pitch_y_mm=pitch,
            pitch_source=Source.ASSUMED,
        )
        for view, pitch in ((View.SIDE, 5.0), (View.TOP, 2.0))
    )
    header = ScanHeader(scan="0" * 32, lane="CNSHA-03", views=views, started_at=0.0)
    mark = Mark(mark="1" * 32, box=Box(x0=1000, y0=0, x1=2000, y1=50, view=View.TOP), text="here")
    assert place_of(mark, header) == MarkedPlace(corners=(1000, 0, 2000, 50), from_front_m=3.0, text="here")
    tail_and_tip = ((100, 10), (1499, 20))
    arrow = Mark(
        mark="1" * 32,
        box=box_around(tail_and_tip, View.TOP),
        shape=MarkShape.ARROW,
        points=tail_and_tip,
        category=MarkCategory.HIDDEN_SPACE,
    )
    assert place_of(arrow, header).from_front_m == 3.0, "where its tip is"
    assert place_of(arrow, header).text == "hidden-space"
    assert place_of(replace(arrow, text="under the floor"), header).text == "hidden-space: under the floor"
    one_view = ScanHeader(scan="0" * 32, lane="CNSHA-03", views=views[:1], started_at=0.0)
    with pytest.raises(BadInput):
        place_of(mark, one_view)
