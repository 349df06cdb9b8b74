"""What people found who opened a container: the inspection result, and what it says of marks and findings.

A result is a signed or recorded document. Its canonical bytes are what is signed, sent and compared, so that sending
it again is harmless.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from scanview.core.checks import check_id, check_text
from scanview.core.errors import BadInput
from scanview.core.journal import canonical_json
from scanview.core.mark import Mark, MarkCategory
from scanview.core.review import Finding
from scanview.core.scan import Box

MAX_ITEMS = 50
MAX_PHOTOS = 12
MAX_PHOTO_BYTES = 10_000_000
MAX_LABEL = 64
MAX_QUANTITY = 64
MAX_INSPECTOR = 64
MAX_CONTAINER = 64
MAX_FROM_DOORS_M = 100.0

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BEGINNINGS = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


class Found(StrEnum):
    """What opening the container came to."""

    FOUND = "found"
    PARTLY = "partly"
    """Something was found, but not all that was suspected, or another thing."""
    NOTHING = "nothing"


class PhotoForm(StrEnum):
    """How a photo is encoded."""

    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo by its content: the SHA-256 of the file, its length in bytes, and how it is encoded."""

    sha256: str
    size_bytes: int
    form: PhotoForm

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.sha256):
            raise BadInput("a photo is named by its SHA-256", code="bad-photo")
        if not 0 < self.size_bytes <= MAX_PHOTO_BYTES:
            raise BadInput(
                f"a photo has at most {MAX_PHOTO_BYTES} bytes", code="photo-too-large", remedy="Send a smaller copy"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """One thing that was found.

    `label` is a class of the detector or a category of marks where one fits, `text` what people call it, `quantity` as
    they counted it ("14 boxes, 12.5 kg"). Where it lay is a `box` in a view of the scan, or metres from the doors;
    neither where nobody said. `answers` names the mark or the finding that pointed at it.
    """

    label: str = ""
    text: str = ""
    quantity: str = ""
    box: Box | None = None
    from_doors_m: float | None = None
    answers: str = ""

    def __post_init__(self) -> None:
        check_text(self.text)
        if len(self.label) > MAX_LABEL or len(self.quantity) > MAX_QUANTITY or len(self.answers) > MAX_LABEL:
            raise BadInput("a label, a quantity or an id is too long", code="bad-inspection")
        if not (self.label or self.text):
            raise BadInput("what was found has no name", code="bad-inspection", remedy="Say what it is")
        if self.from_doors_m is not None and not 0 <= self.from_doors_m <= MAX_FROM_DOORS_M:
            raise BadInput(f"{self.from_doors_m} m from the doors is in no container", code="bad-inspection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What people found in one container.

    `inspection` is made where the result is written, so that sending it again is harmless. It is about `scan`, or
    where the port does not know that, about the lane's newest decided scan of `container`. `opened_at` is UTC seconds
    by the clock of whoever wrote it; `inspector` is who opened it, as they sign.
    """

    inspection: str
    found: Found
    opened_at: float
    scan: str = ""
    container: str = ""
    inspector: str = ""
    note: str = ""
    items: tuple[FoundItem, ...] = ()
    photos: tuple[Photo, ...] = ()

    def __post_init__(self) -> None:
        check_id(self.inspection, "inspection")
        if self.scan:
            check_id(self.scan, "scan")
        elif not self.container:
            raise BadInput("a result names a scan or a container", code="bad-inspection")
        check_text(self.note)
        if len(self.container) > MAX_CONTAINER or len(self.inspector) > MAX_INSPECTOR:
            raise BadInput("a container's number or an inspector's name is too long", code="bad-inspection")
        if not 0 <= self.opened_at < 1e11:
            raise BadInput(f"{self.opened_at} is no time", code="bad-inspection")
        if len(self.items) > MAX_ITEMS:
            raise BadInput(f"{len(self.items)} things found are more than {MAX_ITEMS}", code="bad-inspection")
        if len(self.photos) > MAX_PHOTOS:
            raise BadInput(f"{len(self.photos)} photos are more than {MAX_PHOTOS}", code="too-many-photos")
        if len({photo.sha256 for photo in self.photos}) != len(self.photos):
            raise BadInput("a photo is there once", code="bad-inspection")
        if self.found is Found.NOTHING and self.items:
            raise BadInput("where nothing was found there is nothing to list", code="nothing-yet-items")
        if self.found is not Found.NOTHING and not (self.items or self.note.strip()):
            raise BadInput("what was found is not said", code="found-without-items", remedy="Say what it is")

    def canonical(self) -> bytes:
        """The bytes that are signed."""
        return canonical_json(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a result says of one mark or finding: its id, what it claimed, and whether that was right.

    `right` is None where the result does not tell.
    """

    claim: str
    said: str
    is_mark: bool
    right: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRecord:
    """A result as the hub keeps it: by whom (a person, or port/lane), when by the hub's clock, and what it answers."""

    inspection: Inspection
    by: str
    at: float
    answers: tuple[Answer, ...] = ()


def photo_form(content: bytes) -> PhotoForm:
    """How a photo is encoded, by its first bytes alone; BadInput where it is neither JPEG nor PNG."""
    for form, beginning in _BEGINNINGS.items():
        if content.startswith(beginning):
            return PhotoForm(form)
    raise BadInput("a photo is a JPEG or a PNG file", code="bad-photo", remedy="Convert it")


def answers(inspection: Inspection, marks: Iterable[Mark], findings: Iterable[Finding]) -> tuple[Answer, ...]:
    """What the result says of each mark, and of each finding that no mark answers.

    A claim is right where something found names it, or names the finding it answers, or lies in a box whose middle is
    in it, or whose middle it covers. Where nothing was found all are wrong. Where something was found and its place is
    said of everything, the others are wrong; else nobody knows.
    """
    marks, findings = tuple(marks), tuple(findings)
    answered = {mark.answers for mark in marks}
    claims = [
        *((mark.mark, frozenset({mark.mark, mark.answers} - {""}), _said(mark), True, mark.box) for mark in marks),
        *(
            (finding.finding, frozenset({finding.finding}), finding.label, False, finding.box)
            for finding in findings
            if finding.finding not in answered
        ),
    ]
    return tuple(
        Answer(claim=claim, said=said, is_mark=is_mark, right=_is_right(inspection, names, box))
        for claim, names, said, is_mark, box in claims
    )


def _is_right(inspection: Inspection, names: frozenset[str], box: Box) -> bool | None:
    if any(item.answers in names or (item.box and _meet(item.box, box)) for item in inspection.items):
        return True
    is_told = all(item.answers or item.box for item in inspection.items) and bool(inspection.items)
    return False if inspection.found is Found.NOTHING or (is_told and inspection.found is Found.FOUND) else None


def _said(mark: Mark) -> str:
    return mark.text if mark.category is MarkCategory.NONE else mark.category.value


def _meet(one: Box, other: Box) -> bool:
    return one.view is other.view and any(_covers(a, b) for a, b in _both_ways(one, other))


def _both_ways(one: Box, other: Box) -> Iterator[tuple[Box, Box]]:
    yield one, other
    yield other, one


def _covers(box: Box, other: Box) -> bool:
    """Whether the middle of `other` lies in `box`."""
    column, row = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    return box.x0 <= column < box.x1 and box.y0 <= row < box.y1
