"""What a scan can be compared with: earlier scans of the same container or lorry, empty references, library cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanview.core.container import normalise
from scanview.core.review import Verdict

MAX_RELATED = 50
"""Scans that one answer names."""

_SAME_TYPE = 3
"""Characters of an ISO 6346 size-type code that decide what an empty container looks like: length, height and type
group. The fourth tells of vents and fittings."""


class RelatedKind(StrEnum):
    """Why a scan is worth comparing with."""

    EARLIER = "earlier"
    """The same container, or the same lorry, at another time."""
    REFERENCE = "reference"
    """An empty container."""
    LIBRARY = "library"
    """A case that somebody kept to learn from."""


_PLACES = {kind: place for place, kind in enumerate(RelatedKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedScan:
    """A stored, complete scan to compare with.

    `title` is what a person called a library case, or the type of a reference's container; empty for an earlier
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


def ranked(found: Iterable[RelatedScan], container: str) -> tuple[RelatedScan, ...]:
    """`found` in the order they are offered to somebody who looks at a scan of `container`, each scan once.

    Earlier scans of the same container come first, then those of the same lorry, then references, then the library;
    in each the newest first.
    """
    number = normalise(container)

    def place(related: RelatedScan) -> tuple[int, bool, float, str]:
        same = bool(number) and normalise(related.container) == number
        is_other = related.kind is RelatedKind.EARLIER and not same
        return (_PLACES[related.kind], is_other, -related.arrived_at, related.scan)

    once: dict[str, RelatedScan] = {}
    for related in sorted(found, key=place):
        once.setdefault(related.scan, related)
    return tuple(once.values())[:MAX_RELATED]


def looks_alike(container_type: str, other: str) -> bool:
    """Whether empty containers of these two types (ISO 6346 size-type codes, as 22G1) look the same to X-rays.

    A type that is not known may be any.
    """
    if not container_type or not other:
        return True
    return container_type[:_SAME_TYPE].upper() == other[:_SAME_TYPE].upper()
