"""What a scan can be compared with: earlier scans of the same container or lorry, empty references, library cases.

References and library cases stand on the hub's shelf, where a supervisor put them.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanview.core import container
from scanview.core.errors import BadInput
from scanview.core.review import Verdict

MAX_ALIKE = 40
"""Scans that one answer names of those that are related in the same way."""

MAX_RELATED = 4 * MAX_ALIKE
MAX_TITLE = 120


class RelatedKind(StrEnum):
    """Why a scan is worth comparing with."""

    EARLIER = "earlier"
    """The same container, or the same lorry, some time before."""
    REFERENCE = "reference"
    """An empty container."""
    LIBRARY = "library"
    """A case that somebody kept to learn from."""
    SIMILAR = "similar"
    """It looks alike; whoever asked for such scans found it."""


_PLACES = {kind: place for place, kind in enumerate(RelatedKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedScan:
    """A stored, complete scan to compare with.

    `title` is what a person called it on the shelf, or the type of a reference's container; empty for an earlier
    scan. `arrived_at` is UTC seconds by the hub's clock. `container` and `plate` are as they were typed or read.
    """

    scan: str
    kind: RelatedKind
    title: str
    arrived_at: float
    container: str
    plate: str
    lane: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelving:
    """How a scan stands on the shelf: as an empty reference, or as a library case, which has a title.

    `container_type` is the size-type code of a reference (45G1), empty where it is not known.
    """

    kind: RelatedKind
    title: str = ""
    container_type: str = ""

    def __post_init__(self) -> None:
        if self.kind not in (RelatedKind.REFERENCE, RelatedKind.LIBRARY):
            raise BadInput("a scan is shelved as a reference or as a library case", code="bad-shelving")
        if self.kind is RelatedKind.LIBRARY and not self.title.strip():
            raise BadInput("a library case has no title", code="shelving-without-title", remedy="Give it one")
        if len(self.title) > MAX_TITLE or not self.title.isprintable():
            raise BadInput(f"a title has at most {MAX_TITLE} characters, on one line", code="bad-title")
        if self.container_type and not container.is_size_type(self.container_type):
            raise BadInput(
                f"{self.container_type[:16]!r} is no container type",
                code="bad-container-type",
                remedy="Write it like 22G1, or leave it empty",
            )


def ranked(found: Iterable[RelatedScan], number: str) -> tuple[RelatedScan, ...]:
    """`found` in the order they are offered to somebody who looks at a scan of container `number`, each scan once.

    Earlier scans of the same container come first, then those of the same lorry, then references, then the library;
    in each the newest first.
    """
    key = number_key(number)

    def place(related: RelatedScan) -> tuple[int, bool, float, str]:
        is_same = bool(key) and number_key(related.container) == key
        is_other = related.kind is RelatedKind.EARLIER and not is_same
        return (_PLACES[related.kind], is_other, -related.arrived_at, related.scan)

    once: dict[str, RelatedScan] = {}
    for related in sorted(found, key=place):
        once.setdefault(related.scan, related)
    return tuple(once.values())[:MAX_RELATED]


def number_key(typed: str) -> str:
    """What scans of the same container or lorry share: its number in capitals, letters and digits alone.

    That is how ISO 6346 writes a container's. Empty for a text without a digit: "UNKNOWN" or "N/A" stand in many
    scans and name nothing.
    """
    letters = unicodedata.normalize("NFKC", typed).upper()
    key = "".join(letter for letter in letters if letter.isalnum())
    return key if any(letter.isdigit() for letter in key) else ""
