"""What docs/protocol.md lists, made from the program itself: every message, and every check of conformance.

`python -m tests.unit.wire.message_reference` writes it anew; a test fails where that was forgotten.
"""

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as types

from scanview.conformance.results import Check
from scanview.conformance.run import HUB_CHECKS, PORT_CHECKS
from scanview.core.order import Order, OrderReceipt
from scanview.core.scan import ScanHeader
from scanview.wire.codec import RAW_FRAMES
from scanview.wire.keys import Card
from scanview.wire.messages import MESSAGES, PROTOCOL_VERSION, Message
from scanview.wire.messages.joining import CURVE_KEY

PAGE = Path(__file__).parents[3] / "docs" / "protocol.md"

_NAMED_PATTERNS = {
    "^[0-9a-f]{32}$": "id",
    "^[0-9a-f]{64}$": "sha256",
    "^[0-9a-f]{16}$": "16 hexadecimal digits",
    "^[0-9a-f]{128}$": "128 hexadecimal digits",
    CURVE_KEY: "40 characters of Z85",
}


class Reference:
    """Collects the objects that messages are made of while it describes them."""

    def __init__(self) -> None:
        self._objects: dict[str, types.Type] = {}

    def text(self) -> str:
        """The whole reference as Markdown."""
        messages = [line for kind in MESSAGES.values() for line in self._message(kind)]
        for extra in (ScanHeader, Card, Order, OrderReceipt):
            self._type(types.type_info(extra))
        objects: list[str] = []
        described: set[str] = set()
        while rest := sorted(set(self._objects) - described):
            described.add(rest[0])
            objects += self._object(rest[0])
        return "\n".join([*messages, "### Objects", "", *objects]).rstrip() + "\n"

    def _message(self, kind: type[Message]) -> Iterator[str]:
        info = types.type_info(kind)
        assert isinstance(info, types.StructType)
        senders = ", ".join(sorted(kind.senders))
        frames = RAW_FRAMES.get(kind, range(1))
        raw = "no raw frame" if frames == range(1) else f"{_span(frames.start, frames.stop - 1)} raw frames"
        if frames == range(1, 2):
            raw = "1 raw frame"
        since = f", since version {kind.since}" if kind.since > 1 else ""
        assert kind.since <= PROTOCOL_VERSION
        yield from (f"### `{info.tag}`", "", f"From: {senders}; {raw}{since}. {_said(kind)}", "")
        yield from self._fields(info.fields)

    def _object(self, name: str) -> Iterator[str]:
        info = self._objects[name]
        assert isinstance(info, types.StructType | types.DataclassType)
        yield from (f"#### {name}", "", _said(info.cls), "")
        yield from self._fields(info.fields)

    def _fields(self, fields: tuple[types.Field, ...]) -> Iterator[str]:
        if not fields:
            return
        yield from ("| field | type | may be left out |", "|---|---|---|")
        for field in fields:
            yield f"| `{field.encode_name}` | {self._type(field.type)} | {_default(field)} |"
        yield ""

    def _type(self, kind: types.Type) -> str:
        match kind:
            case types.Metadata(type=inner):
                return self._type(inner)
            case types.VarTupleType(item_type=item, max_length=high):
                limit = "" if high is None else f", at most {high}"
                return f"[{self._type(item)}]{limit}"
            case types.TupleType(item_types=items):
                return f"[{', '.join(self._type(item) for item in items)}]"
            case types.UnionType(types=several):
                return " or ".join(self._type(one) for one in several)
            case types.StructType() | types.DataclassType():
                self._objects[kind.cls.__name__] = kind
                return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
            case types.DictType(key_type=key, value_type=value):
                return f"object of {self._type(key)} to {self._type(value)}"
        return _scalar(kind)


def _scalar(kind: types.Type) -> str:
    match kind:
        case types.StrType(pattern=str() as pattern):
            return _NAMED_PATTERNS[pattern]
        case types.StrType(min_length=low, max_length=high):
            return "text" if high is None else f"text of {_span(low or 0, high)} characters"
        case types.IntType(ge=low, le=high) | types.FloatType(ge=low, le=high):
            name = "integer" if isinstance(kind, types.IntType) else "real"
            return name if low is None else f"{name}, {_span(low, high)}"
        case types.BytesType(min_length=low, max_length=high):
            return f"text of {_span(low or 0, high)} bytes in base64"
        case types.BoolType():
            return "true or false"
        case types.NoneType():
            return "null"
        case types.EnumType(cls=cls):
            return "one of " + ", ".join(f'"{member.value}"' for member in cls)
    raise AssertionError(f"{kind} has no words yet")


def _default(field: types.Field) -> str:
    if field.required:
        return "no"
    if field.default is NODEFAULT or field.default in ("", ()):
        return "empty"
    return msgspec.json.encode(field.default).decode()


def _said(cls: type) -> str:
    """What the class says of itself, as one line."""
    return " ".join(inspect.getdoc(cls).split())


def _span(low: object, high: object) -> str:
    names = {2**53: "2^53"}
    return f"{names.get(low, low)} to {names.get(high, high)}"


def _rows(checks: Sequence[Check], subject: str) -> str:
    rows = [f"| {number} | `{check.name}` | {check.rule} |" for number, check in enumerate(checks, 1)]
    return "\n".join([f"| | check | what a {subject} must do |", "|---|---|---|", *rows]) + "\n"


def up_to_date(page: str) -> str:
    """`page` with what is made from the program between its marks."""
    parts = {
        "messages": Reference().text(),
        "port checks": _rows(PORT_CHECKS, "port"),
        "hub checks": _rows(HUB_CHECKS, "hub"),
    }
    for name, text in parts.items():
        before, begin, rest = page.partition(f"<!-- {name}: begin -->")
        _, end, after = rest.partition(f"<!-- {name}: end -->")
        page = f"{before}{begin}\n\n{text}\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(up_to_date(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
