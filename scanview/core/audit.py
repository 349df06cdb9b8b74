"""What an auditor is told of a scan: all that the ledger says of it, entry by entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from scanview.core.journal import Json, Kind

MAX_STORY = 500
"""Entries that one page of a story holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """An entry of the ledger about a scan. `body` is its JSON; empty where it is too long for a message."""

    seq: int
    at: float
    kind: str
    actor: str
    body: str = ""

    @property
    def said(self) -> Mapping[str, Json]:
        """The body, read."""
        read = json.loads(self.body) if self.body else {}
        return read if isinstance(read, dict) else {}

    def tells(self, kind: Kind) -> bool:
        """Whether it is of this kind; a newer hub may tell of kinds that are not known here."""
        return self.kind == kind.value
