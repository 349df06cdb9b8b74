"""A look survives the ledger, and none is kept that could not be drawn."""

import math

import msgspec
import pytest
from hypothesis import given

from scanview.core.errors import BadInput
from scanview.core.journal import canonical_json
from scanview.core.look import MAX_LOOKS, Look
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.core.scan import View
from tests.unit.core.looks import looks

ID = "0123456789abcdef" * 2
PLAIN = {
    "view": View.SIDE,
    "columns": 256,
    "left": -3.25,
    "top": 0.0,
    "columns_per_pixel": 1.5,
    "rows_per_pixel": 1.5,
    "width": 640,
    "height": 320,
}


def decision(*looks):
    return Decision(
        decision=ID,
        scan=ID,
        fence=1,
        verdict=Verdict.HOLD,
        content_sha256="",
        reason=HoldReason.OTHER,
        looks=looks,
    )


@given(looks())
def test_a_look_comes_out_of_the_ledger_and_of_the_wire_as_it_went_in(look: Look):
    made = decision(look)

    stored = canonical_json(msgspec.to_builtins(made))

    assert msgspec.json.decode(stored, type=Decision) == made
    assert msgspec.json.decode(msgspec.json.encode(made), type=Decision) == made


def test_a_decision_of_before_has_no_look():
    values = msgspec.to_builtins(decision())
    del values["looks"]

    assert msgspec.convert(values, Decision) == decision()


@pytest.mark.parametrize(
    "changed",
    [
        {"columns": -1},
        {"columns": 1_000_001},
        {"width": 0},
        {"height": 20_000},
        {"width": 16_384, "height": 16_384},
        {"left": math.nan},
        {"top": math.inf},
        {"left": 1e10},
        {"columns_per_pixel": 0.0},
        {"rows_per_pixel": -1.0},
        {"columns_per_pixel": math.nan},
        {"rows_per_pixel": math.inf},
    ],
)
def test_what_cannot_be_drawn_is_no_look(changed: dict):
    Look(**PLAIN)

    with pytest.raises(BadInput):
        Look(**{**PLAIN, **changed})


def test_a_decision_has_few_looks():
    look = Look(**PLAIN)
    decision(*[look] * MAX_LOOKS)

    with pytest.raises(BadInput):
        decision(*[look] * (MAX_LOOKS + 1))


@pytest.mark.parametrize("hash", ["x", "AB" * 32, "ab" * 31, "ab" * 33])
def test_the_hash_of_a_picture_is_a_hash(hash):
    with pytest.raises(BadInput, match="hash"):
        Look(
            view=View.SIDE,
            columns=1,
            left=0.0,
            top=0.0,
            columns_per_pixel=1.0,
            rows_per_pixel=1.0,
            width=1,
            height=1,
            picture_sha256=hash,
        )
