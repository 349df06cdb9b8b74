"""Messages survive the wire; whatever is not one is refused with a reason."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput, Fault, NotAllowed, Refused
from scanview.core.mark import MOST_CORNERS, Mark, MarkCategory, MarkShape
from scanview.core.period import Period
from scanview.core.review import MAX_FINDINGS, MAX_MARKS, Decision, HoldReason, Verdict
from scanview.core.scan import MAX_COLUMNS, MAX_ROWS
from scanview.wire.codec import MAX_FRAMES, MAX_HEADER_BYTES, MAX_RAW_BYTES, RAW_FRAMES, decode, encode
from scanview.wire.messages import (
    MESSAGES,
    Decide,
    Message,
    PeerRole,
    Ping,
    ScanEnd,
    ScanOffer,
    SignIn,
    Strip,
    Strips,
)
from tests.unit.core.marks import marks, shaped

MOST_LETTERS = 200
"""What a note on a mark can be long on the screen."""

SCAN = "0123456789abcdef" * 2
DECISION = Decision(
    decision=SCAN, scan=SCAN, fence=3, verdict=Verdict.HOLD, content_sha256="", reason=HoldReason.TOO_DENSE, note="钢"
)


@given(
    scan=st.text("0123456789abcdef", min_size=32, max_size=32),
    strips=st.integers(0, 2**53),
    content=st.text("0123456789abcdef", min_size=64, max_size=64),
    complete=st.booleans(),
)
def test_a_message_comes_out_as_it_went_in(scan: str, strips: int, content: str, complete: bool) -> None:
    message = ScanEnd(scan=scan, strips=strips, content_sha256=content, complete=complete)
    assert decode(encode(message), PeerRole.PORT).message == message


def test_a_decision_comes_out_as_it_went_in() -> None:
    message = Decide(request=1, decision=DECISION)
    assert decode(encode(message), PeerRole.WORKSTATION).message == message


@given(st.lists(marks(), max_size=4))
def test_marks_travel_with_their_decision(made: list[Mark]) -> None:
    message = Decide(request=1, decision=replace(DECISION, marks=tuple(made)))
    assert decode(encode(message), PeerRole.WORKSTATION).message == message


@pytest.mark.parametrize(
    "change",
    [
        {"shape": "circle"},
        {"category": "cheese"},
        {"points": [[1, 2]]},
        {"points": [[1, 2], [3, 4]]},
        {"points": [[1.5, 2], [30, 40]]},
        {"points": [[1, 2, 3], [30, 40]]},
        {"points": [[1, 2]] * 100_000},
    ],
)
def test_a_mark_that_breaks_its_shape_is_refused(change: dict[str, object]) -> None:
    arrow = shaped(MarkShape.ARROW, ((1, 2), (30, 40)))
    header = msgspec.json.decode(encode(Decide(request=1, decision=replace(DECISION, marks=(arrow,))))[0])
    header["decision"]["marks"][0] |= change
    with pytest.raises(BadInput) as raised:
        decode([msgspec.json.encode(header)], PeerRole.WORKSTATION)
    assert raised.value.code in ("bad-message", "bad-mark-shape")


def test_the_most_marks_with_the_longest_notes_fit_into_a_message() -> None:
    far = [(MAX_COLUMNS - 1 - number, MAX_ROWS - 1 - number) for number in range(MOST_CORNERS)]
    mark = shaped(MarkShape.POLYGON, far, text="钢" * MOST_LETTERS, category=MarkCategory.UNDECLARED_GOODS)
    most = replace(DECISION, marks=(mark,) * MAX_MARKS, dismissed=tuple(f"{n:064}" for n in range(MAX_FINDINGS)))
    assert len(encode(Decide(request=1, decision=most))[0]) <= MAX_HEADER_BYTES


def test_raw_frames_are_views_not_copies() -> None:
    record = bytearray(b"record")
    envelope = decode(encode(Strip(scan=SCAN, sequence=0), record), PeerRole.PORT)
    record[0] = ord("R")
    assert bytes(envelope.raw[0]) == b"Record"


@given(st.binary(max_size=200))
def test_no_bytes_bring_it_down(header: bytes) -> None:
    try:
        assert decode([header], PeerRole.PORT).message, "what is read is a message"
    except Refused:
        return


@pytest.mark.parametrize("kind", sorted(MESSAGES))
@pytest.mark.parametrize("role", sorted(PeerRole))
def test_a_role_sends_what_is_its_part_and_nothing_else(kind: str, role: PeerRole) -> None:
    """Whoever may not send a kind is refused before a field is looked at by anybody else."""
    message = an_example(MESSAGES[kind])
    raw = [b"x"] * RAW_FRAMES.get(type(message), range(1))[0]
    frames = encode(message, *raw)
    if role in message.senders:
        assert decode(frames, role).message == message
    else:
        with pytest.raises(NotAllowed) as raised:
            decode(frames, role)
        assert raised.value.code == "not-your-message"


@pytest.mark.parametrize(
    "header",
    [
        b'{"kind":"scan-offer","scan":"../../../etc/passwd"}',
        b'{"kind":"scan-offer"}',
        b'{"kind":"no-such-kind"}',
        b'{"kind":"strip","scan":"' + SCAN.encode() + b'","sequence":-1}',
        b'{"kind":"strip","scan":"' + SCAN.encode() + b'","sequence":"1"}',
        b'{"x":' * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_header_that_is_no_message_is_refused(header: bytes) -> None:
    with pytest.raises(BadInput) as raised:
        decode([header, b"raw"], PeerRole.PORT)
    assert raised.value.code == "bad-message"


def test_a_value_that_breaks_a_rule_of_the_core_is_refused() -> None:
    header = msgspec.json.decode(encode(Decide(request=1, decision=DECISION))[0])
    header["decision"]["reason"] = None
    with pytest.raises(BadInput) as raised:
        decode([msgspec.json.encode(header)], PeerRole.WORKSTATION)
    assert raised.value.code == "hold-without-reason"


def test_fields_of_a_newer_program_are_ignored() -> None:
    assert decode([b'{"kind":"ping","mood":"good"}'], PeerRole.PORT).message == Ping()


@pytest.mark.parametrize("count", [0, 2])
def test_an_offer_has_one_raw_frame(count: int) -> None:
    with pytest.raises(BadInput):
        decode([b'{"kind":"scan-offer","scan":"' + SCAN.encode() + b'"}', *[b"raw"] * count], PeerRole.PORT)
    with pytest.raises(Fault):
        encode(ScanOffer(scan=SCAN), *[b"raw"] * count)


def test_frames_have_limits_both_ways() -> None:
    too_long = memoryview(bytes(MAX_RAW_BYTES + 1))
    with pytest.raises(Fault):
        encode(Strip(scan=SCAN, sequence=0), too_long)
    with pytest.raises(BadInput):
        decode([b'{"kind":"strip","scan":"' + SCAN.encode() + b'","sequence":0}', too_long], PeerRole.PORT)
    with pytest.raises(BadInput):
        decode([b" " * (MAX_HEADER_BYTES + 1)], PeerRole.PORT)
    with pytest.raises(BadInput):
        decode([b'{"kind":"strips"}'] * (MAX_FRAMES + 1), PeerRole.HUB)
    with pytest.raises(BadInput):
        decode([], PeerRole.HUB)
    many = Strips(request=1, scan=SCAN, first=0)
    assert len(decode(encode(many, *[b"r"] * (MAX_FRAMES - 1)), PeerRole.HUB).raw) == MAX_FRAMES - 1


def test_a_password_is_not_in_what_is_said_about_a_bad_message() -> None:
    frames = encode(SignIn(request=1, name="li", password="correct horse"))
    with pytest.raises(NotAllowed) as raised:
        decode(frames, PeerRole.PORT)
    assert "horse" not in str(raised.value)


def an_example(kind: type[Message]) -> Message:
    """A message of `kind` whose every field is as small as it may be."""
    values = {}
    for field in msgspec.structs.fields(kind):
        if field.required:
            smallest = smallest_of(msgspec.inspect.type_info(field.type))
            values[field.name] = EXAMPLES.get((kind.__name__, field.name), EXAMPLES.get(field.name, smallest))
    return msgspec.convert(values, kind)


def smallest_of(form: msgspec.inspect.Type) -> object:
    """The smallest value of a type, as JSON has it. Texts with a pattern stand in `EXAMPLES`."""
    forms = msgspec.inspect
    match form:
        case forms.Metadata(type=inner):
            return smallest_of(inner)
        case forms.UnionType(types=types):
            return None if any(isinstance(one, forms.NoneType) for one in types) else smallest_of(types[0])
        case forms.StrType(min_length=least, pattern=pattern):
            return {None: "x" * (least or 0)}.get(pattern, SCAN)
        case forms.EnumType(cls=cls):
            return next(iter(cls)).value
        case forms.IntType(ge=least) | forms.FloatType(ge=least, gt=None):
            return least or 0
        case forms.FloatType():
            return 1
        case forms.DataclassType(cls=cls) if cls in EXAMPLES:
            return EXAMPLES[cls]
        case forms.DataclassType(fields=fields) | forms.StructType(fields=fields):
            return {field.encode_name: smallest_of(field.type) for field in fields if field.required}
        case _:
            return {forms.BoolType: False, forms.DictType: {}}.get(type(form), [])


SIGNATURE = {"key": "0" * 16, "value": "0" * 128}
RECOGNITION = {"model": "m", "empty": 0.5, "findings": []}
EXAMPLES: dict[object, object] = {
    ("Withdraw", "decision"): SCAN,
    ("AskReveal", "decision"): SCAN,
    Period: {"since": 0, "until": 3_600},
    "answer": {"scan": SCAN, "verdict": "HOLD"},
    "scan": SCAN,
    "curve_public": "0" * 40,
    "hub_curve_public": "0" * 40,
    "signing_public": "0" * 64,
    "hub_signing_public": "0" * 64,
    "mac": "0" * 64,
    "order": SCAN,
    "content_sha256": "0" * 64,
    "complete": True,
    "stored": True,
    "versions": [1],
    "role": "port",
    "name": "n",
    "hub": "h",
    "program": "p",
    "code": "c",
    "message": "m",
    "model": "m",
    "why": "w",
    "password": "p",
    "not_recognised": "",
    "recognition": RECOGNITION,
    ("ScanOpened", "recognition"): None,
    "signature": SIGNATURE,
    "new_signature": SIGNATURE,
    "receipt_signature": SIGNATURE,
    "signatures": [SIGNATURE],
    "person": {"name": "li", "role": "analyst"},
    "rows": [],
    "lanes": [],
    "found": [],
    "shelving": {"kind": "reference"},
    "lease": None,
    "count": 1,
    "decision": msgspec.to_builtins(DECISION),
    "sha256": "0" * 64,
    "sought": {},
    "search": {},
    ("FindNeighbours", "search"): 1,
    ("Neighbours", "search"): 1,
    "entries": [],
    "note": "",
    "analyst": "",
    "reason": "",
    "more": False,
    "is_behind": False,
    ("ReportInspection", "inspection"): SCAN,
    "inspection": {"inspection": SCAN, "scan": SCAN, "found": "nothing", "opened_at": 1.0},
    "embedding": {"space": "s", "numbers": [1] * 64},
}
