"""Owns the strips that have come from the hub and wait to be decoded: one per turn of the loop, the nearest first.

An answer to a decision never waits for more than one strip, and the strips of the scan on the screen never wait for
those of any other, whichever came first.
"""

from collections.abc import Callable, Iterable

from scanview.session.hub_calls import Clock
from scanview.session.scan_reading import ScanReading


class StripQueue:
    """Hands one record per turn to `take_in`. `rank` says how near a scan is to the screen, 0 for the one on it."""

    def __init__(
        self,
        clock: Clock,
        rank: Callable[[ScanReading], int],
        take_in: Callable[[ScanReading, memoryview], None],
    ) -> None:
        self._clock = clock
        self._rank = rank
        self._take_in = take_in
        self._waiting: list[tuple[ScanReading, memoryview]] = []
        self._is_due = False

    def add(self, reading: ScanReading, records: Iterable[memoryview]) -> None:
        """The next records of a scan are here."""
        self._waiting.extend((reading, record) for record in records)
        self._turn()

    def drop(self, reading: ScanReading) -> None:
        """The records of this reading are not wanted any more."""
        self._waiting = [entry for entry in self._waiting if entry[0] is not reading]

    def clear(self) -> None:
        """No record is wanted any more."""
        self._waiting.clear()

    def _turn(self) -> None:
        if self._waiting and not self._is_due:
            self._is_due = True
            self._clock.post(self._decode_one)

    def _decode_one(self) -> None:
        self._is_due = False
        if not self._waiting:
            return
        nearest = min(range(len(self._waiting)), key=lambda place: self._rank(self._waiting[place][0]))
        reading, record = self._waiting.pop(nearest)
        self._take_in(reading, record)
        self._turn()
