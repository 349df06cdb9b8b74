"""A relay that is also late, narrow, lossy and noisy, as a line over a harbour's old cable is."""

import random
import socket
import time

from tests.flow.relay import Relay

SEGMENT_BYTES = 1_460
FAST_REPAIR_S = 0.03
SLOW_REPAIR_S = 0.2
LONGEST_STALL_S = 0.5


class PoorLink(Relay):
    """Carries what the relay carries, until it is made good again.

    `delay_s` late, no faster than `bytes_per_s`, with the share `loss` of all segments lost. TCP hides a loss and lets
    everything behind it wait: one round trip where other segments show the gap, its shortest time-out, 200 ms, where
    the repeat is lost too. That wait is what a lossy line does to the programs at its ends, and what is done here.

    `flips` bits, one in each of the next pieces, arrive turned over: what TCP's checksum lets through.
    """

    def __init__(self, target: str, seed: int = 0) -> None:
        self.delay_s = 0.0
        self.bytes_per_s = 0.0
        self.loss = 0.0
        self.flips = 0
        self._chance = random.Random(seed)
        super().__init__(target)

    def make_good(self) -> None:
        """Carry at once again. What stood half-open is cut, so that nothing waits for it for ever."""
        self.delay_s = self.bytes_per_s = self.loss = 0.0
        self.flips = 0
        self.open_gate()
        self._do(lambda: self._drop_all() if self._frozen else None)

    def changed(self, data: bytes) -> bytes:
        if not self.flips:
            return data
        self.flips -= 1
        place = self._chance.randrange(len(data))
        return data[:place] + bytes([data[place] ^ (1 << self._chance.randrange(8))]) + data[place + 1 :]

    def _pass_on(self, source: socket.socket) -> None:
        before = self.carried_bytes
        if self.delay_s:
            time.sleep(self.delay_s)
        super()._pass_on(source)
        carried = self.carried_bytes - before
        if self.bytes_per_s:
            time.sleep(min(LONGEST_STALL_S, carried / self.bytes_per_s))
        if self.loss:
            time.sleep(min(LONGEST_STALL_S, self._repair_s(-(-carried // SEGMENT_BYTES))))

    def _repair_s(self, segments: int) -> float:
        """How long TCP takes to send again what is lost of so many segments."""
        lost = sum(self._chance.random() < self.loss for _ in range(segments))
        return sum(SLOW_REPAIR_S if self._chance.random() < self.loss else FAST_REPAIR_S for _ in range(lost))
