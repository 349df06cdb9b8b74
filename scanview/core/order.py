"""The order a port receives: which scan, what verdict, until when; and the receipt it gives back.

Both are signed documents. Their canonical bytes are what is signed, sent and stored, never a re-encoding of them.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from scanview.core.documents import canonical, read_members
from scanview.core.errors import BadInput
from scanview.core.journal import canonical_json
from scanview.core.mark import Mark, MarkCategory
from scanview.core.review import Verdict
from scanview.core.scan import ScanHeader

MAX_SIGNATURES = 8
"""People who may be asked to sign one release, and statements that travel with an order."""


class Outcome(StrEnum):
    """What a port did with an order."""

    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPlace:
    """Where to look, for the people who open the container: pixels, and the distance from the scan's first column."""

    corners: tuple[int, int, int, int]
    from_front_m: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An instruction to one lane about one scan.

    `order` is the id of the decision it carries out. `content_sha256` names the very content that was judged.
    `version` grows with each order about the same scan. `expires_at` is UTC seconds; 0 means never, which only a
    HOLD may be. `signatures_required` is how many people must have signed a release, as far as the hub goes: a port
    may ask for more. It stands in the document only where it is not 1, so that a port which does not know it refuses
    what takes two people, and nothing else.
    """

    order: str
    lane: str
    scan: str
    container: str
    content_sha256: str
    verdict: Verdict
    version: int
    decided_by: str
    reason: str
    note: str
    places: tuple[MarkedPlace, ...]
    issued_at: float
    expires_at: float
    signatures_required: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.signatures_required <= MAX_SIGNATURES:
            raise BadInput(f"an order takes 1 to {MAX_SIGNATURES} people", code="bad-order")
        if self.verdict is Verdict.RELEASE and not (self.expires_at > 0 and self.content_sha256):
            raise BadInput("a release names its content and expires", code="bad-order")

    def canonical(self) -> bytes:
        """The bytes that are signed."""
        members = asdict(self)
        if self.signatures_required == 1:
            del members["signatures_required"]
        return canonical_json(members)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReceipt:
    """The port's answer to an order: applied, or refused and why."""

    order: str
    lane: str
    scan: str
    outcome: Outcome
    why: str
    at: float

    def canonical(self) -> bytes:
        """The bytes that are signed."""
        return canonical(self)


def parse_order(document: bytes) -> Order:
    """The order in `document`; BadInput where a field is missing, unknown or of another type."""
    values = read_members(document, Order)
    try:
        places = _places(values.pop("places"))
        return Order(**{**values, "verdict": Verdict(values["verdict"]), "places": places})
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"the order cannot be read: {error}", code="bad-order") from error


def parse_receipt(document: bytes) -> OrderReceipt:
    """The receipt in `document`; BadInput where a field is missing, unknown or of another type."""
    values = read_members(document, OrderReceipt)
    try:
        return OrderReceipt(**{**values, "outcome": Outcome(values["outcome"])})
    except (TypeError, ValueError) as error:
        raise BadInput(f"the receipt cannot be read: {error}", code="bad-receipt") from error


def place_of(mark: Mark, header: ScanHeader) -> MarkedPlace:
    """Where `mark` is for somebody who stands beside the container; BadInput where it is on a view the scan lacks.

    Its text begins with the category, in the word that every language of a screen translates.
    """
    pitch_mm = next((view.pitch_x_mm for view in header.views if view.view is mark.box.view), None)
    if pitch_mm is None:
        raise BadInput(f"a mark is on the {mark.box.view} view, which the scan does not have", code="bad-mark")
    column, _ = mark.place
    said = () if mark.category is MarkCategory.NONE else (mark.category.value,)
    text = ": ".join((*said, mark.text) if mark.text else said)
    return MarkedPlace(corners=mark.box.corners, from_front_m=round(column * pitch_mm / 1000, 2), text=text)


def _places(values: Any) -> tuple[MarkedPlace, ...]:
    if not isinstance(values, list):
        raise ValueError("the places are no list")
    return tuple(_place(value) for value in values)


def _place(value: Any) -> MarkedPlace:
    if not isinstance(value, dict) or set(value) != {"corners", "from_front_m", "text"}:
        raise ValueError("a place has corners, from_front_m and text")
    corners, from_front_m, text = value["corners"], value["from_front_m"], value["text"]
    if not (isinstance(corners, list) and len(corners) == 4 and all(type(corner) is int for corner in corners)):
        raise ValueError("the corners of a place are four whole numbers")
    if type(from_front_m) not in (int, float) or abs(from_front_m) > 1e6 or type(text) is not str:
        raise ValueError("a place is a distance and a text")
    x0, y0, x1, y1 = corners
    return MarkedPlace(corners=(x0, y0, x1, y1), from_front_m=float(from_front_m), text=text)
