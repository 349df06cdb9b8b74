"""What is known of a scan when the rules are asked about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from scanview.core import container
from scanview.core.review import Recognition
from scanview.core.scan import Declaration, ScanHeader
from scanview.core.triage import ScanPriority


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A scan as the rules see it.

    Attributes:
        header: what the port said of it.
        recognition: what the models said; None where no machine speaks about it.
        complete: whether the scanner sent the whole vehicle.
        at: when it arrived, UTC seconds by the hub's clock.
        priority: who waits for it.
        held_at: when scans of the same container or lorry that were held had arrived, UTC seconds.
        standings: what the rule file says of importers: their names, folded, to their standing.
    """

    header: ScanHeader
    recognition: Recognition | None
    complete: bool
    at: float
    priority: ScanPriority = ScanPriority.UNKNOWN
    held_at: tuple[float, ...] = ()
    standings: Mapping[str, str] | None = None

    @property
    def declaration(self) -> Declaration:
        """The declaration, empty where there is none."""
        return self.header.declaration or Declaration()

    @property
    def declares_goods(self) -> bool:
        """Whether goods, packages or a mass are declared."""
        declaration = self.declaration
        return bool(declaration.goods or declaration.packages or declaration.gross_kg)

    @property
    def number(self) -> str:
        """Whether a container's number was read, and can be one: valid, invalid or unknown."""
        if not self.header.container:
            return "unknown"
        return "valid" if container.is_valid(self.header.container) else "invalid"

    @property
    def standing(self) -> str:
        """The importer's standing: the file's word on that importer, or the declaration's; empty where neither has."""
        named = (self.standings or {}).get(folded(self.declaration.importer), "")
        return named or self.declaration.standing

    @property
    def is_clear(self) -> bool:
        """Whether every check of the machine agrees that the scan is harmless and whole."""
        said = self.recognition
        return said is not None and self.complete and not said.release_doubts and not said.failures


def folded(text: str) -> str:
    """A text as names are compared: without case, and with single spaces."""
    return " ".join(text.casefold().split())
