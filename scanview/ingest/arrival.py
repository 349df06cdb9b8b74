"""A scan that is on its way into the hub, as the conversation with its port knows it."""

from dataclasses import dataclass, field
from enum import StrEnum

from scanview.core.scan import ScanHeader
from scanview.ingest.scan_file import ScanFile
from scanview.wire.hub_server import Peer

REPORTS_PER_WINDOW = 8
"""A port that fills its window hears so often what is written: every strip would cost both ends a message more."""


class Phase(StrEnum):
    """Where an arrival is."""

    OPENING = "opening"
    GROWING = "growing"
    ENDING = "ending"


@dataclass(slots=True)
class Arrival:
    """A scan that is not stored yet. `accepted` strips are with the writer, `held` of them are written."""

    header: ScanHeader
    encoded_header: bytes
    file: ScanFile
    track: int
    peer: Peer | None
    phase: Phase = Phase.OPENING
    accepted: int = 0
    held: int = 0
    run: int = 0
    """Grows when the port is asked to send again: results of what was queued before that count no more."""
    failures: int = 0
    pending_bytes: int = 0
    unreported_bytes: int = 0
    """Written since the port was last told."""
    early: dict[int, memoryview] = field(default_factory=dict)

    @property
    def scan(self) -> str:
        """Its id."""
        return self.header.scan

    @property
    def about(self) -> dict[str, str]:
        """What its log lines carry."""
        return {"scan": self.header.scan}

    def is_report_due(self, window_bytes: int) -> bool:
        """Whether the port is to be told what is held: not of every strip of many that are under way."""
        return self.held == self.accepted or self.unreported_bytes * REPORTS_PER_WINDOW >= window_bytes
