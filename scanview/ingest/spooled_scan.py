"""One scan in the spool, as the uploads of a port see it."""

from dataclasses import dataclass

from scanview.ingest.held_scan import HeldScan
from scanview.store.port_log import Priority
from scanview.wire.link import End
from scanview.wire.records import parse


@dataclass(slots=True)
class SpooledScan:
    """One scan in the spool. `end` is there once it is whole, `begun_at` is UTC seconds by the port's clock.

    `is_fresh` where this run of the port wrote it, checking every record; `sent` of its strips have been sent before.
    """

    held: HeldScan
    begun_at: float
    priority: Priority = Priority.TRUCK
    end: End | None = None
    is_refused: bool = False
    is_fresh: bool = False
    sent: int = 0

    def read_to_send(self, strip: int) -> bytes:
        """The record of a strip, checked unless it is fresh and goes out for the first time.

        The hub checks every record: where the disk has spoilt a fresh one it asks again, and then it is found here.

        Raises:
            BadInput: the file no longer holds what was spooled.
            Unavailable: it cannot be read.
        """
        (record,) = self.held.read(strip, 1, 0)
        if not self.is_fresh or strip < self.sent:
            parse(record)
        return record
